"""Checks across the arguments of ``StickyIngress``, and against what the controller supports."""

from collections.abc import Iterator

from moorings.kubernetes.annotations import check_ingress_annotations
from moorings.kubernetes.ingress.controllers import controllers_with_argument, get_controller
from moorings.kubernetes.ingress.hosts_and_paths import (
    MAX_HTTP_ROUTE_HOSTS,
    MAX_HTTP_ROUTE_PATHS,
    find_closed_route,
)
from moorings.kubernetes.ingress.ingress_controller import TLS_ARGUMENTS, IngressController
from moorings.kubernetes.ingress.sticky_ingress_args import StickyIngressArgs
from moorings.kubernetes.names import AUTONAME_LENGTH, MAX_LABEL_LENGTH, check_service_name
from moorings.validation.errors import InvalidInput
from moorings.validation.inputs import is_late

MAX_NAME = MAX_LABEL_LENGTH - AUTONAME_LENGTH - len("-service")

_OPTIONAL_ARGUMENTS = (
    *TLS_ARGUMENTS,
    "ingress_class_name",
    "gateway_name",
    "gateway_namespace",
    "gateway_listener",
    "health_check_path",
    "ssl_policy",
    "internet_facing",
    "closed_paths",
)
"""Arguments that not every controller supports."""


def check_sticky_ingress(component: str, name: str, args: StickyIngressArgs) -> None:
    """Check the name and the arguments of a ``StickyIngress``.

    Raises:
        InvalidInput: with a line for each problem.

    """
    controller = get_controller(args.controller)
    problems = [
        *_check_name(name),
        *_check_service(args, controller),
        *_check_hosts(args, controller),
        *_check_support(args, controller),
        *_check_combinations(args, controller),
        *check_ingress_annotations(args.annotations, controller.annotation_rules),
        *_check_policy(args),
    ]
    if problems:
        raise InvalidInput("\n".join(f"{component}: {problem}" for problem in problems))


def _check_name(name: str) -> Iterator[str]:
    try:
        check_service_name(name)
    except ValueError as error:
        yield f"name: {error}"
    if len(name) > MAX_NAME:
        yield (
            f"name: must be at most {MAX_NAME} characters, so that a Service can be named {{name}}-service with "
            f"{AUTONAME_LENGTH} characters of Pulumi, got {len(name)}"
        )


def _check_service(args: StickyIngressArgs, controller: IngressController) -> Iterator[str]:
    backends = {"backend": args.backend, "service_name": args.service_name, "selector": args.selector or None}
    names = [name for name, value in backends.items() if value is not None]
    if len(names) != 1:
        yield f"backend, service_name, selector: exactly one is required, got {' and '.join(names) or 'none'}"
        return
    if args.service_port is None and args.backend is None:
        yield f"service_port: required with {names[0]}"
    elif controller.requires_known_port and is_late(args.backend if args.service_port is None else args.service_port):
        yield f"service_port: must be known at preview with {controller.name}, because an annotation is named after it"
    if args.target_port is not None and not args.creates_service:
        yield "target_port: applies only to a Service that the ingress creates; remove it"
    if args.backend is None and args.dedicated_service:
        yield f"dedicated_service: applies only to a backend, got {names[0]}; remove it"
    if args.service_name is None:
        if args.service_annotations_set:
            yield "service_annotations_set: applies only to service_name; remove it"
    elif controller.attachment == "service":
        yield f"service_name: {controller.name} creates a Service; use backend or selector"
    elif controller.service_annotations and not args.service_annotations_set:
        yield (
            f"service_annotations_set: {controller.name} reads the policy from annotations of the Service; add those "
            "that service_annotations(controller, policy) returns and confirm it with True, or use backend or selector"
        )


def _check_hosts(args: StickyIngressArgs, controller: IngressController) -> Iterator[str]:
    if controller.hosts == "unsupported":
        if args.hosts or args.paths != ["/"]:
            yield f"hosts, paths: {controller.name} routes TCP connections, which have none; remove them"
    elif controller.hosts == "required" and not args.hosts:
        yield f"hosts: required with {controller.name}"
    if controller.renders_http_route:
        limits = {
            "hosts": MAX_HTTP_ROUTE_HOSTS,
            "paths": MAX_HTTP_ROUTE_PATHS,
            "closed_paths": MAX_HTTP_ROUTE_PATHS,
        }
        for argument, limit in limits.items():
            count = len(getattr(args, argument))
            if count > limit:
                yield f"{argument}: an HTTPRoute supports at most {limit}, got {count}; create a second StickyIngress"
    if "closed_paths" in controller.arguments:
        conflict = find_closed_route(args.closed_paths, args.paths)
        if conflict:
            yield f"closed_paths: {conflict[0] or '/'!r} closes {conflict[1]!r} of paths; remove one of them"


def _check_support(args: StickyIngressArgs, controller: IngressController) -> Iterator[str]:
    for argument in _OPTIONAL_ARGUMENTS:
        value = getattr(args, argument)
        if argument in controller.arguments or value is None or value in (False, []):
            continue
        fix = f"remove it, or use {', '.join(controllers_with_argument(argument))}"
        if argument in TLS_ARGUMENTS:
            if controller.tls_arguments:
                fix = f"use {', '.join(controller.tls_arguments)}"
            else:
                fix = f"TLS is terminated {'at the Gateway' if controller.attachment == 'gateway' else 'in the pods'}"
        yield f"{argument}: {controller.name} does not support it; {fix}"
    if args.wait_for_load_balancer and controller.address_from is None:
        yield f"wait_for_load_balancer: no object of {controller.name} contains an address; remove it"


def _check_combinations(args: StickyIngressArgs, controller: IngressController) -> Iterator[str]:
    if controller.attachment == "gateway" and args.gateway_name is None:
        yield f"gateway_name: required with {controller.name}"
    if args.cluster_issuer is not None and args.tls_secret_name is None:
        yield "tls_secret_name: required with cluster_issuer, which stores the certificate in this Secret"
    if args.ssl_policy is not None and args.certificate_arn is None and "ssl_policy" in controller.arguments:
        yield "certificate_arn: required with ssl_policy"


def _check_policy(args: StickyIngressArgs) -> Iterator[str]:
    try:
        _ = args.affinity
    except ValueError as error:
        yield str(error)
