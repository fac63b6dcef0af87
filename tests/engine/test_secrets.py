"""State files, events, logs and previews never contain secrets in plain text."""

import json
from base64 import b64encode
from collections.abc import Callable

import pulumi
import pytest
from engine import FailedError, Stack
from programs import NETWORK, cluster
from workloads import IMAGE, container

from moorings import (
    FargateSingleton,
    KafkaConnection,
    KpowOnFargate,
    KubernetesWorkload,
    MskScramUser,
    MskScramUserArgs,
)

VPC, SUBNETS = NETWORK["moorings:vpcId"], json.loads(NETWORK["moorings:subnetIds"])
LICENSE = ("LICENSE_ID", "LICENSE_CODE", "LICENSEE", "LICENSE_EXPIRY", "LICENSE_SIGNATURE")
CANARY = "canary-4f1d0c8e-in-the-settings"


def program(version: int = 1) -> KafkaConnection:
    """A user with a generated password, and one with a password in the settings."""
    kafka = cluster(users=["generated"], password_versions={"generated": version})
    assert kafka.secrets_kms_key_arn is not None
    supplied_user = MskScramUser(
        "supplied",
        MskScramUserArgs(
            cluster_arn=kafka.arn,
            username="supplied",
            kms_key_arn=kafka.secrets_kms_key_arn,
            password=pulumi.Config("moorings").require_secret("password"),
        ),
    )
    connection = kafka.connection("generated")
    pulumi.export("connection", connection.to_export())
    pulumi.export("settings", connection.java("consumer"))
    pulumi.export("supplied", supplied_user.password)
    return connection


def with_consumers(namespace: str, version: int = 1) -> Callable[[], None]:
    """The same users, and services on ECS and Kubernetes that read both passwords."""

    def run() -> None:
        generated, supplied = program(version), pulumi.Config("moorings").require_secret("password")
        common = {"vpc_id": VPC, "subnet_ids": SUBNETS, "image": IMAGE, "kafka": generated, "protect": False}
        license_ = dict.fromkeys(LICENSE, supplied)
        KpowOnFargate("kpow", {**common, "license": license_, "replication_factor": 2})
        own = {
            "secret_environment": {"TOKEN": supplied},
            "user": "1001:1001",
            "acknowledge": {"ecs-no-health-check": "a test"},
        }
        FargateSingleton("single", {**common, **own})
        secrets = {
            "secret_environment": {"TOKEN": supplied},
            "secret_files": {"/etc/orders/key": supplied},
            "kafka": generated,
        }
        KubernetesWorkload("orders", {"namespace": namespace, "container": container(**secrets)})

    return run


def generated_passwords(stack: Stack) -> set[str]:
    """The current passwords of a stack, decrypted."""
    resources = [resource for resource in stack.resources.values() if resource["type"].endswith(":RandomPassword")]
    return {json.loads(resource["outputs"]["result"]["plaintext"]) for resource in resources}


def test_supplied_and_generated_passwords_never_appear_in_plain_text(engine, api_server):
    namespace = api_server.namespace()
    first, second = (with_consumers(namespace, version) for version in (1, 2))
    stack = engine.program("secrets-test", first, NETWORK)
    stack.set_secret("moorings:password", CANARY)
    runs = [stack.preview(diff=True), stack.preview_json(), stack.up(diff=True)]
    secrets = {CANARY, *generated_passwords(stack)}
    assert secrets < engine.passwords()
    stack.set_secret("moorings:password", f"{CANARY}-too")
    runs += [stack.preview(second, diff=True), stack.preview_json(second), stack.up(second, diff=True)]
    secrets |= {f"{CANARY}-too", *generated_passwords(stack)}
    assert len(secrets) == 4
    runs += [stack.refresh(), stack.destroy()]
    output = "\n".join(run.all_output for run in runs)
    forms = {form for secret in secrets for form in (secret, b64encode(secret.encode()).decode())}
    assert [secret for secret in forms if secret in output] == []
    assert [secret for secret in forms if secret in engine.files()] == []


def test_plain_text_values_are_found(engine):
    """The checks of the other tests fail if a secret is in plain text."""

    def leaking() -> None:
        pulumi.export("plain", f"plain-{CANARY[::-1]}")
        pulumi.export("password", pulumi.Output.unsecret(pulumi.Config("moorings").require_secret("password")))

    stack = engine.program("leaking-test", leaking)
    stack.set_secret("moorings:password", CANARY)
    run = stack.up()
    assert CANARY[::-1] in run.all_output
    # The engine masks the values of secret settings in all output, but not in the state.
    assert CANARY in engine.files()


def test_messages_do_not_contain_a_secret_value(engine):
    def misplaced() -> None:
        secret = pulumi.Config("moorings").require_secret("password")
        key = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
        MskScramUser("user", MskScramUserArgs(cluster_arn=secret, username="user", kms_key_arn=key))

    stack = engine.program("rejected-test", misplaced, NETWORK)
    stack.set_secret("moorings:password", CANARY)
    with pytest.raises(FailedError) as error:
        stack.up()
    assert "(The value is secret and is not shown.) [argument-format]" in error.value.run.output
    assert CANARY not in error.value.run.all_output
