"""Changes of a cluster that are refused before anything happens, unless somebody says that they are meant."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, cast

import pulumi
from pulumi.runtime import settings, sync_await

from moorings.msk.change_impact import restarts, several_at_once
from moorings.msk.rejected_changes import at, is_number, left_on, refused_creation, refused_update
from moorings.validation.inputs import InvalidInput

MeantChange = Literal["authentication-off", "fewer-brokers", "several-at-once"]
"""What a change may be, if it is meant: a way to log in goes, brokers do, or one update makes several slow changes. To
delete or to replace the cluster is meant by turning off ``protect``."""

CLUSTER = "aws:msk/cluster:Cluster"


def update_guard(name: str, meant: Collection[MeantChange]) -> pulumi.ResourceHookBinding:
    """Hooks that the engine calls in a preview, and again before it makes or updates the cluster.

    They refuse what MSK refuses and what nobody means, and tell what restarts the brokers and for how long. Deleting
    and replacing are not their business: a hook before a deletion would let no ``pulumi destroy`` through, as that runs
    no program, and a hook before a creation is not told whether something is replaced. An engine does neither as long
    as the cluster is protected.

    Args:
        name: logical name of the component, after which the hooks are called.
        meant: changes that are let through.

    """
    where = f"MskCluster {name!r}"

    def create(args: pulumi.ResourceHookArgs) -> None:
        _refuse(where, refused_creation(args.new_inputs or {}))

    def update(args: pulumi.ResourceHookArgs) -> None:
        before, after = args.old_inputs or {}, args.new_inputs or {}
        _refuse(where, refused_update(before, after, meant))
        for told in (restarts(before, after), left_on(before, after)):
            if told:
                pulumi.log.info(f"{where}: {told}")
        several = None if "several-at-once" in meant else several_at_once(before, after)
        if several:
            pulumi.log.warn(f"{where}: {several}")

    return pulumi.ResourceHookBinding(
        before_create=[_hook(f"{name}-creation-guard", create)], before_update=[_hook(f"{name}-update-guard", update)]
    )


def partition_guard(name: str) -> pulumi.ResourceHookBinding:
    """A hook that refuses to take partitions from a topic, in a preview as well.

    Args:
        name: logical name of the component, after which the hook is called.

    """

    def check(args: pulumi.ResourceHookArgs) -> None:
        was, will_be = (at(inputs, ("partitionCount",)) for inputs in (args.old_inputs, args.new_inputs))
        if is_number(was) and is_number(will_be) and will_be < was:
            topic = args.name.removeprefix(f"{name}-").removesuffix("-topic")
            raise InvalidInput.at(
                f"MskCluster {name!r}",
                f"topics: {topic} would have {will_be:g} partitions instead of {was:g}, and Kafka takes none away; "
                f"keep {was:g} or more, or make a topic of another name",
            )

    return pulumi.ResourceHookBinding(before_update=[_hook(f"{name}-partition-guard", check)])


def _hook(name: str, check: Callable[[pulumi.ResourceHookArgs], None]) -> pulumi.ResourceHook:
    _serve()
    return pulumi.ResourceHook(name, check, pulumi.ResourceHookOptions(on_dry_run=True))


def _refuse(where: str, sentences: Iterable[str]) -> None:
    found = "; ".join(sentences)
    if found:
        raise InvalidInput.at(where, found)


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
    if op in ("create", "create-replacement"):
        yield from refused_creation(_state(new, "inputs"))
    if op == "update":
        yield from refused_update(_state(old, "inputs"), _state(new, "inputs"), meant)


def _state(of: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = of.get(key)
    return cast("Mapping[str, Any]", found) if isinstance(found, Mapping) else {}
