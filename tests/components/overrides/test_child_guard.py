"""What components guarantee is checked after all transforms, before a child is created or changed."""

import asyncio
from types import SimpleNamespace

import pulumi
import pytest
from pulumi import ResourceOptions, ResourceTransformResult
from pulumi_random import RandomPassword

from moorings import (
    FargateSingleton,
    InvalidInput,
    KubernetesCronJob,
    KubernetesDaemonSet,
    KubernetesJob,
    KubernetesWorkload,
    WorkloadIngress,
    override,
)
from moorings.ecs.transform_rules import transformed_service
from moorings.kubernetes.transform_rules import transformed_session_affinity
from moorings.kubernetes.workload_rules import WORKLOAD_RULES
from moorings.overrides.binding import bind_overrides, is_transformed
from moorings.overrides.child_guard import ChildGuard
from moorings.validation.errors import HIDDEN
from moorings.validation.resource_changes import Properties

IMAGE = "registry.example/orders@sha256:" + "0" * 64
WORKLOAD = {
    "namespace": "shop",
    "container": {
        "image": IMAGE,
        "cpu_request": "250m",
        "memory_request": "512Mi",
        "ports": {"http": 8080},
        "probes": {"readiness": {"http_get": "/ready"}},
    },
}
RECREATE = {**WORKLOAD, "strategy": "Recreate", "availability": {"level": "development"}}
SINGLETON = {
    "vpc_id": "vpc-0d1c7a52e8b94f360",
    "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"],
    "image": "registry.example/orders:1.4.2",
    "user": "1001:1001",
    "health_check": {"command": ["/bin/orders", "health"]},
}
ROLLING = {"spec": {"strategy": {"type": "RollingUpdate"}}}
RULE = "k8s-transformed-single-writer"


def workload(args=RECREATE, **options):
    return KubernetesWorkload("orders", args, ResourceOptions(**options))


def pod(**fields):
    return {"spec": {"template": {"spec": fields}}}


def main(**fields):
    return pod(containers=[{"name": "orders", **fields}])


def roll(args):
    """A transform that is no override."""
    if args.type_ != "kubernetes:apps/v1:Deployment":
        return None
    return ResourceTransformResult({**args.props, "spec": {**args.props["spec"], **ROLLING["spec"]}}, args.opts)


def roll_in_process(args):
    """A transformation, the older form of a transform."""
    if args.type_ != "kubernetes:apps/v1:Deployment":
        return None
    props = {**args.props, "spec": {**args.props["spec"], **ROLLING["spec"]}}
    return pulumi.ResourceTransformationResult(props, args.opts)


def of_stack():
    pulumi.runtime.register_resource_transform(roll)
    workload()


class Shop(pulumi.ComponentResource):
    """A component of the user."""

    def __init__(self, **options):
        super().__init__("shop:index:Shop", "shop", {}, ResourceOptions(**options))
        workload(parent=self)
        self.register_outputs({})


@pytest.mark.parametrize(
    "program",
    [
        lambda: workload(transforms=[override("deployment", ROLLING)]),
        lambda: workload(transforms=[roll]),
        lambda: workload(transformations=[roll_in_process]),
        of_stack,
        lambda: Shop(transformations=[roll_in_process]),
    ],
    ids=["override", "transform", "transformation", "stack", "transformation of an ancestor"],
)
@pytest.mark.parametrize("preview", [True, False], ids=["unknown outputs", "known outputs"])
def test_every_kind_of_transform_is_checked(deploy, rejected, program, preview):
    with rejected(RULE, "transforms.deployment.spec.strategy"):
        deploy(program, preview=preview)


def test_nothing_is_checked_without_transforms(deploy):
    active = []

    def program():
        created = workload()
        active.append(is_transformed(created))
        active.append(ChildGuard(created, created._reporter, "orders-deployment", "Deployment").is_active)

    deploy(program)
    assert active == [False, False]


def test_a_component_of_a_program_in_another_language_is_always_checked(deploy, monkeypatch):
    """The plugin host has no stack, and does not know the transforms of the program."""
    active = []
    monkeypatch.setattr(pulumi.runtime, "get_root_resource", lambda: None)
    deploy(lambda: active.append(is_transformed(workload())))
    assert active == [True]


@pytest.mark.parametrize(
    ("args", "patch", "rule", "path"),
    [
        (RECREATE, {"spec": {"replicas": 2}}, RULE, "spec.replicas"),
        (RECREATE, {"spec": {"strategy": None}}, None, ""),
        (RECREATE, {"spec": {"replicas": 0}}, None, ""),
        (WORKLOAD, {"spec": {"replicas": 5, "strategy": {"type": "Recreate", "rollingUpdate": None}}}, None, ""),
        (WORKLOAD, pod(terminationGracePeriodSeconds=54), "k8s-transformed-drain", "spec.template.spec"),
        (WORKLOAD, pod(terminationGracePeriodSeconds=None), "k8s-transformed-drain", "spec.template.spec"),
        (WORKLOAD, pod(terminationGracePeriodSeconds=55), None, ""),
        (WORKLOAD, main(lifecycle=None), "k8s-transformed-drain", "spec.template.spec.containers.orders.lifecycle"),
        (WORKLOAD, main(lifecycle={"preStop": {"sleep": {"seconds": 9}}}), "k8s-transformed-drain", "spec.template"),
        (WORKLOAD, main(lifecycle={"preStop": {"sleep": {"seconds": 11}}}), None, ""),
        (WORKLOAD, main(lifecycle={"postStart": {"exec": {"command": ["true"]}}}), None, ""),
        (WORKLOAD, pod(containers=[{"name": "proxy", "image": IMAGE}]), None, ""),
        (
            WORKLOAD,
            pod(initContainers=[{"name": "setup", "image": IMAGE, "env": [{"name": "TOKEN_KEY", "value": "x"}]}]),
            None,
            "",
        ),
        (
            WORKLOAD,
            pod(initContainers=[{"name": "setup", "image": IMAGE, "env": [{"name": "API_KEY", "value": "x"}]}]),
            "k8s-transformed-plaintext-secret",
            "spec.template.spec.initContainers.setup.env.API_KEY",
        ),
    ],
)
def test_patches_of_a_deployment(deploy, args, patch, rule, path):
    def program():
        workload(args, transforms=[override("deployment", patch)])

    if rule is None:
        assert deploy(program)["orders-deployment"]
        return
    with pytest.raises(InvalidInput) as error:
        deploy(program)
    assert f"transforms.deployment.{path}" in str(error.value)
    assert f"[{rule}]" in str(error.value)


def test_the_number_of_pods_of_a_stateful_set_is_checked(deploy, rejected):
    change = override("statefulset", {"spec": {"replicas": 9}})
    single = {**WORKLOAD, "kind": "StatefulSet", "availability": {"level": "development"}}
    with rejected(RULE, "transforms.statefulset.spec.replicas"):
        deploy(lambda: workload(single, transforms=[change]))
    several = {**WORKLOAD, "kind": "StatefulSet"}
    assert deploy(lambda: workload(several, transforms=[change]))["orders-statefulset"].inputs["spec"]["replicas"] == 9


JOB = {**WORKLOAD, "container": {key: WORKLOAD["container"][key] for key in ("image", "cpu_request", "memory_request")}}


@pytest.mark.parametrize(
    ("component", "args", "path"),
    [
        (KubernetesJob, JOB, "job.spec.template.spec"),
        (KubernetesCronJob, {**JOB, "schedule": "30 2 * * *"}, "cronjob.spec.jobTemplate.spec.template.spec"),
        (KubernetesDaemonSet, JOB, "daemonset.spec.template.spec"),
    ],
)
def test_the_grace_period_of_other_pods_is_checked(deploy, rejected, component, args, path):
    role, *keys = path.split(".")
    patch = {"terminationGracePeriodSeconds": 1}
    for key in reversed(keys):
        patch = {key: patch}
    with rejected("k8s-transformed-drain", f"transforms.{path}.terminationGracePeriodSeconds"):
        deploy(lambda: component("orders", args, ResourceOptions(transforms=[override(role, patch)])))


@pytest.mark.parametrize("late", [False, True])
def test_a_secret_in_the_environment_is_rejected_without_its_value(deploy, late):
    def program():
        value = pulumi.Output.secret("correct horse") if late else "correct horse"
        change = override("deployment", main(env=[{"name": "GREETING" if late else "PASSWORD", "value": value}]))
        workload(WORKLOAD, transforms=[change])

    with pytest.raises(InvalidInput) as error:
        deploy(program)
    assert "[k8s-transformed-plaintext-secret]" in str(error.value)
    assert "correct horse" not in str(error.value)


def test_a_late_value_that_is_not_secret_is_accepted(deploy):
    def program():
        change = override("deployment", main(env=[{"name": "GREETING", "value": pulumi.Output.from_input("hello")}]))
        workload(WORKLOAD, transforms=[change])

    spec = deploy(program)["orders-deployment"].inputs["spec"]["template"]["spec"]
    assert {"name": "GREETING", "value": "hello"} in spec["containers"][0]["env"]


@pytest.mark.parametrize("late", [False, True])
def test_a_secret_in_a_container_definition_is_rejected_without_its_value(deploy, late):
    def program():
        value = pulumi.Output.secret("correct horse") if late else "correct horse"
        variables = [{"name": "GREETING" if late else "PASSWORD", "value": value}]
        change = override("task", {"containerDefinitions": [{"name": "orders", "environment": variables}]})
        FargateSingleton("orders", SINGLETON, ResourceOptions(transforms=[change]))

    with pytest.raises(InvalidInput) as error:
        deploy(program)
    assert "[ecs-transformed-plaintext-secret]" in str(error.value)
    assert "correct horse" not in str(error.value)


def test_a_variable_that_an_argument_allows_is_accepted(deploy):
    args = {**SINGLETON, "environment": {"DATABASE_PASSWORD": "none"}, "not_secret": ["DATABASE_PASSWORD"]}
    change = override("task", {"containerDefinitions": [{"name": "orders", "interactive": True}]})
    plan = deploy(lambda: FargateSingleton("orders", args, ResourceOptions(transforms=[change])))
    assert '"interactive":true' in plan["orders-task"].inputs["containerDefinitions"]


INGRESS = {
    "controller": "aws-ingress",
    "certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555",
    "health_check_path": "/ready",
    "hosts": ["orders.example.com"],
    "service_name": "orders",
    "service_port": 8080,
    "deregistration_delay_seconds": 60,
}
ATTRIBUTES = "alb.ingress.kubernetes.io/target-group-attributes"


@pytest.mark.parametrize(
    ("annotations", "paths"),
    [
        ({ATTRIBUTES: "stickiness.enabled=true"}, 3),
        ({ATTRIBUTES: lambda value: f"{value},slow_start.duration_seconds=60"}, 0),
        ({ATTRIBUTES: lambda value: value.replace("=60", "=5")}, 1),
        ({"nginx.ingress.kubernetes.io/affinity": "cookie"}, 1),
        ({"alb.ingress.kubernetes.io/wafv2-acl-arn": "arn"}, 0),
    ],
)
def test_patches_of_an_ingress(deploy, annotations, paths):
    change = override("ingress", {"metadata": {"annotations": annotations}})

    def program():
        WorkloadIngress("orders", INGRESS, ResourceOptions(transforms=[change]))

    if not paths:
        assert deploy(program)["orders-ingress"]
        return
    with pytest.raises(InvalidInput) as error:
        deploy(program)
    assert str(error.value).count("[ingress-transformed-session]") == paths


def guard_of_service(deploy, check, timeout=lambda: 60, **options):
    """Call a function with the hook of an update that checks the Service of a workload."""

    def program():
        _, reporter = WORKLOAD_RULES.check("KubernetesWorkload", "orders", WORKLOAD)
        component = pulumi.ComponentResource("test:index:Box", "orders")
        bind_overrides(component, "orders", reporter, ResourceOptions(transforms=[roll]))
        guard = ChildGuard(component, reporter, "orders-service", "Service")
        guard.expect(transformed_session_affinity, role="service", timeout_seconds=pulumi.Output.from_input(timeout()))
        (hook,) = guard.options(ResourceOptions(protect=True)).hooks.before_update
        assert hook.opts.on_dry_run
        check(lambda **spec: hook.callback(SimpleNamespace(new_inputs={"spec": spec})))

    deploy(program, **options)


def test_a_preview_of_a_program_in_another_language_uses_a_hook(deploy, monkeypatch):
    monkeypatch.setattr(pulumi.runtime, "get_root_resource", lambda: None)
    found = []
    guard_of_service(deploy, found.append)
    assert found


@pytest.mark.parametrize("secret", [False, True])
def test_a_hook_skips_unknown_inputs(deploy, monkeypatch, secret):
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: False)
    unknown = pulumi.output.UNKNOWN
    passed = []

    async def check(hook):
        await hook(**AFFINITY, externalName=pulumi.Output.secret(unknown) if secret else unknown)
        with pytest.raises(InvalidInput):
            await hook(sessionAffinity="None", externalName=pulumi.Output.secret(unknown) if secret else unknown)
        passed.append(True)

    guard_of_service(deploy, lambda hook: asyncio.ensure_future(check(hook)))
    assert passed


def test_a_hook_skips_rules_with_unknown_values(deploy, monkeypatch):
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: False)
    passed = []

    async def check(hook):
        await hook(sessionAffinity="None")
        passed.append(True)

    guard_of_service(
        deploy,
        lambda hook: asyncio.ensure_future(check(hook)),
        timeout=lambda: RandomPassword("p", length=8).result,
        preview=True,
    )
    assert passed


AFFINITY = {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 60.0}}}


def test_an_update_checks_the_inputs_before_it_changes_the_child(deploy, monkeypatch):
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: False)
    findings = []

    async def check(hook):
        await hook(**AFFINITY)
        for spec in ({**AFFINITY, "sessionAffinity": "None"}, {"sessionAffinity": pulumi.Output.secret("None")}):
            try:
                await hook(**spec)
            except InvalidInput as error:
                findings.append(str(error))

    guard_of_service(deploy, lambda hook: asyncio.ensure_future(check(hook)))
    plain, secret = findings
    assert "transforms.service.spec.sessionAffinity: the Service must keep its session affinity" in plain
    assert HIDDEN in secret
    assert all(text.endswith("[k8s-transformed-session-affinity]") for text in findings)


@pytest.mark.parametrize(
    ("inputs", "findings"),
    [
        ({"desiredCount": 1.0, "deploymentMaximumPercent": 100}, None),
        ({"desiredCount": 2.0}, "desired_count of the service must be 1, got 2;"),
        ({"deploymentCircuitBreaker": {"enable": False}}, "deployment_circuit_breaker.enable of the service must be"),
        ({"desiredCount": Properties}, None),
    ],
)
def test_the_inputs_of_a_service_are_those_of_a_single_task(inputs, findings):
    complete = {
        "desiredCount": 1,
        "deploymentMinimumHealthyPercent": 0,
        "deploymentMaximumPercent": 100,
        "availabilityZoneRebalancing": "DISABLED",
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "launchType": "FARGATE",
        "waitForSteadyState": True,
    }
    found = list(transformed_service.function(Properties({**complete, **inputs}), None))
    assert (findings is None) == (not found)
    assert all(message.startswith(findings) for _, message in found[:1])
