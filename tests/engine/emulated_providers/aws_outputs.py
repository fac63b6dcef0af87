"""IDs, ARNs and other outputs that AWS assigns to new resources.

``moorings.preview.simulated_aws`` has the outputs for previews without an engine. This module adds outputs that are
unknown there, or less precise.
"""

from collections.abc import Callable, Mapping
from typing import Any

from emulated_providers.property_encoding import Properties
from moorings.preview.simulated_aws import ACCOUNT_ID, SimulatedRegion, stable_hex, stable_uuid

Made = tuple[str, Properties]
Maker = Callable[[SimulatedRegion, str, str, Properties], Made]
"""Returns the ID and the outputs for a Region, a name, a seed and inputs."""


def made(type_: str, place: SimulatedRegion, name: str, seed: str, inputs: Properties) -> Made:
    """The ID and the outputs of a new resource. For unknown types, the name and a plausible ARN."""
    maker = MAKERS.get(type_)
    if maker is not None:
        return maker(place, name, seed, inputs)
    _, module, kind = type_.split(":")
    return name, {"arn": place.arn(module.split("/")[0], f"{kind[0].lower()}{kind[1:]}/{name}"), "name": name}


def _arn(service: str, rest: str, *, regional: bool = True) -> Maker:
    """A type whose ID is its ARN."""

    def make(place: SimulatedRegion, name: str, seed: str, inputs: Properties) -> Made:
        words = {"name": name, "digits": stable_hex(seed, 16), "uuid": stable_uuid(seed), **_words(inputs)}
        arn = place.arn(service, rest.format(**words), regional=regional)
        return arn, {"arn": arn, "name": name}

    return make


def _words(inputs: Mapping[str, Any]) -> dict[str, str]:
    cluster = str(inputs.get("cluster") or "default").rpartition("/")[2]
    topic, protocol = str(inputs.get("topicArn", "")).rpartition(":")[2], str(inputs.get("protocol"))
    return {"cluster": cluster, "topic": topic, "protocol": protocol}


def _load_balancer(place: SimulatedRegion, name: str, seed: str, inputs: Properties) -> Made:
    kind = "net" if inputs.get("loadBalancerType") == "network" else "app"
    suffix = f"{kind}/{name}/{stable_hex(seed, 16)}"
    arn = place.arn("elasticloadbalancing", f"loadbalancer/{suffix}")
    inside = "internal-" if inputs.get("internal") else ""
    dns = f"{inside}{name}-{int(stable_hex(seed, 8), 16)}.{place.region}.elb.{place.dns_suffix}"
    return arn, {"arn": arn, "arnSuffix": suffix, "dnsName": dns, "name": name, "zoneId": "Z32O12XQLNTSW2"}


def _target_group(place: SimulatedRegion, name: str, seed: str, _: Properties) -> Made:
    suffix = f"targetgroup/{name}/{stable_hex(seed, 16)}"
    arn = place.arn("elasticloadbalancing", suffix)
    return arn, {"arn": arn, "arnSuffix": suffix, "name": name}


def _listener(place: SimulatedRegion, _: str, seed: str, inputs: Properties) -> Made:
    balancer = str(inputs["loadBalancerArn"]).partition(":loadbalancer/")[2]
    arn = place.arn("elasticloadbalancing", f"listener/{balancer}/{stable_hex(seed, 16)}")
    return arn, {"arn": arn}


def _rule(place: SimulatedRegion, _: str, seed: str, inputs: Properties) -> Made:
    listener = str(inputs["listenerArn"]).partition(":listener/")[2]
    arn = place.arn("elasticloadbalancing", f"listener-rule/{listener}/{stable_hex(seed, 16)}")
    return arn, {"arn": arn}


def _task_definition(place: SimulatedRegion, _: str, __: str, inputs: Properties) -> Made:
    family, revision = inputs["family"], inputs["revision"]
    plain = place.arn("ecs", f"task-definition/{family}")
    return family, {"arn": f"{plain}:{revision}", "arnWithoutRevision": plain, "revision": revision}


def _bucket(place: SimulatedRegion, name: str, _: str, __: Properties) -> Made:
    domain = f"{name}.s3.{place.region}.{place.dns_suffix}"
    names = {"bucketDomainName": f"{name}.s3.{place.dns_suffix}", "bucketRegionalDomainName": domain}
    return name, {"arn": f"arn:{place.partition}:s3:::{name}", "bucket": name, **names}


def _of_bucket(_: SimulatedRegion, __: str, ___: str, inputs: Properties) -> Made:
    return str(inputs["bucket"]), {}


def _record(_: SimulatedRegion, __: str, ___: str, inputs: Properties) -> Made:
    return f"{inputs['zoneId']}_{inputs['name']}_{inputs['type']}", {"fqdn": str(inputs["name"])}


def _scalable_target(_: SimulatedRegion, __: str, ___: str, inputs: Properties) -> Made:
    return str(inputs["resourceId"]), {}


def _flow_log(place: SimulatedRegion, _: str, seed: str, __: Properties) -> Made:
    id_ = f"fl-{stable_hex(seed, 17)}"
    return id_, {"arn": place.arn("ec2", f"vpc-flow-log/{id_}")}


MAKERS: Mapping[str, Maker] = {
    "aws:acm/certificate:Certificate": _arn("acm", "certificate/{uuid}"),
    "aws:appautoscaling/target:Target": _scalable_target,
    "aws:cloudwatch/dashboard:Dashboard": lambda place, name, _, inputs: (
        str(inputs["dashboardName"]),
        {"dashboardArn": f"arn:{place.partition}:cloudwatch::{ACCOUNT_ID}:dashboard/{inputs['dashboardName']}"},
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": lambda place, name, _, __: (
        name,
        {"arn": place.arn("cloudwatch", f"alarm:{name}"), "name": name},
    ),
    "aws:ec2/flowLog:FlowLog": _flow_log,
    "aws:ecs/cluster:Cluster": _arn("ecs", "cluster/{name}"),
    "aws:ecs/service:Service": _arn("ecs", "service/{cluster}/{name}"),
    "aws:ecs/taskDefinition:TaskDefinition": _task_definition,
    "aws:iam/policy:Policy": _arn("iam", "policy/{name}", regional=False),
    "aws:iam/rolePolicy:RolePolicy": lambda _, name, __, inputs: (f"{inputs['role']}:{name}", {"name": name}),
    "aws:lb/listener:Listener": _listener,
    "aws:lb/listenerRule:ListenerRule": _rule,
    "aws:lb/loadBalancer:LoadBalancer": _load_balancer,
    "aws:lb/targetGroup:TargetGroup": _target_group,
    "aws:msk/vpcConnection:VpcConnection": _arn("kafka", "vpc-connection/{name}/{uuid}"),
    "aws:route53/record:Record": _record,
    "aws:s3/bucket:Bucket": _bucket,
    **{
        f"aws:s3/{part[0].lower()}{part[1:]}:{part}": _of_bucket
        for part in (
            "BucketLifecycleConfiguration",
            "BucketOwnershipControls",
            "BucketPolicy",
            "BucketPublicAccessBlock",
            "BucketServerSideEncryptionConfiguration",
            "BucketVersioning",
        )
    },
    "aws:sns/topic:Topic": _arn("sns", "{name}"),
    "aws:sns/topicPolicy:TopicPolicy": lambda _, __, ___, inputs: (str(inputs["arn"]), {}),
    "aws:sns/topicSubscription:TopicSubscription": _arn("sns", "{topic}:{uuid}"),
}
