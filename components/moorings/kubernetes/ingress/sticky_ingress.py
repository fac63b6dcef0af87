"""StickyIngress: a route to a workload, with session affinity."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import pulumi

from moorings.aws.tls_policies import TLS_1_3
from moorings.kubernetes.annotations import SKIP_AWAIT_ANNOTATION, merge_annotations
from moorings.kubernetes.backend import Backend
from moorings.kubernetes.conflicts import check_declaration
from moorings.kubernetes.ingress.backend_checks import (
    backend_namespace,
    backend_selector,
    backend_service_name,
    backend_warnings,
    check_service_annotations,
    deregistration_delay,
    health_check,
    service_port,
    target_port,
)
from moorings.kubernetes.ingress.controllers import get_controller
from moorings.kubernetes.ingress.route_settings import IngressWarning, ObjectManifest, RouteSettings, without_none
from moorings.kubernetes.ingress.services import render_dedicated_service
from moorings.kubernetes.ingress.sticky_ingress_args import StickyIngressArgs
from moorings.kubernetes.ingress.sticky_ingress_validation import check_sticky_ingress
from moorings.kubernetes.names import AUTONAME_LENGTH, MAX_SUBDOMAIN_LENGTH
from moorings.kubernetes.objects import KubernetesObject
from moorings.validation.errors import InvalidInput
from moorings.validation.inputs import check_together, is_late
from moorings.validation.outputs import register_declared_outputs


class StickyIngress(pulumi.ComponentResource):
    """Route to a workload, with session affinity: all requests of a session reach the same pod.

    Creates the objects that the ingress controller reads: an Ingress, or a route and its policies, and a Service if
    necessary. Sessions end when their pod stops: no controller waits for them.

    Raises:
        InvalidInput: for invalid arguments, for arguments that the controller does not support, and for conflicts with
            the backend or with another StickyIngress of the program.

    """

    service_name: pulumi.Output[str]
    """Name of the Service that receives the requests."""

    service_annotations: pulumi.Output[dict[str, str]]
    """Annotations of the Service from which the controller reads the policy. Empty for most controllers."""

    address: pulumi.Output[str] | None
    """Host name or IP address of the load balancer. None if the deployment does not wait for it."""

    def __init__(self, name: str, args: StickyIngressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create the route.

        Args:
            name: logical name, at most 46 lower-case letters, digits and hyphens; children are named ``{name}-{role}``.
            args: arguments of the route.
            opts: options of the component.

        """
        component = f"StickyIngress {name!r}"
        args = StickyIngressArgs.from_input(component, args)
        check_sticky_ingress(component, name, args)
        super().__init__("moorings:index:StickyIngress", name, {}, opts)
        self._component, self._name, self._args = component, name, args
        self._controller = controller = get_controller(args.controller)
        self._affinity = args.affinity
        self._objects: dict[str, KubernetesObject] = {}
        annotations = controller.service_annotations(self._affinity) if controller.service_annotations else {}

        self._log_warnings(self._affinity.warnings)
        self._check_backend(annotations)
        self._namespace = backend_namespace(component, args.backend, args.namespace)
        self._check_routes()
        route = self._route()
        service_name = self._service(route)
        if controller.render:
            for manifest in controller.render(replace(route, service_name=service_name)):
                self._create(manifest)
        self.service_name = pulumi.Output.from_input(service_name)
        self.service_annotations = pulumi.Output.from_input(annotations)
        self.address = self._address()
        register_declared_outputs(self)

    def _log_warnings(self, warnings: Iterable[IngressWarning]) -> None:
        for warning in warnings:
            if warning.name not in self._args.acknowledged_warnings:
                fix = f"; acknowledged_warnings=[{warning.name!r}] silences it" if warning.name else ""
                pulumi.log.warn(f"{self._component}: {warning.message}{fix}", resource=self)

    def _check_backend(self, annotations: Mapping[str, str]) -> None:
        """Check the backend, or log that the checks are skipped."""
        args, controller = self._args, self._controller
        if args.backend is None:
            argument = "selector" if args.service_name is None else "service_name"
            message = (
                f"{self._component}: {argument}: the ports, health check, shutdown times and autoscaling of these pods "
                "are not checked; set backend=workload.backend for a workload of this program"
            )
            pulumi.log.info(message, resource=self)

        def check(backend: Backend | None) -> pulumi.Input[None]:
            self._log_warnings(backend_warnings(controller, backend, args.health_check_path))
            if backend is None or args.creates_service:
                return None
            return check_service_annotations(self._component, controller.name, backend, annotations)

        check_together(self._component, check, backend=args.backend)

    def _check_routes(self) -> None:
        """Reject hosts and paths that another StickyIngress of the program routes."""
        args, controller = self._args, self._controller
        group = args.annotations.get(controller.group_annotation)
        if controller.attachment == "service" or controller.merge_annotation in args.annotations:
            return
        if controller.group_annotation and group is None:
            return
        scope: list[Any] = [args.ingress_class_name or controller.default_class, group]
        if controller.attachment == "gateway":
            scope = [args.gateway_namespace or self._namespace, args.gateway_name, args.gateway_listener]
        product_name = controller.one_object_per_host
        for host, path in product(args.hosts or [""], args.paths):
            key: tuple[str, ...] = ("route", controller.name, host, path.rstrip("/"))
            conflict = (
                f"hosts, paths: {{owner}} also routes {host or 'all hosts'}{path}, and {controller.name} uses one of "
                "the two; change the host or path"
            )
            if product_name:
                key = ("host", product_name, host)
                conflict = (
                    f"hosts: {{owner}} also has {host!r}, and {product_name} uses only the oldest object of a host; "
                    "declare all paths on one of them, or use another controller"
                )
            self._declare(key, self._component, conflict, *scope)

    def _declare(self, key: tuple[str, ...], value: Any, conflict: str, *scope: pulumi.Input[str | None]) -> None:
        """Reject a declaration that conflicts with that of an earlier StickyIngress in the same scope."""

        def check(scope: list[str | None]) -> None:
            check_declaration(self, self._component, (*key, *scope), value, conflict)

        check_together(self._component, check, scope=list(scope))

    def _service(self, route: RouteSettings) -> pulumi.Input[str]:
        """Return the name of the Service, and create it if necessary."""
        args, component, controller = self._args, self._component, self._controller
        if args.creates_service:
            selector: Any = args.selector
            if args.backend is not None:
                selector = check_together(component, backend_selector, backend=args.backend)
            port: Any = args.target_port
            if port is None:
                port = check_together(component, target_port, backend=args.backend, port=route.service_port)
            return self._create(render_dedicated_service(controller, route, selector, port)).name
        name: Any = args.service_name
        if args.backend is not None:
            name = check_together(component, backend_service_name, backend=args.backend)
        if controller.one_configuration_per_service:
            kind = controller.one_configuration_per_service
            conflict = (
                f"{{owner}} also routes to this Service, and {controller.name} reads one {kind} per Service; declare "
                "all hosts and paths on one of them, or set dedicated_service=True or selector on one of them"
            )
            self._declare((kind, controller.name), component, conflict, self._namespace, name)
        if controller.one_policy_per_service:
            conflict = (
                f"policy: {{owner}} has another policy for this Service, and {controller.name} supports only one "
                "policy per Service; use the same policy, or set dedicated_service=True or selector on one of them"
            )
            policy = replace(self._affinity, warnings=())
            self._declare(("policy", controller.name), policy, conflict, self._namespace, name)
        return name or ""

    def _route(self) -> RouteSettings:
        """Return the route. ``service_name`` is empty, because the Service may not exist yet."""
        args, component, controller = self._args, self._component, self._controller
        check_port = partial(service_port, any_port=args.target_port is not None)
        port: pulumi.Input[int] = check_together(component, check_port, backend=args.backend, port=args.service_port)
        if args.service_port is not None and not is_late(args.service_port):
            # Plain even if the backend is late, because the name of an annotation can contain the port.
            port = args.service_port
        check_delay, delay = partial(deregistration_delay, controller), args.deregistration_delay_seconds
        return RouteSettings(
            name=self._name,
            affinity=self._affinity,
            service_name="",
            service_port=port,
            hosts=args.hosts,
            paths=args.paths,
            ingress_class_name=args.ingress_class_name or controller.default_class,
            tls_secret_name=args.tls_secret_name,
            cluster_issuer=args.cluster_issuer,
            certificate_arn=args.certificate_arn,
            gateway_name=args.gateway_name,
            gateway_namespace=args.gateway_namespace,
            gateway_listener=args.gateway_listener,
            deregistration_delay_seconds=check_together(component, check_delay, backend=args.backend, seconds=delay),
            health_check=check_together(component, health_check, backend=args.backend, path=args.health_check_path),
            closed_paths=args.closed_paths,
            ssl_policy=args.ssl_policy or TLS_1_3,
            internet_facing=args.internet_facing,
            nginx_plus=args.nginx_plus,
            gateway_api_release=args.gateway_api_release,
        )

    @property
    def _waits_for_load_balancer(self) -> bool:
        wait = self._args.wait_for_load_balancer
        return self._controller.always_publishes_address if wait is None else wait

    def _create(self, manifest: ObjectManifest) -> KubernetesObject:
        args, name = self._args, f"{self._name}-{manifest.role}"
        length = len(name) + AUTONAME_LENGTH
        if length > MAX_SUBDOMAIN_LENGTH:
            raise InvalidInput.at(
                self._component,
                f"name, hosts: the name of {manifest.kind} {name} must be at most {MAX_SUBDOMAIN_LENGTH} characters, "
                f"got {length}; shorten the name or the host",
            )
        annotations, body = dict(manifest.annotations), dict[str, Any](spec=manifest.spec)
        if manifest.role == self._controller.address_from:
            body["status"] = None  # declares the output, which is known after deployment
            if not self._waits_for_load_balancer:
                annotations[SKIP_AWAIT_ANNOTATION] = "true"
        user_annotations = {**manifest.default_annotations, **args.annotations}
        rules = self._controller.annotation_rules
        metadata = {
            "name": name if manifest.fixed_name else None,
            "namespace": self._namespace,
            "annotations": merge_annotations(self._component, user_annotations, annotations, rules) or None,
            "labels": args.labels or None,
        }
        opts = pulumi.ResourceOptions(parent=self)
        self._objects[manifest.role] = KubernetesObject(
            name, manifest.api_version, manifest.kind, opts, metadata=without_none(metadata), **body
        )
        return self._objects[manifest.role]

    def _address(self) -> pulumi.Output[str] | None:
        role = self._controller.address_from
        if not self._waits_for_load_balancer or role is None:
            return None
        status: pulumi.Output[Mapping[str, Any] | None] = getattr(self._objects[role], "status")  # noqa: B009
        return status.apply(_first_address)


def _first_address(status: Mapping[str, Any] | None) -> str:
    """Return the host name or IP address of a load balancer, empty if it has none yet."""
    load_balancer: Mapping[str, Any] = (status or {}).get("loadBalancer") or {}
    addresses: list[Mapping[str, Any]] = load_balancer.get("ingress") or [{}]
    return str(addresses[0].get("hostname") or addresses[0].get("ip") or "")
