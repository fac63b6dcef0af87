"""IDs, ARNs and other outputs that AWS assigns to new resources.

``moorings.preview.simulated_aws`` has the outputs for previews without an engine. This module adds outputs that are
unknown or less precise there.
"""

from collections.abc import Callable, Mapping
from typing import Any

from emulated_providers.property_encoding import Properties
from moorings.preview.simulated_aws import ACCOUNT_ID, SimulatedRegion, stable_hex, stable_uuid

IdAndOutputs = tuple[str, Properties]
OutputFactory = Callable[[SimulatedRegion, str, str, Properties], IdAndOutputs]
"""Returns the ID and the outputs for a Region, a name, a seed and inputs."""


def id_and_outputs(type_: str, region: SimulatedRegion, name: str, seed: str, inputs: Properties) -> IdAndOutputs:
    """The ID and the outputs of a new resource. Types without a factory get their name as ID and a plausible ARN."""
    factory = FACTORIES.get(type_)
    if factory is not None:
        return factory(region, name, seed, inputs)
    _, module, kind = type_.split(":")
    return name, {"arn": region.arn(module.split("/")[0], f"{kind[0].lower()}{kind[1:]}/{name}"), "name": name}


def _arn(service: str, template: str, *, regional: bool = True) -> OutputFactory:
    """The factory of a type whose ID is its ARN."""

    def create(region: SimulatedRegion, name: str, seed: str, inputs: Properties) -> IdAndOutputs:
        values = {"name": name, "digits": stable_hex(seed, 16), "uuid": stable_uuid(seed), **_placeholders(inputs)}
        arn = region.arn(service, template.format(**values), regional=regional)
        return arn, {"arn": arn, "name": name}

    return create


def _placeholders(inputs: Mapping[str, Any]) -> dict[str, str]:
    cluster = str(inputs.get("cluster") or "default").rpartition("/")[2]
    topic, protocol = str(inputs.get("topicArn", "")).rpartition(":")[2], str(inputs.get("protocol"))
    return {"cluster": cluster, "topic": topic, "protocol": protocol}


def _load_balancer(region: SimulatedRegion, name: str, seed: str, inputs: Properties) -> IdAndOutputs:
    kind = "net" if inputs.get("loadBalancerType") == "network" else "app"
    suffix = f"{kind}/{name}/{stable_hex(seed, 16)}"
    arn = region.arn("elasticloadbalancing", f"loadbalancer/{suffix}")
    scheme_prefix = "internal-" if inputs.get("internal") else ""
    dns = f"{scheme_prefix}{name}-{int(stable_hex(seed, 8), 16)}.{region.region}.elb.{region.dns_suffix}"
    return arn, {"arn": arn, "arnSuffix": suffix, "dnsName": dns, "name": name, "zoneId": "Z32O12XQLNTSW2"}


def _target_group(region: SimulatedRegion, name: str, seed: str, _: Properties) -> IdAndOutputs:
    suffix = f"targetgroup/{name}/{stable_hex(seed, 16)}"
    arn = region.arn("elasticloadbalancing", suffix)
    return arn, {"arn": arn, "arnSuffix": suffix, "name": name}


def _listener(region: SimulatedRegion, _: str, seed: str, inputs: Properties) -> IdAndOutputs:
    balancer = str(inputs["loadBalancerArn"]).partition(":loadbalancer/")[2]
    arn = region.arn("elasticloadbalancing", f"listener/{balancer}/{stable_hex(seed, 16)}")
    return arn, {"arn": arn}


def _listener_rule(region: SimulatedRegion, _: str, seed: str, inputs: Properties) -> IdAndOutputs:
    listener = str(inputs["listenerArn"]).partition(":listener/")[2]
    arn = region.arn("elasticloadbalancing", f"listener-rule/{listener}/{stable_hex(seed, 16)}")
    return arn, {"arn": arn}


def _task_definition(region: SimulatedRegion, _: str, __: str, inputs: Properties) -> IdAndOutputs:
    family, revision = inputs["family"], inputs["revision"]
    plain = region.arn("ecs", f"task-definition/{family}")
    return family, {"arn": f"{plain}:{revision}", "arnWithoutRevision": plain, "revision": revision}


def _bucket(region: SimulatedRegion, name: str, _: str, __: Properties) -> IdAndOutputs:
    domain = f"{name}.s3.{region.region}.{region.dns_suffix}"
    names = {"bucketDomainName": f"{name}.s3.{region.dns_suffix}", "bucketRegionalDomainName": domain}
    return name, {"arn": f"arn:{region.partition}:s3:::{name}", "bucket": name, **names}


def _bucket_setting(_: SimulatedRegion, __: str, ___: str, inputs: Properties) -> IdAndOutputs:
    return str(inputs["bucket"]), {}


def _dns_record(_: SimulatedRegion, __: str, ___: str, inputs: Properties) -> IdAndOutputs:
    return f"{inputs['zoneId']}_{inputs['name']}_{inputs['type']}", {"fqdn": str(inputs["name"])}


def _scalable_target(_: SimulatedRegion, __: str, ___: str, inputs: Properties) -> IdAndOutputs:
    return str(inputs["resourceId"]), {}


def _flow_log(region: SimulatedRegion, _: str, seed: str, __: Properties) -> IdAndOutputs:
    id_ = f"fl-{stable_hex(seed, 17)}"
    return id_, {"arn": region.arn("ec2", f"vpc-flow-log/{id_}")}


FACTORIES: Mapping[str, OutputFactory] = {
    "aws:acm/certificate:Certificate": _arn("acm", "certificate/{uuid}"),
    "aws:appautoscaling/target:Target": _scalable_target,
    "aws:cloudwatch/dashboard:Dashboard": lambda region, name, _, inputs: (
        str(inputs["dashboardName"]),
        {"dashboardArn": f"arn:{region.partition}:cloudwatch::{ACCOUNT_ID}:dashboard/{inputs['dashboardName']}"},
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": lambda region, name, _, __: (
        name,
        {"arn": region.arn("cloudwatch", f"alarm:{name}"), "name": name},
    ),
    "aws:ec2/flowLog:FlowLog": _flow_log,
    "aws:ecs/cluster:Cluster": _arn("ecs", "cluster/{name}"),
    "aws:ecs/service:Service": _arn("ecs", "service/{cluster}/{name}"),
    "aws:ecs/taskDefinition:TaskDefinition": _task_definition,
    "aws:iam/policy:Policy": _arn("iam", "policy/{name}", regional=False),
    "aws:iam/rolePolicy:RolePolicy": lambda _, name, __, inputs: (f"{inputs['role']}:{name}", {"name": name}),
    "aws:lb/listener:Listener": _listener,
    "aws:lb/listenerRule:ListenerRule": _listener_rule,
    "aws:lb/loadBalancer:LoadBalancer": _load_balancer,
    "aws:lb/targetGroup:TargetGroup": _target_group,
    "aws:msk/vpcConnection:VpcConnection": _arn("kafka", "vpc-connection/{name}/{uuid}"),
    "aws:route53/record:Record": _dns_record,
    "aws:s3/bucket:Bucket": _bucket,
    **{
        f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}": _bucket_setting
        for kind in (
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
