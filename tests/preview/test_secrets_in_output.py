"""No output of a preview, and no exception, contains a part of a secret: in any format, nested in any way."""

import json
import traceback
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pulumi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from rich.console import Console

from moorings import FargateSingleton, KafkaConnection, KubernetesWorkload, MskCluster, MskScramUser, WorkloadIngress
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.ecs.singleton_rules import SINGLETON_RULES
from moorings.preview.annotations import annotations
from moorings.preview.compare import compare
from moorings.preview.html_page import render_page
from moorings.preview.markdown import render
from moorings.preview.plan import Plan
from moorings.preview.plan_json import plan_from_json, plan_to_json
from moorings.preview.program import StackContext, preview
from moorings.preview.sarif import to_sarif
from moorings.preview.terminal import print_plan
from moorings.validation.args import origin_of
from moorings.validation.findings import Finding

CANARY = "zq7canary"
SUBNETS = ["subnet-00000001", "subnet-00000002"]
CLUSTER_ARN = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/11111111-2222-3333-4444-555555555555-1"
KEY_ARN = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
SINGLETON = {
    "vpc_id": "vpc-00000001",
    "subnet_ids": SUBNETS,
    "image": "registry.example/orders:1.4.2",
    "user": "1001:1001",
    "health_check": {"command": ["/bin/orders", "health"]},
}
CONTAINER = {
    "image": "registry.example/orders:1.4.2",
    "cpu_request": "250m",
    "memory_request": "512Mi",
    "ports": {"http": 8080},
    "probes": {"readiness": {"http_get": "/ready"}, "liveness": {"http_get": "/live"}},
}
SCRAM = {"listener": "scram", "bootstrap_servers": "b-1:9096", "username": "orders", "password": "hidden"}
INGRESS = {"controller": "haproxy-ingress", "service_name": "orders", "service_port": 80, "namespace": "shop",
           "tls_secret_name": "orders-tls"}  # fmt: skip
CLUSTER = {"vpc_id": "vpc-00000001", "subnet_ids": SUBNETS, "kafka_version": "3.9.x.kraft", "users": ["orders"]}

secret = pulumi.Output.secret


def singleton(**changed: Any) -> None:
    FargateSingleton("orders", SINGLETON | changed)


def workload(**changed: Any) -> None:
    KubernetesWorkload("orders", {"namespace": "shop", "container": CONTAINER | changed})


def two_ingresses(host: str) -> None:
    for name in ("one", "two"):
        WorkloadIngress(name, INGRESS | {"hosts": [secret(f"{host}.example.com")]})


def scram_user(password: Any) -> None:
    MskScramUser(
        "orders", {"cluster_arn": CLUSTER_ARN, "username": "orders", "kms_key_arn": KEY_ARN, "password": password}
    )


def log_representations(password: str) -> None:
    """Log arguments and what the library makes of them, as a program that is debugged."""
    connection = KafkaConnection(**SCRAM | {"password": password}, security_group_id="sg-00000001")
    args, reporter = SINGLETON_RULES.check(
        "FargateSingleton",
        "orders",
        FargateSingletonArgs(**SINGLETON, kafka=connection, secret_environment={"TOKEN": password}),
    )
    state = {name: value for name, value in vars(reporter).items() if name != "_rules"}
    for value in (connection, args, reporter, state, args.kafka_connections, origin_of(connection)):
        pulumi.log.info(f"{value} {value!r}")


PROGRAMS: dict[str, Callable[[str], None]] = {
    "tag of an image": lambda text: singleton(image=secret(f"registry.example/orders:{text}")),
    "tag of an image in a warning": lambda text: workload(image=secret(f"registry.example/orders:{text}")),
    "mutable image": lambda text: singleton(image=secret(f"registry.example/{text}:latest")),
    "one of the bootstrap servers": lambda text: singleton(
        kafka=SCRAM | {"bootstrap_servers": secret(f"b-1:9096,{text}:9096,{text}")}
    ),
    "bootstrap servers of a connection": lambda text: singleton(
        kafka=KafkaConnection(**SCRAM | {"bootstrap_servers": secret(f"b-1:9098,{text}:9096")})
    ),
    "environment variable": lambda text: singleton(environment={"SETTINGS": secret(text)}),
    "secret environment": lambda text: singleton(secret_environment={"TOKEN": text, "LATE": secret(text)}),
    "whole environment": lambda text: singleton(environment=secret({text: text})),
    "value in an Output of a dictionary": lambda text: singleton(
        environment={"SETTINGS": pulumi.Output.from_input({"inner": [secret(text)]})}
    ),
    "secret that is too large": lambda text: singleton(secret_environment={"TOKEN": text * 8000}),
    "key of a secret dictionary": lambda text: pulumi.export("settings", secret({text: {text: [text]}})),
    "element of a secret list": lambda text: pulumi.export("servers", secret(["b-1", text])),
    "policy": lambda text: singleton(task_policy=secret(f'{{"Version": "2012-10-17", "Statement": "{text}"}}')),
    "policy that is no JSON": lambda text: singleton(task_policy=secret(f"{{{text}")),
    "network": lambda text: singleton(egress={"database": {"port": 5432, "cidr": secret(text)}}),
    "annotation": lambda text: KubernetesWorkload(
        "orders", {"namespace": "shop", "container": CONTAINER, "service_annotations": {"example.com/a": secret(text)}}
    ),
    "word of a command": lambda text: workload(args=["--verbose", secret(f"--token={text}"), "&&"]),
    "file": lambda text: workload(
        config_files={"/etc/a": secret(f"password={text}")}, secret_files={"/etc/b": text, "/etc/c": secret(text)}
    ),
    "host": lambda text: WorkloadIngress("orders", INGRESS | {"hosts": [secret(text)]}),
    "conflict of two hosts": two_ingresses,
    "plain password": lambda text: scram_user(f"\n{text}"),
    "late password": lambda text: scram_user(secret(f"\n{text}")),
    "long password": lambda text: scram_user(text * 20),
    "password of another type": lambda text: KafkaConnection(**SCRAM | {"password": [text]}),
    "misspelled argument": lambda text: KafkaConnection(**SCRAM, passwort=text),
    "positional argument": lambda text: KafkaConnection(text),
    "arguments as the name": lambda text: FargateSingleton({"secret_environment": {"TOKEN": text}}, "x"),
    "parameter of a method": lambda text: MskCluster("kafka", CLUSTER).connection(secret(text)),
    "server property": lambda text: (
        MskCluster("kafka", CLUSTER | {"server_properties": {"num.io.threads": secret(text)}}) and None
    ),
    "rendered settings": lambda text: pulumi.export("java", KafkaConnection(**SCRAM | {"password": text}).java()),
    "exported connection": lambda text: pulumi.export(
        "connections", {"orders": KafkaConnection(**SCRAM | {"password": text}).to_export()}
    ),
    "representations": log_representations,
}
"""Programs that use a secret in different places. Most of them are rejected or log a warning."""

SEPARATORS = st.sampled_from([",", ";", " ", "\n", "=", ":", "/", "@", "&&", "$", '"'])
SECRETS = st.recursive(
    st.just(CANARY),
    lambda inner: st.tuples(SEPARATORS, st.lists(inner, min_size=1, max_size=3)).map(
        lambda pair: pair[0].join(pair[1])
    ),
    max_leaves=4,
)


def texts_of_plan(plan: Plan) -> Iterator[str]:
    """Yield everything that the command line can print or write about a plan."""
    console = Console(file=StringIO(), width=10_000)
    print_plan(console, plan)
    findings = [finding for _, message, _ in plan.log if (finding := Finding.parse(message))]
    yield from (console.file.getvalue(), json.dumps(plan_to_json(plan)), render([plan]), repr(plan))
    yield from (json.dumps(to_sarif(findings)), *annotations(findings), render_page([plan]))
    yield render([compare(plan, plan_from_json(plan_to_json(plan)))])


def texts_of_error(raised: BaseException) -> Iterator[str]:
    """Yield everything that a handler can print about an exception and those that it was raised from."""
    pending: list[BaseException | None] = [raised]
    seen: list[BaseException] = []  # the SDK raises errors from each other in circles
    while pending:
        error = pending.pop()
        if error is None or error in seen:
            continue
        seen.append(error)
        pending += [error.__cause__, error.__context__]
        yield from (
            repr(error),
            repr(error.args),
            *([str(error.errors())] if isinstance(error, ValidationError) else []),
        )
    yield "".join(traceback.format_exception(raised))


def texts(program: Callable[[str], None], value: str) -> list[str]:
    def run() -> None:
        program(value)

    try:
        shown, _ = preview(run, StackContext("moorings", "test"))
    except Exception as error:  # noqa: BLE001 - also errors of the SDK
        return list(texts_of_error(error))
    return list(texts_of_plan(shown))


@pytest.mark.parametrize("name", PROGRAMS)
@settings(max_examples=2)
@given(value=SECRETS)
def test_no_text_contains_a_part_of_a_secret(name, value):
    assert not [text for text in texts(PROGRAMS[name], value) if CANARY in text]


def test_texts_contain_values_that_are_not_secret():
    """The test above fails if a value is shown."""
    rejected = texts(lambda value: singleton(image=value), CANARY.upper())
    deployed = texts(lambda value: pulumi.export("name", value), CANARY)
    logged = texts(lambda value: workload(image=f"registry.example/orders:{value}"), CANARY)
    assert all(CANARY.upper() in text for text in rejected)
    assert CANARY in deployed[1]
    assert all(CANARY in text for text in logged[:6])
