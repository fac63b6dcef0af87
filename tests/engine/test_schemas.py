"""What workloads and namespaces render keeps to the strict schemas of every Kubernetes that is supported."""

import pytest
from workloads import WORKLOADS, objects_of, rendered

from moorings import KubernetesNamespace

validator = pytest.importorskip("kubernetes_validate")

VERSIONS = ["1.33", "1.34", "1.35", "1.36", "1.37"]
"""From the oldest that a managed cluster of AWS still runs in standard support to the newest, in November 2026."""


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("changed", WORKLOADS.values(), ids=WORKLOADS)
def test_every_object_keeps_to_the_schema(version, changed):
    for each in objects_of("shop", changed):
        validator.validate(each, version, strict=True)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_namespace_keeps_to_the_schema(version):
    for each in rendered(lambda: KubernetesNamespace("shop", {"default_deny_ingress": True})):
        validator.validate(each, version, strict=True)


def test_a_mistake_would_be_seen():
    (deployment,) = (each for each in objects_of("shop", {}) if each["kind"] == "Deployment")
    with pytest.raises(validator.ValidationError):
        validator.validate({**deployment, "spec": {**deployment["spec"], "replica": 2}}, VERSIONS[0], strict=True)
