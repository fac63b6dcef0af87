"""Any controller of the Gateway API that knows ``sessionPersistence``, of the experimental channel."""

from moorings.kubernetes.ingress.http_route import http_route
from moorings.kubernetes.ingress.manifests import Manifest, Route
from moorings.kubernetes.ingress.session_persistence import session_persistence


def render(route: Route) -> list[Manifest]:
    """An HTTPRoute. How strong the session is, and which flags the cookie has, is the controller's choice.

    Source: https://gateway-api.sigs.k8s.io/geps/gep-1619/
    """
    return [http_route(route, session_persistence(route.stickiness, route.gateway_api))]
