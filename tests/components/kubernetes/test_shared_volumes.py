"""Volumes that are not persistent, and mounts in several containers."""

import pytest

from moorings import InvalidInput, PodVolume

IMAGE = "registry.example/orders@sha256:" + "0" * 64
SIDECAR = {"image": IMAGE, "cpu_request": "10m", "memory_request": "16Mi"}


@pytest.fixture
def pod(deploy_workload):
    """Deploy a workload and return the spec of its pods."""

    def render(**changed):
        return deploy_workload(**changed)["orders-deployment"].inputs["spec"]["template"]["spec"]

    return render


@pytest.fixture
def volume(pod):
    """Deploy a workload with a volume at ``/v``, and return the volume and its mount."""

    def render(**source):
        spec = pod(volumes={"v": {"mount_path": "/v", **source}})
        (found,) = (volume for volume in spec["volumes"] if volume["name"] == "v")
        (mount,) = (mount for mount in spec["containers"][0]["volumeMounts"] if mount["name"] == "v")
        return {key: value for key, value in found.items() if key != "name"}, mount

    return render


MOUNT = {"name": "v", "mountPath": "/v"}


@pytest.mark.parametrize(
    ("source", "rendered", "mount"),
    [
        ({"empty_dir": "1Gi"}, {"emptyDir": {"sizeLimit": "1Gi"}}, MOUNT),
        ({"memory_empty_dir": "16Mi"}, {"emptyDir": {"sizeLimit": "16Mi", "medium": "Memory"}}, MOUNT),
        (
            {"ephemeral_size": "50Gi", "storage_class_name": "gp3"},
            {
                "ephemeral": {
                    "volumeClaimTemplate": {
                        "spec": {
                            "accessModes": ["ReadWriteOnce"],
                            "resources": {"requests": {"storage": "50Gi"}},
                            "storageClassName": "gp3",
                        }
                    }
                }
            },
            MOUNT,
        ),
        (
            {"secret": {"name": "tls"}},
            {"secret": {"secretName": "tls", "defaultMode": 0o440}},
            {**MOUNT, "readOnly": True},
        ),
        (
            {"secret": {"name": "tls", "items": {"a/cert.pem": "tls.crt"}, "optional": True}, "file_mode": 0o400},
            {
                "secret": {
                    "secretName": "tls",
                    "items": [{"key": "tls.crt", "path": "a/cert.pem"}],
                    "optional": True,
                    "defaultMode": 0o400,
                }
            },
            {**MOUNT, "readOnly": True},
        ),
        (
            {"config_map": {"name": "rules"}, "sub_path": "rules.yaml"},
            {"configMap": {"name": "rules", "defaultMode": 0o440}},
            {**MOUNT, "subPath": "rules.yaml", "readOnly": True},
        ),
        (
            {"nfs": {"server": "nfs.example", "path": "/files"}, "read_only": True},
            {"nfs": {"server": "nfs.example", "path": "/files", "readOnly": True}},
            {**MOUNT, "readOnly": True},
        ),
        ({"nfs": {"server": "a", "path": "/"}}, {"nfs": {"server": "a", "path": "/"}}, MOUNT),
        ({"csi": {"driver": "a.example"}}, {"csi": {"driver": "a.example"}}, MOUNT),
        (
            {
                "csi": {
                    "driver": "secrets-store.csi.k8s.io",
                    "attributes": {"secretProviderClass": "orders"},
                    "fs_type": "ext4",
                    "node_publish_secret_name": "vault",
                },
                "read_only": True,
            },
            {
                "csi": {
                    "driver": "secrets-store.csi.k8s.io",
                    "volumeAttributes": {"secretProviderClass": "orders"},
                    "fsType": "ext4",
                    "nodePublishSecretRef": {"name": "vault"},
                    "readOnly": True,
                }
            },
            {**MOUNT, "readOnly": True},
        ),
        (
            {
                "projected": [
                    {"secret": {"name": "a"}},
                    {"config_map": {"name": "b", "items": {"ca.pem": "ca"}}},
                    {"service_account_token": {"audience": "vault"}},
                    {"service_account_token": {"path": "api", "expiration_seconds": 600}},
                    {"field_refs": {"name": "metadata.name"}},
                ]
            },
            {
                "projected": {
                    "sources": [
                        {"secret": {"name": "a"}},
                        {"configMap": {"name": "b", "items": [{"key": "ca", "path": "ca.pem"}]}},
                        {"serviceAccountToken": {"path": "token", "expirationSeconds": 3600, "audience": "vault"}},
                        {"serviceAccountToken": {"path": "api", "expirationSeconds": 600}},
                        {"downwardAPI": {"items": [{"path": "name", "fieldRef": {"fieldPath": "metadata.name"}}]}},
                    ],
                    "defaultMode": 0o440,
                }
            },
            {**MOUNT, "readOnly": True},
        ),
    ],
)
def test_contents_of_volumes(volume, source, rendered, mount):
    assert volume(**source) == (rendered, mount)


def test_containers_share_a_directory_at_different_paths(pod):
    spec = pod(
        volumes={"exchange": {"empty_dir": "100Mi"}},
        container={"volume_mounts": {"/out": {"volume": "exchange", "sub_path": "a"}}},
        sidecars={"copy": {**SIDECAR, "volume_mounts": {"/in": {"volume": "exchange", "read_only": True}}}},
        init_containers={"migrate": SIDECAR},
    )
    mounts = {
        container["name"]: [mount for mount in container["volumeMounts"] if mount["name"] == "exchange"]
        for container in (*spec["containers"], *spec["initContainers"])
    }
    assert mounts == {
        "orders": [{"name": "exchange", "mountPath": "/out", "subPath": "a"}],
        "copy": [{"name": "exchange", "mountPath": "/in", "readOnly": True}],
        "migrate": [],
    }
    assert [volume["name"] for volume in spec["volumes"]].count("exchange") == 1


def test_a_volume_of_a_stateful_set_that_is_not_persistent_has_no_claim(deploy_workload):
    volumes = {"data": {"mount_path": "/data", "size": "1Gi"}, "cache": {"mount_path": "/cache", "empty_dir": "1Gi"}}
    spec = deploy_workload(kind="StatefulSet", volumes=volumes)["orders-statefulset"].inputs["spec"]
    assert [claim["metadata"]["name"] for claim in spec["volumeClaimTemplates"]] == ["data"]
    assert {"name": "cache", "emptyDir": {"sizeLimit": "1Gi"}} in spec["template"]["spec"]["volumes"]


def test_a_directory_of_the_pod_is_not_a_single_writer(deploy_workload):
    spec = deploy_workload(volumes={"v": {"mount_path": "/v", "ephemeral_size": "1Gi"}})["orders-deployment"].inputs
    assert spec["spec"]["strategy"]["type"] == "RollingUpdate"
    assert spec["spec"]["replicas"] == 2


@pytest.mark.parametrize(
    ("volume", "findings"),
    [
        ({"mount_path": "/v"}, [("k8s-volume-source", "volumes.v.size")]),
        (
            {"mount_path": "/v", "empty_dir": "1Gi", "secret": {"name": "a"}},
            [("k8s-volume-source", "volumes.v.empty_dir")],
        ),
        ({"empty_dir": "1Gi"}, [("k8s-volume-not-mounted", "volumes.v")]),
        (
            {"mount_path": "/v", "empty_dir": "1Gi", "storage_class_name": "gp3"},
            [("k8s-volume-argument-without-effect", "volumes.v.storage_class_name")],
        ),
        (
            {"mount_path": "/v", "empty_dir": "1Gi", "protect": False},
            [("k8s-volume-argument-without-effect", "volumes.v.protect")],
        ),
        (
            {"mount_path": "/v", "empty_dir": "1Gi", "access_mode": "ReadWriteMany"},
            [("k8s-volume-argument-without-effect", "volumes.v.access_mode")],
        ),
        (
            {"mount_path": "/v", "empty_dir": "1Gi", "file_mode": 0o400},
            [("k8s-volume-argument-without-effect", "volumes.v.file_mode")],
        ),
        (
            {"mount_path": "/v", "ephemeral_size": "1Gi", "access_mode": "ReadOnlyMany"},
            [("k8s-volume-argument-without-effect", "volumes.v.access_mode")],
        ),
        ({"mount_path": "/v", "memory_empty_dir": "16"}, [("k8s-volume-size-unit", "volumes.v.memory_empty_dir")]),
        ({"mount_path": "/v", "empty_dir": "2Gi"}, [("k8s-shared-directory-size", "volumes.v.empty_dir")]),
        (
            {"mount_path": "/v", "memory_empty_dir": "512Mi"},
            [("k8s-shared-directory-size", "volumes.v.memory_empty_dir")],
        ),
        ({"mount_path": "/v", "memory_empty_dir": "512Mi", "read_only": True}, []),
        (
            {"mount_path": "/v", "csi": {"driver": "a.example", "attributes": {"password": "hunter2"}}},
            [("k8s-volume-attribute-secret", "volumes.v.csi.attributes.password")],
        ),
        (
            {"mount_path": "/v", "projected": [{}]},
            [("k8s-projected-source", "volumes.v.projected[0]")],
        ),
        ({"mount_path": "/v", "nfs": {"server": "a", "path": "/"}}, [("k8s-nfs-volume", "volumes.v.nfs")]),
    ],
)
def test_findings(findings_of, volume, findings):
    assert findings_of(volumes={"v": volume}) == findings


def test_arguments_of_a_mount_need_a_path(findings_of):
    mounts = {"volume_mounts": {"/v": {"volume": "v"}}}
    volume = {"empty_dir": "1Gi", "sub_path": "a", "containers": []}
    assert findings_of(volumes={"v": volume}, container=mounts) == [
        ("k8s-volume-argument-without-effect", "volumes.v.sub_path"),
        ("k8s-volume-argument-without-effect", "volumes.v.containers"),
    ]


def test_mounts_of_unknown_volumes(findings_of):
    assert findings_of(container={"volume_mounts": {"/v": {"volume": "v"}}}) == [
        ("k8s-volume-mount", "container.volume_mounts['/v'].volume")
    ]


def test_two_mounts_at_one_path(findings_of):
    container = {"volume_mounts": {"/v": {"volume": "v"}}}
    volumes = {"v": {"empty_dir": "1Gi"}, "w": {"mount_path": "/v", "empty_dir": "1Mi"}}
    assert [rule for rule, _ in findings_of(container=container, volumes=volumes)] == ["k8s-duplicate-mount"]


def test_shared_memory_counts_for_each_container_that_writes(findings_of):
    volumes = {"v": {"memory_empty_dir": "64Mi"}}
    writer = {**SIDECAR, "volume_mounts": {"/v": {"volume": "v"}}}
    reader = {**SIDECAR, "volume_mounts": {"/v": {"volume": "v", "read_only": True}}}
    assert findings_of(volumes=volumes, sidecars={"a": reader}) == []
    assert findings_of(volumes=volumes, sidecars={"a": writer}) == [
        ("k8s-shared-directory-size", "volumes.v.memory_empty_dir")
    ]


@pytest.mark.parametrize("path", ["/absolute", "a/../b", ""])
def test_paths_in_a_volume_are_relative(path):
    with pytest.raises(InvalidInput, match=r"relative path without '\.\.'"):
        PodVolume(mount_path="/v", config_map={"name": "a", "items": {path: "key"}})
