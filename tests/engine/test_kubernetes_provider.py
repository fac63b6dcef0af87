"""The engine with the emulated Kubernetes provider on a control plane: failed operations, replacements, retries."""

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes
import pytest
from engine import FailedError, Run
from objects import deployment, service
from workloads import AUTOSCALER, IMAGE, NEVER_READY, OTHER_IMAGE


def program(
    namespace: str,
    *,
    name: str | None = "orders",
    app: str = "orders",
    image: str = IMAGE,
    pod_annotations: dict[str, str] | None = None,
    **options: Any,
) -> Callable[[], None]:
    """A program with a Deployment, whose name is generated without ``name``."""
    manifest = deployment(namespace, replicas=2)
    spec = manifest["spec"]
    spec["selector"]["matchLabels"]["app"] = spec["template"]["metadata"]["labels"]["app"] = app
    spec["template"]["metadata"]["annotations"] = pod_annotations or {}
    spec["template"]["spec"]["containers"][0]["image"] = image
    del spec["template"]["spec"]["topologySpreadConstraints"]
    metadata = {"namespace": namespace, **({"name": name} if name else {})}

    def declare() -> None:
        opts = pulumi.ResourceOptions(**options)
        kubernetes.apps.v1.Deployment("orders", metadata=metadata, spec=spec, opts=opts)

    return declare


def operations(run: Run) -> list[str]:
    """The operations on resources of the program, in the order in which they ended."""
    ended = [event.res_outputs_event.metadata for event in run.events if event.res_outputs_event]
    return [step.op.value for step in ended if step.urn.endswith("::orders") and step.op.value != "same"]


def only_resource(stack):
    (resource,) = stack.resources.values()
    return resource


def test_an_object_that_is_not_ready_is_kept_and_awaited_again(cluster_engine, api, namespace):
    timeouts = pulumi.CustomTimeouts(create="30s", update="30s")
    stack = cluster_engine.program("unready-test", program(namespace, custom_timeouts=timeouts))
    with pytest.raises(FailedError, match="failed to fully initialize or become live: 'orders' timed out"):
        stack.up(program(namespace, pod_annotations=NEVER_READY, custom_timeouts=timeouts))
    assert only_resource(stack)["id"] == f"{namespace}/orders"
    assert "Minimum number of live Pods was not attained" in only_resource(stack)["initErrors"]

    with pytest.raises(FailedError, match="timed out waiting to be Ready"):
        stack.up(program(namespace, pod_annotations=NEVER_READY, custom_timeouts=timeouts))

    assert operations(stack.up()) == ["update"]
    assert "initErrors" not in only_resource(stack)
    assert api.list("apps/v1", "Deployment", namespace)[0]["status"]["readyReplicas"] == 2


def test_a_refresh_records_that_an_object_is_not_ready(cluster_engine, api, namespace):
    stack = cluster_engine.program("refresh-test", program(namespace))
    stack.up()
    live = api.list("apps/v1", "Deployment", namespace)[0]
    live["spec"]["template"]["metadata"]["annotations"] = NEVER_READY
    api.request("PUT", api.path(live), live, {"fieldManager": "kubectl-edit"})
    api.wait(live, lambda observed: observed["status"].get("updatedReplicas", 0) < 2)
    stack.refresh()
    assert only_resource(stack)["initErrors"][0] == "Resource 'orders' was created but failed to initialize"


def test_a_generated_name_is_replaced_before_the_old_object_is_deleted(cluster_engine, api, namespace):
    stack = cluster_engine.program("autonamed-test", program(namespace, name=None))
    stack.up()
    (old,) = api.list("apps/v1", "Deployment", namespace)
    run = stack.up(program(namespace, name=None, app="shop"))
    assert operations(run) == ["create-replacement", "replace", "delete-replaced"]
    (new,) = api.list("apps/v1", "Deployment", namespace)
    assert new["metadata"]["name"] != old["metadata"]["name"]
    assert new["status"]["readyReplicas"] == 2


def test_an_object_with_a_name_of_the_program_is_deleted_first(cluster_engine, api, namespace):
    stack = cluster_engine.program("named-test", program(namespace))
    stack.up()
    run = stack.up(program(namespace, app="shop"))
    assert operations(run) == ["delete-replaced", "replace", "create-replacement"]
    assert api.list("apps/v1", "Deployment", namespace)[0]["status"]["readyReplicas"] == 2


def test_a_failed_replacement_keeps_the_old_object(cluster_engine, api, namespace):
    stack = cluster_engine.program("kept-test", program(namespace, name=None))
    stack.up()
    (old,) = api.list("apps/v1", "Deployment", namespace)
    timeouts = pulumi.CustomTimeouts(create="30s")
    with pytest.raises(FailedError, match="timed out waiting to be Ready"):
        stack.up(program(namespace, name=None, app="shop", pod_annotations=NEVER_READY, custom_timeouts=timeouts))
    assert api.get(old)["status"]["readyReplicas"] == 2


def scale(api, object_, replicas):
    """Set the number of replicas as an autoscaler does."""
    metadata = {key: object_["metadata"][key] for key in ("name", "namespace")}
    scaled = {
        "apiVersion": "autoscaling/v1",
        "kind": "Scale",
        "metadata": metadata,
        "spec": {"replicas": replicas},
    }
    api.request("PUT", f"{api.path(object_)}/scale", scaled, {"fieldManager": AUTOSCALER})


@pytest.mark.parametrize(("name", "replicas"), [("orders", 2), (None, 2)], ids=["named", "generated name"])
def test_ignored_replicas_in_updates_and_replacements(cluster_engine, api, namespace, name, replicas):
    """An update leaves the field to the autoscaler. A replacement has the number of the program."""
    ignored = {"ignore_changes": ["spec.replicas"]}
    stack = cluster_engine.program("ignored-test", program(namespace, name=name, **ignored))
    stack.up()
    (live,) = api.list("apps/v1", "Deployment", namespace)
    scale(api, live, 3)
    stack.up(program(namespace, name=name, image=OTHER_IMAGE, **ignored))
    assert api.get(live)["spec"]["replicas"] == 3
    stack.up(program(namespace, name=name, app="shop", **ignored))
    (new,) = api.list("apps/v1", "Deployment", namespace)
    assert new["spec"]["replicas"] == replicas


def test_a_creation_is_repeated_while_its_namespace_does_not_exist(cluster_engine, api, namespace):
    later = f"{namespace}-later"

    def declare() -> None:
        kubernetes.core.v1.ConfigMap("config", metadata={"name": "config", "namespace": later}, data={"topic": "a"})

    stack = cluster_engine.program("retry-test", declare)
    with pytest.raises(FailedError, match=f'namespaces "{later}" not found') as error:
        stack.up()
    retries = [text for name, _, text in error.value.run.status_messages if text.startswith("Retry #")]
    assert [text.partition(";")[0] for text in retries] == [f"Retry #{number}" for number in range(5)]


def test_a_destroyed_object_is_deleted_with_its_pods(cluster_engine, api, namespace):
    slow = program(namespace, pod_annotations={"tests/stops-after": "1s"})
    stack = cluster_engine.program("deleted-test", slow)
    stack.up()
    stack.destroy()
    assert api.list("v1", "Pod", namespace) == []


def test_a_blocked_deletion_fails_after_its_timeout(cluster_engine, api, namespace):
    metadata = {"name": "config", "namespace": namespace, "finalizers": ["example.com/keep"]}

    def declare() -> None:
        opts = pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(delete="10s"))
        kubernetes.core.v1.ConfigMap("config", metadata=metadata, data={"topic": "a"}, opts=opts)

    stack = cluster_engine.program("blocked-test", declare)
    stack.up()
    with pytest.raises(FailedError, match=r"finalizers might be preventing deletion \(example.com/keep\)"):
        stack.destroy()
    assert only_resource(stack)["id"] == f"{namespace}/config"


def test_a_field_of_another_manager_is_a_conflict_without_the_annotation(cluster_engine, api, namespace):
    manifest = service(namespace)
    api.apply(manifest, manager="other")

    def declare(**annotations: str) -> Callable[[], None]:
        metadata = {"name": "orders", "namespace": namespace, "annotations": annotations}
        spec = {**manifest["spec"], "selector": {"app": "shop"}}

        def declare_service() -> None:
            kubernetes.core.v1.Service("orders", metadata=metadata, spec=spec)

        return declare_service

    stack = cluster_engine.program("conflict-test", declare())
    with pytest.raises(FailedError, match='conflict with "other"'):
        stack.up()
    stack.up(declare(**{"pulumi.com/patchForce": "true"}))
    assert api.get(manifest)["spec"]["selector"] == {"app": "shop"}
