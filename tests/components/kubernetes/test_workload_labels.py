"""Names of a workload, its objects and its containers."""

import pytest


@pytest.mark.parametrize("name", ["Orders", "2orders", "orders-", "a" * 47])
def test_invalid_names(deploy_workload, rejected, name):
    with rejected("k8s-name-length", "name"):
        deploy_workload(name=name)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("a" * 46, {}),
        ("a" * 63, {"object_name": "orders"}),
        ("a" * 63, {"service_ports": {}}),
        ("a" * 52, {"kind": "StatefulSet", "service_ports": {}}),
    ],
)
def test_the_longest_names(deploy_workload, name, changed):
    assert deploy_workload(name=name, **changed)


def test_names_of_stateful_sets(deploy_workload, rejected):
    for changed in ({"object_name": "a" * 53}, {"name": "a" * 53, "service_ports": {}}, {"name": "a" * 47}):
        with rejected("k8s-name-length"):
            deploy_workload(kind="StatefulSet", **changed)
    assert deploy_workload(kind="StatefulSet", object_name="a" * 52)
    assert deploy_workload(object_name="a" * 53)


@pytest.mark.parametrize("argument", ["init_containers", "sidecars"])
def test_the_name_of_the_main_container_is_reserved(deploy_workload, rejected, argument):
    image = "registry.example/orders@sha256:" + "0" * 64
    container = {"image": image, "cpu_request": "10m", "memory_request": "16Mi"}
    with rejected("k8s-duplicate-container", f"{argument}.orders"):
        deploy_workload(**{argument: {"orders": container}})
