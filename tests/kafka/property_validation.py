"""Validates server properties with the classes of a Kafka version: thousands in a few seconds, without a broker."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from broker import JVM_OPTIONS
from distributions import NEWEST, OLDEST, fetch, java, pinned_versions

PROGRAM = Path(__file__).parent / "programs/ValidateProperties.java"

VERSIONS = pinned_versions() if os.environ.get("MOORINGS_KAFKA_VERSIONS") == "all" else [OLDEST, NEWEST]
"""Kafka versions to test. ``MOORINGS_KAFKA_VERSIONS=all`` selects one for each minor version that MSK offers."""

VERSION_PARAMETERS = [pytest.param(version, marks=pytest.mark.xdist_group(version)) for version in VERSIONS]
"""The versions as parameters. One pytest worker runs all tests of a version."""

KRAFT: Mapping[str, str] = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.quorum.voters": "1@127.0.0.1:9093",
    "controller.listener.names": "CONTROLLER",
    "listeners": "PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
}
"""Required properties of a broker with KRaft."""

ZOOKEEPER: Mapping[str, str] = {"broker.id": "1", "zookeeper.connect": "127.0.0.1:2181"}
"""Required properties of a broker with ZooKeeper."""


@dataclass(frozen=True)
class ValidationResult:
    """The properties of a Kafka version, and its error for each set of properties."""

    defaults: Mapping[str, str]
    """Default by name, for each property of the version. Empty if a property has no default."""

    errors: Sequence[str | None]
    """The error for each set, or None if the version accepts it."""


def validate(version: str, property_sets: Sequence[Mapping[str, str]]) -> ValidationResult:
    """Validate sets of properties. Each must contain those of `KRAFT` or `ZOOKEEPER`."""
    options = (*JVM_OPTIONS, "-Dorg.slf4j.simpleLogger.defaultLogLevel=off")
    lines = ["\t".join(f"{name}={value}" for name, value in properties.items()) for properties in property_sets]
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
    assert len(errors) == len(property_sets)
    return ValidationResult(defaults, errors)
