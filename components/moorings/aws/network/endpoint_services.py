"""Names of the endpoint services of AWS PrivateLink, in every partition."""

import re

from moorings.aws.context import AwsContext

_FULL_NAME = re.compile(r"[a-z0-9]+(?:\.[a-z0-9-]+)*\.(?P<region>[a-z]+(?:-[a-z]+)+-[0-9]+)(?:\.[a-z0-9-]+)+")

GATEWAY_ENDPOINTS = {"dynamodb", "s3"}
"""Services with gateway endpoints. Their interface endpoints have no private DNS names by default, so that resources in
the VPC use the gateway endpoint.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
"""

_ISOLATED = {"ebs", "ecr.api", "ecr.dkr", "execute-api"}

_OWN_PREFIX = {
    "aws-cn": {
        *("account", "application-autoscaling", "appmesh-envoy-management", "athena", "autoscaling", "awsconnector"),
        *("backup", "batch", "cassandra", "cloudcontrolapi", "cloudformation", "codedeploy-commands-secure"),
        *("databrew", "dms", "ebs", "ec2", "ecr.api", "ecr.dkr", "eks", "elasticache", "elasticbeanstalk"),
        *("elasticfilesystem", "elasticfilesystem-fips", "emr-containers", "execute-api", "fsx", "imagebuilder"),
        *("iot.data", "iotsitewise.api", "iotsitewise.data", "kinesis-streams", "lambda", "license-manager"),
        *("monitoring", "polly", "rds", "redshift", "redshift-data", "sagemaker.api", "s3"),
        *("sagemaker.featurestore-runtime", "sagemaker.runtime", "securityhub", "servicecatalog", "sms", "sqs"),
        *("states", "sts", "sync-states", "synthetics", "transfer", "workspaces", "xray"),
    },
    "aws-eusc": {"ecr.api", "ecr.dkr", "execute-api", "securityhub"},
    "aws-iso": {
        *_ISOLATED,
        *("application-autoscaling", "athena", "autoscaling", "comprehend", "ec2", "elasticfilesystem"),
        *("elasticfilesystem-fips", "monitoring", "sagemaker.api", "sagemaker.runtime", "sns", "sqs", "textract"),
        *("textract-fips", "transcribe", "workspaces"),
    },
    "aws-iso-b": {
        *_ISOLATED,
        *("application-autoscaling", "autoscaling", "ec2", "elasticfilesystem", "elasticfilesystem-fips"),
        *("sagemaker.api", "sagemaker.runtime", "sns", "sqs", "workspaces"),
    },
    "aws-iso-e": _ISOLATED,
    "aws-iso-f": _ISOLATED,
}
"""Services whose names begin with the prefix of the partition, such as ``cn.com.amazonaws``; all others begin with
``com.amazonaws``. A service that is missing here needs its full name.

Source: https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-ec2/lib/vpc-endpoint.ts
"""


def full_name_region(service: str) -> str | None:
    """Return the Region in the full name of an endpoint service, or None for a suffix such as ``ecr.api``."""
    match = _FULL_NAME.fullmatch(service)
    return match["region"] if match else None


def interface_endpoint_service(service: str, context: AwsContext) -> str:
    """Return the full name of the endpoint service of an interface endpoint.

    Args:
        service: the suffix of its name, such as ``ecr.api``, or its full name.
        context: partition and Region of the endpoint.

    """
    if full_name_region(service):
        return service
    own_prefix = service in _OWN_PREFIX.get(context.partition, ())
    return f"{context.reverse_dns_prefix if own_prefix else 'com.amazonaws'}.{context.region}.{service}"


def gateway_endpoint_service(service: str, region: str) -> str:
    """Return the name of the endpoint service of a gateway endpoint, which is the same in every partition.

    Source: https://docs.amazonaws.cn/en_us/vpc/latest/privatelink/vpc-endpoints-s3.html
    """
    return f"com.amazonaws.{region}.{service}"
