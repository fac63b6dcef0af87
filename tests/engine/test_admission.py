"""The API server rejects invalid objects, so that the other tests can rely on its validation.

Each invalid object differs from a valid one in one field. For pods of a workload that Pod Security would reject, the
server only returns a warning. The client of these tests treats it as an error.
"""

import pytest
from kubernetes_api import RejectedError
from objects import autoscaler, budget, config, deployment, ingress, pod, service

POD_SPEC = ("spec",)
TEMPLATE_SPEC = ("spec", "template", "spec")
FIRST_CONTAINER = ("containers", 0)

VALID = [pod, deployment, service, autoscaler, budget, ingress, config]

PRIVILEGED = {"allowPrivilegeEscalation": True, "privileged": True}

INVALID = {
    # Pod Security
    "privileged": (
        pod,
        {(*POD_SPEC, *FIRST_CONTAINER, "securityContext"): PRIVILEGED},
        403,
        "must not set securityContext.privileged=true",
    ),
    "host path": (
        pod,
        {(*POD_SPEC, "volumes"): [{"name": "logs", "hostPath": {"path": "/var/log"}}]},
        403,
        'restricted volume types.*"hostPath"',
    ),
    "host network": (pod, {(*POD_SPEC, "hostNetwork"): True}, 403, "hostNetwork=true"),
    "root": (pod, {(*POD_SPEC, "securityContext", "runAsNonRoot"): None}, 403, "runAsNonRoot != true"),
    "user 0": (pod, {(*POD_SPEC, "securityContext", "runAsUser"): 0}, 403, "must not set runAsUser=0"),
    "escalation": (
        pod,
        {(*POD_SPEC, *FIRST_CONTAINER, "securityContext", "allowPrivilegeEscalation"): None},
        403,
        "allowPrivilegeEscalation != false",
    ),
    "capabilities": (
        pod,
        {(*POD_SPEC, *FIRST_CONTAINER, "securityContext", "capabilities"): None},
        403,
        "unrestricted capabilities",
    ),
    "added capability": (
        pod,
        {(*POD_SPEC, *FIRST_CONTAINER, "securityContext", "capabilities", "add"): ["NET_ADMIN"]},
        403,
        "unrestricted capabilities|non-default capabilities",
    ),
    "seccomp": (pod, {(*POD_SPEC, "securityContext", "seccompProfile"): None}, 403, "seccompProfile.type"),
    "a deployment of privileged pods": (
        deployment,
        {(*TEMPLATE_SPEC, *FIRST_CONTAINER, "securityContext"): PRIVILEGED},
        299,
        "would violate PodSecurity.*privileged",
    ),
    # Schema
    "unknown field": (deployment, {("spec", "replica"): 3}, 400, "field not declared in schema|unknown field"),
    "unknown field of a container": (pod, {(*POD_SPEC, *FIRST_CONTAINER, "livenesProbe"): {}}, 400, "livenesProbe"),
    "unknown kind": (deployment, {("kind",): "Deploymnet"}, 404, "no kind Deploymnet"),
    "wrong type": (deployment, {("spec", "replicas"): "three"}, 400, "replicas"),
    "quantity": (
        pod,
        {(*POD_SPEC, *FIRST_CONTAINER, "resources", "requests", "memory"): "128 MB"},
        400,
        "quantities must match",
    ),
    "name": (service, {("metadata", "name"): "Orders"}, 422, "Invalid value"),
    "label": (deployment, {("spec", "template", "metadata", "labels", "team"): "data & events"}, 422, "valid label"),
    # Semantics
    "limit below request": (
        pod,
        {(*POD_SPEC, *FIRST_CONTAINER, "resources", "limits", "memory"): "64Mi"},
        422,
        "must be less than or equal to memory limit",
    ),
    "mount without volume": (
        pod,
        {(*POD_SPEC, *FIRST_CONTAINER, "volumeMounts"): [{"name": "data", "mountPath": "/data"}]},
        422,
        "volumeMounts.*Not found",
    ),
    "probe with two handlers": (
        pod,
        {(*POD_SPEC, *FIRST_CONTAINER, "livenessProbe", "tcpSocket"): {"port": 8080}},
        422,
        "may not specify more than 1 handler type",
    ),
    "liveness with success threshold 2": (
        pod,
        {(*POD_SPEC, *FIRST_CONTAINER, "livenessProbe", "successThreshold"): 2},
        422,
        "must be 1",
    ),
    "value and reference": (
        pod,
        {
            (*POD_SPEC, *FIRST_CONTAINER, "env"): [
                {"name": "A", "value": "a", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
            ]
        },
        422,
        "may not be specified when `value` is not empty",
    ),
    "neither surge nor unavailable pods": (
        deployment,
        {("spec", "strategy", "rollingUpdate", "maxSurge"): 0},
        422,
        "may not be 0 when `maxSurge` is 0",
    ),
    "recreate with a rolling update": (
        deployment,
        {("spec", "strategy", "type"): "Recreate"},
        422,
        "may not be specified when strategy",
    ),
    "selector that does not match": (
        deployment,
        {("spec", "selector", "matchLabels", "app"): "payments"},
        422,
        "does not match template",
    ),
    "negative grace period": (
        deployment,
        {(*TEMPLATE_SPEC, "terminationGracePeriodSeconds"): -1},
        299,
        "negative values are invalid",
    ),
    "metric without source": (
        autoscaler,
        {("spec", "metrics"): [{"type": "Resource"}]},
        422,
        "must populate information for the given metric",
    ),
    "metric without target": (
        autoscaler,
        {("spec", "metrics", 0, "resource", "target"): {"type": "Utilization"}},
        422,
        "must set either a target raw value or a target utilization",
    ),
    "minimum above maximum": (
        autoscaler,
        {("spec", "minReplicas"): 7},
        422,
        "must be greater than or equal to `minReplicas`",
    ),
    "budget with two limits": (budget, {("spec", "minAvailable"): 2}, 422, "cannot be both set"),
    "duplicate port name": (
        service,
        {("spec", "ports"): [{"name": "http", "port": 80}, {"name": "http", "port": 81}]},
        422,
        "Duplicate value",
    ),
    "path without type": (
        ingress,
        {("spec", "rules", 0, "http", "paths", 0, "pathType"): None},
        422,
        "pathType: Required value",
    ),
    "too large": (config, {("data", "topic"): "x" * 1_100_000}, 422, "Too long"),
}


@pytest.fixture(scope="module")
def namespace(api_server):
    return api_server.namespace()


def with_changes(object_, changes):
    """The object with changed values at some paths. None removes a value."""
    for path, value in changes.items():
        target = object_
        for key in path[:-1]:
            target = target[key]
        if value is None:
            del target[path[-1]]
        else:
            target[path[-1]] = value
    return object_


@pytest.mark.parametrize("create", VALID, ids=lambda create: create.__name__)
def test_valid_objects_are_accepted(api_server, namespace, create):
    api_server.api.apply(create(namespace), dry_run=True)
    api_server.api.create(create(namespace), dry_run=True)


@pytest.mark.parametrize("name", INVALID)
def test_invalid_objects_are_rejected(api_server, namespace, name):
    create, changes, code, reason = INVALID[name]
    with pytest.raises(RejectedError, match=f"(?s){reason}") as error:
        api_server.api.create(with_changes(create(namespace), changes), dry_run=True)
    assert error.value.code == code


@pytest.mark.parametrize(
    "name", ["unknown field", "quantity", "host path", "a deployment of privileged pods", "metric without source"]
)
def test_apply_is_validated_like_create(api_server, namespace, name):
    create, changes, _, _ = INVALID[name]
    with pytest.raises(RejectedError):
        api_server.api.apply(with_changes(create(namespace), changes), dry_run=True)


def test_a_dry_run_creates_nothing(api_server, namespace):
    api_server.api.apply(config(namespace), dry_run=True)
    with pytest.raises(RejectedError, match="not found"):
        api_server.api.get(config(namespace))


@pytest.mark.parametrize(
    ("create", "changes", "reason"),
    [
        (config, {("data", "topic"): "payments"}, "field is immutable when `immutable` is set"),
        (
            deployment,
            {("spec", "selector", "matchLabels", "tier"): "a", ("spec", "template", "metadata", "labels", "tier"): "a"},
            "immutable",
        ),
        (service, {("spec", "clusterIP"): "10.96.0.77"}, "may not change once set"),
    ],
    ids=["config", "selector", "address"],
)
def test_immutable_fields_cannot_be_changed(api_server, create, changes, reason):
    namespace = api_server.namespace()
    api_server.api.apply(create(namespace))
    with pytest.raises(RejectedError, match=reason) as error:
        api_server.api.apply(with_changes(create(namespace), changes))
    assert error.value.code == 422


def test_other_pod_security_levels_accept_more_than_restricted(api_server):
    create, changes, _, _ = INVALID["privileged"]
    api_server.api.create(with_changes(create(api_server.namespace("privileged")), changes), dry_run=True)
