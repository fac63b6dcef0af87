"""Judges server properties with the classes of a Kafka version, thousands in a few seconds and without a broker."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from distributions import NEWEST, OLDEST, fetch, java, pinned_versions

PROGRAM = Path(__file__).parent / "programs/JudgeProperties.java"

VERSIONS = pinned_versions() if os.environ.get("MOORINGS_KAFKA_VERSIONS") == "all" else [OLDEST, NEWEST]
"""Versions whose properties are judged: with ``MOORINGS_KAFKA_VERSIONS=all``, one of each minor that MSK offers."""

VERSION_PARAMETERS = [pytest.param(version, marks=pytest.mark.xdist_group(version)) for version in VERSIONS]
"""The versions as parameters. One worker runs all tests of a version."""

KRAFT: Mapping[str, str] = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.quorum.voters": "1@127.0.0.1:9093",
    "controller.listener.names": "CONTROLLER",
    "listeners": "PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
}
"""Properties of a broker with KRaft."""

ZOOKEEPER: Mapping[str, str] = {"broker.id": "1", "zookeeper.connect": "127.0.0.1:2181"}
"""Properties of a broker with ZooKeeper."""


@dataclass(frozen=True)
class Judgement:
    """What a Kafka version knows, and what it says about each set of properties."""

    defaults: Mapping[str, str]
    """Default by name, for all names that the version knows. Empty if there is none."""

    errors: Sequence[str | None]
    """The error for each set, None if a broker accepts it."""


def judge(version: str, sets: Sequence[Mapping[str, str]]) -> Judgement:
    """Judge sets of properties; each one must contain the addresses and identity of a broker."""
    options = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=off")
    lines = ["\t".join(f"{name}={value}" for name, value in each.items()) for each in sets]
    result = subprocess.run(
        [java(), *options, "-cp", f"{fetch(version)}/*", PROGRAM],
        input="\n".join([*lines, ""]),
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    defaults = {row[1]: row[2] for row in rows if row[0] == "default"}
    errors = [None if row[1] == "ok" else row[1] for row in rows if row[0] == "result"]
    assert len(errors) == len(sets)
    return Judgement(defaults, errors)
