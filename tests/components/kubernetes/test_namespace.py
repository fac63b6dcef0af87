"""Namespaces."""

import pytest

from moorings import InvalidInput, KubernetesNamespace, KubernetesNamespaceArgs


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
    ("name", "args", "message"),
    [
        (
            "Shop",
            {},
            ": name: must be 1 to 63 lower-case letters, digits and hyphens, and begin and end with a letter or "
            "digit, got 'Shop'",
        ),
        ("default", {}, ": namespace_name: 'default' is reserved; choose another name"),
        ("kube-system", {}, ": namespace_name: 'kube-system' is reserved; choose another name"),
        (
            "shop",
            {"namespace_name": "default"},
            ": namespace_name: 'default' is reserved; choose another name",
        ),
        (
            "shop",
            {"labels": {"pod-security.kubernetes.io/warn": "baseline"}},
            ": labels: pod-security.kubernetes.io/warn is set by pod_security; remove it",
        ),
        (
            "shop",
            {"labels": {"elbv2.k8s.aws/pod-readiness-gate-inject": "disabled"}, "pod_readiness_gates": True},
            ": labels: elbv2.k8s.aws/pod-readiness-gate-inject is set by pod_readiness_gates; remove it",
        ),
        ("shop", {"pod_security": "none"}, ".pod_security: expected 'restricted', 'baseline' or 'privileged'"),
    ],
)
def test_invalid_arguments_are_rejected(deploy, name, args, message):
    with pytest.raises(InvalidInput) as error:
        deploy(lambda: KubernetesNamespace(name, args))
    assert str(error.value) == f"KubernetesNamespace {name!r}{message}"


@pytest.mark.parametrize(
    "label", ["pod-security.kubernetes.io/enforce-version", "elbv2.k8s.aws/pod-readiness-gate-inject"]
)
def test_other_labels_of_the_same_prefix_are_accepted(deploy_namespace, label):
    assert deploy_namespace(labels={label: "v1.36"})["shop-namespace"].inputs["metadata"]["labels"][label] == "v1.36"


def test_namespace_name_overrides_an_invalid_component_name(deploy_namespace):
    assert deploy_namespace(name="Shop", namespace_name="kubernetes")["Shop-namespace"]
