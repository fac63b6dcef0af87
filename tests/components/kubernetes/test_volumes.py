"""Persistent volumes of a workload."""

import pytest

DIGEST = "registry.example/orders@sha256:" + "0" * 64
SIDECAR = {"image": DIGEST, "cpu_request": "10m", "memory_request": "16Mi"}
DATA = {"data": {"mount_path": "/data", "size": "1Gi"}}


def scaled(**changed):
    return {"autoscaling": {"max_replicas": 10, **changed}}


# Arguments, what is found in them, each with its path, and similar arguments that are valid.
CASES = {
    "kind missing": (
        {"volumes": DATA},
        [("k8s-volume-without-kind", "kind")],
        {"volumes": DATA, "kind": "StatefulSet"},
    ),
    "volume without source": (
        {"volumes": {"data": {"mount_path": "/data"}}, "kind": "StatefulSet"},
        [("k8s-volume-source", "volumes.data.size")],
        {"volumes": DATA, "kind": "StatefulSet"},
    ),
    "volume with two sources": (
        {"volumes": {"data": {"mount_path": "/data", "size": "1Gi", "claim_name": "a"}}, "kind": "Deployment"},
        [("k8s-single-writer-volume", "availability.replicas"), ("k8s-volume-source", "volumes.data.size")],
        {"volumes": DATA, "kind": "Deployment", "availability": {"replicas": 1}},
    ),
    "new volume that is read-only": (
        {"volumes": {"data": {**DATA["data"], "access_mode": "ReadOnlyMany"}}, "kind": "Deployment"},
        [("k8s-volume-argument-without-effect", "volumes.data.access_mode")],
        {
            "volumes": {"data": {"mount_path": "/data", "claim_name": "a", "access_mode": "ReadOnlyMany"}},
            "kind": "Deployment",
        },
    ),
    "reserved name": (
        {"volumes": {"folder-1": DATA["data"]}, "kind": "StatefulSet"},
        [],
        {"volumes": {"folders": DATA["data"]}, "kind": "StatefulSet"},
    ),
    "claim shared by a StatefulSet": (
        {"volumes": {"data": {"mount_path": "/data", "claim_name": "a"}}, "kind": "StatefulSet"},
        [("k8s-single-writer-volume", "volumes.data")],
        {
            "volumes": {"data": {"mount_path": "/data", "claim_name": "a", "access_mode": "ReadWriteMany"}},
            "kind": "StatefulSet",
        },
    ),
    "claim of a StatefulSet that may scale": (
        {"volumes": {"data": {"mount_path": "/data", "claim_name": "a"}}, "kind": "StatefulSet", **scaled()},
        [("k8s-single-writer-volume", "volumes.data")],
        {
            "volumes": {"data": {"mount_path": "/data", "claim_name": "a"}},
            "kind": "StatefulSet",
            "availability": {"replicas": 1},
        },
    ),
    "unknown container": (
        {"volumes": {"data": {**DATA["data"], "containers": ["proxy"]}}, "kind": "StatefulSet"},
        [("k8s-volume-container", "volumes.data.containers[0]")],
        {
            "volumes": {"data": {**DATA["data"], "containers": ["proxy"]}},
            "kind": "StatefulSet",
            "sidecars": {"proxy": SIDECAR},
        },
    ),
    "mount path of an emptyDir": (
        {"volumes": {"data": {"mount_path": "/tmp", "size": "1Gi"}}, "kind": "StatefulSet"},
        [("k8s-duplicate-mount", "volumes.data.mount_path")],
        {"volumes": DATA, "kind": "StatefulSet"},
    ),
    "mount path of a sidecar's emptyDir": (
        {
            "volumes": {"data": {"mount_path": "/cache", "size": "1Gi", "containers": ["proxy"]}},
            "kind": "StatefulSet",
            "sidecars": {"proxy": {**SIDECAR, "empty_dirs": {"/cache": "1Mi"}}},
        },
        [("k8s-duplicate-mount", "volumes.data.mount_path")],
        {
            "volumes": {"data": {"mount_path": "/cache", "size": "1Gi"}},
            "kind": "StatefulSet",
            "sidecars": {"proxy": {**SIDECAR, "empty_dirs": {"/cache": "1Mi"}}},
        },
    ),
    "two volumes with the same path": (
        {"volumes": {**DATA, "more": DATA["data"]}, "kind": "StatefulSet"},
        [("k8s-duplicate-mount", "volumes.more.mount_path")],
        {"volumes": {**DATA, "more": {"mount_path": "/more", "size": "1Gi"}}, "kind": "StatefulSet"},
    ),
    "single writer with RollingUpdate": (
        {"volumes": DATA, "kind": "Deployment", "strategy": "RollingUpdate", "availability": {"replicas": 1}},
        [("k8s-single-writer-volume", "strategy")],
        {"volumes": DATA, "kind": "Deployment", "strategy": "Recreate", "availability": {"replicas": 1}},
    ),
    "single writer with two pods": (
        {"volumes": DATA, "kind": "Deployment"},
        [("k8s-single-writer-volume", "availability.replicas")],
        {"volumes": DATA, "kind": "Deployment", "availability": {"level": "development"}},
    ),
    "single writer with autoscaling": (
        {"volumes": DATA, "kind": "Deployment", **scaled()},
        [("k8s-single-writer-volume", "autoscaling")],
        {"volumes": DATA, "kind": "StatefulSet", **scaled()},
    ),
    "storage class of an existing claim": (
        {
            "volumes": {
                "data": {
                    "mount_path": "/data",
                    "claim_name": "a",
                    "access_mode": "ReadWriteMany",
                    "storage_class_name": "gp3",
                    "protect": False,
                }
            },
            "kind": "Deployment",
        },
        [
            ("k8s-volume-argument-without-effect", "volumes.data.storage_class_name"),
            ("k8s-volume-argument-without-effect", "volumes.data.protect"),
        ],
        {"volumes": {"data": {**DATA["data"], "storage_class_name": "gp3"}}, "kind": "StatefulSet"},
    ),
    "invalid storage class": (
        {"volumes": {"data": {**DATA["data"], "storage_class_name": "Bad Class"}}, "kind": "StatefulSet"},
        [("argument-format", "volumes.data.storage_class_name")],
        {"volumes": {"data": {**DATA["data"], "storage_class_name": "ebs.gp3-1"}}, "kind": "StatefulSet"},
    ),
}


@pytest.mark.parametrize(("changed", "findings"), [case[:2] for case in CASES.values()], ids=CASES)
def test_invalid_arguments_are_found(findings_of, changed, findings):
    assert findings_of(**changed) == findings


@pytest.mark.parametrize("changed", [case[2] for case in CASES.values()], ids=CASES)
def test_similar_valid_arguments_are_accepted(deploy_workload, changed):
    assert deploy_workload(**changed)["orders"]
