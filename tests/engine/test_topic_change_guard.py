"""The change guard of topics rejects changes that lose records or cannot be reverted."""

import json

import pytest
from engine import Engine, FailedError, Program, Stack
from programs import NETWORK, cluster

from moorings import KafkaTopic
from moorings.preview.checks import check_changes, installed_change_rules
from moorings.preview.plan_json import plan_from_json

TIERED = {"remote.storage.enable": "true", "retention.ms": "-1"}
TIERING_DISABLED = {"remote.storage.enable": "false", "remote.log.msk.disable.policy": "Retain"}


def topic(partitions: int = 6, config: dict[str, str] = TIERED) -> Program:
    """A program whose cluster has this topic."""
    orders = KafkaTopic(name="orders", partitions=partitions, config=config)
    return lambda: cluster(tiered_storage=True, topics=[orders])


@pytest.fixture
def deployed(engine: Engine) -> Stack:
    stack = engine.program("topics", topic(), NETWORK)
    stack.up()
    return stack


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (topic(5), r"topics\[0\].partitions: 5 instead of 6, but Kafka cannot remove partitions"),
        (
            topic(config={"retention.ms": "-1"}),
            r"topics\[0\].config\['remote.storage.enable'\]: disabling tiered storage deletes the records in it",
        ),
    ],
    ids=["fewer partitions", "tiered storage off"],
)
def test_changes_are_rejected_in_previews_and_updates(deployed: Stack, changed: Program, message: str) -> None:
    for deploy in (deployed.preview, deployed.up):
        with pytest.raises(FailedError, match=message):
            deploy(changed)


def test_tiered_storage_of_a_topic_can_be_disabled_once(deployed: Stack) -> None:
    deployed.up(topic(12, TIERING_DISABLED))
    with pytest.raises(FailedError, match="MSK cannot enable tiered storage again"):
        deployed.preview(topic(12))


def test_report_finds_the_deletion_of_a_topic_and_its_acknowledgement(deployed: Stack) -> None:
    def without_topic(**acknowledge: str) -> Program:
        reasons = {rule.replace("_", "-"): reason for rule, reason in acknowledge.items()}
        return lambda: cluster(tiered_storage=True, acknowledge=reasons)

    for program, reason in [
        (without_topic(), None),
        (without_topic(kafka_topic_deleted="replaced by orders-v2"), "replaced by orders-v2"),
    ]:
        document = deployed.preview_json(program).output
        plan = check_changes(plan_from_json(json.loads(document)), installed_change_rules(), {})
        assert [(found.finding.rule, found.reason) for found in plan.findings] == [("kafka-topic-deleted", reason)]
