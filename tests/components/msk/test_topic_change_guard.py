"""Changes of a topic that lose records or cannot be undone."""

import json

import pulumi
import pulumi_aws as aws
import pytest
from pulumi.runtime import rpc

from moorings import InvalidInput
from moorings.msk.topic_change_guard import topic_change_guard

TIERED = {"remote.storage.enable": "true", "retention.ms": "-1"}
OFF = {"remote.storage.enable": "false", "remote.log.msk.disable.policy": "Delete"}
LOST = (
    "disabling tiered storage deletes the records in it; keep remote.storage.enable=true, or set "
    "remote.storage.enable=false and remote.log.msk.disable.policy in config"
)


@pytest.fixture
def call_hook(deploy):
    """Call a hook of a topic as the engine does."""

    def call(hook_name, before, after):
        hooks = {}

        def program():
            binding = topic_change_guard("kafka")
            hooks.update({hook.name: hook for hook in binding.before_update})
            aws.sns.Topic("guarded", opts=pulumi.ResourceOptions(hooks=binding))

        deploy(program)
        assert list(hooks) == ["kafka-partition-guard", "kafka-tier-guard"]
        assert all(hook.opts.on_dry_run for hook in hooks.values())
        args = pulumi.ResourceHookArgs("urn", "id", "kafka-orders-topic", "aws:msk/topic:Topic", after, before)
        return hooks[hook_name](args)

    return call


@pytest.fixture
def change_config(call_hook):
    """Change the config of a topic."""

    def change(before, after):
        old, new = (None if configs is None else {"configs": configs} for configs in (before, after))
        call_hook("kafka-tier-guard", old, new)

    return change


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (TIERED, {"retention.ms": "-1"}, LOST),
        (TIERED, {"remote.storage.enable": "false"}, LOST),
        (OFF, TIERED, "MSK cannot re-enable tiered storage on a topic; create a topic with another name"),
    ],
)
def test_changes_that_lose_records_are_rejected(change_config, before, after, message):
    with pytest.raises(InvalidInput) as error:
        change_config(json.dumps(before), json.dumps(after))
    assert str(error.value) == f"MskCluster 'kafka': topics: orders: {message}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (TIERED, TIERED | {"retention.ms": "604800000"}),
        (TIERED, OFF),
        (TIERED, {"remote.log.delete.on.disable": "true"}),
        ({}, TIERED),
        ({"remote.storage.enable": "false"}, TIERED),
        (OFF, {}),
    ],
)
def test_other_changes_are_allowed(change_config, before, after):
    change_config(json.dumps(before), json.dumps(after))


def test_unknown_configs_are_not_checked(change_config):
    change_config(None, json.dumps(TIERED))
    change_config(json.dumps({}), rpc.UNKNOWN)


@pytest.mark.parametrize("after", [12, 13, rpc.UNKNOWN])
def test_partitions_can_be_added(call_hook, after):
    call_hook("kafka-partition-guard", {"partitionCount": 12}, {"partitionCount": after})
    call_hook("kafka-partition-guard", None, {"partitionCount": after})


def test_partitions_cannot_be_removed(call_hook):
    with pytest.raises(InvalidInput) as error:
        call_hook("kafka-partition-guard", {"partitionCount": 12}, {"partitionCount": 11})
    assert str(error.value) == (
        "MskCluster 'kafka': topics: orders: partitions must be at least 12, because Kafka cannot remove partitions, got "
        "11; create a topic with another name for fewer"
    )
