"""kPow's license: license keys, AWS Marketplace plans, and the images that each requires.

Sources: https://docs.kpow.io/installation/aws-marketplace and https://hub.docker.com/u/factorhouse
"""

import re
from collections.abc import Iterator, Mapping
from typing import Literal

LicenseKey = Literal["LICENSE_ID", "LICENSE_CODE", "LICENSEE", "LICENSE_EXPIRY", "LICENSE_SIGNATURE", "LICENSE_CREDITS"]
LICENSE_KEYS: tuple[LicenseKey, ...] = (
    "LICENSE_ID",
    "LICENSE_CODE",
    "LICENSEE",
    "LICENSE_EXPIRY",
    "LICENSE_SIGNATURE",
)
"""Environment variables of every license. Some licenses also have ``LICENSE_CREDITS``."""

MarketplacePlan = Literal["hourly", "annual"]

_MARKETPLACE_NAME = re.compile(r"/kpow-(hourly|annual)(?:[:@]|$)")
_MARKETPLACE_IMAGE = re.compile(r"/factor-house/kpow-(hourly|annual)(?:[:@]|$)")
_LICENSED_IMAGE = re.compile(r"(?:^|/)(?:factorhouse|operatr)/kpow(?:-[ce]e)?(?:[:@]|$)")
"""Image on Docker Hub, or a copy of it that keeps the vendor's repository name."""


def license_problems(license_lines: Mapping[LicenseKey, object], **sources: object) -> Iterator[str]:
    """Yield a problem unless exactly one source of the license is set, and for an incomplete license.

    Args:
        license_lines: the argument ``license``.
        sources: the other arguments that provide a license, by name.

    """
    values = {"license": license_lines, **sources}
    names = [name for name, value in values.items() if value]
    if len(names) != 1:
        yield f"{', '.join(values)}: exactly one is required, got {' and '.join(names) or 'none'}"
    missing = [key for key in LICENSE_KEYS if key not in license_lines]
    if license_lines and missing:
        yield f"license: {', '.join(missing)} missing; copy all lines of the license"


def check_image_license(image: str, marketplace: MarketplacePlan | None) -> str:
    """Return the image if it can run with the license. Images in other repositories are not checked.

    Raises:
        ValueError: if the image requires another AWS Marketplace plan, a Marketplace plan, or a license.

    """
    plan = _MARKETPLACE_NAME.search(image)
    if plan and marketplace is not None and plan[1] != marketplace:
        raise ValueError(f"image: {image} requires marketplace={plan[1]!r}, got {marketplace!r}; use the same plan")
    marketplace_image = _MARKETPLACE_IMAGE.search(image)
    if marketplace_image and marketplace is None:
        raise ValueError(
            f"image: {image} is an AWS Marketplace image; set marketplace={marketplace_image[1]!r} and remove the "
            "license"
        )
    if marketplace is not None and _LICENSED_IMAGE.search(image):
        raise ValueError(
            f"image: {image} requires a license, got marketplace={marketplace!r}; set a license instead, or use the "
            "AWS Marketplace image"
        )
    return image
