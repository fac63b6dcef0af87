"""The files of `moorings preview --yaml` apply in their order, and their pods become ready."""

from pathlib import Path

import pytest
import yaml

from moorings.preview.kubernetes_yaml import write_yaml
from moorings.preview.project import Project

ROOT = Path(__file__).parents[2]
STACKS = {"constellation-development": "constellation-development", "constellation-production": "constellation"}
"""The stacks with Kubernetes objects, and their namespaces."""


@pytest.fixture
def apply(api):
    """Returns a function that applies the files of a folder in the order of ``kubectl apply --recursive``."""
    applied = []

    def apply_files(folder):
        applied.extend(api.apply(yaml.safe_load(file.read_text())) for file in sorted(folder.rglob("*.yaml")))
        return applied

    yield apply_files
    for object_ in reversed(applied):
        api.delete(object_)
    for object_ in applied:
        if object_["kind"] == "Namespace":  # other tests create it again
            api.wait_for_deletion(object_)


@pytest.mark.parametrize("stack", STACKS)
def test_the_files_of_a_stack_apply_and_its_pods_become_ready(tmp_path, api, apply, stack):
    write_yaml(Project(ROOT).preview(stack).known, tmp_path)

    applied = apply(tmp_path)

    (deployment,) = (object_ for object_ in applied if object_["kind"] == "Deployment")
    replicas = deployment["spec"]["replicas"]
    ready = api.wait(deployment, lambda current: current.get("status", {}).get("readyReplicas") == replicas)
    assert ready["metadata"]["namespace"] == STACKS[stack]
    assert references(deployment) <= {(object_["kind"], object_["metadata"]["name"]) for object_ in applied}


def references(deployment):
    """The kind and the name of each object that the pods refer to."""
    pod = deployment["spec"]["template"]["spec"]
    sources = [source for container in pod["containers"] for source in container.get("envFrom", [])]
    kinds = {"configMapRef": "ConfigMap", "secretRef": "Secret"}
    return {
        ("ServiceAccount", pod["serviceAccountName"]),
        *((kind, source[key]["name"]) for source in sources for key, kind in kinds.items() if key in source),
    }
