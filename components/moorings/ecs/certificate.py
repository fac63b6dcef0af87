"""A certificate for a name, validated in the zone that the name lies in."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws


def validated_certificate(
    name: str,
    *,
    domain_name: pulumi.Input[str],
    hosted_zone_id: pulumi.Input[str],
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> pulumi.Output[str]:
    """Make the certificate and its record, and tell the ARN once ACM has issued it.

    Source: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
    """
    certificate = aws.acm.Certificate(
        f"{name}-certificate", domain_name=domain_name, validation_method="DNS", tags=tags, opts=opts
    )
    proof: Any = certificate.domain_validation_options[0]
    record = aws.route53.Record(
        f"{name}-validation",
        zone_id=hosted_zone_id,
        name=proof.resource_record_name,
        type=proof.resource_record_type,
        records=[proof.resource_record_value],
        ttl=300,
        allow_overwrite=True,  # certificates of one name are proven by one record
        opts=opts,
    )
    return aws.acm.CertificateValidation(
        f"{name}-validation",
        certificate_arn=certificate.arn,
        validation_record_fqdns=[record.fqdn],
        opts=opts,
    ).certificate_arn
