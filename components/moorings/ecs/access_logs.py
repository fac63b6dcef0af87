"""A bucket for the logs of a load balancer."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from moorings.aws.context import AwsContext
from moorings.aws.iam import policy_document


def log_bucket(
    name: str,
    place: pulumi.Output[AwsContext],
    *,
    days: int,
    protect: bool,
    tags: Mapping[str, pulumi.Input[str]],
    parent: pulumi.Resource,
) -> pulumi.Output[str]:
    """Make a closed bucket to which load balancers of this account and region write, and tell its name.

    S3's own key encrypts it, as load balancers write with no other.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    mine = pulumi.ResourceOptions(parent=parent)
    bucket = aws.s3.Bucket(
        f"{name}-access-logs",
        # There are logs in it from the first second.
        force_destroy=not protect,
        tags=tags,
        opts=pulumi.ResourceOptions(parent=parent, protect=protect),
    )
    closed = aws.s3.BucketPublicAccessBlock(
        f"{name}-access-logs",
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=mine,
    )
    aws.s3.BucketServerSideEncryptionConfiguration(
        f"{name}-access-logs",
        bucket=bucket.id,
        rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
        opts=mine,
    )
    aws.s3.BucketLifecycleConfiguration(
        f"{name}-access-logs",
        bucket=bucket.id,
        rules=[
            {
                "id": "expire",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "expiration": {"days": days},
                "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
            }
        ],
        opts=mine,
    )
    policy = aws.s3.BucketPolicy(
        f"{name}-access-logs",
        bucket=bucket.id,
        policy=pulumi.Output.all(bucket.arn, place).apply(lambda known: bucket_policy(known[0], known[1])),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[closed]),
    )
    # The load balancer tries to write as soon as it is told of the bucket.
    return pulumi.Output.all(bucket.id, policy.id).apply(lambda known: str(known[0]))


def bucket_policy(arn: str, place: AwsContext) -> str:
    """Load balancers of the account write logs, and everybody speaks TLS."""
    balancers = f"arn:{place.partition}:elasticloadbalancing:{place.region}:{place.account}:loadbalancer/*"
    write = {
        "Sid": "LoadBalancersWrite",
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"{arn}/AWSLogs/{place.account}/*",
        "Condition": {"ArnLike": {"aws:SourceArn": balancers}},
    }
    speak_tls = {
        "Sid": "EverybodySpeaksTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return policy_document([write, speak_tls])
