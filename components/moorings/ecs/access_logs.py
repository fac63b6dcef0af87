"""S3 bucket for the access logs of the load balancer."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from moorings.aws.context import AwsContext
from moorings.aws.iam import policy_document
from moorings.ecs.child_names import MAX_BUCKET_NAME, child_name
from moorings.validation.inputs import gather


def create_access_log_bucket(
    name: str,
    context: pulumi.Output[AwsContext],
    *,
    retention_days: int,
    protect: bool,
    tags: Mapping[str, pulumi.Input[str]],
    parent: pulumi.Resource,
) -> pulumi.Output[str]:
    """Create a private bucket to which load balancers of this account and Region may write.

    It is encrypted with SSE-S3, the only encryption that access logs support.

    Returns:
        Name of the bucket, after its policy has been created.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html

    """
    opts = pulumi.ResourceOptions(parent=parent)
    bucket = aws.s3.Bucket(
        child_name(name, "access-logs", MAX_BUCKET_NAME),
        # The load balancer writes a test object when logging is enabled, so the bucket is never empty.
        force_destroy=not protect,
        tags=tags,
        opts=pulumi.ResourceOptions(parent=parent, protect=protect),
    )
    public_access_block = aws.s3.BucketPublicAccessBlock(
        f"{name}-access-logs",
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=opts,
    )
    aws.s3.BucketServerSideEncryptionConfiguration(
        f"{name}-access-logs",
        bucket=bucket.id,
        rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
        opts=opts,
    )
    aws.s3.BucketLifecycleConfiguration(
        f"{name}-access-logs",
        bucket=bucket.id,
        rules=[
            {
                "id": "expire",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "expiration": {"days": retention_days},
                "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
            }
        ],
        opts=opts,
    )
    policy = aws.s3.BucketPolicy(
        f"{name}-access-logs",
        bucket=bucket.id,
        policy=gather(bucket.arn, context).apply(lambda known: bucket_policy(known[0], known[1])),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[public_access_block]),
    )
    # The load balancer tests its permission to write when logging is enabled, so the policy must exist before.
    return gather(bucket.id, policy.id).apply(lambda known: str(known[0]))


def bucket_policy(bucket_arn: str, context: AwsContext) -> str:
    """Return a policy that allows load balancers of the account to write, and rejects requests without TLS.

    The ARN contains the account. The guide states ``aws:SourceAccount`` for Network Load Balancers only.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    allow_logs = {
        "Sid": "AllowAccessLogs",
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"{bucket_arn}/AWSLogs/{context.account}/*",
        "Condition": {"ArnLike": {"aws:SourceArn": context.arn("elasticloadbalancing", "loadbalancer/*")}},
    }
    require_tls = {
        "Sid": "RequireTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket_arn, f"{bucket_arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return policy_document([allow_logs, require_tls])
