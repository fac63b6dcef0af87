"""Namespaces."""

import pytest

from moorings import KubernetesNamespace, KubernetesNamespaceArgs

GATE = "elbv2.k8s.aws/pod-readiness-gate-inject"


@pytest.fixture
def deploy_namespace(deploy):
    """Deploy a namespace."""

    def make(*, name="shop", preview=False, **args):
        return deploy(lambda: KubernetesNamespace(name, KubernetesNamespaceArgs(**args)), preview=preview)

    return make


def test_default_namespace_admits_only_restricted_pods(deploy_namespace):
    plan = deploy_namespace()
    assert plan.urns == [
        "urn:pulumi:test::moorings::moorings:index:KubernetesNamespace$kubernetes:core/v1:Namespace::shop-namespace",
        "urn:pulumi:test::moorings::moorings:index:KubernetesNamespace::shop",
    ]
    assert plan["shop-namespace"].protect
    assert plan["shop-namespace"].inputs == {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": "shop",
            "labels": {
                "pod-security.kubernetes.io/enforce": "restricted",
                "pod-security.kubernetes.io/audit": "restricted",
                "pod-security.kubernetes.io/warn": "restricted",
            },
        },
    }


def test_all_arguments(deploy_namespace):
    plan = deploy_namespace(
        namespace_name="orders",
        pod_security="baseline",
        pod_readiness_gates=True,
        default_deny_ingress=True,
        labels={"team": "a"},
        protect=False,
    )
    metadata = plan["shop-namespace"].inputs["metadata"]
    assert metadata["name"] == "orders"
    assert metadata["labels"]["team"] == "a"
    assert metadata["labels"]["elbv2.k8s.aws/pod-readiness-gate-inject"] == "enabled"
    assert metadata["labels"]["pod-security.kubernetes.io/enforce"] == "baseline"
    assert not plan["shop-namespace"].protect
    policy = plan["shop-deny-by-default"]
    assert policy.inputs["metadata"] == {"namespace": "orders"}
    assert policy.inputs["spec"] == {"podSelector": {}, "policyTypes": ["Ingress"]}


def test_the_name_is_known_in_a_preview(deploy):
    names = []
    deploy(lambda: KubernetesNamespace("shop", {}).namespace_name.apply(names.append), preview=True)
    assert names == ["shop"]


@pytest.mark.parametrize(
    ("name", "args", "rule", "path"),
    [
        ("Shop", {}, "k8s-namespace-name", "namespace_name"),
        ("default", {}, "k8s-reserved-namespace", "namespace_name"),
        ("kube-system", {}, "k8s-reserved-namespace", "namespace_name"),
        ("shop", {"namespace_name": "default"}, "k8s-reserved-namespace", "namespace_name"),
        ("shop", {"namespace_name": "Shop"}, "argument-format", "namespace_name"),
        (
            "shop",
            {"labels": {"pod-security.kubernetes.io/enforce": "baseline"}},
            "k8s-namespace-label",
            "labels['pod-security.kubernetes.io/enforce']",
        ),
        (
            "shop",
            {"labels": {GATE: "disabled"}, "pod_readiness_gates": True},
            "k8s-namespace-label",
            f"labels['{GATE}']",
        ),
        ("shop", {"pod_security": "none"}, "argument-choice", "pod_security"),
    ],
)
def test_invalid_arguments_are_rejected(deploy, rejected, name, args, rule, path):  # noqa: PLR0917
    with rejected(rule, path):
        deploy(lambda: KubernetesNamespace(name, args))


@pytest.mark.parametrize(("level", "count"), [("restricted", 0), ("baseline", 0), ("privileged", 1), ("latest", 0)])
def test_labels_can_report_a_stricter_level_than_the_enforced_one(deploy_namespace, logged, level, count):
    label = "pod-security.kubernetes.io/audit"
    plan = deploy_namespace(pod_security="baseline", labels={label: level})
    assert plan["shop-namespace"].inputs["metadata"]["labels"][label] == level
    assert logged(plan) == [("k8s-pod-security-report", f"labels['{label}']")] * count


@pytest.mark.parametrize("label", ["pod-security.kubernetes.io/enforce-version", GATE])
def test_other_labels_of_the_same_prefix_are_accepted(deploy_namespace, label):
    assert deploy_namespace(labels={label: "v1.36"})["shop-namespace"].inputs["metadata"]["labels"][label] == "v1.36"


def test_namespace_name_overrides_an_invalid_component_name(deploy_namespace):
    assert deploy_namespace(name="Shop", namespace_name="kubernetes")["Shop-namespace"]
