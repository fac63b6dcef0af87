"""Effects of changing an argument, declared at the argument."""

from typing import Annotated, Optional

import pytest
from pydantic import Field, PositiveInt

from moorings.validation.args import Args
from moorings.validation.changes import Change, changes
from moorings.validation.errors import InvalidInput
from moorings.validation.inputs import Input


class VolumeArgs(Args):
    """Arguments of a volume."""

    size: Annotated[Input[Annotated[int, Field(le=10)]], Change("in place", "Volumes never shrink.")]
    zone: Annotated[str | None, Change("replacement")] = None
    count: PositiveInt = 1


class EncryptedVolumeArgs(VolumeArgs):
    """Arguments of an encrypted volume."""

    key: Annotated[str | None, Change("two updates")] = None


def test_changes_returns_the_declared_effect_of_each_argument():
    assert changes(VolumeArgs) == {
        "size": Change("in place", "Volumes never shrink."),
        "zone": Change("replacement"),
        "count": Change("in place"),
    }


def test_changes_includes_inherited_arguments():
    assert changes(EncryptedVolumeArgs) == changes(VolumeArgs) | {"key": Change("two updates")}


def test_a_declared_effect_does_not_affect_validation():
    assert EncryptedVolumeArgs(size=3, zone="a", key="k").zone == "a"
    with pytest.raises(InvalidInput, match="size"):
        EncryptedVolumeArgs(size=11)


def test_the_plugin_host_reads_the_annotations_without_their_metadata():
    assert VolumeArgs.__annotations__["zone"] == Optional[str]
    assert EncryptedVolumeArgs.__annotations__["key"] == Optional[str]
    assert "Change" not in str(VolumeArgs.__annotations__["size"])
