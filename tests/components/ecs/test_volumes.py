"""Where the application may write."""

import pytest

from moorings import InvalidInput
from moorings.ecs.volumes import EfsMount, overlapping_paths, volume_name

EFS = {
    "file_system_id": "fs-0b92d7f4a1e63c508",
    "access_point_id": "fsap-0b92d7f4a1e63c508",
    "security_group_id": "sg-0b92d7f4a1e63c508",
}


def test_a_volume_is_named_after_its_path():
    assert volume_name("/opt/factorhouse/tmp") == "opt-factorhouse-tmp"
    assert volume_name("/a.b") == "a-b"


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        ([], None),
        (["/tmp", "/tmp2", "/var/tmp"], None),
        (["/tmp", "/tmp-2/a", "/tmp/a"], ("/tmp", "/tmp/a")),
        (["/tmp", "/tmp"], ("/tmp", "/tmp")),
        (["/a/b", "/a"], ("/a", "/a/b")),
    ],
)
def test_paths_that_lie_in_each_other_are_found(paths, found):
    assert overlapping_paths(paths) == found


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("tmp", "'tmp' is not a path of the container, such as /tmp; write it whole, without an end slash"),
        ("/tmp/", "'/tmp/' is not a path of the container, such as /tmp; write it whole, without an end slash"),
        ("/", "'/' is not a path of the container, such as /tmp; write it whole, without an end slash"),
        ("/a/../b", "'/a/../b' is not a path of the container, such as /tmp; write it whole, without an end slash"),
        ("/proc", "'/proc' belongs to the kernel; name another path"),
        ("/dev/shm", "'/dev/shm' belongs to the kernel; name another path"),
    ],
)
def test_a_path_that_cannot_be_mounted_is_refused(made, path, what):
    with pytest.raises(InvalidInput) as refused:
        made(ephemeral_volume_paths=[path])
    assert str(refused.value) == f"FargateSingleton 'orders'.ephemeral_volume_paths[0]: {what}"


def test_a_mount_says_which_file_system():
    assert EfsMount.from_input("EfsMount", EFS).read_only is False
    with pytest.raises(InvalidInput) as refused:
        EfsMount.from_input("EfsMount", EFS | {"file_system_id": "efs", "access_point_id": "fs-0b92d7f4a1e63c508"})
    assert str(refused.value) == (
        "EfsMount.file_system_id: expected an EFS file system ID, such as fs-0b92d7f4a1e63c508, got 'efs'\n"
        "EfsMount.access_point_id: expected an EFS access point ID, such as fsap-0b92d7f4a1e63c508, got 'fs-0b92d7f4a1e63c508'"
    )
