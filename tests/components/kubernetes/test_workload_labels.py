"""Names and recommended labels of a workload."""

import pytest

from moorings import InvalidInput


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "Orders",
            "must be 1 to 63 lower-case letters, digits and hyphens, begin with a letter and not end with a hyphen, "
            "got 'Orders'",
        ),
        (
            "a" * 44,
            "must have at most 43 characters, so that the name of the Deployment, with -deployment and 9 characters "
            "of Pulumi, has at most 63, got 44",
        ),
    ],
)
def test_invalid_names_are_rejected(deploy_workload, name, message):
    with pytest.raises(InvalidInput) as error:
        deploy_workload(name=name)
    assert str(error.value) == f"KubernetesWorkload {name!r}: name: {message}"


def test_the_longest_name_is_accepted(deploy_workload):
    assert deploy_workload(name="a" * 43)


def test_names_of_stateful_sets_have_at_most_52_characters(deploy_workload, rejection):
    assert rejection(kind="StatefulSet", object_name="a" * 53) == (
        ": object_name: a StatefulSet must have at most 52 characters, since its revisions are label values, got 53 in "
        f"{'a' * 53!r}"
    )
    assert deploy_workload(kind="StatefulSet", object_name="a" * 52)
    assert deploy_workload(object_name="a" * 53)


@pytest.mark.parametrize("argument", ["init_containers", "sidecars"])
def test_the_name_of_the_main_container_is_reserved(rejection, argument):
    container = {
        "image": "registry.example/orders@sha256:" + "0" * 64,
        "cpu_request": "10m",
        "memory_request": "16Mi",
    }
    assert rejection(**{argument: {"orders": container}}) == (
        f": {argument}: orders is the name of the main container; rename it"
    )
