"""What the recorder keeps of a program."""

import re

import pulumi
import pulumi_random as random
import pytest
from pulumi_random import RandomId

from moorings.preview.recorder import DuplicateUrnError


class Box(pulumi.ComponentResource):
    """A component of one resource, and of another component where there is a depth."""

    def __init__(self, name, depth=0, opts=None):
        super().__init__("test:index:Box", name, {}, opts)
        mine = pulumi.ResourceOptions(parent=self)
        RandomId(f"{name}-id", byte_length=4, opts=mine)
        if depth:
            Box(f"{name}-inner", depth - 1, mine)
        self.register_outputs({"size": 4, "label": pulumi.Output.secret("hidden")})


PREFIX = "urn:pulumi:test::moorings::"


def test_a_urn_holds_the_types_of_all_ancestors(deploy):
    assert deploy(lambda: Box("b", 1)).urns == [
        f"{PREFIX}test:index:Box$random:index/randomId:RandomId::b-id",
        f"{PREFIX}test:index:Box$test:index:Box$random:index/randomId:RandomId::b-inner-id",
        f"{PREFIX}test:index:Box$test:index:Box::b-inner",
        f"{PREFIX}test:index:Box::b",
    ]


def test_a_parent_is_named_by_its_urn_and_the_stack_is_none(deploy):
    plan = deploy(lambda: Box("b"))
    assert plan["b-id"].parent == plan["b"].urn
    assert not plan["b"].parent


def test_options_are_kept(deploy):
    def program():
        other = RandomId("other", byte_length=4)
        RandomId(
            "r",
            byte_length=4,
            opts=pulumi.ResourceOptions(
                protect=True,
                depends_on=[other],
                ignore_changes=["byteLength"],
                replace_on_changes=["prefix"],
                delete_before_replace=True,
                retain_on_delete=True,
                additional_secret_outputs=["hex"],
                custom_timeouts=pulumi.CustomTimeouts(create="5m"),
                import_="abcd",
                aliases=[
                    pulumi.Alias(name="old"),
                    pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE),
                    "urn:pulumi:test::moorings::random:index/randomId:RandomId::older",
                ],
            ),
        )

    plan = deploy(program)
    found = plan["r"]
    assert found.protect
    assert found.dependencies == [plan["other"].urn]
    assert found.ignore_changes == ["byteLength"]
    assert found.replace_on_changes == ["prefix"]
    assert found.delete_before_replace
    assert found.retain_on_delete
    assert found.additional_secret_outputs == ["hex"]
    assert found.custom_timeouts == {"create": "5m"}
    assert found.import_id == "abcd"
    assert found.aliases == [
        f"{PREFIX}random:index/randomId:RandomId::old",
        f"{PREFIX}random:index/randomId:RandomId::older",
    ]


def test_an_alias_without_a_parent_is_below_the_stack(deploy):
    def program():
        box = Box("b")
        opts = pulumi.ResourceOptions(parent=box, aliases=[pulumi.Alias(parent=None)])
        RandomId("r", byte_length=4, opts=opts)

    assert deploy(program)["r"].aliases == [f"{PREFIX}random:index/randomId:RandomId::r"]


def test_protection_reaches_the_children(deploy):
    plan = deploy(lambda: Box("b", opts=pulumi.ResourceOptions(protect=True)))
    assert plan["b-id"].protect


def test_what_stays_in_the_cloud_keeps_its_children_there(deploy):
    plan = deploy(lambda: Box("b", opts=pulumi.ResourceOptions(retain_on_delete=True)))
    assert plan["b-id"].retain_on_delete


def test_a_child_may_differ_from_its_parent(deploy):
    def program():
        box = Box("b", opts=pulumi.ResourceOptions(protect=True, retain_on_delete=True))
        opts = pulumi.ResourceOptions(parent=box, protect=False, retain_on_delete=False)
        RandomId("r", byte_length=4, opts=opts)

    found = deploy(program)["r"]
    assert (found.protect, found.retain_on_delete) == (False, False)


def test_an_explicit_provider_is_named(deploy):
    def program():
        provider = random.Provider("own")
        RandomId("r", byte_length=4, opts=pulumi.ResourceOptions(provider=provider))
        Box("b", opts=pulumi.ResourceOptions(providers=[provider]))

    plan = deploy(program)
    assert plan["r"].provider.startswith(f"{PREFIX}pulumi:providers:random::own::")
    assert plan["b-id"].provider == plan["r"].provider
    assert plan["b"].providers == {"random": plan["r"].provider}


def test_what_a_property_depends_on_is_named(deploy):
    def program():
        first = RandomId("first", byte_length=4)
        RandomId("second", byte_length=4, keepers={"first": first.id})

    plan = deploy(program)
    assert plan["second"].property_dependencies == {"keepers": [plan["first"].urn]}


def test_a_resource_says_where_it_was_made(deploy):
    assert deploy(lambda: RandomId("r", byte_length=4))["r"].source.rpartition(":")[0].endswith("test_recorder.py")


def test_two_resources_of_one_name_are_refused(deploy):
    def program():
        RandomId("r", byte_length=4)
        RandomId("r", byte_length=4)

    with pytest.raises(DuplicateUrnError) as refused:
        deploy(program)
    place = r"\S*test_recorder\.py:\d+"
    sentence = rf"RandomId 'r' is declared twice, at {place} and at {place}; rename one of them"
    assert re.fullmatch(sentence, str(refused.value))


def test_what_is_read_counts_as_made(deploy):
    def program():
        RandomId.get("r", "abcd")
        RandomId("r", byte_length=4)

    with pytest.raises(DuplicateUrnError, match=r"^RandomId 'r' is declared twice, at \S+ and at \S+; rename"):
        deploy(program)


def test_what_is_read_keeps_what_it_was_asked_by(deploy):
    def program():
        provider = random.Provider("own")
        first = RandomId("first", byte_length=4)
        opts = pulumi.ResourceOptions(parent=first, provider=provider, depends_on=[first])
        RandomId.get("r", "abcd", opts=opts)

    plan = deploy(program)
    (step,) = [each for each in plan.steps if each.op == "read"]
    found = step.resource
    assert (found.name, found.id, found.parent, found.dependencies) == ("r", "abcd", plan["first"].urn, [found.parent])
    assert found.provider == f"{plan['own'].urn}::{plan['own'].id}"


class Kit(pulumi.ComponentResource):
    """A component that another program makes."""

    def __init__(self, name, opts=None):
        super().__init__("test:index:Kit", name, {"size": 2}, opts, remote=True)


def test_what_another_program_makes_is_noted(deploy):
    assert deploy(lambda: Kit("k")).notes == ["the resources of Kit k"]


def test_what_a_method_answers_is_not_guessed(deploy):
    def program():
        pulumi.export("size", pulumi.runtime.call("test:index:Kit/measure", {}, Kit("k")))

    with pytest.raises(pulumi.RunError) as refused:
        deploy(program)
    assert str(refused.value) == "test:index:Kit/measure: the result of a resource method is unknown without an engine"


def test_what_a_program_exports_is_kept(deploy):
    def program():
        pulumi.export("open", 1)
        pulumi.export("hidden", pulumi.Output.secret("x"))

    assert deploy(program, reveal_secrets=False).outputs == {"open": 1, "hidden": "[secret]"}


def test_what_a_program_logs_is_kept_with_its_resource(deploy):
    def program():
        box = Box("b")
        pulumi.log.warn("mind the step", resource=box)
        pulumi.log.info("all is well")

    assert deploy(program).log == [
        ("info", "all is well", ""),
        ("warning", "mind the step", f"{PREFIX}test:index:Box::b"),
    ]


def test_an_error_in_apply_comes_out_as_it_is(deploy):
    def fail(_):
        raise LookupError("late")

    with pytest.raises(LookupError, match="late"):
        deploy(lambda: random.RandomPassword("r", length=4).result.apply(fail))


def test_after_a_program_that_failed_another_runs(deploy):
    def bad():
        RandomId("r", byte_length=4)
        raise LookupError("early")

    with pytest.raises(LookupError, match="early"):
        deploy(bad)
    assert deploy(lambda: Box("b")).urns


def test_one_resource_can_be_asked_for_another(deploy):
    seen = []

    def program():
        for first in (RandomId("made", byte_length=4), RandomId.get("read", "abcd")):
            again = first.urn.apply(
                lambda urn: RandomId("again", byte_length=1, opts=pulumi.ResourceOptions(urn=urn)).urn
            )
            again.apply(seen.append)

    deploy(program)
    assert sorted(seen) == [f"{PREFIX}random:index/randomId:RandomId::{name}" for name in ("made", "read")]


def test_where_nothing_is_known_of_the_place_it_is_left_out():
    from types import SimpleNamespace

    from moorings.preview.recorder import _by_line, _source

    assert not _source(SimpleNamespace(uri="", line=0))
    assert _by_line("") < _by_line("all.py:9") < _by_line("all.py:10")
    assert _source(SimpleNamespace(uri="file:///nowhere/at/all.py", line=3)) == "all.py:3"
