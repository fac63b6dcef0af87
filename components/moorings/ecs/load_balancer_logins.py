"""Login of users at a load balancer."""

from typing import Annotated

from pydantic import Field

from moorings.validation.args import Args
from moorings.validation.inputs import Input, SecretInput
from moorings.validation.types import HttpsUrl


class OidcLogin(Args):
    """Login with an OpenID Connect provider. The load balancer forwards only requests of authenticated users.

    The provider must allow the redirect URI ``https://<domain>/oauth2/idpresponse``.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
    """

    issuer: Input[HttpsUrl]
    """Issuer identifier of the provider."""

    authorization_endpoint: Input[HttpsUrl]
    """Authorization endpoint, to which the load balancer redirects users."""

    token_endpoint: Input[HttpsUrl]
    """Token endpoint, from which the load balancer gets tokens."""

    user_info_endpoint: Input[HttpsUrl]
    """User info endpoint, from which the load balancer gets user claims."""

    client_id: Input[Annotated[str, Field(min_length=1)]]
    """OAuth client ID of the load balancer."""

    client_secret: SecretInput[Annotated[str, Field(min_length=1)]]
    """OAuth client secret of the load balancer."""

    scope: str = "openid"
    """OAuth scopes that are requested, separated by spaces."""
