"""WorkloadIngress: a route to a workload, with session affinity."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import pulumi

from moorings.aws.tls_policies import TLS_1_3
from moorings.kubernetes.annotations import SKIP_AWAIT_ANNOTATION
from moorings.kubernetes.backend import read_backend
from moorings.kubernetes.conflicts import find_owner, find_service
from moorings.kubernetes.ingress.annotation_rules import annotation_conflict
from moorings.kubernetes.ingress.annotations import merge_annotations
from moorings.kubernetes.ingress.backend_rules import service_of_program
from moorings.kubernetes.ingress.backend_values import (
    declared_services,
    deregistration_delay,
    health_check,
    service_port,
    target_port,
)
from moorings.kubernetes.ingress.ingress_route import IngressRoute, IngressService
from moorings.kubernetes.ingress.route_rules import duplicate_route, host_of_two_controllers, shared_service
from moorings.kubernetes.ingress.route_settings import (
    ObjectManifest,
    RoutePath,
    RouteRedirect,
    RouteRule,
    RouteService,
    RouteSettings,
    without_none,
)
from moorings.kubernetes.ingress.services import render_dedicated_service
from moorings.kubernetes.ingress.transform_rules import transformed_session
from moorings.kubernetes.ingress.workload_ingress_args import WorkloadIngressArgs
from moorings.kubernetes.ingress.workload_ingress_rules import RULES, object_name
from moorings.kubernetes.objects import KubernetesObject
from moorings.overrides.binding import bind_overrides
from moorings.overrides.child_guard import ChildGuard
from moorings.validation.findings import Path
from moorings.validation.inputs import as_output
from moorings.validation.outputs import register_declared_outputs
from moorings.validation.resource_changes import Properties

NO_VALUES: Mapping[str, pulumi.Input[str]] = {"user": "", "own": ""}


class WorkloadIngress(pulumi.ComponentResource):
    """Route to a workload, with session affinity: all requests of a session reach the same pod.

    Creates the objects that the ingress controller reads: an Ingress, or a route and its policies, and a Service if
    necessary. Sessions end when their pod stops: no controller waits for them.

    Raises:
        InvalidInput: for invalid arguments, for arguments that the controller does not support, and for conflicts with
            the backend or with another WorkloadIngress of the program.

    """

    service_name: pulumi.Output[str]
    """Name of the Service that receives the requests."""

    service_annotations: pulumi.Output[dict[str, str]]
    """Annotations of the Service from which the controller reads the policy. Empty for most controllers."""

    address: pulumi.Output[str] | None
    """Host name or IP address of the load balancer. None if the deployment does not wait for it."""

    def __init__(self, name: str, args: WorkloadIngressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create the route.

        Args:
            name: logical name, of lower-case letters, digits and hyphens. Children are named ``{name}-{role}``. At most
                46 characters if the ingress creates a Service.
            args: arguments of the route.
            opts: options of the component.

        """
        args, self._reporter = RULES.check("WorkloadIngress", name, args)
        super().__init__(
            "moorings:index:WorkloadIngress",
            name,
            self._reporter.inputs,
            bind_overrides(self, name, self._reporter, opts),
        )
        self._name, self._args, self._controller = name, args, args.ingress_controller
        self._objects: dict[str, KubernetesObject] = {}
        self._namespace: pulumi.Input[str] | None = args.own_namespace

        self._check_routes()
        self._check_service_of_program()
        route = self._route()
        service_name = self._service(route)
        if self._controller.render:
            for manifest in self._controller.render(replace(route, service_name=service_name)):
                self._create(manifest)
        self.service_name = as_output(service_name)
        self.service_annotations = as_output(args.required_service_annotations)
        self.address = self._address()
        register_declared_outputs(self, self._reporter)
        if args.backend is None:
            self._log_skipped_checks()

    def _log_skipped_checks(self) -> None:
        (argument,) = self._args.targets
        message = (
            f"{self._reporter}: {argument}: the ports, health check, shutdown times and autoscaling of these pods are "
            "not checked; set backend=workload.backend for a workload of this program"
        )
        pulumi.log.info(message, resource=self)

    def _check_routes(self) -> None:
        """Find hosts and paths that another WorkloadIngress of the program routes."""
        args, controller = self._args, self._controller
        group = args.annotations.get(controller.group_annotation)
        conflicts: Any = []
        claims = args.claims
        merged = controller.merge_annotation in args.annotations
        unshared = controller.owns_load_balancer and group is None
        if controller.attachment != "service" and not merged and not unshared:
            scope: list[Any] = [args.ingress_class_name or controller.default_class, group]
            if controller.attachment == "gateway":
                scope = [args.gateway_namespace or self._namespace, args.gateway_name, args.gateway_listener]
            conflicts = self._reporter.derive(self._find_routes, claims=claims, scope=scope)
        self._reporter.evaluate(duplicate_route, conflicts=conflicts, controller=controller)
        owners = self._reporter.derive(self._find_hosts, claims=claims)
        self._reporter.evaluate(host_of_two_controllers, owners=owners, controller=controller)

    def _find_hosts(self, claims: list[dict[str, Any]]) -> list[tuple[Path, str, str]]:
        """Return the hosts that another controller has: argument, host, owner."""
        component, product = str(self._reporter), self._controller.product
        hosts = {host: path for path, host, _ in _claimed_paths(claims) if host}
        owners = {host: find_owner(self, component, ("controller of a host", host), product) for host in hosts}
        return [(hosts[host], host, owner) for host, owner in owners.items() if owner is not None]

    def _find_routes(self, claims: list[dict[str, Any]], scope: list[str | None]) -> list[tuple[Path, str, str]]:
        """Return the routes of the ingress that another one has: argument, host and path, owner."""
        controller, found = self._controller, list[tuple[Path, str, str]]()
        for argument, host, path in _claimed_paths(claims):
            matched = f"={path.path}" if path.type == "Exact" else path.path.rstrip("/")
            route, key = f"{host or 'all hosts'}{path.path}", ("route", controller.name, host, matched)
            if controller.one_object_per_host:
                route, key = host, ("host", controller.one_object_per_host, host, "")
            owner = find_owner(self, str(self._reporter), (*key, *scope), str(self._reporter))
            if owner and not any(route == other for _, other, _ in found):
                found.append((argument, route, owner))
        return found

    def _check_service_of_program(self) -> None:
        """Check the port and the namespace if ``service_name`` is that of a Service of this program."""
        args = self._args
        values = {"service_port": args.service_port, "namespace": args.namespace}
        declared: Any = []
        if isinstance(args.service_name, pulumi.Output):
            declared = declared_services(args.service_name)
            self._reporter.evaluate(service_of_program, declared=declared, **values)
        if args.service_name is not None:
            name, namespace = args.service_name, self._namespace
            named = self._reporter.derive(self._find_service, name=name, namespace=namespace, declared=declared)
            self._reporter.evaluate(service_of_program, declared=named, **values)

    def _find_service(self, name: str, namespace: str | None, declared: list[Any]) -> list[Any]:
        """Return the Service of this program that has a name, unless the name is known to come from it."""
        service = None if declared else find_service(self, name, namespace)
        return [] if service is None else [service]

    def _service(self, route: RouteSettings) -> pulumi.Input[str]:
        """Return the name of the Service, and create it if necessary."""
        args, controller, reporter = self._args, self._controller, self._reporter
        service_name: Any = None if args.creates_service else args.service_name or args.backend_service_name
        names = [] if args.creates_service else [service_name]
        for name in (*names, *(service.name for rule in route.routes for service in rule.services)):
            self._check_owner(name)
        if not args.creates_service:
            return service_name or ""
        port: Any = args.target_port_name if args.target_port is None else args.target_port
        if port is None:
            port = reporter.derive(target_port, ports=args.backend_ports, port=route.service_port)
        return self._create(render_dedicated_service(controller, route, args.backend_selector, port)).name

    def _check_owner(self, service_name: Any) -> None:
        """Find another ingress of the program that configures a Service differently."""
        controller, reporter, affinity = self._controller, self._reporter, self._args.affinity
        owners: dict[str, Any] = {"policy_owner": None, "configuration_owner": None}
        keys: dict[str, tuple[bool, tuple[str, str], Any]] = {
            "policy_owner": (
                controller.one_policy_per_service and affinity.is_sticky,
                ("policy", controller.name),
                affinity,
            ),
            "configuration_owner": (
                bool(controller.one_configuration_per_service),
                (controller.one_configuration_per_service, controller.name),
                str(reporter),
            ),
        }
        for name, (applies, key, value) in keys.items():
            if applies:
                find = partial(self._find_service_owner, key, value)
                owners[name] = reporter.derive(find, scope=[self._namespace, service_name])
        reporter.evaluate(shared_service, **owners, controller=controller)

    def _find_service_owner(self, key: tuple[str, str], value: Any, scope: list[str | None]) -> str | None:
        return find_owner(self, str(self._reporter), (*key, *scope), value)

    def _route(self) -> RouteSettings:
        """Return the route. ``service_name`` is empty, because the Service may not exist yet."""
        args, controller, derive = self._args, self._controller, self._reporter.derive
        port: Any = args.service_port
        if port is None:
            port = derive(service_port, ports=args.backend_ports)
        delay: Any = args.deregistration_delay_seconds
        if delay is None:
            shutdown = args.backend_shutdown if controller.targets_pods_as else None
            delay = derive(deregistration_delay, shutdown=shutdown)
        return RouteSettings(
            name=self._name,
            affinity=args.affinity,
            service_name="",
            service_port=port,
            hosts=args.hosts,
            paths=args.prefix_paths,
            exact_paths=args.exact_paths,
            implementation_specific_paths=args.implementation_specific_paths,
            routes=[self._rule(key, rule) for key, rule in args.routes.items()],
            ingress_class_name=args.ingress_class_name or controller.default_class,
            tls_secret_name=args.tls_secret_name,
            cluster_issuer=args.cluster_issuer,
            issuer=args.issuer,
            default_certificate=args.default_certificate,
            additional_certificate_arns=args.additional_certificate_arns,
            certificate_arn=args.certificate_arn,
            gateway_name=args.gateway_name,
            gateway_namespace=args.gateway_namespace,
            gateway_listener=args.gateway_listener,
            deregistration_delay_seconds=delay,
            health_check=derive(health_check, readiness=args.backend_health_check, path=args.health_check_path),
            closed_paths=args.closed_paths,
            ssl_policy=args.ssl_policy or TLS_1_3,
            internet_facing=args.internet_facing,
            annotations=args.annotations,
            nginx_plus=args.nginx_plus,
            gateway_api_release=args.gateway_api_release,
            controller_release=args.controller_release,
            backend_protocol=args.backend_protocol,
            oidc=args.oidc,
            cognito=args.cognito,
            web_acl_arn=args.web_acl_arn,
        )

    def _rule(self, key: str, args: IngressRoute) -> RouteRule:
        return RouteRule(
            key,
            args.route_paths,
            args.hosts,
            [self._route_service(f"-{key}-{name}", service) for name, service in args.services.items()],
            args.rewrite_prefix,
            None if args.redirect is None else RouteRedirect(**dict(args.redirect)),
            args.tls_secret_name,
        )

    def _route_service(self, role: str, args: IngressService) -> RouteService:
        derive, backend = self._reporter.derive, args.backend
        port: Any = args.service_port
        if port is None:
            port = derive(service_port, ports=read_backend(backend, lambda values: values.ports) or {})
        delay: Any = self._args.deregistration_delay_seconds
        if delay is None:
            shutdown = read_backend(backend, lambda values: values.shutdown)
            delay = derive(deregistration_delay, shutdown=shutdown if self._controller.targets_pods_as else None)
        readiness = read_backend(backend, lambda values: values.health_check)
        check = derive(health_check, readiness=readiness, path=self._args.health_check_path)
        return RouteService(args.name, port, args.weight, role, check, delay)

    @property
    def _waits_for_load_balancer(self) -> bool:
        wait = self._args.wait_for_load_balancer
        return self._controller.always_publishes_address if wait is None else wait

    def _create(self, manifest: ObjectManifest) -> KubernetesObject:
        args, reporter = self._args, self._reporter
        name, reserved = f"{self._name}-{manifest.role}", self._controller.reserved_annotations
        reporter.evaluate(object_name, name=name, kind=manifest.kind)
        own, body = dict(manifest.annotations), dict[str, Any](spec=manifest.spec)
        if manifest.role.split("-")[0] == self._controller.address_from:
            body["status"] = None  # declares the output, which is known after deployment
            if not self._waits_for_load_balancer:
                own[SKIP_AWAIT_ANNOTATION] = "true"
        for key in sorted(args.annotations.keys() & own.keys()):
            values = {"user": args.annotations[key], "own": own[key]} if reserved.is_attribute_list(key) else NO_VALUES
            reporter.evaluate(annotation_conflict, key=key, **values, reserved=reserved)
        annotations = merge_annotations({**manifest.default_annotations, **args.annotations}, own)
        metadata = {
            "name": name if manifest.fixed_name else None,
            "namespace": self._namespace,
            "annotations": annotations or None,
            "labels": args.labels or None,
        }
        opts = pulumi.ResourceOptions(parent=self)
        if manifest.role != "service" or self._controller.attachment == "service":
            opts = reporter.gate(opts)
        fields = {"metadata": without_none(metadata), **body}
        guard = ChildGuard(self, reporter, name, manifest.kind)
        guard.expect(transformed_session, role=manifest.role, rendered=Properties(fields), reserved=reserved)
        created = KubernetesObject(name, manifest.api_version, manifest.kind, guard.options(opts), **fields)
        guard.check_preview(created, "metadata", "spec")
        self._objects[manifest.role] = created
        return created

    def _address(self) -> pulumi.Output[str] | None:
        role = self._controller.address_from
        if not self._waits_for_load_balancer or role is None:
            return None
        # If all paths are rewritten, the only Ingresses are those of the routes.
        objects = [object_ for name, object_ in self._objects.items() if name.split("-")[0] == role]
        status: pulumi.Output[Mapping[str, Any] | None] = getattr(objects[0], "status")  # noqa: B009
        return status.apply(_first_address)


def _claimed_paths(claims: list[dict[str, Any]]) -> Iterator[tuple[Path, str, RoutePath]]:
    """Yield the argument with the host, the host (empty for all hosts) and the path of everything that is routed."""
    for claim in claims:
        prefix: Path = ("routes", claim["route"], "hosts") if claim["own_hosts"] else ("hosts",)
        hosts: list[tuple[Path, str]] = [((*prefix, index), host) for index, host in enumerate(claim["hosts"])]
        paths: list[RoutePath] = claim["paths"]
        for (argument, host), path in product(hosts or [(prefix, "")], paths):
            yield argument, host, path


def _first_address(status: Mapping[str, Any] | None) -> str:
    """Return the host name or IP address of a load balancer, empty if it has none yet."""
    load_balancer: Mapping[str, Any] = (status or {}).get("loadBalancer") or {}
    addresses: list[Mapping[str, Any]] = load_balancer.get("ingress") or [{}]
    return str(addresses[0].get("hostname") or addresses[0].get("ip") or "")
