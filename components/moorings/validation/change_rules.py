"""``ChangeRule``: a rule about a change of a resource.

The same rules are evaluated by resource hooks in the engine, and by ``moorings report`` on the steps of a preview.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from inspect import cleandoc

from moorings.validation.findings import Path, Severity
from moorings.validation.resource_changes import Operation, ResourceChange
from moorings.validation.rules import Findings, Rule


@dataclass(frozen=True, kw_only=True)
class ChangeRule(Rule):
    """A declared rule about changes of resources."""

    types: frozenset[str]
    """Type tokens of the resources."""

    operations: frozenset[Operation]
    """Operations that the rule checks."""

    before: str = ""
    """Arguments before the change. Empty if ``invalid`` and ``valid`` are created, deleted or replaced."""

    path: Path = ()
    """Argument or input that the findings are about, unless the rule yields another one."""

    example_type: str
    """Component or type token whose arguments or inputs ``before``, ``invalid`` and ``valid`` are."""

    function: Callable[[ResourceChange], Findings]
    """Yields the problem and the fix, after the path of the argument if there is one."""

    def describe(self, example: str) -> str:
        """Return ``invalid`` or ``valid`` as a sentence without its end."""
        if "update" in self.operations:
            return f"{self.example_type}({self.before}) is updated to {self.example_type}({example})"
        (operation,) = self.operations
        return f"{self.example_type}({example}) is {operation.removesuffix('e')}ed"

    def evaluate(self, change: ResourceChange) -> Iterator[tuple[Path, str]]:
        """Yield the path and the message of each problem of a change."""
        if change.type in self.types and change.operation in self.operations:
            for result in self.function(change):
                path, message = (self.path, result) if isinstance(result, str) else result
                yield (path,) if isinstance(path, str) else path, message


class ChangeRules:
    """Declares the rules about changes of some types of resources."""

    def __init__(self, *types: str, example_type: str = "") -> None:
        """Start without rules.

        Args:
            types: type tokens of the resources.
            example_type: see ``ChangeRule.example_type``. Defaults to the first type.

        """
        self._types, self._example_type = frozenset(types), example_type or types[0]
        self.rules: list[ChangeRule] = []

    def rule(
        self,
        rule_id: str,
        severity: Severity,
        *operations: Operation,
        source: str,
        path: str = "",
        before: str = "",
        invalid: str,
        valid: str,
    ) -> Callable[[Callable[[ResourceChange], Findings]], ChangeRule]:
        """Declare a rule. The docstring of the function is the rationale.

        Args:
            rule_id: see ``Rule.id``.
            severity: see ``Severity``.
            operations: operations that the rule checks. Defaults to updates.
            source: see ``Rule.source``.
            path: see ``ChangeRule.path``.
            before: see ``ChangeRule.before``.
            invalid: see ``Rule.invalid``.
            valid: see ``Rule.valid``.

        """

        def declare(function: Callable[[ResourceChange], Findings]) -> ChangeRule:
            rule = ChangeRule(
                id=rule_id,
                severity=severity,
                rationale=" ".join(cleandoc(function.__doc__ or "").split()),
                source=source,
                path=(path,) if path else (),
                before=before,
                invalid=invalid,
                valid=valid,
                types=self._types,
                operations=frozenset(operations or ("update",)),
                example_type=self._example_type,
                function=function,
            )
            self.rules.append(rule)
            return rule

        return declare


def evaluate_change(rules: Iterable[ChangeRule], change: ResourceChange) -> Iterator[tuple[ChangeRule, Path, str]]:
    """Yield the rule, the path and the message of each problem of a change."""
    for rule in rules:
        for path, message in rule.evaluate(change):
            yield rule, path, message
