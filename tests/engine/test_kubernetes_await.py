"""How the emulated Kubernetes provider waits, against a control plane with simulated nodes.

Each condition, timer and message is that of the real provider: see ``emulated_providers/kubernetes_await``.
"""

from copy import deepcopy

import pytest
from emulated_providers.kubernetes_await import clock
from emulated_providers.kubernetes_await.annotations import propagation_policy, timeout_seconds
from emulated_providers.kubernetes_await.awaiter import AwaitConfig, NotReadyError
from emulated_providers.kubernetes_await.kinds import check_readiness, wait_until_deleted, wait_until_ready
from emulated_providers.kubernetes_await.status_messages import StatusMessages
from objects import budget, config, deployment, ingress, named, pod, pod_spec, service

OTHER_IMAGE = "registry.example/orders@sha256:" + "1" * 64
LATER, NEVER = {"tests/ready-after": "300ms"}, {"tests/ready-after": "1h"}
NO_ENDPOINTS = "Service does not target any Pods"


@pytest.fixture
def api(control_plane):
    return control_plane.api


@pytest.fixture
def namespace(control_plane):
    return control_plane.namespace()


@pytest.fixture(autouse=True)
def fast_clock(monkeypatch):
    """A second of the provider takes 50 ms: its default timeout is 30 s, and endpoints settle within 0.5 s."""
    monkeypatch.setenv(clock.VARIABLE, "0.05")


class Waiting:
    """Applies objects and waits for them as the provider does."""

    def __init__(self, api) -> None:
        self.api = api
        self.messages: list[tuple[str, str]] = []

    def config_of(self, object_, timeout: float = 0) -> AwaitConfig:
        """Apply an object, and return what an awaiter needs."""
        applied = self.api.apply(object_, manager="pulumi")
        messages = StatusMessages("urn", lambda severity, text, urn: self.messages.append((severity, text)))
        return AwaitConfig(self.api, applied, object_, messages, timeout_seconds(timeout, object_))

    def up(self, object_, timeout: float = 0):
        """Apply an object, wait, and return the live object."""
        wait_until_ready(self.config_of(object_, timeout))
        return self.api.get(object_)

    def failure(self, object_, timeout: float) -> NotReadyError:
        """Apply an object, and return the error."""
        with pytest.raises(NotReadyError) as error:
            self.up(object_, timeout)
        return error.value

    def warnings(self) -> list[str]:
        """The warnings until now."""
        return [text for severity, text in self.messages if severity == "warning"]


@pytest.fixture
def waiting(api):
    return Waiting(api)


def annotated(object_, annotations):
    """A copy with annotations."""
    copy = deepcopy(object_)
    copy["metadata"].setdefault("annotations", {}).update(annotations)
    return copy


def with_pods(workload, annotations, image=None):
    """A copy with annotations, and an image, of its pods."""
    copy = deepcopy(workload)
    template = copy["spec"]["template"]
    template["metadata"]["annotations"] = annotations
    if image:
        template["spec"]["containers"][0]["image"] = image
    return copy


def set_status(api, object_, status):
    """Set the status, as a controller does."""
    path = f"{api.path(object_)}/status"
    api.request("PATCH", path, {"status": status}, content_type="application/merge-patch+json")


# Deployments


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
    (replica_set,) = wait_for(waiting.api, "apps/v1", "ReplicaSet", namespace)
    (pod_,) = wait_for(waiting.api, "v1", "Pod", namespace)
    assert replica_set["metadata"]["uid"] == pod_["metadata"]["ownerReferences"][0]["uid"]
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


def wait_for(api, api_version, kind, namespace):
    """The objects of a kind, as soon as there are any."""
    for type_, observed in api.watch(api_version, kind, namespace):
        if type_ == "ADDED":
            return [{"apiVersion": api_version, "kind": kind, **observed}]
    raise AssertionError


# StatefulSets


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


# Services


def test_a_service_waits_while_endpoints_are_pending(waiting, namespace):
    waiting.api.apply(with_pods(deployment(namespace), LATER))
    wait_for(waiting.api, "v1", "Pod", namespace)
    waiting.up(service(namespace))
    (endpoints,) = waiting.api.list("v1", "Endpoints", namespace)
    assert all("notReadyAddresses" not in subset for subset in endpoints.get("subsets", []))


def test_a_service_with_pending_endpoints_is_not_ready(waiting, namespace):
    waiting.api.apply(with_pods(deployment(namespace), NEVER))
    gated = pod(namespace)
    gated["spec"]["readinessGates"] = [{"conditionType": "example.com/registered"}]
    gated["metadata"]["labels"] = {"app": "orders"}
    waiting.api.apply(gated)
    waiting.api.wait(gated, lambda observed: observed["status"].get("podIP"))
    error = waiting.failure(service(namespace), timeout=40)
    assert error.reasons[0].startswith(NO_ENDPOINTS)


def test_a_service_without_endpoints_is_ready(waiting, namespace):
    waiting.up(service(namespace))
    assert waiting.messages[-1] == ("info", "Service initialization complete")


@pytest.mark.parametrize(
    "spec",
    [
        {"clusterIP": "None", "selector": {"app": "orders"}, "ports": [{"port": 80}]},
        {"ports": [{"port": 80}]},
        {"type": "ExternalName", "externalName": "orders.example.com"},
    ],
    ids=["headless", "without a selector", "ExternalName"],
)
def test_services_that_do_not_wait_for_endpoints(waiting, namespace, spec):
    waiting.up(named("v1", "Service", namespace, spec=spec), timeout=100)
    assert [text for _, text in waiting.messages] == ["[1/3] Finding Pods to direct traffic to"]


def test_a_load_balancer_waits_for_its_address(waiting, namespace):
    balanced = service(namespace)
    balanced["spec"]["type"] = "LoadBalancer"
    error = waiting.failure(balanced, timeout=20)
    assert error.reasons[-1].startswith("Service was not allocated an IP address")
    set_status(waiting.api, balanced, {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}})
    waiting.up(balanced)


# Ingresses


def published(waiting, object_):
    """Apply an Ingress that has an address already."""
    waiting.api.apply(object_, manager="pulumi")
    set_status(waiting.api, object_, {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}})
    return object_


def test_an_ingress_waits_for_its_address(waiting, namespace):
    waiting.api.apply(service(namespace))
    error = waiting.failure(ingress(namespace), timeout=40)
    assert error.reasons[0].startswith("Ingress .status.loadBalancer field was not updated")
    assert ("info", "[2/3] Waiting for update of .status.loadBalancer with hostname/IP") in waiting.messages
    waiting.up(published(waiting, ingress(namespace)))
    assert waiting.warnings() == []


def test_an_ingress_with_an_unknown_service_is_ready_with_a_warning(waiting, namespace):
    waiting.api.apply(service(namespace))
    action = ingress(namespace)
    path = {"path": "/metrics", "pathType": "Prefix", "backend": {"service": {"name": "closed", "port": {"number": 1}}}}
    action["spec"]["rules"][0]["http"]["paths"].append(path)
    waiting.up(published(waiting, action))
    warning = 'No matching service found for ingress rule: "orders.example.com/metrics" -> "closed"'
    assert waiting.warnings() == [warning]


def test_an_ingress_in_a_namespace_without_endpoints_waits_for_60_s(waiting, namespace):
    error = waiting.failure(published(waiting, ingress(namespace)), timeout=50)
    assert error.reasons == ["Ingress has at least one rule with an unavailable target endpoint."]
    waiting.up(ingress(namespace), timeout=80)
    assert len(waiting.warnings()) == 1


def test_an_ingress_does_not_wait_for_endpoints_of_an_external_name(waiting, namespace):
    external = {"type": "ExternalName", "externalName": "orders.example.com"}
    waiting.api.apply(named("v1", "Service", namespace, spec=external))
    waiting.up(published(waiting, ingress(namespace)), timeout=40)
    assert waiting.warnings() == []


# Jobs, pods and claims


def job(namespace, **changed):
    template = {"spec": {**pod_spec(), "restartPolicy": "Never"}}
    return named("batch/v1", "Job", namespace, spec={"template": template, **changed})


def test_a_job_waits_for_its_completion(waiting, namespace):
    assert waiting.up(job(namespace))["status"]["succeeded"] == 1


def test_a_failed_job_is_an_error_immediately(waiting, namespace):
    failing = with_pods_of_job(job(namespace, activeDeadlineSeconds=1), NEVER)
    error = waiting.failure(failing, timeout=10_000)
    assert str(error) == "Resource 'orders' was created but failed to initialize"
    assert error.reasons[-1].startswith("[DeadlineExceeded]")


def with_pods_of_job(object_, annotations):
    object_["spec"]["template"]["metadata"] = {"annotations": annotations}
    return object_


def test_a_pod_waits_for_its_readiness(waiting, namespace):
    live = waiting.up(annotated(pod(namespace), LATER))
    assert {condition["type"]: condition["status"] for condition in live["status"]["conditions"]}["Ready"] == "True"
    assert all(text.startswith(f'Waiting for Pod "{namespace}/orders" to be') for _, text in waiting.messages)
    assert waiting.messages


def claim_spec(**changed):
    size = {"requests": {"storage": "1Gi"}}
    return {"accessModes": ["ReadWriteOnce"], "storageClassName": "", "resources": size, **changed}


@pytest.fixture
def storage_class(api, namespace):
    """Returns a function that creates a storage class."""
    created = []

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


def test_a_volume_is_ready_when_it_is_available(waiting, api, namespace):
    spec = {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "hostPath": {"path": "/data"},
        "storageClassName": namespace,
    }
    volume = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": namespace}, "spec": spec}
    assert waiting.up(volume)["status"]["phase"] == "Available"
    api.delete(volume)


@pytest.mark.parametrize("object_", [config, budget], ids=lambda function: function.__name__)
def test_other_kinds_are_ready_immediately(waiting, namespace, object_):
    waiting.up(object_(namespace))
    assert waiting.messages == []


# Annotations


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
    waiting.up(published(waiting, waited), timeout=10)
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


# Refreshes and deletions


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
