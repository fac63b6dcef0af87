"""Rules of Kafka clients in components: permissions of IAM clients, and secrets that SCRAM clients read."""

import re
from collections.abc import Mapping, Sequence

from moorings.kafka.connection import KafkaConnection
from moorings.kafka.permissions import KafkaPermissions
from moorings.validation.errors import suggestion
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

ACTIONS_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html"

_MSK_PREFIX = ":secret:AmazonMSK_"

_WILDCARDS = re.compile(r"\$\{[^${}]+\}|[*?]")
"""Wildcards and policy variables of IAM.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

PERMISSION_RULES = RuleSet(KafkaPermissions)
CONNECTION_RULES = RuleSet(KafkaConnection, PERMISSION_RULES)


@PERMISSION_RULES.rule(
    "kafka-permissions-empty",
    Severity.UNSAFE,
    source=ACTIONS_SOURCE,
    invalid="write_topics=[]",
    valid="write_topics=['orders']",
)
def _empty(grants_access: bool) -> Findings:
    """A client that may only connect can neither write nor read."""
    if not grants_access:
        yield "", "the client may connect, but can neither write nor read; set write_topics or read_topics"


@PERMISSION_RULES.rule(
    "kafka-permissions-consumer",
    Severity.UNSAFE,
    source=ACTIONS_SOURCE,
    invalid="read_topics=['orders']",
    valid="read_topics=['orders'], consumer_groups=['billing']",
)
def _consumer(read_topics: Sequence[str], consumer_groups: Sequence[str]) -> Findings:
    """A consumer that joins a group needs permissions on its topics and on the group."""
    if read_topics and not consumer_groups:
        yield "consumer_groups", "required to join a group and commit offsets; set it"
    if consumer_groups and not read_topics:
        yield "read_topics", "required to read with these consumer groups; set it"


@PERMISSION_RULES.rule(
    "kafka-permissions-transaction",
    Severity.ERROR,
    source=ACTIONS_SOURCE,
    invalid="transactional_ids=['orders']",
    valid="transactional_ids=['orders'], write_topics=['orders']",
)
def _transaction(transactional_ids: Sequence[str], write_topics: Sequence[str]) -> Findings:
    """MSK allows transactions only to clients that may write to a topic."""
    if transactional_ids and not write_topics:
        yield "requires write_topics; set write_topics, or remove transactional_ids"


@PERMISSION_RULES.rule(
    "kafka-permissions-name",
    Severity.ERROR,
    source=ACTIONS_SOURCE,
    invalid="write_topics=['arn:aws:kafka:eu-west-1:123456789012:topic/orders/*/orders']",
    valid="write_topics=['orders']",
)
def _names(
    write_topics: Sequence[str],
    read_topics: Sequence[str],
    consumer_groups: Sequence[str],
    transactional_ids: Sequence[str],
) -> Findings:
    """A permission that no name can match grants nothing. IAM rejects policies with malformed policy variables."""
    arguments = {
        "write_topics": write_topics,
        "read_topics": read_topics,
        "consumer_groups": consumer_groups,
        "transactional_ids": transactional_ids,
    }
    for argument, patterns in arguments.items():
        for index, pattern in enumerate(patterns):
            name = _WILDCARDS.sub("", pattern)
            if "${" in name:
                problem = f"the policy variable in {pattern!r} is malformed; close it, as in ${{aws:username}}"
                yield (argument, index), problem
            elif name.startswith("arn:"):
                yield (argument, index), f"expected a name, got the ARN {pattern!r}; use the name at its end"
            elif argument.endswith("topics") and not re.fullmatch(r"[A-Za-z0-9._-]{0,249}", name):
                problem = f"{pattern!r} matches no topic; use letters, digits, dots, underscores, hyphens and wildcards"
                yield (argument, index), problem


@CONNECTION_RULES.rule(
    "kafka-permissions-topic",
    Severity.WARNING,
    source=ACTIONS_SOURCE,
    invalid="topic_partitions={'orders': 12}, permissions=KafkaPermissions(write_topics=['order'])",
    valid="topic_partitions={'orders': 12}, permissions=KafkaPermissions(write_topics=['orders'])",
)
def _undeclared_topics(permissions: KafkaPermissions | None, topic_partitions: Mapping[str, int]) -> Findings:
    """The program declares the topics of the cluster, but none with the name in the permissions."""
    if permissions is None or not topic_partitions:
        return
    arguments = {"write_topics": permissions.write_topics, "read_topics": permissions.read_topics}
    for argument, patterns in arguments.items():
        for index, pattern in enumerate(patterns):
            if pattern in topic_partitions or _WILDCARDS.search(pattern):
                continue
            similar = suggestion(pattern, topic_partitions)
            fix = f"did you mean {similar}?" if similar else "declare it, or correct the name"
            yield ("permissions", argument, index), f"{pattern!r} is not among the declared topics; {fix}"


@CONNECTION_RULES.rule(
    "kafka-secret-without-key",
    Severity.WARNING,
    source="https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-tutorial.html",
    invalid="listener='scram', bootstrap_servers='b-1.example.com:9096', username='orders', cluster_arn=None, "
    "secret_arn='arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-a1B2c3'",
    valid="listener='scram', bootstrap_servers='b-1.example.com:9096', username='orders', cluster_arn=None, "
    "secret_arn='arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-a1B2c3', kms_key_arn=KEY_ARN",
)
def _secret_without_key(secret_without_key: str | None) -> Findings:
    """Secrets of MSK users are encrypted with a customer managed key, which their readers must be allowed to use."""
    if secret_without_key is not None and _MSK_PREFIX in secret_without_key:
        problem = "readers of this secret need its KMS key; set it, so that components grant access to the key"
        yield "kms_key_arn", problem
