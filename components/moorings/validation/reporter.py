"""``Reporter``: evaluates the rules of one component, and rejects or logs what they find."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NoReturn, TypeVar

import pulumi

from moorings.validation import argument_rules
from moorings.validation.change_rules import ChangeRule
from moorings.validation.errors import HIDDEN, InvalidInput
from moorings.validation.findings import Finding, Path, Severity, spell
from moorings.validation.inputs import check_together, is_late, is_list, is_mapping, late_values
from moorings.validation.origins import Origin
from moorings.validation.rules import Check, Rule, Violation

T = TypeVar("T")

_Result = tuple[Path, str]


class Reporter:
    """Findings of one component. ``str()`` returns the component for messages, as in ``MskCluster 'kafka'``."""

    def __init__(
        self,
        component: str,
        rules: Mapping[str, Rule],
        acknowledge: Mapping[str, str],
        origin: Origin | None = None,
        forwards: Iterable[str] = (),
    ) -> None:
        """Start without findings.

        Args:
            component: the component, for messages.
            rules: rules of the component by ID.
            acknowledge: acknowledged rules, each with the reason.
            origin: origin of the component's arguments.
            forwards: IDs of the rules whose acknowledgements this component passes to the component that it creates.

        """
        self._component, self._rules, self._origin = component, rules, origin
        self._acknowledge = dict(acknowledge)
        self._forwards = frozenset(forwards)
        self._used = set[str]()
        self.late: list[pulumi.Output[Any]] = []
        """Evaluations of rules whose values are late."""
        self._late_of: dict[str, list[pulumi.Output[Any]]] = {}
        self._warnings: list[str] = []
        self._resource: pulumi.Resource | None = None
        self._final_checks: list[Callable[[], None]] = []

    def __str__(self) -> str:
        """Return the component for messages."""
        return self._component

    @property
    def location(self) -> object:
        """Location at which the user created the arguments, or an empty string."""
        return (self._origin and self._origin.location) or ""

    @property
    def inputs(self) -> dict[str, Any]:
        """Inputs of the component resource: its acknowledgements, which every preview shows with their reasons."""
        return {"acknowledge": self._acknowledge} if self._acknowledge else {}

    @property
    def forwarded(self) -> dict[str, str]:
        """Acknowledgements for the component that this one creates."""
        return {rule: reason for rule, reason in self._acknowledge.items() if rule in self._forwards}

    def acknowledges(self, rule: Rule) -> bool:
        """Whether a rule is acknowledged, for rules that the reporter does not evaluate, such as those of changes."""
        return rule.id in self._acknowledge

    def evaluate(self, check: Check, /, **values: Any) -> None:
        """Evaluate an explicit rule: immediately if all values are plain, otherwise when they have resolved.

        Args:
            check: the rule.
            values: parameters of the rule, plain or late.

        Raises:
            InvalidInput: if the rule rejects plain values.

        """
        rejected = self.findings(check, {name: values[name] for name in check.parameters})
        if rejected:
            raise InvalidInput.listing(rejected)

    def findings(
        self, check: Check, values: dict[str, Any], path: Path = (), origin: Origin | None = None
    ) -> list[Finding]:
        """Evaluate a rule, log its warnings, and return the findings that reject plain values.

        Args:
            check: the rule.
            values: values of its parameters, in their order. With late values, the rule runs when they have resolved.
            path: path of the arguments object that the rule reads.
            origin: origin of the arguments object.

        """
        self._late_of.setdefault(check.rule.id, [])
        if check.each is None:
            return self._findings(check, values, path, origin)
        items = values[check.each]
        if not (is_mapping(items) or is_list(items)):  # an Output of all items, or None
            return self._findings(check, values, path, origin) if is_late(items) else []
        if not items:
            return []
        pairs = list(items.items() if is_mapping(items) else enumerate(items))
        # Late items are checked one by one: one that is unknown in a preview does not delay the others.
        plain = {key: item for key, item in pairs if not is_late(item)}
        rejected = self._findings(check, {**values, check.each: plain}, path, origin) if plain else []
        for key, item in pairs:
            if is_late(item):
                self._findings(check, {**values, check.each: item}, path, origin, key)
        return rejected

    def _findings(
        self,
        check: Check,
        values: dict[str, Any],
        path: Path,
        origin: Origin | None,
        key: Any = None,
    ) -> list[Finding]:
        """Evaluate a rule. With a key or index, the value of ``Check.each`` is the late item with that key or index."""
        late = late_values(values)
        if late is None:
            return self._sort(check.rule, _results(check, values, path), origin)

        # The rest of a path may contain keys of a secret value.
        public_length = len(path) + (1 if key is None else 2)

        def check_resolved(resolved: dict[str, Any]) -> Any:
            known = values | resolved
            if key is not None and check.each:
                known[check.each] = {key: known[check.each]}
            results = _results(check, known, path)
            return self._report_late(check.rule, results, late.output, public_length, origin) if results else None

        resolved_check = late.apply(check_resolved)
        self.late.append(resolved_check)
        self._late_of.setdefault(check.rule.id, []).append(resolved_check)
        return []

    async def _report_late(
        self, rule: Rule, results: list[_Result], output: pulumi.Output[Any], public_length: int, origin: Origin | None
    ) -> None:
        if await output.is_secret():
            results = [(result_path[:public_length], f"{rule.rationale} {HIDDEN}") for result_path, _ in results]
        rejected = self._sort(rule, results, origin)
        if rejected:
            raise InvalidInput.listing(rejected)

    def _sort(self, rule: Rule, results: list[_Result], origin: Origin | None) -> list[Finding]:
        """Return the findings that reject the arguments, and log the others. Skip acknowledged findings."""
        if not results:
            return []
        if rule.severity is not Severity.ERROR and rule.id in self._acknowledge:
            self._used.add(rule.id)
            return []
        location = (origin and origin.location) or self.location
        table = f" (as of {rule.checked})" if rule.severity is Severity.UNVERIFIED else ""
        findings = [
            Finding(rule.id, self._component, spell(path), message + table, str(location)) for path, message in results
        ]
        if rule.severity.rejects:
            return findings
        for finding in findings:
            self._warn(finding)
        return []

    def _warn(self, finding: Finding) -> None:
        """Log a warning with its resource, as soon as the component is registered."""
        if self._resource is None:
            self._warnings.append(str(finding))
        else:
            pulumi.log.warn(str(finding), resource=self._resource)

    def reject(self, rule: Rule, message: str, *path: str | int) -> NoReturn:
        """Raise the error of a rejected argument of a method, or of a combination of arguments.

        Raises:
            InvalidInput: always.

        """
        raise InvalidInput.of(Violation(rule, message, *path), self._component, self.location)

    def derive(self, function: Callable[..., T], /, **values: Any) -> pulumi.Input[T]:
        """Call a function with values: immediately if all are plain, otherwise when they have resolved.

        Args:
            function: takes the resolved values by name; raises ``Violation`` for values that cannot work.
            values: plain or late values.

        Returns:
            The result of the function; an Output if any value is late.

        Raises:
            InvalidInput: if the function rejects plain values.

        """
        return check_together(self._component, function, self.location, **values)

    def gate(self, opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
        """Return resource options that delay the registration until all late values have passed their rules.

        Only the main resource of a component waits. If all children waited, two components that refer to each other
        would wait for each other forever.
        """
        if not self.late:
            return opts
        gate: Any = self._gate()
        # As an item of a list, it costs less than as an Output of a list, which the SDK merges several times.
        return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[gate]))

    def passed(self, value: pulumi.Input[T]) -> pulumi.Input[T]:
        """Return a value that is known once all late values have passed their rules.

        A component that creates another one passes such a value to its main resource.
        """
        return self._gate().apply(lambda _: value) if self.late else value

    def _gate(self) -> pulumi.Output[None]:
        """Return None, known once all late values have passed their rules. Unknown values do not delay it."""
        late = tuple(self.late)

        async def passed() -> None:
            for output in late:
                await output.future()

        return pulumi.Output.from_input(passed())

    def before_finish(self, check: Callable[[], None]) -> None:
        """Add a check of the complete component."""
        self._final_checks.append(check)

    def finish(self, resource: pulumi.Resource) -> None:
        """Log the warnings of a registered component, and warn about acknowledgements without a finding."""
        for check in self._final_checks:
            check()
        self._resource = resource
        for warning in self._warnings:
            pulumi.log.warn(warning, resource=resource)
        for rule_id in sorted(self._acknowledge.keys() - self._forwards):
            if isinstance(self._rules[rule_id], ChangeRule):  # evaluated by resource hooks and ``moorings report``
                continue
            # A value that is unknown in a preview does not delay what is known about other rules.
            late = self._late_of.get(rule_id, self.late)
            if late:
                pulumi.Output.all(*late).apply(partial(self._report_unused, rule_id))
            else:
                self._report_unused(rule_id)

    def _report_unused(self, rule_id: str, _results: object = None) -> None:
        if rule_id in self._used:
            return
        path, message = spell(("acknowledge", rule_id)), "no finding to acknowledge; remove it"
        self._warn(Finding(argument_rules.ACKNOWLEDGE_UNUSED.id, self._component, path, message, str(self.location)))


def _results(check: Check, values: dict[str, Any], path: Path) -> list[_Result]:
    """Evaluate a rule on plain values."""
    if check.each is None:
        first = check.parameters[:1]
        return [_locate(finding, path, first) for finding in check.function(*values.values())]
    items, *others = values.values()
    pairs = items.items() if is_mapping(items) else enumerate(items) if is_list(items) else ()
    return [
        _locate(finding, path, (check.each, key))
        for key, item in pairs
        for finding in check.function(key, item, *others)
    ]


def _locate(finding: str | tuple[str | Path, str], path: Path, default: Path) -> _Result:
    """Return the full path and the message of what a rule yields."""
    if isinstance(finding, str):
        return path + default, finding
    own = finding[0]
    return path + (own if isinstance(own, tuple) else (own,) if own else ()), finding[1]
