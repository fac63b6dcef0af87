"""Rules of a component: plain and late values, nested arguments, severities, acknowledgements and messages."""

import itertools

import pulumi
import pulumi_random as random
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moorings.preview.program import StackContext, run
from moorings.validation.args import Args, ComponentArgs
from moorings.validation.errors import InvalidInput
from moorings.validation.findings import Severity
from moorings.validation.inputs import Input, SecretInput
from moorings.validation.outputs import register_declared_outputs
from moorings.validation.rule_sets import RULE_SETS, Findings, RuleSet
from moorings.validation.rules import REGISTRY, Rule, Violation

SOURCE = "https://www.pulumi.com/docs/"


class BerthArgs(Args):
    """A berth of the harbour."""

    name: str
    depth: Input[int] = 10
    tags: dict[str, Input[str]] = {}


class HarbourArgs(ComponentArgs):
    """Arguments of the component in these tests."""

    depth: Input[int] = 12
    draught: Input[int] = 8
    berths: list[BerthArgs] = []
    named: dict[str, BerthArgs] = {}
    signals: list[Input[str]] = []
    password: SecretInput[str] | None = None
    passwords: dict[str, SecretInput[str]] = {}
    codes: Input[dict[str, str]] | None = None

    @property
    def margin(self) -> int:
        """A derived value."""
        return len(self.berths)


BERTH_RULES = RuleSet(BerthArgs)
RULES = RuleSet(HarbourArgs, BERTH_RULES)


def declare(rules, name, severity, **options):
    return rules.rule(f"harbour-{name}", severity, source=SOURCE, invalid="", valid="", **options)


@declare(BERTH_RULES, "shallow-berth", Severity.UNSAFE)
def _shallow_berth(depth: int, name: str) -> Findings:
    """Ships run aground at low tide."""
    if depth < 5:
        yield f"{depth} m at {name}; set it to 5 or more"


@declare(BERTH_RULES, "bad-tag", Severity.ERROR, each="tags")
def _bad_tag(key: str, value: str) -> Findings:
    """The value is reserved."""
    if value == "bad":
        yield f"{value!r} is reserved; use another one"


@declare(RULES, "draught", Severity.ERROR)
def _draught(draught: int, depth: int) -> Findings:
    """A ship needs water below its keel."""
    if draught >= depth:
        yield f"{draught} m in {depth} m of water; lower it"


@declare(RULES, "deep", Severity.WARNING)
def _deep(depth: int) -> Findings:
    """Deep harbours are expensive."""
    if depth > 100:
        yield f"{depth} m is more than any ship needs; lower it"


@declare(RULES, "new-signal", Severity.UNVERIFIED, each="signals", checked="2026-11-21")
def _new_signal(index: int, signal: str) -> Findings:
    """The signal is not in the table."""
    if signal not in {"red", "green"}:
        yield f"{signal!r} is unknown; check the code of signals"


@declare(RULES, "password", Severity.ERROR)
def _password(password: str | None) -> Findings:
    """The password is too simple."""
    if password is not None:
        for part in password.split(","):
            yield ("password", part), f"{part} is one of the parts; choose another one"


@declare(RULES, "passwords", Severity.ERROR)
def _passwords(passwords: dict[str, str]) -> Findings:
    """Passwords must differ."""
    for name, password in passwords.items():
        yield ("passwords", name), f"{password} of {name} is used twice; choose another one"


@declare(RULES, "codes", Severity.ERROR, each="codes")
def _codes(key: str, code: str) -> Findings:
    """The code is reserved."""
    if code == "bad":
        yield f"{key} has the reserved code {code}; change it"


@RULES.explicit("harbour-name", Severity.ERROR, source=SOURCE, invalid="", valid="")
def _name(name: str) -> Findings:
    """The name is painted on a small sign."""
    if len(name) > 10:
        yield f"{name!r} is too long; shorten it"


FREE = Rule(id="harbour-free", rationale="Ships need room.", source=SOURCE, invalid="", valid="")

DECLARED = {rule_id: rule for rule_id, rule in REGISTRY.items() if rule_id.startswith("harbour-")}
for rule_id in DECLARED:
    del REGISTRY[rule_id]  # these rules are not part of the package, whose rules other tests list
RULE_SETS[:] = [each for each in RULE_SETS if each not in {BERTH_RULES, RULES}]


@pytest.fixture(autouse=True)
def declared_rules(monkeypatch):
    """The rules of this module are declared while its tests run."""
    for rule_id, rule in DECLARED.items():
        monkeypatch.setitem(REGISTRY, rule_id, rule)
    yield
    for rule_id in [rule_id for rule_id in REGISTRY if rule_id.startswith("harbour-")]:
        if rule_id not in DECLARED:  # declared by the test
            del REGISTRY[rule_id]


class Harbour(pulumi.ComponentResource):
    """Component with a main resource that waits for late rules, and another one that does not."""

    def __init__(self, name, args, opts=None):
        self._args, self._reporter = RULES.check("Harbour", name, args)
        super().__init__("moorings:index:Harbour", name, self._reporter.inputs, opts)
        child = pulumi.ResourceOptions(parent=self)
        self._reporter.evaluate(_name, name=name)
        self.free = self._reporter.derive(free_metres, depth=self._args.depth, draught=self._args.draught)
        self.main = random.RandomString(f"{name}-main", length=3, opts=self._reporter.gate(child))
        self.other = random.RandomString(f"{name}-other", length=3, opts=child)
        register_declared_outputs(self, self._reporter)


def free_metres(depth, draught):
    if depth - draught == 7:
        raise Violation(FREE, "7 m is an unlucky number; change it", "depth")
    return depth - draught


_numbers = itertools.count()


def late(value):
    """Return an Output of a resource: unknown in a first preview."""
    return random.RandomString(f"late-{next(_numbers)}", length=4).result.apply(lambda _: value)


def lines(error):
    return [line.partition(": ")[2] for line in str(error.value).splitlines()]


def test_every_rejection_is_reported_at_once():
    with pytest.raises(InvalidInput) as error:
        Harbour("bay", HarbourArgs(draught=12, berths=[BerthArgs(name="a"), BerthArgs(name="b", depth=2)]))
    assert lines(error) == [
        "Harbour 'bay': draught: 12 m in 12 m of water; lower it [harbour-draught]",
        "Harbour 'bay': berths[1].depth: 2 m at b; set it to 5 or more [harbour-shallow-berth]",
    ]


def test_a_finding_names_the_line_of_the_nested_arguments(deploy):
    berth = BerthArgs(name="a", depth=2)
    line = test_a_finding_names_the_line_of_the_nested_arguments.__code__.co_firstlineno + 1
    with pytest.raises(InvalidInput, match=rf"^\S+test_rule_sets.py:{line}: Harbour 'bay': named\['x-y'\].depth: "):
        Harbour("bay", HarbourArgs(named={"x-y": berth}))


def test_a_dictionary_is_located_where_the_component_is_created():
    with pytest.raises(InvalidInput, match=r"^\S+test_rule_sets.py:\d+: Harbour 'bay': berths\[0\].depth"):
        Harbour("bay", {"berths": [{"name": "a", "depth": 2}]})


@pytest.mark.parametrize(
    ("args", "path", "rule"),
    [
        (lambda: {"draught": late(12)}, "draught", "harbour-draught"),
        (
            lambda: {"berths": [{"name": "a"}, {"name": "b", "depth": late(2)}]},
            "berths[1].depth",
            "harbour-shallow-berth",
        ),
        (
            lambda: {"berths": [BerthArgs(name="a", tags={"x.y": late("bad"), "z": "good"})]},
            "berths[0].tags['x.y']",
            "harbour-bad-tag",
        ),
        (lambda: {"berths": [{"name": "a", "tags": {"x.y": late("bad")}}]}, "berths[0].tags['x.y']", "harbour-bad-tag"),
        (lambda: {"berths": [{"name": "a", "tags": {"x.y": late(3)}}]}, "berths[0].tags['x.y']", "argument-type"),
        (lambda: {"named": {"n": BerthArgs(name="a", depth=late("x"))}}, "named.n.depth", "argument-type"),
    ],
)
def test_late_values_are_reported_with_key_and_index(deploy, rejected, args, path, rule):
    with rejected(rule, path):
        deploy(lambda: Harbour("bay", HarbourArgs(**args())))
    with rejected(rule, path):
        deploy(lambda: Harbour("bay", args()))


def test_components_created_in_a_loop_are_told_apart(deploy):
    def program():
        for name, depth in {"one": 6, "two": 2}.items():
            Harbour(name, HarbourArgs(berths=[BerthArgs(name="a", depth=late(depth))]))

    with pytest.raises(InvalidInput, match="Harbour 'two': berths"):
        deploy(program)


def test_unknown_values_are_not_checked(deploy):
    plan = deploy(lambda: Harbour("bay", HarbourArgs(draught=late(12))), preview=True)
    assert "bay-main" in {step.resource.name for step in plan.steps}


def test_only_the_main_resource_waits_for_late_rules(deploy):
    registered = []

    def program():
        harbour = Harbour("bay", HarbourArgs(draught=late(12)))
        harbour.main.urn.apply(lambda _: registered.append("main"))
        harbour.other.urn.apply(lambda _: registered.append("other"))

    with pytest.raises(InvalidInput):
        deploy(program)
    assert registered == ["other"]


@pytest.mark.parametrize("wrap", [lambda value: value, late])
def test_an_acknowledged_finding_is_allowed_and_an_input_of_the_component(deploy, logged, wrap):
    acknowledge = {"harbour-shallow-berth": "only for dinghies", "harbour-deep": "submarines"}

    def program():
        berth = BerthArgs(name="a", depth=wrap(2))
        Harbour("bay", HarbourArgs(depth=wrap(200), berths=[berth], acknowledge=acknowledge))

    plan = deploy(program)
    assert logged(plan) == []
    component = next(step.resource for step in plan.steps if step.resource.name == "bay")
    assert component.inputs == {"acknowledge": acknowledge}


@pytest.mark.parametrize("wrap", [lambda value: value, late])
def test_warnings_are_logged(deploy, logged, wrap):
    plan = deploy(lambda: Harbour("bay", HarbourArgs(depth=wrap(200), signals=["red", wrap("blue")])))
    assert logged(plan) == [("harbour-deep", "depth"), ("harbour-new-signal", "signals[1]")]
    assert any("(as of 2026-11-21)" in message for _, message, _ in plan.log)


@pytest.mark.parametrize("wrap", [lambda value: value, late])
def test_an_unused_acknowledgement_is_reported(deploy, logged, wrap):
    args = {"depth": 50, "acknowledge": {"harbour-deep": "submarines"}}
    plan = deploy(lambda: Harbour("bay", HarbourArgs(**args | {"depth": wrap(50)})))
    assert logged(plan) == [("acknowledge-unused", "acknowledge['harbour-deep']")]


def test_an_acknowledgement_of_arguments_that_are_not_set_is_unused(deploy, logged):
    plan = deploy(lambda: Harbour("bay", HarbourArgs(acknowledge={"harbour-shallow-berth": "only for dinghies"})))
    assert logged(plan) == [("acknowledge-unused", "acknowledge['harbour-shallow-berth']")]


def test_an_acknowledgement_of_a_change_is_not_reported(deploy, logged):
    plan = deploy(lambda: Harbour("bay", HarbourArgs(acknowledge={"data-protect-removed": "the next deployment"})))
    assert logged(plan) == []


@pytest.mark.parametrize("wrap", [lambda value: value, late])
def test_keys_are_reported_unless_the_whole_mapping_is_secret(deploy, rejected, wrap):
    with rejected("harbour-codes", "codes.red"):
        deploy(lambda: Harbour("bay", HarbourArgs(codes=wrap({"red": "bad"}))))
    with rejected("harbour-codes", "codes"):
        deploy(lambda: Harbour("bay", HarbourArgs(codes=pulumi.Output.secret({"red": "bad"}))))


def test_an_unknown_value_does_not_delay_the_report_of_other_rules(deploy, logged):
    acknowledge = {"harbour-deep": "submarines", "harbour-new-signal": "a trial"}
    plan = deploy(lambda: Harbour("bay", HarbourArgs(signals=[late("red")], acknowledge=acknowledge)), preview=True)
    assert logged(plan) == [("acknowledge-unused", "acknowledge['harbour-deep']")]


@pytest.mark.parametrize(
    ("rule", "reason", "expected", "message"),
    [
        ("harbour-draught", "x", "acknowledge-error", "A ship needs water below its keel."),
        ("harbour-free", "x", "acknowledge-error", "an error cannot be acknowledged; fix the argument"),
        ("harbour-deeep", "x", "acknowledge-unknown", "no such rule; did you mean harbour-deep?"),
        ("zebra-1", "x", "acknowledge-unknown", "no such rule; `moorings rules` lists the rules"),
        ("harbour-deep", " ", "acknowledge-reason", "the reason is empty; state why the finding is intended"),
        ("msk-single-replica", "x", "acknowledge-other-component", "is not a rule of Harbour; acknowledge it on"),
        ("acknowledge-unused", "x", "acknowledge-other-component", "cannot be acknowledged; remove the"),
    ],
)
def test_an_invalid_acknowledgement_is_rejected(rule, reason, expected, message):
    with pytest.raises(InvalidInput) as error:
        Harbour("bay", HarbourArgs(acknowledge={rule: reason}))
    assert lines(error)[0].startswith(f"Harbour 'bay': acknowledge['{rule}']: ")
    assert message in str(error.value)
    assert str(error.value).endswith(f"[{expected}]")


@pytest.mark.parametrize(
    ("create", "message"),
    [
        (lambda: HarbourArgs(3), "HarbourArgs: takes keyword arguments only, got a positional int; name the argument"),
        (lambda: Harbour(HarbourArgs(), "bay"), "Harbour: name: must be a string of at least one character; pass the"),
        (lambda: Harbour("", HarbourArgs()), "Harbour: name: must be a string of at least one character; pass the"),
        (lambda: Harbour("bay", 3), "Harbour 'bay': args: must be an instance of HarbourArgs or a dictionary, got int"),
        (lambda: Harbour("bay", BerthArgs(name="a")), "args: must be an instance of HarbourArgs or a dictionary, got"),
    ],
)
def test_wrong_calls_are_explained(create, message):
    with pytest.raises(InvalidInput) as error:
        create()
    assert message in str(error.value)


def test_explicit_rules_are_evaluated_by_the_component(deploy, rejected):
    with rejected("harbour-name", "name"):
        deploy(lambda: Harbour("a-very-long-name", HarbourArgs()))


@pytest.mark.parametrize("wrap", [lambda value: value, late])
def test_a_derived_value_can_be_rejected(deploy, rejected, wrap):
    with rejected("harbour-free", "depth"):
        deploy(lambda: Harbour("bay", HarbourArgs(depth=wrap(15))))


SEPARATORS = st.sampled_from([",", ";", " ", "\n", "=", ":", "/", ", "])
CANARY = "zq7canary"
SECRETS = st.recursive(
    st.just(CANARY),
    lambda inner: st.tuples(SEPARATORS, st.lists(inner, min_size=1, max_size=3)).map(
        lambda pair: pair[0].join(pair[1])
    ),
    max_leaves=6,
)


@settings(max_examples=60)
@given(secret=SECRETS, is_late=st.booleans(), argument=st.sampled_from(["password", "passwords", "signals"]))
def test_no_rule_quotes_a_part_of_a_secret(secret, is_late, argument):
    def program():
        value = pulumi.Output.secret(secret) if is_late or argument == "signals" else secret
        values = {"password": value, "passwords": {"a": value}, "signals": [value]}
        Harbour("bay", HarbourArgs(**{argument: values[argument]}))

    try:
        text = str(run(program, StackContext("p", "s"), known=True).log)
    except InvalidInput as error:
        text = str(error)
    assert CANARY not in text
    assert f": {argument}" in text


@pytest.mark.parametrize(
    ("declaration", "problem"),
    [
        ({"id": "Harbour"}, "the id is malformed"),
        ({"id": "harbour-deep"}, "the id is declared twice"),
        ({"rationale": ""}, "the rationale is missing"),
        ({"source": "http://x"}, "the source is no https URL"),
        ({"severity": Severity.UNVERIFIED}, "unverified requires the date of its table"),
        ({"checked": "21 November"}, "the date is malformed"),
    ],
)
def test_an_incomplete_declaration_is_rejected(declaration, problem):
    complete = {"id": "harbour-x", "rationale": "x", "source": SOURCE, "invalid": "", "valid": ""}
    with pytest.raises(TypeError, match=problem):
        Rule(**complete | declaration)


def test_a_parameter_that_is_no_argument_is_rejected():
    with pytest.raises(TypeError, match="HarbourArgs has no colour"):

        @declare(RULES, "colour", Severity.ERROR)
        def _colour(colour: str, margin: int) -> Findings:
            """Never declared."""
            yield colour


def test_an_unknown_item_argument_is_rejected():
    with pytest.raises(TypeError, match="HarbourArgs has no colours"):

        @declare(RULES, "colours", Severity.ERROR, each="colours")
        def _colours(index: int, item: str) -> Findings:
            """Never declared."""
            yield item


def test_keyword_parameters_are_rejected():
    with pytest.raises(TypeError, match="every parameter must be positional"):

        @declare(RULES, "keyword", Severity.ERROR)
        def _keyword(*, depth: int) -> Findings:
            """Never declared."""
            yield str(depth)


def test_only_errors_are_raised():
    with pytest.raises(TypeError, match="only errors can be raised"):
        Violation(REGISTRY["harbour-deep"], "x")


class PierArgs(ComponentArgs):
    """Arguments with one that `BerthArgs` also has."""

    depth: Input[int] = 10
    name: str = "pier"


def test_a_rule_is_reused_for_a_class_with_the_same_arguments(rejected):
    rules = RuleSet(PierArgs)
    rules.reuse(_shallow_berth)
    assert rules.own == []
    with rejected("harbour-shallow-berth", "depth"):
        rules.check("Pier", "north", {"depth": 3})
    assert rules.check("Pier", "north", {"depth": 8})


def test_a_rule_that_reads_other_arguments_is_not_reused():
    with pytest.raises(TypeError, match="harbour-draught: Pier has no draught"):
        RuleSet(PierArgs).reuse(_draught)
