"""What MSK refuses of a change, or does and nobody means, given the inputs of a cluster in the provider's words.

What is not known yet is let through: the guard sees it again before the update.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, cast

from pulumi.runtime import rpc

from moorings.msk.broker_sizes import is_burstable
from moorings.msk.kafka_versions import is_kraft, number
from moorings.validation.inputs import is_list

LEAST_GROWTH_GIB = 10
"""What MSK says itself where a disk grows by less.

Source: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1129
"""

TIER_SOURCE = "https://github.com/aws-controllers-k8s/community/issues/3044"
REMOVAL_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-remove-broker.html"
IPV6_SOURCE = "https://github.com/hashicorp/terraform-provider-aws/pull/47279"
KRAFT_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/zk-to-kraft-migration.html"

_FIRST_REMOVAL = (2, 8, 1)
_LAST_ZOOKEEPER = (3, 9)
_ZONES = 3

_LOGINS = {
    "scram": ("clientAuthentication", "sasl", "scram"),
    "iam": ("clientAuthentication", "sasl", "iam"),
}
_AUTHORITIES = ("clientAuthentication", "tls", "certificateAuthorityArns")
_CONNECTIVITY = ("brokerNodeGroupInfo", "connectivityInfo")
_LINK = (*_CONNECTIVITY, "vpcConnectivity")
_PUBLIC = (*_CONNECTIVITY, "publicAccess", "type")
_INSTANCE = ("brokerNodeGroupInfo", "instanceType")
_SUBNETS = ("brokerNodeGroupInfo", "clientSubnets")
_VOLUME = ("brokerNodeGroupInfo", "storageInfo", "ebsStorageInfo", "volumeSize")
_TIER = ("storageMode",)
_NETWORK = (*_CONNECTIVITY, "networkType")
_OPEN = "SERVICE_PROVIDED_EIPS"

_BEFORE_OPENING = {
    "the size of the brokers": _INSTANCE,
    "the Kafka version": ("kafkaVersion",),
    "the configuration": ("configurationInfo",),
    "the logins": ("clientAuthentication",),
}
"""What has to be as it shall be before a way in is opened: the provider opens it first."""


def refused_creation(made: Mapping[str, Any]) -> Iterator[str]:
    """What is refused of a cluster that is being made; PrivateLink and IPv6 the provider turns on afterwards.

    Source: ``IPV6_SOURCE``.

    Args:
        made: inputs of the cluster.

    """
    if at(made, _PUBLIC) == _OPEN:
        yield (
            "MSK makes no cluster that the internet reaches; deploy access_step='prepare' first, and 'open' in an "
            "update of its own"
        )


def refused_update(before: Mapping[str, Any], after: Mapping[str, Any], meant: Collection[str] = ()) -> Iterator[str]:
    """What is refused of an update.

    Args:
        before: inputs as they were.
        after: inputs as they will be.
        meant: changes that are let through, as far as MSK makes them.

    """
    yield from _fewer_brokers(before, after, meant)
    if "authentication-off" not in meant:
        yield from _authentication_off(before, after)
    yield from _other_type(before, after)
    yield from _other_version(before, after)
    yield from _other_volume(before, after)
    yield from _one_way(before, after)
    yield from _two_updates(before, after)
    yield from _link_left_on(before, after)


def left_on(before: Mapping[str, Any], after: Mapping[str, Any]) -> str | None:
    """What may stay as it was although the update takes it away.

    Source: https://github.com/hashicorp/terraform-provider-aws/issues/30752
    """
    if at(before, _AUTHORITIES) and at(after, ("clientAuthentication", "tls")) is None:
        return (
            "certificates may go on logging in, as the AWS provider turns off only what it is told to; see what "
            "`aws kafka describe-cluster-v2` tells after the update, and turn them off with `aws kafka "
            "update-security --client-authentication Tls={Enabled=false}`"
        )
    return None


def at(inputs: Any, path: Sequence[str]) -> Any:
    """What stands at a path, None where nothing does."""
    for step in path:
        if not isinstance(inputs, Mapping):
            return inputs if _is_unknown(inputs) else None
        inputs = cast("Mapping[str, Any]", inputs).get(step)
    return inputs


def is_number(value: Any) -> bool:
    """Whether it is a number that is known."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _fewer_brokers(before: Mapping[str, Any], after: Mapping[str, Any], meant: Collection[str]) -> Iterator[str]:
    """Source: ``REMOVAL_SOURCE``."""
    was, will_be = (at(inputs, ("numberOfBrokerNodes",)) for inputs in (before, after))
    if not (is_number(was) and is_number(will_be) and will_be < was):
        return
    told = f"the cluster would have {will_be:g} brokers instead of {was:g}, and MSK takes away"
    if "fewer-brokers" not in meant:
        yield (
            f"{told} only brokers that hold no partitions, one in each zone at a time; move their partitions away, "
            "then allow 'fewer-brokers'"
        )
        return
    subnets, size, version = at(after, _SUBNETS), at(after, _INSTANCE), _version(before)
    if is_list(subnets) and was - will_be > len(subnets):
        yield f"{told} one in each zone at a time; lower brokers_per_zone by one, and again in the next update"
    if _is_text(size) and is_burstable(size):
        yield f"{told} none of {size}; make the brokers larger first"
    if version and number(version) < _FIRST_REMOVAL:
        yield f"{told} none with Kafka {version}; raise kafka_version to 2.8.1 or later first"


def _authentication_off(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for listener, path in _LOGINS.items():
        if at(before, path) is True and at(after, path) in (False, None):
            yield (
                f"{listener} would be off, and whoever logs in with it locked out; move the clients, then allow "
                "'authentication-off'"
            )
    was: Any = at(before, _AUTHORITIES) or []
    will_be: Any = at(after, _AUTHORITIES) or []
    if is_list(was) and is_list(will_be) and not any(map(_is_unknown, will_be)):
        gone = sorted({str(each) for each in was if each not in will_be})
        if gone:
            yield (
                f"certificates of {', '.join(gone)} would no longer log in; move the clients, then allow "
                "'authentication-off'"
            )


def _other_type(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    was, will_be = (at(inputs, _INSTANCE) for inputs in (before, after))
    if _is_text(was) and _is_text(will_be) and was.startswith("express.") != will_be.startswith("express."):
        yield (
            f"MSK cannot turn {was} into {will_be}, as Standard and Express brokers never become each other; make a "
            "second cluster and replicate into it"
        )


def _other_version(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """The provider compares no version with an ``x``, and takes an older one for an update like any other."""
    was, will_be = _version(before), _version(after)
    if was is None or will_be is None:
        return
    if _is_older(will_be, was):
        yield f"kafka_version would be {will_be} instead of {was}, and MSK never goes back; keep {was} or a newer one"
    elif is_kraft(was) and not is_kraft(will_be):
        yield (
            f"kafka_version would be {will_be} instead of {was}, and MSK never goes back to ZooKeeper; take a version "
            "that ends with .kraft"
        )
    elif is_kraft(will_be) and not is_kraft(was):
        yield from _to_kraft(was, will_be, after)


def _to_kraft(was: str, will_be: str, after: Mapping[str, Any]) -> Iterator[str]:
    """Source: ``KRAFT_SOURCE``."""
    told = f"kafka_version would be {will_be} instead of {was}, and MSK leaves ZooKeeper only"
    subnets, size = at(after, _SUBNETS), at(after, _INSTANCE)
    if number(was)[:2] != _LAST_ZOOKEEPER:
        yield f"{told} from 3.9.x; deploy 3.9.x first"
    if is_list(subnets) and len(subnets) < _ZONES:
        yield f"{told} with brokers in three zones; make a second cluster and replicate into it"
    if _is_text(size) and is_burstable(size):
        yield f"{told} with larger brokers than {size}; change instance_type first"
    if at(after, _PUBLIC) == _OPEN and _true(at(after, ("openMonitoring",))):
        yield f"{told} without either public access or exporters; take access or the scrapers away for the time"


def _other_volume(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    was, will_be = (at(inputs, _VOLUME) for inputs in (before, after))
    if not (is_number(was) and is_number(will_be)):
        return
    if will_be < was:
        yield f"volume_gib would be {will_be:g} instead of {was:g}, and disks never shrink; keep {was:g} or more"
    elif was < will_be < was + LEAST_GROWTH_GIB:
        yield (
            f"volume_gib would be {will_be:g} instead of {was:g}, and disks grow by {LEAST_GROWTH_GIB} GiB at least; "
            f"keep {was:g}, or take {was + LEAST_GROWTH_GIB:g} or more"
        )


def _one_way(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """The provider sends nothing where nothing is said, and MSK refuses what it would send otherwise.

    Source: ``TIER_SOURCE`` and ``IPV6_SOURCE``.
    """
    if at(before, _TIER) == "TIERED" and at(after, _TIER) in (None, "LOCAL"):
        yield (
            "tiered_storage would be off, and MSK never takes the second tier from a cluster; keep "
            "tiered_storage=True, and turn remote.storage.enable off in the topics"
        )
    if at(before, _NETWORK) == "DUAL" and at(after, _NETWORK) in (None, "IPV4"):
        yield "dual_stack would be off, and MSK never takes IPv6 from a cluster; keep dual_stack=True"


def _two_updates(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """The provider lets brokers be reached first, and makes all other changes afterwards."""
    if not _opens(before, after):
        return
    also = [what for what, path in _BEFORE_OPENING.items() if at(before, path) != at(after, path)]
    if also:
        yield (
            f"this update would open the access and change {' and '.join(also)}, and MSK opens it only to what is "
            "there already; deploy access_step='prepare' first, and 'open' in an update of its own"
        )


def _link_left_on(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """The provider takes a block that is gone for one that has not changed."""
    if _true(at(before, _LINK)) and at(after, _LINK) is None:
        yield "PrivateLink would stay on, as MSK turns off only what it is told to; say private_link_closed=True"


def _opens(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return at(after, _PUBLIC) == _OPEN != at(before, _PUBLIC) or _true(at(after, _LINK)) > _true(at(before, _LINK))


def _true(value: Any) -> int:
    """How many switches are on, at any depth."""
    if isinstance(value, Mapping):
        return sum(map(_true, cast("Mapping[str, Any]", value).values()))
    return int(value is True)


def _version(inputs: Mapping[str, Any]) -> str | None:
    """The version, None for one that is not known, or that nobody can compare."""
    found = at(inputs, ("kafkaVersion",))
    try:
        return found if _is_text(found) and number(found) else None
    except ValueError:
        return None


def _is_older(version: str, than: str) -> bool:
    """Whether a version is older for sure: an ``x`` stands for any patch."""
    patched = ".x" not in version + than
    return number(version)[: 3 if patched else 2] < number(than)[: 3 if patched else 2]


def _is_unknown(value: Any) -> bool:
    """Whether a value is yet to come: a hook sees an object, and a preview's JSON has a word for it."""
    return value == rpc.UNKNOWN or not isinstance(value, (str, int, float, list, Mapping, type(None)))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != rpc.UNKNOWN
