"""The double of the AWS provider."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from doubles import aws_containers, aws_rules, sdk
from doubles.aws_outputs import MAKERS, made
from doubles.aws_replacements import NAMED_BY_PROVIDER, NOT_NAMED_BY_PROVIDER, OTHERS_NAMED_BY_PROVIDER, replaces
from doubles.aws_rules import TASK
from doubles.cloud import THERE_BEFORE, Cloud, Thing
from doubles.provider import DEFAULTS, Double, RefusedError, random_hex
from doubles.sdk import Mistake
from doubles.wire import Properties, plain
from moorings.preview.plan import Resource
from moorings.preview.secret_masking import UNKNOWN
from moorings.preview.simulated_aws import SimulatedRegion, physical_name
from moorings.preview.simulated_cloud import SimulatedCloud

CLOUD = "MOORINGS_DOUBLE_CLOUD"
"""Names the folder of the cloud."""

# Outputs that another value of an input changes.
_FOLLOWS = {
    "aws:msk/cluster:Cluster": {"currentVersion"},
    "aws:msk/configuration:Configuration": {"latestRevision"},
}
# Inputs that are gone from the outputs once they are not given any more; others keep what the service chose.
_OPTIONAL = {"tags", "description", "policy"}
_CLUSTER = "aws:msk/cluster:Cluster"
_MSK_PORTS = {"Tls": 9094, "SaslScram": 9096, "SaslIam": 9098}
_MSK_WAYS = {"bootstrapBrokers{}": 0, "bootstrapBrokersPublic{}": 100, "bootstrapBrokers{}Ipv6": 11000}
"""The strings of each listener by the way that leads to it, and what is added to its port there."""


class AwsProvider(Double):
    """Makes things in a cloud that is a folder."""

    package = "aws"

    def __init__(self) -> None:
        """Take the cloud that the environment names."""
        super().__init__()
        self.cloud = Cloud(Path(os.environ[CLOUD]))

    @property
    def region(self) -> str:
        """The region that the provider is set to."""
        return str(plain(self.settings.get("region")) or "eu-west-1")

    def completed(self, type_: str, name: str, inputs: Properties, olds: Properties, seed: str) -> Properties:
        """The inputs with a name and with the provider's default tags."""
        if type_ in NOT_NAMED_BY_PROVIDER:
            return inputs
        key, longest = NAMED_BY_PROVIDER.get(type_, OTHERS_NAMED_BY_PROVIDER)
        shape = sdk.resource(type_)
        if key not in shape.inputs or key in shape.required or inputs.get(key) or inputs.get(f"{key}Prefix"):
            return inputs
        kept = olds.get(key) if key in olds.get(DEFAULTS, []) else None
        made = f"{name}-{seed[:7]}"
        if type_ == "aws:kms/alias:Alias":
            made = f"alias/{made}"
        if len(made) > longest:
            raise LookupError(f"the name {made!r}, which the provider makes, is longer than {longest} characters")
        return {**inputs, key: kept or made, DEFAULTS: [key]}

    def replaced_by(self, type_: str, path: str, old: Properties, new: Properties) -> bool:
        """Whether the table says so; a Kafka version that the provider knows to be lower as well."""
        if type_ == _CLUSTER and path == "kafkaVersion":
            return aws_rules.older_kafka(str(plain(new[path])), str(plain(old[path])))
        return replaces(type_, path)

    def deleted_first(self, type_: str, old: Properties, new: Properties) -> bool:
        """Two things of one name cannot be there at once; names that the provider makes differ."""
        key, _ = NAMED_BY_PROVIDER.get(type_, OTHERS_NAMED_BY_PROVIDER)
        return new.get(key) is not None and key not in new.get(DEFAULTS, []) and plain(new[key]) == plain(old.get(key))

    def changed(self, type_: str, olds: Properties, inputs: Properties, *, preview: bool) -> Properties:
        """The outputs after an update in place, with what follows from it."""
        given = sdk.resource(type_).inputs
        computed = {key: value for key, value in olds.items() if key not in given or key not in _OPTIONAL}
        found = {**computed, **inputs}
        if isinstance(plain(inputs.get("tags")), dict):
            found["tagsAll"] = plain(inputs["tags"])
        for key in _FOLLOWS.get(type_, ()):
            found[key] = UNKNOWN if preview else _next(key, olds.get(key))
        return found

    def create(self, type_: str, urn: str, name: str, inputs: Properties) -> tuple[str, Properties]:
        """Make a thing, unless the service refuses it."""
        with self.cloud.lock:
            thing = Thing(type_, "", urn, random_hex(12), inputs)
            shape, name = sdk.resource(type_), physical_name(_as_resource(thing))
            key, _ = NAMED_BY_PROVIDER.get(type_, OTHERS_NAMED_BY_PROVIDER)
            self._judge(type_, None, {**({key: name} if key in shape.inputs else {}), **inputs})
            if type_ not in MAKERS:
                id_, outputs = self._answers().outputs(_as_resource(thing), plain(inputs))
            if type_ in MAKERS or not id_:
                given = {**plain(inputs), "revision": 1 + self._revisions(plain(inputs).get("family"))}
                id_, outputs = made(type_, SimulatedRegion(self.region), name, f"{urn}#{thing.seed}", given)
            found = {each: sdk.blank(shape, each, thing.seed) for each in shape.always}
            found |= {"tagsAll": plain(inputs.get("tags") or {}), "region": self.region, **outputs, **inputs}
            found = {each: value for each, value in found.items() if each in shape.outputs}
            self.cloud.put(replace(thing, id=id_, outputs=found))
            if type_ == _CLUSTER:
                found |= self._endpoints(found["arn"])
                self.cloud.put(replace(thing, id=id_, outputs=found))
            return id_, found

    def _revisions(self, family: Any) -> int:
        """How many revisions a family of task definitions has had: numbers are not given twice."""
        before = [thing for thing in self.cloud if thing.type == TASK and thing.get("family") == family]
        return max((plain(thing.outputs["revision"]) for thing in before), default=0)

    def look(self, type_: str, id_: str, inputs: Properties, olds: Properties) -> tuple[Properties, Properties] | None:
        """What the cloud holds."""
        with self.cloud.lock:
            found = self.cloud.exactly(type_, id_, olds)
        if found and type_ == TASK:
            return aws_containers.described(dict(found.inputs)), aws_containers.described(dict(found.outputs))
        return (dict(found.inputs), dict(found.outputs)) if found else None

    def update(self, type_: str, id_: str, urn: str, olds: Properties, inputs: Properties) -> Properties:
        """Change a thing, unless the service refuses."""
        with self.cloud.lock:
            thing = self._there(type_, id_, olds)
            key, _ = NAMED_BY_PROVIDER.get(type_, OTHERS_NAMED_BY_PROVIDER)
            named = {key: thing.outputs[key]} if key in thing.outputs else {}  # also where only a prefix is given
            self._judge(type_, thing, {**named, **inputs})
            found = self.changed(type_, dict(thing.outputs), inputs, preview=False)
            if type_ == aws_containers.SERVICE:
                found |= aws_containers.what_runs(self.cloud, dict(thing.outputs), inputs)
            self.cloud.put(replace(thing, inputs=inputs, outputs=found))
            if type_ == _CLUSTER:
                # Read again after the update. Its preview has what was there before, as with the provider itself.
                found |= self._endpoints(found["arn"])
                self.cloud.put(replace(thing, inputs=inputs, outputs=found))
            return found

    def delete(self, type_: str, id_: str, olds: Properties) -> None:
        """Delete a thing, unless another needs it. What is gone already is no mistake."""
        with self.cloud.lock:
            thing = self.cloud.exactly(type_, id_, olds)
            if thing is None:
                return
            for reason in aws_rules.needed_by(self.cloud, thing):
                raise RefusedError(reason)
            if aws_rules.stays_for_a_while(thing):
                self.cloud.put(replace(thing, deleted=True))
            else:
                self.cloud.remove(thing)

    def call(self, token: str, args: Properties) -> Properties:
        """Answer a function, as the cloud stands."""
        with self.cloud.lock:
            if token == "aws:ec2/getRouteTables:getRouteTables":
                return {"ids": ["rtb-0d1c7a52e8b94f360"]}  # of a network that was there before, and has all routes
            answer = self._of_what_was_there(token, plain(args)) or self._answers().invoke(token, plain(args), "")
        if answer is None:
            raise RefusedError(f"there is nothing of that kind, or this double does not know the function: {args}")
        return answer

    def mistakes(self, type_: str, inputs: Properties) -> Sequence[Mistake]:
        """What the provider's schema refuses, and what it checks beyond."""
        return [*super().mistakes(type_, inputs), *aws_rules.checked_by_provider(type_, plain(inputs))]

    def _judge(self, type_: str, before: Thing | None, inputs: Properties) -> None:
        for reason in aws_rules.refused_by_service(self.cloud, type_, before, plain(inputs)):
            raise RefusedError(reason)

    def _there(self, type_: str, id_: str, olds: Properties) -> Thing:
        found = self.cloud.exactly(type_, id_, olds)
        if found is None:
            raise RefusedError(f"{id_} does not exist")
        return found

    def _answers(self) -> SimulatedCloud:
        """Answers that know of everything in the cloud."""
        answers = SimulatedCloud(self.region, known=True)
        for thing in self.cloud:
            if thing.type != THERE_BEFORE and not thing.deleted:
                answers.remember(_as_resource(thing), thing.names)
        return answers

    def _of_what_was_there(self, token: str, args: Properties) -> Properties | None:
        """Of what the settings name, without it having been made here."""
        thing = self.cloud.find(str(args.get("id") or args.get("arn") or args.get("secretId")), THERE_BEFORE)
        if thing is None or thing.type != THERE_BEFORE:
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
        """The bootstrap strings of the listeners that are on: three brokers at most, as MSK tells them."""
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
        off = {key: "" for key in sdk.resource(cluster.type).outputs if key.startswith(("bootstrap", "zookeeper"))}
        return {**off, **strings, "clusterUuid": arn.rpartition("/")[2]}


def _as_resource(thing: Thing) -> Resource:
    """The thing as the offline answers know resources. Its URN takes in the seed: a replacement has another ID."""
    return Resource(
        urn=f"{thing.urn}#{thing.seed}",
        type=thing.type,
        name=thing.urn.rpartition("::")[2],
        inputs={key: value for key, value in plain(thing.inputs).items() if key != DEFAULTS},
    )


def _next(key: str, old: Any) -> Any:
    return int(plain(old) or 0) + 1 if key == "latestRevision" else f"K{random_hex(13).upper()}"
