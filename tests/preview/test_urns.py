"""URNs and aliases as an engine forms them."""

import pytest
from pulumi.runtime.proto import alias_pb2, resource_pb2

from moorings.preview.urns import alias_urns, build_urn, qualified_type, stack_urn, urn_name

PREFIX = "urn:pulumi:dev::shop::"
STACK = f"{PREFIX}pulumi:pulumi:Stack::shop-dev"
BOX = f"{PREFIX}test:index:Box::box"


@pytest.mark.parametrize(
    ("parent", "urn"),
    [
        ("", f"{PREFIX}test:index:Item::a"),
        (STACK, f"{PREFIX}test:index:Item::a"),
        (BOX, f"{PREFIX}test:index:Box$test:index:Item::a"),
        (f"{PREFIX}test:index:Box$test:index:Lid::lid", f"{PREFIX}test:index:Box$test:index:Lid$test:index:Item::a"),
    ],
)
def test_a_urn_is_formed_below_its_parent(parent, urn):
    assert build_urn("dev", "shop", parent, "test:index:Item", "a") == urn


def test_the_urn_of_a_stack():
    assert stack_urn("dev", "shop") == STACK


def test_a_name_may_hold_what_parts_a_urn():
    urn = build_urn("dev", "shop", BOX, "test:index:Item", "a::b")
    assert (qualified_type(urn), urn_name(urn)) == ("test:index:Box$test:index:Item", "a::b")


def found(*given, parent=STACK, parents=(), name="item"):
    """The aliases of a registration, without what all URNs begin with."""
    made = [alias_pb2.Alias(urn=each) if isinstance(each, str) else alias_pb2.Alias(spec=each) for each in given]
    request = resource_pb2.RegisterResourceRequest(type="test:index:Item", name=name, parent=parent, aliases=made)
    return [each.removeprefix(PREFIX) for each in alias_urns(request, "dev", "shop", parents)]


Spec = alias_pb2.Alias.Spec


@pytest.mark.parametrize(
    ("alias", "urn"),
    [
        (f"{PREFIX}test:index:Thing::item", "test:index:Thing::item"),
        (Spec(name="old"), "test:index:Box$test:index:Item::old"),
        (Spec(type="test:index:Thing"), "test:index:Box$test:index:Thing::item"),
        (Spec(noParent=True), "test:index:Item::item"),
        (Spec(parentUrn=STACK), "test:index:Item::item"),
        (Spec(parentUrn=""), None),
        (Spec(parentUrn=f"{PREFIX}test:index:Crate::crate"), "test:index:Crate$test:index:Item::item"),
        (Spec(stack="prod"), "urn:pulumi:prod::shop::test:index:Box$test:index:Item::item"),
        (Spec(project="store"), "urn:pulumi:dev::store::test:index:Box$test:index:Item::item"),
    ],
)
def test_an_alias_is_a_urn(alias, urn):
    assert found(alias, parent=BOX) == ([urn] if urn else [])


def test_without_aliases_there_are_none():
    assert found() == []


@pytest.mark.parametrize(
    ("name", "before"),
    [("box-item", "crate-item"), ("item", "item"), ("box", "crate"), ("my-box", "my-box")],
)
def test_a_child_follows_the_alias_of_its_parent(name, before):
    parents = [f"{PREFIX}test:index:Box::crate"]
    assert found(parent=BOX, parents=parents, name=name) == [f"test:index:Box$test:index:Item::{before}"] * (
        before != name
    )


def test_a_child_follows_its_parents_other_type():
    assert found(parent=BOX, parents=[f"{PREFIX}test:index:Crate::box"]) == ["test:index:Crate$test:index:Item::item"]


def test_a_childs_own_aliases_are_taken_below_each_alias_of_its_parent():
    own = Spec(type="test:index:Thing", name="box-old")
    assert found(own, parent=BOX, parents=[f"{PREFIX}test:index:Crate::crate"], name="box-item") == [
        "test:index:Box$test:index:Thing::box-old",
        "test:index:Crate$test:index:Item::crate-item",
        "test:index:Crate$test:index:Thing::crate-old",
    ]


def test_a_parent_that_came_from_another_stack_leaves_the_childs_stack_as_it_is():
    parents = ["urn:pulumi:prod::store::test:index:Crate::box"]
    assert found(parent=BOX, parents=parents) == ["test:index:Crate$test:index:Item::item"]
