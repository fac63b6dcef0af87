"""Where brokers' logs go."""

import re
from typing import Annotated

import pulumi
import pulumi_aws as aws
from pydantic import AfterValidator

from moorings.msk.broker_sizes import BrokerType

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_STREAM = re.compile(r"[a-zA-Z0-9_.-]{1,64}")


def _bucket(name: str) -> str:
    if not _BUCKET.fullmatch(name):
        raise ValueError(
            f"{name!r} is not the name of a bucket (3 to 63 small letters, digits, dots and hyphens), such as "
            "acme-logs; its ARN is not taken"
        )
    return name


def _stream(name: str) -> str:
    if not _STREAM.fullmatch(name):
        raise ValueError(
            f"{name!r} is not the name of a Firehose stream (1 to 64 letters, digits, dots, underscores and hyphens), "
            "such as kafka-logs; its ARN is not taken"
        )
    return name


def _prefix(prefix: str) -> str:
    if prefix.startswith("/"):
        raise ValueError(f"{prefix!r} begins with a slash, which makes a folder without a name; leave the slash out")
    return prefix


BucketName = Annotated[str, AfterValidator(_bucket)]
"""Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""

StreamName = Annotated[str, AfterValidator(_stream)]
"""Source: https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html"""

ObjectPrefix = Annotated[str, AfterValidator(_prefix)]
"""What the names of the objects in a bucket begin with."""


def logging_info(
    broker_type: BrokerType,
    *,
    log_group: pulumi.Input[str] | None,
    bucket: pulumi.Input[str] | None = None,
    prefix: pulumi.Input[str] | None = None,
    stream: pulumi.Input[str] | None = None,
) -> aws.msk.ClusterLoggingInfoArgs | None:
    """The targets of brokers' logs, any number of them.

    A target that is off is written out, because the provider takes a block that is gone for one that is unchanged, and
    the logs would go on. Only Express brokers without any target get no block at all: they take logs since February
    2026, and where they do not yet, MSK refuses the block.

    A bucket lets the logs in by its policy, which MSK writes if the deployer may (``s3:PutBucketPolicy``); a stream
    does by the tag ``LogDeliveryEnabled=true``, which its owner sets.

    Args:
        broker_type: type of the brokers.
        log_group: name of a log group of CloudWatch.
        bucket: name of a bucket of S3.
        prefix: what the names of the objects in the bucket begin with.
        stream: name of a stream of Firehose.

    Raises:
        ValueError: for a prefix without a bucket.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-logging.html

    """
    if prefix is not None and bucket is None:
        raise ValueError("log_bucket_prefix has no bucket; name one in log_bucket, or leave the prefix out")
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
