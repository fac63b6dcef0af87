"""Login of users at an Application Load Balancer, as annotations of an Ingress.

Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#authentication
"""

import json
from typing import Any

import pulumi

from moorings.aws.cognito_login import CognitoLogin
from moorings.kubernetes.names import Subdomain
from moorings.validation.args import Args
from moorings.validation.inputs import Input, is_late
from moorings.validation.types import HttpsUrl


class IngressOidcLogin(Args):
    """Login with an OpenID Connect provider at an Application Load Balancer of an ingress.

    The provider must allow the redirect URI ``https://<host>/oauth2/idpresponse``. The AWS Load Balancer Controller
    must be allowed to read the Secret.

    Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#authentication
    """

    issuer: Input[HttpsUrl]
    """Issuer identifier of the provider."""

    authorization_endpoint: Input[HttpsUrl]
    """Authorization endpoint, to which the load balancer redirects users."""

    token_endpoint: Input[HttpsUrl]
    """Token endpoint, from which the load balancer gets tokens."""

    user_info_endpoint: Input[HttpsUrl]
    """User info endpoint, from which the load balancer gets user claims."""

    secret_name: Input[Subdomain]
    """Secret in the namespace of the ingress, with the OAuth client ID and client secret of the load balancer in the
    keys ``clientID`` and ``clientSecret``."""

    scope: str = "openid"
    """OAuth scopes that are requested, separated by spaces."""


def login_annotations(oidc: IngressOidcLogin | None, cognito: CognitoLogin | None) -> dict[str, pulumi.Input[str]]:
    """Return the annotations of a login, without their prefix. Empty without a login."""
    if oidc is not None:
        provider = {
            "issuer": oidc.issuer,
            "authorizationEndpoint": oidc.authorization_endpoint,
            "tokenEndpoint": oidc.token_endpoint,
            "userInfoEndpoint": oidc.user_info_endpoint,
            "secretName": oidc.secret_name,
        }
        return {"auth-type": "oidc", "auth-idp-oidc": to_json(provider), "auth-scope": oidc.scope}
    if cognito is not None:
        user_pool = {
            "userPoolARN": cognito.user_pool_arn,
            "userPoolClientID": cognito.user_pool_client_id,
            "userPoolDomain": cognito.user_pool_domain,
        }
        return {"auth-type": "cognito", "auth-idp-cognito": to_json(user_pool)}
    return {}


def to_json(value: Any) -> pulumi.Input[str]:
    """Return a value as JSON, late if a part of it is."""
    if is_late(value):
        return pulumi.Output.json_dumps(value, separators=(",", ":"))
    return json.dumps(value, separators=(",", ":"))
