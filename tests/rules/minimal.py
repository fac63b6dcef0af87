"""Minimal valid programs around an arguments class, in which the examples of its rules are deployed."""

import sys
from collections.abc import Callable, Mapping
from typing import Any
from unittest.mock import patch

import pem_examples
import pulumi
from pydantic import BaseModel

import moorings
from moorings.apps.kpow.settings import KpowSettings
from moorings.kafka.connection_security import ConnectionSecurity
from moorings.validation.args import Args
from moorings.validation.inputs import is_list, is_mapping

Arguments = Mapping[str, Any]
Build = Callable[[Arguments, Mapping[str, str]], Any]

KEY_ARN = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
CERTIFICATE_ARN = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
CLUSTER_ARN = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/11111111-2222-3333-4444-555555555555-1"
PRIVATE_VPC_ID = "vpc-0000000a"
"""A VPC without routes to an internet gateway."""
SUBNETS = ["subnet-00000001", "subnet-00000002", "subnet-00000003"]

CONSTANTS: dict[str, Any] = {}
"""Further names that examples may use."""

BUILDERS: dict[type[Args], Build] = {}
"""Function that creates the component of each class that has rules, from arguments and acknowledgements."""

EXPRESSION_COMPONENTS: dict[str, type[Args]] = {}
"""Arguments class of the component that an expression may use by name, such as ``cluster``."""

MINIMAL: dict[type[Args], Arguments] = {}
"""Minimal valid arguments of each of these classes."""


def component(component_class: Callable[..., Any], args_class: type[Args], **minimal: Any) -> None:
    """Add a component: its arguments are the minimal ones, overridden by those of an example.

    An example may also contain ``transforms``, an option of the component.
    """

    def build(args: Arguments, acknowledge: Mapping[str, str]) -> Any:
        values = {**minimal, **args}
        if acknowledge:
            values["acknowledge"] = {**values.get("acknowledge", {}), **acknowledge}
        opts = pulumi.ResourceOptions(transforms=values.pop("transforms", None))
        return component_class("example", args_class(**values), opts)

    BUILDERS[args_class], MINIMAL[args_class] = build, minimal


def nested(args_class: type[Args], outer_class: type[Args], place: Callable[[Args], Arguments], **minimal: Any) -> None:
    """Add nested arguments: ``place`` returns the arguments of the outer class that contain them."""

    def build(args: Arguments, acknowledge: Mapping[str, str]) -> Any:
        return BUILDERS[outer_class](place(args_class(**{**minimal, **args})), acknowledge)

    BUILDERS[args_class], MINIMAL[args_class] = build, minimal


def standalone(args_class: type[Args], **minimal: Any) -> None:
    """Add arguments that no component receives."""

    def build(args: Arguments, acknowledge: Mapping[str, str]) -> Any:
        return args_class(**{**minimal, **args, **({"acknowledge": acknowledge} if acknowledge else {})})

    BUILDERS[args_class] = build


def namespace() -> dict[str, Any]:
    """Return the names that examples may use."""
    public = {name: getattr(moorings, name) for name in moorings.__all__}
    constants = {
        "CERTIFICATE_ARN": CERTIFICATE_ARN,
        "KEY_ARN": KEY_ARN,
        "PRIVATE_VPC_ID": PRIVATE_VPC_ID,
        "CLUSTER_ARN": CLUSTER_ARN,
        "SUBNETS": SUBNETS,
        **{name: value for name, value in vars(pem_examples).items() if name.isupper()},
        "other_stack": OtherStack(),
        "pulumi": pulumi,
        "without_package": without_package,
    }
    return {**public, **constants, **CONSTANTS}


class Components(dict[str, Any]):
    """Components that expressions may use, each created when it is first used."""

    def __missing__(self, name: str) -> Any:
        """Create a component with minimal arguments."""
        if name not in EXPRESSION_COMPONENTS:
            raise KeyError(name)
        self[name] = BUILDERS[EXPRESSION_COMPONENTS[name]]({}, {})
        return self[name]


class OtherStack:
    """Another stack, which exports the connection of the SCRAM user ``orders``."""

    def get_output(self, _: str) -> pulumi.Output[Any]:
        """Return the output ``connections``, which is secret because it contains a password."""
        connection = {
            "listener": "scram",
            "bootstrap_servers": "b-1.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9096",
            "username": "orders",
            "password": "correct horse battery",
            "secret_arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-a1B2c3",
            "kms_key_arn": KEY_ARN,
            "security_group_id": "sg-00000001",
            "cluster_arn": CLUSTER_ARN,
        }
        return pulumi.Output.secret({"orders": connection})


def without_package(package: str, call: Callable[[], Any]) -> Any:
    """Call a function as if a package were not installed."""
    with patch.dict(sys.modules, {package: None}):
        return call()


def arguments(example: str) -> dict[str, Any]:
    """Return the keyword arguments of an example."""
    return eval(f"dict({example})", namespace())


def make_late(args_class: type[BaseModel], values: Arguments) -> dict[str, Any]:
    """Return arguments in which every value that may be an Output is one."""
    return {
        name: _late(args_class.model_fields[name].annotation, value) if name in args_class.model_fields else value
        for name, value in values.items()
    }


def _late(annotation: Any, value: Any) -> Any:
    """Return the value, or its items, as Outputs where the annotation allows it."""
    if value is None or isinstance(value, pulumi.Output):
        return value
    if isinstance(value, Args):
        given = {name: getattr(value, name) for name in value.model_fields_set}
        return type(value)(**make_late(type(value), given))
    arms = _arms(annotation)
    if any(_origin(arm) is pulumi.Output for arm in arms):
        return pulumi.Output.from_input(value).apply(lambda resolved: resolved)
    for arm in arms:
        parts = getattr(arm, "__args__", ())
        if _origin(arm) is list and is_list(value):
            return [_late(parts[0], item) for item in value]
        if _origin(arm) is dict and is_mapping(value):
            return {key: _late(parts[1], item) for key, item in value.items()}
    return value


def _arms(annotation: Any) -> list[Any]:
    """Return the members of a union, without metadata."""
    if hasattr(annotation, "__metadata__"):
        return _arms(annotation.__origin__)
    if _origin(annotation) is None or not str(annotation).startswith(("typing.Union", "typing.Optional")):
        if type(annotation).__name__ == "UnionType":
            return [arm for part in annotation.__args__ for arm in _arms(part)]
        return [annotation]
    return [arm for part in annotation.__args__ for arm in _arms(part)]


def _origin(annotation: Any) -> Any:
    return getattr(annotation, "__origin__", None)


def has_late(value: Any) -> bool:
    """Whether a value contains an Output at any depth."""
    if isinstance(value, Args):
        return any(has_late(getattr(value, name)) for name in value.model_fields_set)
    if is_mapping(value):
        return any(map(has_late, value.values()))
    return any(map(has_late, value)) if is_list(value) else isinstance(value, pulumi.Output)


component(
    moorings.MskCluster,
    moorings.MskClusterArgs,
    kafka_version="3.9.x.kraft",
    vpc_id="vpc-00000001",
    subnet_ids=SUBNETS,
)
component(moorings.EncryptionKey, moorings.EncryptionKeyArgs, description="Orders", services=["kafka"])
component(moorings.Network, moorings.NetworkArgs, availability_zones=["eu-west-1a", "eu-west-1b"])

KPOW: dict[str, Any] = {
    "kafka": {
        "listener": "scram",
        "bootstrap_servers": ",".join(
            f"b-{number}.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9096" for number in (1, 2, 3)
        ),
        "username": "kpow",
        "password": "hidden",
        "security_group_id": "sg-00000001",
    },
    "image": "registry.example/kpow:96.2",
    "license": dict.fromkeys(
        ("LICENSE_ID", "LICENSE_CODE", "LICENSEE", "LICENSE_EXPIRY", "LICENSE_SIGNATURE"), "hidden"
    ),
}
component(
    moorings.KpowOnFargate,
    moorings.KpowOnFargateArgs,
    vpc_id="vpc-00000001",
    subnet_ids=SUBNETS,
    egress={f"brokers-{port}": {"port": port, "cidr": "10.0.0.0/16"} for port in (9092, 9094, 9096, 9098)},
    **KPOW,
)
component(
    moorings.KpowOnKubernetes,
    moorings.KpowOnKubernetesArgs,
    namespace="tools",
    **{**KPOW, "image": f"registry.example/kpow:96.2@sha256:{'0' * 64}"},
)
BUILDERS[KpowSettings] = BUILDERS[moorings.KpowOnFargateArgs]
nested(moorings.KpowEndpoint, KpowSettings, lambda endpoint: {"schema_registry": endpoint})
EXPRESSION_COMPONENTS["kpow"] = moorings.KpowOnFargateArgs

INGRESS = {
    "controller": "haproxy-ingress",
    "hosts": ["orders.example.com"],
    "tls_secret_name": "orders-tls",
    "service_name": "orders",
    "service_port": 8080,
    "namespace": None,
}
CONTAINER = {
    "image": "registry.example/orders@sha256:" + "0" * 64,
    "cpu_request": "250m",
    "memory_request": "512Mi",
    "ports": {"http": 8080},
    "probes": {"readiness": {"http_get": "/ready"}, "liveness": {"http_get": "/live"}},
}


def _ingress(args: Arguments, acknowledge: Mapping[str, str]) -> Any:
    """Create an ingress after another one and a workload, to whose names and hosts an example can refer."""
    moorings.KubernetesWorkload("workload", {"namespace": "shop", "object_name": "workload", "container": CONTAINER})
    moorings.WorkloadIngress("other", {**INGRESS, "service_name": "other", "hosts": ["other.example.com"]})
    values = {**INGRESS, **args}
    name = values.pop("name", "example")
    if acknowledge:
        values["acknowledge"] = {**values.get("acknowledge", {}), **acknowledge}
    opts = pulumi.ResourceOptions(transforms=values.pop("transforms", None))
    return moorings.WorkloadIngress(name, moorings.WorkloadIngressArgs(**values), opts)


BUILDERS[moorings.WorkloadIngressArgs] = _ingress
MINIMAL[moorings.WorkloadIngressArgs] = INGRESS
ROUTED = {"controller": "traefik-crd", "paths": ["/orders"]}
nested(moorings.IngressRoute, moorings.WorkloadIngressArgs, lambda route: {**ROUTED, "routes": {"example": route}})
nested(
    moorings.IngressService,
    moorings.WorkloadIngressArgs,
    lambda service: {**ROUTED, "routes": {"example": {"services": {"example": service}}}},
    service_name="orders",
    service_port=8080,
)
nested(moorings.StickyPolicy, moorings.WorkloadIngressArgs, lambda policy: {"policy": policy})


def _namespace(args: Arguments, acknowledge: Mapping[str, str]) -> Any:
    """Create a namespace. The example of a rule about names can set that of the component."""
    values = {**args, **({"acknowledge": acknowledge} if acknowledge else {})}
    return moorings.KubernetesNamespace(values.pop("name", "example"), moorings.KubernetesNamespaceArgs(**values))


BUILDERS[moorings.KubernetesNamespaceArgs] = _namespace
component(
    moorings.MskScramUser, moorings.MskScramUserArgs, cluster_arn=CLUSTER_ARN, username="orders", kms_key_arn=KEY_ARN
)
standalone(moorings.KafkaAcl, user="orders", resource_type="topic", resource_name="orders", operations=["Read"])
standalone(moorings.KafkaQuota, user="orders", producer_byte_rate=1_048_576)
nested(
    moorings.KafkaTopic,
    moorings.MskClusterArgs,
    lambda topic: {"topics": [topic], "tiered_storage": topic.tiered},
    name="orders",
    partitions=12,
)
nested(
    moorings.KafkaConnection,
    moorings.KubernetesWorkloadArgs,
    lambda kafka: {
        "container": moorings.PodContainer(
            image="registry.example/orders@sha256:" + "0" * 64,
            cpu_request="250m",
            memory_request="512Mi",
            kafka=kafka,
            kafka_settings="none",
        )
    },
    listener="iam",
    bootstrap_servers="b-1.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9098",
    cluster_arn=CLUSTER_ARN,
)
BUILDERS[ConnectionSecurity] = lambda args, acknowledge: moorings.KafkaConnection(
    **args, **({"acknowledge": acknowledge} if acknowledge else {})
)
BUILDERS[moorings.KafkaPermissions] = lambda args, acknowledge: moorings.MskClientPolicy(
    cluster_arn=CLUSTER_ARN, **args, acknowledge=acknowledge
)
component(
    moorings.MskVpcConnection,
    moorings.MskVpcConnectionArgs,
    cluster_arn=CLUSTER_ARN,
    vpc_id="vpc-00000001",
    subnet_ids=SUBNETS,
)
