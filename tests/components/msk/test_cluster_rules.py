"""Rules of authentication, clients, connectivity, alarms and logs: cases besides the examples of the rules."""

import pulumi
import pytest

from moorings import InvalidInput, MskCluster

VPC = "vpc-0d1c7a52e8b94f360"
SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"]
GROUP = "sg-0b92d7f4a1e63c508"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
ALIAS = "arn:aws:kms:eu-west-1:123456789012:alias/msk"
AUTHORITY = "arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
ALARM_TOPIC = "arn:aws:sns:eu-west-1:123456789012:operations"
REQUIRED = {"vpc_id": VPC, "subnet_ids": SUBNETS, "kafka_version": "3.9.x.kraft"}
ACCOUNTS = {"private_link_accounts": {"orders": "210987654321"}}
PRIVATE_LINK = {"connectivity": "private-link", "connectivity_step": "prepare"}
CLIENT = {"account": "orders", "write_topics": ["orders"]}
LOCKED = {"iam": False, "allow_everyone_if_no_acl_found": False, "acknowledge": {"msk-acl-lockout": "the ACLs exist"}}


@pytest.mark.parametrize(
    ("args", "rule", "path"),
    [
        ({"scram": False, "iam": False}, "msk-no-authentication", "scram"),
        ({"scram": False, "users": ["kpow"]}, "msk-users-without-scram", "users"),
        ({"connectivity": "private-link", "iam": False}, "msk-connectivity-without-acls", "connectivity"),
        (
            {
                "connectivity": "public-and-private-link",
                "iam": False,
                "scram": False,
                "certificate_authority_arns": [AUTHORITY],
            },
            "msk-connectivity-without-acls",
            "connectivity",
        ),
        (
            PRIVATE_LINK | ACCOUNTS | {"private_link_clients": [CLIENT, CLIENT]},
            "msk-private-link-clients",
            "private_link_clients[1].account",
        ),
        (
            LOCKED | PRIVATE_LINK | ACCOUNTS | {"private_link_clients": [CLIENT]},
            "msk-private-link-clients",
            "private_link_clients[0]",
        ),
        (PRIVATE_LINK | {"disable_private_link": True}, "msk-contradictory-arguments", "disable_private_link"),
        ({"password_versions": {"kpow": 2}}, "msk-unknown-user-version", "password_versions.kpow"),
        ({"prometheus_cidrs": {"all": "0.0.0.0/1"}}, "msk-wide-client-cidr", "prometheus_cidrs.all"),
        ({"client_cidrs": {"all": "128.0.0.0/1"}}, "msk-wide-client-cidr", "client_cidrs.all"),
        (
            {"client_ipv6_cidrs": {"all": "2000::/3"}, "dual_stack": True},
            "msk-wide-client-cidr",
            "client_ipv6_cidrs.all",
        ),
        *(
            (args, "msk-argument-without-effect", next(iter(args)))
            for args in (
                {"alarm_thresholds": {"disk": 70}},
                {"disabled_alarms": ["disk"]},
                {"alarm_thresholds": {"disk": 70}, "alarms": False, "alarm_topic_arns": [ALARM_TOPIC]},
                {"client_ipv6_cidrs": {"vpn": "2001:db8::/32"}},
                {"connectivity_step": "enable"},
                {"log_kms_key_arn": KEY, "cloudwatch_logs": False},
                ACCOUNTS,
                {"public_client_cidrs": {"office": "203.0.113.0/24"}},
                {"rebalancing_paused": True},
                {"volume_autoscaling_target_percent": 70},
            )
        ),
    ],
)
def test_invalid_arguments_are_rejected(create, rejected, args, rule, path):
    with rejected(rule, path):
        create(**args)


@pytest.mark.parametrize(
    ("args", "rules"),
    [
        ({}, []),
        ({"iam": False, "allow_everyone_if_no_acl_found": True}, []),
        (LOCKED, []),
        ({"iam": False}, [("msk-open-without-acls", "allow_everyone_if_no_acl_found")]),
        ({"alarm_topic_arns": [ALARM_TOPIC], "alarms": False}, []),
        ({"scram": False, "connectivity": "public", "connectivity_step": "prepare"}, []),
        (
            {"scram": False, "allow_everyone_if_no_acl_found": True, **PRIVATE_LINK},
            [],
        ),
        ({"disable_private_link": True}, []),
        ({"users": [f"user{number}" for number in range(1000)]}, []),
        (
            {
                "public_client_cidrs": {"office": "203.0.113.0/24"},
                "connectivity": "public",
                "connectivity_step": "enable",
            },
            [],
        ),
    ],
)
def test_valid_arguments_cause_only_these_warnings(create, logged, args, rules):
    assert logged(create(**args)) == rules


def test_clients_outside_of_private_networks_can_be_acknowledged(create, logged):
    plan = create(
        client_cidrs={"all": "0.0.0.0/0"}, acknowledge={"msk-wide-client-cidr": "a firewall restricts the clients"}
    )
    assert plan["kafka-all-iam"].inputs["cidrIpv4"] == "0.0.0.0/0"
    assert logged(plan) == []


LATE = [
    ("kafka_version", "latest", "argument-format"),
    ("volume_gib", 0, "argument-range"),
    ("volume_gib", 2**21, "argument-range"),
    ("retention_hours", 2**31, "argument-range"),
    ("default_replication_factor", 0, "argument-range"),
    ("min_insync_replicas", 0, "argument-range"),
    ("num_partitions", 0, "argument-range"),
    ("subnet_ids", SUBNETS[:1], "argument-length"),
    ("subnet_ids", [SUBNETS[0], SUBNETS[0]], "argument-duplicate"),
    ("subnet_ids", [*SUBNETS, "subnet-08d5f1a74be2c6093"], "argument-length"),
    ("subnet_ids", ["a", "b"], "argument-format"),
    ("vpc_id", "my-vpc", "argument-format"),
    ("kms_key_arn", ALIAS, "argument-format"),
    ("secrets_kms_key_arn", ALIAS, "argument-format"),
    ("log_kms_key_arn", ALIAS, "argument-format"),
    ("cluster_name", "two words", "argument-format"),
    ("log_firehose_stream", "arn:aws:firehose:eu-west-1:123456789012:deliverystream/kafka", "argument-format"),
]
PLAIN = [
    ("brokers_per_zone", 0, "argument-range"),
    ("users", ["orders\n"], "argument-format"),
    ("users", ["kpow", "kpow"], "argument-duplicate"),
    ("password_versions", {"kpow": 0}, "argument-range"),
    ("secret_recovery_window_days", 6, None),
    ("volume_autoscaling_target_percent", 81, "argument-range"),
    ("enhanced_monitoring", "ALL", "argument-choice"),
    ("client_cidrs", {"The VPN": "10.0.0.0/8"}, "argument-format"),
    ("client_cidrs", {"vpn": "10.0.0.1/8"}, None),
    ("allow_everyone", True, "argument-unknown"),
    ("iam", "maybe", "argument-type"),
    ("certificate_authority_arns", [AUTHORITY, AUTHORITY], "argument-duplicate"),
    ("certificate_authority_arns", ["arn:aws:s3:::bucket"], "argument-format"),
    ("alarm_topic_arns", [ALARM_TOPIC, ALARM_TOPIC], "argument-duplicate"),
]


@pytest.mark.parametrize(("name", "value", "rule"), PLAIN + LATE)
def test_values_of_the_wrong_type_are_rejected(create, name, value, rule):
    with pytest.raises(InvalidInput, match=rf"MskCluster 'kafka': {name}.*\[{rule or '.*'}\]$"):
        create(**{name: value})


@pytest.mark.parametrize(("name", "value", "rule"), LATE)
def test_late_values_of_the_wrong_type_are_rejected(deploy, name, value, rule):
    with pytest.raises(InvalidInput, match=rf"MskCluster 'kafka': {name}.*\[{rule}\]$"):
        deploy(lambda: MskCluster("kafka", REQUIRED | {name: pulumi.Output.from_input(value)}))


@pytest.mark.parametrize("missing", REQUIRED)
def test_required_arguments(deploy, rejected, missing):
    with rejected("argument-required", missing):
        deploy(lambda: MskCluster("kafka", {key: REQUIRED[key] for key in REQUIRED if key != missing}))


@pytest.mark.parametrize("name", ["x" * 49, "two words", "-kafka", "kafka_1"])
def test_invalid_logical_names_are_rejected(deploy, rejected, name):
    with rejected("msk-logical-name", "name"):
        deploy(lambda: MskCluster(name, REQUIRED))


def test_the_longest_logical_name_is_accepted(deploy):
    assert deploy(lambda: MskCluster("x" * 48, REQUIRED))


def test_clients_of_the_same_name_are_rejected(create, rejected):
    with rejected("argument-duplicate", "client_cidrs.vpn"):
        create(client_cidrs={"vpn": "10.0.0.0/8"}, client_security_group_ids={"vpn": GROUP})


@pytest.mark.parametrize(
    "args",
    [{"broker_hosted_zone_id": "Z0123456789ABCDEFGHIJ"}, {"alarm_topic_arns": [ALARM_TOPIC]}, {"alarms": True}],
)
def test_resources_per_broker_require_a_known_broker_count(deploy, rejected, args):
    with rejected("msk-unknown-broker-count", "subnet_ids"):
        deploy(lambda: MskCluster("kafka", REQUIRED | {"subnet_ids": pulumi.Output.from_input(SUBNETS), **args}))
