"""Changes of a topic that lose records or cannot be taken back."""

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
    "would lose its second tier and what is in it, for good; keep remote.storage.enable, or say "
    "remote.storage.enable=false with remote.log.msk.disable.policy in its config if it is meant"
)


@pytest.fixture
def change(deploy):
    """Call the hook of tiers as the engine does, with the settings of a topic before and after."""

    def call(before, after):
        found = []

        def program():
            binding = topic_change_guard("kafka")
            found.extend(binding.before_update)
            aws.sns.Topic("guarded", opts=pulumi.ResourceOptions(hooks=binding))

        deploy(program)
        partitions, tier = found
        assert (partitions.name, tier.name) == ("kafka-partition-guard", "kafka-tier-guard")
        assert tier.opts.on_dry_run
        inputs = (None if each is None else {"configs": each} for each in (after, before))
        return tier(pulumi.ResourceHookArgs("urn", "id", "kafka-orders-topic", "aws:msk/topic:Topic", *inputs))

    return call


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (TIERED, {"retention.ms": "-1"}, LOST),
        (TIERED, {"remote.storage.enable": "false"}, LOST),
        (OFF, TIERED, "had its second tier turned off, which MSK never turns on again; make a topic of another name"),
    ],
)
def test_what_is_refused(change, before, after, message):
    with pytest.raises(InvalidInput) as refused:
        change(json.dumps(before), json.dumps(after))
    assert str(refused.value) == f"MskCluster 'kafka': topics: orders {message}"


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
def test_what_is_let_through(change, before, after):
    change(json.dumps(before), json.dumps(after))


def test_what_is_not_known_is_let_through(change):
    change(None, json.dumps(TIERED))
    change(json.dumps({}), rpc.UNKNOWN)
