"""VPC flow logs in CloudWatch Logs."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from moorings.aws.context import AwsContext, aws_context
from moorings.aws.encryption_key import EncryptionKey
from moorings.aws.encryption_key_args import EncryptionKeyArgs
from moorings.aws.iam import policy_document, trust_policy


class FlowLogs:
    """The flow log of a VPC, with an encrypted log group and a role that can only write to it.

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
        """Create the log group, its key, the role and the flow log.

        Args:
            name: prefix of the logical names.
            vpc_id: the VPC.
            traffic_type: ``REJECT`` or ``ALL``.
            retention_days: retention period of the log group.
            protect: whether the log group and its key are protected from deletion.
            tags: tags of all resources.
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
            f"{name}-flow-logs",
            assume_role_policy=aws_context(parent).apply(_render_trust_policy),
            tags=tags,
            opts=opts,
        )
        policy = aws.iam.RolePolicy(
            f"{name}-flow-logs", role=writer.id, policy=group.arn.apply(_render_write_policy), opts=opts
        )
        aws.ec2.FlowLog(
            f"{name}-flow-log",
            vpc_id=vpc_id,
            traffic_type=traffic_type,
            log_destination=group.arn,
            iam_role_arn=writer.arn,
            tags={"Name": name, **tags},
            opts=pulumi.ResourceOptions(parent=parent, depends_on=[policy]),
        )


def _render_trust_policy(context: AwsContext) -> str:
    """Return the trust policy for flow logs of this account.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    """
    condition = {
        "StringEquals": {"aws:SourceAccount": context.account},
        "ArnLike": {"aws:SourceArn": context.arn("ec2", "vpc-flow-log/*")},
    }
    return trust_policy("vpc-flow-logs.amazonaws.com", condition)


def _render_write_policy(log_group_arn: str) -> str:
    """Return the policy for writing to the log group. ``DescribeLogGroups`` supports no resource-level permissions.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    """
    actions = ["CreateLogStream", "DescribeLogStreams", "PutLogEvents"]
    resources = [log_group_arn, f"{log_group_arn}:*"]
    statements = [
        {"Effect": "Allow", "Action": [f"logs:{action}" for action in actions], "Resource": resources},
        {"Effect": "Allow", "Action": ["logs:DescribeLogGroups"], "Resource": "*"},
    ]
    return policy_document(statements)
