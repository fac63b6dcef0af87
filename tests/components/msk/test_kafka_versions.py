"""Versions of Apache Kafka that MSK offers."""

import pytest

from moorings.msk.kafka_versions import (
    RELEASES,
    TAKEN,
    broker_quota,
    check_kafka_version,
    is_kraft,
    is_unchecked,
    number,
    support_ended,
)


@pytest.mark.parametrize("version", RELEASES)
def test_a_version_of_the_table_is_taken(version):
    assert check_kafka_version(version) == version
    assert not is_unchecked(version)


@pytest.mark.parametrize("version", ["4.3.x.kraft", "5.0.x.kraft"])
def test_of_a_newer_version_nothing_is_known(version):
    assert check_kafka_version(version) == version
    assert support_ended(version) is None
    assert is_unchecked(version)


@pytest.mark.parametrize("version", ["4.3.x", "9.9.9"])
def test_no_newer_version_has_zookeeper(version):
    with pytest.raises(ValueError) as refused:
        check_kafka_version(version)
    assert str(refused.value) == (
        f"MSK spells versions from 4.0 on with .kraft, as they run without ZooKeeper, and not {version}; write it as "
        "4.2.x.kraft"
    )


@pytest.mark.parametrize("version", ["3.9.1", "3.9.0.kraft", "3.6.x", "4.0.x", "4.2.1", "2.8.2"])
def test_a_version_that_msk_spells_otherwise_is_refused(version):
    with pytest.raises(ValueError) as refused:
        check_kafka_version(version)
    assert str(refused.value) == (
        f"MSK has no version {version}; there are 3.7.x, 3.7.x.kraft, 3.8.x, 3.8.x.kraft, 3.9.x, 3.9.x.kraft, "
        "4.0.x.kraft, 4.1.x.kraft, 4.2.x.kraft"
    )


@pytest.mark.parametrize("version", ["latest", "3.9", "v3.9.x", "3.9.x.zookeeper", ""])
def test_something_else_than_a_version_is_refused(version):
    with pytest.raises(ValueError) as refused:
        check_kafka_version(version)
    assert str(refused.value) == (f"{version!r} is not a version of Apache Kafka as MSK spells it, such as 3.9.x.kraft")


def test_support_has_ended_where_the_day_was_past_when_the_table_was_taken():
    assert support_ended("3.5.1") == "2025-10-23"
    assert support_ended("3.9.x.kraft") is None
    assert all(release.ended <= TAKEN for release in RELEASES.values() if release.ended)


@pytest.mark.parametrize(
    ("version", "expected"),
    [("3.9.x", (3, 9, 999)), ("2.4.1.1", (2, 4, 1)), ("2.8.2.tiered", (2, 8, 2)), ("4.0.x.kraft", (4, 0, 999))],
)
def test_the_number_of_a_version(version, expected):
    assert number(version) == expected


def test_zookeeper_is_gone_with_kraft_and_with_kafka_4():
    assert [is_kraft(version) for version in ("3.9.x", "3.9.x.kraft", "4.0.x.kraft", "5.0.x")] == [
        False,
        True,
        True,
        True,
    ]


def test_tiers_came_with_3_6_and_one_version_before_it():
    assert [is_tierable(version) for version in ("2.8.1", "2.8.2.tiered", "3.5.1", "3.6.0")] == [
        False,
        True,
        False,
        True,
    ]


def test_kraft_doubles_the_quota():
    assert (broker_quota("3.9.x"), broker_quota("3.9.x.kraft")) == (30, 60)
