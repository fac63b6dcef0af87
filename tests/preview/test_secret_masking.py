"""Secret masking and property values of the engine protocol."""

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_kubernetes.core.v1 import Secret
from pulumi_random import RandomId, RandomPassword

from moorings.preview.secret_masking import MASK, UNKNOWN, RevealedSecret, mask

json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def structure(value):
    if isinstance(value, dict):
        return {key: structure(item) for key, item in value.items()}
    return [structure(item) for item in value] if isinstance(value, list) else value is None


def leaves(value):
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in leaves(item)]
    return [leaf for item in value for leaf in leaves(item)] if isinstance(value, list) else [value]


@given(json)
def test_mask_keeps_keys_and_lengths(value):
    assert structure(mask(value, keep_keys=True)) == structure(value)


@given(st.recursive(st.just("canary"), lambda inner: st.lists(inner) | st.dictionaries(st.just("canary"), inner)))
def test_mask_contains_no_keys(value):
    assert "canary" not in str(mask(value))


@given(json)
def test_mask_contains_no_values(value):
    assert set(leaves(mask(value, keep_keys=True))) <= {MASK, None}


def test_unknown_values_are_not_masked():
    assert mask({"a": UNKNOWN}, keep_keys=True) == {"a": UNKNOWN}
    assert mask([UNKNOWN]) == [UNKNOWN]
    assert repr(UNKNOWN) == "[unknown]"


def test_repr_of_a_revealed_secret_is_the_mask():
    assert repr(RevealedSecret("hunter2")) == MASK


def keepers(value):
    return lambda: RandomId("r", byte_length=4, keepers=value)


@pytest.mark.parametrize(("reveal", "expected"), [(False, MASK), (True, RevealedSecret("hunter2"))])
def test_nested_secret_is_masked_or_revealed(deploy, reveal, expected):
    plan = deploy(lambda: keepers({"open": "x", "hidden": pulumi.Output.secret("hunter2")})(), reveal_secrets=reveal)
    assert plan["r"].inputs["keepers"]["hidden"] == expected
    assert plan["r"].secret_paths == ["keepers.hidden"]


def test_secret_in_a_list_is_masked(deploy):
    class Bag(pulumi.CustomResource):
        """A resource with a list."""

        def __init__(self, name):
            super().__init__(
                "test:index:Bag", name, {"items": ["x", pulumi.Output.secret({"a": "hunter2", "b": ["y"]})]}
            )

    bag = deploy(lambda: Bag("bag"), reveal_secrets=False)["bag"]
    assert bag.inputs["items"] == ["x", MASK]
    assert bag.secret_paths == ["items[1]"]


def test_keys_of_a_kubernetes_secret_are_shown(deploy):
    def program():
        Secret("login", string_data=pulumi.Output.secret({"password": "hunter2"}))

    assert deploy(program, reveal_secrets=False)["login"].inputs["stringData"] == {"password": MASK}


@pytest.mark.parametrize(("preview", "expected"), [(True, MASK), (False, {"host": MASK})])
def test_keys_of_stack_outputs_are_known_to_other_stacks_only(deploy, preview, expected):
    """Other stacks read the outputs of the run with known outputs, and users see those of the other run."""

    def program():
        pulumi.export("database", pulumi.Output.secret({"host": "db.example.com"}))

    assert deploy(program, preview=preview, reveal_secrets=False).outputs["database"] == expected


def test_values_of_all_types_are_read(deploy):
    class Bag(pulumi.CustomResource):
        """A resource with values of all types."""

        def __init__(self, name, **props):
            super().__init__("test:index:Bag", name, props)

    def program():
        other = RandomId("r", byte_length=4)
        Bag("bag", integer=3.0, fraction=0.5, boolean=True, null=[None], asset=pulumi.StringAsset("text"), other=other)

    inputs = deploy(program)["bag"].inputs
    assert (inputs["integer"], inputs["fraction"], inputs["boolean"], inputs["null"]) == (3, 0.5, True, [None])
    assert isinstance(inputs["integer"], int)
    assert inputs["asset"] == {"text": "text"}
    assert inputs["other"].endswith("RandomId::r")


def test_unknown_output_is_unknown(deploy):
    def program():
        password = RandomPassword("p", length=8)
        RandomId("r", byte_length=4, keepers={"p": password.result})

    assert deploy(program, preview=True, reveal_secrets=False)["r"].inputs["keepers"] in ({"p": UNKNOWN}, UNKNOWN)
