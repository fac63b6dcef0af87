"""Secrets that transforms store in plain text."""

import pulumi
import pytest

from moorings.overrides.container_secrets import find_added_secrets, is_marked, secret_variables
from moorings.preview.secret_masking import SECRET_SIGNATURE, SIGNATURE


class Late:
    """Stands for an Output, outside of a program."""

    def __await__(self):
        yield


LATE = Late()


def container(name="orders", **fields):
    return {"name": name, **fields}


def variable(name, value):
    return {"name": name, "value": value}


@pytest.mark.parametrize(
    ("containers", "rendered", "found"),
    [
        ([container(env=[variable("API_KEY", "hunter2")])], [], [(("orders", "env", "API_KEY"), "a secret")]),
        (
            [container(environment=[variable("URL", "https://a:b@example.com")])],
            [],
            [(("orders", "environment", "URL"), "a URL with a password")],
        ),
        ([container(command=["app", "--password", "hunter2"])], [], [(("orders", "command"), "a password")]),
        ([container(args=["--api-key=hunter2"])], [container(args=["--other"])], [(("orders", "args"), "a password")]),
        ([container(env=[variable("LOG_LEVEL", "info")], args=["run"])], [], []),
        ([container(env=[variable("API_KEY", "x")])], [container(env=[variable("API_KEY", "x")])], []),
        ([container(env=[variable("API_KEY", "x")])], [container(env=[variable("API_KEY", LATE)])], []),
        (
            [container(env=[variable("API_KEY", "y")])],
            [container(env=[variable("API_KEY", "x")])],
            [(("orders", "env", "API_KEY"), "a secret")],
        ),
        (
            [container("agent", env=[variable("API_KEY", "x")])],
            [container(env=[variable("API_KEY", "x")])],
            [(("agent", "env", "API_KEY"), "a secret")],
        ),
        ([container(env=[{"name": "API_KEY", "valueFrom": {}}])], [], []),
        ([container(env=[variable("API_KEY", {SIGNATURE: SECRET_SIGNATURE})], args=[LATE])], [], []),
        ([LATE, container(env=LATE, command=LATE)], [], []),
    ],
)
def test_secrets_that_the_component_did_not_render_are_found(containers, rendered, found):
    assert list(find_added_secrets(containers, rendered)) == found


def test_late_variables_of_a_patch_are_found_and_secrets_marked(deploy):
    marked = {}

    def program():
        patch = {
            "spec": {
                "containers": [{"name": "a", "env": [variable("A", pulumi.Output.secret("x")), variable("B", "y")]}]
            }
        }
        patch["containerDefinitions"] = [
            {"name": "b", "environment": [variable("C", pulumi.Output.from_input("z")), {"name": "D"}]}
        ]
        for path, value in secret_variables(patch, ("task",)):
            value.apply(lambda known, path=path: marked.update({path: is_marked(known)}))

    deploy(program)
    assert marked == {
        ("task", "spec", "containers", 0, "env", "A"): True,
        ("task", "containerDefinitions", 0, "environment", "C"): False,
    }
