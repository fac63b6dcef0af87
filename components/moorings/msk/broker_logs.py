"""Destinations of broker logs: CloudWatch Logs, Amazon S3 and Amazon Data Firehose."""

import re
from typing import Annotated

import pulumi
import pulumi_aws as aws
from pydantic import AfterValidator

from moorings.msk.broker_sizes import BrokerType

_STREAM = re.compile(r"[a-zA-Z0-9_.-]{1,64}")


def _check_stream_name(name: str) -> str:
    if not _STREAM.fullmatch(name):
        raise ValueError(
            "must be the name of a Firehose stream (1 to 64 letters, digits, dots, underscores and hyphens), not its "
            f"ARN, got {name!r}"
        )
    return name


def _check_object_prefix(prefix: str) -> str:
    if prefix.startswith("/"):
        raise ValueError(f"must not start with a slash, which creates a folder without a name, got {prefix!r}")
    return prefix


FirehoseStreamName = Annotated[str, AfterValidator(_check_stream_name)]
"""Source: https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html"""

ObjectPrefix = Annotated[str, AfterValidator(_check_object_prefix)]
"""Prefix of the object keys in a bucket."""


def logging_info(
    broker_type: BrokerType,
    *,
    log_group: pulumi.Input[str] | None,
    bucket: pulumi.Input[str] | None = None,
    prefix: pulumi.Input[str] | None = None,
    stream: pulumi.Input[str] | None = None,
) -> aws.msk.ClusterLoggingInfoArgs | None:
    """Return the ``logging_info`` block of a cluster, or None for Express brokers without log destinations.

    Destinations are disabled explicitly, because the provider treats a missing block as unchanged, and MSK would
    continue to deliver logs. Express brokers support log delivery since February 2026, and MSK rejects the block in
    Regions where it is not available yet.

    MSK adds log delivery to the bucket policy if the deploying identity has ``s3:PutBucketPolicy``. A Firehose stream
    must have the tag ``LogDeliveryEnabled=true``.

    Args:
        broker_type: type of the brokers.
        log_group: name of a CloudWatch log group.
        bucket: name of an S3 bucket.
        prefix: prefix of the object keys in the bucket.
        stream: name of a Firehose stream.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-logging.html

    """
    if broker_type == "express" and log_group is None and bucket is None and stream is None:
        return None
    return aws.msk.ClusterLoggingInfoArgs(
        broker_logs=aws.msk.ClusterLoggingInfoBrokerLogsArgs(
            cloudwatch_logs=aws.msk.ClusterLoggingInfoBrokerLogsCloudwatchLogsArgs(
                enabled=log_group is not None, log_group=log_group
            ),
            s3=aws.msk.ClusterLoggingInfoBrokerLogsS3Args(enabled=bucket is not None, bucket=bucket, prefix=prefix),
            firehose=aws.msk.ClusterLoggingInfoBrokerLogsFirehoseArgs(
                enabled=stream is not None, delivery_stream=stream
            ),
        )
    )
