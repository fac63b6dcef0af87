"""Settings of a way to a service that keeps a session on one pod."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from moorings.aws.arns import Arn
from moorings.aws.tls_policies import SslPolicy
from moorings.kubernetes.ingress.annotations import kept
from moorings.kubernetes.ingress.backend_checks import SENDS_TO_PODS
from moorings.kubernetes.ingress.capabilities import CAPABILITIES, Controller, Need, who_closes
from moorings.kubernetes.ingress.hosts_and_paths import (
    MOST_HOSTS,
    MOST_PATHS,
    ClosedPath,
    HealthPath,
    Host,
    Path,
    open_within,
)
from moorings.kubernetes.ingress.session_persistence import GatewayApi
from moorings.kubernetes.ingress.stickiness import Accepted, Stickiness, stickiness
from moorings.kubernetes.ingress.sticky_policy import StickyPolicy
from moorings.kubernetes.names import DnsLabel, LabelKey, LabelValue, ServiceLabel, Subdomain
from moorings.validation.args import Args
from moorings.validation.inputs import Input, is_late
from moorings.validation.types import Port
from moorings.validation.uniqueness import check_unique


def _distinct(values: list[str]) -> list[str]:
    check_unique(values, "each")
    return values


class StickyIngressArgs(Args):
    """Settings of a way to a service that keeps a session on one pod."""

    controller: Controller
    """The controller that serves it: ``ingress-nginx``, ``aws-ingress``, ``aws-gateway``, ``aws-nlb``,
    ``traefik-ingress``, ``traefik-crd``, ``traefik-gateway``, ``haproxy``, ``haproxy-ingress``, ``nginx-ingress``,
    ``nginx-virtualserver``, ``nginx-gateway-fabric``, ``gateway-api``, ``envoy-gateway``, ``kgateway``, ``istio``, or
    ``service`` for a Service alone. Another one makes other objects."""

    policy: StickyPolicy = StickyPolicy()
    """What keeps a session on one pod. By default as careful as the controller can be."""

    service_port: Input[Port]
    """Port of the Service, such as a workload's ``service_port``."""

    service_name: Input[ServiceLabel] | None = None
    """Service that is there already, such as a workload's ``service_name``. Either this or ``selector``."""

    selector: dict[LabelKey, Input[LabelValue]] = {}
    """Labels of the pods, to make a Service of its own before them, with all that the controller reads there."""

    target_port: Input[Port] | None = None
    """Port of the pods, for a Service of its own; ``service_port`` by default."""

    service_annotated: bool = False
    """Say that the Service carries what ``service_annotations`` says, for controllers that read the policy there."""

    namespace: Input[DnsLabel] | None = None
    """Namespace of the Service and of all that is made. The provider's by default. Another one replaces them."""

    hosts: Annotated[list[Host], AfterValidator(_distinct)] = []
    """Names under which clients come, or all of a domain (``*.example.com``). Without any, ``aws-ingress`` takes
    whatever comes, and a route of the Gateway API what its listener takes. Another host of ``nginx-virtualserver``
    makes another object."""

    paths: Annotated[list[Path], Field(min_length=1), AfterValidator(_distinct)] = ["/"]
    """Prefixes of the paths that lead to the service; all by default."""

    closed_paths: Annotated[list[ClosedPath], AfterValidator(_distinct)] = []
    """Prefixes of paths below those that lead nowhere, such as ``/metrics``: what the application serves without a
    login. They are answered with 403, by ``traefik-crd`` with 404, and by routes of the Gateway API with an error. None
    by default."""

    class_name: Input[Subdomain] | None = None
    """Class of the controller; by default the one that its vendor's chart makes."""

    tls_secret_name: Input[Subdomain] | None = None
    """Secret with the certificate of all hosts."""

    cluster_issuer: Input[Subdomain] | None = None
    """Issuer of cert-manager that keeps the certificate in ``tls_secret_name``."""

    certificate_arn: Input[Arn] | None = None
    """Certificate in ACM, for AWS load balancers."""

    ssl_policy: SslPolicy | None = None
    """Versions of TLS and ciphers of ``aws-ingress``: ``ELBSecurityPolicy-TLS13-1-3-2021-06``, TLS 1.3 alone, by
    default; those with ``1-2`` for older clients. That of ``aws-gateway`` stands in the ``LoadBalancerConfiguration``
    of the Gateway, and lets TLS 1.0 in by default.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    """

    tls_elsewhere: bool = False
    """Say that TLS ends before the controller, at another load balancer or a content delivery network."""

    gateway_name: Input[Subdomain] | None = None
    """Gateway that the route joins, for controllers of the Gateway API and Istio. It ends TLS."""

    gateway_namespace: Input[DnsLabel] | None = None
    """Namespace of the Gateway, which must admit routes of this one; this one by default."""

    gateway_listener: Input[Subdomain] | None = None
    """Listener of the Gateway (``sectionName``); all by default."""

    gateway_api: GatewayApi = "1.6"
    """Release of the Gateway API in the cluster, ``1.5``, ``1.6`` or ``1.7``, which name fields differently."""

    experimental_channel: bool = False
    """Say that the cluster has the Gateway API's experimental channel: the standard one keeps no sessions."""

    nginx_plus: bool = False
    """Say that the controller runs NGINX Plus."""

    deregistration_delay_seconds: Input[Annotated[int, Field(ge=0, le=3600)]] | None = None
    """Seconds for which a load balancer of AWS lets connections to a pod that goes end; by default those of the
    workload's ``shutdown``, if ``service_name`` or ``selector`` is a workload's, and else 60. A pod that goes takes its
    sessions with it, whatever the controller."""

    health_check_path: HealthPath | None = None
    """Path that a load balancer of AWS asks, and that pods which are well answer with 200 to 399. By default what the
    readiness probe of the workload asks, if ``service_name`` or ``selector`` is a workload's, at its port; and else
    what the load balancer asks by itself: ``/`` for ``aws-ingress`` and ``aws-gateway``, a connection for
    ``aws-nlb``."""

    internet_facing: bool = False
    """Make the load balancer of AWS reachable from the internet. Internal by default."""

    annotations: dict[LabelKey, Input[str]] = {}
    """More annotations of all that is made. Those that keep the session are the policy's; attributes of a load balancer
    of AWS and of its target group are added to them."""

    labels: dict[LabelKey, Input[LabelValue]] = {}
    """Labels of all that is made."""

    wait_for_address: bool | None = None
    """Wait until the load balancer has an address. By default where the controller always publishes one: with a load
    balancer of AWS."""

    accepted: list[Accepted] = []
    """Warnings that are meant: ``cookie-flags``, ``plain-http``, ``retired``, ``scale-down``, ``websocket-idle``.
    ``policy.strength`` accepts that sessions may move."""

    @property
    def https(self) -> bool:
        """Whether clients come through TLS, as far as anybody says."""
        here = (self.tls_secret_name, self.cluster_issuer, self.certificate_arn)
        by_route = CAPABILITIES[self.controller].tls
        return self.tls_elsewhere or not by_route or any(each is not None for each in here)

    @property
    def have(self) -> list[Need]:
        """What the cluster has that not every cluster has."""
        there: dict[Need, bool] = {
            "nginx_plus": self.nginx_plus,
            "experimental_channel": self.experimental_channel,
        }
        return [need for need, here in there.items() if here]

    @property
    def stickiness(self) -> Stickiness:
        """The policy as the controller keeps it."""
        return stickiness(self.controller, self.policy, have=self.have, https=self.https)

    @model_validator(mode="after")
    def _rules_between_arguments(self) -> Self:
        found = (
            self._service(),
            self._hosts(),
            self._closed(),
            self._tls(),
            self._gateway(),
            self._reach(),
            *kept(self.annotations),
        )
        broken = [sentence for sentence in found if sentence]
        try:
            _ = self.stickiness
        except ValueError as error:
            broken.append(str(error))
        if broken:
            raise ValueError("; ".join(broken))
        return self

    def _service(self) -> str | None:
        capability = CAPABILITIES[self.controller]
        if (self.service_name is None) == (not self.selector):
            return "give either service_name, of a Service that is there, or selector, to make one"
        if self.service_name is None:
            late = self.controller == "aws-nlb" and is_late(self.service_port)
            return "service_port must be plain with aws-nlb, whose listener is named after it" if late else None
        if self.target_port is not None:
            return "target_port belongs to a Service of its own, made with selector; leave it out"
        if capability.attached == "service":
            return f"{self.controller} is a Service itself; give selector in place of service_name"
        if capability.annotates_service and not self.service_annotated:
            return (
                f"{self.controller} reads the policy from annotations of the Service; put "
                "service_annotations(controller, policy) on it and say service_annotated=True, or give selector in "
                "place of service_name"
            )
        return None

    def _hosts(self) -> str | None:
        attached = CAPABILITIES[self.controller].attached
        if attached == "service":
            some = self.hosts or self.paths != ["/"] or self.closed_paths
            return f"{self.controller} sees connections alone, no hosts and paths; leave them out" if some else None
        routed = attached == "gateway" and self.controller != "istio"
        if not self.hosts and not routed and self.controller != "aws-ingress":
            return "name the hosts under which clients come"
        if routed and len(self.hosts) > MOST_HOSTS:
            return f"hosts names {len(self.hosts)}, but a route of the Gateway API has at most {MOST_HOSTS}; make two"
        for argument in ("paths", "closed_paths"):
            many = len(getattr(self, argument))
            if routed and many > MOST_PATHS:
                return f"{argument} names {many}, but a rule of the Gateway API has at most {MOST_PATHS}; make two"
        return None

    def _closed(self) -> str | None:
        if not self.closed_paths or CAPABILITIES[self.controller].attached == "service":
            return None
        if not CAPABILITIES[self.controller].closes:
            return (
                f"closed_paths: what is written for {self.controller} closes no path; let the application close it, or "
                f"take {', '.join(who_closes())}"
            )
        wrong = open_within(self.closed_paths, self.paths)
        if wrong:
            return f"closed_paths closes {wrong[0] or '/'!r}, and {wrong[1]!r} of paths lies in it; keep one of them"
        return None

    def _tls(self) -> str | None:
        capability = CAPABILITIES[self.controller]
        ways = ("tls_secret_name", "cluster_issuer", "certificate_arn")
        wrong = [way for way in ways if getattr(self, way) is not None and way not in capability.tls]
        if wrong:
            where = ", ".join(sorted(capability.tls)) or ENDS[capability.attached]
            return f"{self.controller} takes no {', '.join(wrong)}; {'give ' if capability.tls else ''}{where}"
        if self.ssl_policy is not None and self.controller != "aws-ingress":
            return f"ssl_policy is for aws-ingress; {self.controller} takes none, so leave it out"
        if self.ssl_policy is not None and self.certificate_arn is None:
            return "ssl_policy is for a load balancer that ends TLS; give certificate_arn, or leave it out"
        if self.cluster_issuer is not None and self.tls_secret_name is None:
            return "cluster_issuer keeps the certificate in a secret; name it with tls_secret_name"
        return None

    def _gateway(self) -> str | None:
        takes = CAPABILITIES[self.controller].attached
        if takes == "gateway" and self.gateway_name is None:
            return f"{self.controller} serves routes of a Gateway; name it with gateway_name"
        if self.controller == "gateway-api" and self.gateway_api != "1.7" and self.policy.path is not None:
            return (
                f"policy.path is {self.policy.path!r}, but sessionPersistence has a path from release 1.7 of the "
                "Gateway API on; leave it out, or say gateway_api='1.7' if the cluster has that"
            )
        wrong = [
            each
            for each in ("gateway_name", "gateway_namespace", "gateway_listener")
            if getattr(self, each) is not None and (takes != "gateway" or (self.controller, each) == NO_LISTENER)
        ]
        if takes != "class" and self.class_name is not None:
            wrong.append("class_name")
        return f"{self.controller} takes no {', '.join(wrong)}; leave that out" if wrong else None

    def _reach(self) -> str | None:
        if self.wait_for_address and CAPABILITIES[self.controller].waits is None:
            return f"wait_for_address: nothing that is made for {self.controller} gets an address; leave it out"
        if self.internet_facing and self.controller not in {"aws-ingress", "aws-nlb"}:
            return f"internet_facing is for aws-ingress and aws-nlb; {self.controller} is reached where it stands"
        if self.health_check_path is not None and self.controller not in SENDS_TO_PODS:
            return f"health_check_path is asked by load balancers of AWS, not by {self.controller}; leave it out"
        return None


ENDS = {"gateway": "the Gateway ends TLS, at its listener", "service": "TLS ends in the pods"}

NO_LISTENER = ("istio", "gateway_listener")
