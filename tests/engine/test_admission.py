"""What the API server refuses, so that its silence means something.

Every mistake is planted in an object that is admitted without it. A workload is judged by the pods that it would make, of which
the server only warns: a controller is refused them later, where nobody looks.
"""

import pytest
from kubernetes_api import RefusedError
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
    # Meaning
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


def planted(thing, changes):
    """The object with other values at these places; without what is changed to None."""
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
def test_what_is_right_is_admitted(api_server, namespace, make):
    api_server.api.apply(make(namespace), dry_run=True)
    api_server.api.create(make(namespace), dry_run=True)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_refused(api_server, namespace, name):
    make, changes, code, reason = MISTAKES[name]
    with pytest.raises(RefusedError, match=f"(?s){reason}") as refused:
        api_server.api.create(planted(make(namespace), changes), dry_run=True)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "name", ["unknown field", "quantity", "host path", "a deployment of privileged pods", "metric without source"]
)
def test_an_apply_is_judged_as_a_creation_is(api_server, namespace, name):
    make, changes, _, _ = MISTAKES[name]
    with pytest.raises(RefusedError):
        api_server.api.apply(planted(make(namespace), changes), dry_run=True)


def test_a_dry_run_leaves_nothing(api_server, namespace):
    api_server.api.apply(config(namespace), dry_run=True)
    with pytest.raises(RefusedError, match="not found"):
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
def test_what_is_immutable_stays(api_server, make, changes, reason):
    namespace = api_server.namespace()
    api_server.api.apply(make(namespace))
    with pytest.raises(RefusedError, match=reason) as refused:
        api_server.api.apply(planted(make(namespace), changes))
    assert refused.value.code == 422


def test_another_level_admits_what_restricted_refuses(api_server):
    make, changes, _, _ = MISTAKES["privileged"]
    api_server.api.create(planted(make(api_server.namespace("privileged")), changes), dry_run=True)
