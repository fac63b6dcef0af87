"""Arguments that are rejected, and settings that cause a warning."""

import pulumi
import pytest

from moorings import InvalidInput, KafkaTopic, MskCluster, MskClusterArgs

VPC = "vpc-0d1c7a52e8b94f360"
SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"]
GROUP, OTHER_GROUP = "sg-0b92d7f4a1e63c508", "sg-03a8c5e1f6d2b7940"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
AUTHORITY = "arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
ALARM_TOPIC = "arn:aws:sns:eu-west-1:123456789012:operations"
REQUIRED = {"vpc_id": VPC, "subnet_ids": SUBNETS, "kafka_version": "3.9.x.kraft"}
COMPONENT = "MskCluster 'kafka'"
CLUSTER_URN = "urn:pulumi:test::moorings::moorings:index:MskCluster::kafka"


@pytest.fixture
def create(deploy):
    """Deploy a cluster with the required and additional arguments."""

    def create_cluster(*, preview=False, **args):
        return deploy(lambda: MskCluster("kafka", REQUIRED | args), preview=preview)

    return create_cluster


def warnings(plan):
    return [message for level, message, urn in plan.log if level == "warning" and urn == CLUSTER_URN]


@pytest.fixture
def rejection(create):
    """Message with which the arguments are rejected."""

    def reject(**args):
        with pytest.raises(InvalidInput) as error:
            create(**args)
        return str(error.value)

    return reject


def test_at_most_1000_users_are_allowed():
    thousand = [f"user{number}" for number in range(1000)]
    assert len(MskClusterArgs(**REQUIRED | {"users": thousand}).users) == 1000
    with pytest.raises(InvalidInput) as error:
        MskClusterArgs.from_input(COMPONENT, REQUIRED | {"users": [*thousand, "one-more"]})
    assert str(error.value) == f"{COMPONENT}.users: must have at most 1000 items, got 1001"


def test_access_without_acls_causes_a_warning(create):
    assert warnings(create(iam=False)) == [
        "allow_everyone_if_no_acl_found: defaults to True without iam, because no user could create the first ACL; every "
        "user then has access to resources without ACLs. Turn iam on, or set it to True explicitly"
    ]


@pytest.mark.parametrize(
    "args", [{}, {"iam": False, "allow_everyone_if_no_acl_found": True}, {"iam": False, "acls_exist": True}]
)
def test_denied_or_confirmed_access_causes_no_warning(create, args):
    assert not warnings(create(**args))


VERSION = "'latest' is not a Kafka version as MSK spells it, such as 3.9.x.kraft"


SIZE_AND_REST = "MSK has no broker size kafka.m7g.tiny; supported: kafka.t3.small, "


LATE = [
    ("kafka_version", "latest", f".kafka_version: {VERSION}"),
    ("volume_gib", 0, ".volume_gib: must be at least 1"),
    ("volume_gib", 16385, ".volume_gib: must be at most 16384"),
    ("default_replication_factor", 1, ".default_replication_factor: must be at least 2"),
    ("min_insync_replicas", 0, ".min_insync_replicas: must be at least 1"),
    ("num_partitions", 0, ".num_partitions: must be greater than 0"),
    *(
        (
            "retention_hours",
            hours,
            f".retention_hours: must be at least 1, or -1 for unlimited retention, got {hours}",
        )
        for hours in (-2, 0)
    ),
    ("subnet_ids", SUBNETS[:1], ".subnet_ids: must have at least 2 items, got 1"),
    (
        "subnet_ids",
        [SUBNETS[0], SUBNETS[0]],
        f".subnet_ids: {SUBNETS[0]} is listed more than once; remove the duplicate",
    ),
    (
        "instance_type",
        "express.m7g.large",
        ": instance_type: express.m7g.large is a size of Express brokers; use kafka.m7g.large or another Standard size, or "
        "set broker_type='express' on a new cluster (MSK cannot change the type of an existing one)",
    ),
    (
        "instance_type",
        "kafka.t3.small",
        ": instance_type: kafka.t3.small has CPU credits and is for development only; use kafka.m7g.large, or set "
        "burstable_brokers=True",
    ),
    (
        "default_replication_factor",
        4,
        ": default_replication_factor: must be at most 3, the number of brokers, got 4; lower it or raise brokers_per_zone",
    ),
    (
        "min_insync_replicas",
        3,
        ": min_insync_replicas: 3 of 3 replicas blocks producers while a broker restarts; set it to 2, or raise "
        "default_replication_factor above 3",
    ),
    (
        "kms_key_arn",
        "arn:aws:kms:eu-west-1:123456789012:alias/msk",
        ".kms_key_arn: expected the ARN of a KMS key (not of an alias), such as arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06, got 'arn:aws:kms:eu-west-1:123456789012:alias/msk'",
    ),
    (
        "secrets_kms_key_arn",
        "arn:aws:kms:eu-west-1:123456789012:alias/msk",
        ".secrets_kms_key_arn: expected the ARN of a KMS key (not of an alias), such as arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06, got 'arn:aws:kms:eu-west-1:123456789012:alias/msk'",
    ),
    (
        "log_kms_key_arn",
        "arn:aws:kms:eu-west-1:123456789012:alias/msk",
        ".log_kms_key_arn: expected the ARN of a KMS key (not of an alias), such as arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06, got 'arn:aws:kms:eu-west-1:123456789012:alias/msk'",
    ),
    (
        "cluster_name",
        "two words",
        ".cluster_name: expected a cluster name, such as orders, got 'two words'",
    ),
]


PLAIN = [
    ("brokers_per_zone", 0, ".brokers_per_zone: must be greater than 0"),
    (
        "subnet_ids",
        [*SUBNETS, "subnet-08d5f1a74be2c6093"],
        ".subnet_ids: must have at most 3 items, got 4",
    ),
    (
        "users",
        ["a b"],
        ".users[0]: expected a user name of 1 to 64 letters, digits and ._- that begins with a letter or a digit, such as orders, got 'a b'",
    ),
    ("users", ["kpow", "kpow"], ".users: kpow is listed more than once; remove the duplicate"),
    ("password_versions", {"kpow": 2}, ": password_versions: no user kpow; add it to users, or remove it"),
    ("password_versions", {"kpow": 0}, ".password_versions.kpow: must be greater than 0"),
    (
        "secret_recovery_window_days",
        6,
        ".secret_recovery_window_days: must be between 7 and 30, or 0 to delete the secret without recovery, got 6",
    ),
    (
        "log_retention_days",
        17,
        ".log_retention_days: must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, "
        "1827, 2192, 2557, 2922, 3288, 3653 days, got 17",
    ),
    (
        "enhanced_monitoring",
        "ALL",
        ".enhanced_monitoring: expected 'DEFAULT', 'PER_BROKER', 'PER_TOPIC_PER_BROKER' or 'PER_TOPIC_PER_PARTITION'",
    ),
    (
        "client_cidrs",
        {"all": "0.0.0.0/0"},
        ".client_cidrs.all: 0.0.0.0/0 is larger than 10.0.0.0/8, the largest private network; list the networks of the clients",
    ),
    (
        "client_cidrs",
        {"The VPN": "10.0.0.0/8"},
        ".client_cidrs.The VPN.[key]: expected a name of at most 63 lower-case letters, digits and hyphens, such as vpn, got 'The VPN'",
    ),
    (
        "allow_everyone",
        True,
        ".allow_everyone: unknown argument; did you mean allow_everyone_if_no_acl_found?",
    ),
    ("iam", "maybe", ".iam: must be True or False"),
]


@pytest.mark.parametrize(("name", "value", "message"), PLAIN + LATE)
def test_invalid_values_are_rejected(create, name, value, message):
    with pytest.raises(InvalidInput) as error:
        create(**{name: value})
    assert str(error.value) == f"{COMPONENT}{message}"


@pytest.mark.parametrize(("name", "value", "message"), LATE)
def test_late_values_are_rejected_with_the_same_message(deploy, name, value, message):
    with pytest.raises(InvalidInput) as error:
        deploy(lambda: MskCluster("kafka", REQUIRED | {name: pulumi.Output.from_input(value)}))
    assert str(error.value) == f"{COMPONENT}{message}"


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(("name", "value"), [("vpc_id", "my-vpc"), ("subnet_ids", ["a", "b"])])
def test_invalid_ids_are_rejected(deploy, name, value, late):
    with pytest.raises(InvalidInput, match=rf"^{COMPONENT}\.{name}"):
        deploy(lambda: MskCluster("kafka", REQUIRED | {name: pulumi.Output.from_input(value) if late else value}))


def test_unknown_broker_sizes_are_rejected(create):
    with pytest.raises(InvalidInput, match=rf"^{COMPONENT}\.instance_type: {SIZE_AND_REST}"):
        create(instance_type="kafka.m7g.tiny")


@pytest.mark.parametrize("missing", REQUIRED)
def test_required_arguments(deploy, missing):
    with pytest.raises(InvalidInput) as error:
        deploy(lambda: MskCluster("kafka", {key: REQUIRED[key] for key in REQUIRED if key != missing}))
    assert str(error.value) == f"{COMPONENT}.{missing}: this argument is required"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            {"scram": False, "iam": False},
            "no authentication method is enabled; turn on scram or iam, or set certificate_authority_arns",
        ),
        (
            {"scram": False, "users": ["kpow"]},
            "users: requires scram; turn it on, or remove the users",
        ),
        (
            {"iam": False, "allow_everyone_if_no_acl_found": False},
            "allow_everyone_if_no_acl_found: False locks out every user of a cluster without ACLs; turn iam on, or set "
            "acls_exist=True once the ACLs exist",
        ),
        (
            {"client_cidrs": {"vpn": "10.0.0.0/8"}, "client_security_group_ids": {"vpn": GROUP}},
            "client_security_group_ids.vpn and client_cidrs.vpn both create the rule kafka-vpn-iam; rename one of them",
        ),
    ],
)
def test_contradictory_arguments_are_rejected(create, args, message):
    with pytest.raises(InvalidInput) as error:
        create(**args)
    assert str(error.value) == f"{COMPONENT}: {message}"


@pytest.mark.parametrize("name", ["x" * 49, "two words", "-kafka", "kafka_1"])
def test_invalid_logical_names_are_rejected(deploy, name):
    with pytest.raises(InvalidInput) as error:
        deploy(lambda: MskCluster(name, REQUIRED))
    assert str(error.value) == (
        f"MskCluster {name!r}: name: must be 1 to 48 letters, digits and hyphens, not starting with -"
    )


def test_the_longest_logical_name_is_accepted(deploy):
    assert deploy(lambda: MskCluster("x" * 48, REQUIRED))


def test_two_subnets_in_one_zone_are_rejected(deploy):
    def program():
        from pulumi_aws import ec2

        zones = ("eu-west-1a", "eu-west-1a")
        subnets = [
            ec2.Subnet(f"s{number}", vpc_id=VPC, cidr_block=f"10.0.{number}.0/24", availability_zone=zone)
            for number, zone in enumerate(zones)
        ]
        MskCluster("kafka", REQUIRED | {"subnet_ids": [subnet.id for subnet in subnets]})

    with pytest.raises(InvalidInput, match=r"are both in eu-west-1a; use one subnet in each Availability Zone"):
        deploy(program)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"instance_type": "kafka.m7g.large"}, "instance_type: kafka.m7g.large is a size of Standard brokers; "),
        ({"kafka_version": "3.7.x"}, "kafka_version: 3.7.x is not supported on Express brokers; supported: 3.8.x, "),
        ({"volume_gib": 500}, "volume_gib: Express brokers have managed storage; remove it"),
        ({"min_insync_replicas": 1}, "min_insync_replicas: must be 2 on Express brokers, got 1; remove it"),
    ],
)
def test_arguments_that_express_brokers_do_not_support_are_rejected(deploy, args, message, late):
    def program():
        late_args = {name: pulumi.Output.from_input(value) for name, value in args.items()} if late else args
        MskCluster("kafka", REQUIRED | {"broker_type": "express"} | late_args)

    with pytest.raises(InvalidInput) as error:
        deploy(program)
    assert str(error.value).startswith(f"{COMPONENT}: {message}")


def test_express_brokers_require_three_zones(rejection):
    assert rejection(broker_type="express", subnet_ids=SUBNETS[:2]) == (
        f"{COMPONENT}: subnet_ids: Express brokers require 3 Availability Zones, got 2 subnets"
    )


def test_versions_without_support_cause_a_warning(create):
    assert warnings(create(kafka_version="3.5.1")) == [
        "kafka_version: MSK ended support for 3.5.1 on 2025-10-23 (as known on 2026-08-20) and may upgrade the cluster "
        "automatically; raise it, or set unsupported_kafka_version=True"
    ]


def test_late_versions_without_support_cause_a_warning(deploy):
    plan = deploy(lambda: MskCluster("kafka", REQUIRED | {"kafka_version": pulumi.Output.from_input("3.5.1")}))
    assert len(warnings(plan)) == 1


@pytest.mark.parametrize("version", ["3.5.1", "4.3.x.kraft"])
def test_confirmed_versions_cause_no_warning(create, version):
    assert not warnings(create(kafka_version=version, unsupported_kafka_version=True))


@pytest.mark.parametrize("late", [False, True])
def test_newer_versions_cause_a_warning(deploy, late):
    def program():
        version = pulumi.Output.from_input("4.3.x.kraft") if late else "4.3.x.kraft"
        MskCluster("kafka", REQUIRED | {"kafka_version": version})

    assert warnings(deploy(program)) == [
        "kafka_version: 4.3.x.kraft is newer than the versions known on 2026-08-20 and cannot be validated; upgrade "
        "moorings, or set unsupported_kafka_version=True"
    ]


def test_provisioned_throughput_without_fetchers_causes_a_warning(create):
    plan = create(volume_throughput_mib_per_second=312, instance_type="kafka.m7g.2xlarge")
    assert plan["kafka-cluster"].inputs["brokerNodeGroupInfo"]["storageInfo"]["ebsStorageInfo"] == {
        "volumeSize": 100,
        "provisionedThroughput": {"enabled": True, "volumeThroughput": 312},
    }
    assert warnings(plan) == [
        "volume_throughput_mib_per_second: one replica fetcher cannot use the provisioned throughput; set "
        "num.replica.fetchers in server_properties to 2 or more, or to 1 to keep the default"
    ]


def test_provisioned_throughput_with_fetchers_causes_no_warning(create):
    args = {"volume_throughput_mib_per_second": 312, "instance_type": "kafka.m7g.2xlarge"}
    assert not warnings(create(**args, server_properties={"num.replica.fetchers": 4}))


@pytest.mark.parametrize("late", [False, True])
def test_autoscaling_below_the_volume_size_is_rejected(deploy, late):
    with pytest.raises(InvalidInput) as error:
        deploy(
            lambda: MskCluster(
                "kafka", REQUIRED | {"volume_autoscaling_max_gib": pulumi.Output.from_input(100) if late else 100}
            )
        )
    assert str(error.value) == (
        f"{COMPONENT}: volume_autoscaling_max_gib: must be above the volume size of 100 GiB, got 100"
    )


@pytest.mark.parametrize("late", [False, True])
def test_dual_stack_requires_a_supporting_version(deploy, late):
    def create(version):
        def program():
            value = pulumi.Output.from_input(version) if late else version
            MskCluster(
                "kafka",
                REQUIRED | {"kafka_version": value, "unsupported_kafka_version": True, "dual_stack": True},
            )

        return deploy(program)

    with pytest.raises(InvalidInput) as error:
        create("3.5.1")
    assert str(error.value) == f"{COMPONENT}: dual_stack: requires Kafka 3.6.0 or later, got 3.5.1; raise kafka_version"
    assert "kafka-cluster" in [resource.name for resource in create("3.6.0").resources]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            {"connectivity": "public", "iam": False},
            "connectivity: 'public' with the scram listener requires allow_everyone_if_no_acl_found=False; deploy "
            "connectivity='private', create the ACLs, set allow_everyone_if_no_acl_found=False (with acls_exist=True if "
            "iam is off), and change connectivity in a later update",
        ),
        (
            {"private_link_accounts": {"orders": "210987654321"}},
            "private_link_accounts: requires connectivity='private-link', got 'private'",
        ),
        (
            {
                "connectivity": "private-link",
                "private_link_accounts": {"orders": "210987654321"},
                "private_link_clients": [{"account": "audit", "write_topics": ["audit"]}],
            },
            "private_link_clients: no account audit; add it to private_link_accounts",
        ),
        (
            {
                "connectivity": "private-link",
                "private_link_accounts": {"orders": "210987654321"},
                "private_link_clients": [
                    {"account": "orders", "write_topics": ["orders"]},
                    {"account": "orders", "write_topics": ["refunds"]},
                ],
            },
            "private_link_clients: orders is listed more than once; remove the duplicate",
        ),
        (
            {
                "iam": False,
                "acls_exist": True,
                "connectivity": "private-link",
                "private_link_accounts": {"orders": "210987654321"},
                "private_link_clients": [{"account": "orders", "write_topics": ["orders"]}],
            },
            "private_link_clients: requires iam; turn it on, or remove the clients and create ACLs",
        ),
        ({"connectivity_step": "enable"}, "connectivity_step: has no effect with connectivity='private'; remove it"),
        (
            {"connectivity": "private-link", "disable_private_link": True},
            "disable_private_link: contradicts connectivity 'private-link'; remove one of them",
        ),
        (
            {"public_client_cidrs": {"office": "203.0.113.0/24"}},
            "public_client_cidrs: requires connectivity='public', got 'private'",
        ),
        (
            {"client_ipv6_cidrs": {"vpn": "2001:db8::/32"}},
            "client_ipv6_cidrs: requires dual_stack=True",
        ),
        (
            {"client_cidrs": {"vpn": "10.80.0.0/16"}, "client_security_group_ids": {"vpn": GROUP}},
            "client_security_group_ids.vpn and client_cidrs.vpn both create the rule kafka-vpn-iam; rename one of them",
        ),
        (
            {"rebalancing_paused": True},
            "rebalancing_paused: only supported on Express brokers; remove it",
        ),
        (
            {"volume_autoscaling_target_percent": 70},
            "volume_autoscaling_target_percent: requires volume_autoscaling_max_gib; set both or neither",
        ),
        (
            {"alarm_thresholds": {"disk": 70}},
            "alarm_thresholds: requires alarms; set alarm_topic_arns, or silent_alarms=True",
        ),
        (
            {"log_bucket_prefix": "kafka"},
            "log_bucket_prefix: requires log_bucket; set it, or remove the prefix",
        ),
        (
            {"log_kms_key_arn": KEY, "cloudwatch_logs": False},
            "log_kms_key_arn: requires cloudwatch_logs; turn it on, or remove the key",
        ),
        (
            {"server_properties": {"super.users": "User:me", "num.partitions": 3}},
            "server_properties: num.partitions has its own argument; use num_partitions; server_properties: super.users is "
            "not supported by MSK configurations; remove it",
        ),
        (
            {"topics": [{"name": "a.b", "partitions": 1}, {"name": "a_b", "partitions": 1}]},
            "topics: a.b and a_b differ only in dots and underscores; rename one",
        ),
    ],
)
def test_contradictory_options_are_rejected(rejection, args, message):
    assert rejection(**args) == f"{COMPONENT}: {message}"


@pytest.mark.parametrize("late", [False, True])
def test_public_access_requires_a_supporting_version(deploy, late):
    def program():
        version = pulumi.Output.from_input("2.5.1") if late else "2.5.1"
        MskCluster(
            "kafka", REQUIRED | {"kafka_version": version, "connectivity": "public", "unsupported_kafka_version": True}
        )

    with pytest.raises(InvalidInput) as error:
        deploy(program)
    assert str(error.value) == (
        f"{COMPONENT}: connectivity: 'public' requires Kafka 2.6.0 or later, got 2.5.1; raise kafka_version"
    )


@pytest.mark.parametrize("late", [False, True])
def test_invalid_certificate_authorities_are_rejected(deploy, late):
    bucket = "arn:aws:s3:::bucket"
    with pytest.raises(InvalidInput) as error:
        deploy(
            lambda: MskCluster(
                "kafka",
                REQUIRED | {"certificate_authority_arns": [pulumi.Output.from_input(bucket) if late else bucket]},
            )
        )
    assert str(error.value) == (
        f"{COMPONENT}.certificate_authority_arns{'' if late else '[0]'}: expected the ARN of an AWS Private CA certificate authority, such as arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06, got 'arn:aws:s3:::bucket'"
    )


@pytest.mark.parametrize(
    ("argument", "arn", "what"),
    [
        ("certificate_authority_arns", AUTHORITY, "each authority"),
        ("alarm_topic_arns", ALARM_TOPIC, "each topic"),
    ],
)
def test_duplicate_arns_are_rejected(rejection, argument, arn, what):
    assert (
        rejection(**{argument: [arn, arn]})
        == f"{COMPONENT}.{argument}: {arn} is listed more than once; remove the duplicate"
    )


@pytest.mark.parametrize("late", [False, True])
def test_too_many_partitions_are_rejected(deploy, late):
    def program():
        size = pulumi.Output.from_input("kafka.m7g.large") if late else "kafka.m7g.large"
        topics = [KafkaTopic(name="orders", partitions=2000)]
        MskCluster("kafka", REQUIRED | {"instance_type": size, "topics": topics})

    with pytest.raises(InvalidInput) as error:
        deploy(program)
    assert str(error.value) == (
        f"{COMPONENT}: topics: 2000 partitions per broker, including replicas, exceed 1500, above which MSK rejects updates "
        "of kafka.m7g.large clusters and new users; use larger or more brokers"
    )


def test_more_partitions_than_recommended_cause_a_warning(create):
    topics = [KafkaTopic(name="orders", partitions=1200)]
    assert warnings(create(topics=topics))[0].startswith("topics: 1200 partitions per broker")
    assert not warnings(create(topics=topics, crowded_brokers=True))


def test_other_partitions_count_too(create):
    assert warnings(create(other_partitions=3300))[0].startswith("topics: 1100 partitions per broker")
    assert not warnings(create(other_partitions=3300, crowded_brokers=True))


def test_tiered_topics_on_express_brokers_are_rejected(rejection):
    topics = [KafkaTopic(name="orders", partitions=1, config={"remote.storage.enable": "true", "retention.ms": "-1"})]
    assert rejection(broker_type="express", topics=topics) == (
        f"{COMPONENT}: topics: orders: remote.storage.enable is not supported on Express brokers, which have no tiered storage; remove it"
    )


@pytest.mark.parametrize("late", [False, True])
def test_a_cleanup_policy_that_contradicts_tiered_storage_is_rejected(deploy, late):
    def program():
        policy = pulumi.Output.from_input("compact") if late else "compact"
        args = {"tiered_storage": True, "server_properties": {"log.cleanup.policy": policy}}
        MskCluster("kafka", REQUIRED | args)

    with pytest.raises(InvalidInput) as error:
        deploy(program)
    assert str(error.value) == (
        f"{COMPONENT}: server_properties: log.cleanup.policy compact is not supported with tiered_storage; set "
        "cleanup.policy in the config of each compacted topic"
    )


def test_unknown_alarm_roles_are_rejected(rejection):
    assert rejection(silent_alarms=True, disabled_alarms=["fire"]).startswith(
        f"{COMPONENT}: disabled_alarms: this cluster has no alarm fire; its alarms are controller, cpu, disk, "
    )


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("broker_hosted_zone_id", "Z0123456789ABCDEFGHIJ"),
        ("alarm_topic_arns", [ALARM_TOPIC]),
        ("silent_alarms", True),
    ],
)
def test_resources_per_broker_require_a_known_broker_count(deploy, argument, value):
    with pytest.raises(InvalidInput) as error:
        deploy(
            lambda: MskCluster("kafka", REQUIRED | {"subnet_ids": pulumi.Output.from_input(SUBNETS), argument: value})
        )
    assert str(error.value) == (
        f"{COMPONENT}: {argument}: creates resources for each broker, but the number of brokers is not known before "
        "subnet_ids resolves; set subnet_ids to a list, whose items may be Outputs"
    )
