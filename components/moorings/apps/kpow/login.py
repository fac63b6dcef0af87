"""Login providers of kPow, and the environment variables that configure each."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from moorings.validation.errors import suggestion

LOGIN_MODULE_OPTION = "-Djava.security.auth.login.config="
"""Java option with the JAAS configuration of the provider ``jetty``."""

_LANDING_URI = ("AUTH_LANDING_URI", "OPENID_LANDING_URI")
_CLIENT = (("OPENID_CLIENT_ID",), ("OPENID_CLIENT_SECRET",))


@dataclass(frozen=True)
class LoginProvider:
    """Environment variables of a login provider."""

    required: tuple[tuple[str, ...], ...]
    """Required variables. For each, the current name comes first, followed by alternatives and earlier names."""

    own: re.Pattern[str]
    """Pattern of the variables that configure this provider."""

    source: str
    """Guide of the vendor."""

    java_option: str = ""
    """Beginning of a required Java option."""

    def missing(self, names: Collection[str]) -> Iterator[str]:
        """Yield the current name of each required variable that is not set."""
        return (alternatives[0] for alternatives in self.required if not set(alternatives) & set(names))


_GUIDES = "https://docs.factorhouse.io/kpow-ee/authentication"
_OPENID = r"AUTH_LANDING_URI|OPENID_\w+"

LOGIN_PROVIDERS: Mapping[str, LoginProvider] = MappingProxyType(
    {
        # The vendor lists auth0 as a value of AUTH_PROVIDER_TYPE without documenting what it requires.
        "auth0": LoginProvider((), re.compile(rf"{_OPENID}|AUTH0_\w+"), f"{_GUIDES}/overview"),
        "github": LoginProvider(
            (
                ("OPENID_AUTH_URI",),
                ("OPENID_TOKEN_URI",),
                ("GITHUB_API_ENDPOINT", "OPENID_API_URI"),
                *_CLIENT,
                _LANDING_URI,
            ),
            re.compile(rf"{_OPENID}|GITHUB_\w+"),
            "https://docs.kpow.io/authentication/openid/github",
        ),
        "jetty": LoginProvider((), re.compile(r"JETTY_AUTH_\w+"), f"{_GUIDES}/db", LOGIN_MODULE_OPTION),
        "okta": LoginProvider(
            (("OKTA_ORGANISATION", "OKTA_DOMAIN"), *_CLIENT, _LANDING_URI),
            re.compile(rf"{_OPENID}|OKTA_\w+"),
            f"{_GUIDES}/openid/okta",
        ),
        "openid": LoginProvider(
            (("OPENID_AUTH_URI",), ("OPENID_ACCESS_TOKEN_URI", "OPENID_TOKEN_URI"), *_CLIENT),
            re.compile(_OPENID),
            f"{_GUIDES}/openid/generic",
        ),
        "saml": LoginProvider(
            (("SAML_RELYING_PARTY_IDENTIFIER",), ("SAML_ACS_URL",), ("SAML_METADATA_FILE",)),
            re.compile(r"AUTH_LANDING_URI|SAML_\w+|DEBUG_SAML"),
            "https://docs.factorhouse.io/kpow/authentication/saml/azure-ad",
        ),
    }
)
"""Login providers by the value of ``AUTH_PROVIDER_TYPE``. AWS SSO, Microsoft Entra ID and Keycloak use ``saml`` or
``openid``."""

PROVIDERS_CHECKED = "2026-11-21"
"""Date on which the providers were compared with their sources."""

URL_VARIABLE = re.compile(
    "AUTH_LANDING_URI|GITHUB_API_ENDPOINT|SAML_ACS_URL|OPENID_(?:ACCESS_TOKEN|API|AUTH|LANDING|TOKEN)_URI"
)
"""Variables of login providers whose value is a URL."""

PUBLIC_URL_VARIABLE = re.compile("AUTH_LANDING_URI|OPENID_LANDING_URI|SAML_ACS_URL")
"""Variables whose value is a URL of kPow."""

BROWSER_URL_VARIABLE = re.compile(f"{PUBLIC_URL_VARIABLE.pattern}|OPENID_AUTH_URI")
"""Variables with a URL to which only browsers connect."""


def login_variables(names: Collection[str]) -> list[str]:
    """Return the variables that configure any provider."""
    return sorted(name for name in names if any(provider.own.fullmatch(name) for provider in LOGIN_PROVIDERS.values()))


def similar_variable(missing: str, names: Collection[str]) -> str:
    """Return a hint at a variable that was probably meant to be a missing one, or an empty string."""
    known = {
        name for provider in LOGIN_PROVIDERS.values() for alternatives in provider.required for name in alternatives
    }
    similar = suggestion(missing, [name for name in names if name not in known])
    return f" ({similar} is set; did you mean {missing}?)" if similar else ""
