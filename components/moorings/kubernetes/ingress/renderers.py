"""Which file renders for which controller."""

from collections.abc import Callable, Mapping

from moorings.kubernetes.ingress.controllers import (
    aws_gateway,
    aws_ingress,
    envoy_gateway,
    gateway_api,
    haproxy,
    haproxy_ingress,
    ingress_nginx,
    istio,
    kgateway,
    nginx_ingress,
    nginx_virtualserver,
    traefik_crd,
    traefik_gateway,
    traefik_ingress,
)
from moorings.kubernetes.ingress.controllers import nginx_gateway_fabric as nginx_gateway
from moorings.kubernetes.ingress.manifests import Manifest, Route

RENDERERS: Mapping[str, Callable[[Route], list[Manifest]]] = {
    "ingress-nginx": ingress_nginx.render,
    "aws-ingress": aws_ingress.render,
    "aws-gateway": aws_gateway.render,
    "traefik-ingress": traefik_ingress.render,
    "traefik-crd": traefik_crd.render,
    "traefik-gateway": traefik_gateway.render,
    "haproxy": haproxy.render,
    "haproxy-ingress": haproxy_ingress.render,
    "nginx-ingress": nginx_ingress.render,
    "nginx-virtualserver": nginx_virtualserver.render,
    "nginx-gateway-fabric": nginx_gateway.render,
    "gateway-api": gateway_api.render,
    "envoy-gateway": envoy_gateway.render,
    "kgateway": kgateway.render,
    "istio": istio.render,
}
"""All but the two whose Service is all there is: ``aws-nlb`` and ``service``."""
