"""Lifecycle of every committed stack with a real engine, from the first preview to deletion.

Stacks that a stack refers to are deployed before it.
"""

from base64 import b64encode
from typing import Any

import pulumi
from engine import ROOT

from moorings import KafkaConnection
from moorings.preview.plan_json import plan_to_json
from moorings.preview.project import Project
from moorings.validation.stateful_resources import STATEFUL_TYPES


def test_the_first_update_creates_all_resources(lifecycle):
    assert not lifecycle.up.errors
    assert set(lifecycle.up.changes) == {"create"}


def test_a_second_update_changes_nothing(lifecycle):
    assert not lifecycle.second_up.errors
    assert lifecycle.second_up.changes == {}


def test_refresh_changes_nothing(lifecycle):
    assert not lifecycle.refresh.errors
    assert lifecycle.refresh.changes == {}


def test_previews_with_and_without_engine_agree(lifecycle):
    """The same URNs, types, parents, protected resources and warnings."""
    assert not lifecycle.preview.errors
    plan = Project(ROOT).preview(lifecycle.stack).plan
    without_engine = {
        state["urn"]: (state["type"], state.get("parent", ""), state.get("protect", False))
        for state in (step["newState"] for step in plan_to_json(plan)["steps"])
    }
    with_engine = {
        step.urn: (step.type, step.new.parent or "", bool(step.new.protect))
        for step in lifecycle.preview.steps
        if not step.type.startswith("pulumi:providers:")
    }
    assert with_engine == without_engine
    messages = {(severity, message) for severity, message, _ in plan.log}
    assert {(severity, message) for severity, message in lifecycle.preview.messages} == messages


def test_secrets_of_committed_stacks_never_appear_in_plain_text(lifecycle):
    forms = {form for secret in lifecycle.passwords for form in (secret, b64encode(secret.encode()).decode())}
    assert [secret for secret in forms if secret in lifecycle.all_output] == []
    assert [secret for secret in forms if secret in lifecycle.files] == []


def test_destroy_is_rejected_while_a_resource_is_protected(lifecycle):
    protected = {urn for urn, resource in lifecycle.resources.items() if resource.get("protect")}
    for run in filter(None, (lifecycle.preview_destroy, lifecycle.rejected_destroy)):
        assert any("it is protected" in error for error in run.errors)
    assert protected <= lifecycle.remaining_after_rejected


def test_destroy_deletes_everything_without_protection(lifecycle):
    assert not lifecycle.destroy.errors
    assert not lifecycle.remaining_in_state
    assert not lifecycle.remaining_in_cloud


def test_resources_with_data_are_protected_in_production(lifecycle):
    """The cluster and the keys that encrypt its data survive an accidental deletion of the stack."""
    unprotected = [
        urn
        for urn, resource in lifecycle.resources.items()
        if resource["type"] in _IRREPLACEABLE and not resource.get("protect")
    ]
    assert unprotected == [] or not lifecycle.stack.endswith("-production")


_IRREPLACEABLE = STATEFUL_TYPES.keys() & {"aws:msk/cluster:Cluster", "aws:kms/key:Key", "aws:msk/topic:Topic"}


def test_a_stack_reference_returns_the_connection(engine):
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
