"""Changes of a cluster that are refused before anything happens, unless somebody says that they are meant."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Literal, cast

import pulumi
from pulumi.runtime import rpc, settings, sync_await

from moorings.inputs import InvalidInput, is_list
from moorings.msk.impact import restarts

MeantChange = Literal["authentication-off", "fewer-brokers"]
"""What a change may be, if it is meant: a way to log in goes, or brokers do. To delete or to replace the cluster is
meant by turning off ``protect``."""

CLUSTER = "aws:msk/cluster:Cluster"

_LOGINS = {
    "scram": ("clientAuthentication", "sasl", "scram"),
    "iam": ("clientAuthentication", "sasl", "iam"),
}
_AUTHORITIES = ("clientAuthentication", "tls", "certificateAuthorityArns")
_CONNECTIVITY = ("brokerNodeGroupInfo", "connectivityInfo")
_INSTANCE = ("brokerNodeGroupInfo", "instanceType")
_VOLUME = ("brokerNodeGroupInfo", "storageInfo", "ebsStorageInfo", "volumeSize")


def update_guard(name: str, meant: Collection[MeantChange]) -> pulumi.ResourceHookBinding:
    """A hook that the engine calls in a preview, and again before it updates the cluster.

    It refuses what nobody means, and tells what restarts the brokers and for how long. Deleting and replacing are not
    its business: an engine does neither as long as the cluster is protected.

    Args:
        name: logical name of the component, after which the hook is called.
        meant: changes that are let through.

    """
    where = f"MskCluster {name!r}"

    def check(args: pulumi.ResourceHookArgs) -> None:
        before, after = args.old_inputs or {}, args.new_inputs or {}
        found = list(refused_update(before, after, meant))
        if found:
            raise InvalidInput.at(where, "; ".join(found))
        told = restarts(before, after)
        if told:
            pulumi.log.info(f"{where}: {told}")

    _serve()
    hook = pulumi.ResourceHook(f"{name}-update-guard", check, pulumi.ResourceHookOptions(on_dry_run=True))
    return pulumi.ResourceHookBinding(before_update=[hook])


def partition_guard(name: str) -> pulumi.ResourceHookBinding:
    """A hook that refuses to take partitions from a topic, in a preview as well.

    Args:
        name: logical name of the component, after which the hook is called.

    """

    def check(args: pulumi.ResourceHookArgs) -> None:
        was, will_be = (_at(inputs, ("partitionCount",)) for inputs in (args.old_inputs, args.new_inputs))
        if _is_number(was) and _is_number(will_be) and will_be < was:
            topic = args.name.removeprefix(f"{name}-").removesuffix("-topic")
            raise InvalidInput.at(
                f"MskCluster {name!r}",
                f"topics: {topic} would have {will_be:g} partitions instead of {was:g}, and Kafka takes none away; "
                f"keep {was:g} or more, or make a topic of another name",
            )

    _serve()
    hook = pulumi.ResourceHook(f"{name}-partition-guard", check, pulumi.ResourceHookOptions(on_dry_run=True))
    return pulumi.ResourceHookBinding(before_update=[hook])


def _serve() -> None:
    """Start the server of hooks now, as the SDK does for transforms.

    Left to itself it starts once the program is through, and where a late value is refused just then, stopping what has
    not started takes the process with it, and the sentence that says why.
    """
    runtime: Any = settings  # the SDK has no public words for it
    wait: Any = sync_await
    if runtime.SETTINGS.callbacks is None:
        # Kept where the hook looks for it; it would start another one.
        runtime.SETTINGS.callbacks = wait._sync_await(runtime._get_callbacks())  # noqa: SLF001 - no public word


def refused_steps(steps: Sequence[Mapping[str, Any]], meant: Collection[str] = ()) -> list[str]:
    """What is refused among the steps of ``pulumi preview --json``, a sentence for each, beginning with the resource.

    Args:
        steps: the steps.
        meant: changes that are let through: each ``MeantChange``, ``deletion`` and ``replacement``.

    """
    found: list[str] = []
    for step in steps:
        old, new = _state(step, "oldState"), _state(step, "newState")
        if CLUSTER not in {old.get("type"), new.get("type")}:
            continue
        name = str(step.get("urn", "")).rpartition("::")[2]
        found += [f"{name}: {each}" for each in _refused_step(str(step.get("op")), step, old, new, meant)]
    return found


def refused_update(before: Mapping[str, Any], after: Mapping[str, Any], meant: Collection[str] = ()) -> Iterator[str]:
    """What is refused of an update, given the inputs of the cluster in the provider's words.

    What is not known yet is let through; the hook sees it again before the update.

    Args:
        before: inputs as they were.
        after: inputs as they will be.
        meant: changes that are let through.

    """
    if "fewer-brokers" not in meant:
        yield from _fewer_brokers(before, after)
    if "authentication-off" not in meant:
        yield from _authentication_off(before, after)
    yield from _other_type(before, after)
    yield from _smaller_volume(before, after)
    yield from _two_updates(before, after)
    yield from _link_left_on(before, after)


def _refused_step(
    op: str,
    step: Mapping[str, Any],
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    meant: Collection[str],
) -> Iterator[str]:
    if op == "replace" and "replacement" not in meant:
        reasons = ", ".join(map(str, step.get("replaceReasons") or step.get("diffReasons") or ["a changed property"]))
        yield (
            f"{reasons} would replace the cluster, and all its data would be lost; take the change back, or allow "
            "'replacement'"
        )
    if op == "delete" and "deletion" not in meant:
        yield "the cluster would be deleted with all its data; keep it in the program, or allow 'deletion'"
    if op == "update":
        yield from refused_update(_state(old, "inputs"), _state(new, "inputs"), meant)


def _fewer_brokers(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    was, will_be = (_at(inputs, ("numberOfBrokerNodes",)) for inputs in (before, after))
    if _is_number(was) and _is_number(will_be) and will_be < was:
        yield (
            f"the cluster would have {will_be:g} brokers instead of {was:g}, and MSK takes away only brokers that hold "
            "no partitions, one in each zone at a time; move their partitions away, then allow 'fewer-brokers'"
        )


def _authentication_off(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for listener, path in _LOGINS.items():
        if _at(before, path) is True and _at(after, path) in (False, None):
            yield (
                f"{listener} would be off, and whoever logs in with it locked out; move the clients, then allow "
                "'authentication-off'"
            )
    was: Any = _at(before, _AUTHORITIES) or []
    will_be: Any = _at(after, _AUTHORITIES) or []
    if is_list(was) and is_list(will_be) and not any(map(_is_unknown, will_be)):
        gone = sorted({str(each) for each in was if each not in will_be})
        if gone:
            yield (
                f"certificates of {', '.join(gone)} would no longer log in; move the clients, then allow "
                "'authentication-off'"
            )


def _other_type(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    was, will_be = (_at(inputs, _INSTANCE) for inputs in (before, after))
    if _is_text(was) and _is_text(will_be) and was.startswith("express.") != will_be.startswith("express."):
        yield (
            f"MSK cannot turn {was} into {will_be}, as Standard and Express brokers never become each other; make a "
            "second cluster and replicate into it"
        )


def _smaller_volume(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    was, will_be = (_at(inputs, _VOLUME) for inputs in (before, after))
    if _is_number(was) and _is_number(will_be) and will_be < was:
        yield f"volume_gib would be {will_be:g} instead of {was:g}, and disks never shrink; keep {was:g} or more"


def _two_updates(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """The provider lets brokers be reached first, and changes configuration and logins afterwards."""
    if not _opens(before, after):
        return
    also = [
        what
        for what, path in {"the configuration": "configurationInfo", "the logins": "clientAuthentication"}.items()
        if before.get(path) != after.get(path)
    ]
    if also:
        yield (
            f"this update would open the access and change {' and '.join(also)}, and MSK opens it only to what is "
            "there already; deploy access_step='prepare' first, and 'open' in an update of its own"
        )


def _link_left_on(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """The provider takes a block that is gone for one that has not changed."""
    path = (*_CONNECTIVITY, "vpcConnectivity")
    if _true(_at(before, path)) and _at(after, path) is None:
        yield "PrivateLink would stay on, as MSK turns off only what it is told to; say private_link_closed=True"


def _opens(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    path = (*_CONNECTIVITY, "publicAccess", "type")
    if _at(after, path) == "SERVICE_PROVIDED_EIPS" != _at(before, path):
        return True
    linked = [_true(_at(inputs, (*_CONNECTIVITY, "vpcConnectivity"))) for inputs in (before, after)]
    return linked[1] > linked[0]


def _true(value: Any) -> int:
    """How many switches are on, at any depth."""
    if isinstance(value, Mapping):
        return sum(map(_true, cast("Mapping[str, Any]", value).values()))
    return int(value is True)


def _at(inputs: Any, path: Sequence[str]) -> Any:
    for step in path:
        if not isinstance(inputs, Mapping):
            return inputs if _is_unknown(inputs) else None
        inputs = cast("Mapping[str, Any]", inputs).get(step)
    return inputs


def _state(of: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = of.get(key)
    return cast("Mapping[str, Any]", found) if isinstance(found, Mapping) else {}


def _is_unknown(value: Any) -> bool:
    """Whether a value is yet to come: a hook sees an object, and a preview's JSON has a word for it."""
    return value == rpc.UNKNOWN or not isinstance(value, (str, int, float, list, Mapping, type(None)))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != rpc.UNKNOWN
