"""Rendered workloads and namespaces conform to the strict schemas of every supported Kubernetes release."""

import pytest
from workloads import WORKLOADS, objects_of, rendered

from moorings import KubernetesNamespace

validator = pytest.importorskip("kubernetes_validate")

VERSIONS = ["1.33", "1.34", "1.35", "1.36", "1.37"]
"""From the oldest release with standard support on Amazon EKS to the newest one, as of 2026-11-21."""


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("changed", WORKLOADS.values(), ids=WORKLOADS)
def test_all_objects_conform_to_the_schemas(version, changed):
    for object_ in objects_of("shop", changed):
        validator.validate(object_, version, strict=True)


@pytest.mark.parametrize("version", VERSIONS)
def test_namespaces_conform_to_the_schemas(version):
    for object_ in rendered(lambda: KubernetesNamespace("shop", {"default_deny_ingress": True})):
        validator.validate(object_, version, strict=True)


def test_the_schemas_reject_invalid_objects():
    (deployment,) = (object_ for object_ in objects_of("shop", {}) if object_["kind"] == "Deployment")
    with pytest.raises(validator.ValidationError):
        validator.validate({**deployment, "spec": {**deployment["spec"], "replica": 2}}, VERSIONS[0], strict=True)
