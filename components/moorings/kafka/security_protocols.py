"""Security protocols and SASL mechanisms of Kafka.

Source: https://kafka.apache.org/documentation/#security_overview
"""

from typing import Literal

SecurityProtocol = Literal["SASL_SSL", "SSL", "SASL_PLAINTEXT", "PLAINTEXT"]
"""Value of the client setting ``security.protocol``."""

SaslMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "AWS_MSK_IAM"]
"""Value of the client setting ``sasl.mechanism``."""

ScramMechanism = Literal["SCRAM-SHA-512", "SCRAM-SHA-256"]

SCRAM_MECHANISMS: frozenset[SaslMechanism] = frozenset({"SCRAM-SHA-512", "SCRAM-SHA-256"})
PASSWORD_MECHANISMS: frozenset[SaslMechanism] = frozenset({"PLAIN", *SCRAM_MECHANISMS})
"""Mechanisms of clients that log in with a user name and a password."""

ENCRYPTED: frozenset[SecurityProtocol] = frozenset({"SASL_SSL", "SSL"})
SASL_PROTOCOLS: frozenset[SecurityProtocol] = frozenset({"SASL_SSL", "SASL_PLAINTEXT"})
