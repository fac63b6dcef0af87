"""How the emulated Kubernetes provider waits for workloads and claims, with simulated nodes.

Each condition, timer and message is that of the real provider: see ``emulated_providers/kubernetes_await``.
"""

import pytest
from emulated_providers.kubernetes_await import clock
from emulated_providers.kubernetes_await.awaiter import NotReadyError
from emulated_providers.kubernetes_await.kinds import wait_until_ready
from objects import budget, config, deployment, named, pod, pod_spec
from waiting import LATER, NEVER, annotated, first_object, set_status, with_pods
from workloads import OTHER_IMAGE


def test_a_deployment_waits_for_all_replicas(waiting, namespace):
    live = waiting.up(with_pods(deployment(namespace), LATER))
    assert live["status"]["readyReplicas"] == 3
    assert waiting.messages[-1] == ("info", "Deployment initialization complete")
    live = waiting.up(with_pods(deployment(namespace), LATER, OTHER_IMAGE))
    assert live["status"]["updatedReplicas"] == live["status"]["availableReplicas"] == live["status"]["replicas"] == 3


def test_a_deployment_without_replicas_waits_for_one_pod(waiting, namespace):
    unspecified = with_pods(deployment(namespace), LATER)
    del unspecified["spec"]["replicas"]
    assert waiting.up(unspecified)["status"]["readyReplicas"] == 1


def test_a_deployment_scaled_to_zero_is_ready(waiting, namespace):
    waiting.up(deployment(namespace, replicas=0))
    assert waiting.warnings() == ['Replicas scaled to 0 for Deployment "orders"']


def test_a_failed_deployment_is_awaited_until_the_timeout(waiting, namespace):
    stuck = with_pods(deployment(namespace), NEVER)
    stuck["spec"]["progressDeadlineSeconds"] = 1
    error = waiting.failure(stuck, timeout=100)
    assert str(error) == "'orders' timed out waiting to be Ready"
    reported = [warning for warning in waiting.warnings() if warning.startswith("[ProgressDeadlineExceeded]")]
    assert set(reported) < set(error.reasons)
    assert "Minimum number of live Pods was not attained" in error.reasons


def test_a_failed_update_of_a_deployment_names_the_new_replica_set(waiting, namespace):
    waiting.up(deployment(namespace))
    error = waiting.failure(with_pods(deployment(namespace), NEVER, OTHER_IMAGE), timeout=40)
    assert error.reasons == ["Minimum number of Pods to consider the application live was not attained"]


def test_a_deployment_waits_for_its_claims(waiting, namespace):
    claim = named("v1", "PersistentVolumeClaim", namespace, spec=claim_spec())
    waiting.api.apply(claim)
    mounted = deployment(namespace, replicas=1)
    mounted["spec"]["template"]["spec"]["volumes"] = [
        {"name": "data", "persistentVolumeClaim": {"claimName": "orders"}}
    ]
    error = waiting.failure(mounted, timeout=40)
    assert 'Failed to bind PersistentVolumeClaim(s): "orders"' in error.reasons
    assert "PersistentVolumeClaim: [orders] is not ready. status.phase currently at: Pending" in waiting.warnings()


def test_errors_of_containers_are_reported(waiting, namespace):
    unready = with_pods(deployment(namespace, replicas=1), NEVER)
    unready["spec"]["template"]["spec"]["schedulerName"] = "none"
    config_ = waiting.config_of(unready, timeout=100)
    pod_ = first_object(waiting.api, "v1", "Pod", namespace)
    state = {"waiting": {"reason": "ImagePullBackOff", "message": "not found"}}
    container = {"name": "orders", "image": "x", "imageID": "", "ready": False, "restartCount": 0, "state": state}
    conditions = [{"type": type_, "status": "True"} for type_ in ("PodScheduled", "Initialized")]
    not_ready = {"type": "Ready", "status": "False", "reason": "ContainersNotReady", "message": "unready: [orders]"}
    set_status(waiting.api, pod_, {"conditions": [*conditions, not_ready], "containerStatuses": [container]})
    with pytest.raises(NotReadyError) as error:
        wait_until_ready(config_)
    reason = f"[Pod {namespace}/{pod_['metadata']['name']}]: unready: [orders][ImagePullBackOff] not found"
    assert error.value.reasons[-1] == reason
    assert reason in waiting.warnings()


def stateful_set(namespace, **changed):
    spec = {key: value for key, value in deployment(namespace)["spec"].items() if key != "strategy"}
    return named("apps/v1", "StatefulSet", namespace, spec={**spec, "serviceName": "orders", **changed})


def test_a_stateful_set_waits_for_all_pods_of_the_revision(waiting, namespace):
    waiting.up(with_pods(stateful_set(namespace), LATER))
    live = waiting.up(with_pods(stateful_set(namespace), LATER, OTHER_IMAGE))
    assert live["status"]["currentRevision"] == live["status"]["updateRevision"]
    assert live["status"]["readyReplicas"] == live["status"]["currentReplicas"] == 3
    texts = [text for _, text in waiting.messages]
    assert "[1/2] Waiting for StatefulSet to create Pods (0/3 Pods ready)" in texts
    assert any(text.startswith("[1/3] Waiting for StatefulSet update to roll out") for text in texts)
    assert texts[-1] == "StatefulSet initialization complete"


def test_a_stateful_set_that_is_updated_by_hand_does_not_wait_for_the_revision(waiting, namespace):
    on_delete = {"updateStrategy": {"type": "OnDelete"}}
    waiting.up(stateful_set(namespace, **on_delete))
    live = waiting.up(with_pods(stateful_set(namespace, **on_delete), NEVER, OTHER_IMAGE))
    assert live["status"]["currentRevision"] != live["status"]["updateRevision"]


def test_a_stuck_stateful_set_reports_its_progress(waiting, namespace):
    waiting.up(stateful_set(namespace, replicas=1))
    error = waiting.failure(with_pods(stateful_set(namespace, replicas=1), NEVER, OTHER_IMAGE), timeout=40)
    assert error.reasons[0] == "0 out of 1 replicas succeeded readiness checks"
    assert error.reasons[1].startswith("StatefulSet controller failed to advance from revision")


def job(namespace, **changed):
    template = {"spec": {**pod_spec(), "restartPolicy": "Never"}}
    return named("batch/v1", "Job", namespace, spec={"template": template, **changed})


def test_a_job_waits_for_its_completion(waiting, namespace):
    assert waiting.up(job(namespace))["status"]["succeeded"] == 1


def test_a_failed_job_is_an_error_immediately(waiting, namespace):
    failing = with_pods(job(namespace, activeDeadlineSeconds=1), NEVER)
    error = waiting.failure(failing, timeout=10_000)
    assert str(error) == "Resource 'orders' was created but failed to initialize"
    assert error.reasons[-1].startswith("[DeadlineExceeded]")


def test_a_pod_waits_for_its_readiness(waiting, namespace):
    live = waiting.up(annotated(pod(namespace), LATER))
    assert {condition["type"]: condition["status"] for condition in live["status"]["conditions"]}["Ready"] == "True"
    assert all(text.startswith(f'Waiting for Pod "{namespace}/orders" to be') for _, text in waiting.messages)
    assert waiting.messages


def claim_spec(**changed):
    size = {"requests": {"storage": "1Gi"}}
    return {"accessModes": ["ReadWriteOnce"], "storageClassName": "", "resources": size, **changed}


@pytest.fixture
def storage_class(control_plane, namespace):
    """Returns a function that creates a storage class."""
    api, created = control_plane.api, []

    def create(binding_mode):
        fields = {"provisioner": "kubernetes.io/no-provisioner", "volumeBindingMode": binding_mode}
        name = f"{namespace}-{binding_mode.lower()}"
        created.append({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": name}})
        api.apply({**created[-1], **fields})
        return name

    yield create
    for object_ in created:
        api.delete(object_)


def test_a_claim_that_is_bound_by_its_first_pod_is_ready_while_it_is_pending(waiting, namespace, storage_class):
    spec = claim_spec(storageClassName=storage_class("WaitForFirstConsumer"))
    assert waiting.up(named("v1", "PersistentVolumeClaim", namespace, spec=spec))["status"]["phase"] == "Pending"


def test_other_claims_wait_5_minutes_whatever_the_program_sets(waiting, monkeypatch, namespace, storage_class):
    monkeypatch.setenv(clock.VARIABLE, "0.005")
    spec = claim_spec(storageClassName=storage_class("Immediate"))
    error = waiting.failure(named("v1", "PersistentVolumeClaim", namespace, spec=spec), timeout=100_000)
    assert str(error) == "Timeout occurred polling for 'orders'"


def test_a_volume_is_ready_when_it_is_available(waiting, namespace):
    spec = {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "hostPath": {"path": "/data"},
        "storageClassName": namespace,
    }
    volume = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": namespace}, "spec": spec}
    assert waiting.up(volume)["status"]["phase"] == "Available"
    waiting.api.delete(volume)


@pytest.mark.parametrize("object_", [config, budget], ids=lambda function: function.__name__)
def test_other_kinds_are_ready_immediately(waiting, namespace, object_):
    waiting.up(object_(namespace))
    assert waiting.messages == []
