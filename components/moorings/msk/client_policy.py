"""IAM policies of Kafka clients that authenticate with IAM access control."""

import pulumi

from moorings.aws.arns import MskClusterArn
from moorings.aws.iam import policy_document
from moorings.aws.iam_policy_rules import ROLE_INLINE_POLICIES_SIZE, check_policy_size
from moorings.kafka.acls import WILDCARD
from moorings.kafka.client_rules import PERMISSION_RULES
from moorings.kafka.permissions import IamGrant, KafkaPermissions, client_grants, grant_statements
from moorings.sdk.locations import user_location
from moorings.validation.findings import label
from moorings.validation.inputs import Input, check_together
from moorings.validation.rule_sets import RuleSet
from moorings.validation.standalone import StandaloneArgs

ADMIN_GRANTS = (
    IamGrant(
        "Administer",
        "cluster",
        (
            "AlterCluster",
            "AlterClusterDynamicConfiguration",
            "DescribeCluster",
            "DescribeClusterDynamicConfiguration",
        ),
    ),
    IamGrant(
        "Topics",
        "topic",
        (
            "AlterTopic",
            "AlterTopicDynamicConfiguration",
            "CreateTopic",
            "DeleteTopic",
            "DescribeTopic",
            "DescribeTopicDynamicConfiguration",
        ),
        (WILDCARD,),
    ),
    IamGrant("Groups", "group", ("AlterGroup", "DeleteGroup", "DescribeGroup"), (WILDCARD,)),
)
"""Manage topics, consumer groups, ACLs and dynamic broker configurations, without access to the data."""


class MskClientPolicy(KafkaPermissions, StandaloneArgs):
    """The IAM policy of a client that authenticates with IAM access control. Everything else is denied.

    Raises:
        InvalidInput: if the policy allows nothing, a consumer has no consumer group, or a name cannot match.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html

    """

    cluster_arn: Input[MskClusterArn]
    """ARN of the cluster, in any partition, Region and account."""

    admin: bool = False
    """Whether the client may create and delete topics, delete consumer groups, and manage ACLs. Does not allow it to
    read or write data. Defaults to False."""

    @property
    def title(self) -> str:
        """Name in messages: the topics."""
        return ", ".join(dict.fromkeys([*self.write_topics, *self.read_topics])) or (
            "admin" if self.admin else "client"
        )

    @property
    def grants_access(self) -> bool:
        """Whether the client may do more than connect."""
        return self.admin or super().grants_access

    @property
    def document(self) -> pulumi.Output[str]:
        """The policy document as JSON, for an IAM role."""
        grants = [*client_grants(self), *(ADMIN_GRANTS if self.admin else ())]

        def render(cluster_arn: str) -> str:
            policy = policy_document(grant_statements(cluster_arn, grants))
            return check_policy_size(policy, ROLE_INLINE_POLICIES_SIZE)

        component, location = label(type(self).__name__, self.title), user_location() or ""
        return pulumi.Output.from_input(check_together(component, render, location, cluster_arn=self.cluster_arn))


MskClientPolicy.rules = RuleSet(MskClientPolicy, PERMISSION_RULES)
