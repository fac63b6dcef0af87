"""Changes of deployed workloads: what is rolled out, what is rejected, and what an autoscaler keeps."""

import json
from functools import partial

import pulumi
import pytest
from engine import FailedError, wait_until
from ready_endpoints import lowest, ready_endpoints
from workloads import AUTOSCALER, OTHER_IMAGE, container

from moorings import KubernetesWorkload, WorkloadIngress
from moorings.kubernetes.change_checks import CHANGE_RULES
from moorings.preview.checks import check_changes
from moorings.preview.plan_json import plan_from_json

KEDA = "keda"
PODS = {
    "pod_annotations": {"tests/ready-after": "300ms"},
    "min_ready_seconds": 1,
    "acknowledge": {"k8s-single-replica": "a test"},
}
REASON = {"k8s-workload-replaced": "a test"}
KINDS = ["Deployment", "StatefulSet"]


@pytest.fixture
def program(namespace):
    """Returns a function that returns a program with a workload, which exports the name of its Service."""

    def with_workload(transforms=(), **changed):
        args = {"namespace": namespace, "container": container(), **PODS, **changed}

        def create():
            orders = KubernetesWorkload("orders", args, pulumi.ResourceOptions(transforms=list(transforms)))
            pulumi.export("service", orders.service_name)

        return create

    return with_workload


@pytest.fixture
def stack(cluster_engine):
    return cluster_engine.program("orders", lambda: None)


def deployed(api, namespace, kind="Deployment"):
    (workload,) = api.list("apps/v1", kind, namespace)
    return workload


def replicas(api, namespace, kind="Deployment"):
    return deployed(api, namespace, kind)["spec"]["replicas"]


def scale(api, namespace, number, *, kind="Deployment", manager=AUTOSCALER):
    """Set the number of pods as an autoscaler does, and wait until they are ready."""
    workload = deployed(api, namespace, kind)
    changed = {"spec": {"replicas": number}}
    query = {"fieldManager": manager}
    api.request("PATCH", f"{api.path(workload)}/scale", changed, query, content_type="application/merge-patch+json")
    api.wait(workload, lambda observed: observed.get("status", {}).get("readyReplicas", 0) == number)


def scaled(**changed):
    return {"autoscaling": {"min_replicas": 3, "max_replicas": 10, **changed}}


@pytest.mark.parametrize("kind", KINDS)
def test_an_autoscaled_workload_starts_with_its_minimum_and_is_left_alone(stack, api, namespace, program, kind):
    stack.up(program(kind=kind, **scaled()))
    assert deployed(api, namespace, kind)["status"]["readyReplicas"] == 3
    scale(api, namespace, 5, kind=kind)
    assert stack.up(program(kind=kind, **scaled())).changes == {}
    stack.up(program(kind=kind, **scaled(min_replicas=4), container=container(image=OTHER_IMAGE)))
    assert replicas(api, namespace, kind) == 5


def test_a_workload_that_keda_scales_from_zero_starts_without_pods(stack, api, namespace, program):
    create_scaled_object_definition(api)
    lag = {"bootstrap_servers": "b:9092", "consumer_group": "g", "topic": "t", "partitions": 4}
    zero = scaled(min_replicas=0, max_replicas=4, kafka_lag=lag)
    stack.up(program(**zero))
    assert replicas(api, namespace) == 0
    scale(api, namespace, 2, manager=KEDA)
    stack.up(program(**zero, container=container(image=OTHER_IMAGE)))
    assert replicas(api, namespace) == 2
    assert len(ready_endpoints(api, namespace, stack.outputs["service"])) == 2


def create_scaled_object_definition(api):
    """Create the custom resource definition of KEDA, which accepts any spec."""
    names = {"kind": "ScaledObject", "plural": "scaledobjects", "singular": "scaledobject"}
    spec = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}}
    version = {"name": "v1alpha1", "served": True, "storage": True, "schema": schema}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "scaledobjects.keda.sh"},
        "spec": {"group": "keda.sh", "scope": "Namespaced", "names": names, "versions": [version]},
    }
    api.apply(definition)

    def established(observed):
        conditions = observed.get("status", {}).get("conditions") or []
        return any(condition["type"] == "Established" and condition["status"] == "True" for condition in conditions)

    api.wait(definition, established)


@pytest.mark.parametrize("availability", [{"replicas": 4}, {"level": "standard"}], ids=["replicas", "level"])
def test_adding_an_autoscaler_keeps_the_number_of_pods(stack, api, namespace, program, availability):
    stack.up(program(availability=availability))
    before = replicas(api, namespace)
    count = partial(lambda service: len(ready_endpoints(api, namespace, service)), stack.outputs["service"])
    assert lowest(count, lambda: stack.up(program(**scaled(min_replicas=2)))) == before
    assert replicas(api, namespace) == before
    scale(api, namespace, 6)
    stack.up(program(**scaled(min_replicas=2), container=container(image=OTHER_IMAGE)))
    assert replicas(api, namespace) == 6


def test_removing_an_autoscaler_requires_the_number_of_pods(stack, api, namespace, program):
    stack.up(program(**scaled()))
    scale(api, namespace, 5)
    for deploy in (stack.preview, stack.up):
        with pytest.raises(FailedError, match=r"autoscaling: .* \[k8s-autoscaler-removed\]"):
            deploy(program())
    assert replicas(api, namespace) == 5
    stack.up(program(availability={"replicas": 4}))
    assert replicas(api, namespace) == 4
    stack.up(program(availability={"replicas": 2}, container=container(image=OTHER_IMAGE)))
    assert replicas(api, namespace) == 2


def test_an_acknowledged_removal_ends_in_a_field_conflict(stack, api, namespace, program):
    stack.up(program(**scaled()))
    scale(api, namespace, 5)
    acknowledge = {"k8s-autoscaler-removed": "a test"}
    with pytest.raises(FailedError, match=r"conflict"):
        stack.up(program(acknowledge=acknowledge))


def ignore_replicas(args):
    """The transform of the guide."""
    if args.type_ != "kubernetes:apps/v1:Deployment":
        return None
    ignored = pulumi.ResourceOptions(ignore_changes=["spec.replicas"])
    return pulumi.ResourceTransformResult(args.props, pulumi.ResourceOptions.merge(args.opts, ignored))


def test_an_autoscaler_of_the_user_is_left_alone_with_the_transform_of_the_guide(stack, api, namespace, program):
    stack.up(program([ignore_replicas]))
    scale(api, namespace, 5)
    stack.up(program([ignore_replicas], container=container(image=OTHER_IMAGE)))
    assert replicas(api, namespace) == 5
    with pytest.raises(FailedError, match=r"conflict"):
        stack.up(program())


@pytest.mark.parametrize(
    ("before", "changed", "path"),
    [
        ({}, {"namespace": "other"}, "namespace"),
        ({}, {"object_name": "shop-orders"}, "object_name"),
        ({"kind": "StatefulSet"}, {"pod_management_policy": "Parallel"}, "pod_management_policy"),
        ({"kind": "StatefulSet"}, {"revision_history_limit": 3}, "revision_history_limit"),
        (scaled(), {"kind": "StatefulSet"}, "kind"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_replacement_that_interrupts_is_rejected(  # noqa: PLR0917 - fixtures
    stack, api, namespace, program, before, changed, path
):
    stack.up(program(**before))
    pods = {pod["metadata"]["uid"] for pod in api.list("v1", "Pod", namespace)}
    for deploy in (stack.preview, stack.up):
        with pytest.raises(FailedError, match=rf"KubernetesWorkload 'orders': {path}: .* \[k8s-workload-replaced\]"):
            deploy(program(**{**before, **changed}))
    assert {pod["metadata"]["uid"] for pod in api.list("v1", "Pod", namespace)} == pods


def test_report_finds_an_acknowledged_replacement(stack, program):
    stack.up(program())
    document = json.loads(stack.preview_json(program(object_name="orders", acknowledge=REASON)).output)
    plan = check_changes(plan_from_json(document), {rule.id: rule for rule in CHANGE_RULES}, {})
    found = [(found.finding.rule, found.finding.path, found.reason) for found in plan.findings]
    assert found == [("k8s-workload-replaced", "object_name", "a test")]


@pytest.mark.parametrize(
    ("before", "changed"),
    [
        ({"kind": "Deployment"}, {"app": "shop", "component": "api", "version": "2", "labels": {"team": "a"}}),
        ({"kind": "StatefulSet"}, {"app": "shop", "component": "api"}),
        ({"kind": "Deployment"}, {"kind": "StatefulSet"}),
    ],
    ids=["labels of a Deployment", "labels of a StatefulSet", "another kind"],
)
def test_other_changes_keep_the_endpoints(  # noqa: PLR0917 - fixtures
    stack, api, namespace, program, before, changed
):
    before = {**before, "availability": {"replicas": 3}}
    stack.up(program(**before))
    service = stack.outputs["service"]
    stopped_at_a_time = 1 if before["kind"] == "StatefulSet" else 0  # a StatefulSet stops a pod before it starts one
    count = lambda: len(ready_endpoints(api, namespace, service))  # noqa: E731
    assert lowest(count, lambda: stack.up(program(**{**before, **changed}))) >= 3 - stopped_at_a_time
    assert stack.outputs["service"] == service
    wait_until(lambda: count() == 3, 60)


def test_a_stateful_set_whose_pods_are_kept_adopts_them(stack, api, namespace, program):
    stack.up(program(kind="StatefulSet"))
    service = stack.outputs["service"]
    parallel = program(
        kind="StatefulSet", pod_management_policy="Parallel", acknowledge={**PODS["acknowledge"], **REASON}
    )

    def replace():
        api.delete(deployed(api, namespace, "StatefulSet"), propagation_policy="Orphan")
        wait_until(lambda: not api.list("apps/v1", "StatefulSet", namespace), 60)
        stack.refresh()
        stack.up(parallel)

    assert lowest(lambda: len(ready_endpoints(api, namespace, service)), replace) >= 1
    assert deployed(api, namespace, "StatefulSet")["spec"]["podManagementPolicy"] == "Parallel"


def test_a_workload_is_moved_without_losing_endpoints(stack, api, namespace, control_plane):
    """The procedure of the guide, seen from the Service to which the Ingress routes."""
    other = control_plane.namespace()

    def moved(step):
        def create():
            backends = {}
            for name, in_namespace, minimum in (("orders", namespace, 2), ("orders-v2", other, 4)):
                if (name, step) in {("orders-v2", 0), ("orders", 3)}:
                    continue
                autoscaling = {"min_replicas": 2 if step == 3 else minimum, "max_replicas": 10}
                args = {"namespace": in_namespace, "container": container(), **PODS, "autoscaling": autoscaling}
                backends[name] = KubernetesWorkload(name, args).backend
            WorkloadIngress(
                f"{'orders' if step < 2 else 'orders-v2'}",
                {
                    "controller": "haproxy-ingress",
                    "backend": backends["orders" if step < 2 else "orders-v2"],
                    "hosts": ["orders.example.com"],
                    "tls_secret_name": "orders-tls",
                },
            )

        return create

    def routed():
        """The number of ready endpoints of the Services that an Ingress refers to."""
        numbers = [0]
        for each in (namespace, other):
            for ingress in api.list("networking.k8s.io/v1", "Ingress", each):
                (rule,) = ingress["spec"]["rules"]
                service = rule["http"]["paths"][0]["backend"]["service"]["name"]
                numbers.append(len(ready_endpoints(api, each, service)))
        return max(numbers)

    stack.up(moved(0))
    scale(api, namespace, 4)
    wait_until(lambda: routed() == 4, 60)
    for step in (1, 2, 3):
        assert lowest(routed, partial(stack.up, moved(step))) >= 4, step
    assert replicas(api, other) == 4
    assert api.list("apps/v1", "Deployment", namespace) == []
