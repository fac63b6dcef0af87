"""Emulated AWS provider."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from emulated_providers import aws_ecs, aws_rules, sdk_types
from emulated_providers.aws_outputs import MAKERS, made
from emulated_providers.aws_replacements import (
    NAMED_BY_PROVIDER,
    NOT_NAMED_BY_PROVIDER,
    OTHERS_NAMED_BY_PROVIDER,
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

CLOUD = "MOORINGS_DOUBLE_CLOUD"
"""Environment variable with the folder of the emulated cloud."""

# Outputs that change with an input.
_FOLLOWS = {
    "aws:msk/cluster:Cluster": {"currentVersion"},
    "aws:msk/configuration:Configuration": {"latestRevision"},
}
# Outputs that are removed with their input. Other outputs keep the value that the service chose.
_OPTIONAL = {"tags", "description", "policy"}
_CLUSTER = "aws:msk/cluster:Cluster"
_MSK_PORTS = {"Tls": 9094, "SaslScram": 9096, "SaslIam": 9098}
_MSK_WAYS = {"bootstrapBrokers{}": 0, "bootstrapBrokersPublic{}": 100, "bootstrapBrokers{}Ipv6": 11000}
"""Output of the bootstrap string for each route, and the offset of its ports."""


class AwsProvider(EmulatedProvider):
    """Stores AWS resources in a folder."""

    package = "aws"

    def __init__(self) -> None:
        """Use the folder that the environment names."""
        super().__init__()
        self.cloud = Cloud(Path(os.environ[CLOUD]))

    @property
    def region(self) -> str:
        """The configured Region."""
        return str(plain(self.settings.get("region")) or "eu-west-1")

    def complete_inputs(self, type_: str, name: str, inputs: Properties, olds: Properties, seed: str) -> Properties:
        """The inputs with a generated name and the default tags of the provider."""
        if type_ in NOT_NAMED_BY_PROVIDER:
            return inputs
        key, longest = NAMED_BY_PROVIDER.get(type_, OTHERS_NAMED_BY_PROVIDER)
        shape = sdk_types.resource(type_)
        if key not in shape.inputs or key in shape.required or inputs.get(key) or inputs.get(f"{key}Prefix"):
            return inputs
        old_name = olds.get(key) if key in olds.get(DEFAULTS, []) else None
        generated = f"{name}-{seed[:7]}"
        if type_ == "aws:kms/alias:Alias":
            generated = f"alias/{generated}"
        if len(generated) > longest:
            raise LookupError(f"the name {generated!r}, which the provider makes, is longer than {longest} characters")
        return {**inputs, key: old_name or generated, DEFAULTS: [key]}

    def requires_replacement(self, type_: str, path: str, old: Properties, new: Properties) -> bool:
        """Whether the table lists the property, or the provider considers a Kafka version lower."""
        if type_ == _CLUSTER and path == "kafkaVersion":
            return aws_rules.is_older_kafka_version(str(plain(new[path])), str(plain(old[path])))
        return replaces(type_, path)

    def deletes_before_replace(self, type_: str, old: Properties, new: Properties) -> bool:
        """Whether both resources would have the same name. Generated names differ."""
        key, _ = NAMED_BY_PROVIDER.get(type_, OTHERS_NAMED_BY_PROVIDER)
        return new.get(key) is not None and key not in new.get(DEFAULTS, []) and plain(new[key]) == plain(old.get(key))

    def updated_outputs(self, type_: str, olds: Properties, inputs: Properties, *, preview: bool) -> Properties:
        """The outputs after an in-place update, including derived outputs."""
        input_types = sdk_types.resource(type_).inputs
        computed = {key: value for key, value in olds.items() if key not in input_types or key not in _OPTIONAL}
        outputs = {**computed, **inputs}
        if isinstance(plain(inputs.get("tags")), dict):
            outputs["tagsAll"] = plain(inputs["tags"])
        for key in _FOLLOWS.get(type_, ()):
            outputs[key] = UNKNOWN if preview else _next(key, olds.get(key))
        return outputs

    def create(self, type_: str, urn: str, name: str, inputs: Properties) -> tuple[str, Properties]:
        """Create a resource, unless the service rejects it."""
        with self.cloud.lock:
            thing = CloudResource(type_, "", urn, random_hex(12), inputs)
            shape, name = sdk_types.resource(type_), physical_name(_as_resource(thing))
            key, _ = NAMED_BY_PROVIDER.get(type_, OTHERS_NAMED_BY_PROVIDER)
            self._judge(type_, None, {**({key: name} if key in shape.inputs else {}), **inputs})
            if type_ not in MAKERS:
                id_, outputs = self._answers().outputs(_as_resource(thing), plain(inputs))
            if type_ in MAKERS or not id_:
                known_inputs = {**plain(inputs), "revision": 1 + self._revisions(plain(inputs).get("family"))}
                id_, outputs = made(type_, SimulatedRegion(self.region), name, f"{urn}#{thing.seed}", known_inputs)
            all_outputs = {name_: sdk_types.blank(shape, name_, thing.seed) for name_ in shape.always}
            all_outputs |= {"tagsAll": plain(inputs.get("tags") or {}), "region": self.region, **outputs, **inputs}
            all_outputs = {name_: value for name_, value in all_outputs.items() if name_ in shape.outputs}
            self.cloud.put(replace(thing, id=id_, outputs=all_outputs))
            if type_ == _CLUSTER:
                all_outputs |= self._endpoints(all_outputs["arn"])
                self.cloud.put(replace(thing, id=id_, outputs=all_outputs))
            return id_, all_outputs

    def _revisions(self, family: Any) -> int:
        """The number of revisions that a task definition family has had. Numbers are not reused."""
        before = [thing for thing in self.cloud if thing.type == TASK and thing.get("family") == family]
        return max((plain(thing.outputs["revision"]) for thing in before), default=0)

    def read_resource(
        self, type_: str, id_: str, inputs: Properties, olds: Properties
    ) -> tuple[Properties, Properties] | None:
        """Return the stored resource."""
        with self.cloud.lock:
            stored = self.cloud.find_exact(type_, id_, olds)
        if stored and type_ == TASK:
            return aws_ecs.described(dict(stored.inputs)), aws_ecs.described(dict(stored.outputs))
        return (dict(stored.inputs), dict(stored.outputs)) if stored else None

    def update(self, type_: str, id_: str, urn: str, olds: Properties, inputs: Properties) -> Properties:
        """Update a resource, unless the service rejects it."""
        with self.cloud.lock:
            thing = self._there(type_, id_, olds)
            key, _ = NAMED_BY_PROVIDER.get(type_, OTHERS_NAMED_BY_PROVIDER)
            named = {key: thing.outputs[key]} if key in thing.outputs else {}  # also if only a prefix is set
            self._judge(type_, thing, {**named, **inputs})
            outputs = self.updated_outputs(type_, dict(thing.outputs), inputs, preview=False)
            if type_ == aws_ecs.SERVICE:
                outputs |= aws_ecs.running_task(self.cloud, dict(thing.outputs), inputs)
            self.cloud.put(replace(thing, inputs=inputs, outputs=outputs))
            if type_ == _CLUSTER:
                # Read again after the update. The preview has the old value, as with the real provider.
                outputs |= self._endpoints(outputs["arn"])
                self.cloud.put(replace(thing, inputs=inputs, outputs=outputs))
            return outputs

    def delete(self, type_: str, id_: str, olds: Properties) -> None:
        """Delete a resource, unless another one depends on it. A missing resource is not an error."""
        with self.cloud.lock:
            thing = self.cloud.find_exact(type_, id_, olds)
            if thing is None:
                return
            for reason in aws_rules.dependents(self.cloud, thing):
                raise RejectedError(reason)
            if aws_rules.keeps_name_reserved(thing):
                self.cloud.put(replace(thing, deleted=True))
            else:
                self.cloud.remove(thing)

    def call(self, token: str, args: Properties) -> Properties:
        """Call a function against the emulated cloud."""
        with self.cloud.lock:
            if token == "aws:ec2/getRouteTables:getRouteTables":
                return {"ids": ["rtb-0d1c7a52e8b94f360"]}  # an existing network is assumed to have all routes
            answer = self._of_what_was_there(token, plain(args)) or self._answers().invoke(token, plain(args), "")
        if answer is None:
            raise RejectedError(f"not found, or not emulated: {args}")
        return answer

    def input_errors(self, type_: str, inputs: Properties) -> Sequence[InputError]:
        """Errors of the provider's schema and of its additional checks."""
        return [*super().input_errors(type_, inputs), *aws_rules.provider_errors(type_, plain(inputs))]

    def _judge(self, type_: str, before: CloudResource | None, inputs: Properties) -> None:
        for reason in aws_rules.service_errors(self.cloud, type_, before, plain(inputs)):
            raise RejectedError(reason)

    def _there(self, type_: str, id_: str, olds: Properties) -> CloudResource:
        stored = self.cloud.find_exact(type_, id_, olds)
        if stored is None:
            raise RejectedError(f"{id_} does not exist")
        return stored

    def _answers(self) -> SimulatedCloud:
        """A simulated cloud that contains all stored resources."""
        answers = SimulatedCloud(self.region, known=True)
        for thing in self.cloud:
            if thing.type != EXISTING and not thing.deleted:
                answers.remember(_as_resource(thing), thing.names)
        return answers

    def _of_what_was_there(self, token: str, args: Properties) -> Properties | None:
        """Describe an existing resource that the settings of a stack name."""
        thing = self.cloud.find(str(args.get("id") or args.get("arn") or args.get("secretId")), EXISTING)
        if thing is None or thing.type != EXISTING:
            return None
        place = SimulatedRegion(self.region)
        zone = thing.get("availabilityZone")
        if token == "aws:ec2/getSubnet:getSubnet" and zone:
            ids = {"availabilityZone": zone, "availabilityZoneId": place.zone_id(zone)}
            return {"id": thing.id, "vpcId": thing.get("vpcId"), "arn": place.arn("ec2", f"subnet/{thing.id}"), **ids}
        if token == "aws:ec2/getVpc:getVpc":
            return {"id": thing.id, "cidrBlock": "10.0.0.0/16", "arn": place.arn("ec2", f"vpc/{thing.id}")}
        if token == "aws:ec2/getSecurityGroup:getSecurityGroup":
            return {"id": thing.id, "vpcId": thing.get("vpcId"), "arn": place.arn("ec2", f"security-group/{thing.id}")}
        if token == "aws:secretsmanager/getSecret:getSecret":
            return {"id": thing.id, "arn": thing.id, "name": thing.id.rpartition(":")[2]}
        return None

    def _endpoints(self, arn: str) -> Properties:
        """The bootstrap strings of the enabled listeners, with three brokers at most, as MSK returns them."""
        cluster = self._there(_CLUSTER, arn, {})
        nodes = self.call("aws:msk/getBrokerNodes:getBrokerNodes", {"clusterArn": arn})["nodeInfoLists"]
        hosts = [node["endpoints"][0] for node in nodes][:3]
        on = {
            "Tls": bool(cluster.get("clientAuthentication.tls.certificateAuthorityArns")),
            "SaslScram": bool(cluster.get("clientAuthentication.sasl.scram")),
            "SaslIam": bool(cluster.get("clientAuthentication.sasl.iam")),
        }
        connectivity = "brokerNodeGroupInfo.connectivityInfo"
        open_ = {
            "bootstrapBrokers{}": True,
            "bootstrapBrokersPublic{}": cluster.get(f"{connectivity}.publicAccess.type") == "SERVICE_PROVIDED_EIPS",
            "bootstrapBrokers{}Ipv6": cluster.get(f"{connectivity}.networkType") == "DUAL",
        }
        strings = {
            way.format(listener): ",".join(f"{host}:{port + added}" for host in hosts)
            for listener, port in _MSK_PORTS.items()
            for way, added in _MSK_WAYS.items()
            if on[listener] and open_[way]
        }
        off = {
            key: "" for key in sdk_types.resource(cluster.type).outputs if key.startswith(("bootstrap", "zookeeper"))
        }
        return {**off, **strings, "clusterUuid": arn.rpartition("/")[2]}


def _as_resource(thing: CloudResource) -> Resource:
    """A stored resource in the model of previews. The URN contains the seed, so that a replacement has another ID."""
    return Resource(
        urn=f"{thing.urn}#{thing.seed}",
        type=thing.type,
        name=thing.urn.rpartition("::")[2],
        inputs={key: value for key, value in plain(thing.inputs).items() if key != DEFAULTS},
    )


def _next(key: str, old: Any) -> Any:
    return int(plain(old) or 0) + 1 if key == "latestRevision" else f"K{random_hex(13).upper()}"
