"""No secret is in plain text in state files, events, logs and previews."""

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
    """A user with the password of the settings, and one with a generated password."""
    kafka = cluster(users=["made"], password_versions={"made": version})
    assert kafka.secrets_kms_key_arn is not None
    supplied_user = MskScramUser(
        "given",
        MskScramUserArgs(
            cluster_arn=kafka.arn,
            username="given",
            kms_key_arn=kafka.secrets_kms_key_arn,
            password=pulumi.Config("moorings").require_secret("password"),
        ),
    )
    connection = kafka.connection("made")
    pulumi.export("connection", connection.to_export())
    pulumi.export("settings", connection.java("consumer"))
    pulumi.export("given", supplied_user.password)
    return connection


def with_consumers(namespace: str, version: int = 1) -> Callable[[], None]:
    """The same users, and services on ECS and Kubernetes with both passwords."""

    def run() -> None:
        generated, supplied = program(version), pulumi.Config("moorings").require_secret("password")
        common = {"vpc_id": VPC, "subnet_ids": SUBNETS, "image": IMAGE, "kafka": generated, "protect": False}
        license_ = dict.fromkeys(LICENSE, supplied)
        KpowOnFargate("kpow", {**common, "license": license_, "replication_factor": 2, "without_login": True})
        own = {"secret_environment": {"TOKEN": supplied}, "user": "1001:1001", "unchecked": True}
        FargateSingleton("single", {**common, **own})
        secrets = {
            "secret_environment": {"TOKEN": supplied},
            "secret_files": {"/etc/orders/key": supplied},
            "kafka": generated,
        }
        KubernetesWorkload("orders", {"namespace": namespace, "container": container(**secrets)})

    return run


def made_passwords(stack: Stack) -> set[str]:
    """The current passwords of a stack, decrypted."""
    passwords = [password for password in stack.resources.values() if password["type"].endswith(":RandomPassword")]
    return {json.loads(password["outputs"]["result"]["plaintext"]) for password in passwords}


def test_supplied_and_generated_passwords_never_appear_in_plain_text(engine, api_server):
    first, second = (with_consumers(api_server.namespace(), version) for version in (1, 2))
    stack = engine.program("secrets-test", first, NETWORK)
    stack.set_secret("moorings:password", CANARY)
    runs = [stack.preview(diff=True), stack.preview_json(), stack.up(diff=True)]
    secrets = {CANARY, *made_passwords(stack)}
    assert secrets < engine.passwords()
    stack.set_secret("moorings:password", f"{CANARY}-too")
    runs += [stack.preview(second, diff=True), stack.preview_json(second), stack.up(second, diff=True)]
    secrets |= {f"{CANARY}-too", *made_passwords(stack)}
    assert len(secrets) == 4
    runs += [stack.refresh(), stack.destroy()]
    output = "\n".join(run.all_output for run in runs)
    spelled = {form for secret in secrets for form in (secret, b64encode(secret.encode()).decode())}
    assert [secret for secret in spelled if secret in output] == []
    assert [secret for secret in spelled if secret in engine.files()] == []


def test_plain_text_values_are_found(engine):
    """Plain text is found by the checks of the tests above, so that they can fail."""

    def careless() -> None:
        pulumi.export("plain", f"plain-{CANARY[::-1]}")
        pulumi.export("password", pulumi.Output.unsecret(pulumi.Config("moorings").require_secret("password")))

    stack = engine.program("careless-test", careless)
    stack.set_secret("moorings:password", CANARY)
    run = stack.up()
    assert CANARY[::-1] in run.all_output
    # The engine masks the values of secret settings in all output, but not in the state.
    assert CANARY in engine.files()


def test_error_messages_do_not_contain_a_rejected_password(engine):
    stack = engine.program("refused-test", program, NETWORK)
    stack.set_secret("moorings:password", CANARY * 5)
    with pytest.raises(FailedError) as error:
        stack.up()
    assert "password: must be at most 128 characters long" in error.value.run.output
    assert CANARY not in error.value.run.all_output
