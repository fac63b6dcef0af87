"""Persistent volumes of a workload."""

import pytest

DIGEST = "registry.example/orders@sha256:" + "0" * 64
SIDECAR = {"image": DIGEST, "cpu_request": "10m", "memory_request": "16Mi"}
DATA = {"data": {"mount_path": "/data", "size": "1Gi"}}


def scaled(**changed):
    return {"autoscaling": {"max_replicas": 10, **changed}}


# Rejected arguments, message after the name of the component, and similar arguments that are valid.
CASES = {
    "kind missing": (
        {"volumes": DATA},
        ": kind: required with volumes; set StatefulSet for one volume per pod, or Deployment for a volume that all "
        "pods share",
        {"volumes": DATA, "kind": "StatefulSet"},
    ),
    "volume without source": (
        {"volumes": {"data": {"mount_path": "/data"}}, "kind": "StatefulSet"},
        ".volumes.data: neither of size and claim_name set; set size for a new volume, or claim_name for an existing "
        "one",
        {"volumes": DATA, "kind": "StatefulSet"},
    ),
    "volume with two sources": (
        {"volumes": {"data": {"mount_path": "/data", "size": "1Gi", "claim_name": "a"}}, "kind": "Deployment"},
        ".volumes.data: both of size and claim_name set; set size for a new volume, or claim_name for an existing one",
        {"volumes": DATA, "kind": "Deployment", "availability": {"replicas": 1}},
    ),
    "new volume that is read-only": (
        {"volumes": {"data": {**DATA["data"], "access_mode": "ReadOnlyMany"}}, "kind": "Deployment"},
        ".volumes.data: access_mode: a new volume is empty and stays empty with ReadOnlyMany; set claim_name of a "
        "filled volume, or another access_mode",
        {
            "volumes": {"data": {"mount_path": "/data", "claim_name": "a", "access_mode": "ReadOnlyMany"}},
            "kind": "Deployment",
        },
    ),
    "reserved name": (
        {"volumes": {"folder-1": DATA["data"]}, "kind": "StatefulSet"},
        ": volumes: the prefix folder- is reserved, got folder-1; rename the volume",
        {"volumes": {"folders": DATA["data"]}, "kind": "StatefulSet"},
    ),
    "claim shared by a StatefulSet": (
        {"volumes": {"data": {"mount_path": "/data", "claim_name": "a"}}, "kind": "StatefulSet"},
        ": volumes.data: the pods of a StatefulSet cannot share a claim with access mode ReadWriteOnce; set size for "
        "one volume per pod",
        {
            "volumes": {"data": {"mount_path": "/data", "claim_name": "a", "access_mode": "ReadWriteMany"}},
            "kind": "StatefulSet",
        },
    ),
    "unknown container": (
        {"volumes": {"data": {**DATA["data"], "containers": ["proxy"]}}, "kind": "StatefulSet"},
        ": volumes.data.containers: proxy is not a sidecar or init container",
        {
            "volumes": {"data": {**DATA["data"], "containers": ["proxy"]}},
            "kind": "StatefulSet",
            "sidecars": {"proxy": SIDECAR},
        },
    ),
    "mount path of an emptyDir": (
        {"volumes": {"data": {"mount_path": "/tmp", "size": "1Gi"}}, "kind": "StatefulSet"},
        ": volumes.data.mount_path: /tmp is mounted twice; use each path once",
        {"volumes": DATA, "kind": "StatefulSet"},
    ),
    "mount path of a sidecar's emptyDir": (
        {
            "volumes": {"data": {"mount_path": "/cache", "size": "1Gi", "containers": ["proxy"]}},
            "kind": "StatefulSet",
            "sidecars": {"proxy": {**SIDECAR, "empty_dirs": {"/cache": "1Mi"}}},
        },
        ": volumes.data.mount_path: /cache is mounted twice; use each path once",
        {
            "volumes": {"data": {"mount_path": "/cache", "size": "1Gi"}},
            "kind": "StatefulSet",
            "sidecars": {"proxy": {**SIDECAR, "empty_dirs": {"/cache": "1Mi"}}},
        },
    ),
    "two volumes with the same path": (
        {"volumes": {**DATA, "more": DATA["data"]}, "kind": "StatefulSet"},
        ": volumes: /data is mounted twice; use each path once",
        {"volumes": {**DATA, "more": {"mount_path": "/more", "size": "1Gi"}}, "kind": "StatefulSet"},
    ),
    "single writer with RollingUpdate": (
        {"volumes": DATA, "kind": "Deployment", "strategy": "RollingUpdate", "availability": {"replicas": 1}},
        ": strategy: old and new pods cannot both use volume data with access mode ReadWriteOnce; remove it, as it "
        "defaults to Recreate",
        {"volumes": DATA, "kind": "Deployment", "strategy": "Recreate", "availability": {"replicas": 1}},
    ),
    "single writer with two pods": (
        {"volumes": DATA, "kind": "Deployment"},
        ": availability: only one pod can use volume data with access mode ReadWriteOnce, got 2; set "
        "availability.replicas=1, or use a StatefulSet",
        {"volumes": DATA, "kind": "Deployment", "availability": {"level": "development"}},
    ),
    "single writer with autoscaling": (
        {"volumes": DATA, "kind": "Deployment", **scaled()},
        ": autoscaling: only one pod can use volume data with access mode ReadWriteOnce; remove it",
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
        ".volumes.data: storage_class_name and protect cannot be set for the existing volume of claim_name; remove it",
        {"volumes": {"data": {**DATA["data"], "storage_class_name": "gp3"}}, "kind": "StatefulSet"},
    ),
    "invalid storage class": (
        {"volumes": {"data": {**DATA["data"], "storage_class_name": "Bad Class"}}, "kind": "StatefulSet"},
        ".volumes.data.storage_class_name: must be 1 to 253 lower-case letters, digits, hyphens and dots, and begin "
        "and end with a letter or digit, got 'Bad Class'",
        {"volumes": {"data": {**DATA["data"], "storage_class_name": "ebs.gp3-1"}}, "kind": "StatefulSet"},
    ),
}


@pytest.mark.parametrize(("changed", "message"), [case[:2] for case in CASES.values()], ids=CASES)
def test_invalid_arguments_are_rejected(rejection, changed, message):
    assert rejection(**changed) == message


@pytest.mark.parametrize("changed", [case[2] for case in CASES.values()], ids=CASES)
def test_similar_valid_arguments_are_accepted(deploy_workload, changed):
    assert deploy_workload(**changed)["orders"]
