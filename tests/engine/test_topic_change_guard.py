"""The change guard of topics rejects changes that lose records or cannot be reverted."""

import pytest
from engine import Engine, FailedError, Program, Stack
from programs import NETWORK, cluster

from moorings import KafkaTopic

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
            r"topics\[0\].config\['remote.storage.enable'\]: disabling tiered storage deletes its records",
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
