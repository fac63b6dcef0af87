"""Rules of broker size, Kafka version, number of brokers and storage: cases besides the examples of the rules."""

import pytest

SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"]
EXPRESS = {"broker_type": "express", "instance_type": "express.m7g.large"}
LARGE = {"instance_type": "kafka.m5.4xlarge", "server_properties": {"num.replica.fetchers": 4}}
INTENDED = {"acknowledge": {"msk-burstable-brokers": "a test cluster"}}


@pytest.mark.parametrize(
    "args",
    [
        {"subnet_ids": SUBNETS[:2]},
        {"kafka_version": "3.9.x", "brokers_per_zone": 10},
        {"kafka_version": "3.9.x", "brokers_per_zone": 11, "broker_quota": 33},
        EXPRESS,
        EXPRESS | {"kafka_version": "4.2.x.kraft"},
        {"volume_autoscaling_max_gib": 101},
        {"tiered_storage": True},
        LARGE | {"volume_throughput_mib_per_second": 250, "volume_gib": 10},
        {"connectivity": "public", "connectivity_step": "prepare", "kafka_version": "3.6.0"},
        {"dual_stack": True, "kafka_version": "3.6.0"},
        {"brokers_per_zone": 9, "timeout_hours": {"create": 1}},
    ],
)
def test_valid_brokers_are_accepted(create, logged, args):
    assert logged(create(**args)) == []


@pytest.mark.parametrize(
    ("args", "rule", "path"),
    [
        (EXPRESS | {"instance_type": "kafka.m7g.large"}, "msk-broker-size-type", "instance_type"),
        ({"kafka_version": "3.9.x", "brokers_per_zone": 11}, "msk-broker-quota", "brokers_per_zone"),
        (
            INTENDED | {"instance_type": "kafka.t3.small", "connectivity": "private-link"},
            "msk-burstable-unsupported",
            "connectivity",
        ),
        ({"connectivity": "public", "kafka_version": "2.5.1"}, "msk-feature-version", "connectivity"),
        ({"connectivity": "private-link", "kafka_version": "2.7.0"}, "msk-feature-version", "connectivity"),
        ({"connectivity": "public-and-private-link", "kafka_version": "2.7.0"}, "msk-feature-version", "connectivity"),
        ({"dual_stack": True, "kafka_version": "3.5.1"}, "msk-feature-version", "dual_stack"),
        ({"tiered_storage": True, "kafka_version": "2.8.1"}, "msk-feature-version", "tiered_storage"),
        (EXPRESS | {"tiered_storage": True}, "msk-express-storage", "tiered_storage"),
        (
            EXPRESS | {"volume_throughput_mib_per_second": 250},
            "msk-express-storage",
            "volume_throughput_mib_per_second",
        ),
        (EXPRESS | {"volume_autoscaling_max_gib": 200}, "msk-express-storage", "volume_autoscaling_max_gib"),
        (
            {"volume_throughput_mib_per_second": 250, "instance_type": "kafka.m5.2xlarge"},
            "msk-throughput-unsupported",
            "volume_throughput_mib_per_second",
        ),
        (
            LARGE | {"volume_throughput_mib_per_second": 249},
            "msk-throughput-unsupported",
            "volume_throughput_mib_per_second",
        ),
        (
            LARGE | {"volume_throughput_mib_per_second": 250, "volume_gib": 9},
            "msk-throughput-unsupported",
            "volume_throughput_mib_per_second",
        ),
    ],
)
def test_invalid_brokers_are_rejected(create, rejected, args, rule, path):
    with rejected(rule, path):
        create(**args)


@pytest.mark.parametrize(
    ("args", "rule", "path"),
    [
        ({"instance_type": "kafka.zz9.plural"}, "msk-unknown-broker-size", "instance_type"),
        (EXPRESS | {"instance_type": "express.m9g.large"}, "msk-unknown-broker-size", "instance_type"),
        ({"volume_autoscaling_max_gib": 16385}, "msk-volume-size", "volume_autoscaling_max_gib"),
        (EXPRESS | {"kafka_version": "3.7.x"}, "msk-version-broker-type", "kafka_version"),
        ({"kafka_version": "2.8.2.tiered"}, "msk-unsupported-kafka-version", "kafka_version"),
        *(
            ({"kafka_version": version}, "msk-unknown-kafka-version", "kafka_version")
            for version in ("4.3.x.kraft", "5.0.x", "3.9.1", "3.9.0.kraft", "3.6.x", "4.0.x", "2.8.2", "4.1.0.kraft")
        ),
    ],
)
def test_unverified_brokers_are_deployed_with_a_warning(create, logged, args, rule, path):
    plan = create(**args)
    assert logged(plan) == [(rule, path)]
    assert "kafka-cluster" in [resource.name for resource in plan.resources]


def test_an_unknown_size_has_alarms_and_may_have_throughput(create, logged):
    plan = create(
        instance_type="kafka.m8g.4xlarge",
        volume_throughput_mib_per_second=2000,
        server_properties={"num.replica.fetchers": 4},
        alarm_topic_arns=["arn:aws:sns:eu-west-1:123456789012:operations"],
    )
    assert logged(plan) == [("msk-unknown-broker-size", "instance_type")]
    assert plan["kafka-alarm-partitions-1"].inputs["threshold"] == 1000


@pytest.mark.parametrize("instance_type", ["m7g.large", "kafka", "kafka.m7g.large "])
def test_strings_that_are_no_broker_sizes_are_rejected(create, rejected, instance_type):
    with rejected("argument-format", "instance_type"):
        create(instance_type=instance_type)


@pytest.mark.parametrize("version", ["latest", "3.9", "v3.9.x", "3.9.x.zookeeper", ""])
def test_strings_that_are_no_versions_are_rejected(create, rejected, version):
    with rejected("argument-format", "kafka_version"):
        create(kafka_version=version)


def test_all_problems_are_reported_together(create, rejected):
    args = EXPRESS | {"subnet_ids": SUBNETS[:2], "volume_gib": 100}
    for rule in ("msk-express-zones", "msk-express-storage"):
        with rejected(rule):
            create(**args)
