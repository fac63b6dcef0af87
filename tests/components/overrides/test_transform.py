"""Overrides of children, in each place where Pulumi accepts transforms."""

import asyncio
import json

import pulumi
import pytest
from pulumi import ResourceOptions

from moorings import (
    EncryptionKey,
    FargateSingleton,
    KpowOnFargate,
    KpowOnKubernetes,
    KubernetesWorkload,
    MskCluster,
    override,
)
from moorings.preview.secret_masking import UNKNOWN, RevealedSecret

SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"]
SINGLETON = {
    "vpc_id": "vpc-0d1c7a52e8b94f360",
    "subnet_ids": SUBNETS,
    "image": "registry.example/orders:1.4.2",
    "user": "1001:1001",
    "health_check": {"command": ["/bin/orders", "health"]},
}
WORKLOAD = {
    "namespace": "shop",
    "container": {
        "image": "registry.example/orders@sha256:" + "0" * 64,
        "cpu_request": "250m",
        "memory_request": "512Mi",
        "ports": {"http": 8080},
        "probes": {"readiness": {"http_get": "/ready"}},
    },
}
IMAGE = "registry.example/orders@sha256:" + "0" * 64
CLUSTER_ARN = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/11111111-2222-3333-4444-555555555555-1"
LICENSE = {
    "LICENSE_ID": "11111111-2222-3333-4444-555555555555",
    "LICENSE_CODE": "KPOW_COMMERCIAL_V1",
    "LICENSEE": "Orders",
    "LICENSE_EXPIRY": "2030-01-01",
    "LICENSE_SIGNATURE": "638C0F",
}
GVISOR = override("deployment", {"spec": {"template": {"spec": {"runtimeClassName": "gvisor"}}}})


def key(name, *transforms, parent=None):
    args = {"description": "Orders", "services": ["kafka"]}
    return EncryptionKey(name, args, ResourceOptions(transforms=list(transforms), parent=parent))


def workload(name, *transforms, parent=None, **args):
    return KubernetesWorkload(name, {**WORKLOAD, **args}, ResourceOptions(transforms=list(transforms), parent=parent))


def runtime_class(plan, name):
    return plan[f"{name}-deployment"].inputs["spec"]["template"]["spec"].get("runtimeClassName")


def test_the_child_with_the_role_is_changed_and_no_other(deploy):
    def program():
        workload("orders", GVISOR)
        workload("payments")

    plan = deploy(program)
    assert (runtime_class(plan, "orders"), runtime_class(plan, "payments")) == ("gvisor", None)
    assert "runtimeClassName" not in json.dumps(plan["orders-service"].inputs)


def test_one_override_may_be_passed_to_several_components(deploy):
    def program():
        for name in ("orders", "orders-api"):
            workload(name, GVISOR)

    plan = deploy(program)
    assert [runtime_class(plan, name) for name in ("orders", "orders-api")] == ["gvisor", "gvisor"]


def test_overrides_are_merged_in_order_with_other_transforms(deploy):
    def append(args):
        if args.name != "orders-key":
            return None
        return pulumi.ResourceTransformResult({**args.props, "description": args.props["description"] + "!"}, args.opts)

    overrides = override("key", {"description": "a"}), append, override("key", {"multiRegion": True})
    inputs = deploy(lambda: key("orders", *overrides))["orders-key"].inputs
    assert (inputs["description"], inputs["multiRegion"]) == ("a!", True)


def test_the_kind_selects_one_of_several_children_with_a_role(deploy):
    args = {**SINGLETON, "secret_environment": {"PASSWORD": "example"}}
    opts = ResourceOptions(transforms=[override("secret", {"description": "x"}, kind="Secret")])
    plan = deploy(lambda: FargateSingleton("orders", args, opts))
    secrets = {each.type.rpartition(":")[2]: each.inputs for each in plan.resources if each.name == "orders-secret"}
    assert secrets["Secret"]["description"] == "x"
    assert "description" not in secrets["SecretVersion"]


def test_children_of_nested_components_have_the_role_in_the_outer_component(deploy):
    cluster = {
        "vpc_id": "vpc-0d1c7a52e8b94f360",
        "subnet_ids": SUBNETS,
        "kafka_version": "3.9.x.kraft",
        "users": ["orders", "payments"],
    }
    change = override("orders-secret", {"description": "Password of orders"})
    plan = deploy(lambda: MskCluster("kafka", cluster, ResourceOptions(transforms=[change])))
    assert plan["kafka-orders-secret"].inputs["description"] == "Password of orders"
    assert plan["kafka-payments-secret"].inputs["description"] != "Password of orders"


def kpow(*transforms):
    return KpowOnFargate(
        "kpow",
        {
            "vpc_id": "vpc-0d1c7a52e8b94f360",
            "subnet_ids": SUBNETS,
            "image": "registry.example/kpow:95.1",
            "kafka": {
                "listener": "iam",
                "bootstrap_servers": "b-1.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9098",
                "security_group_id": "sg-0b92d7f4a1e63c508",
                "cluster_arn": CLUSTER_ARN,
            },
            "license": LICENSE,
            "acknowledge": {"kpow-no-login": "a test"},
        },
        ResourceOptions(transforms=list(transforms)),
    )


def test_the_service_of_a_preset_is_changed(deploy):
    plan = deploy(lambda: kpow(override("service", {"enableExecuteCommand": True})))
    assert plan["kpow-service"].inputs["enableExecuteCommand"] is True


def test_the_guarantee_of_a_preset_is_checked(deploy, rejected):
    with rejected("ecs-transformed-service"):
        deploy(lambda: kpow(override("service", {"desiredCount": 2})))
    agent = {"name": "agent", "environment": [{"name": "API_KEY", "value": "hunter2"}]}
    with rejected("ecs-transformed-plaintext-secret"):
        deploy(lambda: kpow(override("task", {"containerDefinitions": [agent]})))


def kpow_on_kubernetes(acknowledge, *transforms):
    args = {
        "namespace": "kpow",
        "image": IMAGE,
        "kafka": {
            "listener": "iam",
            "bootstrap_servers": "b-1.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9098",
            "cluster_arn": CLUSTER_ARN,
        },
        "license": LICENSE,
        "service_account_annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/kpow"},
        "acknowledge": {"kpow-no-login": "a test", **acknowledge},
    }
    return KpowOnKubernetes("kpow", args, ResourceOptions(transforms=list(transforms)))


def test_the_finding_of_a_nested_component_is_acknowledged_on_the_outer_one(deploy, rejected):
    change = override("deployment", {"spec": {"replicas": 2}})
    with rejected("k8s-transformed-single-writer", "transforms.deployment.spec.replicas"):
        deploy(lambda: kpow_on_kubernetes({}, change))
    reason = {"k8s-transformed-single-writer": "two instances for a test"}
    plan = deploy(lambda: kpow_on_kubernetes(reason, change))
    assert plan["kpow-deployment"].inputs["spec"]["replicas"] == 2


def test_an_override_of_the_stack_applies_to_every_component_of_the_package(deploy):
    def program():
        pulumi.runtime.register_resource_transform(GVISOR)
        for name in ("orders", "payments"):
            workload(name)
        key("data")

    plan = deploy(program)
    assert [runtime_class(plan, name) for name in ("orders", "payments")] == ["gvisor", "gvisor"]


class Shop(pulumi.ComponentResource):
    """A component of the user with a workload, and with a resource whose name has the form of a child's."""

    def __init__(self, name, opts):
        super().__init__("shop:index:Shop", name, {}, opts)
        workload("orders", parent=self)
        pulumi.CustomResource("kubernetes:apps/v1:Deployment", f"{name}-deployment", {}, ResourceOptions(parent=self))
        self.register_outputs({})


def test_an_override_of_a_users_component_applies_to_the_components_below_it(deploy):
    plan = deploy(lambda: Shop("shop", ResourceOptions(transforms=[GVISOR])))
    assert runtime_class(plan, "orders") == "gvisor"
    assert plan["shop-deployment"].inputs == {}


def test_resources_without_a_parent_are_not_changed(deploy):
    results = []

    async def change():
        args = pulumi.ResourceTransformArgs(
            True, "kubernetes:apps/v1:Deployment", "a-deployment", {}, ResourceOptions()
        )
        results.append(await GVISOR(args))

    deploy(lambda: asyncio.ensure_future(change()))
    assert results == [None]


def test_secrets_stay_secret_and_unknown_values_unknown(deploy):
    def program():
        late = key("other").arn
        policy = pulumi.Output.secret("a secret")
        key("orders", override("key", {"policy": policy, "description": late}))

    known, unknown = deploy(program), deploy(program, preview=True)
    assert known["orders-key"].inputs["policy"] == RevealedSecret("a secret")
    assert known["orders-key"].inputs["description"].startswith("arn:aws:kms:")
    assert unknown["orders-key"].inputs["description"] is UNKNOWN


def test_the_components_options_are_not_changed(deploy):
    opts = ResourceOptions(transforms=[GVISOR])

    def program():
        KubernetesWorkload("orders", WORKLOAD, opts)
        KubernetesWorkload("payments", WORKLOAD, opts)

    plan = deploy(program)
    assert opts.transforms == [GVISOR]
    assert runtime_class(plan, "payments") == "gvisor"


@pytest.mark.parametrize(
    ("role", "kind", "message"),
    [
        ("keys", None, "no child has this role; did you mean key?"),
        ("zzz", None, "no child has this role; use one of alias, key"),
        ("key", "Keys", "no Keys has this role; use kind='Key'"),
    ],
)
def test_unknown_roles_are_rejected_where_the_override_was_written(deploy, role, kind, message):
    change = override(role, {"description": "x"}, kind=kind)
    with pytest.raises(pulumi.RunError) as error:
        deploy(lambda: key("orders", change))
    line = f"EncryptionKey 'orders': transforms.{role}: {message} [override-unknown-role]"
    assert str(error.value).partition(": ")[0].partition(":")[0].endswith("test_transform.py")
    assert str(error.value).endswith(line)


def test_the_role_of_a_nested_component_is_unknown(deploy, rejected):
    """A component has no inputs of its own that a patch could change."""
    with rejected("override-unknown-role", "transforms.logs"):
        deploy(
            lambda: FargateSingleton("orders", SINGLETON, ResourceOptions(transforms=[override("logs", {"a": "b"})]))
        )


def test_roles_are_not_checked_if_the_sdk_does_not_list_children(deploy, monkeypatch):
    monkeypatch.setattr("moorings.overrides.child_roles.children_of", lambda _: set())
    assert deploy(lambda: key("orders", override("keys", {"description": "x"})))["orders-key"]


def test_properties_are_written_in_camel_case(rejected):
    with rejected("override-property-name", "service.desired_count"):
        override("service", {"desired_count": 2})
    with rejected("override-merge-key", "deployment.spec.template.spec.containers[0]"):
        override("deployment", {"spec": {"template": {"spec": {"containers": [{"image": "x"}]}}}})
