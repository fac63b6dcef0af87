"""How annotations change what the emulated Kubernetes provider waits for, and how it waits at refreshes and deletions.

Each condition, timer and message is that of the real provider: see ``emulated_providers/kubernetes_await``.
"""

import pytest
from emulated_providers.kubernetes_await.annotations import propagation_policy, timeout_seconds
from emulated_providers.kubernetes_await.awaiter import NotReadyError
from emulated_providers.kubernetes_await.kinds import check_readiness, wait_until_deleted
from objects import config, deployment, ingress, pod, service
from waiting import LATER, NEVER, annotated, publish_address, with_pods


def test_an_annotation_skips_the_wait(waiting, namespace):
    waiting.up(annotated(with_pods(deployment(namespace), NEVER), {"pulumi.com/skipAwait": "true"}))
    assert waiting.messages == []


@pytest.mark.parametrize(
    "conditions",
    ["condition=Ready", "condition=Ready=True", "jsonpath={.status.phase}=Running"],
)
def test_an_annotation_waits_for_a_condition(waiting, namespace, conditions):
    live = waiting.up(annotated(pod(namespace), {**LATER, "pulumi.com/waitFor": conditions}))
    assert live["status"]["phase"] == "Running"


def test_an_annotation_waits_for_all_conditions(waiting, namespace):
    both = '["jsonpath={.status.containerStatuses[0].ready}=true", "jsonpath={.status.podIPs}"]'
    assert waiting.up(annotated(pod(namespace), {**LATER, "pulumi.com/waitFor": both}))["status"]["podIPs"]


def test_conditions_of_an_annotation_replace_those_of_the_kind(waiting, namespace):
    address = "jsonpath={.status.loadBalancer.ingress[0]}"
    waited = annotated(ingress(namespace), {"pulumi.com/waitFor": address})
    error = waiting.failure(waited, timeout=10)
    assert str(error) == 'timed out waiting for the condition of "orders"'
    waiting.up(publish_address(waiting, waited), timeout=10)
    assert waiting.messages == [("info", "Waiting for {.status.loadBalancer.ingress[0]}")]


@pytest.mark.parametrize("expression", ["{.status}", "jsonpath={.items[*]}"])
def test_expressions_that_are_not_emulated_are_errors(waiting, namespace, expression):
    with pytest.raises(LookupError, match="expected a"):
        waiting.up(annotated(config(namespace), {"pulumi.com/waitFor": expression}))


@pytest.mark.parametrize(
    ("option", "value", "seconds"),
    [(0, None, 600), (0, "30", 30), (45, "30", 45), (0, "soon", 600)],
    ids=["default", "annotation", "option", "invalid annotation"],
)
def test_timeouts(option, value, seconds):
    annotations = {"pulumi.com/timeoutSeconds": value} if value else {}
    assert timeout_seconds(option, {"metadata": {"annotations": annotations}}) == seconds


@pytest.mark.parametrize(
    ("value", "policy"),
    [(None, "Foreground"), ("background", "Background"), ("ORPHAN", "Orphan"), ("none", "Foreground")],
)
def test_propagation_policies(value, policy):
    annotations = {"pulumi.com/deletionPropagationPolicy": value} if value else {}
    assert propagation_policy({"metadata": {"annotations": annotations}}) == policy


def test_a_refresh_checks_the_current_state(waiting, namespace):
    waiting.up(deployment(namespace))
    check_readiness(waiting.config_of(deployment(namespace)))
    check_readiness(waiting.config_of(config(namespace)))
    check_readiness(waiting.config_of(service(namespace)))
    with pytest.raises(NotReadyError, match="'orders' was created but failed to initialize"):
        check_readiness(waiting.config_of(ingress(namespace)))


def test_a_deletion_waits_for_dependents(waiting, namespace):
    stopping = with_pods(deployment(namespace), {"tests/stops-after": "1s"})
    waiting.up(stopping)
    config_ = waiting.config_of(stopping)
    waiting.api.delete(stopping, propagation_policy="Foreground")
    wait_until_deleted(config_)
    assert waiting.api.list("apps/v1", "Deployment", namespace) == []
    assert waiting.api.list("v1", "Pod", namespace) == []


def test_the_deletion_of_a_namespace_waits_for_its_objects(waiting, namespace):
    waiting.up(deployment(namespace, replicas=1))
    object_ = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
    config_ = waiting.config_of(object_)
    waiting.api.delete(object_, propagation_policy="Foreground")
    wait_until_deleted(config_)
    assert namespace not in {found["metadata"]["name"] for found in waiting.api.list("v1", "Namespace")}
    assert waiting.api.list("v1", "Pod", namespace) == []


def test_a_deletion_blocked_by_a_finalizer_times_out(waiting, namespace):
    kept = config(namespace)
    kept["metadata"]["finalizers"] = ["example.com/keep"]
    config_ = waiting.config_of(kept, timeout=10)
    waiting.api.delete(kept)
    with pytest.raises(NotReadyError) as error:
        wait_until_deleted(config_)
    assert error.value.reasons == ["finalizers might be preventing deletion (example.com/keep)"]
    path = waiting.api.path(kept)
    patch = {"metadata": {"finalizers": None}}
    waiting.api.request("PATCH", path, patch, content_type="application/merge-patch+json")
    wait_until_deleted(config_)


def test_an_annotation_skips_the_wait_for_the_deletion_of_some_kinds(waiting, namespace):
    skipped = {"pulumi.com/skipAwait": "true"}
    wait_until_deleted(waiting.config_of(annotated(deployment(namespace), skipped)))
    with pytest.raises(NotReadyError):
        wait_until_deleted(waiting.config_of(annotated(config(namespace), skipped), timeout=1))
