"""What the controllers that run NGINX and HAProxy configure for the objects of a ``WorkloadIngress``.

These controllers cannot be installed here. Their templates are public, and the functions below write the directives
that those templates derive from the annotations and fields of the rendered objects, and nothing else of them.
"""

from collections.abc import Mapping
from typing import Any

from kubernetes_api import Object
from workloads import only

DEFAULT_SECONDS = 1
"""Idle timeout without a setting of the route, in place of the 60 seconds of NGINX and the hour of the HAProxy
controllers. It is in the block ``http`` of NGINX and in the section ``defaults`` of HAProxy."""

_F5, _COMMUNITY = "nginx.org/", "nginx.ingress.kubernetes.io/"
_HAPROXY_TECHNOLOGIES, _HAPROXY_INGRESS = "haproxy.org/", "haproxy-ingress.github.io/"


def nginx_ingress(objects: list[Object], addresses: Mapping[str, str], port: int) -> str:
    """The ``http`` block of the F5 controller for an Ingress.

    Source: https://github.com/nginx/kubernetes-ingress/blob/main/internal/configs/version1/nginx.ingress.tmpl
    """
    ingress = only(objects, "Ingress")
    annotations = ingress["metadata"]["annotations"]
    (rule,) = ingress["spec"]["rules"]
    service = rule["http"]["paths"][0]["backend"]["service"]["name"]
    directives = [
        *_timeouts(annotations.get(f"{_F5}proxy-read-timeout"), annotations.get(f"{_F5}proxy-send-timeout")),
        *(_UPGRADE if annotations.get(f"{_F5}websocket-services") == service else []),
    ]
    locations = {
        f"= {path['path']}" if path["pathType"] == "Exact" else path["path"]: [*directives, _PASS]
        for path in rule["http"]["paths"]
    }
    return _nginx(port, rule["host"], annotations.get(f"{_F5}lb-method", ""), addresses, locations)


def nginx_virtualserver(objects: list[Object], addresses: Mapping[str, str], port: int) -> str:
    """The ``http`` block of the F5 controller for a VirtualServer.

    Source: https://github.com/nginx/kubernetes-ingress/blob/main/internal/configs/version2/nginx.virtualserver.tmpl
    """
    spec = only(objects, "VirtualServer")["spec"]
    (upstream,) = spec["upstreams"]
    passed = [*_timeouts(upstream.get("read-timeout"), upstream.get("send-timeout")), *_UPGRADE, _PASS]
    actions = {
        "pass": lambda _: passed,
        "return": lambda action: [f"return {action['code']}"],
        "redirect": lambda action: [f'return {action["code"]} "{action["url"]}"'],
        "proxy": lambda action: [*passed[:-1], f"{_PASS}{action['rewritePath']}"],
    }
    locations = {
        route["path"]: actions[kind](action) for route in spec["routes"] for kind, action in route["action"].items()
    }
    return _nginx(port, spec["host"], upstream.get("lb-method", ""), addresses, locations)


def ingress_nginx(objects: list[Object], addresses: Mapping[str, str], port: int) -> str:
    """The ``http`` block of the community controller for an Ingress, without its balancer, which is written in Lua.

    Source: https://github.com/kubernetes/ingress-nginx/blob/main/rootfs/etc/nginx/template/nginx.tmpl
    """
    ingress = only(objects, "Ingress")
    annotations = ingress["metadata"]["annotations"]
    (rule,) = ingress["spec"]["rules"]
    seconds = [annotations.get(f"{_COMMUNITY}proxy-{direction}-timeout") for direction in ("read", "send")]
    directives = _timeouts(*(f"{value}s" if value else None for value in seconds))
    locations = {path["path"]: [*directives, *_UPGRADE, _PASS] for path in rule["http"]["paths"]}
    return _nginx(port, rule["host"], "", addresses, locations)


def nginx_gateway_fabric(objects: list[Object], addresses: Mapping[str, str], port: int) -> str:
    """The ``http`` block of NGINX Gateway Fabric for an HTTPRoute with an UpstreamSettingsPolicy.

    Source: https://github.com/nginx/nginx-gateway-fabric/blob/main/internal/controller/nginx/config/upstreams_template.go
    """
    policy = only(objects, "UpstreamSettingsPolicy")["spec"]
    method = policy["loadBalancingMethod"]
    if "hashMethodKey" in policy:
        method = method.replace("hash", f"hash {policy['hashMethodKey']}", 1)
    route = only(objects, "HTTPRoute")["spec"]
    (host,), (rule,) = route["hostnames"], route["rules"]
    locations = {match["path"]["value"]: [*_UPGRADE, _PASS] for match in rule["matches"]}
    return _nginx(port, host, method, addresses, locations)


NGINX_CONFIGURATIONS = {
    "nginx-ingress": nginx_ingress,
    "nginx-virtualserver": nginx_virtualserver,
    "nginx-gateway-fabric": nginx_gateway_fabric,
    "ingress-nginx": ingress_nginx,
}

_PASS = "proxy_pass http://application"
_UPGRADE = [
    "proxy_http_version 1.1",
    "proxy_set_header Upgrade $http_upgrade",
    "proxy_set_header Connection $connection_upgrade",
]


def _timeouts(read: str | None, send: str | None) -> list[str]:
    directives = {"proxy_read_timeout": read, "proxy_send_timeout": send}
    return [f"{directive} {value}" for directive, value in directives.items() if value]


def _nginx(port: int, host: str, method: str, addresses: Mapping[str, str], locations: Mapping[str, list[str]]) -> str:
    servers = [f"server {address} max_fails=1 fail_timeout=10s" for address in addresses.values()]
    upstream = "".join(f"    {line};\n" for line in ["zone application 256k", *([method] if method else []), *servers])
    blocks = "".join(f"    location {path} {{ {'; '.join(directives)}; }}\n" for path, directives in locations.items())
    return (
        "  map $http_upgrade $connection_upgrade { default upgrade; '' close; }\n"
        f"  proxy_read_timeout {DEFAULT_SECONDS}s;\n"
        f"  proxy_send_timeout {DEFAULT_SECONDS}s;\n"
        f"  upstream application {{\n{upstream}  }}\n"
        f"  server {{\n    listen 127.0.0.1:{port};\n    server_name {host};\n{blocks}  }}\n"
    )


def haproxy(objects: list[Object], addresses: Mapping[str, str], port: int) -> str:
    """The configuration of HAProxy Technologies' controller for a Service.

    Source: https://github.com/haproxytech/kubernetes-ingress/tree/master/pkg/annotations/service
    """
    annotations = next(
        object_["metadata"]["annotations"]
        for object_ in objects
        if object_["kind"] == "Service" and "annotations" in object_["metadata"]
    )
    lines = [f"balance {annotations.get(f'{_HAPROXY_TECHNOLOGIES}load-balance', 'roundrobin')}"]
    if name := annotations.get(f"{_HAPROXY_TECHNOLOGIES}cookie-persistence"):
        lines += [f"cookie {name} dynamic indirect insert nocache", "dynamic-cookie-key ohph7OoGhong"]
    return _haproxy(port, lines, [f"SRV_{index} {address}" for index, address in enumerate(addresses.values(), 1)])


def haproxy_ingress(objects: list[Object], addresses: Mapping[str, str], port: int) -> str:
    """The configuration of jcmoraisjr's controller for an Ingress. The name of a pod stands for its UID.

    Source: https://github.com/jcmoraisjr/haproxy-ingress/blob/master/rootfs/etc/templates/haproxy/haproxy.tmpl
    """
    annotations = only(objects, "Ingress")["metadata"]["annotations"]
    values: dict[str, Any] = {
        key.removeprefix(_HAPROXY_INGRESS): value
        for key, value in annotations.items()
        if key.startswith(_HAPROXY_INGRESS)
    }
    lines = [f"balance {values.get('balance-algorithm', 'roundrobin')}"]
    if "timeout-tunnel" in values:
        lines.append(f"timeout tunnel {values['timeout-tunnel']}")
    values_of_cookie = dict.fromkeys(addresses, "")
    if values.get("affinity") == "cookie":
        name, strategy = values["session-cookie-name"], values["session-cookie-strategy"]
        same_site = " attr SameSite=None secure" if values.get("session-cookie-same-site") == "true" else ""
        lines.append(f"cookie {name} {strategy}{same_site} {values['session-cookie-keywords']}")
        by_pod = values["session-cookie-value-strategy"] == "pod-uid"
        values_of_cookie = {
            pod: f" cookie {pod if by_pod else f'srv{index:03}'}" for index, pod in enumerate(addresses, 1)
        }
    servers = [
        f"srv{index:03} {address}{values_of_cookie[pod]}" for index, (pod, address) in enumerate(addresses.items(), 1)
    ]
    return _haproxy(port, lines, servers)


HAPROXY_CONFIGURATIONS = {"haproxy": haproxy, "haproxy-ingress": haproxy_ingress}


def _haproxy(port: int, lines: list[str], servers: list[str]) -> str:
    backend = "".join(f"  {line}\n" for line in [*lines, *(f"server {server} weight 1" for server in servers)])
    return (
        "defaults\n  mode http\n  timeout connect 5s\n  timeout client 50s\n  timeout server 50s\n"
        f"  timeout tunnel {DEFAULT_SECONDS}s\n"
        f"frontend http\n  bind 127.0.0.1:{port}\n  default_backend application\n"
        f"backend application\n{backend}"
    )
