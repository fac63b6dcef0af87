"""MSK configuration: the server properties of a cluster, or a revision of an existing configuration."""

from collections.abc import Mapping

from pydantic import PositiveInt

from moorings.aws.arns import MskConfigurationArn
from moorings.msk.broker_sizes import BrokerType
from moorings.validation.args import Args
from moorings.validation.inputs import Input

HOUR_MS = 3_600_000
DEFAULT_RETENTION_HOURS = 168
RETENTION_PROPERTIES = ("log.retention.minutes", "log.retention.ms")
"""Properties that override the retention in hours."""


class MskConfigurationRevision(Args):
    """A revision of an MSK configuration that is managed elsewhere, for example by Terraform or for many clusters."""

    arn: Input[MskConfigurationArn]
    """ARN of the configuration."""

    revision: Input[PositiveInt]
    """Number of the revision. A later revision restarts the brokers one at a time."""


def render_server_properties(
    *,
    broker_type: BrokerType,
    replication_factor: int,
    insync_replicas: int,
    num_partitions: int,
    retention_hours: int | None,
    auto_create_topics: bool,
    allow_everyone_without_acls: bool,
    properties: Mapping[str, str],
) -> str:
    """Return the content of ``server.properties``.

    In addition to the arguments it disables unclean leader election and lets consumers read from the replica in their
    own Availability Zone.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-properties.html and, for Express
    brokers, https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-express-read-write.html
    """
    defaults = {
        "allow.everyone.if.no.acl.found": str(allow_everyone_without_acls).lower(),
        "auto.create.topics.enable": str(auto_create_topics).lower(),
        "num.partitions": str(num_partitions),
        "replica.selector.class": "org.apache.kafka.common.replica.RackAwareReplicaSelector",
    }
    if not properties.keys() & set(RETENTION_PROPERTIES):
        defaults |= _render_retention(retention_hours, broker_type)
    if broker_type == "standard":
        defaults |= {
            "default.replication.factor": str(replication_factor),
            "min.insync.replicas": str(insync_replicas),
            "unclean.leader.election.enable": "false",
        }
    return "".join(f"{name}={value}\n" for name, value in sorted({**defaults, **properties}.items()))


def _render_retention(hours: int | None, broker_type: BrokerType) -> dict[str, str]:
    hours = DEFAULT_RETENTION_HOURS if hours is None else hours
    if broker_type == "express":
        return {"log.retention.ms": str(hours * HOUR_MS if hours >= 0 else hours)}
    return {"log.retention.hours": str(hours)}
