"""Kafka versions that MSK supports."""

import pytest

from moorings.msk.kafka_versions import (
    CHECKED,
    RELEASES,
    default_broker_quota,
    is_kraft,
    parse_version,
    similar_version,
    supported_versions,
    supports_tiered_storage,
)


def test_ended_support_is_in_the_past():
    assert all(release.end_of_support <= CHECKED for release in RELEASES.values() if release.end_of_support)


def test_supported_versions():
    assert supported_versions(express=True) == ["3.8.x", "3.9.x.kraft", "4.2.x.kraft"]
    assert "4.2.x.kraft" not in supported_versions(express=False)
    assert "3.5.1" not in supported_versions()


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("4.1.0.kraft", "4.1.x.kraft"),
        ("3.9.0.kraft", "3.9.x.kraft"),
        ("3.9.1", "3.9.x"),
        ("4.2.x", "4.2.x.kraft"),
        ("4.3.x.kraft", "4.2.x.kraft"),
        ("99.99.99", None),
    ],
)
def test_similar_versions(version, expected):
    assert similar_version(version) == expected


@pytest.mark.parametrize(
    ("version", "expected"),
    [("3.9.x", (3, 9, 999)), ("2.4.1.1", (2, 4, 1)), ("2.8.2.tiered", (2, 8, 2)), ("4.0.x.kraft", (4, 0, 999))],
)
def test_parse_version(version, expected):
    assert parse_version(version) == expected


def test_other_strings_are_not_parsed():
    with pytest.raises(ValueError, match="expected a Kafka version as MSK spells it.*got 'latest'"):
        parse_version("latest")


def test_kraft_versions():
    versions = ("3.9.x", "3.9.x.kraft", "4.0.x.kraft", "5.0.x")
    assert [is_kraft(version) for version in versions] == [False, True, True, True]


def test_versions_with_tiered_storage():
    versions = ("2.8.1", "2.8.2.tiered", "3.5.1", "3.6.0")
    assert [supports_tiered_storage(version) for version in versions] == [False, True, False, True]


def test_the_broker_quota_is_higher_with_kraft():
    assert (default_broker_quota("3.9.x"), default_broker_quota("3.9.x.kraft")) == (30, 60)
