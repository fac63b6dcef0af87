"""Every committed stack, from its first preview to its end, on the real engine.

The cloud is a double, which refuses and replaces as the real one does. What a stack refers to is brought up before it.
"""

from base64 import b64encode
from typing import Any

import pulumi
from engine import ROOT, STACK

from moorings import KafkaConnection
from moorings.preview.plan import HOLDS_DATA
from moorings.preview.project import Project


def test_up_from_nothing_makes_everything(life):
    assert not life.up.errors
    assert set(life.up.changes) == {"create"}


def test_a_second_up_changes_nothing(life):
    assert not life.again.errors
    assert life.again.changes == {}


def test_refresh_changes_nothing(life):
    assert not life.refresh.errors
    assert life.refresh.changes == {}


def test_the_engine_previews_what_moorings_previews(life):
    """The same URNs, types, parents and protected resources, and the same warnings."""
    assert not life.preview.errors
    plan = Project(ROOT).preview(life.stack).plan
    ours = {
        state["urn"]: (state["type"], state.get("parent", ""), state.get("protect", False))
        for state in (step["newState"] for step in plan.to_json()["steps"])
    }
    theirs = {
        step.urn: (step.type, _below_the_stack(step.new.parent), bool(step.new.protect))
        for step in life.preview.steps
        if step.type != STACK and not step.type.startswith("pulumi:providers:")
    }
    assert theirs == ours
    warned = {(severity, message) for severity, message, _ in plan.log}
    assert {(severity, message) for severity, message in life.preview.messages} == warned


def test_no_secret_of_a_committed_stack_shows(life):
    spelled = {form for secret in life.passwords for form in (secret, b64encode(secret.encode()).decode())}
    assert [secret for secret in spelled if secret in life.told] == []
    assert [secret for secret in spelled if secret in life.files] == []


def test_destroy_is_refused_while_something_is_protected(life):
    protected = {urn for urn, resource in life.resources.items() if resource.get("protect")}
    for run in filter(None, (life.destroy_previewed, life.destroy_refused)):
        assert any("it is protected" in error for error in run.errors)
    assert protected <= life.left_by_refused


def test_destroy_leaves_nothing_once_protection_is_lifted(life):
    assert not life.destroy.errors
    assert not life.left
    assert not life.left_in_cloud


def test_what_holds_data_is_protected_in_production(life):
    """Whoever removes the stack by mistake keeps the cluster, and the keys without which nothing can be read."""
    loose = [urn for urn, each in life.resources.items() if each["type"] in _IRREPLACEABLE and not each.get("protect")]
    assert loose == [] or not life.stack.endswith("-production")


_IRREPLACEABLE = HOLDS_DATA & {"aws:msk/cluster:Cluster", "aws:kms/key:Key", "aws:msk/topic:Topic"}


def test_another_stack_gets_its_connection_by_a_reference(engine):
    kafka = engine.stack("kafka-development")
    kafka.up()

    def consumer() -> None:
        reference = pulumi.StackReference("organization/moorings/kafka-development")
        orders = KafkaConnection.from_stack(reference, user="orders")
        pulumi.export("servers", orders.bootstrap_servers)
        pulumi.export("settings", orders.librdkafka())

    orders = engine.program("orders-test", consumer)
    orders.up()
    exported: dict[str, Any] = kafka.outputs["connections"]["orders"]
    assert orders.outputs["servers"] == exported["bootstrap_servers"]
    assert ":9096" in exported["bootstrap_servers"]
    assert orders.outputs["settings"]["sasl.username"] == "orders"
    assert orders.outputs["settings"]["sasl.password"] == exported["password"]
    assert orders.secret_outputs == {"settings"}
    assert orders.up().changes == {}


def _below_the_stack(parent: str) -> str:
    """The parent, without the stack itself, which plans leave out."""
    return "" if f"::{STACK}::" in parent else parent
