"""Arguments of ``WorkloadIngress``."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from moorings.aws.arns import CertificateArn, WebAclArn
from moorings.aws.cognito_login import CognitoLogin
from moorings.aws.tls_policies import SslPolicy
from moorings.kubernetes.backend import Backend
from moorings.kubernetes.ingress.alb_login import IngressOidcLogin
from moorings.kubernetes.ingress.backend_arguments import BackendArguments
from moorings.kubernetes.ingress.controllers import Controller, get_controller
from moorings.kubernetes.ingress.hosts_and_paths import ClosedPath, Host, Path, PathPattern
from moorings.kubernetes.ingress.ingress_controller import AffinityMechanism, IngressController, Prerequisite
from moorings.kubernetes.ingress.ingress_route import IngressRoute, RouteKey
from moorings.kubernetes.ingress.route_settings import BackendProtocol, PathType, RoutePath, SessionAffinity
from moorings.kubernetes.ingress.session_affinity import resolve_policy, select_mechanism
from moorings.kubernetes.ingress.sticky_policy import StickyPolicy
from moorings.kubernetes.names import DnsLabel, LabelKey, LabelValue, PortName, ServiceName, Subdomain
from moorings.validation.args import ComponentArgs
from moorings.validation.changes import Change
from moorings.validation.findings import Path as ArgumentPath
from moorings.validation.inputs import Input, is_late
from moorings.validation.plaintext import unless_secret
from moorings.validation.types import HealthCheckPath, Port, Unique, matches

Release = Annotated[str, matches("a release", r"v?[0-9]{1,4}\.[0-9]{1,4}(\.[0-9A-Za-z.+-]{1,30})?", "1.8")]
"""Release of a product in the cluster."""

RegionName = Annotated[str, matches("the code of an AWS Region", "[a-z]{2,5}(-[a-z]+)+-[0-9]{1,2}", "eu-west-1")]
"""Code of an AWS Region."""


_PATH_TYPES: Mapping[str, PathType] = {
    "paths": "Prefix",
    "exact_paths": "Exact",
    "implementation_specific_paths": "ImplementationSpecific",
    "closed_paths": "Prefix",
}
"""Types of the paths in each argument."""


class WorkloadIngressArgs(BackendArguments, ComponentArgs):
    """Arguments of `WorkloadIngress`."""

    controller: Annotated[Controller, Change("replacement", "Replaces all objects and the load balancer.")]
    """Ingress controller of the cluster: ``aws-ingress``, ``haproxy-ingress``, ``envoy-gateway``, ``istio`` and others.
    The guide to sticky sessions lists all of them."""

    policy: Annotated[StickyPolicy, Change("in place", "Another `cookie_name` ends all sessions.")] = StickyPolicy()
    """How sessions are kept on one pod. Defaults to the safest policy that the controller supports."""

    backend: Input[Backend] | None = None
    """Workload to route to: ``KubernetesWorkload.backend`` or ``KpowOnKubernetes.backend``. Its ports, health check and
    shutdown times are the defaults of the ingress, and are checked. Exactly one of ``backend``, ``service_name`` and
    ``selector`` is required."""

    service_name: Input[ServiceName] | None = None
    """Name of an existing Service to route to. Its pods are not checked. For controllers that read the policy from
    annotations of the Service, it must have those that ``service_annotations()`` returns."""

    selector: dict[LabelKey, Input[LabelValue]] = {}
    """Labels of existing pods to route to. The ingress creates a Service for them. The pods are not checked."""

    service_port: Input[Port] | None = None
    """Port of the Service. Defaults to the port ``http`` of the ``backend``, or else to its first port."""

    dedicated_service: Annotated[bool, Change("in place", "Creates or deletes a Service.")] = False
    """Create a Service for the pods of the ``backend`` instead of using its Service. Controllers that support one
    policy per Service require it for a second policy. ``aws-nlb`` and ``service`` always create one."""

    target_port: Input[Port] | None = None
    """Port of the pods, for a Service that the ingress creates. Defaults to the target port of the Service of the
    ``backend``, and without ``backend`` to ``service_port``."""

    target_port_name: PortName | None = None
    """Name of the port of the pods, for a Service that the ingress creates, instead of ``target_port``. Pods of
    different versions can have the port at different numbers."""

    namespace: Annotated[Input[DnsLabel] | None, Change("replacement", "Replaces all objects.")] = None
    """Namespace of the Service and of all created objects. Defaults to that of the ``backend``, and without it to that
    of the provider."""

    hosts: Annotated[list[Input[Host]], Unique] = []
    """Host names of the application, or all names of a domain (``*.example.com``). Defaults to all hosts, and with the
    Gateway API to those of the listener. Required by ``nginx-ingress`` and by ``nginx-virtualserver``, which creates an
    object for each host."""

    paths: Annotated[list[Path], Unique] = []
    """Path prefixes that are routed to the Service: ``/orders`` matches ``/orders`` and ``/orders/1``, but not
    ``/orders1``. Defaults to all paths, and to none with ``exact_paths``, with ``implementation_specific_paths`` or if
    a route of the same hosts has the path ``/``."""

    exact_paths: Annotated[list[Path], Unique] = []
    """Paths that are routed to the Service and must match exactly."""

    implementation_specific_paths: Annotated[list[PathPattern], Unique] = []
    """Paths that are routed to the Service, in the syntax of the controller: with an Ingress as its documentation
    describes, and otherwise regular expressions."""

    routes: Annotated[dict[RouteKey, IngressRoute], Change("in place", "Creates, changes or deletes objects.")] = {}
    """Other paths and hosts, by a name of your choice: with other Services, weights, rewrites or redirects. The policy
    applies to all of them."""

    closed_paths: Annotated[list[ClosedPath], Unique] = []
    """Path prefixes below ``paths`` that are not routed, for endpoints without authentication such as ``/metrics``.
    Requests are answered with status 403, by ``traefik-crd`` with 404, by ``traefik-gateway`` with 503, and with the
    Gateway API otherwise depending on the implementation. The guide to sticky sessions lists the forms of a path that
    are closed as well. Defaults to none."""

    ingress_class_name: Input[Subdomain] | None = None
    """Ingress class. Defaults to the class that the Helm chart of the controller creates."""

    tls_secret_name: Input[Subdomain] | None = None
    """Secret with the TLS certificate of all hosts."""

    cluster_issuer: Input[Subdomain] | None = None
    """ClusterIssuer of cert-manager that stores the certificate in ``tls_secret_name``."""

    issuer: Input[Subdomain] | None = None
    """Issuer of cert-manager in the namespace that stores the certificate in ``tls_secret_name``, instead of
    ``cluster_issuer``."""

    default_certificate: bool = False
    """Terminate TLS with the default certificate of the controller, which is configured there, instead of
    ``tls_secret_name``. Defaults to False."""

    certificate_arn: Input[CertificateArn] | None = None
    """ARN of a certificate in ACM or IAM, for AWS load balancers."""

    additional_certificate_arns: Annotated[list[Input[CertificateArn]], Unique] = []
    """ARNs of further certificates of the listener. The load balancer selects one by the host of the request (SNI)."""

    aws_region: Annotated[RegionName | None, Change("none")] = None
    """AWS Region of the cluster and its load balancers, such as ``eu-west-1``. If it is set, certificates of other
    Regions are rejected."""

    ssl_policy: SslPolicy | None = None
    """Security policy of the HTTPS listener of ``aws-ingress``: TLS versions and ciphers. Defaults to
    ``ELBSecurityPolicy-TLS13-1-3-2021-06``, which supports only TLS 1.3. Policies with ``1-2`` support older clients.
    For ``aws-gateway`` it is set in the ``LoadBalancerConfiguration`` of the Gateway, whose default supports TLS 1.0.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    """

    oidc: IngressOidcLogin | None = None
    """Authenticate users with an OpenID Connect provider at the load balancer of ``aws-ingress``. Requires
    ``certificate_arn``. Defaults to no login."""

    cognito: CognitoLogin | None = None
    """Authenticate users with an Amazon Cognito user pool at the load balancer of ``aws-ingress``. Requires
    ``certificate_arn``. Defaults to no login."""

    web_acl_arn: Input[WebAclArn] | None = None
    """Regional AWS WAF web ACL of the load balancer of ``aws-ingress``. Defaults to none. For ``aws-gateway`` it is set
    in the ``LoadBalancerConfiguration`` of the Gateway."""

    backend_protocol: BackendProtocol = "HTTP"
    """Protocol between the controller and the pods: ``HTTP``, ``HTTPS``, or ``GRPC`` (gRPC over HTTP/2 without TLS).
    Defaults to HTTP, including WebSockets. Controllers that read the protocol from the Service require a Service with
    ``appProtocol``, as ``dedicated_service`` creates it."""

    external_tls_termination: bool = False
    """Confirms that TLS is terminated in front of the controller, at another load balancer or a CDN."""

    gateway_name: Input[Subdomain] | None = None
    """Gateway that the route is attached to, for the Gateway API and Istio. It terminates TLS."""

    gateway_namespace: Input[DnsLabel] | None = None
    """Namespace of the Gateway, which must allow routes from this namespace. Defaults to the namespace of the route."""

    gateway_listener: Input[Subdomain] | None = None
    """Listener of the Gateway (``sectionName``). Defaults to all listeners."""

    gateway_api_release: Release = "1.6"
    """Release of the Gateway API in the cluster. The fields of 1.7 have other names than those of 1.6."""

    controller_release: Annotated[
        Release | None,
        Change("in place", "With `aws-gateway`, release 3.5 replaces the objects of the AWS Load Balancer Controller."),
    ] = None
    """Release of the controller in the cluster, such as ``1.28``. The objects are rendered for it, and arguments that
    it does not support are rejected. Defaults to the newest known release. The guide to ingresses lists the required
    releases."""

    experimental_channel: bool = False
    """Confirms that the experimental channel of the Gateway API is installed. The standard channel does not include
    ``sessionPersistence``."""

    nginx_plus: bool = False
    """Confirms that the controller runs NGINX Plus."""

    deregistration_delay_seconds: Input[Annotated[int, Field(ge=0, le=3600)]] | None = None
    """Seconds for which an AWS load balancer keeps connections to a pod that stops. Defaults to the deregistration
    delay of the ``backend``, or else to 60. Sessions end when their pod stops, with every controller."""

    health_check_path: HealthCheckPath | None = None
    """Health check path of an AWS load balancer, which healthy pods answer with status 200 to 399. Defaults to the
    readiness probe of the ``backend`` with its port, or else to the default of the load balancer: ``/`` for
    ``aws-ingress`` and ``aws-gateway``, a TCP connection for ``aws-nlb``."""

    internet_facing: Annotated[bool, Change("replacement", "Replaces the load balancer.")] = False
    """Whether the AWS load balancer is reachable from the internet. Defaults to an internal load balancer."""

    annotations: dict[LabelKey, Input[str]] = {}
    """Additional annotations of all created objects. Annotations that ``policy`` sets are rejected. Attributes of AWS
    load balancers and target groups are added to those of the ingress."""

    labels: dict[LabelKey, Input[LabelValue]] = {}
    """Labels of all created objects."""

    wait_for_load_balancer: bool | None = None
    """Whether the deployment waits for the address of the load balancer. Defaults to True where the controller always
    publishes an address: with AWS load balancers."""

    @property
    def ingress_controller(self) -> IngressController:
        """The controller."""
        return get_controller(self.controller)

    @property
    def creates_service(self) -> bool:
        """Whether the ingress creates a Service."""
        if self.backend is None:
            return bool(self.selector)
        return self.dedicated_service or self.ingress_controller.attachment == "service"

    @property
    def targets(self) -> list[str]:
        """Arguments that select what the ingress routes to."""
        values = {"backend": self.backend, "service_name": self.service_name, "selector": self.selector or None}
        return [name for name, value in values.items() if value is not None]

    @property
    def set_arguments(self) -> list[str]:
        """Names of the arguments that are set. Late values are set."""
        return [name for name in type(self).model_fields if getattr(self, name) not in (None, False, [], {})]

    @property
    def late_arguments(self) -> list[str]:
        """Names of the arguments that are late."""
        return [name for name in type(self).model_fields if is_late(getattr(self, name))]

    @property
    def prefix_paths(self) -> list[str]:
        """Path prefixes of the ingress itself, with the default."""
        covered = any(not route.hosts and "/" in route.prefix_paths for route in self.routes.values())
        default = [] if covered or self.exact_paths or self.implementation_specific_paths else ["/"]
        return self.paths or default

    @property
    def route_paths(self) -> list[RoutePath]:
        """Paths of the ingress itself, with their types."""
        return [
            *(RoutePath(path, "Exact") for path in self.exact_paths),
            *(RoutePath(path, "ImplementationSpecific") for path in self.implementation_specific_paths),
            *map(RoutePath, self.prefix_paths),
        ]

    @property
    def declared_paths(self) -> list[tuple[ArgumentPath, RoutePath]]:
        """All paths that are set, and where: of the ingress, of its routes, and closed paths."""
        return [
            ((*place, argument, index), RoutePath(path, type_))
            for place, owner in [((), self), *((("routes", key), route) for key, route in self.routes.items())]
            for argument, type_ in _PATH_TYPES.items()
            for index, path in enumerate(getattr(owner, argument, ()))
        ]

    @property
    def claims(self) -> list[dict[str, Any]]:
        """Paths of the ingress and of its routes: name of the route, hosts (late if one is), and paths."""
        routes = {"": (self.hosts, self.route_paths)}
        routes |= {key: (route.hosts or self.hosts, route.route_paths) for key, route in self.routes.items()}
        return [
            {"route": key, "own_hosts": bool(key and self.routes[key].hosts), "hosts": list(hosts), "paths": paths}
            for key, (hosts, paths) in routes.items()
            if paths
        ]

    @property
    def host_count(self) -> int:
        """Number of hosts."""
        return len(self.hosts)

    @property
    def required_service_annotations(self) -> dict[str, str]:
        """Annotations of the Service from which the controller reads the policy. Empty for most controllers."""
        render = self.ingress_controller.service_annotations
        return render(self.affinity) if render and self.mechanism else {}

    @property
    def plaintext_annotations(self) -> dict[str, Any]:
        """The additional annotations, without the values that are marked as secrets."""
        return {key: unless_secret(value) for key, value in self.annotations.items()}

    @property
    def annotation_names(self) -> list[str]:
        """Keys of the additional annotations."""
        return list(self.annotations)

    @property
    def uses_tls(self) -> bool:
        """Whether clients use TLS, according to the arguments."""
        tls_arguments = self.ingress_controller.tls_arguments
        return (
            self.external_tls_termination
            or not tls_arguments
            or any(getattr(self, argument) not in (None, False) for argument in tls_arguments)
        )

    @property
    def prerequisites(self) -> list[Prerequisite]:
        """Features of the cluster that the arguments confirm."""
        confirmed: dict[Prerequisite, bool] = {
            "nginx_plus": self.nginx_plus,
            "experimental_channel": self.experimental_channel,
        }
        return [prerequisite for prerequisite, value in confirmed.items() if value]

    @property
    def mechanism(self) -> AffinityMechanism | None:
        """The session mechanism, None if the controller or the cluster does not support the policy."""
        selected = select_mechanism(self.ingress_controller, self.policy, self.prerequisites)
        return selected[1] if selected else None

    @property
    def affinity(self) -> SessionAffinity:
        """The policy, resolved for the controller."""
        return resolve_policy(
            self.ingress_controller,
            self.policy,
            prerequisites=self.prerequisites,
            https=self.uses_tls,
            release=self.controller_release,
        )
