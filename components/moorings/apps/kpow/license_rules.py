"""Rules of kPow's license and of the images that require one."""

from moorings.apps.kpow.license import (
    LICENSE_KEYS,
    LICENSE_KEYS_CHECKED,
    LICENSED_IMAGE,
    MARKETPLACE_IMAGE,
    MARKETPLACE_NAME,
    OPTIONAL_LICENSE_KEYS,
)
from moorings.apps.kpow.settings import KpowSettings
from moorings.validation.errors import suggestion
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

LICENSE_RULES = RuleSet(KpowSettings)

_SOURCE = "https://docs.kpow.io/installation/aws-marketplace"
_LICENSING = "https://docs.kpow.io/about/licensing"
_MARKETPLACE = "709825985650.dkr.ecr.us-east-1.amazonaws.com/factor-house/kpow"
_LINES = dict.fromkeys(LICENSE_KEYS, "hidden")
_INCOMPLETE = {key: "hidden" for key in LICENSE_KEYS if key != "LICENSE_CODE"}


@LICENSE_RULES.rule(
    "kpow-license",
    Severity.UNSAFE,
    source=_SOURCE,
    invalid="license={}",
    valid=f"license={_LINES}",
)
def _license(licenses: dict[str, list[str]], marketplace: str | None) -> Findings:
    """A license consists of lines or of an AWS Marketplace plan. Without one, kPow does not start."""
    sources = [*licenses, *(["marketplace"] if marketplace is not None else [])]
    if not sources:
        yield (
            "license",
            (
                "kPow has no license; set license, a secret with the license, or marketplace. Acknowledge this for an "
                "image that needs none"
            ),
        )
    elif len(sources) > 1:
        yield "license", f"the license is set by {' and '.join(sources)}; keep one of them"


@LICENSE_RULES.rule(
    "kpow-license-incomplete",
    Severity.UNSAFE,
    source=_LICENSING,
    invalid=f"license={_INCOMPLETE}",
    valid=f"license={_LINES}",
)
def _license_incomplete(licenses: dict[str, list[str]]) -> Findings:
    """With an incomplete license, kPow does not start."""
    for argument, keys in licenses.items():
        missing = [key for key in LICENSE_KEYS if key not in keys]
        if missing:
            yield argument, f"lacks {', '.join(missing)}; provide all lines of the license"


@LICENSE_RULES.rule(
    "kpow-unknown-license-line",
    Severity.UNVERIFIED,
    source=_LICENSING,
    invalid=f"license={_LINES | {'LICENSE_EDITION': 'hidden'}}",
    valid=f"license={_LINES | {'LICENSE_CREDITS': 'hidden'}}",
    checked=LICENSE_KEYS_CHECKED,
)
def _unknown_license_line(licenses: dict[str, list[str]]) -> Findings:
    """Newer licenses may have other lines. A line with a misspelt name is ignored."""
    known = (*LICENSE_KEYS, *OPTIONAL_LICENSE_KEYS)
    for argument, keys in licenses.items():
        for key in keys:
            if key not in known:
                similar = suggestion(key, [name for name in known if name not in keys])
                fix = f"did you mean {similar}?" if similar else "compare it with the license"
                yield argument, f"{key} is not a known line of the license; {fix}"


@LICENSE_RULES.rule(
    "kpow-image-license",
    Severity.UNSAFE,
    source=_SOURCE,
    invalid=f"image='{_MARKETPLACE}-hourly:96.2', license={{}}, marketplace='annual'",
    valid=f"image='{_MARKETPLACE}-annual:96.2', license={{}}, marketplace='annual'",
)
def _image_license(image: str, marketplace: str | None) -> Findings:
    """AWS Marketplace images check the plan of the account, and the images on Docker Hub check the license."""
    plan, marketplace_image = MARKETPLACE_NAME.search(image), MARKETPLACE_IMAGE.search(image)
    if plan and marketplace is not None and plan[1] != marketplace:
        yield f"{image} belongs to the plan {plan[1]!r}, got marketplace={marketplace!r}; use the same plan"
    if marketplace_image and marketplace is None:
        yield (
            f"{image} is an AWS Marketplace image; set marketplace={marketplace_image[1]!r} and remove the license, or "
            "use factorhouse/kpow"
        )
    if marketplace is not None and LICENSED_IMAGE.search(image):
        yield (
            f"{image} requires a license, got marketplace={marketplace!r}; set a license instead, or use the AWS "
            "Marketplace image"
        )
