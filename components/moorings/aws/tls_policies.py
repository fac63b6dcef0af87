"""TLS policies of Application Load Balancers, for ECS services and for Kubernetes ingresses.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
"""

from typing import Annotated

from moorings.validation.types import matches

TLS_1_3 = "ELBSecurityPolicy-TLS13-1-3-2021-06"
"""Allows TLS 1.3 only."""

SslPolicy = Annotated[
    str, matches("a security policy of Elastic Load Balancing", "ELBSecurityPolicy-[A-Za-z0-9-]{1,100}", TLS_1_3)
]
"""Name of a predefined security policy."""

CHECKED = "2026-11-21"
"""Date on which the tables were compared with their source."""

_PREFIX = "ELBSecurityPolicy-"

STRONG_POLICIES = frozenset(
    f"{_PREFIX}{name}"
    for name in (
        "TLS13-1-3-2021-06",
        "TLS13-1-3-PQ-2025-09",
        "TLS13-1-3-FIPS-2023-04",
        "TLS13-1-3-FIPS-PQ-2025-09",
        "TLS13-1-2-2021-06",
        "TLS13-1-2-PQ-2025-09",
        "TLS13-1-2-FIPS-2023-04",
        "TLS13-1-2-FIPS-PQ-2025-09",
        "TLS13-1-2-Ext0-FIPS-2023-04",
        "TLS13-1-2-Ext0-FIPS-PQ-2025-09",
        "TLS13-1-2-Res-2021-06",
        "TLS13-1-2-Res-PQ-2025-09",
        "TLS13-1-2-Res-FIPS-2023-04",
        "TLS13-1-2-Res-FIPS-PQ-2025-09",
        "FS-1-2-Res-2020-10",
        "FS-1-2-Res-2019-08",
        "FS-1-2-2019-08",
    )
)
"""Policies that allow only TLS 1.2 and 1.3 with forward secrecy."""

_WITHOUT_FORWARD_SECRECY = frozenset(
    f"{_PREFIX}{name}"
    for name in (
        "TLS13-1-2-Ext1-2021-06",
        "TLS13-1-2-Ext1-PQ-2025-09",
        "TLS13-1-2-Ext1-FIPS-2023-04",
        "TLS13-1-2-Ext1-FIPS-PQ-2025-09",
        "TLS13-1-2-Ext2-2021-06",
        "TLS13-1-2-Ext2-PQ-2025-09",
        "TLS13-1-2-Ext2-FIPS-2023-04",
        "TLS13-1-2-Ext2-FIPS-PQ-2025-09",
        "TLS-1-2-2017-01",
        "TLS-1-2-Ext-2018-06",
    )
)

_OLD_PROTOCOLS = frozenset(
    f"{_PREFIX}{name}"
    for name in (
        "TLS13-1-1-2021-06",
        "TLS13-1-1-FIPS-2023-04",
        "TLS13-1-0-2021-06",
        "TLS13-1-0-PQ-2025-09",
        "TLS13-1-0-FIPS-2023-04",
        "TLS13-1-0-FIPS-PQ-2025-09",
        "TLS-1-1-2017-01",
        "TLS-1-0-2015-04",
        "FS-1-1-2019-08",
        "FS-2018-06",
        "2016-08",
        "2015-05",
    )
)


def is_known_policy(policy: str) -> bool:
    """Whether the policy is in the tables of this release."""
    return policy in STRONG_POLICIES or find_weakness(policy) is not None


def find_weakness(policy: str) -> str | None:
    """Return what a policy allows that attacks on TLS use, or None."""
    if policy in _OLD_PROTOCOLS:
        return "allows TLS 1.0 or 1.1"
    return "allows ciphers without forward secrecy" if policy in _WITHOUT_FORWARD_SECRECY else None
