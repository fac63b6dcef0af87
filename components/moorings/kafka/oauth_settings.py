"""OAUTHBEARER settings of each client library."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from moorings.kafka.java_client import OAUTH_LOGIN_MODULE, jaas_config

LOGIN_CALLBACK_HANDLER = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler"
"""Requests tokens from the token endpoint. It has this name since Kafka 3.4.

Source: https://kafka.apache.org/documentation/#security_sasl_oauthbearer
"""

ALLOWED_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls"
"""System property with the token endpoints from which Kafka 4.0 and later request tokens."""


@dataclass(frozen=True)
class OAuthSettings:
    """An OAuth client whose values are known. Without the client secret, the setting that holds it is omitted."""

    token_endpoint_url: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    scope: str | None = None
    extensions: Mapping[str, str] = field(default_factory=dict[str, str])

    def librdkafka(self) -> dict[str, str | None]:
        """Return settings of librdkafka, which requires libcurl for them, as in all binary packages.

        Source: https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md
        """
        return {
            "sasl.oauthbearer.method": "oidc",
            "sasl.oauthbearer.token.endpoint.url": self.token_endpoint_url,
            "sasl.oauthbearer.client.id": self.client_id,
            "sasl.oauthbearer.client.secret": self.client_secret,
            "sasl.oauthbearer.scope": self.scope,
            "sasl.oauthbearer.extensions": self._extensions,
        }

    def java(self) -> dict[str, str | None]:
        """Return settings of the Java client.

        Source: https://kafka.apache.org/documentation/#security_sasl_oauthbearer
        """
        return {
            "sasl.login.callback.handler.class": LOGIN_CALLBACK_HANDLER,
            "sasl.oauthbearer.token.endpoint.url": self.token_endpoint_url,
        }

    def jaas_config(self) -> str | None:
        """Return ``sasl.jaas.config``. None without the client secret."""
        if self.client_secret is None:
            return None
        options = {"clientId": self.client_id, "clientSecret": self.client_secret, "scope": self.scope}
        options |= {f"extension_{name}": value for name, value in self.extensions.items()}
        return jaas_config(OAUTH_LOGIN_MODULE, options)

    def java_option(self) -> str:
        """Return the option of the JVM that allows the token endpoint, which Kafka 4.0 and later require.

        Source: https://kafka.apache.org/40/configuration/system-properties
        """
        return f"-D{ALLOWED_URLS}={self.token_endpoint_url}"

    def environment(self) -> dict[str, str | None]:
        """Return variables of an application that reads its own, named like the settings of librdkafka."""
        return {name.upper().replace(".", "_"): value for name, value in self.librdkafka().items()}

    @property
    def _extensions(self) -> str | None:
        return ",".join(f"{name}={value}" for name, value in self.extensions.items()) or None
