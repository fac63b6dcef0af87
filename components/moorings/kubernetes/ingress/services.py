"""Services of an ingress: annotations from which controllers read the policy, and Services that the ingress creates."""

from collections.abc import Collection, Mapping
from typing import Any

import pulumi

from moorings.kubernetes.ingress.controllers import Controller, get_controller
from moorings.kubernetes.ingress.ingress_controller import IngressController, Prerequisite
from moorings.kubernetes.ingress.route_settings import ObjectManifest, RouteSettings
from moorings.kubernetes.ingress.session_affinity import resolve_policy, select_mechanism
from moorings.kubernetes.ingress.session_affinity_rules import (
    hash_key,
    missing_prerequisite,
    policy_range,
    unsupported_policy,
)
from moorings.kubernetes.ingress.sticky_policy import StickyPolicy
from moorings.validation.errors import InvalidInput
from moorings.validation.rules import Violation


def service_annotations(
    controller: Controller, policy: StickyPolicy, *, prerequisites: Collection[Prerequisite] = (), https: bool = True
) -> dict[str, str]:
    """Return the annotations of a Service from which a controller reads the session policy.

    Args:
        controller: the controller.
        policy: the policy of the ``WorkloadIngress``.
        prerequisites: features of the cluster: ``nginx_plus``, ``experimental_channel``.
        https: whether clients use TLS. Without TLS the cookie is not ``Secure``.

    Returns:
        The annotations. Empty for a controller that does not read the policy from the Service.

    Raises:
        InvalidInput: for a policy that the controller does not support.

    """
    implementation = get_controller(controller)
    selected = select_mechanism(implementation, policy, prerequisites)
    values = {
        "policy": policy,
        "ingress_controller": implementation,
        "mechanism": selected[1] if selected else None,
        "gateway_api_release": "1.7",
        "prerequisites": prerequisites,
    }
    for check in (unsupported_policy, missing_prerequisite, policy_range, hash_key):
        for finding in check.function(**{name: values[name] for name in check.parameters}):
            path, problem = ("policy", finding) if isinstance(finding, str) else finding
            violation = Violation(check.rule, problem, *((path,) if isinstance(path, str) else path))
            raise InvalidInput.of(violation, "service_annotations")
    affinity = resolve_policy(implementation, policy, prerequisites=prerequisites, https=https)
    return implementation.service_annotations(affinity) if implementation.service_annotations else {}


def render_dedicated_service(
    controller: IngressController,
    route: RouteSettings,
    selector: pulumi.Input[Mapping[str, pulumi.Input[str]]],
    target_port: pulumi.Input[int | str],
) -> ObjectManifest:
    """Return the Service that an ingress creates for the pods."""
    port: dict[str, Any] = {"name": "http", "port": route.service_port, "targetPort": target_port, "protocol": "TCP"}
    if controller.reads_app_protocol and route.backend_protocol == "GRPC":
        port["appProtocol"] = "kubernetes.io/h2c"
    spec: dict[str, Any] = {"type": "ClusterIP", "selector": selector, "ports": [port]}
    annotations: Mapping[str, pulumi.Input[str]] = {}
    if controller.render_service:
        fields, annotations = controller.render_service(route)
        spec |= fields
    elif controller.service_annotations:
        annotations = controller.service_annotations(route.affinity)
    return ObjectManifest("service", "v1", "Service", spec, annotations)
