"""Privileges of containers."""

import pytest

from moorings import InvalidInput, PodContainer

SMALL = {"image": "registry.example/orders:1", "cpu_request": "10m", "memory_request": "16Mi"}


@pytest.fixture
def security_context(deploy_workload):
    """Deploy a workload whose container has these privileges, and return its security context."""

    def deploy(acknowledge=(), **container):
        program = deploy_workload(container=container, acknowledge=dict.fromkeys(acknowledge, "a test"))
        (main,) = program["orders-deployment"].inputs["spec"]["template"]["spec"]["containers"]
        return main["securityContext"]

    return deploy


def test_a_container_has_no_privileges_by_default(security_context):
    assert security_context() == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }


def test_added_capabilities_include_that_of_net_bind_service_once(security_context):
    security = {"add_capabilities": ["NET_ADMIN", "NET_BIND_SERVICE"]}
    context = security_context(["k8s-added-capability"], security=security, net_bind_service=True)
    assert context["capabilities"] == {"drop": ["ALL"], "add": ["NET_BIND_SERVICE", "NET_ADMIN"]}


def test_a_container_can_retain_the_capabilities_of_the_runtime(security_context):
    context = security_context(["k8s-retained-capabilities"], security={"drop_capabilities": []})
    assert context["capabilities"] == {}


def test_a_privileged_container_may_gain_privileges(security_context):
    context = security_context(["k8s-privileged"], security={"privileged": True})
    assert context["privileged"] is True
    assert context["allowPrivilegeEscalation"] is True


def test_every_privilege_is_rejected(findings_of):
    security = {
        "add_capabilities": ["NET_BIND_SERVICE", "SYS_TIME"],
        "drop_capabilities": [],
        "allow_privilege_escalation": True,
        "privileged": True,
    }
    assert findings_of(container={"security": security}) == [
        ("k8s-added-capability", "container.security.add_capabilities[1]"),
        ("k8s-retained-capabilities", "container.security.drop_capabilities"),
        ("k8s-privilege-escalation", "container.security.allow_privilege_escalation"),
        ("k8s-privileged", "container.security.privileged"),
    ]


def test_privileges_of_sidecars_are_checked(findings_of):
    sidecar = {**SMALL, "image": "registry.example/proxy@sha256:" + "0" * 64, "security": {"privileged": True}}
    assert findings_of(sidecars={"proxy": sidecar}) == [("k8s-privileged", "sidecars.proxy.security.privileged")]


@pytest.mark.parametrize("capability", ["CAP_NET_ADMIN", "net_admin", ""])
def test_capabilities_have_the_names_of_kubernetes(capability):
    with pytest.raises(InvalidInput, match="without the prefix CAP_, such as NET_ADMIN"):
        PodContainer(**SMALL, security={"add_capabilities": [capability]})
