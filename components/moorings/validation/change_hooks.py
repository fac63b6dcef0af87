"""Resource hooks that evaluate the rules of changes in the engine, in previews and before each operation."""

from collections import Counter
from collections.abc import Callable, Sequence
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime import get_root_resource

from moorings.sdk.internals import start_callback_server
from moorings.validation.change_rules import ChangeRule, evaluate_change
from moorings.validation.errors import InvalidInput
from moorings.validation.findings import Finding, Path, spell
from moorings.validation.reporter import Reporter
from moorings.validation.resource_changes import Operation, Properties, ResourceChange

_prefixes: WeakKeyDictionary[pulumi.Resource, Counter[str]] = WeakKeyDictionary()
"""How often each prefix is used in a program."""


def change_hooks(
    prefix: str,
    rules: Sequence[ChangeRule],
    reporter: Reporter,
    *,
    argument_path: Callable[[str, Path], Path] = lambda _, path: path,
    notice: Callable[[ResourceChange], str | None] = lambda _: None,
) -> pulumi.ResourceHookBinding:
    """Create the hooks of resources, which reject or log what the rules find.

    There are hooks for creations and updates. Deletions and replacements are left to ``protect`` and ``moorings
    report``: a hook before deletions would block every ``pulumi destroy``, which runs no program, and a hook before
    creations cannot tell a replacement from a first creation.

    Args:
        prefix: beginning of the hooks' names. A number is added if another component of the program has the same.
        rules: rules of the resources.
        reporter: reporter of the component, for its acknowledgements and its location.
        argument_path: returns the path of the component's argument for a resource name and a path that a rule yields.
        notice: returns a text to log before an update, or None.

    """

    def create_hook(operation: Operation) -> pulumi.ResourceHook:
        def check(args: pulumi.ResourceHookArgs) -> None:
            before, after = Properties(args.old_inputs), Properties(args.new_inputs)
            change = ResourceChange(operation, args.type, before, after)
            _report(rules, change, reporter, lambda path: argument_path(args.name, path))
            text = notice(change)
            if text:
                pulumi.log.info(f"{reporter}: {text}")

        # The hook also runs in previews.
        return pulumi.ResourceHook(f"{prefix}-{operation}", check, pulumi.ResourceHookOptions(on_dry_run=True))

    prefix = unique_prefix(prefix)
    start_callback_server()
    judges_creation = any("create" in rule.operations for rule in rules)
    return pulumi.ResourceHookBinding(
        before_create=[create_hook("create")] if judges_creation else None, before_update=[create_hook("update")]
    )


def unique_prefix(prefix: str) -> str:
    """Return a prefix that no other component of the program uses: components below others may have equal names."""
    program = get_root_resource()
    if program is None:
        return prefix
    used = _prefixes.setdefault(program, Counter())
    used[prefix] += 1
    return prefix if used[prefix] == 1 else f"{prefix}-{used[prefix]}"


def _report(
    rules: Sequence[ChangeRule], change: ResourceChange, reporter: Reporter, argument_path: Callable[[Path], Path]
) -> None:
    rejected: list[Finding] = []
    for rule, path, message in evaluate_change(rules, change):
        if reporter.acknowledges(rule):
            continue
        finding = Finding(rule.id, str(reporter), spell(argument_path(path)), message, str(reporter.location))
        if rule.severity.rejects:
            rejected.append(finding)
        else:
            pulumi.log.warn(str(finding))
    if rejected:
        raise InvalidInput.listing(rejected)
