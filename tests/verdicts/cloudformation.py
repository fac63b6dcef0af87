"""The core types of a plan as a CloudFormation template, which cfn-guard can read.

CloudFormation says what the services' own interfaces say: names differ in their case, and some values in their shape.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from moorings.preview.plan import Plan, jsonable

Properties = dict[str, Any]


def pascal(value: Any) -> Any:
    """A value with keys in Pascal case; tags, as a list of keys and values."""
    if isinstance(value, Mapping):
        return {
            f"{key[:1].upper()}{key[1:]}": [{"Key": tag, "Value": text} for tag, text in each.items()]
            if key == "tags"
            else pascal(each)
            for key, each in value.items()
        }
    return [pascal(each) for each in value] if isinstance(value, list) else value


def _enabled(flag: Any) -> dict[str, Any]:
    return {"Enabled": flag}


def _log_group(given: Properties) -> Properties:
    return pascal(given) | ({"LogGroupName": given["name"]} if "name" in given else {})


def _key(given: Properties) -> Properties:
    return pascal(given) | ({"KeyPolicy": json.loads(given["policy"])} if "policy" in given else {})


def _msk_cluster(given: Properties) -> Properties:
    found = pascal(given)
    for way, value in (given.get("clientAuthentication") or {}).items():
        if way == "sasl":
            found["ClientAuthentication"]["Sasl"] = {kind.capitalize(): _enabled(on) for kind, on in value.items()}
        if way == "unauthenticated":
            found["ClientAuthentication"]["Unauthenticated"] = _enabled(value)
    return found


def _ecs_cluster(given: Properties) -> Properties:
    return pascal(given) | {"ClusterSettings": pascal(given.get("settings", []))}


def _ecs_service(given: Properties) -> Properties:
    network = pascal(given.get("networkConfiguration") or {})
    public = "ENABLED" if network.get("AssignPublicIp") else "DISABLED"
    return pascal(given) | {"NetworkConfiguration": {"AwsvpcConfiguration": network | {"AssignPublicIp": public}}}


def _task_definition(given: Properties) -> Properties:
    return pascal(given) | {"ContainerDefinitions": pascal(json.loads(given["containerDefinitions"]))}


def _attributes(given: Mapping[str, Any], names: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": name, "Value": json.dumps(given[key]).strip('"')} for key, name in names.items() if key in given]


def _load_balancer(given: Properties) -> Properties:
    names = {
        "enableDeletionProtection": "deletion_protection.enabled",
        "dropInvalidHeaderFields": "routing.http.drop_invalid_header_fields.enabled",
        "desyncMitigationMode": "routing.http.desync_mitigation_mode",
        "enableCrossZoneLoadBalancing": "load_balancing.cross_zone.enabled",
    }
    logs = _attributes(
        given.get("accessLogs") or {}, {"enabled": "access_logs.s3.enabled", "bucket": "access_logs.s3.bucket"}
    )
    return {
        "Type": given.get("loadBalancerType", "application"),
        "Scheme": "internal" if given.get("internal") else "internet-facing",
        "LoadBalancerAttributes": _attributes(given, names) + logs,
    }


def _listener(given: Properties) -> Properties:
    found = pascal(given)
    for action, shown in zip(given.get("defaultActions", []), found.get("DefaultActions", []), strict=True):
        for kind in ("redirect", "forward", "fixedResponse"):
            if kind in action:
                shown[f"{kind[:1].upper()}{kind[1:]}Config"] = shown.pop(f"{kind[:1].upper()}{kind[1:]}")
    return found | (
        {"Certificates": [{"CertificateArn": given["certificateArn"]}]} if "certificateArn" in given else {}
    )


def _target_group(given: Properties) -> Properties:
    names = {
        "loadBalancingCrossZoneEnabled": "load_balancing.cross_zone.enabled",
        "deregistrationDelay": "deregistration_delay.timeout_seconds",
    }
    return pascal(given) | {"TargetGroupAttributes": _attributes(given, names)}


TYPES: Mapping[str, tuple[str, Callable[[Properties], Properties]]] = {
    "aws:cloudwatch/logGroup:LogGroup": ("AWS::Logs::LogGroup", _log_group),
    "aws:ecs/cluster:Cluster": ("AWS::ECS::Cluster", _ecs_cluster),
    "aws:ecs/service:Service": ("AWS::ECS::Service", _ecs_service),
    "aws:ecs/taskDefinition:TaskDefinition": ("AWS::ECS::TaskDefinition", _task_definition),
    "aws:kms/key:Key": ("AWS::KMS::Key", _key),
    "aws:lb/listener:Listener": ("AWS::ElasticLoadBalancingV2::Listener", _listener),
    "aws:lb/loadBalancer:LoadBalancer": ("AWS::ElasticLoadBalancingV2::LoadBalancer", _load_balancer),
    "aws:lb/targetGroup:TargetGroup": ("AWS::ElasticLoadBalancingV2::TargetGroup", _target_group),
    "aws:msk/cluster:Cluster": ("AWS::MSK::Cluster", _msk_cluster),
}
"""The types that are seen, and what is of another shape in each."""


def logical_id(name: str) -> str:
    """``kafka-data-key`` is ``KafkaDataKey``."""
    return "".join(word.capitalize() for word in re.split(r"[^A-Za-z0-9]+", name))


def template(plan: Plan) -> dict[str, Any]:
    """The resources of the types above."""
    found = {}
    for each in plan.resources:
        if each.type in TYPES:
            type_, shape = TYPES[each.type]
            found[logical_id(each.name)] = {"Type": type_, "Properties": shape(jsonable(each.inputs))}
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": found}
