"""Authentication of KEDA's Kafka scaler with a connection.

Source: https://keda.sh/docs/latest/scalers/apache-kafka/
"""

from collections.abc import Iterable
from typing import Any

import pulumi

from moorings.aws.arns import arn_region
from moorings.kafka.connection import KafkaConnection
from moorings.validation.inputs import as_output

_SASL = {
    "PLAIN": "plaintext",
    "SCRAM-SHA-256": "scram_sha256",
    "SCRAM-SHA-512": "scram_sha512",
    "OAUTHBEARER": "oauthbearer",
}
"""KEDA's names of SASL mechanisms."""


def unsupported_reason(kafka: KafkaConnection) -> str | None:
    """Return why KEDA cannot authenticate with a connection. None if it can."""
    tls = kafka.tls
    if kafka.uses_password and kafka.password is None:
        return "its password is only in Secrets Manager"
    if kafka.uses_iam and kafka.cluster_arn is None:
        return "it has no cluster_arn"
    if kafka.sasl_mechanism == "OAUTHBEARER" and kafka.oauth is None:
        return "the application returns its tokens"
    if tls is not None and (tls.truststore is not None or tls.keystore is not None):
        return "KEDA reads no key stores"
    if kafka.listener == "tls" and (tls is None or tls.certificate is None):
        return "its listener is tls, and it has no client certificate"
    return None


def keda_credentials(kafka: KafkaConnection) -> dict[str, Any]:
    """Return the parameters with which KEDA connects and authenticates, for a Secret. Empty for IAM and plaintext."""
    if kafka.uses_iam:
        return {}
    oauth, tls = kafka.oauth, kafka.tls
    values: dict[str, Any] = {
        "sasl": _SASL.get(kafka.sasl_mechanism or ""),
        "tls": "enable" if kafka.encrypted else None,
        "username": kafka.username,
        "password": kafka.password,
    }
    if oauth is not None:
        values |= {
            "username": oauth.client_id,
            "password": oauth.client_secret,
            "oauthTokenEndpointUri": oauth.token_endpoint_url,
            "scopes": None if oauth.scope is None else as_output(oauth.scope).apply(_separated_by_commas),
            "oauthExtensions": as_output(dict(oauth.extensions)).apply(_pairs) if oauth.extensions else None,
        }
    if tls is not None:
        values |= {
            "ca": tls.ca_certificate,
            "cert": tls.certificate,
            "key": tls.private_key,
            "keyPassword": tls.private_key_password,
        }
    return {name: value for name, value in values.items() if value is not None}


def keda_metadata(kafka: KafkaConnection) -> dict[str, Any]:
    """Return the parameters of the trigger that are not in a Secret.

    With IAM, KEDA requests tokens as the role of its operator.
    """
    if kafka.uses_iam:
        return {
            "sasl": "oauthbearer",
            "tls": "enable",
            "saslTokenProvider": "aws_msk_iam",
            "awsRegion": as_output(kafka.cluster_arn).apply(arn_region),
        }
    # KEDA cannot verify the certificate without the host name.
    return {} if kafka.verifies_hostname else {"unsafeSsl": "true"}


def trigger_authentication_spec(
    kafka: KafkaConnection, parameters: Iterable[str], secret_name: pulumi.Input[str] | None
) -> dict[str, Any] | None:
    """Return the spec of a TriggerAuthentication. None if KEDA needs none.

    Args:
        kafka: the connection.
        parameters: names of the parameters, which are the keys of the Secret.
        secret_name: name of the Secret. None if there are no parameters.

    Source: https://keda.sh/docs/latest/concepts/authentication/

    """
    if kafka.uses_iam:
        return {"podIdentity": {"provider": "aws"}}
    if secret_name is None:
        return None
    return {"secretTargetRef": [{"parameter": name, "name": secret_name, "key": name} for name in parameters]}


def _separated_by_commas(scope: str) -> str:
    return ",".join(scope.split())


def _pairs(extensions: dict[str, str]) -> str:
    return ",".join(f"{name}={value}" for name, value in extensions.items())
