"""Simulated cloud: the outputs of resources and the results of functions, without an engine.

A type or a function that is not listed has unknown outputs; they are never guessed.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from moorings.preview.plan import Resource, jsonable
from moorings.preview.secret_masking import MASK, UNKNOWN, UNKNOWN_TEXT, RevealedSecret, is_array, is_object
from moorings.preview.simulated_aws import (
    ACCOUNT_ID,
    SIMULATED_TYPES,
    Outputs,
    SimulatedRegion,
    physical_name,
    stable_hex,
    stable_uuid,
)

HOST_LABEL_LENGTH = 6
"""Length of the label in the host names of brokers that distinguishes clusters of the same name."""

Function = Callable[[SimulatedRegion, dict[str, Any]], dict[str, Any] | None]
"""Returns the result of a provider function, or None if it is unknown."""


class SimulatedCloud:
    """Simulates the responses of AWS, Kubernetes and other stacks.

    Args:
        region: AWS Region of the stack.
        known: True to return known outputs, as after a deployment; False to leave them unknown, as in the preview of a
            new stack.
        references: returns the outputs of another stack by its name, or None if they are unknown.

    """

    def __init__(
        self, region: str, *, known: bool, references: Callable[[str], Mapping[str, Any] | None] = lambda _: None
    ) -> None:
        """Start without any resource."""
        self._stack_region, self.known, self._references = SimulatedRegion(region), known, references
        self._provider_regions: dict[str, SimulatedRegion] = {}
        self._resources: dict[str, Resource] = {}
        self._functions: dict[str, Function] = {
            "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
            "aws:index/getRegion:getRegion": _region,
            "aws:index/getPartition:getPartition": _partition,
            "aws:index/getAvailabilityZones:getAvailabilityZones": _availability_zones,
            "aws:ec2/getSubnet:getSubnet": self._subnet,
            "aws:msk/getBrokerNodes:getBrokerNodes": self._broker_nodes,
        }

    def outputs(self, resource: Resource, inputs: dict[str, Any]) -> Outputs:
        """Return the ID of a resource, empty if it is unknown, and its computed outputs."""
        if resource.type.startswith("pulumi:providers:") and isinstance(inputs.get("region"), str):
            self._provider_regions[resource.urn] = SimulatedRegion(inputs["region"])
        if resource.type.startswith("kubernetes:") and resource.custom:
            return self._kubernetes_object(resource)
        if not self.known or not resource.custom:
            return "", {}
        if resource.type.startswith("pulumi:providers:"):
            return stable_uuid(resource.urn), {}
        simulate = SIMULATED_TYPES.get(resource.type)
        if simulate is None:
            return "", {}
        # Names and IDs are neither secret nor unknown.
        plain = {
            key: value
            for key, value in inputs.items()
            if value is not UNKNOWN and not isinstance(value, RevealedSecret)
        }
        resource = replace(resource, inputs=plain)
        try:
            region = SimulatedRegion(plain["region"]) if plain.get("region") else self._region_of(resource.provider)
            id_, outputs = simulate(region, resource, physical_name(resource))
        except KeyError:  # the input that names the resource is unknown
            return "", {}
        self.remember(resource, {id_, str(outputs.get("arn", id_))})
        return id_, {**outputs, "id": id_}

    def remember(self, resource: Resource, ids: set[str]) -> None:
        """Store a resource by its ID and ARN, for the functions that describe it."""
        self._resources.update(dict.fromkeys(ids, resource))

    def invoke(self, token: str, args: dict[str, Any], provider: str) -> dict[str, Any] | None:
        """Return the result of a provider function, or None if it is unknown."""
        function = self._functions.get(token)
        return function(self._region_of(provider), args) if function else None

    def read(self, type_: str, name: str, id_: str) -> dict[str, Any]:
        """Return the properties of an existing resource; only those of another stack can be known."""
        if type_ != "pulumi:pulumi:StackReference":
            return {}
        outputs = self._references(id_ or name)
        if outputs is None or not self.known:
            return {"name": id_, "outputs": UNKNOWN_TEXT, "secretOutputNames": UNKNOWN_TEXT}
        secret = sorted(key for key, value in outputs.items() if MASK in json.dumps(jsonable(value)))
        return {"name": id_, "outputs": jsonable(outputs), "secretOutputNames": secret}

    def _region_of(self, provider: str) -> SimulatedRegion:
        """Return the Region of a provider, which is referred to by URN and ID; defaults to the stack's."""
        return self._provider_regions.get(provider.rpartition("::")[0], self._stack_region)

    def _kubernetes_object(self, resource: Resource) -> Outputs:
        """Return the metadata of an object: the provider knows it in the first preview, except a generated name."""
        metadata: Any = resource.inputs.get("metadata")
        if not is_object(metadata):
            metadata = {}
        generated = _generate_name(resource) if self.known else UNKNOWN_TEXT
        name, namespace = metadata.get("name") or generated, metadata.get("namespace") or "default"
        id_ = f"{namespace}/{name}" if self.known else ""
        return id_, {"metadata": {"name": name, "namespace": namespace}}

    def _subnet(self, region: SimulatedRegion, args: dict[str, Any]) -> dict[str, Any] | None:
        """Describe a subnet that the same program creates."""
        subnet = self._resources.get(str(args.get("id")))
        if subnet is None or "availabilityZone" not in subnet.inputs:
            return None
        zone = str(subnet.inputs["availabilityZone"])
        return {
            "id": args["id"],
            "vpcId": subnet.inputs.get("vpcId"),
            "availabilityZone": zone,
            "availabilityZoneId": region.zone_id(zone),
        }

    def _broker_nodes(self, region: SimulatedRegion, args: dict[str, Any]) -> dict[str, Any] | None:
        """List the brokers of a cluster that the same program creates, distributed over its subnets."""
        cluster = self._resources.get(str(args.get("clusterArn")))
        subnets = cluster.inputs["brokerNodeGroupInfo"].get("clientSubnets") if cluster else None
        if cluster is None or not is_array(subnets) or not isinstance(cluster.inputs.get("numberOfBrokerNodes"), int):
            return None
        name, label = physical_name(cluster).lower(), stable_hex(cluster.urn, HOST_LABEL_LENGTH)
        domain = f"{name}.{label}.c2.kafka.{region.region}.{region.dns_suffix}"
        return {
            "clusterArn": args["clusterArn"],
            "id": args["clusterArn"],
            "nodeInfoLists": [
                {
                    "brokerId": number + 1,
                    "clientVpcIpAddress": f"10.0.{number % len(subnets)}.{number + 10}",
                    "clientSubnet": subnets[number % len(subnets)],
                    "endpoints": [f"b-{number + 1}.{domain}"],
                    "nodeArn": f"{args['clusterArn']}/{number + 1}",
                }
                for number in range(cluster.inputs["numberOfBrokerNodes"])
            ],
        }


def _generate_name(resource: Resource) -> str:
    """Return a name that depends on the data, so that pods that refer to a ConfigMap restart when it changes."""
    data = resource.inputs.get("data")
    content = json.dumps(jsonable(data), sort_keys=True) if data else ""
    return f"{resource.name}-{stable_hex(resource.urn + content, 8)}"


def _caller_identity(region: SimulatedRegion, _: dict[str, Any]) -> dict[str, Any]:
    arn = f"arn:{region.partition}:iam::{ACCOUNT_ID}:user/deployer"
    return {"accountId": ACCOUNT_ID, "arn": arn, "userId": "AIDACKCEVSQ6C2EXAMPLE", "id": ACCOUNT_ID}


def _region(region: SimulatedRegion, _: dict[str, Any]) -> dict[str, Any]:
    return {"region": region.region, "name": region.region, "id": region.region}


def _partition(region: SimulatedRegion, _: dict[str, Any]) -> dict[str, Any]:
    reversed_suffix = ".".join(reversed(region.dns_suffix.split(".")))
    return {
        "partition": region.partition,
        "dnsSuffix": region.dns_suffix,
        "reverseDnsPrefix": reversed_suffix,
        "id": region.partition,
    }


def _availability_zones(region: SimulatedRegion, _: dict[str, Any]) -> dict[str, Any]:
    names = [f"{region.region}{letter}" for letter in "abc"]
    return {"names": names, "zoneIds": [region.zone_id(name) for name in names], "id": region.region}
