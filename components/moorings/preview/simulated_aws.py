"""Simulated AWS identifiers: IDs, ARNs and other outputs of resources, in the format that AWS uses."""

import hashlib
from collections.abc import Callable
from typing import Any

from moorings.preview.plan import Resource

ACCOUNT_ID = "123456789012"
"""The account ID that the AWS documentation uses in examples."""


def stable_hex(seed: str, length: int) -> str:
    """Return hexadecimal digits that depend on the seed only."""
    return hashlib.sha256(seed.encode()).hexdigest()[:length]


def stable_uuid(seed: str) -> str:
    """Return a UUID that depends on the seed only."""
    text = stable_hex(seed, 32)
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


_PARTITIONS = {
    "cn-": ("aws-cn", "amazonaws.com.cn"),
    "us-gov-": ("aws-us-gov", "amazonaws.com"),
    "eusc-": ("aws-eusc", "amazonaws.eu"),
    "us-iso-": ("aws-iso", "c2s.ic.gov"),
    "us-isob-": ("aws-iso-b", "sc2s.sgov.gov"),
    "eu-isoe-": ("aws-iso-e", "cloud.adc-e.uk"),
    "us-isof-": ("aws-iso-f", "csp.hci.ic.gov"),
    "": ("aws", "amazonaws.com"),
}
"""Partition and DNS suffix of the Regions with a prefix.

Source: https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json
"""


class SimulatedRegion:
    """An AWS Region with its partition and DNS suffix."""

    def __init__(self, region: str) -> None:
        """Derive partition and DNS suffix from the name of the Region."""
        self.region = region
        prefix = next((prefix for prefix in _PARTITIONS if region.startswith(prefix)), "")
        self.partition, self.dns_suffix = _PARTITIONS[prefix]

    def arn(self, service: str, resource: str, *, regional: bool = True) -> str:
        """Return an ARN; those of global services, such as IAM, contain no Region."""
        return f"arn:{self.partition}:{service}:{self.region if regional else ''}:{ACCOUNT_ID}:{resource}"

    def zone_id(self, zone: str) -> str:
        """Return the ID of an Availability Zone: ``euw1-az1`` for ``eu-west-1a``."""
        area, direction, number = zone.rstrip("abcdef").rsplit("-", 2)
        short = direction[0] + "".join(word[0] for word in ("east", "west") if direction.endswith(word, 1))
        return f"{area.replace('-', '')}{short}{number}-az{ord(zone[-1]) - ord('a') + 1}"


Outputs = tuple[str, dict[str, Any]]
"""The ID of a resource, and those of its outputs that are not inputs."""

Simulate = Callable[[SimulatedRegion, Resource, str], Outputs]
"""Returns the outputs of a resource from its Region, its inputs and its physical name."""


def _arn(service: str, prefix: str, *, suffix: bool = False) -> Simulate:
    def simulate(region: SimulatedRegion, resource: Resource, name: str) -> Outputs:
        arn = region.arn(service, f"{prefix}{name}{'-' + stable_hex(resource.urn, 6) if suffix else ''}")
        return arn, {"arn": arn, "name": name}

    return simulate


def _ec2(prefix: str, kind: str) -> Simulate:
    def simulate(region: SimulatedRegion, resource: Resource, name: str) -> Outputs:
        id_ = f"{prefix}-{stable_hex(resource.urn, 17)}"
        return id_, {"arn": region.arn("ec2", f"{kind}/{id_}"), "name": name}

    return simulate


def _vpc_endpoint(region: SimulatedRegion, resource: Resource, name: str) -> Outputs:
    """Simulate an endpoint. Gateway endpoints of a service and a Region have one prefix list."""
    id_, outputs = _ec2("vpce", "vpc-endpoint")(region, resource, name)
    if resource.inputs.get("vpcEndpointType") == "Gateway":
        outputs["prefixListId"] = f"pl-{stable_hex(str(resource.inputs['serviceName']), 8)}"
    return id_, outputs


def _elastic_ip(region: SimulatedRegion, resource: Resource, name: str) -> Outputs:
    """Simulate an address of 203.0.113.0/24, which RFC 5737 reserves for documentation."""
    id_, outputs = _ec2("eipalloc", "elastic-ip")(region, resource, name)
    return id_, outputs | {"allocationId": id_, "publicIp": f"203.0.113.{int(stable_hex(resource.urn, 2), 16)}"}


def _kms_key(region: SimulatedRegion, resource: Resource, _: str) -> Outputs:
    id_ = stable_uuid(resource.urn)
    return id_, {"keyId": id_, "arn": region.arn("kms", f"key/{id_}")}


def _kms_alias(region: SimulatedRegion, _: Resource, name: str) -> Outputs:
    return name, {"name": name, "arn": region.arn("kms", name)}


def _log_group(region: SimulatedRegion, _: Resource, name: str) -> Outputs:
    return name, {"name": name, "arn": region.arn("logs", f"log-group:{name}")}


def _msk_cluster(region: SimulatedRegion, resource: Resource, name: str) -> Outputs:
    arn = region.arn("kafka", f"cluster/{name}/{stable_uuid(resource.urn)}-2")
    return arn, {"arn": arn, "clusterName": name, "currentVersion": "K1A2B3C4D5E6F7"}


def _msk_configuration(region: SimulatedRegion, resource: Resource, name: str) -> Outputs:
    arn = region.arn("kafka", f"configuration/{name}/{stable_uuid(resource.urn)}-2")
    return arn, {"arn": arn, "name": name, "latestRevision": 1}


def _msk_topic(region: SimulatedRegion, resource: Resource, name: str) -> Outputs:
    cluster = str(resource.inputs["clusterArn"]).partition(":cluster/")[2]
    return name, {"arn": region.arn("kafka", f"topic/{cluster}/{name}"), "name": name}


def _msk_scram_association(_: SimulatedRegion, resource: Resource, __: str) -> Outputs:
    return f"{resource.inputs['clusterArn']},{resource.inputs['secretArn']}", {}


def _certificate(region: SimulatedRegion, resource: Resource, _: str) -> Outputs:
    arn, domain = region.arn("acm", f"certificate/{stable_uuid(resource.urn)}"), resource.inputs["domainName"]
    record = {"domainName": domain, "resourceRecordName": f"_{stable_hex(resource.urn, 32)}.{domain}."}
    record |= {"resourceRecordType": "CNAME", "resourceRecordValue": f"_{stable_hex(arn, 32)}.acm-validations.aws."}
    return arn, {"arn": arn, "domainValidationOptions": [record]}


def _task_definition(region: SimulatedRegion, resource: Resource, _: str) -> Outputs:
    family = str(resource.inputs["family"])
    arn = region.arn("ecs", f"task-definition/{family}:1")
    return family, {"arn": arn, "arnWithoutRevision": arn.removesuffix(":1"), "revision": 1}


def _ecs_service(region: SimulatedRegion, resource: Resource, name: str) -> Outputs:
    cluster = str(resource.inputs["cluster"]).rpartition("/")[2]
    arn = region.arn("ecs", f"service/{cluster}/{name}")
    return arn, {"arn": arn, "name": name}


def _load_balancer(region: SimulatedRegion, resource: Resource, name: str) -> Outputs:
    kind = "net" if resource.inputs.get("loadBalancerType") == "network" else "app"
    suffix = f"{kind}/{name}/{stable_hex(resource.urn, 16)}"
    arn = region.arn("elasticloadbalancing", f"loadbalancer/{suffix}")
    host = f"internal-{name}-{int(stable_hex(resource.urn, 8), 16)}.{region.region}.elb.{region.dns_suffix}"
    return arn, {"arn": arn, "arnSuffix": suffix, "name": name, "dnsName": host, "zoneId": "Z32O12XQLNTSW2"}


def _target_group(region: SimulatedRegion, resource: Resource, name: str) -> Outputs:
    suffix = f"targetgroup/{name}/{stable_hex(resource.urn, 16)}"
    arn = region.arn("elasticloadbalancing", suffix)
    return arn, {"arn": arn, "arnSuffix": suffix, "name": name}


def _bucket(region: SimulatedRegion, resource: Resource, name: str) -> Outputs:
    bucket = str(resource.inputs.get("bucket") or resource.inputs.get("bucketPrefix", name))
    return bucket, {"bucket": bucket, "arn": f"arn:{region.partition}:s3:::{bucket}"}


def _secret_policy(_: SimulatedRegion, resource: Resource, __: str) -> Outputs:
    return str(resource.inputs["secretArn"]), {}


def _secret_version(_: SimulatedRegion, resource: Resource, __: str) -> Outputs:
    version, secret = stable_uuid(resource.urn), resource.inputs["secretId"]
    return f"{secret}|{version}", {"arn": secret, "versionId": version, "versionStages": ["AWSCURRENT"]}


def _subnet(region: SimulatedRegion, resource: Resource, name: str) -> Outputs:
    id_, outputs = _ec2("subnet", "subnet")(region, resource, name)
    zone = resource.inputs.get("availabilityZone")
    return id_, outputs | ({"availabilityZoneId": region.zone_id(zone)} if isinstance(zone, str) else {})


def _random_text(_: SimulatedRegion, resource: Resource, __: str) -> Outputs:
    length = int(resource.inputs.get("length", 16))
    text = (stable_hex(resource.urn, 64) * (length // 64 + 1))[:length]
    return "none", {"result": text, "bcryptHash": stable_hex(text, 60)}


def _iam_role(region: SimulatedRegion, resource: Resource, name: str) -> Outputs:
    arn = region.arn("iam", f"role/{name}", regional=False)
    return name, {"arn": arn, "uniqueId": f"AROA{stable_hex(resource.urn, 17).upper()}"}


SIMULATED_TYPES: dict[str, Simulate] = {
    "aws:acm/certificate:Certificate": _certificate,
    "aws:cloudwatch/eventRule:EventRule": _arn("events", "rule/"),
    "aws:cloudwatch/logGroup:LogGroup": _log_group,
    "aws:ec2/eip:Eip": _elastic_ip,
    "aws:ec2/internetGateway:InternetGateway": _ec2("igw", "internet-gateway"),
    "aws:ec2/natGateway:NatGateway": _ec2("nat", "natgateway"),
    "aws:ec2/route:Route": _ec2("r-rtb", "route"),
    "aws:ec2/routeTable:RouteTable": _ec2("rtb", "route-table"),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": _ec2("rtbassoc", "route-table-association"),
    "aws:ec2/securityGroup:SecurityGroup": _ec2("sg", "security-group"),
    "aws:ec2/subnet:Subnet": _subnet,
    "aws:ec2/vpc:Vpc": _ec2("vpc", "vpc"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": _vpc_endpoint,
    "aws:ecs/cluster:Cluster": _arn("ecs", "cluster/"),
    "aws:ecs/service:Service": _ecs_service,
    "aws:ecs/taskDefinition:TaskDefinition": _task_definition,
    "aws:iam/role:Role": _iam_role,
    "aws:kms/alias:Alias": _kms_alias,
    "aws:kms/key:Key": _kms_key,
    "aws:lb/loadBalancer:LoadBalancer": _load_balancer,
    "aws:lb/targetGroup:TargetGroup": _target_group,
    "aws:msk/cluster:Cluster": _msk_cluster,
    "aws:msk/configuration:Configuration": _msk_configuration,
    "aws:msk/singleScramSecretAssociation:SingleScramSecretAssociation": _msk_scram_association,
    "aws:msk/topic:Topic": _msk_topic,
    "aws:s3/bucket:Bucket": _bucket,
    "aws:secretsmanager/secret:Secret": _arn("secretsmanager", "secret:", suffix=True),
    "aws:secretsmanager/secretPolicy:SecretPolicy": _secret_policy,
    "aws:secretsmanager/secretVersion:SecretVersion": _secret_version,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _ec2("sgr", "security-group-rule"),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _ec2("sgr", "security-group-rule"),
    "random:index/randomPassword:RandomPassword": _random_text,
    "random:index/randomString:RandomString": _random_text,
}
"""The types with simulated outputs; the outputs of all other types stay unknown."""


def physical_name(resource: Resource) -> str:
    """Return the name of a resource in AWS: the one in its inputs, or one that is generated as Pulumi does."""
    for key in ("name", "clusterName"):
        if isinstance(resource.inputs.get(key), str):
            return str(resource.inputs[key])
    prefix = resource.inputs.get("namePrefix")
    if isinstance(prefix, str):
        return f"{prefix}{stable_hex(resource.urn, 26)}"
    return f"{resource.name}-{stable_hex(resource.urn, 7)}"
