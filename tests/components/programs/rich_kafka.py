"""Connections to clusters other than MSK, which together set every argument of a connection, in programs."""

from typing import Any

from pem_examples import CA_PEM, CLIENT_PEM, ENCRYPTED_KEY_PEM, KEY_STORE
from rich_apps import LICENSE
from rich_ecs import REQUIRED
from rich_kubernetes import SMALL

import moorings

_STORE: dict[str, Any] = {
    "content": KEY_STORE,
    "password": "correct horse",
    "key_password": "battery",
    "type": "PKCS12",
}
CERTIFICATE: dict[str, Any] = {
    "bootstrap_servers": "kafka-1.example.com:9093,kafka-2.example.com:9093",
    "security_protocol": "SSL",
    "topic_prefix": "wabash-58799.",
    "tls": {
        "ca_certificate": CA_PEM,
        "certificate": CLIENT_PEM,
        "private_key": ENCRYPTED_KEY_PEM,
        "private_key_password": "hidden",
    },
}
KEY_STORES: dict[str, Any] = {
    "bootstrap_servers": "kafka.example.com:9093",
    "security_protocol": "SSL",
    "tls": {"truststore": _STORE, "keystore": _STORE, "verify_hostname": False},
    "acknowledge": {"kafka-hostname-verification": "the brokers have certificates of another host"},
}
BEARER: dict[str, Any] = {
    "bootstrap_servers": "pkc-a1b2c.eu-west-1.aws.confluent.cloud:9092",
    "sasl_mechanism": "OAUTHBEARER",
    "oauth": {
        "token_endpoint_url": "https://login.example.com/oauth2/token",
        "client_id": "orders",
        "client_secret": "correct horse battery",
        "scope": "kafka",
        "extensions": {"logicalCluster": "lkc-a1b2c3", "identityPoolId": "pool-d4e5"},
    },
}
KAFKA_PROGRAMS: dict[str, tuple[type, dict[str, Any]]] = {
    "KubernetesWorkload-kafka": (
        moorings.KubernetesWorkload,
        {
            "namespace": "shop",
            "container": {
                **SMALL,
                "ports": {"http": 8080},
                "probes": {"readiness": {"http_get": "/ready"}},
                "kafka": CERTIFICATE,
            },
            "additional_kafka": {"events": BEARER, "legacy": KEY_STORES},
        },
    ),
    "FargateSingleton-kafka": (
        moorings.FargateSingleton,
        {
            **REQUIRED,
            "kafka": CERTIFICATE,
            "additional_kafka": {"events": BEARER},
            "egress": {
                port: {"port": number, "cidr": "10.0.0.0/16"} for port, number in (("kafka-tls", 9093), ("plain", 9092))
            },
            "acknowledge": {"ecs-no-health-check": "a test"},
        },
    ),
    "KpowOnKubernetes-kafka": (
        moorings.KpowOnKubernetes,
        {
            "namespace": "tools",
            "image": f"registry.example/kpow:96.2@sha256:{'0' * 64}",
            "license": LICENSE,
            "kafka": KEY_STORES,
            "additional_clusters": {"certificate": {"kafka": CERTIFICATE}, "tokens": {"kafka": BEARER}},
            "api_port": 3001,
            "acknowledge": {"kpow-no-login": "a test"},
        },
    ),
    "KpowOnFargate-kafka": (
        moorings.KpowOnFargate,
        {
            **{name: value for name, value in REQUIRED.items() if name != "user"},
            "image": "factorhouse/kpow:96.2",
            "license": LICENSE,
            "kafka": BEARER,
            "api_port": 3001,
            "client_cidrs": {"vpn": "10.80.0.0/16"},
            "egress": {"brokers": {"port": 9092, "cidr": "10.0.0.0/16"}},
            "acknowledge": {"kpow-no-login": "a test"},
        },
    ),
}
