"""Values that an ingress gets from its backend, and checks of its arguments against the backend."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pulumi

from moorings.kubernetes.backend import Backend, BackendHealthCheck
from moorings.kubernetes.ingress.ingress_controller import IngressController
from moorings.kubernetes.ingress.route_settings import IngressWarning
from moorings.kubernetes.workload_specs import main_port
from moorings.validation.inputs import check_together

DEFAULT_DEREGISTRATION_DELAY = 60
"""Seconds, for pods whose shutdown times are not known."""


def backend_namespace(
    component: str, backend: pulumi.Input[Backend] | None, namespace: pulumi.Input[str] | None
) -> pulumi.Input[str] | None:
    """Return the namespace of an ingress, by default that of its backend.

    Raises:
        InvalidInput: if ``namespace`` is another namespace than that of the backend.

    """
    if backend is None:
        return namespace
    default: Any = check_together(component, _namespace, backend=backend)
    return default if namespace is None else check_together(component, _same, namespace=namespace, default=default)


def _namespace(backend: Backend) -> Any:
    return backend.namespace


def _same(namespace: str, default: str) -> str:
    if namespace != default:
        raise ValueError(f"namespace: the backend is in namespace {default!r}, got {namespace!r}; remove it")
    return namespace


def backend_service_name(backend: Backend) -> pulumi.Input[str]:
    """Return the name of the Service of a backend.

    Raises:
        ValueError: if the backend has no Service.

    """
    if backend.service_name is None:
        raise ValueError("backend: the workload has no Service; declare its ports, or set dedicated_service=True")
    return backend.service_name


def backend_selector(backend: Backend) -> Any:
    """Return the labels that select the pods of a backend."""
    return dict(backend.selector)


def service_port(backend: Backend | None, port: int | None, *, any_port: bool) -> int:
    """Return the port of the Service, by default the main port of the backend.

    Raises:
        ValueError: if the backend has no such port. ``any_port`` skips this check.

    """
    ports = backend.ports if backend else {}
    if port is None:
        port = main_port(ports)
        if port is None:
            raise ValueError("service_port: required, because the backend has no Service ports")
    elif ports and port not in ports.values() and not any_port:
        known = ", ".join(f"{number} ({name})" for name, number in ports.items())
        raise ValueError(f"service_port: the Service of the backend has {known}, got {port}")
    return port


def target_port(backend: Backend | None, port: int) -> int | str:
    """Return the default target port of a dedicated Service: that of the backend's Service, or else the same port."""
    ports = backend.ports if backend else {}
    return next((name for name, number in ports.items() if number == port), port)


def deregistration_delay(controller: IngressController, backend: Backend | None, seconds: int | None) -> int:
    """Return the deregistration delay of the target group, by default that of the backend, or else a minute.

    Raises:
        ValueError: if the deregistration delay does not match the shutdown of the pods.

    """
    if controller.targets_pods_as is None or backend is None or backend.shutdown is None:
        return DEFAULT_DEREGISTRATION_DELAY if seconds is None else seconds
    shutdown = backend.shutdown
    if shutdown.load_balancer not in {"alb", "nlb"}:
        raise ValueError(
            f"backend: {controller.name} sends requests to pods directly, and with shutdown.load_balancer="
            f"{shutdown.load_balancer!r} they stop while they still receive requests; set shutdown.load_balancer="
            f"{controller.targets_pods_as!r} on the workload"
        )
    if seconds is None or seconds == shutdown.deregistration_delay_seconds:
        return shutdown.deregistration_delay_seconds
    low = shutdown.pre_stop_seconds + shutdown.drain_seconds
    high = shutdown.termination_grace_period_seconds
    if not low <= seconds <= high:
        raise ValueError(
            f"deregistration_delay_seconds: must be between {low} (pre_stop_seconds {shutdown.pre_stop_seconds} + "
            f"drain_seconds {shutdown.drain_seconds} of the workload) and {high} (its termination grace period), got "
            f"{seconds}"
        )
    return seconds


def health_check(backend: Backend | None, path: str | None) -> BackendHealthCheck | None:
    """Return the health check of an AWS load balancer: ``path``, or else the readiness probe of the backend.

    Returns:
        None for the default of the load balancer.

    """
    readiness = backend.health_check if backend else None
    return readiness if path is None else (readiness or BackendHealthCheck()).model_copy(update={"path": path})


def backend_warnings(
    controller: IngressController, backend: Backend | None, path: str | None
) -> Iterator[IngressWarning]:
    """Yield warnings about a backend of a controller."""
    if controller.requires_health_check_path and health_check(backend, path) is None:
        yield IngressWarning(
            None,
            f"health_check_path: the health check of {controller.name} is '/' by default, and pods that do not answer "
            "it with 200 receive no requests; set it, to '/' if that is the path",
        )
    if backend is not None and backend.scales_down_quickly:
        yield IngressWarning(
            "scale-down",
            "backend: the autoscaler of the workload removes up to half of the pods per minute, with their sessions; "
            "set gradual_scale_down=True on its autoscaling",
        )


def check_service_annotations(
    component: str, controller: str, backend: Backend, required: Mapping[str, str]
) -> pulumi.Input[None]:
    """Reject a backend whose Service does not have the annotations from which the controller reads the policy.

    Raises:
        InvalidInput: with the annotations that are missing or belong to another policy.

    """
    annotations = {key: value for key, value in backend.service_annotations.items() if key in required}
    return check_together(component, partial(_check_service_annotations, controller, required), **annotations)


def _check_service_annotations(controller: str, required: Mapping[str, str], **annotations: str) -> None:
    missing = [f"{key}={value}" for key, value in required.items() if annotations.get(key) != value]
    if missing:
        raise ValueError(
            f"backend: {controller} reads the policy from annotations of the Service, which has no "
            f"{', '.join(missing)}; set service_annotations=service_annotations({controller!r}, policy) on the workload"
        )
