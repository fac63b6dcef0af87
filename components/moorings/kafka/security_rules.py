"""Rules of connections that work, but do not protect data or credentials."""

import re

from moorings.kafka.connection_security import ConnectionSecurity
from moorings.kafka.security_protocols import SaslMechanism, SecurityProtocol
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

SECURITY_RULES = RuleSet(ConnectionSecurity)

_SERVERS = "bootstrap_servers='kafka.example.com:9092'"
_OAUTH = f"{_SERVERS}, sasl_mechanism='OAUTHBEARER', oauth=KafkaOAuth(token_endpoint_url="
_CREDENTIALS = {"PLAIN": "passwords and records", "OAUTHBEARER": "tokens and records"}
"""What is sent with mechanisms that send credentials. SCRAM sends a proof that does not contain the password."""
_PLAIN_HTTP = re.compile(r"http://(?!(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$))")


@SECURITY_RULES.rule(
    "kafka-plaintext",
    Severity.UNSAFE,
    source="https://kafka.apache.org/documentation/#security_overview",
    invalid=f"{_SERVERS}, security_protocol='PLAINTEXT'",
    valid=f"{_SERVERS}, security_protocol='SSL'",
)
def _plaintext(protocol: SecurityProtocol, sasl_mechanism: SaslMechanism | None) -> Findings:
    """Everyone on the network between client and brokers can read and change the records, and passwords of PLAIN."""
    if protocol in {"PLAINTEXT", "SASL_PLAINTEXT"}:
        other = "SSL" if protocol == "PLAINTEXT" else "SASL_SSL"
        sent = _CREDENTIALS.get(sasl_mechanism or "", "records")
        problem = f"{protocol} sends {sent} unencrypted"
        yield "security_protocol", f"{problem}; use {other} with a TLS listener of the brokers"


@SECURITY_RULES.rule(
    "kafka-hostname-verification",
    Severity.UNSAFE,
    source="https://kafka.apache.org/documentation/#security_confighostname",
    invalid=f"{_SERVERS}, security_protocol='SSL', tls=KafkaTls(verify_hostname=False)",
    valid=f"{_SERVERS}, security_protocol='SSL', tls=KafkaTls(ca_certificate=CA_PEM)",
)
def _hostname_verification(verifies_hostname: bool) -> Findings:
    """Anyone who has a certificate of a trusted authority for any host can then impersonate the brokers."""
    if not verifies_hostname:
        yield (
            ("tls", "verify_hostname"),
            "certificates of other hosts would be accepted; issue certificates with the host names of the brokers",
        )


@SECURITY_RULES.rule(
    "kafka-plaintext-token-endpoint",
    Severity.UNSAFE,
    source="https://datatracker.ietf.org/doc/html/rfc6749#section-3.2",
    invalid=f"{_OAUTH}'http://login.example.com/token', client_id='orders', client_secret='hidden')",
    valid=f"{_OAUTH}'https://login.example.com/token', client_id='orders', client_secret='hidden')",
)
def _token_endpoint(token_endpoint_url: str | None) -> Findings:
    """The client sends its secret to the token endpoint, and OAuth therefore requires TLS."""
    if token_endpoint_url is not None and _PLAIN_HTTP.match(token_endpoint_url):
        yield ("oauth", "token_endpoint_url"), "the client secret would be sent unencrypted; use https"
