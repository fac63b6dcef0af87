"""Volumes of the container: paths, volume names and Amazon EFS mounts."""

import json

import pytest

from moorings import EfsMount, InvalidInput
from moorings.ecs.volumes import MAX_NAME_LENGTH, overlapping_paths, volume_names

EFS = {
    "file_system_id": "fs-0b92d7f4a1e63c508",
    "access_point_id": "fsap-0b92d7f4a1e63c508",
    "security_group_id": "sg-0b92d7f4a1e63c508",
}


def test_volume_is_named_after_its_path():
    assert volume_names(["/opt/factorhouse/tmp", "/a.b"]) == {
        "/opt/factorhouse/tmp": "opt-factorhouse-tmp",
        "/a.b": "a-b",
    }


def test_volumes_whose_paths_have_the_same_name_have_different_names():
    names = volume_names(["/a/b", "/a-b", "/c"])
    assert names["/c"] == "c"
    assert len(set(names.values())) == 3
    assert all(name.startswith("a-b-") for path, name in names.items() if path != "/c")


def test_names_of_volumes_at_long_paths_are_shortened():
    path = "/" + "x" * (MAX_NAME_LENGTH + 1)
    assert len(volume_names([path[:-1]])[path[:-1]]) == len(volume_names([path])[path]) == MAX_NAME_LENGTH


def test_volumes_are_mounted_at_their_paths(create):
    task = create(ephemeral_volume_paths=["/var/cache"], efs_mounts={"/lock": EFS | {"read_only": True}})["orders-task"]
    (container,) = json.loads(task.inputs["containerDefinitions"])
    assert container["mountPoints"] == [
        {"containerPath": "/lock", "readOnly": True, "sourceVolume": "lock"},
        {"containerPath": "/var/cache", "readOnly": False, "sourceVolume": "var-cache"},
    ]
    assert task.inputs["volumes"] == [
        {"name": "var-cache"},
        {
            "name": "lock",
            "efsVolumeConfiguration": {
                "fileSystemId": "fs-0b92d7f4a1e63c508",
                "transitEncryption": "ENABLED",
                "authorizationConfig": {"accessPointId": "fsap-0b92d7f4a1e63c508", "iam": "ENABLED"},
            },
        },
    ]


@pytest.mark.parametrize(
    ("paths", "overlap"),
    [
        ([], None),
        (["/tmp", "/tmp2", "/var/tmp"], None),
        (["/tmp", "/tmp-2/a", "/tmp/a"], ("/tmp", "/tmp/a")),
        (["/tmp", "/tmp"], ("/tmp", "/tmp")),
        (["/a/b", "/a"], ("/a", "/a/b")),
    ],
)
def test_overlapping_paths(paths, overlap):
    assert overlapping_paths(paths) == overlap


@pytest.mark.parametrize(
    ("path", "message"),
    [
        *(
            (path, f"must be an absolute path without a trailing slash, such as /tmp, got {path!r}")
            for path in ("tmp", "/tmp/", "/", "/a/../b")
        ),
        ("/proc", "'/proc' is reserved for the kernel; use another path"),
        ("/dev/shm", "'/dev/shm' is reserved for the kernel; use another path"),
    ],
)
def test_invalid_paths(create, path, message):
    with pytest.raises(InvalidInput) as rejected:
        create(ephemeral_volume_paths=[path])
    assert str(rejected.value) == f"FargateSingleton 'orders'.ephemeral_volume_paths[0]: {message}"


def test_efs_mount_validates_its_ids():
    assert EfsMount.from_input("EfsMount", EFS).read_only is False
    with pytest.raises(InvalidInput) as rejected:
        EfsMount.from_input("EfsMount", EFS | {"file_system_id": "efs", "access_point_id": "fs-0b92d7f4a1e63c508"})
    assert str(rejected.value) == (
        "EfsMount.file_system_id: expected an EFS file system ID, such as fs-0b92d7f4a1e63c508, got 'efs'\n"
        "EfsMount.access_point_id: expected an EFS access point ID, such as fsap-0b92d7f4a1e63c508, got "
        "'fs-0b92d7f4a1e63c508'"
    )
