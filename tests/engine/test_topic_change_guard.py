"""The engine rejects changes of a topic that lose records or cannot be reverted."""

import pytest
from engine import Engine, FailedError, Program, Stack
from programs import NETWORK, cluster

from moorings import KafkaTopic

TIERED = {"remote.storage.enable": "true", "retention.ms": "-1"}
OFF = {"remote.storage.enable": "false", "remote.log.msk.disable.policy": "Retain"}


def topic(partitions: int = 6, config: dict[str, str] = TIERED) -> Program:
    """A program whose cluster has this topic."""
    made = KafkaTopic(name="orders", partitions=partitions, config=config)
    return lambda: cluster(tiered_storage=True, topics=[made])


@pytest.fixture
def deployed(engine: Engine) -> Stack:
    stack = engine.program("topics", topic(), NETWORK)
    stack.up()
    return stack


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (topic(5), "topics: orders would have 5 partitions instead of 6, and Kafka takes none away"),
        (topic(config={"retention.ms": "-1"}), "topics: orders would lose its second tier and what is in it, for good"),
    ],
    ids=["fewer partitions", "without its second tier"],
)
def test_rejected_changes_in_previews_and_updates(deployed: Stack, changed: Program, message: str) -> None:
    for deploy in (deployed.preview, deployed.up):
        with pytest.raises(FailedError, match=message):
            deploy(changed)


def test_tiered_storage_of_a_topic_can_be_disabled_once(deployed: Stack) -> None:
    deployed.up(topic(12, OFF))
    with pytest.raises(FailedError, match="topics: orders had its second tier turned off"):
        deployed.preview(topic(12))
