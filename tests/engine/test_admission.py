"""The API server rejects invalid objects, so that accepting an object means something.

Every invalid object differs in one detail from a valid one. For workloads the server only warns about pods that it
would reject later; the client of these tests treats the warning as an error.
"""

import pytest
from kubernetes_api import RejectedError
from objects import autoscaler, budget, config, deployment, ingress, pod, service

POD = ("spec",)
TEMPLATE = ("spec", "template", "spec")
FIRST = ("containers", 0)

GOOD = [pod, deployment, service, autoscaler, budget, ingress, config]

PRIVILEGED = {"allowPrivilegeEscalation": True, "privileged": True}

MISTAKES = {
    # Pod Security
    "privileged": (
        pod,
        {(*POD, *FIRST, "securityContext"): PRIVILEGED},
        403,
        "must not set securityContext.privileged=true",
    ),
    "host path": (
        pod,
        {(*POD, "volumes"): [{"name": "logs", "hostPath": {"path": "/var/log"}}]},
        403,
        'restricted volume types.*"hostPath"',
    ),
    "host network": (pod, {(*POD, "hostNetwork"): True}, 403, "hostNetwork=true"),
    "root": (pod, {(*POD, "securityContext", "runAsNonRoot"): None}, 403, "runAsNonRoot != true"),
    "user 0": (pod, {(*POD, "securityContext", "runAsUser"): 0}, 403, "must not set runAsUser=0"),
    "escalation": (
        pod,
        {(*POD, *FIRST, "securityContext", "allowPrivilegeEscalation"): None},
        403,
        "allowPrivilegeEscalation != false",
    ),
    "capabilities": (pod, {(*POD, *FIRST, "securityContext", "capabilities"): None}, 403, "unrestricted capabilities"),
    "added capability": (
        pod,
        {(*POD, *FIRST, "securityContext", "capabilities", "add"): ["NET_ADMIN"]},
        403,
        "unrestricted capabilities|non-default capabilities",
    ),
    "seccomp": (pod, {(*POD, "securityContext", "seccompProfile"): None}, 403, "seccompProfile.type"),
    "a deployment of privileged pods": (
        deployment,
        {(*TEMPLATE, *FIRST, "securityContext"): PRIVILEGED},
        299,
        "would violate PodSecurity.*privileged",
    ),
    # Form
    "unknown field": (deployment, {("spec", "replica"): 3}, 400, "field not declared in schema|unknown field"),
    "unknown field of a container": (pod, {(*POD, *FIRST, "livenesProbe"): {}}, 400, "livenesProbe"),
    "unknown kind": (deployment, {("kind",): "Deploymnet"}, 404, "no kind Deploymnet"),
    "wrong type": (deployment, {("spec", "replicas"): "three"}, 400, "replicas"),
    "quantity": (pod, {(*POD, *FIRST, "resources", "requests", "memory"): "128 MB"}, 400, "quantities must match"),
    "name": (service, {("metadata", "name"): "Orders"}, 422, "Invalid value"),
    "label": (deployment, {("spec", "template", "metadata", "labels", "team"): "data & events"}, 422, "valid label"),
    # Semantics
    "limit below request": (
        pod,
        {(*POD, *FIRST, "resources", "limits", "memory"): "64Mi"},
        422,
        "must be less than or equal to memory limit",
    ),
    "mount without volume": (
        pod,
        {(*POD, *FIRST, "volumeMounts"): [{"name": "data", "mountPath": "/data"}]},
        422,
        "volumeMounts.*Not found",
    ),
    "two kinds of probe in one": (
        pod,
        {(*POD, *FIRST, "livenessProbe", "tcpSocket"): {"port": 8080}},
        422,
        "may not specify more than 1 handler type",
    ),
    "liveness that must succeed twice": (
        pod,
        {(*POD, *FIRST, "livenessProbe", "successThreshold"): 2},
        422,
        "must be 1",
    ),
    "value and reference": (
        pod,
        {
            (*POD, *FIRST, "env"): [
                {"name": "A", "value": "a", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
            ]
        },
        422,
        "may not be specified when `value` is not empty",
    ),
    "no room to roll": (
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
    "selector of others": (
        deployment,
        {("spec", "selector", "matchLabels", "app"): "payments"},
        422,
        "does not match template",
    ),
    "negative grace": (
        deployment,
        {(*TEMPLATE, "terminationGracePeriodSeconds"): -1},
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
    "more at least than at most": (
        autoscaler,
        {("spec", "minReplicas"): 7},
        422,
        "must be greater than or equal to `minReplicas`",
    ),
    "budget of both kinds": (budget, {("spec", "minAvailable"): 2}, 422, "cannot be both set"),
    "two ports of one name": (
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


def with_changes(thing, changes):
    """Return the object with other values at some paths. None removes a value."""
    for path, value in changes.items():
        at = thing
        for key in path[:-1]:
            at = at[key]
        if value is None:
            del at[path[-1]]
        else:
            at[path[-1]] = value
    return thing


@pytest.mark.parametrize("make", GOOD, ids=lambda make: make.__name__)
def test_valid_objects_are_accepted(api_server, namespace, make):
    api_server.api.apply(make(namespace), dry_run=True)
    api_server.api.create(make(namespace), dry_run=True)


@pytest.mark.parametrize("name", MISTAKES)
def test_invalid_objects_are_rejected(api_server, namespace, name):
    make, changes, code, reason = MISTAKES[name]
    with pytest.raises(RejectedError, match=f"(?s){reason}") as error:
        api_server.api.create(with_changes(make(namespace), changes), dry_run=True)
    assert error.value.code == code


@pytest.mark.parametrize(
    "name", ["unknown field", "quantity", "host path", "a deployment of privileged pods", "metric without source"]
)
def test_apply_is_validated_like_create(api_server, namespace, name):
    make, changes, _, _ = MISTAKES[name]
    with pytest.raises(RejectedError):
        api_server.api.apply(with_changes(make(namespace), changes), dry_run=True)


def test_a_dry_run_creates_nothing(api_server, namespace):
    api_server.api.apply(config(namespace), dry_run=True)
    with pytest.raises(RejectedError, match="not found"):
        api_server.api.get(config(namespace))


@pytest.mark.parametrize(
    ("make", "changes", "reason"),
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
def test_immutable_fields_cannot_be_changed(api_server, make, changes, reason):
    namespace = api_server.namespace()
    api_server.api.apply(make(namespace))
    with pytest.raises(RejectedError, match=reason) as error:
        api_server.api.apply(with_changes(make(namespace), changes))
    assert error.value.code == 422


def test_other_pod_security_levels_accept_more_than_restricted(api_server):
    make, changes, _, _ = MISTAKES["privileged"]
    api_server.api.create(with_changes(make(api_server.namespace("privileged")), changes), dry_run=True)
