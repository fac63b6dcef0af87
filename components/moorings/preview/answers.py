"""What a cloud would answer: IDs, ARNs and results of functions that look like the real ones.

Nothing is guessed for a type or a function that is not in the tables: its outputs stay unknown.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from moorings.preview.plan import Resource, jsonable
from moorings.preview.values import MASK, UNKNOWN, UNKNOWN_TEXT, Secret, is_array, is_object

ACCOUNT = "123456789012"
"""The account that AWS's documentation uses."""

HOST_LABEL = 6
"""Letters by which MSK tells clusters of one name apart, in a broker's host name."""


def digest(seed: str, length: int) -> str:
    """Hexadecimal digits that are always the same for a seed."""
    return hashlib.sha256(seed.encode()).hexdigest()[:length]


def uuid(seed: str) -> str:
    """A UUID that is always the same for a seed."""
    text = digest(seed, 32)
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


class Place:
    """Where the resources of a program would be."""

    def __init__(self, region: str) -> None:
        """Take the region from which partition and suffix follow."""
        self.region = region
        self.partition, self.dns_suffix = "aws", "amazonaws.com"
        if region.startswith("cn-"):
            self.partition, self.dns_suffix = "aws-cn", "amazonaws.com.cn"
        if region.startswith("us-gov-"):
            self.partition = "aws-us-gov"

    def arn(self, service: str, rest: str, *, everywhere: bool = False) -> str:
        """An ARN in the region, or of a service that is everywhere the same."""
        return f"arn:{self.partition}:{service}:{'' if everywhere else self.region}:{ACCOUNT}:{rest}"

    def zone_id(self, zone: str) -> str:
        """The ID of a zone: ``eu-west-1a`` is ``euw1-az1``."""
        area, side, number = zone.rstrip("abcdef").rsplit("-", 2)
        short = side[0] + "".join(direction[0] for direction in ("east", "west") if side.endswith(direction, 1))
        return f"{area.replace('-', '')}{short}{number}-az{ord(zone[-1]) - ord('a') + 1}"


Made = tuple[str, dict[str, Any]]
"""An ID, and outputs beside the inputs."""

Maker = Callable[[Place, Resource, str], Made]
"""Makes them from the place, the resource, and its name in the cloud."""


def _arn(service: str, kind: str, *, suffix: bool = False) -> Maker:
    def make(place: Place, resource: Resource, name: str) -> Made:
        arn = place.arn(service, f"{kind}{name}{'-' + digest(resource.urn, 6) if suffix else ''}")
        return arn, {"arn": arn, "name": name}

    return make


def _ec2(prefix: str, kind: str) -> Maker:
    def make(place: Place, resource: Resource, name: str) -> Made:
        id_ = f"{prefix}-{digest(resource.urn, 17)}"
        return id_, {"arn": place.arn("ec2", f"{kind}/{id_}"), "name": name}

    return make


def _address(place: Place, resource: Resource, name: str) -> Made:
    """An address of the network that RFC 5737 keeps for documentation."""
    id_, outputs = _ec2("eipalloc", "elastic-ip")(place, resource, name)
    return id_, outputs | {"allocationId": id_, "publicIp": f"203.0.113.{int(digest(resource.urn, 2), 16)}"}


def _key(place: Place, resource: Resource, _: str) -> Made:
    id_ = uuid(resource.urn)
    return id_, {"keyId": id_, "arn": place.arn("kms", f"key/{id_}")}


def _alias(place: Place, _: Resource, name: str) -> Made:
    return name, {"name": name, "arn": place.arn("kms", name)}


def _msk_cluster(place: Place, resource: Resource, name: str) -> Made:
    arn = place.arn("kafka", f"cluster/{name}/{uuid(resource.urn)}-2")
    return arn, {"arn": arn, "clusterName": name, "currentVersion": "K1A2B3C4D5E6F7"}


def _msk_configuration(place: Place, resource: Resource, name: str) -> Made:
    arn = place.arn("kafka", f"configuration/{name}/{uuid(resource.urn)}-2")
    return arn, {"arn": arn, "name": name, "latestRevision": 1}


def _topic(place: Place, resource: Resource, name: str) -> Made:
    cluster = str(resource.inputs["clusterArn"]).partition(":cluster/")[2]
    return name, {"arn": place.arn("kafka", f"topic/{cluster}/{name}"), "name": name}


def _certificate(place: Place, resource: Resource, _: str) -> Made:
    arn, domain = place.arn("acm", f"certificate/{uuid(resource.urn)}"), resource.inputs["domainName"]
    record = {"domainName": domain, "resourceRecordName": f"_{digest(resource.urn, 32)}.{domain}."}
    record |= {"resourceRecordType": "CNAME", "resourceRecordValue": f"_{digest(arn, 32)}.acm-validations.aws."}
    return arn, {"arn": arn, "domainValidationOptions": [record]}


def _task_definition(place: Place, resource: Resource, _: str) -> Made:
    family = str(resource.inputs["family"])
    arn = place.arn("ecs", f"task-definition/{family}:1")
    outputs = {"arn": arn, "arnWithoutRevision": arn.removesuffix(":1"), "revision": 1}
    return family, outputs


def _service(place: Place, resource: Resource, name: str) -> Made:
    cluster = str(resource.inputs["cluster"]).rpartition("/")[2]
    arn = place.arn("ecs", f"service/{cluster}/{name}")
    return arn, {"arn": arn, "name": name}


def _load_balancer(place: Place, resource: Resource, name: str) -> Made:
    suffix = f"app/{name}/{digest(resource.urn, 16)}"
    arn = place.arn("elasticloadbalancing", f"loadbalancer/{suffix}")
    host = f"internal-{name}-{int(digest(resource.urn, 8), 16)}.{place.region}.elb.{place.dns_suffix}"
    return arn, {"arn": arn, "arnSuffix": suffix, "name": name, "dnsName": host, "zoneId": "Z32O12XQLNTSW2"}


def _target_group(place: Place, resource: Resource, name: str) -> Made:
    suffix = f"targetgroup/{name}/{digest(resource.urn, 16)}"
    arn = place.arn("elasticloadbalancing", suffix)
    return arn, {"arn": arn, "arnSuffix": suffix, "name": name}


def _bucket(place: Place, resource: Resource, name: str) -> Made:
    bucket = str(resource.inputs.get("bucket") or f"{resource.inputs.get('bucketPrefix', name)}")
    outputs = {"bucket": bucket, "arn": f"arn:{place.partition}:s3:::{bucket}"}
    return bucket, outputs


def _secret_version(_: Place, resource: Resource, __: str) -> Made:
    version, secret = uuid(resource.urn), resource.inputs["secretId"]
    return f"{secret}|{version}", {"arn": secret, "versionId": version, "versionStages": ["AWSCURRENT"]}


def _by_input(key: str) -> Maker:
    return lambda _, resource, __: (str(resource.inputs[key]), {})


def _association(_: Place, resource: Resource, __: str) -> Made:
    return f"{resource.inputs['clusterArn']},{resource.inputs['secretArn']}", {}


def _subnet(place: Place, resource: Resource, name: str) -> Made:
    id_, outputs = _ec2("subnet", "subnet")(place, resource, name)
    zone = resource.inputs.get("availabilityZone")
    return id_, outputs | ({"availabilityZoneId": place.zone_id(zone)} if isinstance(zone, str) else {})


def _random(_: Place, resource: Resource, __: str) -> Made:
    length = int(resource.inputs.get("length", 16))
    text = (digest(resource.urn, 64) * (length // 64 + 1))[:length]
    return "none", {"result": text, "bcryptHash": digest(text, 60)}


def _role(place: Place, resource: Resource, name: str) -> Made:
    return name, {
        "arn": place.arn("iam", f"role/{name}", everywhere=True),
        "uniqueId": f"AROA{digest(resource.urn, 17).upper()}",
    }


Function = Callable[[Place, dict[str, Any]], dict[str, Any] | None]
"""Tells what a function answers, from where it is asked and its arguments; None where that cannot be known."""

MAKERS: Mapping[str, Maker] = {
    "aws:acm/certificate:Certificate": _certificate,
    "aws:cloudwatch/eventRule:EventRule": _arn("events", "rule/"),
    "aws:cloudwatch/logGroup:LogGroup": lambda place, _, name: (
        name,
        {"name": name, "arn": place.arn("logs", f"log-group:{name}")},
    ),
    "aws:ec2/eip:Eip": _address,
    "aws:ec2/internetGateway:InternetGateway": _ec2("igw", "internet-gateway"),
    "aws:ec2/natGateway:NatGateway": _ec2("nat", "natgateway"),
    "aws:ec2/route:Route": _ec2("r-rtb", "route"),
    "aws:ec2/routeTable:RouteTable": _ec2("rtb", "route-table"),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": _ec2("rtbassoc", "route-table-association"),
    "aws:ec2/securityGroup:SecurityGroup": _ec2("sg", "security-group"),
    "aws:ec2/subnet:Subnet": _subnet,
    "aws:ec2/vpc:Vpc": _ec2("vpc", "vpc"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": _ec2("vpce", "vpc-endpoint"),
    "aws:ecs/cluster:Cluster": _arn("ecs", "cluster/"),
    "aws:ecs/service:Service": _service,
    "aws:ecs/taskDefinition:TaskDefinition": _task_definition,
    "aws:iam/role:Role": _role,
    "aws:kms/alias:Alias": _alias,
    "aws:kms/key:Key": _key,
    "aws:lb/loadBalancer:LoadBalancer": _load_balancer,
    "aws:lb/targetGroup:TargetGroup": _target_group,
    "aws:msk/cluster:Cluster": _msk_cluster,
    "aws:msk/configuration:Configuration": _msk_configuration,
    "aws:msk/singleScramSecretAssociation:SingleScramSecretAssociation": _association,
    "aws:msk/topic:Topic": _topic,
    "aws:s3/bucket:Bucket": _bucket,
    "aws:secretsmanager/secret:Secret": _arn("secretsmanager", "secret:", suffix=True),
    "aws:secretsmanager/secretPolicy:SecretPolicy": _by_input("secretArn"),
    "aws:secretsmanager/secretVersion:SecretVersion": _secret_version,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _ec2("sgr", "security-group-rule"),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _ec2("sgr", "security-group-rule"),
    "random:index/randomPassword:RandomPassword": _random,
    "random:index/randomString:RandomString": _random,
}

NAME_INPUTS = ("name", "clusterName")


def physical_name(resource: Resource) -> str:
    """The name in the cloud: the one that is given, one that begins as is asked for, or one that Pulumi makes."""
    for key in NAME_INPUTS:
        if isinstance(resource.inputs.get(key), str):
            return str(resource.inputs[key])
    prefix = resource.inputs.get("namePrefix")
    return (
        f"{prefix}{digest(resource.urn, 26)}"
        if isinstance(prefix, str)
        else f"{resource.name}-{digest(resource.urn, 7)}"
    )


class CloudAnswers:
    """Answers as a cloud would.

    Args:
        region: AWS region of the program.
        known: whether outputs are known, as after a deployment, or not, as in the preview of a new stack.
        references: outputs of the stacks that a program may refer to, where they are known.

    """

    def __init__(
        self, region: str, *, known: bool, references: Callable[[str], Mapping[str, Any] | None] = lambda _: None
    ) -> None:
        """Begin with nothing made."""
        self._place, self._known, self._references = Place(region), known, references
        self._places: dict[str, Place] = {}
        self._made: dict[str, Resource] = {}
        self._functions: dict[str, Function] = {
            "aws:index/getCallerIdentity:getCallerIdentity": lambda place, _: {
                "accountId": ACCOUNT,
                "arn": f"arn:{place.partition}:iam::{ACCOUNT}:user/deployer",
                "userId": "AIDACKCEVSQ6C2EXAMPLE",
                "id": ACCOUNT,
            },
            "aws:index/getRegion:getRegion": lambda place, _: {
                "region": place.region,
                "name": place.region,
                "id": place.region,
            },
            "aws:index/getPartition:getPartition": lambda place, _: {
                "partition": place.partition,
                "dnsSuffix": place.dns_suffix,
                "id": place.partition,
            },
            "aws:index/getAvailabilityZones:getAvailabilityZones": self._zones,
            "aws:ec2/getSubnet:getSubnet": self._subnet,
            "aws:msk/getBrokerNodes:getBrokerNodes": self._broker_nodes,
        }

    def outputs(self, resource: Resource, inputs: dict[str, Any]) -> Made:
        """What a resource would have been given."""
        if resource.type.startswith("pulumi:providers:") and isinstance(inputs.get("region"), str):
            self._places[resource.urn] = Place(inputs["region"])
        if resource.type.startswith("kubernetes:") and resource.custom:
            return self._kubernetes(resource)
        if not self._known or not resource.custom:
            return "", {}
        if resource.type.startswith("pulumi:providers:"):
            return uuid(resource.urn), {}
        maker = MAKERS.get(resource.type)
        if maker is None:
            return "", {}
        # The tables read names and IDs; what is secret or unknown is none of them.
        plain = {key: value for key, value in inputs.items() if value is not UNKNOWN and not isinstance(value, Secret)}
        known = replace(resource, inputs=plain)
        try:
            id_, outputs = maker(self._place_of(resource.provider), known, physical_name(known))
        except KeyError:  # an input that names it is unknown itself
            return "", {}
        self._made[id_] = self._made[str(outputs.get("arn", id_))] = known
        return id_, {**outputs, "id": id_}

    def invoke(self, token: str, args: dict[str, Any], provider: str) -> dict[str, Any] | None:
        """What a function would tell, None where that is unknown."""
        function = self._functions.get(token)
        return function(self._place_of(provider), args) if function else None

    def read(self, type_: str, name: str, id_: str) -> dict[str, Any]:
        """What is there already; of another stack, its outputs."""
        if type_ != "pulumi:pulumi:StackReference":
            return {}
        outputs = self._references(id_ or name)
        if outputs is None or not self._known:
            return {"name": id_, "outputs": UNKNOWN_TEXT, "secretOutputNames": UNKNOWN_TEXT}
        secret = sorted(key for key, value in outputs.items() if MASK in json.dumps(jsonable(value)))
        return {"name": id_, "outputs": jsonable(outputs), "secretOutputNames": secret}

    def _place_of(self, provider: str) -> Place:
        """In a provider's region, or in the stack's; a provider is named by its URN and its ID."""
        return self._places.get(provider.rpartition("::")[0], self._place)

    def _kubernetes(self, resource: Resource) -> Made:
        """An object has its name by the first preview; only which one the provider makes up is not known."""
        given = resource.inputs.get("metadata")
        metadata: Mapping[str, Any] = given if is_object(given) else {}
        name = metadata.get("name") or (f"{resource.name}-{digest(resource.urn, 8)}" if self._known else UNKNOWN_TEXT)
        space = metadata.get("namespace") or "default"
        id_ = f"{space}/{name}" if self._known else ""
        return id_, {"metadata": {"name": name, "namespace": space}}

    @staticmethod
    def _zones(place: Place, _: dict[str, Any]) -> dict[str, Any]:
        names = [f"{place.region}{letter}" for letter in "abc"]
        return {"names": names, "zoneIds": [place.zone_id(name) for name in names], "id": place.region}

    def _subnet(self, place: Place, args: dict[str, Any]) -> dict[str, Any] | None:
        """A subnet of this program; of others nothing is known."""
        made = self._made.get(str(args.get("id")))
        if made is None or "availabilityZone" not in made.inputs:
            return None
        zone = str(made.inputs["availabilityZone"])
        return {
            "id": args["id"],
            "vpcId": made.inputs.get("vpcId"),
            "availabilityZone": zone,
            "availabilityZoneId": place.zone_id(zone),
        }

    def _broker_nodes(self, place: Place, args: dict[str, Any]) -> dict[str, Any] | None:
        """As many brokers as the cluster has, shared out over its subnets."""
        made = self._made.get(str(args.get("clusterArn")))
        subnets = made.inputs["brokerNodeGroupInfo"].get("clientSubnets") if made else None
        if made is None or not is_array(subnets) or not isinstance(made.inputs.get("numberOfBrokerNodes"), int):
            return None
        name, label = physical_name(made).lower(), digest(made.urn, HOST_LABEL)
        hosts = f"{name}.{label}.c2.kafka.{place.region}.{place.dns_suffix}"
        return {
            "clusterArn": args["clusterArn"],
            "id": args["clusterArn"],
            "nodeInfoLists": [
                {
                    "brokerId": number + 1,
                    "clientSubnet": subnets[number % len(subnets)],
                    "endpoints": [f"b-{number + 1}.{hosts}"],
                    "nodeArn": f"{args['clusterArn']}/{number + 1}",
                }
                for number in range(made.inputs["numberOfBrokerNodes"])
            ],
        }
