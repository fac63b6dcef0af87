"""``Ingress``, for controllers that are configured with annotations.

Source: https://kubernetes.io/docs/concepts/services-networking/ingress/
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pulumi

from moorings.kubernetes.annotations import CLUSTER_ISSUER_ANNOTATION, ISSUER_ANNOTATION
from moorings.kubernetes.ingress.route_settings import ObjectManifest, RoutePath, RouteRule, RouteSettings, without_none


def service_backend(rule: RouteRule, _: RoutePath) -> Mapping[str, Any]:
    """Return the backend of a path of a rule: its only Service."""
    (service,) = rule.services
    return {"service": {"name": service.name, "port": {"number": service.port}}}


def unchanged_paths(rule: RouteRule) -> Sequence[RoutePath]:
    """Return the paths of a rule, for controllers that match them as Kubernetes documents it."""
    return rule.paths


def string_prefixes(rule: RouteRule) -> Sequence[RoutePath]:
    """Return the paths of a rule, for controllers that compare prefixes as strings."""
    return [match for path in rule.paths for match in path.string_prefixes]


def http_ingress(
    route: RouteSettings,
    annotations: Mapping[str, pulumi.Input[str]],
    closed_path_backend: Mapping[str, Any] | None = None,
    *,
    backend: Callable[[RouteRule, RoutePath], Mapping[str, Any]] = service_backend,
    paths_of: Callable[[RouteRule], Sequence[RoutePath]] = unchanged_paths,
) -> ObjectManifest:
    """Return an Ingress for all hosts and paths, with TLS for all hosts if there is a Secret.

    Args:
        route: the route. Without hosts it applies to all requests.
        annotations: the annotations of the controller.
        closed_path_backend: backend of closed paths, for controllers that have one.
        backend: returns the backend of a path of a rule.
        paths_of: returns the paths of a rule as the controller has to match them.

    """
    closed = [{"path": path, "pathType": "Prefix", "backend": closed_path_backend} for path in route.closed_paths]
    rules: list[dict[str, Any]] = []
    for host, rules_of_host in route.host_rules:
        paths = [
            {"path": path.path, "pathType": path.type, "backend": backend(rule, path)}
            for rule in rules_of_host
            for path in paths_of(rule)
        ]
        rules.append(without_none({"host": host, "http": {"paths": [*paths, *closed]}}))
    spec: dict[str, Any] = {"ingressClassName": route.ingress_class_name, "rules": rules}
    if route.certificates:
        spec["tls"] = tls_of_hosts(route)
    issuers = {CLUSTER_ISSUER_ANNOTATION: route.cluster_issuer, ISSUER_ANNOTATION: route.issuer}
    annotations = {**without_none(issuers), **annotations}
    return ObjectManifest("ingress", "networking.k8s.io/v1", "Ingress", spec, annotations)


def tls_of_hosts(route: RouteSettings) -> list[dict[str, Any]]:
    """Return the Secrets of the hosts. Without a Secret the controller uses its default certificate."""
    return [without_none({"hosts": hosts, "secretName": secret}) for secret, hosts in route.certificates]


def http_ingresses(
    route: RouteSettings,
    annotations: Mapping[str, pulumi.Input[str]],
    rewrite_annotations: Callable[[RouteRule], Mapping[str, pulumi.Input[str]]],
    rewritten_paths: Callable[[RouteRule], Sequence[RoutePath]] = unchanged_paths,
) -> list[ObjectManifest]:
    """Return an Ingress, and another one for each route with a rewrite, which is an annotation of the whole Ingress.

    Args:
        route: the route.
        annotations: the annotations of all Ingresses.
        rewrite_annotations: returns the annotations of a route with a rewrite.
        rewritten_paths: returns the paths of a route with a rewrite.

    """
    rewritten = [rule for rule in route.rules if rule.rewrite_prefix is not None]
    if not rewritten:
        return [http_ingress(route, annotations)]
    manifests: list[ObjectManifest] = []
    others = replace(route, routes=[rule for rule in route.routes if rule.rewrite_prefix is None])
    if others.rules:
        manifests.append(http_ingress(others, annotations))
    for rule in rewritten:
        # cert-manager creates one certificate for the Secret, from the Ingress with the annotation.
        only = replace(
            route,
            paths=(),
            exact_paths=(),
            implementation_specific_paths=(),
            routes=[rule],
            cluster_issuer=None if manifests else route.cluster_issuer,
            issuer=None if manifests else route.issuer,
        )
        own = {**annotations, **rewrite_annotations(rule)}
        manifests.append(replace(http_ingress(only, own, paths_of=rewritten_paths), role=f"ingress-{rule.key}"))
    # The first one has all hosts, because the certificate is for them.
    first = manifests[0]
    if "tls" in first.spec:
        manifests[0] = replace(first, spec={**first.spec, "tls": tls_of_hosts(route)})
    return manifests
