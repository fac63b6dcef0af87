"""Arbitrary arguments, plain and late: every error is `InvalidInput`, and no message quotes a secret.

The cases begin with values that the rules name in their examples, so that they get past the first checks. `make test`
always tries the same 100 cases for each class, and `make test-fuzz` 10,000 random ones.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from minimal import BUILDERS, MINIMAL

from moorings.preview.plan_json import plan_to_json
from moorings.preview.program import StackContext, run
from moorings.validation.args import Args
from moorings.validation.errors import InvalidInput
from moorings.validation.rule_index import all_rules
from moorings.validation.rule_sets import RULE_SETS

all_rules()  # imports all modules

FEW = 100
"""Number of cases that every run of the tests tries."""

CANARY = "zq7canary"
PYDANTIC = ("Input should", "Value error", "Assertion failed", "validation error", "pydantic.dev")
"""Parts of the messages of pydantic."""

HOSTILE = [
    None, True, False, 0, 1, -1, 3, 3.5, 2**63, 1e308, float("nan"), float("inf"), "", " ", "a", "orders", "A" * 300,
    "\x00", "\x1b[31m\n::error::", "\u202e", "ß漢", "1", "512", "512Mi", "1g", "30s", "-Xmx9g", "*", "0.0.0.0/0",
    "10.0.0.0/16", "::/0", "a=b,c=d", "${x}", "{{x}}", "'", '"', "[", "http://a:b@c", "https://example.com/x?y=z",
    "arn:aws:iam::123456789012:role/a", "arn:aws:kms:eu-west-1:123456789012:key/x", "arn:" * 50, "(" * 100, "../../x",
    "/ready", "b-1.example.com:9096,b-2.example.com:9096", "subnet-00000001", "sg-00000001", "vpc-00000001", [], {},
    [""], {"": ""}, {"a": None}, {"LOG_LEVEL": "info"}, [[]], {"a": {"b": []}}, ["a"] * 60, b"bytes", object, 8080,
    {"name": "a"}, [{"name": "a"}], {"orders": {"partitions": 3}}, {"password": "x"}, "kafka.m7g.large", "3.9.x.kraft",
]  # fmt: skip
RECURSIVE_LIST, RECURSIVE_DICT = [], {}
RECURSIVE_LIST.append(RECURSIVE_LIST)
RECURSIVE_DICT["a"] = RECURSIVE_DICT
UNSUPPORTED = [
    {1: "a"}, {None: "a"}, {("a", 1): 1}, {"a": {1: "b"}}, [{1: 2}], "\ud800", {"\ud800": "a"}, {"a": ["\ud800"]},
    RECURSIVE_LIST, RECURSIVE_DICT, [RECURSIVE_DICT], 10**5000, -(10**5000), {"a": 10**5000},
]  # fmt: skip
"""Values without a JSON representation."""

HOSTILE += [*UNSUPPORTED, {"self": "a"}, {"self": {"a": 1}}, [10**300]]
SECRETS = [CANARY, f"a,{CANARY};b", [CANARY], {CANARY: CANARY}, {"a": [f"x={CANARY}"]}, f"{CANARY}:9096,{CANARY}"]


def subclasses(of: type[Args]) -> Iterator[type[Args]]:
    for each in of.__subclasses__():
        if each.__module__.startswith("moorings."):
            yield each
        yield from subclasses(each)


CLASSES = sorted(
    (each for each in set(subclasses(Args)) if not each.__module__.startswith("moorings.validation")),
    key=lambda each: each.__name__,
)
COMPONENTS = sorted((each for each in BUILDERS if "acknowledge" in each.model_fields), key=lambda each: each.__name__)
LOOP = asyncio.new_event_loop()
VALUES = st.sampled_from(range(len(HOSTILE))).map(HOSTILE.__getitem__)
CASES = st.lists(
    st.tuples(st.integers(0, 200), VALUES, st.sampled_from(["plain", "late", "secret", "item"])), max_size=4
)
"""Changed arguments: the number of the argument, its value, and how it is passed."""


def arguments(args_class: type[Args], changes: list[tuple[int, Any, str]], secret: Any) -> dict[str, Any]:
    """Return the minimal arguments of a class with some of them changed."""
    names = list(args_class.model_fields)
    values = dict(MINIMAL.get(args_class, {}))
    for number, value, form in changes:
        name = names[number % len(names)]
        match form:
            case "plain":
                values[name] = value
            case "late":
                values[name] = late(value)
            case "secret":
                values[name] = pulumi.Output.secret(secret)
            case _:
                values[name] = {"a": late(value)} if number % 2 else [value, late(value)]
    return values


def late(value: Any) -> pulumi.Output[Any]:
    """Return an Output of a value that the SDK could not convert."""
    return pulumi.Output.from_input(0).apply(lambda _: value)


async def outputs_of(value: Any) -> None:
    """Wait for all Outputs in a value."""
    if isinstance(value, pulumi.Output):
        await value.future()
    elif isinstance(value, Args):
        for name in type(value).model_fields:
            await outputs_of(getattr(value, name))
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            await outputs_of(item)


def rejection(args_class: type[Args], changes: list[tuple[int, Any, str]], secret: Any) -> str:
    """Return the message of the rejection of a case, or an empty string."""

    async def validate() -> None:
        values = arguments(args_class, changes, secret)
        rule_sets = [each for each in RULE_SETS if each.args_class is args_class]
        rule_set = max(rule_sets, key=lambda each: len(each.sets), default=None)
        if rule_set is None:
            await outputs_of(args_class(**values))
        else:
            args, reporter = rule_set.check("Example", "example", values)
            await outputs_of(args)
            for output in reporter.late:
                await output.future()

    asyncio.set_event_loop(LOOP)
    try:
        LOOP.run_until_complete(validate())
    except InvalidInput as error:
        return str(error)
    finally:
        asyncio.set_event_loop(None)
    return ""


def cases(examples: int) -> Any:
    """Return a decorator that calls a test with different cases. A few are the same in each run, many are random."""
    options = settings(
        max_examples=examples,
        derandomize=examples <= FEW,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    return lambda test: options(given(changes=CASES, secret=st.sampled_from(SECRETS))(test))


def check_arguments(args_class: type[Args], examples: int) -> None:
    @cases(examples)
    def validate(changes, secret):
        message = rejection(args_class, changes, secret)
        assert CANARY not in message
        assert not any(text in message for text in PYDANTIC), message
        assert all(line.isprintable() and line.endswith("]") for line in message.splitlines())

    validate()


def check_component(args_class: type[Args], examples: int) -> None:
    @cases(examples)
    def deploy(changes, secret):
        def program() -> None:
            BUILDERS[args_class](arguments(args_class, changes, secret), {})

        try:
            text = str(plan_to_json(run(program, StackContext("moorings", "test"), known=True)))
        except InvalidInput as error:
            text = str(error)
        assert CANARY not in text

    deploy()


@pytest.mark.parametrize("args_class", CLASSES, ids=lambda each: each.__name__)
def test_arguments(args_class):
    check_arguments(args_class, FEW)


@pytest.mark.parametrize("args_class", CLASSES, ids=lambda each: each.__name__)
def test_values_without_a_json_representation_are_rejected(args_class):
    for number in range(len(UNSUPPORTED)):
        for form in ("plain", "item"):
            assert rejection(args_class, [(number, UNSUPPORTED[number], form)], ""), (number, form)


@pytest.mark.parametrize("args_class", CLASSES, ids=lambda each: each.__name__)
def test_an_argument_named_self_is_unknown(args_class):
    async def create() -> None:
        args_class(**MINIMAL.get(args_class, {}), self=1)

    with pytest.raises(InvalidInput, match=r"self: unknown argument.*\[argument-unknown\]"):
        LOOP.run_until_complete(create())


@pytest.mark.fuzz
@pytest.mark.parametrize("args_class", CLASSES, ids=lambda each: each.__name__)
def test_many_arguments(args_class):
    check_arguments(args_class, 10_000)


@pytest.mark.parametrize("args_class", COMPONENTS, ids=lambda each: each.__name__)
def test_components(args_class):
    """A component that accepts its arguments is deployed, and its plan shows no secret."""
    check_component(args_class, 20)


@pytest.mark.fuzz
@pytest.mark.parametrize("args_class", COMPONENTS, ids=lambda each: each.__name__)
def test_components_with_many_arguments(args_class):
    check_component(args_class, 1_000)
