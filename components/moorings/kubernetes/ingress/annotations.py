"""Annotations that users add, beside those that keep the session: which are the policy's, and which are joined."""

import re
from collections.abc import Iterator, Mapping
from functools import partial

import pulumi

from moorings.validation.inputs import InvalidInput, check_together

AROUND = {
    "nginx.ingress.kubernetes.io/service-upstream",
    "nginx.org/use-cluster-ip",
    "haproxy-ingress.github.io/service-upstream",
    "traefik.ingress.kubernetes.io/service.nativelb",
}
"""Annotations that make a controller speak to the Service's one address, so that no cookie can choose a pod."""

BALANCES = {
    "nginx.ingress.kubernetes.io/load-balance",
    "nginx.org/lb-method",
    "haproxy.org/load-balance",
    "haproxy-ingress.github.io/balance-algorithm",
}
"""Annotations that choose the pod of a first request; a hash there keeps sessions in a way of its own."""

KEEPS = re.compile(r"sticky|stickiness|affinity|session-cookie|cookie-persistence|upstream-hash-by")
HASHES = re.compile(r"hash|source|hdr|uri|url_param")

DECIDES = {
    "scheme": "internet_facing",
    "listen-ports": "certificate_arn",
    "ssl-redirect": "certificate_arn",
    "certificate-arn": "certificate_arn",
    "ssl-policy": "ssl_policy",
    "healthcheck-path": "health_check_path",
    "actions.closed": "closed_paths",
    "proxy-read-timeout": "policy.websocket_idle_seconds",
    "proxy-send-timeout": "policy.websocket_idle_seconds",
    "timeout-tunnel": "policy.websocket_idle_seconds",
    "router.entrypoints": "tls_secret_name",
    "router.tls": "tls_secret_name",
    "cluster-issuer": "cluster_issuer",
    "ingress.class": "class_name",
    "skipAwait": "wait_for_address",
    "idle_timeout.timeout_seconds": "policy.websocket_idle_seconds",
    "tcp.idle_timeout.seconds": "policy.websocket_idle_seconds",
    "deregistration_delay.timeout_seconds": "deregistration_delay_seconds",
}
"""Arguments that decide what is written, by the end of the annotation's name; all else is the policy's."""

LISTENER = "service.beta.kubernetes.io/aws-load-balancer-listener-attributes."

LISTED = ("/target-group-attributes", "/load-balancer-attributes", "/aws-load-balancer-target-group-attributes")
"""Ends of the names of annotations that hold attributes, to which users may add others."""


def kept(annotations: Mapping[str, pulumi.Input[str]]) -> Iterator[str]:
    """What is wrong with annotations by themselves."""
    policys = sorted(key for key in annotations if KEEPS.search(key))
    if policys:
        yield f"annotations sets {', '.join(policys)}, which the policy decides; leave it to the policy"
    around = sorted(AROUND & annotations.keys())
    if around:
        yield f"annotations sets {', '.join(around)}, which sends all sessions to one address; leave it out"


def _balanced(**annotations: str) -> None:
    for key, value in annotations.items():
        if HASHES.search(value):
            raise ValueError(
                f"annotations sets {key} to {value!r}, a hash that chooses the pod, which the policy "
                "decides; leave it out"
            )


def joined_annotations(
    where: str, theirs: Mapping[str, pulumi.Input[str]], ours: Mapping[str, pulumi.Input[str]]
) -> dict[str, pulumi.Input[str]]:
    """The annotations of an object: what users add, and what keeps the session.

    Args:
        where: whose they are, as messages name it.
        theirs: what users add.
        ours: what keeps the session.

    Raises:
        InvalidInput: for an annotation or an attribute that is in both, naming what decides it.

    """
    check_together(where, _balanced, **{key: value for key, value in theirs.items() if key in BALANCES - ours.keys()})
    found = {**theirs, **ours}
    for key in sorted(theirs.keys() & ours.keys()):
        if not key.endswith(LISTED) and not key.startswith(LISTENER):
            raise InvalidInput.at(where, f"annotations sets {key}, {_decided(key)}")
        found[key] = check_together(where, partial(_joined, key), theirs=theirs[key], ours=ours[key])
    return found


def _joined(key: str, theirs: str, ours: str) -> str:
    names, decided = _names(theirs), _names(ours)
    for name in names:
        if name in decided or name.startswith("stickiness."):
            raise ValueError(f"annotations sets {name} in {key}, {_decided(name)}")
    return f"{ours},{theirs}"


def _names(attributes: str) -> list[str]:
    return [each.partition("=")[0].strip() for each in attributes.split(",")]


def _decided(key: str) -> str:
    argument = DECIDES.get(key.rpartition("/")[2].removeprefix("aws-load-balancer-"), "the policy")
    return f"which {argument} decides; leave it out"
