"""kPow's license: license keys, AWS Marketplace plans, and the images that each requires.

Sources: https://docs.kpow.io/installation/aws-marketplace and https://hub.docker.com/u/factorhouse
"""

import re
from typing import Annotated, Literal

from moorings.validation.types import matches

LicenseKey = Annotated[str, matches("the name of a line of the license", "LICENSE[A-Z_]*", "LICENSE_ID")]

LICENSE_KEYS = (
    "LICENSE_ID",
    "LICENSE_CODE",
    "LICENSEE",
    "LICENSE_EXPIRY",
    "LICENSE_SIGNATURE",
)
"""Environment variables of every license."""

OPTIONAL_LICENSE_KEYS = ("LICENSE_CREDITS",)
"""Environment variables of some licenses."""

LICENSE_KEYS_CHECKED = "2026-11-21"
"""Date on which the variables were compared with their source."""

MarketplacePlan = Literal["hourly", "annual"]

MARKETPLACE_NAME = re.compile(r"/kpow-(hourly|annual)(?:[:@]|$)")
MARKETPLACE_IMAGE = re.compile(r"/factor-house/kpow-(hourly|annual)(?:[:@]|$)")
LICENSED_IMAGE = re.compile(r"(?:^|/)(?:factorhouse|operatr)/kpow(?:-[ce]e)?(?:[:@]|$)")
"""Image on Docker Hub, or a copy of it that keeps the vendor's repository name."""
