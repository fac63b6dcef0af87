"""Rules of `KpowOnFargate`."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from moorings.apps.kpow.connection_rules import cluster_path
from moorings.apps.kpow.fargate_args import MARKETPLACE_POLICY_NAME, KpowOnFargateArgs
from moorings.apps.kpow.fargate_health import container_checks_liveness, paths_to_close
from moorings.apps.kpow.login import BROWSER_URL_VARIABLE, PUBLIC_URL_VARIABLE
from moorings.apps.kpow.settings import LIVENESS_PATH, PORT, READINESS_PATH, StreamsErrorStrategy
from moorings.apps.kpow.settings_rules import SETTINGS_RULES
from moorings.aws.network.vpc_endpoints import VpcEndpoints
from moorings.aws.security_groups import HTTPS
from moorings.ecs.container_health_check import ContainerHealthCheck
from moorings.ecs.http_target import HttpTarget
from moorings.ecs.listener_conditions import MAX_CONDITION_VALUES, contains
from moorings.ecs.load_balancer_args import SingletonLoadBalancer
from moorings.ecs.secrets import EcsSecretReference
from moorings.ecs.singleton_rules import SINGLETON_RULES
from moorings.kafka.connection import KafkaConnection
from moorings.validation.findings import Path, Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

HTTP = 80

IMAGES_CHECKED = "2026-11-21"
"""Date on which the architectures of the images were compared with their source."""

_OPENSHIFT_TAG = re.compile(r":[\w.-]*\bubi")
_NOTES = "https://docs.kpow.io/installation/deployment-notes"
_CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
_SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:kpow/license-a1B2c3"  # noqa: S105 - its name
_BALANCER = (
    f"load_balancer=SingletonLoadBalancer(certificate_arn='{_CERTIFICATE}', "
    "client_cidrs={{'vpn': '10.80.0.0/16'}}, {})"
)
_HEALTHY = _BALANCER.format("health_check_path='/healthy'")
_OKTA = (
    "auth_provider='okta', environment={{'OKTA_ORGANISATION': 'example', 'OPENID_CLIENT_ID': 'kpow', "
    "'AUTH_LANDING_URI': '{}'}}, secret_environment={{'OPENID_CLIENT_SECRET': 'hidden'}}"
)

_ECR = "image='123456789012.dkr.ecr.eu-west-1.amazonaws.com/kpow:96.2'"
_VPC_ENDPOINTS = (
    "VpcEndpoints(security_group_id='sg-00000001', s3_prefix_list_id='pl-6da54004', "
    "services=['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager'])"
)

_HOSTED_PROVIDERS = {"auth0", "okta"}
"""Login providers whose address is not a variable. The URLs of others are checked by ``kpow-egress-port``."""

_MARKETPLACE_ENDPOINTS = {"annual": "license-manager", "hourly": "metering-marketplace"}
"""Endpoint service that kPow calls, by plan."""

FARGATE_RULES = RuleSet(KpowOnFargateArgs, SETTINGS_RULES, forwards=SINGLETON_RULES)


@FARGATE_RULES.rule(
    "kpow-health-check",
    Severity.UNSAFE,
    source=_NOTES,
    invalid="health_check=ContainerHealthCheck(command=['curl', '-fsS', 'http://localhost:3000/up'])",
    valid="health_check=ContainerHealthCheck(command=['curl', '-fsS', 'http://localhost:3000/healthy'])",
)
def _health_check(
    health_check: ContainerHealthCheck | None,
    balancer_health_check_paths: dict[str, str],
    streams_error_strategy: StreamsErrorStrategy,
) -> Findings:
    """The streams of kPow do not recover from a long outage without a restart, which /healthy reports."""
    paths = balancer_health_check_paths
    checked = container_checks_liveness(health_check, has_load_balancer=bool(paths))
    if not checked and LIVENESS_PATH not in paths.values():
        consequence = {
            "LOG_EXCEPTION": "stays without a user interface once its streams have failed",
            "LOG_AND_EXIT": "exits once its streams have failed, but no other failure is detected",
        }[streams_error_strategy]
        path: Path = (next(iter(paths)), "health_check_path") if paths else ("health_check",)
        yield path, f"no health check requests {LIVENESS_PATH}, and kPow {consequence}; request {LIVENESS_PATH}"


@FARGATE_RULES.rule(
    "kpow-health-check-endpoint",
    Severity.UNSAFE,
    source=_NOTES,
    invalid=(
        "health_check=ContainerHealthCheck(command=['curl', '-fsS', 'http://localhost:3000/healthy']), "
        + _BALANCER.format("health_check_path='/'")
    ),
    valid=_HEALTHY,
)
def _health_check_endpoint(
    balancer_health_check_paths: dict[str, str],
    http_targets: dict[str, HttpTarget],
    load_balancer: SingletonLoadBalancer | None,
) -> Findings:
    """Only these paths require no login, and kPow serves them on the port of its user interface only."""
    for argument, requested in balancer_health_check_paths.items():
        if requested not in {LIVENESS_PATH, READINESS_PATH}:
            problem = f"{requested} may require a login"
            yield (argument, "health_check_path"), f"{problem}; use {LIVENESS_PATH} or {READINESS_PATH}"
    for argument, target in http_targets.items():
        if target.health_check_port not in {None, PORT}:
            problem = f"kPow serves its health checks on port {PORT}, got {target.health_check_port}"
            yield (argument, "health_check_port"), f"{problem}; remove it"
    for name, listener in load_balancer.additional_listeners.items() if load_balancer is not None else ():
        if (listener.health_check_port or listener.application_port) != PORT:
            path: Path = ("load_balancer", "additional_listeners", name, "health_check_port")
            yield path, f"kPow serves its health checks on port {PORT}; set it to {PORT}"


@FARGATE_RULES.rule(
    "kpow-health-check-protocol",
    Severity.ERROR,
    source="https://docs.kpow.io/features/https-connections",
    invalid=_BALANCER.format("health_check_path='/healthy', target_protocol='HTTPS'"),
    valid=_BALANCER.format("health_check_path='/healthy', target_protocol='HTTP'"),
)
def _health_check_protocol(
    http_targets: dict[str, HttpTarget], health_check: ContainerHealthCheck | None, served_protocol: str
) -> Findings:
    """A health check that uses another protocol than kPow always fails."""
    fix = f"kPow serves {served_protocol}; use {served_protocol}, or change https"
    for argument, target in http_targets.items():
        if served_protocol not in {"", target.target_protocol}:
            yield (argument, "target_protocol"), f"{target.target_protocol} cannot work, because {fix}"
    for index, word in enumerate(health_check.command if health_check is not None else []):
        for protocol in re.findall(rf"\b(https?)://[^/\s]*:{PORT}(?![0-9])", word):
            if served_protocol not in {"", protocol.upper()}:
                yield ("health_check", "command", index), f"{protocol.upper()} cannot work, because {fix}"


@FARGATE_RULES.rule(
    "kpow-closed-paths",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html",
    invalid=_BALANCER.format("health_check_path='/healthy', closed_paths=['/a', '/b', '/c', '/metrics']"),
    valid=_BALANCER.format("health_check_path='/healthy', closed_paths=['/a', '/b', '/metrics']"),
)
def _closed_paths(http_targets: dict[str, HttpTarget]) -> Findings:
    """A listener rule has at most five values, of which two are needed for the consumer offsets."""
    for argument, target in http_targets.items():
        paths = len(target.closed_paths)
        added = len(paths_to_close(target)) - paths
        if paths + added > MAX_CONDITION_VALUES:
            yield (
                (argument, "closed_paths"),
                (
                    f"{paths} paths and {added} of consumer offsets, which are closed with /metrics, exceed the limit "
                    f"of {MAX_CONDITION_VALUES}; combine paths with a wildcard"
                ),
            )


@FARGATE_RULES.rule(
    "kpow-public-metrics",
    Severity.UNSAFE,
    source="https://docs.kpow.io/features/prometheus",
    invalid="prometheus=True, " + _BALANCER.format("health_check_path='/healthy', closed_paths=[]"),
    valid="prometheus=True, " + _BALANCER.format("health_check_path='/healthy', closed_paths=['/metrics/*']"),
)
def _public_metrics(http_targets: dict[str, HttpTarget], prometheus: bool, variable_names: list[str]) -> Findings:
    """Metrics and consumer offsets of kPow require no login, even if its user interface does."""
    if not prometheus or "PROMETHEUS_PASSWORD" in variable_names:
        return
    for argument, target in http_targets.items():
        closed = paths_to_close(target)
        public = [path for path in ("/metrics/v1", "/offsets/v1") if not any(contains(item, path) for item in closed)]
        if public:
            yield (
                (argument, "closed_paths"),
                (
                    f"clients of the load balancer can read {' and '.join(public)} without a login; close them, or set "
                    "PROMETHEUS_USERNAME and PROMETHEUS_PASSWORD"
                ),
            )


@FARGATE_RULES.rule(
    "kpow-login-domain",
    Severity.WARNING,
    source="https://docs.factorhouse.io/kpow-ee/authentication/openid/okta",
    invalid=_OKTA.format("https://kafka.example.com")
    + ", "
    + _BALANCER.format("health_check_path='/healthy', domain_name='kpow.example.com'"),
    valid=_OKTA.format("https://kpow.example.com")
    + ", "
    + _BALANCER.format("health_check_path='/healthy', domain_name='kpow.example.com'"),
)
def _login_domain(login_urls: dict[str, str], balancer_domain_names: list[str]) -> Findings:
    """The login provider redirects users to this host, whose session cookie the other host does not receive."""
    for name, value in login_urls.items():
        host = urlsplit(value).hostname if PUBLIC_URL_VARIABLE.fullmatch(name) else None
        if host is None or not balancer_domain_names or any(contains(item, host) for item in balancer_domain_names):
            continue
        problem = f"{host} is not the domain name of the load balancer"
        yield ("environment", name), f"{problem}; use {balancer_domain_names[0]}"


@FARGATE_RULES.rule(
    "kpow-egress-port",
    Severity.UNSAFE,
    source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    invalid="schema_registry=KpowEndpoint(url='http://registry.example:8081')",
    valid="schema_registry=KpowEndpoint(url='https://registry.example')",
)
def _egress_port(
    endpoint_urls: dict[str, str],
    login_urls: dict[str, str],
    egress_ports: frozenset[int],
) -> Findings:
    """The security group of the task allows connections only to the ports in egress, and to port 443 by default."""
    for path, url in _urls(endpoint_urls, login_urls):
        port = _port(url)
        if port is not None and port not in egress_ports:
            yield path, f"{url!r} uses port {port}, which egress does not allow; add a rule to egress"


@FARGATE_RULES.rule(
    "kpow-https-egress",
    Severity.UNSAFE,
    source="https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html",
    invalid=f"{_OKTA.format('https://kpow.example.com')}, {_ECR}, vpc_endpoints={_VPC_ENDPOINTS}",
    valid=f"{_OKTA.format('https://kpow.example.com')}, {_ECR}, vpc_endpoints={_VPC_ENDPOINTS}, "
    "allow_https_egress=True",
)
def _https_egress(
    auth_provider: str | None, marketplace: str | None, vpc_endpoints: VpcEndpoints | None, egress_ports: frozenset[int]
) -> Findings:
    """The security group of the task allows HTTPS to the VPC endpoints only, and kPow calls another service."""
    if vpc_endpoints is None or HTTPS in egress_ports:
        return
    if auth_provider in _HOSTED_PROVIDERS:
        yield f"kPow calls {auth_provider} over HTTPS, which vpc_endpoints do not reach; set allow_https_egress=True"
    service = _MARKETPLACE_ENDPOINTS.get(marketplace or "")
    if service is not None and vpc_endpoints.missing([service]):
        problem = (
            f"kPow calls {service} for this plan; add an endpoint for it to the VPC, or set allow_https_egress=True"
        )
        yield "marketplace", problem


def _urls(endpoint_urls: dict[str, str], login_urls: dict[str, str]) -> Iterator[tuple[Path, str]]:
    """Yield the path and the value of each URL to which kPow connects."""
    for key, url in endpoint_urls.items():
        cluster, _, argument = key.partition("/")
        yield cluster_path(cluster, argument, "url"), url
    for name, value in login_urls.items():
        if not BROWSER_URL_VARIABLE.fullmatch(name):
            yield ("environment", name), value


def _port(url: str) -> int | None:
    """Return the port of a URL, or None for another value."""
    try:
        parts = urlsplit(url)
        return parts.port or {"https": HTTPS, "http": HTTP}.get(parts.scheme)
    except ValueError:
        return None


@FARGATE_RULES.rule(
    "kpow-license-json-key",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html",
    invalid=f"license={{}}, license_secret=EcsSecretReference(secret_arn='{_SECRET}', json_key='LICENSE')",
    valid=f"license={{}}, license_secret=EcsSecretReference(secret_arn='{_SECRET}')",
)
def _license_json_key(license_secret: EcsSecretReference | None) -> Findings:
    """Each line of the license has a JSON key of its own."""
    if license_secret is not None and license_secret.json_key is not None:
        yield ("license_secret", "json_key"), "license_secret_keys lists the JSON keys; remove json_key"
    if license_secret is not None and license_secret.parameter_arn is not None:
        yield ("license_secret", "parameter_arn"), "a parameter has no JSON keys; set secret_arn instead"


@FARGATE_RULES.rule(
    "kpow-policy-name-reserved",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLicenseManagerConsumptionPolicy.html",
    invalid=(
        "license={}, marketplace='annual', image='registry.example/kpow-annual:96.2', "
        "task_policy_arns={'marketplace': 'arn:aws:iam::123456789012:policy/kpow'}"
    ),
    valid=(
        "license={}, marketplace='annual', image='registry.example/kpow-annual:96.2', "
        "task_policy_arns={'registry': 'arn:aws:iam::123456789012:policy/kpow'}"
    ),
)
def _policy_name_reserved(task_policy_arns: dict[str, str], marketplace: str | None) -> Findings:
    """The component attaches the policy of the AWS Marketplace plan under this name."""
    if marketplace == "annual" and MARKETPLACE_POLICY_NAME in task_policy_arns:
        yield ("task_policy_arns", MARKETPLACE_POLICY_NAME), "is reserved for marketplace='annual'; rename the policy"


@FARGATE_RULES.rule(
    "kpow-image-architecture",
    Severity.UNVERIFIED,
    source="https://github.com/factorhouse/kpow/tree/main/scripts",
    invalid="image='factorhouse/kpow:96.2-rh-ubi', cpu_architecture='ARM64'",
    valid="image='factorhouse/kpow:96.2', cpu_architecture='ARM64'",
    checked=IMAGES_CHECKED,
)
def _image_architecture(image: str, cpu_architecture: str) -> Findings:
    """The vendor builds the images for OpenShift for X86_64 only. Tasks with another architecture do not start."""
    if cpu_architecture == "ARM64" and _OPENSHIFT_TAG.search(image):
        yield f"{image} is built for X86_64 only; use another image, or remove cpu_architecture"


@FARGATE_RULES.rule(
    "kpow-fargate-certificates",
    Severity.ERROR,
    source="https://docs.kpow.io/config/kafka-cluster",
    invalid="kafka=KafkaConnection(bootstrap_servers='b-1:9092', security_protocol='SSL', "
    "tls=KafkaTls(ca_certificate=CA_PEM))",
    valid="kafka=KafkaConnection(bootstrap_servers='b-1:9092', security_protocol='SSL')",
)
def _certificates(connections: dict[str, KafkaConnection]) -> Findings:
    """KPow reads certificates from files, but ECS passes secrets to containers as environment variables only."""
    for name, kafka in connections.items():
        if kafka.has_files:
            problem = "kPow reads certificates from files, which ECS cannot create; use KpowOnKubernetes"
            variables = "SSL_TRUSTSTORE_LOCATION and SSL_KEYSTORE_LOCATION in environment"
            yield cluster_path(name, "kafka", "tls"), f"{problem}, or efs_mounts with {variables}"
