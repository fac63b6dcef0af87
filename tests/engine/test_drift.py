"""What has changed without Pulumi: what something else is in charge of stays, all else is set back."""

from dataclasses import replace
from typing import Any

from doubles import wire
from doubles.aws_rules import CLUSTER
from engine import Engine
from programs import NETWORK, cluster

from moorings import KubernetesWorkload


def change_by_hand(engine: Engine, type_: str, *path: str, value: object) -> None:
    """Change a thing in the cloud."""
    (thing,) = engine.cloud.all(type_)
    parts: dict[str, Any] = {"inputs": dict(thing.inputs), "outputs": dict(thing.outputs)}
    for part in parts.values():
        at = part
        for key in path[:-1]:
            at[key] = wire.plain(at[key])
            at = at[key]
        at[path[-1]] = value
    engine.cloud.put(replace(thing, **parts))


VOLUME = ("brokerNodeGroupInfo", "storageInfo", "ebsStorageInfo", "volumeSize")


def test_volumes_that_grew_by_themselves_stay(engine):
    program = lambda: cluster(volume_gib=100, volume_autoscaling_max_gib=400)  # noqa: E731
    stack = engine.program("grown-test", program, NETWORK)
    stack.up()
    change_by_hand(engine, CLUSTER, *VOLUME, value=150)
    assert stack.refresh().touched() == {"kafka-cluster"}
    assert stack.up().changes == {}
    (kafka,) = engine.cloud.all(CLUSTER)
    assert kafka.get(".".join(VOLUME)) == 150


def test_what_was_changed_by_hand_is_set_back(engine):
    stack = engine.program("changed-test", cluster, NETWORK)
    stack.up()
    (kafka,) = engine.cloud.all(CLUSTER)
    meant = kafka.get("enhancedMonitoring")
    change_by_hand(engine, CLUSTER, "enhancedMonitoring", value="DEFAULT")
    assert stack.refresh().touched() == {"kafka-cluster"}
    back = stack.up()
    assert set(back.changes) == {"update"}
    assert back.touched() == {"kafka-cluster"}
    (kafka,) = engine.cloud.all(CLUSTER)
    assert kafka.get("enhancedMonitoring") == meant != "DEFAULT"


def test_replicas_that_an_autoscaler_chose_stay(engine, api_server):
    namespace = api_server.namespace()

    def workload(digest: str):
        container = {
            "image": f"registry.example/orders@sha256:{digest * 64}",
            "cpu_request": "250m",
            "memory_request": "512Mi",
            "ports": {"http": 8080},
            "probes": {"readiness": {"http": "/ready"}, "liveness": {"http": "/live"}},
        }
        args = {"namespace": namespace, "container": container, "autoscaling": {"max_replicas": 9}}
        return lambda: KubernetesWorkload("orders", args)

    stack = engine.program("scaled-test", workload("0"))
    stack.up()
    (deployment,) = api_server.api.list("apps/v1", "Deployment", namespace)
    thing = {**deployment, "apiVersion": "apps/v1", "kind": "Deployment"}
    scale = {"apiVersion": "autoscaling/v1", "kind": "Scale", "spec": {"replicas": 7}}
    path = f"{api_server.api.path(thing)}/scale"
    metadata = {"name": deployment["metadata"]["name"], "namespace": namespace}
    api_server.api.request("PUT", path, {**scale, "metadata": metadata}, {"fieldManager": "horizontal-pod-autoscaler"})
    assert api_server.api.get(thing)["spec"]["replicas"] == 7
    stack.refresh()
    assert stack.up().changes == {}
    assert stack.up(workload("1")).touched() == {"orders-deployment"}
    assert api_server.api.get(thing)["spec"]["replicas"] == 7
