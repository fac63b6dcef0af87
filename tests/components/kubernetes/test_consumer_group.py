"""Membership in a Kafka consumer group."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import InvalidInput, KafkaConsumer

STATIC = {"membership": "static"}
STATIC_WORKLOAD = {"kind": "StatefulSet", "consumer": STATIC}
DYNAMIC = {"membership": "dynamic"}
KIP_848 = {"membership": "kip-848"}
POD_NAME = {"valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
SPRING = "SPRING_KAFKA_CONSUMER_PROPERTIES_"


def environment(plan, kind="deployment"):
    (container,) = plan[f"orders-{kind}"].inputs["spec"]["template"]["spec"]["containers"]
    return container.get("env")


@pytest.mark.parametrize(
    ("consumer", "strategy", "rendered"),
    [
        (DYNAMIC, None, "Recreate"),
        (DYNAMIC, "RollingUpdate", "RollingUpdate"),
        (KIP_848, None, "RollingUpdate"),
        (KIP_848, "Recreate", "Recreate"),
        (None, None, "RollingUpdate"),
    ],
)
def test_update_strategy_by_membership(deploy_workload, consumer, strategy, rendered):
    plan = deploy_workload(consumer=consumer, strategy=strategy)
    assert plan["orders-deployment"].inputs["spec"]["strategy"]["type"] == rendered


@pytest.mark.parametrize("changed", [{"consumer": DYNAMIC}, {"consumer": KIP_848}, STATIC_WORKLOAD])
def test_a_consumer_has_no_service_by_default(deploy_workload, changed):
    plan = deploy_workload(**changed)
    assert "orders-service" not in [resource.name for resource in plan.resources]
    kind = changed.get("kind", "Deployment").lower()
    assert plan[f"orders-{kind}"].inputs["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] == 45
    assert deploy_workload(**changed, service_ports={"http": 80})["orders-service"]


def test_dynamic_members_have_no_variables(deploy_workload):
    assert environment(deploy_workload(consumer=DYNAMIC)) is None


@pytest.mark.parametrize(("settings", "prefix"), [("environment", "KAFKA_"), ("none", "KAFKA_"), ("spring", SPRING)])
def test_kip_848_sets_the_group_protocol(deploy_workload, settings, prefix):
    variables = environment(
        deploy_workload(consumer=KIP_848, container={"kafka_settings": settings, "environment": {"A": "1"}})
    )
    assert variables == [{"name": f"{prefix}GROUP_PROTOCOL", "value": "consumer"}, {"name": "A", "value": "1"}]


@pytest.mark.parametrize(("settings", "prefix"), [("environment", "KAFKA_"), ("none", "KAFKA_"), ("spring", SPRING)])
def test_static_members_have_an_instance_id_and_session_timeout(deploy_workload, settings, prefix):
    variables = environment(deploy_workload(**STATIC_WORKLOAD, container={"kafka_settings": settings}), "statefulset")
    # 45 s to stop and 150 s to start.
    assert variables == [
        {"name": f"{prefix}GROUP_INSTANCE_ID", **POD_NAME},
        {"name": f"{prefix}SESSION_TIMEOUT_MS", "value": "195000"},
    ]


def test_sidecars_have_no_variables(deploy_workload):
    proxy = {"image": "registry.example/a@sha256:" + "0" * 64, "cpu_request": "10m", "memory_request": "16Mi"}
    plan = deploy_workload(**STATIC_WORKLOAD, sidecars={"proxy": proxy})
    (sidecar,) = plan["orders-statefulset"].inputs["spec"]["template"]["spec"]["initContainers"]
    assert "env" not in sidecar


@given(st.integers(0, 1800))
def test_default_session_timeout(restart_seconds):
    assert KafkaConsumer(membership="static").session_timeout(restart_seconds) == max(45, restart_seconds)
    assert KafkaConsumer(membership="static", session_timeout_seconds=6).session_timeout(restart_seconds) == 6


@given(st.integers(1, 200), st.integers(1, 20))
def test_max_pods(partitions, consumers):
    if consumers > partitions:
        with pytest.raises(InvalidInput, match="consumers_per_pod: must be at most"):
            KafkaConsumer(membership="dynamic", partitions=partitions, consumers_per_pod=consumers)
        return
    pods = KafkaConsumer(membership="dynamic", partitions=partitions, consumers_per_pod=consumers).max_pods
    assert pods * consumers <= partitions < (pods + 1) * consumers


# Rejected arguments, message after the name of the component, and similar arguments that are valid.
CASES = {
    "membership missing": ({"consumer": {}}, ".consumer.membership: this argument is required", {"consumer": DYNAMIC}),
    "unknown membership": (
        {"consumer": {"membership": "eager"}},
        ".consumer.membership: expected 'dynamic', 'static' or 'kip-848'",
        {"consumer": KIP_848},
    ),
    "static members of a Deployment": (
        {"consumer": STATIC},
        ": consumer.membership: static requires kind StatefulSet, since new pods of a Deployment have new names",
        STATIC_WORKLOAD,
    ),
    "dynamic members of a StatefulSet": (
        {"kind": "StatefulSet", "consumer": DYNAMIC},
        ": consumer.membership: dynamic requires kind Deployment, since each restarted pod of a StatefulSet "
        "causes two rebalances; use static, or kind Deployment",
        {"kind": "Deployment", "consumer": DYNAMIC},
    ),
    "session timeout with kip-848": (
        {"consumer": {**KIP_848, "session_timeout_seconds": 60}},
        ".consumer: session_timeout_seconds: requires membership static, got kip-848; remove it",
        {"consumer": KIP_848, "kind": "StatefulSet"},
    ),
    "session timeout of a dynamic member": (
        {"consumer": {**DYNAMIC, "session_timeout_seconds": 60}},
        ".consumer: session_timeout_seconds: requires membership static, got dynamic; remove it",
        {"kind": "StatefulSet", "consumer": {**STATIC, "session_timeout_seconds": 195}},
    ),
    "session timeout above half an hour": (
        {"kind": "StatefulSet", "consumer": {**STATIC, "session_timeout_seconds": 1801}},
        ".consumer.session_timeout_seconds: must be at most 1800",
        {"kind": "StatefulSet", "consumer": {**STATIC, "session_timeout_seconds": 1800}},
    ),
    "session timeout below 6 seconds": (
        {"kind": "StatefulSet", "consumer": {**STATIC, "session_timeout_seconds": 5}},
        ".consumer.session_timeout_seconds: must be at least 6",
        {
            "kind": "StatefulSet",
            "consumer": {**STATIC, "session_timeout_seconds": 15},
            "shutdown": {"drain_seconds": 0},
            "container": {"probes": None},
        },
    ),
    "session timeout shorter than a restart": (
        {"kind": "StatefulSet", "consumer": {**STATIC, "session_timeout_seconds": 194}},
        ": consumer.session_timeout_seconds: must be at least 195, as long as a restart takes (45 to stop and 150 to "
        "start), got 194",
        {"kind": "StatefulSet", "consumer": {**STATIC, "session_timeout_seconds": 195}},
    ),
    "restart longer than the maximum session timeout": (
        {**STATIC_WORKLOAD, "shutdown": {"drain_seconds": 1640}},
        ": consumer.membership: static allows at most 1800 s for a restart, and a pod needs up to 1805 (1655 to stop "
        "and 150 to start); lower shutdown.drain_seconds or probes.startup_seconds",
        {**STATIC_WORKLOAD, "shutdown": {"drain_seconds": 1635}},
    ),
    "more consumers per pod than partitions": (
        {"consumer": {**DYNAMIC, "partitions": 4, "consumers_per_pod": 5}},
        ".consumer: consumers_per_pod: must be at most the number of partitions 4, since more consumers would be "
        "idle, got 5",
        {"consumer": {**DYNAMIC, "partitions": 10, "consumers_per_pod": 5}},
    ),
    "idle consumers": (
        {"availability": {"replicas": 5}, "consumer": {**DYNAMIC, "partitions": 9, "consumers_per_pod": 2}},
        ": consumer.partitions: 5 pods have 10 consumers, of which only 9 get a partition; run at most 4 pods",
        {"availability": {"replicas": 5}, "consumer": {**DYNAMIC, "partitions": 10, "consumers_per_pod": 2}},
    ),
    "idle consumers of an autoscaler": (
        {"autoscaling": {"max_replicas": 13}, "consumer": {**KIP_848, "partitions": 12}},
        ": consumer.partitions: 13 pods have 13 consumers, of which only 12 get a partition; run at most 12 pods",
        {"autoscaling": {"max_replicas": 12}, "consumer": {**KIP_848, "partitions": 12}},
    ),
    "variable of the consumer": (
        {**STATIC_WORKLOAD, "container": {"environment": {"KAFKA_GROUP_INSTANCE_ID": "orders"}}},
        ": container: KAFKA_GROUP_INSTANCE_ID is set by consumer; remove it",
        {**STATIC_WORKLOAD, "container": {"environment": {"KAFKA_GROUP_ID": "orders"}}},
    ),
}


@pytest.mark.parametrize(("changed", "message"), [case[:2] for case in CASES.values()], ids=CASES)
def test_invalid_arguments_are_rejected(rejection, changed, message):
    assert rejection(**changed) == message


@pytest.mark.parametrize("changed", [case[2] for case in CASES.values()], ids=CASES)
def test_similar_valid_arguments_are_accepted(deploy_workload, changed):
    assert deploy_workload(**changed)["orders"]
