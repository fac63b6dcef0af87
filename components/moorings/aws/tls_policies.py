"""TLS policies of Application Load Balancers, for ECS services and for Kubernetes ingresses."""

from typing import Literal

SslPolicy = Literal[
    "ELBSecurityPolicy-TLS13-1-3-2021-06",
    "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
]
"""The policies that allow only TLS 1.2 and 1.3 with strong ciphers.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
"""

TLS_1_3: SslPolicy = "ELBSecurityPolicy-TLS13-1-3-2021-06"
"""Allows TLS 1.3 only."""
