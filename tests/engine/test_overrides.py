"""Overrides with a real engine: what reaches the cloud, what is rejected before it does, and other languages."""

import json
import shlex
import sys
from pathlib import Path

import pulumi
import pytest
from emulated_providers.aws_ecs import SERVICE, TASK
from engine import ROOT, FailedError
from programs import NETWORK, cluster
from pulumi import ResourceOptions, ResourceTransformResult
from workloads import container, rendered

from moorings import FargateSingleton, override

sys.path.insert(0, str(Path(__file__).parents[1] / "components/programs"))

from override_recipes import KUBERNETES_RECIPES, recipe

MSK_CONFIGURATION = "aws:msk/configuration:Configuration"
KEY = "aws:kms/key:Key"
VERSION = "0.1.0"


def singleton(*transforms):
    """A program with a singleton and a cluster."""

    def program():
        config = pulumi.Config("moorings")
        args = {
            "vpc_id": config.require("vpcId"),
            "subnet_ids": json.loads(config.require("subnetIds")),
            "image": "registry.example/orders:1",
            "user": "1001:1001",
            "health_check": {"command": ["true"]},
            "protect": False,
        }
        FargateSingleton("orders", args, ResourceOptions(transforms=list(transforms)))

    return program


SIDECAR = override(
    "task",
    {
        "containerDefinitions": [
            {"name": "orders", "ulimits": [{"name": "nofile", "softLimit": 65536, "hardLimit": 65536}]},
            {"name": "agent", "image": "registry.example/agent:1", "essential": False},
        ]
    },
)


def test_overrides_reach_ecs_and_msk_and_are_stable(engine):
    def program():
        singleton(SIDECAR, override("service", {"enableExecuteCommand": True}))()
        pulumi.runtime.register_resource_transform(override("configuration", {"description": "Orders"}))
        cluster(users=["orders"])

    stack = engine.program("overrides", program, NETWORK)
    stack.preview()
    stack.up()
    (task,), (service,) = engine.cloud.all(TASK), engine.cloud.all(SERVICE)
    agent, orders = json.loads(task.get("containerDefinitions"))
    assert (agent["name"], orders["ulimits"][0]["softLimit"]) == ("agent", 65536)
    assert orders["healthCheck"]["command"] == ["CMD", "true"] or orders["healthCheck"]
    assert (service.get("enableExecuteCommand"), service.get("desiredCount")) == (True, 1)
    (configuration,) = engine.cloud.all(MSK_CONFIGURATION)
    assert configuration.get("description") == "Orders"
    assert stack.up().changes == {}
    assert stack.refresh().changes == {}


def of_stack(args):
    """A transform of the stack, which runs after those of the component."""
    if args.type_ != SERVICE:
        return None
    return ResourceTransformResult({**args.props, "desiredCount": 2}, args.opts)


def with_stack_transform():
    pulumi.runtime.register_resource_transform(of_stack)
    singleton()()


API_KEY = {"name": "agent", "environment": [{"name": "API_KEY", "value": "correct horse"}]}


@pytest.mark.parametrize(
    ("rule", "program"),
    [
        ("ecs-transformed-service", singleton(override("service", {"desiredCount": 2}))),
        ("ecs-transformed-service", with_stack_transform),
        ("ecs-transformed-plaintext-secret", singleton(override("task", {"containerDefinitions": [API_KEY]}))),
    ],
    ids=["override", "stack", "secret"],
)
def test_a_broken_guarantee_is_rejected_before_anything_is_changed(engine, rule, program):
    stack = engine.program("guarantees", singleton(), NETWORK)
    stack.up()
    before = [(each.id, each.inputs) for type_ in (SERVICE, TASK) for each in engine.cloud.all(type_)]
    for operation in (stack.preview, stack.up):
        with pytest.raises(FailedError) as error:
            operation(program)
        assert f"[{rule}]" in error.value.run.all_output
        assert "correct horse" not in error.value.run.output
        assert "Traceback" not in error.value.run.output
    assert before == [(each.id, each.inputs) for type_ in (SERVICE, TASK) for each in engine.cloud.all(type_)]


def test_the_api_server_accepts_the_objects_of_all_kubernetes_recipes(api_server):
    namespace = api_server.namespace("privileged")
    for heading in KUBERNETES_RECIPES:
        for object_ in rendered(recipe(heading)):
            object_["metadata"]["namespace"] = namespace
            api_server.api.apply(object_)


class Remote(pulumi.ComponentResource):
    """A component of the package in a program of another language, which the plugin host creates."""

    def __init__(self, component, args, transform):
        opts = ResourceOptions(version=VERSION, transforms=[transform])
        super().__init__(f"moorings:index:{component}", "orders", args, opts, remote=True)


@pytest.fixture
def plugin(engine):
    """The engine with the package as a plugin."""
    folder = engine.home / "plugins" / f"resource-moorings-v{VERSION}"
    folder.mkdir(parents=True)
    script = folder / "pulumi-resource-moorings"
    components = shlex.quote(str(ROOT / "components"))
    script.write_text(f'#!/bin/sh\nPYTHONPATH={components} exec {shlex.quote(sys.executable)} {components} "$@"\n')
    script.chmod(0o700)
    return engine


def describe(args):
    if args.type_ != KEY:
        return None
    return ResourceTransformResult({**args.props, "description": "from a transform"}, args.opts)


def two_pods(args):
    if args.type_ != "kubernetes:apps/v1:Deployment":
        return None
    return ResourceTransformResult({**args.props, "spec": {**args.props["spec"], "replicas": 2}}, args.opts)


def test_transforms_of_other_languages_change_the_children_and_are_checked(plugin, api_server):
    key = {"description": "Orders", "services": ["kafka"], "protect": False}
    stack = plugin.program("plugin", lambda: Remote("EncryptionKey", key, describe), {"aws:region": "eu-west-1"})
    stack.up()
    (created,) = plugin.cloud.all(KEY)
    assert created.get("description") == "from a transform"

    workload = {
        "namespace": api_server.namespace(),
        "strategy": "Recreate",
        "availability": {"level": "development"},
        "container": {
            "image": container()["image"],
            "cpuRequest": "100m",
            "memoryRequest": "128Mi",
            "ports": {"http": 8080},
            "probes": {"readiness": {"httpGet": "/ready"}},
        },
    }
    for operation in (stack.preview, stack.up):
        with pytest.raises(FailedError) as error:
            operation(lambda: Remote("KubernetesWorkload", workload, two_pods))
        assert "[k8s-transformed-single-writer]" in error.value.run.all_output
