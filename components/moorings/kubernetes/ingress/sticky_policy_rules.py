"""Rules of ``StickyPolicy`` that do not depend on a controller."""

from moorings.kubernetes.ingress.sticky_policy import COOKIE_FIELDS, StickyPolicy
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

RULES: RuleSet[StickyPolicy] = RuleSet(StickyPolicy)

ATTRIBUTES = COOKIE_FIELDS[2:]
"""Fields that the application sets on its own cookie."""


@RULES.rule(
    "ingress-contradictory-policy",
    Severity.ERROR,
    source="https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings-ConsistentHashLB",
    invalid="header_name='Execution-ID', cookie_name='AFFINITY'",
    valid="header_name='Execution-ID', strength='soft'",
)
def contradictory_policy(
    header_name: str | None,
    application_cookie: bool,
    strength: str | None,
    cookie_name: str | None,
    set_cookie_fields: list[str],
) -> Findings:
    """A session is selected by a header, by a cookie of the application, or by a cookie of the controller."""
    if strength == "none":
        others = [*set_cookie_fields, *(["header_name"] if header_name is not None else [])]
        others += ["application_cookie"] if application_cookie else []
        if others:
            yield "strength", f"'none' disables the session affinity that {others[0]} configures; remove one of them"
    elif header_name is not None:
        fields = [*set_cookie_fields, *(["application_cookie"] if application_cookie else [])]
        if fields:
            yield f"cannot be combined with {', '.join(fields)}, because no cookie is used; remove one of them"
        if strength == "strong":
            yield (
                "strength",
                "sessions by header_name are 'soft', because the header is hashed; remove it, or use a cookie",
            )
    if application_cookie and strength != "none":
        if cookie_name is None:
            yield "cookie_name", "required with application_cookie; set it to the name of the application's cookie"
        for field in ATTRIBUTES:
            if field in set_cookie_fields:
                yield field, "the application sets it on its own cookie; remove it"


@RULES.rule(
    "ingress-same-site-without-secure",
    Severity.ERROR,
    source="https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#samesitesamesite-value",
    invalid="same_site='None', secure=False",
    valid="same_site='None'",
)
def _same_site_without_secure(secure: bool | None, same_site: str | None) -> Findings:
    """Browsers reject the cookie, so every request starts a new session."""
    if same_site == "None" and secure is False:
        yield "browsers reject a cookie with SameSite=None without Secure; remove it"
