"""Rules about the hosts and paths of a ``WorkloadIngress``, and their conflicts with others in the program."""

from collections.abc import Mapping, Sequence

from moorings.kubernetes.ingress.hosts_and_paths import (
    MAX_HTTP_ROUTE_HOSTS,
    MAX_HTTP_ROUTE_PATHS,
    MAX_HTTP_ROUTE_RULES,
    find_closed_route,
)
from moorings.kubernetes.ingress.ingress_controller import IngressController
from moorings.kubernetes.ingress.ingress_route import IngressRoute
from moorings.kubernetes.ingress.route_settings import RoutePath
from moorings.kubernetes.ingress.workload_ingress_args import WorkloadIngressArgs
from moorings.validation.findings import Path, Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

RULES: RuleSet[WorkloadIngressArgs] = RuleSet(WorkloadIngressArgs)

_PATH_TYPES = "https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types"
_HOSTS = "https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards"
_HTTP_ROUTE = "https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec"
_VIRTUAL_SERVER = (
    "https://docs.nginx.com/nginx-ingress-controller/configuration/virtualserver-and-virtualserverroute-resources/"
)


@RULES.rule(
    "ingress-route-limit",
    Severity.ERROR,
    source=_HTTP_ROUTE,
    invalid="controller='traefik-gateway', gateway_name='public', tls_secret_name=None, "
    "hosts=[f'h{number}.example.com' for number in range(17)]",
    valid="controller='traefik-gateway', gateway_name='public', tls_secret_name=None, "
    "hosts=[f'h{number}.example.com' for number in range(16)]",
)
def _route_limit(
    host_count: int,
    closed_paths: list[str],
    route_paths: Sequence[RoutePath],
    routes: Mapping[str, IngressRoute],
    ingress_controller: IngressController,
) -> Findings:
    """The Gateway API limits the hosts and rules of an HTTPRoute, and the paths of its rules."""
    if not ingress_controller.renders_http_route:
        return
    shared = [route for route in routes.values() if not route.hosts]
    rules = sum(len(route.route_paths) if route.rewrite_prefix else 1 for route in shared)
    counts: dict[tuple[str, ...], tuple[int, int]] = {
        ("hosts",): (host_count, MAX_HTTP_ROUTE_HOSTS),
        ("paths",): (len(route_paths), MAX_HTTP_ROUTE_PATHS),
        ("closed_paths",): (len(closed_paths), MAX_HTTP_ROUTE_PATHS),
        ("routes",): (rules + bool(route_paths) + bool(closed_paths), MAX_HTTP_ROUTE_RULES),
    }
    for key, route in routes.items():
        counts["routes", key, "hosts"] = (len(route.hosts), MAX_HTTP_ROUTE_HOSTS)
        counts["routes", key, "paths"] = (len(route.route_paths), MAX_HTTP_ROUTE_PATHS)
    for argument, (count, limit) in counts.items():
        if count > limit:
            kind = "rules" if argument == ("routes",) else argument[-1]
            problem = f"an HTTPRoute supports at most {limit} {kind}, got {count}"
            yield argument, f"{problem}; create a second WorkloadIngress"


@RULES.rule(
    "ingress-all-hosts",
    Severity.WARNING,
    source=_HOSTS,
    invalid="hosts=[]",
    valid="hosts=['orders.example.com']",
)
def _all_hosts(host_count: int, ingress_controller: IngressController) -> Findings:
    """Requests for hosts without a route of their own, including those of other applications, reach this one."""
    shared = not (ingress_controller.renders_http_route or ingress_controller.owns_load_balancer)
    if host_count == 0 and shared and ingress_controller.hosts == "optional":
        yield "hosts", "requests for all hosts without a route of their own reach this Service; list the hosts"


@RULES.rule(
    "ingress-wildcard-host",
    Severity.WARNING,
    source=_HOSTS,
    invalid="hosts=['*.com']",
    valid="hosts=['*.example.com']",
    each="hosts",
)
def _wildcard_host(_index: int, host: str) -> Findings:
    """A wildcard below a top-level domain matches the hosts of other applications."""
    if host.startswith("*.") and host.count(".") == 1:
        yield f"{host!r} matches all names of a top-level domain; add your domain, as in '*.example.com'"


@RULES.rule(
    "ingress-path-wildcard",
    Severity.WARNING,
    source=_PATH_TYPES,
    invalid="paths=['/orders/*']",
    valid="paths=['/orders']",
)
def _path_wildcard(declared_paths: Sequence[tuple[Path, RoutePath]]) -> Findings:
    """Paths are prefixes, in which most controllers treat ``*`` like any other character."""
    fix = "remove it, because a prefix matches all paths below it"
    for argument, path in declared_paths:
        if path.type == "Prefix" and "*" in path.path:
            yield argument, f"'*' is not a wildcard in the prefix {path.path!r}; {fix}"


@RULES.rule(
    "ingress-path-characters",
    Severity.ERROR,
    source=_VIRTUAL_SERVER,
    invalid="controller='nginx-virtualserver', paths=['/orders;v=1']",
    valid="controller='traefik-crd', paths=['/orders;v=1']",
)
def _path_characters(
    declared_paths: Sequence[tuple[Path, RoutePath]], ingress_controller: IngressController
) -> Findings:
    """The controller rejects characters that have a meaning in its configuration."""
    for argument, path in declared_paths:
        found = [character for character in ingress_controller.forbidden_path_characters if character in path.path]
        if found:
            yield (
                argument,
                f"{ingress_controller.name} does not support {found[0]!r} in paths, got {path.path!r}; remove it",
            )


@RULES.rule(
    "ingress-closed-route",
    Severity.ERROR,
    source=_PATH_TYPES,
    invalid="controller='nginx-virtualserver', paths=['/orders'], closed_paths=['/']",
    valid="controller='nginx-virtualserver', paths=['/orders'], closed_paths=['/orders/metrics']",
)
def _closed_route(closed_paths: list[str], prefix_paths: list[str]) -> Findings:
    """A path cannot be both routed and closed."""
    conflict = find_closed_route(closed_paths, prefix_paths)
    if conflict:
        index, path = conflict
        yield ("closed_paths", index), f"{closed_paths[index] or '/'!r} closes {path!r} of paths; remove one of them"


@RULES.explicit(
    "ingress-duplicate-route",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/concepts/services-networking/ingress/#multiple-matches",
    invalid="hosts=['other.example.com']",
    valid="hosts=['orders.example.com']",
)
def duplicate_route(conflicts: Sequence[tuple[Path, str, str]], controller: IngressController) -> Findings:
    """Two ingresses have the same host and path, and the controller uses only one of them.

    Both can be intended while an application moves from one to the other. In the example, another ingress of the
    program has the host other.example.com.
    """
    for path, route, owner in conflicts:
        if controller.one_object_per_host:
            product = controller.one_object_per_host
            problem = f"{owner} also has {route!r}, and {product} uses only the oldest object of a host"
            fix = "declare all paths on one of them, or use another controller"
        else:
            problem = f"{owner} also routes {route}, and {controller.name} uses only one of them"
            fix = "change the host or path"
        yield path, f"{problem}; {fix}"


@RULES.explicit(
    "ingress-host-of-two-controllers",
    Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/services-networking/ingress-controllers/#using-multiple-ingress-controllers",
    invalid="controller='traefik-crd', hosts=['other.example.com']",
    valid="controller='traefik-crd', hosts=['orders.example.com']",
)
def host_of_two_controllers(owners: Sequence[tuple[Path, str, str]], controller: IngressController) -> Findings:
    """Each controller has its own load balancer, and DNS sends the requests for a host to one of them.

    Both can be intended for internal and public clients, or while an application moves from one to the other. In the
    example, another ingress of the program has the host other.example.com.
    """
    for path, host, owner in owners:
        yield (
            path,
            (
                f"{owner} routes {host!r} with a controller other than {controller.name}, and DNS selects one of the "
                "load balancers; use the same controller, or another host"
            ),
        )


@RULES.explicit(
    "ingress-shared-service",
    Severity.UNSAFE,
    source="https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services",
    invalid="service_name='other', policy={'lifetime_seconds': 600}",
    valid="service_name='other'",
)
def shared_service(
    policy_owner: str | None, configuration_owner: str | None, controller: IngressController
) -> Findings:
    """The controller supports one configuration for each Service, and two ingresses set it differently.

    In the example, another ingress of the program routes to the Service with the default policy.
    """
    fix = "set dedicated_service=True or selector on one of them"
    if policy_owner:
        yield (
            "policy",
            (
                f"{policy_owner} has a different policy for this Service, and {controller.name} supports only one "
                f"policy per Service; use the same policy, or {fix}"
            ),
        )
    if configuration_owner:
        kind = controller.one_configuration_per_service
        yield (
            "service_name",
            (
                f"{configuration_owner} also routes to this Service, and {controller.name} reads one {kind} per "
                f"Service; declare all hosts and paths on one of them, or {fix}"
            ),
        )
