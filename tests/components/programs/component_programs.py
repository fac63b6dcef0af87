"""Programs that create one component each, and a monitor that records what they send to an engine."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
import pulumi_random as random
from pydantic.alias_generators import to_camel
from rich_apps import APPS_PROGRAMS, FARGATE, KUBERNETES, LICENSE
from rich_aws import CLUSTER_ARN, KEY_ARN, MSK_PROGRAMS, MSK_REQUIRED, SUBNETS
from rich_ecs import ECS_PROGRAMS, REQUIRED
from rich_jobs import JOB_PROGRAMS
from rich_kafka import KAFKA_PROGRAMS
from rich_kubernetes import INGRESS_REQUIRED, KUBERNETES_PROGRAMS, SMALL

import moorings
from moorings.preview import program as preview_program
from moorings.preview.plan import Plan, Resource, jsonable
from moorings.preview.program import StackContext, run
from moorings.preview.property_reader import PropertyReader
from moorings.preview.recorder import RecordingMonitor
from moorings.preview.secret_masking import RevealedSecret

NAME = "orders"
"""Name of each component."""

WITH_INGRESS: dict[str, Any] = {"controller": "haproxy-ingress", "service_port": 8080, "tls_secret_name": "orders-tls"}

MINIMAL: dict[type[pulumi.ComponentResource], dict[str, Any]] = {
    moorings.EncryptionKey: {"description": "Orders", "services": ["kafka"]},
    moorings.FargateSingleton: {**REQUIRED, "acknowledge": {"ecs-no-health-check": "a test"}},
    moorings.KpowOnFargate: {
        **{key: FARGATE[key] for key in ("vpc_id", "subnet_ids", "image", "kafka")},
        "license": LICENSE,
        "acknowledge": {"kpow-no-login": "a test"},
    },
    moorings.KpowOnKubernetes: {
        **{key: KUBERNETES[key] for key in ("namespace", "image", "kafka")},
        "license": LICENSE,
        "acknowledge": {"kpow-no-login": "a test"},
    },
    moorings.KubernetesCronJob: {"namespace": "shop", "container": SMALL, "schedule": "@daily"},
    moorings.KubernetesDaemonSet: {"namespace": "shop", "container": SMALL},
    moorings.KubernetesJob: {"namespace": "shop", "container": SMALL},
    moorings.KubernetesNamespace: {},
    moorings.KubernetesWorkload: {
        "namespace": "shop",
        "container": {**SMALL, "ports": {"http": 8080}, "probes": {"readiness": {"http_get": "/ready"}}},
    },
    moorings.MskCluster: MSK_REQUIRED,
    moorings.MskScramUser: {"cluster_arn": CLUSTER_ARN, "username": "orders", "kms_key_arn": KEY_ARN},
    moorings.MskVpcConnection: {"cluster_arn": CLUSTER_ARN, "vpc_id": "vpc-00000001", "subnet_ids": SUBNETS},
    moorings.Network: {"availability_zones": ["eu-west-1a", "eu-west-1b"]},
    moorings.WorkloadIngress: {**INGRESS_REQUIRED, **WITH_INGRESS},
}
RICH = {**MSK_PROGRAMS, **ECS_PROGRAMS, **KUBERNETES_PROGRAMS, **JOB_PROGRAMS, **KAFKA_PROGRAMS, **APPS_PROGRAMS}
PROGRAMS: dict[str, tuple[type[pulumi.ComponentResource], dict[str, Any]]] = {
    **{f"{component.__name__}-minimal": (component, args) for component, args in MINIMAL.items()},
    **RICH,
}
"""Component and arguments of each program."""


class Program:
    """A program that creates one component, with explicit providers, and what it sent to the engine."""

    def __init__(
        self, component: type[pulumi.ComponentResource], args: Mapping[str, Any], *, known: bool = True
    ) -> None:
        """Run the program."""
        self.invokes: list[dict[str, Any]] = []
        self.registered: dict[str, dict[str, Any]] = {}
        self.options: dict[str, dict[str, Any]] = {}
        self.providers: dict[str, str] = {}
        self.unset: set[str] = set()
        self.hooks: dict[str, bool] = {}
        self.plan = self._run(component, args, known=known)
        (self.component,) = (
            resource for resource in self.plan.resources if resource.name == NAME and not resource.parent
        )
        providers = [resource for resource in self.plan.resources if resource.type.startswith("pulumi:providers:")]
        self.children = [resource for resource in self.plan.resources if resource not in (self.component, *providers)]

    def _run(self, component: type[pulumi.ComponentResource], args: Mapping[str, Any], *, known: bool) -> Plan:
        test = self

        class Monitor(RecordingMonitor):
            def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - name in the protocol
                urn = self.make_urn(request.parent, request.type, request.name)
                test.options[urn] = _options(request)
                return super().RegisterResource(request)

            def Invoke(self, request: Any) -> Any:  # noqa: N802 - name in the protocol
                arguments = jsonable(PropertyReader(reveal=False).struct(request.args))
                invoke = {
                    "function": request.tok,
                    "arguments": arguments,
                    "provider": request.provider.rpartition("::")[0],
                }
                if invoke not in test.invokes:
                    test.invokes.append(invoke)
                return super().Invoke(request)

            def RegisterResourceHook(self, request: Any) -> Any:  # noqa: N802 - name in the protocol
                test.hooks[request.name] = request.on_dry_run
                return super().RegisterResourceHook(request)

            def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - name in the protocol
                test.registered[request.urn] = PropertyReader(reveal=True).struct(request.outputs)
                return super().RegisterResourceOutputs(request)

        def program() -> None:
            explicit: dict[str, pulumi.ProviderResource] = {
                "aws": aws.Provider("explicit-aws", region="eu-west-1"),
                "kubernetes": kubernetes.Provider("explicit-kubernetes"),
                "random": random.Provider("explicit-random"),
            }
            for package, provider in explicit.items():
                provider.urn.apply(lambda urn, package=package: test.providers.update({package: urn}))
            created = component(NAME, args, pulumi.ResourceOptions(providers=explicit))
            for output in created.__class__.__annotations__:
                value = getattr(created, output)
                if value is None or isinstance(value, moorings.Args):
                    self.unset.add(to_camel(output))
                else:
                    pulumi.export(to_camel(output), value)

        original = preview_program.RecordingMonitor
        preview_program.RecordingMonitor = Monitor  # type: ignore[misc]
        try:
            return run(program, StackContext("moorings", "test"), known=known, reveal=True)
        finally:
            preview_program.RecordingMonitor = original  # type: ignore[misc]

    def ancestors(self, resource: Resource) -> list[str]:
        """Return the URNs of the parents of a resource, the nearest first."""
        by_urn = {other.urn: other for other in self.plan.resources}
        found: list[str] = []
        while resource.parent:
            found.append(resource.parent)
            resource = by_urn[resource.parent]
        return found

    def to_json(self) -> dict[str, Any]:
        """Return everything that the program sent, for a golden file."""
        return {
            "resources": {
                resource.urn.removeprefix("urn:pulumi:test::moorings::"): self._resource_json(resource)
                for resource in [self.component, *self.children]
            },
            "functions": sorted(
                ({"function": each["function"], "arguments": each["arguments"]} for each in self.invokes), key=str
            ),
            "outputs": {
                urn.rpartition("::")[2]: _reveal(values)
                for urn, values in sorted(self.registered.items())
                if "$" in urn or urn == self.component.urn
            },
        }

    def _resource_json(self, resource: Resource) -> dict[str, Any]:
        state = resource.state()
        left_out = {"urn", "type", "custom", "parent", "provider", "propertyDependencies", "sourcePosition", "inputs"}
        options = {key: value for key, value in {**state, **self.options[resource.urn]}.items() if key not in left_out}
        inputs = {} if resource is self.component else {"inputs": _reveal(resource.inputs)}
        names = {"dependencies": [urn.rpartition("::")[2] for urn in options.pop("dependencies", [])]}
        return {**inputs, **{key: value for key, value in {**options, **names}.items() if value}}


def _options(request: Any) -> dict[str, Any]:
    """Return the options of a registration that a plan does not contain."""
    return {
        "hooks": {field.name: list(hooks) for field, hooks in request.hooks.ListFields()},
        "deletedWith": request.deletedWith,
        "hideDiffs": sorted(request.hideDiffs),
    }


def _reveal(value: Any) -> Any:
    """Return a value for JSON, in which secrets are marked and have their value."""
    if isinstance(value, RevealedSecret):
        return {"secret": _reveal(value.value)}
    if isinstance(value, Mapping):
        return {key: _reveal(item) for key, item in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [_reveal(item) for item in value]
    return jsonable(value)
