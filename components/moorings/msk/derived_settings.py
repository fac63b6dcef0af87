"""What follows from a cluster's arguments together: each part is checked as soon as all that it needs is known."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pulumi

from moorings.msk.broker_sizes import DEFAULT_INSTANCE
from moorings.msk.broker_types import fitting_brokers
from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.configuration import server_properties
from moorings.msk.connectivity import reachable
from moorings.msk.kafka_versions import TAKEN, is_unchecked, support_ended
from moorings.msk.storage import fitting_volume
from moorings.msk.topics import crowded, fitting_topics
from moorings.validation.inputs import InvalidInput, check_together, is_late, is_list


class ClusterFit:
    """The parts of a cluster that depend on more than one argument.

    Raises:
        InvalidInput: for arguments that do not fit each other, at once where they are plain, else when they resolve.

    """

    instance_type: pulumi.Input[str]
    """Size of the brokers."""

    brokers: pulumi.Input[int]
    """How many there are."""

    volume_gib: pulumi.Input[int | None]
    """Size of their volumes, None where they have none."""

    server_properties: pulumi.Input[str]
    """What they are told."""

    replication_factors: pulumi.Input[Mapping[str, int]]
    """The replicas of each declared topic."""

    def __init__(self, where: str, args: MskClusterArgs) -> None:
        """Check what is known.

        Args:
            where: whose arguments they are, as messages name it.
            args: the arguments.

        """
        self._where, self._args = where, args
        self._asked = DEFAULT_INSTANCE[args.broker_type] if args.instance_type is None else args.instance_type
        self._zones = _zones(args)
        self.brokers = _times(self._zones, args.brokers_per_zone)
        self.instance_type = check_together(
            where,
            partial(
                fitting_brokers,
                broker_type=args.broker_type,
                brokers_per_zone=args.brokers_per_zone,
                quota=args.broker_quota,
                burstable=args.burstable_brokers,
            ),
            instance_type=self._asked,
            kafka_version=args.kafka_version,
            zones=self._zones,
        )
        self.volume_gib = self._volume()
        self.server_properties = self._properties()
        self.replication_factors = self._topics()
        if args.access != "private" or args.dual_stack:
            # What is refused here must not be deployed: the size of the brokers waits for it.
            access = check_together(
                where,
                partial(reachable, access=args.access, dual_stack=args.dual_stack),
                instance_type=self._asked,
                kafka_version=args.kafka_version,
            )
            self.instance_type = check_together(where, _first, value=self.instance_type, then=access)

    def brokers_for(self, argument: str) -> int:
        """How many brokers there are, for an argument that makes a resource for each.

        Raises:
            InvalidInput: where that is only known once the subnets are.

        """
        brokers = self.brokers
        if isinstance(brokers, int):
            return brokers
        raise InvalidInput.at(
            self._where,
            f"{argument} makes resources for each broker, and how many there are is not known before subnet_ids is; "
            "give a list, whose items may be late",
        )

    def warn(self, resource: pulumi.Resource) -> None:
        """Tell what is allowed, and seldom meant."""
        args = self._args
        if args.everyone_without_acls and args.allow_everyone_if_no_acl_found is None:
            pulumi.log.warn(
                "users without ACLs may do everything, as closing the cluster would lock everybody out; turn iam on, "
                "or say allow_everyone_if_no_acl_found=True if it is meant",
                resource=resource,
            )
        if args.access != "private" and args.access_step is None:
            pulumi.log.warn(
                f"access {args.access!r} is prepared, and nobody is let in yet; once this update is through, say "
                "access_step='open' for the next one, or access_step='prepare' if it shall stay so",
                resource=resource,
            )
        if args.volume_throughput_mib_per_second is not None and "num.replica.fetchers" not in args.server_properties:
            pulumi.log.warn(
                "volume_throughput_mib_per_second is paid for, and each broker copies from the others with one thread alone; say "
                "num.replica.fetchers in server_properties, 2 or more, or 1 if that is meant",
                resource=resource,
            )
        if not args.unsupported_kafka_version:
            _warn(resource, check_together(self._where, _unsupported, kafka_version=args.kafka_version))
        if (args.topics or args.other_partitions) and not args.crowded_brokers:
            rule = partial(crowded, topics=args.topics, other_partitions=args.other_partitions)
            late = {"factors": self.replication_factors, "brokers": self.brokers, "instance_type": self.instance_type}
            _warn(resource, check_together(self._where, rule, **late))

    def _volume(self) -> pulumi.Input[int | None]:
        args = self._args
        return check_together(
            self._where,
            partial(fitting_volume, broker_type=args.broker_type, tiered=args.tiered_storage),
            instance_type=self._asked,
            kafka_version=args.kafka_version,
            volume_gib=args.volume_gib,
            throughput=args.volume_throughput_mib_per_second,
            grown_gib=args.volume_autoscaling_max_gib,
        )

    def _properties(self) -> pulumi.Input[str]:
        args = self._args
        names = list(args.server_properties)

        def rule(*, values: list[str], **known: Any) -> str:
            return server_properties(
                broker_type=args.broker_type,
                brokers_per_zone=args.brokers_per_zone,
                auto_create_topics=args.auto_create_topics,
                allow_everyone=args.everyone_without_acls,
                tiered=args.tiered_storage,
                free=dict(zip(names, values, strict=True)),
                **known,
            )

        return check_together(
            self._where,
            rule,
            kafka_version=args.kafka_version,
            zones=self._zones,
            default_replication_factor=args.default_replication_factor,
            min_insync_replicas=args.min_insync_replicas,
            num_partitions=args.num_partitions,
            retention_hours=args.retention_hours,
            values=list(args.server_properties.values()),
        )

    def _topics(self) -> pulumi.Input[Mapping[str, int]]:
        args = self._args
        if not args.topics and not args.other_partitions:
            return {}
        return check_together(
            self._where,
            partial(
                fitting_topics,
                topics=args.topics,
                broker_type=args.broker_type,
                brokers_per_zone=args.brokers_per_zone,
                other_partitions=args.other_partitions,
                tiered=args.tiered_storage,
            ),
            instance_type=self._asked,
            kafka_version=args.kafka_version,
            zones=self._zones,
            default_replication_factor=args.default_replication_factor,
            min_insync_replicas=args.min_insync_replicas,
        )


def _zones(args: MskClusterArgs) -> pulumi.Input[int]:
    """How many zones there are: known where the list is, although its items may not be."""
    subnets: Any = args.subnet_ids
    if is_list(subnets):
        return len(subnets)
    return pulumi.Output[list[str]].from_input(subnets).apply(len)


def _times(zones: pulumi.Input[int], brokers_per_zone: int) -> pulumi.Input[int]:
    if isinstance(zones, int):
        return zones * brokers_per_zone
    late: pulumi.Output[int] = pulumi.Output.from_input(zones)
    return late.apply(lambda known: known * brokers_per_zone)


def _first(*, value: str, then: Any) -> str:  # noqa: ARG001 - it only has to be there
    return value


def _unsupported(*, kafka_version: str) -> str | None:
    if is_unchecked(kafka_version):
        return (
            f"kafka_version {kafka_version} is newer than what AWS had published by {TAKEN}, so that nothing of it is "
            "checked; take a newer moorings, or say unsupported_kafka_version=True if it is meant"
        )
    day = support_ended(kafka_version)
    return (
        f"MSK's support of kafka_version {kafka_version} ended on {day}, as AWS published by {TAKEN}; raise it before "
        "AWS does, or say unsupported_kafka_version=True if it is meant"
        if day
        else None
    )


def _warn(resource: pulumi.Resource, sentence: pulumi.Input[str | None]) -> None:
    def tell(known: str | None) -> None:
        if known:
            pulumi.log.warn(known, resource=resource)

    if is_late(sentence):
        pulumi.Output.from_input(sentence).apply(tell)
    else:
        tell(sentence if isinstance(sentence, str) else None)
