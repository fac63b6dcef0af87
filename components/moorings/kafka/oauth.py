"""``KafkaOAuth``: OAuth client with which a Kafka client requests tokens for OAUTHBEARER."""

from typing import Annotated, Any

from pydantic import Field

from moorings.validation.args import Args
from moorings.validation.inputs import Input, SecretInput
from moorings.validation.types import matches

_Text = Annotated[str, Field(min_length=1)]
TokenEndpoint = Annotated[
    str, matches("an http or https URL", r"https?://[^\s/@]+(?:/\S*)?", "https://login.example.com/oauth2/token")
]
ExtensionName = Annotated[str, matches("letters only", "[A-Za-z]+", "logicalCluster")]
ExtensionValue = Annotated[str, matches("printable ASCII characters without commas", r"[ -+\--~]+", "lkc-a1b2c3")]
"""Values of SASL extensions. Clients separate extensions with commas.

Source: https://datatracker.ietf.org/doc/html/rfc7628#section-3.1
"""


class KafkaOAuth(Args):
    """OAuth client of any identity provider, with the client credentials grant.

    Source: https://kafka.apache.org/documentation/#security_sasl_oauthbearer
    """

    token_endpoint_url: Input[TokenEndpoint]
    """URL of the token endpoint. Java clients of Kafka 4.0 or later must allow it with the option that
    ``KafkaConnection.java_options`` returns."""

    client_id: Input[_Text]
    """Client ID, also called application ID."""

    client_secret: SecretInput[_Text]
    """Client secret."""

    scope: Input[_Text] | None = None
    """Scopes of the token, separated by spaces. Defaults to those of the identity provider."""

    extensions: dict[ExtensionName, Input[ExtensionValue]] = {}
    """SASL extensions by name. Confluent Cloud requires ``logicalCluster`` and ``identityPoolId``."""

    def values(self, *, credentials: bool) -> dict[str, Any]:
        """Return the parameters of `OAuthSettings`, some of them late.

        Args:
            credentials: whether the client secret is included.

        """
        values = {
            "token_endpoint_url": self.token_endpoint_url,
            "client_id": self.client_id,
            "client_secret": self.client_secret if credentials else None,
            "scope": self.scope,
            "extensions": dict(self.extensions),
        }
        return {name: value for name, value in values.items() if value is not None}
