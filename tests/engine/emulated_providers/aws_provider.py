"""Emulated AWS provider."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from emulated_providers import aws_ecs, aws_rules, sdk_types
from emulated_providers.aws_outputs import FACTORIES, id_and_outputs
from emulated_providers.aws_replacements import (
    DEFAULT_NAMED_BY_PROVIDER,
    NAMED_BY_PROVIDER,
    NOT_NAMED_BY_PROVIDER,
    replaces,
)
from emulated_providers.aws_rules import TASK
from emulated_providers.cloud import EXISTING, Cloud, CloudResource
from emulated_providers.property_encoding import Properties, plain
from emulated_providers.provider import DEFAULTS, EmulatedProvider, RejectedError, random_hex
from emulated_providers.sdk_types import InputError
from moorings.preview.plan import Resource
from moorings.preview.secret_masking import UNKNOWN
from moorings.preview.simulated_aws import SimulatedRegion, physical_name
from moorings.preview.simulated_cloud import SimulatedCloud

CLOUD = "MOORINGS_EMULATED_CLOUD"
"""Environment variable with the folder of the emulated cloud."""

# Outputs that change in each update.
_DERIVED_OUTPUTS = {
    "aws:msk/cluster:Cluster": {"currentVersion"},
    "aws:msk/configuration:Configuration": {"latestRevision"},
}
# Outputs that are removed together with their input. Others keep the value that the service assigned.
_REMOVED_WITH_INPUT = {"tags", "description", "policy"}
_CLUSTER = "aws:msk/cluster:Cluster"
_MSK_PORTS = {"Tls": 9094, "SaslScram": 9096, "SaslIam": 9098}
_MSK_ROUTES = {"bootstrapBrokers{}": 0, "bootstrapBrokersPublic{}": 100, "bootstrapBrokers{}Ipv6": 11000}
"""Name of the bootstrap brokers output of each route, and the offset of its ports."""


class AwsProvider(EmulatedProvider):
    """Stores AWS resources in the folder of an emulated cloud."""

    package = "aws"

    def __init__(self) -> None:
        """Use the folder in the environment variable."""
        super().__init__()
        self.cloud = Cloud(Path(os.environ[CLOUD]))

    @property
    def region(self) -> str:
        """The configured Region."""
        return str(plain(self.settings.get("region")) or "eu-west-1")

    def complete_inputs(
        self, type_: str, name: str, inputs: Properties, old_inputs: Properties, seed: str
    ) -> Properties:
        """The inputs with a generated name."""
        if type_ in NOT_NAMED_BY_PROVIDER:
            return inputs
        key, max_length = NAMED_BY_PROVIDER.get(type_, DEFAULT_NAMED_BY_PROVIDER)
        type_properties = sdk_types.resource(type_)
        if (
            key not in type_properties.inputs
            or key in type_properties.required
            or inputs.get(key)
            or inputs.get(f"{key}Prefix")
        ):
            return inputs
        old_name = old_inputs.get(key) if key in old_inputs.get(DEFAULTS, []) else None
        generated = f"{name}-{seed[:7]}"
        if type_ == "aws:kms/alias:Alias":
            generated = f"alias/{generated}"
        if len(generated) > max_length:
            raise LookupError(f"the generated name {generated!r} is longer than {max_length} characters")
        return {**inputs, key: old_name or generated, DEFAULTS: [key]}

    def requires_replacement(self, type_: str, path: str, old: Properties, new: Properties) -> bool:
        """Whether the provider replaces the resource: listed properties, and a lower Kafka version of a cluster."""
        if type_ == _CLUSTER and path == "kafkaVersion":
            return aws_rules.is_older_kafka_version(str(plain(new[path])), str(plain(old[path])))
        return replaces(type_, path)

    def deletes_before_replace(self, type_: str, old: Properties, new: Properties) -> bool:
        """Whether both resources would have the same name. Generated names differ."""
        key, _ = NAMED_BY_PROVIDER.get(type_, DEFAULT_NAMED_BY_PROVIDER)
        return new.get(key) is not None and key not in new.get(DEFAULTS, []) and plain(new[key]) == plain(old.get(key))

    def updated_outputs(self, type_: str, old_outputs: Properties, inputs: Properties, *, preview: bool) -> Properties:
        """The outputs after an in-place update, including derived outputs."""
        input_types = sdk_types.resource(type_).inputs
        computed = {
            key: value for key, value in old_outputs.items() if key not in input_types or key not in _REMOVED_WITH_INPUT
        }
        outputs = {**computed, **inputs}
        if isinstance(plain(inputs.get("tags")), dict):
            outputs["tagsAll"] = plain(inputs["tags"])
        for key in _DERIVED_OUTPUTS.get(type_, ()):
            outputs[key] = UNKNOWN if preview else _next_value(key, old_outputs.get(key))
        return outputs

    def create(self, type_: str, urn: str, name: str, inputs: Properties) -> tuple[str, Properties]:
        """Create a resource.

        Raises:
            RejectedError: the service rejects it.
        """
        with self.cloud.lock:
            resource = CloudResource(type_, "", urn, random_hex(12), inputs)
            type_properties, name = sdk_types.resource(type_), physical_name(_as_resource(resource))
            key, _ = NAMED_BY_PROVIDER.get(type_, DEFAULT_NAMED_BY_PROVIDER)
            self._validate(type_, None, {**({key: name} if key in type_properties.inputs else {}), **inputs})
            if type_ not in FACTORIES:
                id_, outputs = self._simulated_cloud().outputs(_as_resource(resource), plain(inputs))
            if type_ in FACTORIES or not id_:
                known_inputs = {**plain(inputs), "revision": 1 + self._last_revision(plain(inputs).get("family"))}
                id_, outputs = id_and_outputs(
                    type_, SimulatedRegion(self.region), name, f"{urn}#{resource.seed}", known_inputs
                )
            all_outputs = {
                name_: sdk_types.blank(type_properties, name_, resource.seed)
                for name_ in type_properties.required_outputs
            }
            all_outputs |= {"tagsAll": plain(inputs.get("tags") or {}), "region": self.region, **outputs, **inputs}
            all_outputs = {name_: value for name_, value in all_outputs.items() if name_ in type_properties.outputs}
            self.cloud.put(replace(resource, id=id_, outputs=all_outputs))
            if type_ == _CLUSTER:
                all_outputs |= self._bootstrap_brokers(all_outputs["arn"])
                self.cloud.put(replace(resource, id=id_, outputs=all_outputs))
            return id_, all_outputs

    def _last_revision(self, family: Any) -> int:
        """The last revision of a task definition family. Numbers are not reused."""
        revisions = [task for task in self.cloud if task.type == TASK and task.get("family") == family]
        return max((plain(task.outputs["revision"]) for task in revisions), default=0)

    def read_resource(
        self, type_: str, id_: str, inputs: Properties, old_outputs: Properties
    ) -> tuple[Properties, Properties] | None:
        """Return the stored resource."""
        with self.cloud.lock:
            stored = self.cloud.find_exact(type_, id_, old_outputs)
        if stored and type_ == TASK:
            return aws_ecs.as_described_by_ecs(dict(stored.inputs)), aws_ecs.as_described_by_ecs(dict(stored.outputs))
        return (dict(stored.inputs), dict(stored.outputs)) if stored else None

    def update_inputs(self, inputs: Properties, ignored: Sequence[str]) -> Properties:
        """The inputs without an ignored number of tasks, which the provider does not send to ECS."""
        return {key: value for key, value in inputs.items() if not (key == "desiredCount" and key in ignored)}

    def update(self, type_: str, id_: str, urn: str, old_outputs: Properties, inputs: Properties) -> Properties:
        """Update a resource.

        Raises:
            RejectedError: the service rejects it.
        """
        with self.cloud.lock:
            resource = self._require(type_, id_, old_outputs)
            key, _ = NAMED_BY_PROVIDER.get(type_, DEFAULT_NAMED_BY_PROVIDER)
            # Also if the program sets only a prefix.
            name = {key: resource.outputs[key]} if key in resource.outputs else {}
            self._validate(type_, resource, {**name, **inputs})
            if type_ == aws_ecs.SERVICE:
                inputs = {"desiredCount": resource.outputs["desiredCount"], **inputs}
            outputs = self.updated_outputs(type_, dict(resource.outputs), inputs, preview=False)
            if type_ == aws_ecs.SERVICE:
                outputs |= aws_ecs.running_task(self.cloud, dict(resource.outputs), inputs)
            self.cloud.put(replace(resource, inputs=inputs, outputs=outputs))
            if type_ == _CLUSTER:
                # The provider reads these outputs again after an update. A preview returns the old values.
                outputs |= self._bootstrap_brokers(outputs["arn"])
                self.cloud.put(replace(resource, inputs=inputs, outputs=outputs))
            return outputs

    def delete(self, type_: str, id_: str, old_outputs: Properties) -> None:
        """Delete a resource, unless another one depends on it. A missing resource is not an error."""
        with self.cloud.lock:
            resource = self.cloud.find_exact(type_, id_, old_outputs)
            if resource is None:
                return
            for reason in aws_rules.dependents(self.cloud, resource):
                raise RejectedError(reason)
            if aws_rules.keeps_name_reserved(resource):
                self.cloud.put(replace(resource, deleted=True))
            else:
                self.cloud.remove(resource)

    def call(self, token: str, args: Properties) -> Properties:
        """Call a function against the emulated cloud."""
        with self.cloud.lock:
            if token == "aws:ec2/getRouteTables:getRouteTables":
                return {"ids": ["rtb-0d1c7a52e8b94f360"]}  # existing networks are assumed to have all routes
            result = self._existing_resource(token, plain(args)) or self._load_balancer(token, str(args.get("arn")))
            result = result or self._simulated_cloud().invoke(token, plain(args), "")
        if result is None:
            raise RejectedError(f"not found, or not emulated: {args}")
        return result

    def input_errors(self, type_: str, inputs: Properties) -> Sequence[InputError]:
        """Errors of the provider's schema and of its additional checks."""
        return [*super().input_errors(type_, inputs), *aws_rules.provider_errors(type_, plain(inputs))]

    def _validate(self, type_: str, previous: CloudResource | None, inputs: Properties) -> None:
        for reason in aws_rules.service_errors(self.cloud, type_, previous, plain(inputs)):
            raise RejectedError(reason)

    def _require(self, type_: str, id_: str, old_outputs: Properties) -> CloudResource:
        stored = self.cloud.find_exact(type_, id_, old_outputs)
        if stored is None:
            raise RejectedError(f"{id_} does not exist")
        return stored

    def _simulated_cloud(self) -> SimulatedCloud:
        """A simulated cloud that contains all stored resources."""
        simulated = SimulatedCloud(self.region, known=True)
        for resource in self.cloud:
            if resource.type != EXISTING and not resource.deleted:
                simulated.remember(_as_resource(resource), resource.names)
        return simulated

    def _existing_resource(self, token: str, args: Properties) -> Properties | None:
        """Describe an existing resource in the settings of a stack, if the function looks it up."""
        resource = self.cloud.find(str(args.get("id") or args.get("arn") or args.get("secretId")), EXISTING)
        if resource is None or resource.type != EXISTING:
            return None
        region = SimulatedRegion(self.region)
        zone = resource.get("availabilityZone")
        if token == "aws:ec2/getSubnet:getSubnet" and zone:
            ids = {"availabilityZone": zone, "availabilityZoneId": region.zone_id(zone)}
            return {
                "id": resource.id,
                "vpcId": resource.get("vpcId"),
                "arn": region.arn("ec2", f"subnet/{resource.id}"),
                **ids,
            }
        if token == "aws:ec2/getVpc:getVpc":
            return {"id": resource.id, "cidrBlock": "10.0.0.0/16", "arn": region.arn("ec2", f"vpc/{resource.id}")}
        if token == "aws:ec2/getSecurityGroup:getSecurityGroup":
            return {
                "id": resource.id,
                "vpcId": resource.get("vpcId"),
                "arn": region.arn("ec2", f"security-group/{resource.id}"),
            }
        if token == "aws:secretsmanager/getSecret:getSecret":
            return {"id": resource.id, "arn": resource.id, "name": resource.id.rpartition(":")[2]}
        return None

    def _load_balancer(self, token: str, arn: str) -> Properties | None:
        """Describe a load balancer or a listener."""
        if token == "aws:lb/getListener:getListener":
            listener = self.cloud.find(arn, "aws:lb/listener:Listener")
            return listener and {key: listener.get(key) for key in ("protocol", "port", "loadBalancerArn")}
        if token == "aws:lb/getLoadBalancer:getLoadBalancer":
            balancer = self.cloud.find(arn, "aws:lb/loadBalancer:LoadBalancer")
            if balancer is None:
                return None
            subnet = self.cloud.find(balancer.get("subnets")[0])
            described = {key: balancer.get(key) for key in ("internal", "securityGroups", "subnets")}
            names = {key: balancer.outputs[key] for key in ("dnsName", "zoneId")}
            return described | names | {"vpcId": subnet.get("vpcId") if subnet else ""}
        return None

    def _bootstrap_brokers(self, arn: str) -> Properties:
        """The bootstrap brokers of the enabled listeners: at most three brokers in each, as MSK returns them."""
        cluster = self._require(_CLUSTER, arn, {})
        nodes = self.call("aws:msk/getBrokerNodes:getBrokerNodes", {"clusterArn": arn})["nodeInfoLists"]
        hosts = [node["endpoints"][0] for node in nodes][:3]
        listener_enabled = {
            "Tls": bool(cluster.get("clientAuthentication.tls.certificateAuthorityArns")),
            "SaslScram": bool(cluster.get("clientAuthentication.sasl.scram")),
            "SaslIam": bool(cluster.get("clientAuthentication.sasl.iam")),
        }
        connectivity = "brokerNodeGroupInfo.connectivityInfo"
        route_enabled = {
            "bootstrapBrokers{}": True,
            "bootstrapBrokersPublic{}": cluster.get(f"{connectivity}.publicAccess.type") == "SERVICE_PROVIDED_EIPS",
            "bootstrapBrokers{}Ipv6": cluster.get(f"{connectivity}.networkType") == "DUAL",
        }
        strings = {
            template.format(listener): ",".join(f"{host}:{port + offset}" for host in hosts)
            for listener, port in _MSK_PORTS.items()
            for template, offset in _MSK_ROUTES.items()
            if listener_enabled[listener] and route_enabled[template]
        }
        empty = {
            key: "" for key in sdk_types.resource(cluster.type).outputs if key.startswith(("bootstrap", "zookeeper"))
        }
        return {**empty, **strings, "clusterUuid": arn.rpartition("/")[2]}


def _as_resource(resource: CloudResource) -> Resource:
    """A stored resource in the model of previews. The URN contains the seed, so that a replacement gets another ID."""
    return Resource(
        urn=f"{resource.urn}#{resource.seed}",
        type=resource.type,
        name=resource.urn.rpartition("::")[2],
        inputs={key: value for key, value in plain(resource.inputs).items() if key != DEFAULTS},
    )


def _next_value(key: str, old: Any) -> Any:
    return int(plain(old) or 0) + 1 if key == "latestRevision" else f"K{random_hex(13).upper()}"
