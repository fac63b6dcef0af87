"""Misconfigurations of Kubernetes objects that checkov and the Kubernetes schemas find."""

import pulumi_kubernetes as kubernetes
import pytest
from conftest import KUBERNETES, write_objects
from scanners import checkov, kubernetes_validate, rules

from moorings.preview.program import StackContext, run

CONTEXT = StackContext("moorings", "example")


def objects(tmp_path, program):
    return write_objects({"example": run(program, CONTEXT, known=True)}, tmp_path)


def deployment(**container):
    labels = {"app": "a"}
    return lambda: kubernetes.apps.v1.Deployment(
        "a",
        metadata={"name": "a", "namespace": "apps"},
        spec={
            "selector": {"match_labels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "a", "image": "a", **container}]},
            },
        },
    )


@pytest.mark.parametrize("version", KUBERNETES)
@pytest.mark.parametrize(
    ("container", "message"),
    [
        ({"imagPullPolicy": "Always"}, "Additional properties are not allowed"),
        ({"ports": [{"containerPort": "http"}]}, "is not of type 'integer'"),
        ({"env": [{"value": "a"}]}, "'name' is a required property"),
        ({"env": [{"name": "A", "value": 1}]}, "is not of type"),
    ],
)
def test_invalid_objects_violate_the_schema(tmp_path, version, container, message):
    (finding,) = kubernetes_validate(version, objects(tmp_path, deployment(**container)))
    assert (finding.rule, finding.location) == ("schema", "example apps_v1-deployment-apps-a")
    assert message in finding.message


@pytest.mark.parametrize("version", KUBERNETES)
def test_a_valid_object_has_no_findings(tmp_path, version):
    folder = objects(tmp_path, deployment(imagePullPolicy="Always", env=[{"name": "A", "value": "1"}]))
    assert kubernetes_validate(version, folder) == []


def test_an_unknown_kind_is_a_finding(tmp_path):
    def program():
        kubernetes.apiextensions.CustomResource("c", api_version="example.com/v1", kind="Thing", metadata={"name": "c"})

    (finding,) = kubernetes_validate(KUBERNETES[0], objects(tmp_path, program))
    assert (finding.rule, finding.location) == ("unknown kind", "example example.com_v1-thing-default-c")


def test_misconfigurations_are_found(tmp_path):
    insecure = deployment(securityContext={"privileged": True}, env=[{"name": "A", "value": "1"}])
    findings = checkov("kubernetes", objects(tmp_path, insecure))
    assert "example Deployment.apps.a" in {finding.location for finding in findings}
    assert rules(findings) >= {
        "CKV_K8S_8",  # no liveness probe
        "CKV_K8S_9",  # no readiness probe
        "CKV_K8S_10",  # no CPU request
        "CKV_K8S_12",  # no memory request
        "CKV_K8S_13",  # no memory limit
        "CKV_K8S_16",  # a privileged container
        "CKV_K8S_20",  # privilege escalation
        "CKV_K8S_22",  # a writable root file system
        "CKV_K8S_23",  # runs as root
        "CKV_K8S_31",  # no seccomp profile
        "CKV_K8S_38",  # an unused service account token
        "CKV_K8S_43",  # an image without a digest
    }


def test_an_empty_folder_has_no_findings(tmp_path):
    assert kubernetes_validate(KUBERNETES[0], tmp_path) == []
