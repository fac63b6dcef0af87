"""What ``from moorings import ...`` finds."""

import pytest

import moorings


@pytest.mark.parametrize("name", moorings.__all__)
def test_a_public_name_is_found(name):
    assert getattr(moorings, name).__name__ == name or name in {"Input", "SecretInput"}


def test_the_names_are_listed_for_people_and_hosts():
    assert dir(moorings) == moorings.__all__ == sorted(moorings.__all__)


def test_the_version_is_told():
    assert moorings.__version__ == "0.1.0"


def test_another_name_is_refused():
    with pytest.raises(AttributeError, match="module 'moorings' has no attribute 'MskClutser'"):
        moorings.MskClutser  # noqa: B018
