"""What a cluster is given by ARN, and whether it stands in the cluster's Region."""

import pulumi

from moorings.aws.context import aws_context
from moorings.aws.identifiers import check_region_of_arns
from moorings.msk.cluster_args import MskClusterArgs
from moorings.validation.inputs import check_together

_GIVEN = ("kms_key_arn", "secrets_kms_key_arn", "log_kms_key_arn", "alarm_topic_arns")


def check_region(where: str, args: MskClusterArgs, parent: pulumi.Resource) -> None:
    """Refuse keys and topics of another Region; those of another account may be lawful.

    Nothing waits for the answer: a cluster that did would be replaced in a preview where a topic has no ARN yet.

    Args:
        where: whose arguments they are, as messages name it.
        args: the arguments.
        parent: the component, whose provider knows the Region.

    Raises:
        InvalidInput: for a key or a topic of another Region, once the Region is known.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html and
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """
    given = {argument: getattr(args, argument) for argument in _GIVEN}
    arns = {argument: value for argument, value in given.items() if value not in (None, [])}
    if arns:
        check_together(where, check_region_of_arns, region=aws_context(parent).region, **arns)
