"""``RuleSet``: the rules of a component.

A rule is a generator below ``@RULES.rule(...)``. Its parameters are the arguments that it reads, by name. It yields
``"problem; fix"``, or ``(path, "problem; fix")``. The component evaluates its rules with ``RULES.check(...)``.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from moorings.sdk.locations import user_location
from moorings.validation.acknowledgements import acknowledgement_problems
from moorings.validation.args import Args, ComponentArgs, origin_of
from moorings.validation.argument_rules import SIGNATURE
from moorings.validation.data_loss_rules import DATA_LOSS_RULES
from moorings.validation.errors import InvalidInput
from moorings.validation.findings import Finding, Path, Severity, label
from moorings.validation.inputs import is_list, is_mapping
from moorings.validation.origins import Origin
from moorings.validation.reporter import Reporter
from moorings.validation.rules import Check, Findings, Rule, Violation, declare

A = TypeVar("A", bound=Args)


class RuleSet(Generic[A]):
    """The rules of an arguments class, and of the classes nested in it or above it."""

    def __init__(self, args_class: type[A], *included: "RuleSet[Any]", forwards: "RuleSet[Any] | None" = None) -> None:
        """Start an empty set.

        Args:
            args_class: arguments that the rules read, by name.
            included: rule sets of nested arguments and of base classes.
            forwards: rules of a component that this one creates. Its acknowledgements are passed on.

        """
        self.args_class, self.forwards, self.checks = args_class, forwards, list[Check]()
        self._included, self._others = included, list[Rule]()
        self.reused = list[Check]()
        self._by_type: dict[type[Args], list[Check]] = {}
        RULE_SETS.append(self)

    @property
    def sets(self) -> "list[RuleSet[Any]]":
        """This set and the included ones, each once."""
        return list(dict.fromkeys([self, *(inner for outer in self._included for inner in outer.sets)]))

    @property
    def own(self) -> list[Rule]:
        """Rules that are declared in this set."""
        return [*(check.rule for check in self.checks), *self._others]

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Rules that the component reports, or passes on, by ID."""
        forwarded: Mapping[str, Rule] = self.forwards.rules if self.forwards else {}
        return {**forwarded, **{rule.id: rule for rule_set in self.sets for rule in rule_set.own}}

    @property
    def component(self) -> str:
        """Name of the component, or of nested arguments."""
        return self.args_class.__name__.removesuffix("Args")

    def rule(
        self,
        rule_id: str,
        severity: Severity,
        *,
        source: str,
        invalid: str,
        valid: str,
        checked: str = "",
        each: str | None = None,
    ) -> Callable[[Callable[..., Findings]], Check]:
        """Declare a rule whose parameters are arguments or properties of the arguments class.

        Late values are resolved before the function is called. Its docstring is the rationale.

        Args:
            rule_id: see ``Rule.id``.
            severity: see ``Severity``.
            source: see ``Rule.source``.
            invalid: see ``Rule.invalid``.
            valid: see ``Rule.valid``.
            checked: see ``Rule.checked``.
            each: argument whose items are checked one by one: the first two parameters of the function are the key or
                index and the item.

        Raises:
            TypeError: if a parameter is not an argument.

        """

        def add(function: Callable[..., Findings]) -> Check:
            check = declare(
                function,
                each,
                id=rule_id,
                severity=severity,
                source=source,
                invalid=invalid,
                valid=valid,
                checked=checked,
            )
            names = check.parameters[2:] if each else check.parameters
            unknown = [name for name in (*names, *([each] if each else [])) if not self._is_argument(name)]
            if unknown:
                raise TypeError(f"rule {rule_id}: {self.args_class.__name__} has no {', '.join(unknown)}")
            self.checks.append(check)
            return check

        return add

    def explicit(
        self, rule_id: str, severity: Severity, *, source: str, invalid: str, valid: str, checked: str = ""
    ) -> Callable[[Callable[..., Findings]], Check]:
        """Declare a rule that the component evaluates with ``Reporter.evaluate``, because it reads other values."""

        def add(function: Callable[..., Findings]) -> Check:
            check = declare(
                function, id=rule_id, severity=severity, source=source, invalid=invalid, valid=valid, checked=checked
            )
            self._others.append(check.rule)
            return check

        return add

    def add(self, *rules: Rule) -> None:
        """Add rules that are evaluated elsewhere, such as those of changes, and can be acknowledged here."""
        self._others += rules

    def reuse(self, *checks: Check) -> None:
        """Apply rules of another arguments class also to this one, which has arguments of the same names.

        Raises:
            TypeError: if a parameter is not an argument.

        """
        for check in checks:
            unknown = [name for name in check.arguments if not self._is_argument(name)]
            if unknown:
                raise TypeError(f"rule {check.rule.id}: {self.component} has no {', '.join(unknown)}")
        self.reused += checks

    def check(self, component: str, name: str, args: A | Mapping[str, Any]) -> tuple[A, Reporter]:
        """Validate the arguments of a component and evaluate its rules.

        Args:
            component: type of the component, for messages.
            name: logical name of the component.
            args: the arguments, or a dict as the plugin host passes it.

        Returns:
            The arguments, and the reporter with which the component evaluates explicit rules.

        Raises:
            InvalidInput: with all findings that reject the arguments.

        """
        if not isinstance(name, str) or not name:  # pyright: ignore[reportUnnecessaryIsInstance]
            problem = "must be a string of at least one character; pass the name first, then the arguments"
            raise InvalidInput.of(Violation(SIGNATURE, problem, "name"), component, user_location())
        valid = self.args_class.from_input(label(component, name), args)
        origin = origin_of(valid)
        acknowledge = valid.acknowledge if isinstance(valid, ComponentArgs) else {}
        # Only acknowledgements refer to rules by ID, and most components have none.
        forwards: Mapping[str, Rule] = self.forwards.rules if self.forwards and acknowledge else {}
        rules = {**{rule.id: rule for rule in DATA_LOSS_RULES}, **self.rules} if acknowledge else {}
        reporter = Reporter(label(component, name), rules, acknowledge, origin, forwards)
        rejected = [
            Finding(rule.id, str(reporter), path, message, str(reporter.location))
            for rule, path, message in acknowledgement_problems(component, rules, acknowledge)
        ]
        rejected += self._evaluate(reporter, valid, (), origin)
        if rejected:
            raise InvalidInput.listing(rejected)
        return valid, reporter

    def _evaluate(self, reporter: Reporter, args: Args, path: Path, origin: Origin | None) -> "Iterator[Finding]":
        """Evaluate the rules of an arguments object and of those nested in it."""
        arguments = _Arguments(args)
        for check in self._checks_of(type(args)):
            yield from reporter.findings(check, {name: arguments[name] for name in check.arguments}, path, origin)
        for name in type(args).model_fields:
            value = arguments[name]
            if isinstance(value, Args):
                yield from self._evaluate(reporter, value, (*path, name), origin_of(value) or origin)
            elif is_list(value) or is_mapping(value):
                for key, item in value.items() if is_mapping(value) else enumerate(value):
                    if isinstance(item, Args):
                        yield from self._evaluate(reporter, item, (*path, name, key), origin_of(item) or origin)

    def _checks_of(self, args_class: type[Args]) -> list[Check]:
        checks = self._by_type.get(args_class)
        if checks is None:
            checks = self._by_type[args_class] = [
                check
                for each in self.sets
                if issubclass(args_class, each.args_class)
                for check in (*each.checks, *each.reused)
            ]
        return checks

    def _is_argument(self, name: str) -> bool:
        return name in self.args_class.model_fields or hasattr(self.args_class, name)


class _Arguments(dict[str, Any]):
    """Values of arguments and properties by name. Each is read once, because many rules read the same ones."""

    def __init__(self, args: Args) -> None:
        super().__init__()
        self._args = args

    def __missing__(self, name: str) -> Any:
        value = self[name] = getattr(self._args, name)
        return value


RULE_SETS: list[RuleSet[Any]] = []
"""All declared rule sets. It is filled by imports."""
