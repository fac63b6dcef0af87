"""Names of brokers in a zone of one's own."""

from collections.abc import Sequence
from functools import partial

import pulumi
import pulumi_aws as aws

from moorings.msk.bootstrap_brokers import Broker, by_number


def name_brokers(
    name: str,
    *,
    zone_id: pulumi.Input[str],
    count: int,
    brokers: pulumi.Output[list[Broker]],
    opts: pulumi.ResourceOptions,
) -> None:
    """Give each broker a name below the zone, ``b-1.<cluster>`` and so on, that leads to the name that MSK gave it.

    Clients that speak TLS find another name in the broker's certificate, so these names are for people, for runbooks
    and for tools that ask for the broker's own name first.

    Args:
        name: of the cluster.
        zone_id: hosted zone in Route 53.
        count: how many brokers there are.
        brokers: what MSK tells about them.
        opts: options of each record.

    """
    for number in range(1, count + 1):
        aws.route53.Record(
            f"{name}-broker-{number}",
            zone_id=zone_id,
            name=f"b-{number}.{name.lower()}",
            type="CNAME",
            ttl=60,
            records=[brokers.apply(partial(_host, number))],
            opts=opts,
        )


def _host(number: int, brokers: Sequence[Broker]) -> str:
    """Host of a broker, also of one to come: in the preview of more brokers, MSK still lists the old ones."""
    domain = by_number(brokers)[0].host.partition(".")[2]
    return f"b-{number}.{domain}"
