"""What stands on the wire, as plain Python."""

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_random import RandomId, RandomPassword

from moorings.preview.secret_masking import MASK, UNKNOWN, RevealedSecret, mask

json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def shape(value):
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    return [shape(each) for each in value] if isinstance(value, list) else value is None


def leaves(value):
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in leaves(each)]
    return [leaf for each in value for leaf in leaves(each)] if isinstance(value, list) else [value]


@given(json)
def test_a_mask_has_the_shape_of_what_it_hides(value):
    assert shape(mask(value)) == shape(value)


@given(json)
def test_a_mask_shows_nothing(value):
    assert set(leaves(mask(value))) <= {MASK, None}


def test_what_is_unknown_stays_unknown_behind_a_mask():
    assert mask({"a": UNKNOWN}) == {"a": UNKNOWN}
    assert repr(UNKNOWN) == "[unknown]"


def test_a_secret_is_not_shown_by_repr():
    assert repr(RevealedSecret("hunter2")) == MASK


def keepers(value):
    return lambda: RandomId("r", byte_length=4, keepers=value)


@pytest.mark.parametrize(("reveal", "seen"), [(False, MASK), (True, RevealedSecret("hunter2"))])
def test_a_secret_at_depth_is_masked_or_revealed_to_tests(deploy, reveal, seen):
    plan = deploy(lambda: keepers({"open": "x", "hidden": pulumi.Output.secret("hunter2")})(), reveal_secrets=reveal)
    assert plan["r"].inputs["keepers"]["hidden"] == seen
    assert plan["r"].secret_paths == ["keepers.hidden"]


def test_a_secret_in_a_list_is_found(deploy):
    class Bag(pulumi.CustomResource):
        """A resource with a list."""

        def __init__(self, name):
            super().__init__(
                "test:index:Bag", name, {"items": ["x", pulumi.Output.secret({"a": "hunter2", "b": ["y"]})]}
            )

    bag = deploy(lambda: Bag("bag"), reveal_secrets=False)["bag"]
    assert bag.inputs["items"] == ["x", {"a": MASK, "b": [MASK]}]
    assert bag.secret_paths == ["items[1]"]


def test_numbers_truth_nothing_assets_and_references_are_read(deploy):
    class Bag(pulumi.CustomResource):
        """A resource with everything."""

        def __init__(self, name, **props):
            super().__init__("test:index:Bag", name, props)

    def program():
        other = RandomId("r", byte_length=4)
        Bag("bag", whole=3.0, part=0.5, yes=True, nothing=[None], asset=pulumi.StringAsset("text"), other=other)

    inputs = deploy(program)["bag"].inputs
    assert (inputs["whole"], inputs["part"], inputs["yes"], inputs["nothing"]) == (3, 0.5, True, [None])
    assert isinstance(inputs["whole"], int)
    assert inputs["asset"] == {"text": "text"}
    assert inputs["other"].endswith("RandomId::r")


def test_an_unknown_output_is_unknown(deploy):
    def program():
        password = RandomPassword("p", length=8)
        RandomId("r", byte_length=4, keepers={"p": password.result})

    assert deploy(program, preview=True, reveal_secrets=False)["r"].inputs["keepers"] in ({"p": UNKNOWN}, UNKNOWN)
