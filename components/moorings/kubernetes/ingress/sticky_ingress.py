"""Ways to a service that keep a session on one pod."""

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import product
from typing import Any

import pulumi

from moorings.aws.tls_policies import TLS_1_3
from moorings.kubernetes.backend import Behind, behind
from moorings.kubernetes.ingress.annotations import joined_annotations
from moorings.kubernetes.ingress.backend_checks import check_annotated, deregistration, doubts, health_check
from moorings.kubernetes.ingress.capabilities import CAPABILITIES
from moorings.kubernetes.ingress.conflicts import GROUP, lead, share
from moorings.kubernetes.ingress.manifests import Manifest, Route, without_none
from moorings.kubernetes.ingress.renderers import RENDERERS
from moorings.kubernetes.ingress.services import service, service_annotations
from moorings.kubernetes.ingress.stickiness import Loss
from moorings.kubernetes.ingress.sticky_ingress_args import StickyIngressArgs
from moorings.kubernetes.names import AUTONAME, MOST_LABEL, MOST_SUBDOMAIN, service_label
from moorings.kubernetes.objects import KubernetesObject
from moorings.validation.inputs import InvalidInput, check_together

SKIP_AWAIT = "pulumi.com/skipAwait"
"""Source: https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/#pulumicomskipawait"""

MOST_NAME = MOST_LABEL - AUTONAME - len("-service")


class StickyIngress(pulumi.ComponentResource):
    """A way to a service that keeps a session on one pod, as the controller that is named wants it written.

    Makes an Ingress, or a route with the policies beside it, and with ``selector`` a Service. A pod that ends takes its
    sessions with it: no controller waits for them.

    Raises:
        InvalidInput: for arguments that break their rule, for what the controller cannot do, and for what contradicts
            the workload behind it or another way of the program.

    """

    service_name: pulumi.Output[str]
    """The Service that sessions reach."""

    service_annotations: pulumi.Output[dict[str, str]]
    """Annotations that the Service must carry, for controllers that read them there."""

    address: pulumi.Output[str] | None
    """Name or address of the load balancer, if the deployment waits for it."""

    def __init__(self, name: str, args: StickyIngressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the way.

        Args:
            name: the logical name, of up to 46 lower-case letters, digits and hyphens; the children's names begin
                with it.
            args: settings of the way.
            opts: options of the component.

        """
        where = f"StickyIngress {name!r}"
        args = StickyIngressArgs.from_input(where, args)
        _check_name(where, name)
        super().__init__("moorings:index:StickyIngress", name, {}, opts)
        self._where, self._name, self._args, self._made = where, name, args, dict[str, Any]()
        self._tell(args.stickiness.losses)
        self._behind = behind(self, service_name=args.service_name, selector=args.selector, namespace=args.namespace)
        check_together(where, self._look, found=self._behind)
        self._lead()

        self.service_name = self._service()
        if args.service_name is not None:
            keep = partial(share, self, where, args.controller, args.stickiness)
            check_together(where, keep, service=args.service_name, namespace=args.namespace)
        route = self._route(self.service_name if args.service_name is None else args.service_name)
        for manifest in RENDERERS[args.controller](route) if args.controller in RENDERERS else []:
            self._made[manifest.role] = self._make(manifest)
        self.address = self._address()
        self.service_annotations = pulumi.Output.from_input(
            service_annotations(args.controller, args.policy, have=args.have, https=args.https)
        )
        outputs = {
            "serviceName": self.service_name,
            "serviceAnnotations": self.service_annotations,
            "address": self.address,
        }
        self.register_outputs(without_none(outputs))

    def _tell(self, losses: Iterable[Loss]) -> None:
        for loss in losses:
            if loss.name not in self._args.accepted:
                meant = f"; accepted=[{loss.name!r}] says that it is meant" if loss.name else ""
                pulumi.log.warn(f"{self._where}: {loss.sentence}{meant}", resource=self)

    def _look(self, found: Behind | None) -> pulumi.Input[None]:
        """Tell what is seldom right before these pods, and refuse a Service that does not carry the policy."""
        args = self._args
        self._tell(doubts(args.controller, found, args.health_check_path))
        if found is None or not args.service_annotated:
            return None
        needed = service_annotations(args.controller, args.policy, have=args.have, https=args.https)
        carried = {key: found.service_annotations[key] for key in needed if key in found.service_annotations}
        return check_together(self._where, partial(check_annotated, args.controller, needed), **carried)

    def _lead(self) -> None:
        args = self._args
        attached = CAPABILITIES[args.controller].attached
        if attached == "service":
            return
        joins: list[Any] = [args.class_name or CAPABILITIES[args.controller].class_name, args.annotations.get(GROUP)]
        if attached == "gateway":
            joins = [args.gateway_namespace or args.namespace, args.gateway_name, args.gateway_listener]
        places = list(product(args.hosts or [""], args.paths))
        rule = partial(lead, self, self._where, args.controller, places, args.annotations)
        check_together(self._where, rule, joins=joins)

    def _service(self) -> pulumi.Output[str]:
        args = self._args
        if args.service_name is not None:
            return pulumi.Output.from_input(args.service_name)
        target_port = args.service_port if args.target_port is None else args.target_port
        manifest = service(args.controller, self._route(""), args.selector, target_port)
        self._made["service"] = self._make(manifest)
        name: pulumi.Output[str] = self._made["service"].name
        return name

    def _route(self, service_name: pulumi.Input[str]) -> Route:
        args = self._args
        return Route(
            name=self._name,
            stickiness=args.stickiness,
            service_name=service_name,
            service_port=args.service_port,
            hosts=args.hosts,
            paths=args.paths,
            class_name=args.class_name or CAPABILITIES[args.controller].class_name,
            tls_secret_name=args.tls_secret_name,
            cluster_issuer=args.cluster_issuer,
            certificate_arn=args.certificate_arn,
            gateway_name=args.gateway_name,
            gateway_namespace=args.gateway_namespace,
            gateway_listener=args.gateway_listener,
            deregistration_delay_seconds=deregistration(
                self._where, args.controller, self._behind, args.deregistration_delay_seconds
            ),
            health=health_check(self._where, args.controller, self._behind, args.health_check_path),
            closed_paths=args.closed_paths,
            ssl_policy=args.ssl_policy or TLS_1_3,
            internet_facing=args.internet_facing,
            nginx_plus=args.nginx_plus,
            gateway_api=args.gateway_api,
        )

    @property
    def _waits(self) -> bool:
        asked = self._args.wait_for_address
        return bool(CAPABILITIES[self._args.controller].waits) if asked is None else asked

    @property
    def _entry(self) -> str:
        """Role of what gets an address."""
        return "service" if self._args.controller == "aws-nlb" else "ingress"

    def _make(self, manifest: Manifest) -> KubernetesObject:
        args, name = self._args, f"{self._name}-{manifest.role}"
        length = len(name) + AUTONAME
        if length > MOST_SUBDOMAIN:
            raise InvalidInput.at(
                self._where,
                f"{manifest.kind} {name} would have a name of {length} characters, and {MOST_SUBDOMAIN} are the most; "
                "shorten the name or the host",
            )
        ours, body = dict(manifest.annotations), dict[str, Any](spec=manifest.spec)
        if manifest.role == self._entry:
            body["status"] = None  # known later
            if not self._waits:
                ours[SKIP_AWAIT] = "true"
        theirs = {**manifest.suggested, **args.annotations}
        metadata = {
            "name": name if manifest.referred else None,
            "namespace": args.namespace,
            "annotations": joined_annotations(self._where, theirs, ours) or None,
            "labels": args.labels or None,
        }
        opts = pulumi.ResourceOptions(parent=self)
        return KubernetesObject(
            name, manifest.api_version, manifest.kind, opts, metadata=without_none(metadata), **body
        )

    def _address(self) -> pulumi.Output[str] | None:
        if not self._waits:
            return None
        status: pulumi.Output[Mapping[str, Any] | None] = self._made[self._entry].status
        return status.apply(_first_address)


def _check_name(where: str, name: str) -> None:
    """Refuse a name that objects cannot be called after."""
    try:
        service_label(name)
    except ValueError as error:
        raise InvalidInput.at(where, f"the name {error}") from None
    if len(name) > MOST_NAME:
        raise InvalidInput.at(
            where,
            f"the name has {len(name)} characters, and {MOST_NAME} are the most: -service and {AUTONAME} characters of "
            f"Pulumi are added, and a Service has {MOST_LABEL}; shorten it",
        )


def _first_address(status: Mapping[str, Any] | None) -> str:
    """The name or address of a load balancer, empty while it has none."""
    balancer: Mapping[str, Any] = (status or {}).get("loadBalancer") or {}
    found: list[Mapping[str, Any]] = balancer.get("ingress") or [{}]
    return str(found[0].get("hostname") or found[0].get("ip") or "")
