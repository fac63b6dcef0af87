"""IAM policies of Kafka clients that authenticate with IAM access control."""

from typing import Self

import pulumi
from pydantic import model_validator

from moorings.aws.arns import MskClusterArn
from moorings.aws.iam import policy_document
from moorings.kafka.acls import WILDCARD
from moorings.kafka.permissions import IamGrant, KafkaPermissions, client_grants, grant_statements
from moorings.validation.inputs import Input

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


class MskClientPolicy(KafkaPermissions):
    """The IAM policy of a client that authenticates with IAM access control. Everything else is denied.

    Raises:
        InvalidInput: if the policy allows nothing, a consumer has no consumer group, or a name contains wildcards
            other than a trailing ``*``.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html

    """

    cluster_arn: Input[MskClusterArn]
    """ARN of the cluster, in any partition, Region and account."""

    admin: bool = False
    """Whether the client may create and delete topics, delete consumer groups, and manage ACLs. Does not allow it to
    read or write data. Defaults to False."""

    @model_validator(mode="after")
    def _validate_not_empty(self) -> Self:
        if not (self.write_topics or self.read_topics or self.admin):
            raise ValueError("the policy grants no permissions; set write_topics, read_topics or admin=True")
        return self

    @property
    def document(self) -> pulumi.Output[str]:
        """The policy document as JSON, for an IAM role."""
        grants = [*client_grants(self), *(ADMIN_GRANTS if self.admin else ())]
        return pulumi.Output.from_input(self.cluster_arn).apply(
            lambda cluster_arn: policy_document(grant_statements(cluster_arn, grants))
        )
