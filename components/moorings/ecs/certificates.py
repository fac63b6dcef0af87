"""Certificates and DNS records of a load balancer's domain name."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws


def create_certificate(
    name: str,
    *,
    domain_name: pulumi.Input[str],
    hosted_zone_id: pulumi.Input[str],
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> pulumi.Output[str]:
    """Create an ACM certificate that is validated with a DNS record, and return its ARN after the validation.

    Source: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
    """
    certificate = aws.acm.Certificate(
        f"{name}-certificate", domain_name=domain_name, validation_method="DNS", tags=tags, opts=opts
    )
    validation: Any = certificate.domain_validation_options[0]
    record = aws.route53.Record(
        f"{name}-validation",
        zone_id=hosted_zone_id,
        name=validation.resource_record_name,
        type=validation.resource_record_type,
        records=[validation.resource_record_value],
        ttl=300,
        allow_overwrite=True,  # all certificates of a domain name share one record
        opts=opts,
    )
    return aws.acm.CertificateValidation(
        f"{name}-validation",
        certificate_arn=certificate.arn,
        validation_record_fqdns=[record.fqdn],
        opts=opts,
    ).certificate_arn


def create_alias_records(
    name: str,
    *,
    domain_name: pulumi.Input[str],
    hosted_zone_id: pulumi.Input[str],
    load_balancer_dns_name: pulumi.Input[str],
    load_balancer_zone_id: pulumi.Input[str],
    dualstack: bool,
    opts: pulumi.ResourceOptions,
) -> None:
    """Create the DNS records that point a domain name to a load balancer: A, and AAAA if it has IPv6 addresses.

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-elb-load-balancer.html
    """
    alias: Any = {
        "name": load_balancer_dns_name,
        "zone_id": load_balancer_zone_id,
        "evaluate_target_health": False,
    }
    records = {"record": "A"} | ({"record-ipv6": "AAAA"} if dualstack else {})
    for role, kind in records.items():
        aws.route53.Record(
            f"{name}-{role}", zone_id=hosted_zone_id, name=domain_name, type=kind, aliases=[alias], opts=opts
        )
