"""The Kubernetes double hands objects to the API server: what that refuses, a stack is refused."""

from collections.abc import Callable

import pulumi
import pulumi_kubernetes as kubernetes
import pytest
from engine import FailedError
from objects import pod_spec

CANARY = "canary-9b27e6-in-a-secret"


SPACE = "engine-objects"


def program(*, topic: str = "orders", name: str | None = None, **pod: object) -> Callable[[], None]:
    """A namespace that enforces ``restricted``, with settings, a secret and a deployment."""

    def made() -> None:
        levels = {"pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/warn": "restricted"}
        space = kubernetes.core.v1.Namespace("orders", metadata={"name": name, "labels": levels})
        there = {"namespace": space.metadata.name}
        settings = kubernetes.core.v1.ConfigMap("settings", metadata=there, data={"topic": topic}, immutable=True)
        kubernetes.core.v1.Secret("login", metadata=there, string_data={"password": pulumi.Output.secret(CANARY)})
        spec = {**pod_spec(), **pod}
        spec["containers"][0]["envFrom"] = [{"configMapRef": {"name": settings.metadata.name}}]
        labels = {"app": "orders"}
        template = {"metadata": {"labels": labels}, "spec": spec}
        kubernetes.apps.v1.Deployment(
            "orders", metadata=there, spec={"selector": {"matchLabels": labels}, "template": template}
        )
        pulumi.export("settings", settings.metadata.name)

    return made


def test_objects_live_in_the_api_server_from_up_to_destroy(engine, api_server):
    stack = engine.program("objects-test", program())
    made = stack.up()
    assert made.touched() == {"orders", "settings", "login"}
    name = stack.outputs["settings"]
    assert name.startswith("settings-")
    found = [each for each in api_server.api.list("v1", "ConfigMap") if each["metadata"]["name"] == name]
    assert [each["data"] for each in found] == [{"topic": "orders"}]
    assert stack.up().changes == {}
    assert stack.refresh().changes == {}

    # Settings that cannot be changed are made anew under another name, and the old ones go last.
    changed = stack.up(program(topic="payments"))
    assert {op: {urn.rpartition("::")[2] for urn in urns} for op, urns in changed.changes.items()} == {
        "create-replacement": {"settings"},
        "replace": {"settings"},
        "delete-replaced": {"settings"},
        "update": {"orders"},
    }
    assert stack.outputs["settings"] != name

    told = "".join(run.told for run in (made, changed, stack.destroy()))
    assert CANARY not in told + engine.files()
    assert not [each for each in api_server.api.list("v1", "ConfigMap") if each["metadata"]["name"].startswith(name)]


def test_a_namespace_can_come_back(engine, api_server):
    stack = engine.program("back-test", program(name=SPACE))
    stack.up()
    stack.destroy()
    assert not [each for each in api_server.api.list("v1", "Namespace") if each["metadata"]["name"] == SPACE]
    assert stack.up().touched() == {"orders", "settings", "login"}


@pytest.mark.parametrize(
    ("mistake", "why"),
    [
        ({"hostPath": "/var"}, "hostPath: field not declared in schema"),
        ({"hostNetwork": True}, "would violate PodSecurity"),
        ({"terminationGracePeriodSeconds": "soon"}, "terminationGracePeriodSeconds"),
    ],
)
def test_what_the_api_server_refuses_is_refused(engine, mistake, why):
    stack = engine.program("refused-test", program(**mistake))
    with pytest.raises(FailedError, match=why):
        stack.up()


def test_a_preview_of_a_change_asks_the_api_server(engine):
    stack = engine.program("asked-test", program())
    stack.up()
    with pytest.raises(FailedError, match="hostPath: field not declared in schema"):
        stack.preview(program(hostPath="/var"))


def test_what_was_deleted_by_hand_is_missed(engine, api_server):
    stack = engine.program("missed-test", program())
    stack.up()
    object_ = next(each for each in stack.resources.values() if each["type"].endswith(":ConfigMap"))
    api_server.api.delete({**object_["inputs"], "kind": "ConfigMap", "apiVersion": "v1"})
    found = stack.refresh()
    assert set(found.changes) == {"delete"}
    assert found.touched() == {"settings"}
    assert stack.up().touched() == {"settings", "orders"}
