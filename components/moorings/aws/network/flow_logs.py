"""What a VPC tells of its connections."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from moorings.aws.context import AwsContext, aws_context
from moorings.aws.encryption_key import EncryptionKey, EncryptionKeyArgs
from moorings.aws.iam import policy_document, trust


class FlowLogs:
    """The flow logs of a VPC, in a log group with a key of its own, written by a role that can do nothing else.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-cwl.html
    """

    def __init__(
        self,
        name: str,
        *,
        vpc_id: pulumi.Input[str],
        traffic_type: str,
        retention_days: int,
        protect: bool,
        tags: Mapping[str, pulumi.Input[str]],
        parent: pulumi.Resource,
    ) -> None:
        """Make the log group, its key, the role and the flow log.

        Args:
            name: logical name that the children's names begin with.
            vpc_id: the VPC.
            traffic_type: connections that are logged, as EC2 calls them: ``REJECT``, ``ALL``.
            retention_days: days for which the logs are kept.
            protect: refuse to delete the log group and its key.
            tags: tags of everything that takes tags.
            parent: the component.

        """
        opts, prefix = pulumi.ResourceOptions(parent=parent), f"/aws/vpc/{name}-"
        key = EncryptionKey(
            f"{name}-flow-logs",
            EncryptionKeyArgs(
                description=f"Flow logs of the VPC {name}", log_groups=[f"{prefix}*"], protect=protect, tags=dict(tags)
            ),
            opts,
        )
        group = aws.cloudwatch.LogGroup(
            f"{name}-flow-logs",
            name_prefix=prefix,
            kms_key_id=key.arn,
            retention_in_days=retention_days,
            tags=tags,
            opts=pulumi.ResourceOptions(parent=parent, protect=protect),
        )
        writer = aws.iam.Role(
            f"{name}-flow-logs", assume_role_policy=aws_context(parent).apply(_delivers), tags=tags, opts=opts
        )
        policy = aws.iam.RolePolicy(f"{name}-flow-logs", role=writer.id, policy=group.arn.apply(_may_write), opts=opts)
        aws.ec2.FlowLog(
            f"{name}-flow-log",
            vpc_id=vpc_id,
            traffic_type=traffic_type,
            log_destination=group.arn,
            iam_role_arn=writer.arn,
            tags={"Name": name, **tags},
            opts=pulumi.ResourceOptions(parent=parent, depends_on=[policy]),
        )


def _delivers(place: AwsContext) -> str:
    """Who may take the role: flow logs of this account.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    """
    condition = {
        "StringEquals": {"aws:SourceAccount": place.account},
        "ArnLike": {"aws:SourceArn": place.arn("ec2", "vpc-flow-log/*")},
    }
    return trust("vpc-flow-logs.amazonaws.com", condition)


def _may_write(log_group_arn: str) -> str:
    """What the role may do: write to the one log group, after it has looked for it, which IAM allows for all or none.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    """
    writing = ["CreateLogStream", "DescribeLogStreams", "PutLogEvents"]
    own = [log_group_arn, f"{log_group_arn}:*"]
    statements = [
        {"Effect": "Allow", "Action": [f"logs:{action}" for action in writing], "Resource": own},
        {"Effect": "Allow", "Action": ["logs:DescribeLogGroups"], "Resource": "*"},
    ]
    return policy_document(statements)
