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


@pytest.mark.parametrize("path", ["tmp", "/tmp/", "/", "/a/../b", "/proc"])
def test_invalid_paths(create, path):
    with pytest.raises(InvalidInput, match=r"ephemeral_volume_paths\[0\]: "):
        create(ephemeral_volume_paths=[path])


@pytest.mark.parametrize(
    ("args", "rule", "path"),
    [
        ({"ephemeral_volume_paths": ["/tmp"]}, "ecs-duplicate-mount", "ephemeral_volume_paths"),
        ({"ephemeral_volume_paths": ["/a", "/a"]}, "ecs-duplicate-mount", "ephemeral_volume_paths"),
        ({"efs_mounts": {"/tmp/lock": EFS}}, "ecs-nested-mounts", "efs_mounts"),
        ({"ephemeral_volume_paths": ["/lock"], "efs_mounts": {"/lock/a": EFS}}, "ecs-nested-mounts", "efs_mounts"),
    ],
)
def test_paths_within_each_other(create, rejected, args, rule, path):
    with rejected(rule, path):
        create(**args)


def test_efs_mount_validates_its_ids(rejected):
    assert EfsMount(**EFS).read_only is False
    for name in ("file_system_id", "access_point_id"):
        with rejected("argument-format", name):
            EfsMount(**EFS | {name: "efs"})
