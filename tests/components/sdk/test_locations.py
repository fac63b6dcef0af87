"""Locations in the user's program."""

import threading
from pathlib import Path

import pytest

from moorings.sdk.locations import user_location


def location_in(module):
    """Return the location of a call in a module that a thread runs, so that no frame of this file is on the stack."""
    found = []
    scope = {"__name__": module, "found": found, "user_location": user_location}
    exec("def call():\n    found.append(user_location())", scope)
    thread = threading.Thread(target=scope["call"])
    thread.start()
    thread.join()
    return found[0]


def test_a_location_has_the_file_and_the_line_of_the_call():
    location = user_location()
    line = test_a_location_has_the_file_and_the_line_of_the_call.__code__.co_firstlineno + 1
    assert str(location) == f"{Path(__file__).relative_to(Path.cwd())}:{line}"


@pytest.mark.parametrize("module", ["pulumi.provider.experimental.host", "pulumi_aws.msk", "moorings.msk.cluster"])
def test_calls_of_libraries_and_of_the_plugin_host_have_no_location(module):
    assert location_in(module) is None
