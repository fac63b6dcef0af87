"""Image pull policy, extended resources, and environment variables from existing objects."""

import pytest

from moorings import InvalidInput, PodContainer

SMALL = {"image": "registry.example/orders:1", "cpu_request": "10m", "memory_request": "16Mi"}


@pytest.fixture
def container(deploy_workload):
    """Deploy a workload, and return its main container."""

    def deploy(**changed):
        program = deploy_workload(container=changed)
        (main,) = program["orders-deployment"].inputs["spec"]["template"]["spec"]["containers"]
        return main

    return deploy


@pytest.mark.parametrize("policy", ["Always", "IfNotPresent", "Never"])
@pytest.mark.parametrize("image", ["registry.example/orders:1.4.2", "registry.example/orders@sha256:" + "0" * 64])
def test_the_pull_policy_is_that_of_the_argument(container, policy, image):
    assert container(image=image, image_pull_policy=policy)["imagePullPolicy"] == policy


def test_extended_resources_are_requested_and_limited_to_the_same_amount(container):
    resources = container(extended_resources={"nvidia.com/gpu": 1, "hugepages-2Mi": "128Mi"})["resources"]
    for amounts in (resources["requests"], resources["limits"]):
        assert amounts["nvidia.com/gpu"] == "1"
        assert amounts["hugepages-2Mi"] == "128Mi"


@pytest.mark.parametrize("name", ["gpu", "cpu", "memory", "kubernetes.io/gpu", "x.kubernetes.io/y", "hugepages-x"])
def test_other_resources_have_arguments_of_their_own_or_do_not_exist(name):
    with pytest.raises(InvalidInput, match=r"such as nvidia\.com/gpu"):
        PodContainer(**SMALL, extended_resources={name: 1})


@pytest.mark.parametrize(("amount", "message"), [("500m", "whole number"), (0, "above zero"), ("1x", "quantity")])
def test_devices_are_whole(amount, message):
    with pytest.raises(InvalidInput, match=message):
        PodContainer(**SMALL, extended_resources={"nvidia.com/gpu": amount})


def test_variables_from_keys_of_existing_objects(container):
    variables = container(
        secrets={"PASSWORD": {"secret_name": "database", "key": "password", "optional": True}},
        config_maps={"ZONE": {"config_map_name": "cluster", "key": "zone"}},
        environment={"URL": "https://$(ZONE).example"},
    )["env"]
    assert variables == [
        {
            "name": "PASSWORD",
            "valueFrom": {"secretKeyRef": {"name": "database", "key": "password", "optional": True}},
        },
        {"name": "ZONE", "valueFrom": {"configMapKeyRef": {"name": "cluster", "key": "zone"}}},
        {"name": "URL", "value": "https://$(ZONE).example"},
    ]


def test_new_objects_override_existing_sources(container):
    sources = container(
        environment_from=[{"secret_name": "database", "prefix": "DB_"}, {"config_map_name": "x", "optional": True}],
        config_map_environment={"REGION": "eu-west-1"},
    )["envFrom"]
    assert sources[:2] == [
        {"prefix": "DB_", "secretRef": {"name": "database"}},
        {"configMapRef": {"name": "x", "optional": True}},
    ]
    assert len(sources) == 3


def test_a_variable_with_a_pattern_may_come_from_an_existing_object(findings_of):
    container = {"environment_patterns": {"API_KEYS": ".+"}}
    assert findings_of(container=container) == [("k8s-variable-unset", "container.environment_patterns.API_KEYS")]
    assert findings_of(container={**container, "environment_from": [{"secret_name": "api"}]}) == []


def test_the_password_of_kafka_may_come_from_an_existing_object(findings_of):
    secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-Jq7mB4"
    kafka = {
        "listener": "scram",
        "bootstrap_servers": "b:9096",
        "username": "orders",
        "secret_arn": secret_arn,
        "kms_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555",
    }
    assert findings_of(container={"kafka": kafka}) == [("k8s-kafka-password", "container.kafka")]
    assert findings_of(container={"kafka": kafka, "environment_from": [{"secret_name": "kafka"}]}) == []


def test_a_source_refers_to_one_object(findings_of):
    assert findings_of(container={"environment_from": [{}]}) == [
        ("k8s-environment-source", "container.environment_from[0]")
    ]
