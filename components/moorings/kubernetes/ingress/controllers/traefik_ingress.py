"""Traefik, configured with an Ingress: the sticky cookie is set with annotations of the Service."""

from moorings.kubernetes.ingress.annotations import ReservedAnnotations
from moorings.kubernetes.ingress.http_ingress import http_ingress, string_prefixes
from moorings.kubernetes.ingress.ingress_controller import INGRESS_ARGUMENTS, IngressController
from moorings.kubernetes.ingress.route_settings import ObjectManifest, RouteSettings
from moorings.kubernetes.ingress.traefik_cookie import MINIMUM_RELEASE, cookie_annotations, cookie_mechanism

PREFIX = "traefik.ingress.kubernetes.io/"
ENTRY_POINTS = f"{PREFIX}router.entrypoints"
TLS = f"{PREFIX}router.tls"


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return an Ingress. With TLS it is served only at the entry point ``websecure``."""
    annotations = {ENTRY_POINTS: "websecure", TLS: "true"} if route.terminates_tls else {}
    return [http_ingress(route, annotations, paths_of=string_prefixes)]


CONTROLLER = IngressController(
    title="Traefik, Ingress",
    docs="https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/",
    mechanisms=cookie_mechanism("Service annotations service.sticky.cookie.*"),
    arguments=INGRESS_ARGUMENTS,
    render=render,
    minimum_release=MINIMUM_RELEASE,
    service_annotations=cookie_annotations,
    default_class="traefik",
    one_policy_per_service=True,
    address_from="ingress",
    own_prefixes=(PREFIX,),
    reserved_annotations=ReservedAnnotations(
        arguments={ENTRY_POINTS: "tls_secret_name", TLS: "tls_secret_name"},
        bypass_pods=frozenset({f"{PREFIX}service.nativelb"}),
    ),
)
