"""What checkov and the schemas of Kubernetes find in objects."""

import pulumi_kubernetes as kubernetes
import pytest
from conftest import KUBERNETES, write_objects
from judges import checkov, kubernetes_validate, rules

from moorings.preview.program import StackContext, run

SETTING = StackContext("moorings", "planted")


def objects(tmp_path, program):
    return write_objects({"planted": run(program, SETTING, known=True)}, tmp_path)


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
    ("container", "says"),
    [
        ({"imagPullPolicy": "Always"}, "Additional properties are not allowed"),
        ({"ports": [{"containerPort": "http"}]}, "is not of type 'integer'"),
        ({"env": [{"value": "a"}]}, "'name' is a required property"),
        ({"env": [{"name": "A", "value": 1}]}, "is not of type"),
    ],
)
def test_planted_mistakes_are_against_the_schema(tmp_path, version, container, says):
    (found,) = kubernetes_validate(version, objects(tmp_path, deployment(**container)))
    assert (found.rule, found.where) == ("schema", "planted apps_v1-deployment-apps-a")
    assert says in found.says


@pytest.mark.parametrize("version", KUBERNETES)
def test_a_good_neighbour_is_not(tmp_path, version):
    folder = objects(tmp_path, deployment(imagePullPolicy="Always", env=[{"name": "A", "value": "1"}]))
    assert kubernetes_validate(version, folder) == []


def test_what_no_schema_knows_is_told(tmp_path):
    def program():
        kubernetes.apiextensions.CustomResource("c", api_version="example.com/v1", kind="Thing", metadata={"name": "c"})

    (found,) = kubernetes_validate(KUBERNETES[0], objects(tmp_path, program))
    assert (found.rule, found.where) == ("unknown kind", "planted example.com_v1-thing-default-c")


def test_planted_mistakes_are_found(tmp_path):
    bad = deployment(securityContext={"privileged": True}, env=[{"name": "A", "value": "1"}])
    found = checkov("kubernetes", objects(tmp_path, bad))
    assert "planted Deployment.apps.a" in {each.where for each in found}
    assert rules(found) >= {
        "CKV_K8S_8",  # no liveness probe
        "CKV_K8S_9",  # no readiness probe
        "CKV_K8S_10",  # no request of CPU
        "CKV_K8S_12",  # no request of memory
        "CKV_K8S_13",  # no limit of memory
        "CKV_K8S_16",  # a privileged container
        "CKV_K8S_20",  # privileges that may grow
        "CKV_K8S_22",  # a container that may write to its image
        "CKV_K8S_23",  # root
        "CKV_K8S_31",  # no seccomp profile
        "CKV_K8S_38",  # a token that is not needed
        "CKV_K8S_43",  # an image without a digest
    }


def test_nothing_to_judge_is_nothing_found(tmp_path):
    assert kubernetes_validate(KUBERNETES[0], tmp_path) == []
