"""Members of a consumer group of Kafka: what follows from how they belong to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import InvalidInput, KafkaConsumer

WHERE = "KubernetesWorkload 'orders'"
STATIC = {"membership": "static"}
SET = {"kind": "StatefulSet", "consumer": STATIC}
DYNAMIC = {"membership": "dynamic"}
NEW = {"membership": "kip-848"}
NAME = {"valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
SPRING = "SPRING_KAFKA_CONSUMER_PROPERTIES_"


def environment(plan, kind="deployment"):
    (container,) = plan[f"orders-{kind}"].inputs["spec"]["template"]["spec"]["containers"]
    return container.get("env")


@pytest.mark.parametrize(
    ("consumer", "strategy", "rendered"),
    [
        (DYNAMIC, None, "Recreate"),
        (DYNAMIC, "RollingUpdate", "RollingUpdate"),
        (NEW, None, "RollingUpdate"),
        (NEW, "Recreate", "Recreate"),
        (None, None, "RollingUpdate"),
    ],
)
def test_an_update_stops_the_group_as_seldom_as_it_can(made, consumer, strategy, rendered):
    plan = made(consumer=consumer, strategy=strategy)
    assert plan["orders-deployment"].inputs["spec"]["strategy"]["type"] == rendered


@pytest.mark.parametrize("changed", [{"consumer": DYNAMIC}, {"consumer": NEW}, SET])
def test_a_consumer_has_no_service_and_answers_nobody_while_it_goes(made, changed):
    plan = made(**changed)
    assert "orders-service" not in [each.name for each in plan.resources]
    kind = changed.get("kind", "Deployment").lower()
    assert plan[f"orders-{kind}"].inputs["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] == 45
    assert made(**changed, service_ports={"http": 80})["orders-service"]


def test_a_dynamic_member_is_told_nothing(made):
    assert environment(made(consumer=DYNAMIC)) is None


@pytest.mark.parametrize(("settings", "prefix"), [("environment", "KAFKA_"), ("none", "KAFKA_"), ("spring", SPRING)])
def test_the_protocol_of_kip_848_is_told(made, settings, prefix):
    told = environment(made(consumer=NEW, container={"kafka_settings": settings, "environment": {"A": "1"}}))
    assert told == [{"name": f"{prefix}GROUP_PROTOCOL", "value": "consumer"}, {"name": "A", "value": "1"}]


@pytest.mark.parametrize(("settings", "prefix"), [("environment", "KAFKA_"), ("none", "KAFKA_"), ("spring", SPRING)])
def test_a_static_member_is_told_its_name_and_how_long_it_may_be_away(made, settings, prefix):
    told = environment(made(**SET, container={"kafka_settings": settings}), "statefulset")
    # 45 seconds to go, and 150 to start.
    assert told == [
        {"name": f"{prefix}GROUP_INSTANCE_ID", **NAME},
        {"name": f"{prefix}SESSION_TIMEOUT_MS", "value": "195000"},
    ]


def test_other_containers_are_told_nothing(made):
    side = {"image": "registry.example/a@sha256:" + "0" * 64, "cpu_request": "10m", "memory_request": "16Mi"}
    plan = made(**SET, sidecars={"proxy": side})
    (sidecar,) = plan["orders-statefulset"].inputs["spec"]["template"]["spec"]["initContainers"]
    assert "env" not in sidecar


@given(st.integers(0, 1800))
def test_the_group_waits_until_a_pod_is_back_and_no_less_than_clients_would_by_themselves(absence):
    assert KafkaConsumer(membership="static").session(absence) == max(45, absence)
    assert KafkaConsumer(membership="static", session_timeout_seconds=6).session(absence) == 6


@given(st.integers(1, 200), st.integers(1, 20))
def test_no_consumer_of_the_most_pods_is_idle(partitions, each):
    if each > partitions:
        with pytest.raises(InvalidInput, match="lower it"):
            KafkaConsumer(membership="dynamic", partitions=partitions, consumers_per_pod=each)
        return
    most = KafkaConsumer(membership="dynamic", partitions=partitions, consumers_per_pod=each).most_pods
    assert most * each <= partitions < (most + 1) * each


# What is refused; the path after the workload's name, and the sentence; what is taken instead.
CASES = {
    "no membership": ({"consumer": {}}, ".consumer.membership: this argument is required", {"consumer": DYNAMIC}),
    "another membership": (
        {"consumer": {"membership": "eager"}},
        ".consumer.membership: expected 'dynamic', 'static' or 'kip-848'",
        {"consumer": NEW},
    ),
    "static members of a Deployment": (
        {"consumer": STATIC},
        ": consumer.membership is static, and a pod of a Deployment never comes back under its name; say kind StatefulSet",
        SET,
    ),
    "dynamic members of a StatefulSet": (
        {"kind": "StatefulSet", "consumer": DYNAMIC},
        ": consumer.membership is dynamic, and a StatefulSet is updated pod by pod, each of which stops the whole group "
        "twice; say static, or kind Deployment",
        {"kind": "Deployment", "consumer": DYNAMIC},
    ),
    "session of kip-848": (
        {"consumer": {**NEW, "session_timeout_seconds": 60}},
        ".consumer: session_timeout_seconds is 60, and the brokers decide how long a kip-848 member may be away; leave it "
        "out",
        {"consumer": NEW, "kind": "StatefulSet"},
    ),
    "session of a dynamic member": (
        {"consumer": {**DYNAMIC, "session_timeout_seconds": 60}},
        ".consumer: session_timeout_seconds is 60, and a dynamic member leaves its group as it goes, and nobody waits for "
        "it; leave it out",
        {"kind": "StatefulSet", "consumer": {**STATIC, "session_timeout_seconds": 195}},
    ),
    "session that brokers refuse": (
        {"kind": "StatefulSet", "consumer": {**STATIC, "session_timeout_seconds": 1801}},
        ".consumer.session_timeout_seconds: must be at most 1800",
        {"kind": "StatefulSet", "consumer": {**STATIC, "session_timeout_seconds": 1800}},
    ),
    "session that is too short for brokers": (
        {"kind": "StatefulSet", "consumer": {**STATIC, "session_timeout_seconds": 5}},
        ".consumer.session_timeout_seconds: must be at least 6",
        {
            "kind": "StatefulSet",
            "consumer": {**STATIC, "session_timeout_seconds": 15},
            "shutdown": {"drain_seconds": 0},
            "container": {"probes": None},
        },
    ),
    "session shorter than a restart": (
        {"kind": "StatefulSet", "consumer": {**STATIC, "session_timeout_seconds": 194}},
        ": consumer.session_timeout_seconds is 194, and a pod that restarts may be away for 195: 45 to go and 150 to "
        "start; raise it or leave it out",
        {"kind": "StatefulSet", "consumer": {**STATIC, "session_timeout_seconds": 195}},
    ),
    "restart longer than any session": (
        {**SET, "shutdown": {"drain_seconds": 1640}},
        ": consumer.membership is static, and a pod that restarts may be away for 1805 s: 1655 to go and 150 to start; "
        "brokers wait for 1800 at most, so lower shutdown.drain_seconds or probes.startup_seconds",
        {**SET, "shutdown": {"drain_seconds": 1635}},
    ),
    "idle consumers of a pod": (
        {"consumer": {**DYNAMIC, "partitions": 4, "consumers_per_pod": 5}},
        ".consumer: consumers_per_pod 5 are more than the 4 partitions, and the rest would be idle; lower it",
        {"consumer": {**DYNAMIC, "partitions": 10, "consumers_per_pod": 5}},
    ),
    "idle pods": (
        {"availability": {"replicas": 5}, "consumer": {**DYNAMIC, "partitions": 9, "consumers_per_pod": 2}},
        ": consumer.partitions 9 are fewer than the consumers of 5 pods with 2 each, and the rest would be idle; let "
        "there be 4 pods at most",
        {"availability": {"replicas": 5}, "consumer": {**DYNAMIC, "partitions": 10, "consumers_per_pod": 2}},
    ),
    "idle pods of an autoscaler": (
        {"autoscaling": {"max_replicas": 13}, "consumer": {**NEW, "partitions": 12}},
        ": consumer.partitions 12 are fewer than the consumers of 13 pods with 1 each, and the rest would be idle; let "
        "there be 12 pods at most",
        {"autoscaling": {"max_replicas": 12}, "consumer": {**NEW, "partitions": 12}},
    ),
    "variable that is ours": (
        {**SET, "container": {"environment": {"KAFKA_GROUP_INSTANCE_ID": "orders"}}},
        ": consumer sets KAFKA_GROUP_INSTANCE_ID, and container does as well; leave it out of container",
        {**SET, "container": {"environment": {"KAFKA_GROUP_ID": "orders"}}},
    ),
}


@pytest.mark.parametrize(("changed", "message"), [each[:2] for each in CASES.values()], ids=CASES)
def test_what_is_refused(made, changed, message):
    with pytest.raises(InvalidInput) as refused:
        made(**changed)
    assert str(refused.value).removeprefix(WHERE) == message


@pytest.mark.parametrize("changed", [each[2] for each in CASES.values()], ids=CASES)
def test_what_is_taken_just_beside(made, changed):
    assert made(**changed)["orders"]
