"""Recording monitor: resources, options, outputs and messages of a program."""

import re
from types import SimpleNamespace

import pulumi
import pulumi_random as random
import pytest
from pulumi_random import RandomId

from moorings.preview.recorder import DuplicateUrnError, RecordingMonitor, _by_line, _source
from moorings.preview.simulated_cloud import SimulatedCloud


class Box(pulumi.ComponentResource):
    """A component with a resource, and with another component if depth is not 0."""

    def __init__(self, name, depth=0, opts=None):
        super().__init__("test:index:Box", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        RandomId(f"{name}-id", byte_length=4, opts=child)
        if depth:
            Box(f"{name}-inner", depth - 1, child)
        self.register_outputs({"size": 4, "label": pulumi.Output.secret("hidden")})


PREFIX = "urn:pulumi:test::moorings::"


def test_urn_contains_the_types_of_all_parents(deploy):
    assert deploy(lambda: Box("b", 1)).urns == [
        f"{PREFIX}test:index:Box$random:index/randomId:RandomId::b-id",
        f"{PREFIX}test:index:Box$test:index:Box$random:index/randomId:RandomId::b-inner-id",
        f"{PREFIX}test:index:Box$test:index:Box::b-inner",
        f"{PREFIX}test:index:Box::b",
    ]


def test_parent_is_a_urn_and_empty_for_the_stack(deploy):
    plan = deploy(lambda: Box("b"))
    assert plan["b-id"].parent == plan["b"].urn
    assert not plan["b"].parent


def test_options_are_recorded(deploy):
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
    resource = plan["r"]
    assert resource.protect
    assert resource.dependencies == [plan["other"].urn]
    assert resource.ignore_changes == ["byteLength"]
    assert resource.replace_on_changes == ["prefix"]
    assert resource.delete_before_replace
    assert resource.retain_on_delete
    assert resource.additional_secret_outputs == ["hex"]
    assert resource.custom_timeouts == {"create": "5m"}
    assert resource.import_id == "abcd"
    assert resource.aliases == [
        f"{PREFIX}random:index/randomId:RandomId::old",
        f"{PREFIX}random:index/randomId:RandomId::older",
    ]


def test_alias_without_a_parent_is_a_child_of_the_stack(deploy):
    def program():
        box = Box("b")
        opts = pulumi.ResourceOptions(parent=box, aliases=[pulumi.Alias(parent=None)])
        RandomId("r", byte_length=4, opts=opts)

    assert deploy(program)["r"].aliases == [f"{PREFIX}random:index/randomId:RandomId::r"]


def test_children_inherit_protect(deploy):
    plan = deploy(lambda: Box("b", opts=pulumi.ResourceOptions(protect=True)))
    assert plan["b-id"].protect


def test_children_inherit_retain_on_delete(deploy):
    plan = deploy(lambda: Box("b", opts=pulumi.ResourceOptions(retain_on_delete=True)))
    assert plan["b-id"].retain_on_delete


def test_child_overrides_inherited_options(deploy):
    def program():
        box = Box("b", opts=pulumi.ResourceOptions(protect=True, retain_on_delete=True))
        opts = pulumi.ResourceOptions(parent=box, protect=False, retain_on_delete=False)
        RandomId("r", byte_length=4, opts=opts)

    resource = deploy(program)["r"]
    assert (resource.protect, resource.retain_on_delete) == (False, False)


def test_explicit_provider_is_recorded(deploy):
    def program():
        provider = random.Provider("own")
        RandomId("r", byte_length=4, opts=pulumi.ResourceOptions(provider=provider))
        Box("b", opts=pulumi.ResourceOptions(providers=[provider]))

    plan = deploy(program)
    assert plan["r"].provider.startswith(f"{PREFIX}pulumi:providers:random::own::")
    assert plan["b-id"].provider == plan["r"].provider
    assert plan["b"].providers == {"random": plan["r"].provider}


def test_property_dependencies_are_recorded(deploy):
    def program():
        first = RandomId("first", byte_length=4)
        RandomId("second", byte_length=4, keepers={"first": first.id})

    plan = deploy(program)
    assert plan["second"].property_dependencies == {"keepers": [plan["first"].urn]}


def test_source_is_the_line_that_creates_the_resource(deploy):
    assert deploy(lambda: RandomId("r", byte_length=4))["r"].source.rpartition(":")[0].endswith("test_recorder.py")


def test_duplicate_resource_is_an_error(deploy):
    def program():
        RandomId("r", byte_length=4)
        RandomId("r", byte_length=4)

    with pytest.raises(DuplicateUrnError) as error:
        deploy(program)
    line = r"\S*test_recorder\.py:\d+"
    message = rf"RandomId 'r' is declared twice, at {line} and at {line}; rename one of them"
    assert re.fullmatch(message, str(error.value))


def test_duplicate_of_an_existing_resource_is_an_error(deploy):
    def program():
        RandomId.get("r", "abcd")
        RandomId("r", byte_length=4)

    with pytest.raises(DuplicateUrnError, match=r"^RandomId 'r' is declared twice, at \S+ and at \S+; rename"):
        deploy(program)


def test_existing_resource_is_a_read_step(deploy):
    def program():
        provider = random.Provider("own")
        first = RandomId("first", byte_length=4)
        opts = pulumi.ResourceOptions(parent=first, provider=provider, depends_on=[first])
        RandomId.get("r", "abcd", opts=opts)

    plan = deploy(program)
    (step,) = [step for step in plan.steps if step.op == "read"]
    resource = step.resource
    assert (resource.name, resource.id, resource.parent, resource.dependencies) == (
        "r",
        "abcd",
        plan["first"].urn,
        [resource.parent],
    )
    assert resource.provider == f"{plan['own'].urn}::{plan['own'].id}"


class Kit(pulumi.ComponentResource):
    """A remote component."""

    def __init__(self, name, opts=None):
        super().__init__("test:index:Kit", name, {"size": 2}, opts, remote=True)


def test_resources_of_a_remote_component_are_unknown(deploy):
    assert deploy(lambda: Kit("k")).notes == ["the resources of Kit k"]


def test_result_of_a_method_is_an_error(deploy):
    def program():
        pulumi.export("size", pulumi.runtime.call("test:index:Kit/measure", {}, Kit("k")))

    with pytest.raises(pulumi.RunError) as error:
        deploy(program)
    assert str(error.value) == "test:index:Kit/measure: the result of a resource method is unknown without an engine"


def test_stack_outputs_are_recorded(deploy):
    def program():
        pulumi.export("open", 1)
        pulumi.export("hidden", pulumi.Output.secret("x"))

    assert deploy(program, reveal_secrets=False).outputs == {"open": 1, "hidden": "[secret]"}


def test_messages_are_recorded_with_their_resource(deploy):
    def program():
        box = Box("b")
        pulumi.log.warn("careful", resource=box)
        pulumi.log.info("done")

    assert deploy(program).log == [
        ("info", "done", ""),
        ("warning", "careful", f"{PREFIX}test:index:Box::b"),
    ]


def test_error_in_apply_is_raised(deploy):
    def fail(_):
        raise LookupError("late")

    with pytest.raises(LookupError, match="late"):
        deploy(lambda: random.RandomPassword("r", length=4).result.apply(fail))


def test_program_runs_after_a_failed_program(deploy):
    def fail():
        RandomId("r", byte_length=4)
        raise LookupError("early")

    with pytest.raises(LookupError, match="early"):
        deploy(fail)
    assert deploy(lambda: Box("b")).urns


def test_resource_is_found_by_its_urn(deploy):
    urns = []

    def program():
        for first in (RandomId("created", byte_length=4), RandomId.get("read", "abcd")):
            again = first.urn.apply(
                lambda urn: RandomId("again", byte_length=1, opts=pulumi.ResourceOptions(urn=urn)).urn
            )
            again.apply(urns.append)

    deploy(program)
    assert sorted(urns) == [f"{PREFIX}random:index/randomId:RandomId::{name}" for name in ("created", "read")]


def test_existence_of_a_resource_is_an_error(monitor):
    with pytest.raises(pulumi.RunError, match="^random:index/randomId:RandomId abcd: unknown without an engine"):
        monitor.ExistsResource(SimpleNamespace(type="random:index/randomId:RandomId", id="abcd"))


def test_parameterized_package_is_accepted(monitor):
    assert monitor.RegisterPackage(None).ref


@pytest.fixture
def monitor():
    return RecordingMonitor(SimulatedCloud("eu-west-1", known=True), "moorings", "test")


def test_source_is_relative_to_the_import_path():
    assert not _source(SimpleNamespace(uri="", line=0))
    assert _source(SimpleNamespace(uri="file:///nowhere/at/all.py", line=3)) == "all.py:3"
    assert _by_line("") < _by_line("all.py:9") < _by_line("all.py:10")
