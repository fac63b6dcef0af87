"""Destinations of broker logs: CloudWatch Logs, Amazon S3 and Amazon Data Firehose."""

from typing import Annotated

import pulumi
import pulumi_aws as aws

from moorings.msk.broker_sizes import BrokerType
from moorings.validation.types import matches

FirehoseStreamName = Annotated[
    str,
    matches(
        "the name of a Firehose stream (1 to 64 letters, digits, dots, underscores and hyphens), not its ARN",
        "[a-zA-Z0-9_.-]{1,64}",
        "kafka-logs",
    ),
]
"""Source: https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html"""


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
