"""A secret stands in clear in no state file, no event, no line of a log and no preview."""

from base64 import b64encode

import pulumi
import pytest
from engine import FailedError
from programs import NETWORK, cluster

from moorings import MskScramUser, MskScramUserArgs

CANARY = "canary-4f1d0c8e-in-the-settings"


def program(version: int = 1) -> None:
    """A user with the password of the settings, and one whose password is made."""
    kafka = cluster(users=["made"], password_versions={"made": version})
    assert kafka.secrets_kms_key_arn is not None
    given = MskScramUser(
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
    pulumi.export("given", given.password)


def test_no_secret_of_a_committed_stack_shows(life):
    spelled = {form for secret in life.passwords for form in (secret, b64encode(secret.encode()).decode())}
    assert [secret for secret in spelled if secret in life.told] == []
    assert [secret for secret in spelled if secret in life.files] == []


def test_neither_a_given_nor_a_made_password_shows_while_they_are_made_and_changed(engine):
    stack = engine.program("secrets-test", program, NETWORK)
    stack.set_secret("moorings:password", CANARY)
    runs = [stack.preview(), stack.preview(diff=True), stack.preview_json(), stack.up(diff=True)]
    secrets = engine.passwords()
    assert CANARY in secrets
    assert len(secrets) == 2
    changed = lambda: program(version=2)  # noqa: E731
    stack.set_secret("moorings:password", f"{CANARY}-too")
    runs += [stack.preview(changed, diff=True), stack.preview_json(changed), stack.up(changed, diff=True)]
    secrets |= engine.passwords()
    assert len(secrets) == 4
    runs += [stack.refresh(), stack.destroy()]
    told = "\n".join(run.told for run in runs)
    assert [secret for secret in secrets if secret in told] == []
    assert [secret for secret in secrets if secret in engine.files()] == []


def test_a_canary_in_clear_is_found(engine):
    """What the tests above look through does show what is no secret: else their silence would mean nothing."""

    def careless() -> None:
        pulumi.export("plain", f"plain-{CANARY[::-1]}")
        pulumi.export("password", pulumi.Output.unsecret(pulumi.Config("moorings").require_secret("password")))

    stack = engine.program("careless-test", careless)
    stack.set_secret("moorings:password", CANARY)
    run = stack.up()
    assert CANARY[::-1] in run.told
    # The engine hides the values of secret settings wherever it prints, but not in the state.
    assert CANARY in engine.files()


def test_a_refused_password_is_not_in_the_message(engine):
    stack = engine.program("refused-test", program, NETWORK)
    stack.set_secret("moorings:password", CANARY * 5)
    with pytest.raises(FailedError) as refused:
        stack.up()
    assert "password: String should have at most 128 characters" in refused.value.run.output
    assert CANARY not in refused.value.run.told
