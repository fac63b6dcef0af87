"""What a way to a workload learns of the pods behind it, by the name of their Service or by their labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pulumi

from moorings.kubernetes.program_registry import Said
from moorings.kubernetes.shutdown import ShutdownBudget
from moorings.validation.inputs import check_together

if TYPE_CHECKING:
    from moorings.kubernetes.container import PodContainer
    from moorings.kubernetes.workload_args import KubernetesWorkloadArgs


@dataclass(frozen=True)
class HealthCheck:
    """How a load balancer asks pods whether they are well."""

    path: str = "/"
    port: str = "traffic-port"
    """A number, or the port that requests go to."""

    protocol: str = "HTTP"


@dataclass(frozen=True)
class Behind:
    """The pods of a workload, as those before them see them."""

    budget: ShutdownBudget
    """How they go."""

    readiness: HealthCheck | None
    """How the kubelet asks whether they may be sent requests, if it asks a path."""

    service_annotations: Mapping[str, pulumi.Input[str]]
    """What the Service carries."""

    goes_fast: bool
    """Whether an autoscaler takes many of them at a time."""

    namespace: pulumi.Input[str]
    selector: Mapping[str, str]
    object_name: str | None


_of_services: WeakKeyDictionary[pulumi.Resource, Behind] = WeakKeyDictionary()
_of_programs = Said[list[Behind]]()


def note(
    workload: pulumi.Resource,
    args: "KubernetesWorkloadArgs",
    selector: Mapping[str, str],
    service: pulumi.Resource | None,
) -> None:
    """Note what is behind the labels of a workload, and behind its Service if it has one."""
    scaled = args.autoscaling
    behind = Behind(
        budget=args.budget,
        readiness=_readiness(args.container),
        service_annotations=args.service_annotations,
        goes_fast=scaled is not None and not scaled.gradual_scale_down and scaled.scale_down is None,
        namespace=args.namespace,
        selector=selector,
        object_name=args.object_name if service else None,
    )
    _of_programs.first(workload, ("behind",), []).append(behind)
    if service is not None:
        _of_services[service] = behind


def _readiness(container: "PodContainer") -> HealthCheck | None:
    probe = container.probes.readiness
    if probe is None or probe.http_get is None:
        return None
    port = container.ports[str(container.port_of(probe))]
    return HealthCheck(probe.http_get, str(port), probe.scheme)


def behind(
    way: pulumi.Resource,
    *,
    service_name: pulumi.Input[str] | None,
    selector: Mapping[str, pulumi.Input[str]],
    namespace: pulumi.Input[str] | None,
) -> pulumi.Input[Behind | None]:
    """The pods behind a way, if a workload of this program has noted them before.

    Args:
        way: the way to them.
        service_name: name of their Service.
        selector: their labels, for a way without a name.
        namespace: where they are.

    """
    if isinstance(service_name, pulumi.Output):
        return pulumi.Output.from_input(_of_name(service_name))
    noted = [each for each in _of_programs.first(way, ("behind",), []) if _meant(each, service_name, selector)]
    if namespace is None or not noted:
        return None
    return check_together("", _in_namespace, noted=noted, here=namespace, there=[each.namespace for each in noted])


def _meant(each: Behind, service_name: pulumi.Input[str] | None, selector: Mapping[str, pulumi.Input[str]]) -> bool:
    if service_name is not None:
        return service_name == each.object_name
    return selector.items() <= each.selector.items()


async def _of_name(service_name: pulumi.Output[str]) -> Behind | None:
    known = (_of_services.get(each) for each in await service_name.resources())
    return next((found for found in known if found is not None), None)


def _in_namespace(noted: Sequence[Behind], here: str, there: Sequence[str]) -> Behind | None:
    return next((each for each, namespace in zip(noted, there, strict=True) if namespace == here), None)
