"""Kafka versions that MSK supports."""

import pytest

from moorings.msk.kafka_versions import (
    CHECKED_ON,
    RELEASES,
    check_kafka_version,
    default_broker_quota,
    is_kraft,
    parse_version,
    supports_tiered_storage,
    unsupported_version_warning,
)


@pytest.mark.parametrize("version", RELEASES)
def test_known_versions_are_accepted(version):
    assert check_kafka_version(version) == version


@pytest.mark.parametrize("version", ["4.3.x.kraft", "5.0.x.kraft"])
def test_newer_versions_are_accepted_with_a_warning(version):
    assert check_kafka_version(version) == version
    assert unsupported_version_warning(version) == (
        f"kafka_version: {version} is newer than the versions known on 2026-08-20 and cannot be validated; upgrade "
        "moorings, or set unsupported_kafka_version=True"
    )


@pytest.mark.parametrize("version", ["4.3.x", "9.9.9"])
def test_newer_versions_without_kraft_are_rejected(version):
    with pytest.raises(ValueError) as error:
        check_kafka_version(version)
    assert str(error.value) == (f"must end with .kraft from version 4.0 on, such as 4.2.x.kraft, got {version}")


@pytest.mark.parametrize("version", ["3.9.1", "3.9.0.kraft", "3.6.x", "4.0.x", "4.2.1", "2.8.2"])
def test_unknown_versions_are_rejected_with_the_supported_ones(version):
    with pytest.raises(ValueError) as error:
        check_kafka_version(version)
    assert str(error.value) == (
        f"MSK does not support version {version}; supported: 3.7.x, 3.7.x.kraft, 3.8.x, 3.8.x.kraft, 3.9.x, 3.9.x.kraft, "
        "4.0.x.kraft, 4.1.x.kraft, 4.2.x.kraft"
    )


@pytest.mark.parametrize("version", ["latest", "3.9", "v3.9.x", "3.9.x.zookeeper", ""])
def test_strings_that_are_not_versions_are_rejected(version):
    with pytest.raises(ValueError) as error:
        check_kafka_version(version)
    assert str(error.value) == f"{version!r} is not a Kafka version as MSK spells it, such as 3.9.x.kraft"


def test_versions_without_support_have_a_warning():
    assert unsupported_version_warning("3.9.x.kraft") is None
    assert unsupported_version_warning("3.5.1") == (
        "kafka_version: MSK ended support for 3.5.1 on 2025-10-23 (as known on 2026-08-20) and may upgrade the cluster "
        "automatically; raise it, or set unsupported_kafka_version=True"
    )
    assert all(release.end_of_support <= CHECKED_ON for release in RELEASES.values() if release.end_of_support)


@pytest.mark.parametrize(
    ("version", "expected"),
    [("3.9.x", (3, 9, 999)), ("2.4.1.1", (2, 4, 1)), ("2.8.2.tiered", (2, 8, 2)), ("4.0.x.kraft", (4, 0, 999))],
)
def test_parse_version(version, expected):
    assert parse_version(version) == expected


def test_kraft_versions():
    versions = ("3.9.x", "3.9.x.kraft", "4.0.x.kraft", "5.0.x")
    assert [is_kraft(version) for version in versions] == [False, True, True, True]


def test_versions_with_tiered_storage():
    versions = ("2.8.1", "2.8.2.tiered", "3.5.1", "3.6.0")
    assert [supports_tiered_storage(version) for version in versions] == [False, True, False, True]


def test_the_broker_quota_is_higher_with_kraft():
    assert (default_broker_quota("3.9.x"), default_broker_quota("3.9.x.kraft")) == (30, 60)
