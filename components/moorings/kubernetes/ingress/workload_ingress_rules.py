"""Rules of ``WorkloadIngress`` about its arguments, and the rules of its policy, its backend and its controllers."""

import re
from typing import Any

from moorings.aws.tls_policies import CHECKED as TLS_POLICIES_CHECKED
from moorings.aws.tls_policies import find_weakness, is_known_policy
from moorings.kubernetes.ingress import (
    annotation_rules,
    backend_rules,
    cookie_rules,
    duration_rules,
    ingress_route_rules,
    release_rules,
    route_backend_rules,
    route_rules,
    session_affinity_rules,
    sticky_policy_rules,
)
from moorings.kubernetes.ingress.controllers import controller_rules, controllers_where, controllers_with_argument
from moorings.kubernetes.ingress.http_route import GATEWAY_API_RELEASES, RELEASES_CHECKED
from moorings.kubernetes.ingress.ingress_controller import (
    ROUTE_ARGUMENTS,
    TLS_ARGUMENTS,
    IngressController,
    release_number,
)
from moorings.kubernetes.ingress.transform_rules import TRANSFORM_RULES
from moorings.kubernetes.ingress.workload_ingress_args import WorkloadIngressArgs
from moorings.kubernetes.names import AUTONAME_LENGTH, MAX_LABEL_LENGTH, MAX_SUBDOMAIN_LENGTH
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

RULES: RuleSet[WorkloadIngressArgs] = RuleSet(
    WorkloadIngressArgs,
    sticky_policy_rules.RULES,
    session_affinity_rules.RULES,
    cookie_rules.RULES,
    duration_rules.RULES,
    route_rules.RULES,
    ingress_route_rules.RULES,
    route_backend_rules.RULES,
    release_rules.RULES,
    backend_rules.RULES,
    annotation_rules.RULES,
    TRANSFORM_RULES,
    *controller_rules(),
)

_OPTIONAL_ARGUMENTS = (
    *TLS_ARGUMENTS,
    "ingress_class_name",
    "gateway_name",
    "gateway_namespace",
    "gateway_listener",
    "health_check_path",
    "ssl_policy",
    "aws_region",
    "internet_facing",
    "additional_certificate_arns",
    "oidc",
    "cognito",
    "web_acl_arn",
    "closed_paths",
    *ROUTE_ARGUMENTS,
)
"""Arguments that not every controller supports."""

_INGRESS = "https://kubernetes.io/docs/concepts/services-networking/ingress/"
_TLS_POLICIES = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html"
_ALB = "controller='aws-ingress', tls_secret_name=None, certificate_arn=CERTIFICATE_ARN, health_check_path='/'"


@RULES.rule(
    "ingress-one-backend",
    Severity.ERROR,
    source=f"{_INGRESS}#ingress-rules",
    invalid="selector={'app': 'orders'}",
    valid="selector={'app': 'orders'}, service_name=None",
)
def _one_backend(targets: list[str]) -> Findings:
    """An ingress routes to one Service: that of a workload, an existing one, or one that it creates."""
    if len(targets) != 1:
        fix = f"remove all but one of {', '.join(targets)}" if targets else "set one of them"
        yield "backend", f"exactly one of backend, service_name and selector is required, got {len(targets)}; {fix}"


@RULES.rule(
    "ingress-argument-missing",
    Severity.ERROR,
    source=_INGRESS,
    invalid="service_port=None",
    valid="service_port=8080",
)
def _argument_missing(set_arguments: list[str], ingress_controller: IngressController, targets: list[str]) -> Findings:
    """The controller or another argument requires this argument."""
    missing = [argument for argument in ("service_port", "gateway_name", "hosts") if argument not in set_arguments]
    if "service_port" in missing and targets and "backend" not in targets:
        yield "service_port", f"required with {targets[0]}; set it to a port of the Service"
    if "gateway_name" in missing and ingress_controller.attachment == "gateway":
        yield "gateway_name", f"required with {ingress_controller.name}; set it to the name of the Gateway"
    if "hosts" in missing and ingress_controller.hosts == "required":
        yield "hosts", f"required with {ingress_controller.name}; list the host names of the application"
    for issuer in ("cluster_issuer", "issuer"):
        if issuer in set_arguments and "tls_secret_name" not in set_arguments:
            yield "tls_secret_name", f"required with {issuer}, which stores the certificate in this Secret; set it"
        if issuer in set_arguments and "hosts" in missing:
            yield "hosts", f"required with {issuer}, whose certificate is for these hosts; list them"
    if "additional_certificate_arns" in set_arguments and "certificate_arn" not in set_arguments:
        yield "certificate_arn", "required with additional_certificate_arns, as the default certificate; set it"


@RULES.rule(
    "ingress-argument-without-effect",
    Severity.ERROR,
    source=_INGRESS,
    invalid="target_port=9090",
    valid="service_name=None, selector={'app': 'orders'}, target_port=9090",
)
def _argument_without_effect(
    set_arguments: list[str],
    creates_service: bool,
    targets: list[str],
    ingress_controller: IngressController,
) -> Findings:
    """The argument has an effect only together with another one, which is not set."""
    if "target_port" in set_arguments and not creates_service:
        yield "target_port", "has an effect only on a Service that the ingress creates; remove it"
    if "target_port_name" in set_arguments and ("target_port" in set_arguments or not creates_service):
        other = "together with target_port" if creates_service else "without a Service that the ingress creates"
        yield "target_port_name", f"has no effect {other}; remove it"
    for first, second in (("cluster_issuer", "issuer"), ("tls_secret_name", "default_certificate")):
        if {first, second} <= set(set_arguments):
            yield second, f"has no effect together with {first}; remove one of them"
    if "dedicated_service" in set_arguments and "backend" not in targets:
        yield "dedicated_service", "has an effect only with a backend; remove it"
    supported = "ssl_policy" in ingress_controller.arguments
    if supported and "ssl_policy" in set_arguments and "certificate_arn" not in set_arguments:
        yield "ssl_policy", "has an effect only on an HTTPS listener; set certificate_arn, or remove it"


@RULES.rule(
    "ingress-unsupported-argument",
    Severity.ERROR,
    source=_INGRESS,
    invalid="health_check_path='/ready'",
    valid=_ALB,
)
def _unsupported_argument(
    set_arguments: list[str],
    ingress_controller: IngressController,
    wait_for_load_balancer: bool | None,
) -> Findings:
    """The controller does not support this argument."""
    name = ingress_controller.name
    if ingress_controller.hosts == "unsupported":
        for argument in ("hosts", "paths"):
            if argument in set_arguments:
                yield argument, f"{name} routes TCP connections, which have no {argument}; remove it"
    if ingress_controller.attachment == "service" and "service_name" in set_arguments:
        yield "service_name", f"{name} creates a Service; use backend or selector"
    if wait_for_load_balancer and ingress_controller.address_from is None:
        yield "wait_for_load_balancer", f"no object of {name} contains an address; remove it"
    for argument in _OPTIONAL_ARGUMENTS:
        if argument in set_arguments and argument not in ingress_controller.arguments:
            yield argument, f"{name} does not support it; {_alternative(argument, ingress_controller)}"


def _alternative(argument: str, controller: IngressController) -> str:
    if argument not in TLS_ARGUMENTS:
        return f"remove it, or use {', '.join(controllers_with_argument(argument))}"
    if controller.tls_arguments:
        return f"use {', '.join(controller.tls_arguments)}"
    place = "at the Gateway" if controller.attachment == "gateway" else "in the pods"
    return f"remove it, because TLS is terminated {place}"


@RULES.rule(
    "ingress-late-name",
    Severity.ERROR,
    source="https://www.pulumi.com/docs/iac/concepts/inputs-outputs/",
    invalid="controller='nginx-virtualserver', hosts=[pulumi.Output.from_input('orders.example.com')]",
    valid="controller='nginx-virtualserver', hosts=['orders.example.com']",
)
def _late_name(late_arguments: list[str], ingress_controller: IngressController, set_arguments: list[str]) -> Findings:
    """Names of objects and annotations must be known at preview, and one is derived from this argument."""
    name = ingress_controller.name
    if ingress_controller.object_per_host and "hosts" in late_arguments:
        yield "hosts", f"must be plain values with {name}, because an object is named after each host; pass strings"
    port = "service_port" if "service_port" in set_arguments else "backend"
    if ingress_controller.requires_known_port and port in late_arguments:
        yield (
            "service_port",
            f"must be a plain value with {name}, because an annotation is named after it; pass a number",
        )


@RULES.rule(
    "ingress-gateway-api-release",
    Severity.UNVERIFIED,
    source="https://gateway-api.sigs.k8s.io/geps/gep-1619/",
    invalid="controller='gateway-api', gateway_name='public', tls_secret_name=None, experimental_channel=True, "
    "gateway_api_release='1.9'",
    valid="controller='gateway-api', gateway_name='public', tls_secret_name=None, experimental_channel=True, "
    "gateway_api_release='1.7'",
    checked=RELEASES_CHECKED,
)
def _gateway_api_release(gateway_api_release: str, ingress_controller: IngressController) -> Findings:
    """The experimental fields of the Gateway API change between releases, and those of this one are not known."""
    if ingress_controller.renders_http_route and release_number(gateway_api_release) not in GATEWAY_API_RELEASES:
        yield (
            f"the fields of release {gateway_api_release} are not known; compare sessionPersistence of the HTTPRoute "
            "with the API reference"
        )


@RULES.rule(
    "ingress-weak-tls-policy",
    Severity.UNSAFE,
    source=_TLS_POLICIES,
    invalid=f"{_ALB}, ssl_policy='ELBSecurityPolicy-2016-08'",
    valid=f"{_ALB}, ssl_policy='ELBSecurityPolicy-TLS13-1-2-2021-06'",
)
def _weak_tls_policy(ssl_policy: str | None) -> Findings:
    """Connections with these protocols and ciphers can be downgraded, or decrypted later."""
    weakness = find_weakness(ssl_policy) if ssl_policy else None
    if weakness:
        yield f"{ssl_policy} {weakness}; use ELBSecurityPolicy-TLS13-1-2-2021-06 for clients without TLS 1.3"


@RULES.rule(
    "ingress-tls-policy",
    Severity.UNVERIFIED,
    source=_TLS_POLICIES,
    invalid=f"{_ALB}, ssl_policy='ELBSecurityPolicy-TLS14-1-4-2030-01'",
    valid=f"{_ALB}, ssl_policy='ELBSecurityPolicy-TLS13-1-3-PQ-2025-09'",
    checked=TLS_POLICIES_CHECKED,
)
def _tls_policy(ssl_policy: str | None) -> Findings:
    """The table of this release does not contain the protocols and ciphers of this policy."""
    if ssl_policy and not is_known_policy(ssl_policy):
        yield f"the protocols and ciphers of {ssl_policy} are not known; check that it excludes TLS 1.0 and 1.1"


@RULES.rule(
    "ingress-health-check-path",
    Severity.WARNING,
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
    invalid="controller='aws-ingress', tls_secret_name=None, certificate_arn=CERTIFICATE_ARN",
    valid=_ALB,
)
def _health_check_path(
    health_check_path: str | None,
    backend_health_check: Any,
    ingress_controller: IngressController,
    backend_protocol: str,
) -> Findings:
    """Pods that do not answer the default path of the health check receive no requests."""
    if backend_protocol == "GRPC":
        return  # any gRPC server passes the default health check, which expects the status UNIMPLEMENTED
    if ingress_controller.requires_health_check_path and health_check_path is None and backend_health_check is None:
        yield (
            f"{ingress_controller.name} checks the path / by default, and pods that do not answer it with 200 receive "
            "no requests; set it, even if it is /"
        )


@RULES.rule(
    "ingress-other-controller",
    Severity.WARNING,
    source=f"{_INGRESS}#ingress-class",
    invalid="ingress_class_name='alb'",
    valid="ingress_class_name='haproxy-internal'",
)
def _other_controller(ingress_class_name: str | None, ingress_controller: IngressController) -> Findings:
    """A controller ignores an Ingress with the class of another controller."""
    others = controllers_where(lambda other: other.default_class and other.default_class == ingress_class_name)
    if others and ingress_controller.name not in others:
        yield (
            f"{ingress_class_name!r} is the default class of {' and '.join(others)}, but the controller is "
            f"{ingress_controller.name}; change controller or ingress_class_name"
        )


@RULES.explicit(
    "ingress-object-name",
    Severity.ERROR,
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
    invalid="name='Orders'",
    valid="name='orders'",
)
def object_name(name: str, kind: str) -> Findings:
    """Objects are named after the ingress and its hosts, and the Kubernetes API limits the length of names."""
    limit, pattern = MAX_SUBDOMAIN_LENGTH, "[a-z0-9]([-a-z0-9.]*[a-z0-9])?"
    if kind == "Service":
        limit, pattern = MAX_LABEL_LENGTH, "[a-z]([-a-z0-9]*[a-z0-9])?"
    length = len(name) + AUTONAME_LENGTH
    if length > limit:
        yield (
            "",
            (
                f"the name of {kind} {name} must be at most {limit} characters with the suffix from Pulumi, got "
                f"{length}; shorten the name of the ingress or the host"
            ),
        )
    elif not re.fullmatch(pattern, name):
        yield (
            "",
            f"{name!r} is not a valid name of the {kind}; name the ingress with lower-case letters, digits and hyphens",
        )
