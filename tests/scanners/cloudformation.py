"""Renders the main resource types of a plan as a CloudFormation template for cfn-guard.

CloudFormation uses the names of the service APIs: keys are in Pascal case, and some properties have another structure.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from moorings.preview.plan import Plan, jsonable

Properties = dict[str, Any]


def pascal(value: Any) -> Any:
    """Convert keys to Pascal case, and tags to a list of keys and values."""
    if isinstance(value, Mapping):
        return {
            f"{key[:1].upper()}{key[1:]}": [{"Key": tag, "Value": text} for tag, text in element.items()]
            if key == "tags"
            else pascal(element)
            for key, element in value.items()
        }
    return [pascal(element) for element in value] if isinstance(value, list) else value


def _enabled(flag: Any) -> dict[str, Any]:
    return {"Enabled": flag}


def _log_group(inputs: Properties) -> Properties:
    return pascal(inputs) | ({"LogGroupName": inputs["name"]} if "name" in inputs else {})


def _key(inputs: Properties) -> Properties:
    return pascal(inputs) | ({"KeyPolicy": json.loads(inputs["policy"])} if "policy" in inputs else {})


def _msk_cluster(inputs: Properties) -> Properties:
    properties = pascal(inputs)
    for method, value in (inputs.get("clientAuthentication") or {}).items():
        if method == "sasl":
            mechanisms = {mechanism.capitalize(): _enabled(enabled) for mechanism, enabled in value.items()}
            properties["ClientAuthentication"]["Sasl"] = mechanisms
        if method == "unauthenticated":
            properties["ClientAuthentication"]["Unauthenticated"] = _enabled(value)
    return properties


def _ecs_cluster(inputs: Properties) -> Properties:
    return pascal(inputs) | {"ClusterSettings": pascal(inputs.get("settings", []))}


def _ecs_service(inputs: Properties) -> Properties:
    network = pascal(inputs.get("networkConfiguration") or {})
    public = "ENABLED" if network.get("AssignPublicIp") else "DISABLED"
    return pascal(inputs) | {"NetworkConfiguration": {"AwsvpcConfiguration": network | {"AssignPublicIp": public}}}


def _task_definition(inputs: Properties) -> Properties:
    return pascal(inputs) | {"ContainerDefinitions": pascal(json.loads(inputs["containerDefinitions"]))}


def _attributes(inputs: Mapping[str, Any], names: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": name, "Value": json.dumps(inputs[key]).strip('"')} for key, name in names.items() if key in inputs]


def _load_balancer(inputs: Properties) -> Properties:
    names = {
        "enableDeletionProtection": "deletion_protection.enabled",
        "dropInvalidHeaderFields": "routing.http.drop_invalid_header_fields.enabled",
        "desyncMitigationMode": "routing.http.desync_mitigation_mode",
        "enableCrossZoneLoadBalancing": "load_balancing.cross_zone.enabled",
    }
    logs = _attributes(
        inputs.get("accessLogs") or {}, {"enabled": "access_logs.s3.enabled", "bucket": "access_logs.s3.bucket"}
    )
    return {
        "Type": inputs.get("loadBalancerType", "application"),
        "Scheme": "internal" if inputs.get("internal") else "internet-facing",
        "LoadBalancerAttributes": _attributes(inputs, names) + logs,
    }


def _listener(inputs: Properties) -> Properties:
    properties = pascal(inputs)
    for action in properties.get("DefaultActions", []):
        for kind in ("Redirect", "Forward", "FixedResponse"):
            if kind in action:
                action[f"{kind}Config"] = action.pop(kind)
    return properties | (
        {"Certificates": [{"CertificateArn": inputs["certificateArn"]}]} if "certificateArn" in inputs else {}
    )


def _target_group(inputs: Properties) -> Properties:
    names = {
        "loadBalancingCrossZoneEnabled": "load_balancing.cross_zone.enabled",
        "deregistrationDelay": "deregistration_delay.timeout_seconds",
    }
    return pascal(inputs) | {"TargetGroupAttributes": _attributes(inputs, names)}


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
"""The supported types, and how to convert the inputs of each."""


def logical_id(name: str) -> str:
    """Convert a resource name: ``kafka-data-key`` becomes ``KafkaDataKey``."""
    return "".join(word.capitalize() for word in re.split(r"[^A-Za-z0-9]+", name))


def template(plan: Plan) -> dict[str, Any]:
    """Render the resources of supported types."""
    resources = {}
    for resource in plan.resources:
        if resource.type in TYPES:
            type_, convert = TYPES[resource.type]
            resources[logical_id(resource.name)] = {"Type": type_, "Properties": convert(jsonable(resource.inputs))}
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}
