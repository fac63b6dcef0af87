"""Arguments of ``StickyIngress``."""

from typing import Annotated

from pydantic import Field

from moorings.aws.arns import Arn
from moorings.aws.tls_policies import SslPolicy
from moorings.kubernetes.backend import Backend
from moorings.kubernetes.ingress.controllers import Controller, get_controller
from moorings.kubernetes.ingress.hosts_and_paths import ClosedPath, Host, Path
from moorings.kubernetes.ingress.http_route import GatewayApiRelease
from moorings.kubernetes.ingress.ingress_controller import Prerequisite
from moorings.kubernetes.ingress.route_settings import IngressWarningName, SessionAffinity
from moorings.kubernetes.ingress.session_affinity import resolve_policy
from moorings.kubernetes.ingress.sticky_policy import StickyPolicy
from moorings.kubernetes.names import DnsLabel, LabelKey, LabelValue, ServiceName, Subdomain
from moorings.validation.args import Args
from moorings.validation.changes import Change
from moorings.validation.inputs import Input
from moorings.validation.types import HealthCheckPath, Port, Unique


class StickyIngressArgs(Args):
    """Arguments of `StickyIngress`."""

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
    """Name of an existing Service to route to. Its pods are not checked."""

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

    service_annotations_set: Annotated[bool, Change("none")] = False
    """Confirms that the Service ``service_name`` has the annotations that ``service_annotations()`` returns, for
    controllers that read the policy from them. The annotations of a ``backend`` are checked instead."""

    namespace: Annotated[Input[DnsLabel] | None, Change("replacement", "Replaces all objects.")] = None
    """Namespace of the Service and of all created objects. Defaults to that of the ``backend``, and without it to that
    of the provider."""

    hosts: Annotated[list[Host], Unique] = []
    """Host names of the application, or all names of a domain (``*.example.com``). Required by most controllers.
    Defaults to all hosts with ``aws-ingress``, and to those of the listener with the Gateway API.
    ``nginx-virtualserver`` creates an object for each host."""

    paths: Annotated[list[Path], Field(min_length=1), Unique] = ["/"]
    """Path prefixes that are routed to the Service. Defaults to all paths."""

    closed_paths: Annotated[list[ClosedPath], Unique] = []
    """Path prefixes below ``paths`` that are not routed, for endpoints without authentication such as ``/metrics``.
    Requests are answered with status 403, by ``traefik-crd`` with 404, and with the Gateway API depending on the
    implementation.
    Defaults to none."""

    ingress_class_name: Input[Subdomain] | None = None
    """Ingress class. Defaults to the class that the Helm chart of the controller creates."""

    tls_secret_name: Input[Subdomain] | None = None
    """Secret with the TLS certificate of all hosts."""

    cluster_issuer: Input[Subdomain] | None = None
    """ClusterIssuer of cert-manager that stores the certificate in ``tls_secret_name``."""

    certificate_arn: Input[Arn] | None = None
    """ARN of an ACM certificate, for AWS load balancers."""

    ssl_policy: SslPolicy | None = None
    """Security policy of the HTTPS listener of ``aws-ingress``: TLS versions and ciphers. Defaults to
    ``ELBSecurityPolicy-TLS13-1-3-2021-06``, which supports only TLS 1.3. Policies with ``1-2`` support older clients.
    For ``aws-gateway`` it is set in the ``LoadBalancerConfiguration`` of the Gateway, whose default supports TLS 1.0.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    """

    external_tls_termination: bool = False
    """Confirms that TLS is terminated in front of the controller, at another load balancer or a CDN."""

    gateway_name: Input[Subdomain] | None = None
    """Gateway that the route is attached to, for the Gateway API and Istio. It terminates TLS."""

    gateway_namespace: Input[DnsLabel] | None = None
    """Namespace of the Gateway, which must allow routes from this namespace. Defaults to the namespace of the route."""

    gateway_listener: Input[Subdomain] | None = None
    """Listener of the Gateway (``sectionName``). Defaults to all listeners."""

    gateway_api_release: GatewayApiRelease = "1.6"
    """Release of the Gateway API in the cluster: ``1.5``, ``1.6`` or ``1.7``, which have different field names."""

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

    acknowledged_warnings: Annotated[list[IngressWarningName], Change("none")] = []
    """Warnings to silence: ``cookie-flags``, ``plain-http``, ``retired``, ``scale-down``, ``websocket-idle``.
    ``policy.strength`` acknowledges that sessions can move."""

    @property
    def creates_service(self) -> bool:
        """Whether the ingress creates a Service."""
        if self.backend is None:
            return bool(self.selector)
        return self.dedicated_service or get_controller(self.controller).attachment == "service"

    @property
    def uses_tls(self) -> bool:
        """Whether clients use TLS, according to the arguments."""
        tls_arguments = get_controller(self.controller).tls_arguments
        return (
            self.external_tls_termination
            or not tls_arguments
            or any(getattr(self, argument) is not None for argument in tls_arguments)
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
    def affinity(self) -> SessionAffinity:
        """The policy, resolved for the controller.

        Raises:
            ValueError: for a policy that the controller does not support.

        """
        return resolve_policy(
            get_controller(self.controller),
            self.policy,
            prerequisites=self.prerequisites,
            gateway_api_release=self.gateway_api_release,
            https=self.uses_tls,
        )
