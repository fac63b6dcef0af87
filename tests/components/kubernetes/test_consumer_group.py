"""Membership in a Kafka consumer group."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import KafkaConsumer

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
    pods = KafkaConsumer(membership="dynamic", partitions=partitions, consumers_per_pod=consumers).max_pods
    assert pods * consumers <= partitions < (pods + 1) * consumers


# Arguments, what is found in them, each with its path, and similar arguments that are valid.
CASES = {
    "membership missing": ({"consumer": {}}, [("argument-required", "consumer.membership")], {"consumer": DYNAMIC}),
    "unknown membership": (
        {"consumer": {"membership": "eager"}},
        [("argument-choice", "consumer.membership")],
        {"consumer": KIP_848},
    ),
    "static members of a Deployment": (
        {"consumer": STATIC},
        [("k8s-consumer-membership", "consumer.membership")],
        STATIC_WORKLOAD,
    ),
    "dynamic members of a StatefulSet": (
        {"kind": "StatefulSet", "consumer": DYNAMIC},
        [("k8s-consumer-membership", "consumer.membership")],
        {"kind": "Deployment", "consumer": DYNAMIC},
    ),
    "session timeout with kip-848": (
        {"consumer": {**KIP_848, "session_timeout_seconds": 60}},
        [("k8s-argument-without-effect", "consumer.session_timeout_seconds")],
        {"consumer": KIP_848, "kind": "StatefulSet"},
    ),
    "session timeout of a dynamic member": (
        {"consumer": {**DYNAMIC, "session_timeout_seconds": 60}},
        [("k8s-argument-without-effect", "consumer.session_timeout_seconds")],
        {"kind": "StatefulSet", "consumer": {**STATIC, "session_timeout_seconds": 195}},
    ),
    "session timeout above half an hour": (
        {"kind": "StatefulSet", "consumer": {**STATIC, "session_timeout_seconds": 1801}},
        [("k8s-session-timeout", "consumer.session_timeout_seconds")],
        {"kind": "StatefulSet", "consumer": {**STATIC, "session_timeout_seconds": 1800}},
    ),
    "session timeout below 6 seconds": (
        {"kind": "StatefulSet", "consumer": {**STATIC, "session_timeout_seconds": 5}},
        [
            ("k8s-session-timeout", "consumer.session_timeout_seconds"),
            ("k8s-session-timeout", "consumer.session_timeout_seconds"),
        ],
        {
            "kind": "StatefulSet",
            "consumer": {**STATIC, "session_timeout_seconds": 15},
            "shutdown": {"drain_seconds": 0},
            "container": {"probes": None},
        },
    ),
    "session timeout shorter than a restart": (
        {"kind": "StatefulSet", "consumer": {**STATIC, "session_timeout_seconds": 194}},
        [("k8s-session-timeout", "consumer.session_timeout_seconds")],
        {"kind": "StatefulSet", "consumer": {**STATIC, "session_timeout_seconds": 195}},
    ),
    "restart longer than the maximum session timeout": (
        {**STATIC_WORKLOAD, "shutdown": {"drain_seconds": 1640}},
        [("k8s-session-timeout", "consumer.session_timeout_seconds")],
        {**STATIC_WORKLOAD, "shutdown": {"drain_seconds": 1635}},
    ),
    "more consumers per pod than partitions": (
        {"consumer": {**DYNAMIC, "partitions": 4, "consumers_per_pod": 5}},
        [("k8s-idle-consumers", "consumer.consumers_per_pod")],
        {"consumer": {**DYNAMIC, "partitions": 10, "consumers_per_pod": 5}},
    ),
    "idle consumers": (
        {"availability": {"replicas": 5}, "consumer": {**DYNAMIC, "partitions": 9, "consumers_per_pod": 2}},
        [("k8s-idle-consumers", "consumer.partitions")],
        {"availability": {"replicas": 5}, "consumer": {**DYNAMIC, "partitions": 10, "consumers_per_pod": 2}},
    ),
    "idle consumers of an autoscaler": (
        {"autoscaling": {"max_replicas": 13}, "consumer": {**KIP_848, "partitions": 12}},
        [("k8s-idle-consumers", "consumer.partitions")],
        {"autoscaling": {"max_replicas": 12}, "consumer": {**KIP_848, "partitions": 12}},
    ),
    "variable of the consumer": (
        {**STATIC_WORKLOAD, "container": {"environment": {"KAFKA_GROUP_INSTANCE_ID": "orders"}}},
        [("k8s-consumer-variable", "container.environment.KAFKA_GROUP_INSTANCE_ID")],
        {**STATIC_WORKLOAD, "container": {"environment": {"KAFKA_GROUP_ID": "orders"}}},
    ),
}


@pytest.mark.parametrize(("changed", "findings"), [case[:2] for case in CASES.values()], ids=CASES)
def test_invalid_arguments_are_found(findings_of, changed, findings):
    assert findings_of(**changed) == findings


@pytest.mark.parametrize("changed", [case[2] for case in CASES.values()], ids=CASES)
def test_similar_valid_arguments_are_accepted(deploy_workload, changed):
    assert deploy_workload(**changed)["orders"]
