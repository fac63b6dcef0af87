"""Listeners of clients with and without credentials, and with and without TLS."""

import pytest

from moorings.msk.authentication import enabled_listeners

AUTHORITY = "arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/11111111-2222-3333-4444-555555555555"
DISPOSABLE = {
    "scram": False,
    "iam": False,
    "unauthenticated": True,
    "acknowledge": {"msk-unauthenticated": "deleted every night"},
}
PLAINTEXT = {**DISPOSABLE, "acknowledge": {**DISPOSABLE["acknowledge"], "msk-plaintext": "deleted every night"}}


@pytest.mark.parametrize(
    ("mutual_tls", "unauthenticated", "encryption", "expected"),
    [
        (False, False, "TLS", []),
        (True, False, "TLS", ["tls"]),
        (False, True, "TLS", ["tls"]),
        (True, False, "TLS_PLAINTEXT", ["tls", "plaintext"]),
        (False, True, "TLS_PLAINTEXT", ["tls", "plaintext"]),
        (False, True, "PLAINTEXT", ["plaintext"]),
    ],
)
def test_listeners_without_sasl(mutual_tls, unauthenticated, encryption, expected):
    listeners = enabled_listeners(
        iam=False, scram=False, mutual_tls=mutual_tls, unauthenticated=unauthenticated, encryption=encryption
    )
    assert listeners == expected


def test_a_cluster_with_tls_only(create):
    plan = create(**DISPOSABLE, client_cidrs={"vpn": "10.80.0.0/16"})
    inputs = plan["kafka-cluster"].inputs
    assert inputs["clientAuthentication"] == {"sasl": {"scram": False, "iam": False}, "unauthenticated": True}
    assert inputs["encryptionInfo"]["encryptionInTransit"] == {"clientBroker": "TLS", "inCluster": True}
    assert plan["kafka-vpn-tls"].inputs["fromPort"] == 9094


def test_a_cluster_without_tls(create):
    plan = create(**PLAINTEXT, client_broker_encryption="PLAINTEXT", client_cidrs={"vpn": "10.80.0.0/16"})
    assert plan["kafka-cluster"].inputs["encryptionInfo"]["encryptionInTransit"]["clientBroker"] == "PLAINTEXT"
    assert plan["kafka-vpn-plaintext"].inputs["fromPort"] == 9092
    assert [message for severity, message, _ in plan.log if severity == "warning"] == []


def test_anonymous_clients_have_access_without_acls(create):
    properties = create(**DISPOSABLE)["kafka-configuration"].inputs["serverProperties"]
    assert "allow.everyone.if.no.acl.found=true\n" in properties


def test_iam_identities_decide_what_anonymous_clients_may_do(create):
    properties = create(**{**DISPOSABLE, "iam": True})["kafka-configuration"].inputs["serverProperties"]
    assert "allow.everyone.if.no.acl.found=false\n" in properties


def test_plaintext_clients_beside_clients_with_certificates(create):
    plan = create(
        scram=False,
        iam=False,
        certificate_authority_arns=[AUTHORITY],
        client_broker_encryption="TLS_PLAINTEXT",
        allow_everyone_if_no_acl_found=True,
        acknowledge={"msk-plaintext": "clients that do not support TLS"},
    )
    assert plan["kafka-cluster"].inputs["clientAuthentication"]["unauthenticated"] is False


@pytest.mark.parametrize(
    "args",
    [
        {"client_broker_encryption": "TLS_PLAINTEXT"},
        {"client_broker_encryption": "TLS_PLAINTEXT", "scram": False},
        {"client_broker_encryption": "PLAINTEXT", "scram": False, "iam": False},
        {
            "client_broker_encryption": "PLAINTEXT",
            "scram": False,
            "iam": False,
            "certificate_authority_arns": [AUTHORITY],
        },
    ],
)
def test_clients_without_tls_cannot_authenticate(create, rejected, args):
    with rejected("msk-encryption-of-authentication", "client_broker_encryption"):
        create(**args, acknowledge={"msk-plaintext": "disposable"}, allow_everyone_if_no_acl_found=True)


def test_plaintext_is_private(create, rejected):
    with rejected("msk-unauthenticated-connectivity", "connectivity"):
        create(
            **{**PLAINTEXT, "unauthenticated": False},
            certificate_authority_arns=[AUTHORITY],
            client_broker_encryption="TLS_PLAINTEXT",
            connectivity="private-link",
        )


def test_the_bootstrap_servers_of_each_listener(kafka):
    servers = kafka(lambda cluster: cluster.bootstrap_servers, **PLAINTEXT, client_broker_encryption="TLS_PLAINTEXT")
    ports = {listener: {address[-5:] for address in addresses.split(",")} for listener, addresses in servers.items()}
    assert ports == {"tls": {":9094"}, "plaintext": {":9092"}}


def test_clients_connect_without_tls(kafka):
    settings = kafka(
        lambda cluster: cluster.connection(listener="plaintext").librdkafka(),
        **PLAINTEXT,
        client_broker_encryption="PLAINTEXT",
    )
    assert settings["security.protocol"] == "PLAINTEXT"
    assert settings["bootstrap.servers"].count(":9092") == 3


def test_clients_connect_with_tls_and_without_a_certificate(kafka):
    settings = kafka(lambda cluster: cluster.connection(listener="tls").librdkafka(), **DISPOSABLE)
    assert settings["security.protocol"] == "SSL"
    assert settings["bootstrap.servers"].count(":9094") == 3
