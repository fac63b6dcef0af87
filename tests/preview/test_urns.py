"""URNs of resources and of their aliases."""

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
def test_urn_contains_the_types_of_its_parents(parent, urn):
    assert build_urn("dev", "shop", parent, "test:index:Item", "a") == urn


def test_urn_of_a_stack():
    assert stack_urn("dev", "shop") == STACK


def test_name_may_contain_the_separator_of_urns():
    urn = build_urn("dev", "shop", BOX, "test:index:Item", "a::b")
    assert (qualified_type(urn), urn_name(urn)) == ("test:index:Box$test:index:Item", "a::b")


def alias_urns_of(*aliases, parent=STACK, parent_aliases=(), name="item"):
    """Returns the alias URNs of a registration, without the prefix of all URNs."""
    messages = [alias_pb2.Alias(**{"urn" if isinstance(alias, str) else "spec": alias}) for alias in aliases]
    request = resource_pb2.RegisterResourceRequest(type="test:index:Item", name=name, parent=parent, aliases=messages)
    return [urn.removeprefix(PREFIX) for urn in alias_urns(request, "dev", "shop", parent_aliases)]


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
def test_urn_of_an_alias(alias, urn):
    assert alias_urns_of(alias, parent=BOX) == ([urn] if urn else [])


def test_resource_without_aliases():
    assert alias_urns_of() == []


@pytest.mark.parametrize(
    ("name", "old_name"),
    [("box-item", "crate-item"), ("item", "item"), ("box", "crate"), ("my-box", "my-box")],
)
def test_child_inherits_the_renamed_alias_of_its_parent(name, old_name):
    parent_aliases = [f"{PREFIX}test:index:Box::crate"]
    assert alias_urns_of(parent=BOX, parent_aliases=parent_aliases, name=name) == [
        f"test:index:Box$test:index:Item::{old_name}"
    ] * (old_name != name)


def test_child_inherits_the_retyped_alias_of_its_parent():
    assert alias_urns_of(parent=BOX, parent_aliases=[f"{PREFIX}test:index:Crate::box"]) == [
        "test:index:Crate$test:index:Item::item"
    ]


def test_aliases_of_a_child_are_combined_with_those_of_its_parent():
    alias = Spec(type="test:index:Thing", name="box-old")
    assert alias_urns_of(alias, parent=BOX, parent_aliases=[f"{PREFIX}test:index:Crate::crate"], name="box-item") == [
        "test:index:Box$test:index:Thing::box-old",
        "test:index:Crate$test:index:Item::crate-item",
        "test:index:Crate$test:index:Thing::crate-old",
    ]


def test_child_keeps_its_stack_if_its_parent_came_from_another():
    parent_aliases = ["urn:pulumi:prod::store::test:index:Crate::box"]
    assert alias_urns_of(parent=BOX, parent_aliases=parent_aliases) == ["test:index:Crate$test:index:Item::item"]
