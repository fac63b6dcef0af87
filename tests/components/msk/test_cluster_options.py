"""What a provisioned cluster may be beyond its defaults."""

import json

import pulumi
import pytest

from moorings import InvalidInput, KafkaTopic, MskCluster, MskClusterArgs

VPC = "vpc-0d1c7a52e8b94f360"
SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"]
GROUP, OTHER = "sg-0b92d7f4a1e63c508", "sg-03a8c5e1f6d2b7940"
AUTHORITY = "arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
NOTIFY = "arn:aws:sns:eu-west-1:123456789012:operations"
NEEDED = {"vpc_id": VPC, "subnet_ids": SUBNETS, "kafka_version": "3.9.x.kraft"}
WHERE = "MskCluster 'kafka'"
CLUSTER = "urn:pulumi:test::moorings::moorings:index:MskCluster::kafka"


@pytest.fixture
def made(deploy):
    """Deploy a cluster with the given arguments beside those that are needed."""

    def make(*, preview=False, **args):
        return deploy(lambda: MskCluster("kafka", NEEDED | args), preview=preview)

    return make


@pytest.fixture
def refusal(made):
    """The sentence that refuses the arguments."""

    def refuse(**args):
        with pytest.raises(InvalidInput) as refused:
            made(**args)
        return str(refused.value)

    return refuse


def warnings(plan):
    return [message for level, message, urn in plan.log if level == "warning" and urn == CLUSTER]


def extra(plan):
    """What is made beside the default."""
    default = {"kafka", "kafka-data", "kafka-secrets"} | {
        f"kafka-{role}"
        for role in (
            "cluster",
            "configuration",
            "data-alias",
            "data-key",
            "log-group",
            "secrets-alias",
            "secrets-key",
            "security-group",
        )
    }
    return sorted({each.name for each in plan.resources} - default)


# Express


def test_express_brokers_have_a_shape_of_their_own(made):
    plan = made(broker_type="express")
    inputs = plan["kafka-cluster"].inputs
    assert inputs["brokerNodeGroupInfo"].keys() == {
        "clientSubnets",
        "connectivityInfo",
        "instanceType",
        "securityGroups",
    }
    assert inputs["brokerNodeGroupInfo"]["instanceType"] == "express.m7g.large"
    assert inputs["rebalancing"] == {"status": "ACTIVE"}
    assert "storageMode" not in inputs
    assert "default.replication.factor" not in plan["kafka-configuration"].inputs["serverProperties"]


def test_express_brokers_leave_partitions_alone_when_told(made):
    plan = made(broker_type="express", rebalancing_paused=True)
    assert plan["kafka-cluster"].inputs["rebalancing"] == {"status": "PAUSED"}


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"instance_type": "kafka.m7g.large"}, "instance_type kafka.m7g.large is of standard brokers; "),
        ({"kafka_version": "3.7.x"}, "kafka_version 3.7.x does not run on express brokers; take 3.8.x, "),
        ({"volume_gib": 500}, "volume_gib: express brokers have no volumes to choose; leave it out"),
        ({"min_insync_replicas": 1}, "min_insync_replicas is always 2 on express brokers, not 1; leave it out"),
    ],
)
def test_what_express_brokers_do_not_take(deploy, args, message, late):
    def program():
        given = {name: pulumi.Output.from_input(value) for name, value in args.items()} if late else args
        MskCluster("kafka", NEEDED | {"broker_type": "express"} | given)

    with pytest.raises(InvalidInput) as refused:
        deploy(program)
    assert str(refused.value).startswith(f"{WHERE}: {message}")


def test_express_brokers_stand_in_three_zones(refusal):
    assert refusal(broker_type="express", subnet_ids=SUBNETS[:2]) == (
        f"{WHERE}: express brokers stand in 3 zones; give 3 subnet_ids instead of 2"
    )


# Versions


def test_a_version_without_support_is_warned_of(made):
    assert warnings(made(kafka_version="3.5.1")) == [
        "MSK's support of kafka_version 3.5.1 ended on 2025-10-23, as AWS published by 2026-08-20; raise it before AWS "
        "does, or say unsupported_kafka_version=True if it is meant"
    ]


def test_a_late_version_without_support_is_warned_of(deploy):
    plan = deploy(lambda: MskCluster("kafka", NEEDED | {"kafka_version": pulumi.Output.from_input("3.5.1")}))
    assert len(warnings(plan)) == 1


def test_a_version_that_is_meant_is_not(made):
    assert not warnings(made(kafka_version="3.5.1", unsupported_kafka_version=True))


@pytest.mark.parametrize("late", [False, True])
def test_a_version_that_is_newer_than_the_table_is_warned_of(deploy, late):
    def program():
        version = pulumi.Output.from_input("4.3.x.kraft") if late else "4.3.x.kraft"
        MskCluster("kafka", NEEDED | {"kafka_version": version})

    assert warnings(deploy(program)) == [
        "kafka_version 4.3.x.kraft is newer than what AWS had published by 2026-08-20, so that nothing of it is checked; "
        "take a newer moorings, or say unsupported_kafka_version=True if it is meant"
    ]


def test_a_newer_version_that_is_meant_is_not(made):
    assert not warnings(made(kafka_version="4.3.x.kraft", unsupported_kafka_version=True))


# Storage


def volume(plan):
    return plan["kafka-cluster"].inputs["brokerNodeGroupInfo"]["storageInfo"]["ebsStorageInfo"]


def test_volumes_grow_by_themselves_where_it_is_said_how_far(made):
    plan = made(volume_autoscaling_max_gib=400, tags={"team": "streaming"})
    assert extra(plan) == ["kafka-volume-policy", "kafka-volume-target"]
    target, policy = plan["kafka-volume-target"].inputs, plan["kafka-volume-policy"].inputs
    assert target | {"resourceId": ""} == {
        "maxCapacity": 400,
        "minCapacity": 1,
        "resourceId": "",
        "scalableDimension": "kafka:broker-storage:VolumeSize",
        "serviceNamespace": "kafka",
        "tags": {"team": "streaming"},
    }
    assert policy["targetTrackingScalingPolicyConfiguration"] == {
        "disableScaleIn": True,
        "predefinedMetricSpecification": {"predefinedMetricType": "KafkaBrokerStorageUtilization"},
        "targetValue": 60,
    }
    assert plan["kafka-cluster"].urn in plan["kafka-volume-target"].property_dependencies["resourceId"]


def ignored(deploy, **args):
    found = []

    def look(props):
        if props.type_ == "aws:msk/cluster:Cluster":
            found.extend(props.opts.ignore_changes or [])

    def program():
        opts = pulumi.ResourceOptions(transforms=[look])
        MskCluster("kafka", NEEDED | args, opts)

    deploy(program)
    return found


def test_the_size_is_left_alone_only_where_volumes_grow_by_themselves(deploy):
    assert ignored(deploy) == []
    assert ignored(deploy, volume_autoscaling_max_gib=400) == [
        "brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize"
    ]


def test_throughput_is_provisioned(made):
    plan = made(volume_throughput_mib_per_second=312, instance_type="kafka.m7g.2xlarge")
    assert volume(plan) == {
        "volumeSize": 100,
        "provisionedThroughput": {"enabled": True, "volumeThroughput": 312},
    }
    assert warnings(plan) == [
        "volume_throughput_mib_per_second is paid for, and each broker copies from the others with one thread alone; say "
        "num.replica.fetchers in server_properties, 2 or more, or 1 if that is meant"
    ]


def test_throughput_with_fetchers_is_not_warned_of(made):
    args = {"volume_throughput_mib_per_second": 312, "instance_type": "kafka.m7g.2xlarge"}
    assert not warnings(made(**args, server_properties={"num.replica.fetchers": 4}))


def test_a_second_tier(made):
    assert made(tiered_storage=True)["kafka-cluster"].inputs["storageMode"] == "TIERED"


@pytest.mark.parametrize("late", [False, True])
def test_a_volume_without_room_is_refused(deploy, late):
    with pytest.raises(InvalidInput) as refused:
        deploy(
            lambda: MskCluster(
                "kafka", NEEDED | {"volume_autoscaling_max_gib": pulumi.Output.from_input(100) if late else 100}
            )
        )
    assert str(refused.value) == (
        f"{WHERE}: volume_autoscaling_max_gib 100 leaves a volume of 100 GiB no room to grow; raise it, or leave it out to "
        "resize the volume by hand"
    )


# Access


def ports(plan):
    return {
        rule.name: rule.inputs["fromPort"]
        for rule in plan.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    }


PUBLIC = {"connectivity": "public", "public_client_cidrs": {"office": "203.0.113.0/24"}}


def test_public_access_is_prepared_first(made):
    plan = made(**PUBLIC)
    assert plan["kafka-cluster"].inputs["brokerNodeGroupInfo"]["connectivityInfo"] == {
        "publicAccess": {"type": "DISABLED"}
    }
    assert ports(plan) == {}
    assert warnings(plan) == [
        "access 'public' is prepared, and nobody is let in yet; once this update is through, say connectivity_step='enable' for "
        "the next one, or connectivity_step='prepare' if it shall stay so"
    ]


def test_what_stays_prepared_is_not_warned_of(made):
    assert not warnings(made(**PUBLIC, connectivity_step="prepare"))


def test_public_access_is_opened_afterwards(made):
    plan = made(**PUBLIC, connectivity_step="enable", certificate_authority_arns=[AUTHORITY])
    assert plan["kafka-cluster"].inputs["brokerNodeGroupInfo"]["connectivityInfo"] == {
        "publicAccess": {"type": "SERVICE_PROVIDED_EIPS"}
    }
    assert ports(plan) == {"kafka-office-iam": 9198, "kafka-office-scram": 9196, "kafka-office-tls": 9194}
    assert not warnings(plan)


def test_private_link_takes_the_same_two_steps(made):
    args = {"connectivity": "private-link", "private_link_accounts": {"orders": "210987654321"}}
    plan = made(**args, connectivity_step="enable")
    info = plan["kafka-cluster"].inputs["brokerNodeGroupInfo"]["connectivityInfo"]
    assert info["vpcConnectivity"] == {"clientAuthentication": {"sasl": {"iam": True, "scram": True}, "tls": False}}
    assert extra(plan) == ["kafka-policy"]
    assert "vpcConnectivity" not in made(**args)["kafka-cluster"].inputs["brokerNodeGroupInfo"]["connectivityInfo"]


def test_other_accounts_may_connect_log_in_and_do_nothing_else(made):
    args = {
        "connectivity": "private-link",
        "access_step": "enable",
        "private_link_accounts": {"orders": "210987654321", "audit": "109876543210"},
    }
    connect, log_in = json.loads(made(**args)["kafka-policy"].inputs["policy"])["Statement"]
    accounts = {"AWS": ["arn:aws:iam::109876543210:root", "arn:aws:iam::210987654321:root"]}
    assert connect["Principal"] == log_in["Principal"] == accounts
    assert connect["Action"] == [
        "kafka:CreateVpcConnection",
        "kafka:DescribeCluster",
        "kafka:DescribeClusterV2",
        "kafka:GetBootstrapBrokers",
    ]
    assert log_in["Action"] == ["kafka-cluster:Connect"]
    assert connect["Resource"].startswith("arn:aws:kafka:eu-west-1:123456789012:cluster/")
    assert log_in["Resource"] == connect["Resource"]
    closed = args | {"iam": False, "acls_exist": True}
    assert len(json.loads(made(**closed)["kafka-policy"].inputs["policy"])["Statement"]) == 1


def test_their_clients_read_and_write_what_is_named(made):
    plan = made(
        connectivity="private-link",
        private_link_accounts={"orders": "210987654321"},
        private_link_clients=[{"account": "orders", "read_topics": ["orders"], "consumer_groups": ["orders-*"]}],
    )
    found = json.loads(plan["kafka-policy"].inputs["policy"])["Statement"]
    assert [each["Sid"] for each in found] == ["ConnectVpc", "LogIn", "ConnectOrders", "ReadOrders", "JoinOrders"]


@pytest.mark.parametrize("late", [False, True])
def test_ipv6_needs_a_version_that_speaks_it(deploy, late):
    def made(version):
        def program():
            value = pulumi.Output.from_input(version) if late else version
            MskCluster(
                "kafka",
                NEEDED | {"kafka_version": value, "unsupported_kafka_version": True, "dual_stack": True},
            )

        return deploy(program)

    with pytest.raises(InvalidInput) as refused:
        made("3.5.1")
    assert str(refused.value) == f"{WHERE}: dual_stack needs Kafka 3.6.0 or later, not 3.5.1; raise kafka_version"
    assert "kafka-cluster" in [each.name for each in made("3.6.0").resources]


def test_ipv6_has_ports_of_its_own(made):
    plan = made(dual_stack=True, client_ipv6_cidrs={"vpn": "2001:db8:1234::/56"})
    assert ports(plan) == {"kafka-vpn-iam": 20098, "kafka-vpn-scram": 20096}
    rule = plan["kafka-vpn-iam"].inputs
    assert rule["cidrIpv6"] == "2001:db8:1234::/56"
    assert "cidrIpv4" not in rule
    assert plan["kafka-cluster"].inputs["brokerNodeGroupInfo"]["connectivityInfo"]["networkType"] == "DUAL"


def test_exporters_are_open_to_their_scrapers_alone(made):
    plan = made(prometheus_cidrs={"prometheus": "10.80.1.0/24"}, prometheus_security_group_ids={"grafana": GROUP})
    assert ports(plan) == {
        "kafka-grafana-jmx": 11001,
        "kafka-grafana-node": 11002,
        "kafka-prometheus-jmx": 11001,
        "kafka-prometheus-node": 11002,
    }
    assert plan["kafka-prometheus-jmx"].inputs["description"] == "prometheus to the jmx exporter"
    assert plan["kafka-cluster"].inputs["openMonitoring"]["prometheus"]["jmxExporter"] == {"enabledInBroker": True}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            {"connectivity": "public", "iam": False},
            "access 'public' with the scram listener wants a cluster that ACLs close: first deploy with connectivity='private', "
            "write the ACLs, then say allow_everyone_if_no_acl_found=False (with acls_exist=True where iam is off), and "
            "raise access in a later update",
        ),
        (
            {"private_link_accounts": {"orders": "210987654321"}},
            "private_link_accounts names accounts, but access is 'private'; say connectivity='private-link'",
        ),
        (
            {
                "connectivity": "private-link",
                "private_link_accounts": {"orders": "210987654321"},
                "private_link_clients": [{"account": "audit", "write_topics": ["audit"]}],
            },
            "private_link_clients names audit, which private_link_accounts lacks; name it there",
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
            "orders is named twice; name each account of private_link_clients once",
        ),
        (
            {
                "iam": False,
                "acls_exist": True,
                "connectivity": "private-link",
                "private_link_accounts": {"orders": "210987654321"},
                "private_link_clients": [{"account": "orders", "write_topics": ["orders"]}],
            },
            "private_link_clients are identities of IAM, which is off; turn iam on, or leave them out and write ACLs",
        ),
        ({"access_step": "enable"}, "access_step has nothing to do where access is 'private'; leave it out"),
        (
            {"connectivity": "private-link", "private_link_closed": True},
            "private_link_closed turns off what access 'private-link' turns on; leave one of them out",
        ),
        (
            {"public_client_cidrs": {"office": "203.0.113.0/24"}},
            "public_client_cidrs names networks, but access is 'private'; say connectivity='public'",
        ),
        (
            {"client_ipv6_cidrs": {"vpn": "2001:db8::/32"}},
            "client_ipv6_cidrs names networks, but the cluster has IPv4 alone; say dual_stack=True",
        ),
        (
            {"client_cidrs": {"vpn": "10.80.0.0/16"}, "client_security_group_ids": {"vpn": GROUP}},
            "client_security_group_ids.vpn and client_cidrs.vpn both create the rule kafka-vpn-iam; rename one of them",
        ),
        (
            {"rebalancing_paused": True},
            "rebalancing_paused is for express brokers, which alone move partitions by themselves; leave it out",
        ),
        (
            {"volume_autoscaling_target_percent": 70},
            "volume_autoscaling_target_percent has nothing to do without volume_autoscaling_max_gib; give both or none",
        ),
        (
            {"alarm_thresholds": {"disk": 70}},
            "alarm_thresholds: there are no alarms; name alarm_topic_arns, or say silent_alarms=True",
        ),
        (
            {"log_bucket_prefix": "kafka"},
            "log_bucket_prefix has no bucket; name one in log_bucket, or leave the prefix out",
        ),
        (
            {"log_kms_key_arn": KEY, "cloudwatch_logs": False},
            "log_kms_key_arn has no log group to encrypt; leave it out, or leave cloudwatch_logs on",
        ),
        (
            {"server_properties": {"super.users": "User:me", "num.partitions": 3}},
            "server_properties: num.partitions has an argument of its own; say num_partitions instead; "
            "server_properties: super.users is none of the properties that MSK lets a configuration set; remove it",
        ),
        (
            {"topics": [{"name": "a.b", "partitions": 1}, {"name": "a_b", "partitions": 1}]},
            "topics: a.b and a_b differ only in dots and underscores; rename one",
        ),
    ],
)
def test_what_does_not_fit_together(refusal, args, message):
    assert refusal(**args) == f"{WHERE}: {message}"


@pytest.mark.parametrize("late", [False, True])
def test_a_version_that_cannot_be_reached_from_outside(deploy, late):
    def program():
        version = pulumi.Output.from_input("2.5.1") if late else "2.5.1"
        MskCluster("kafka", NEEDED | {"kafka_version": version, "connectivity": "public", "unsupported_kafka_version": True})

    with pytest.raises(InvalidInput) as refused:
        deploy(program)
    assert str(refused.value) == (
        f"{WHERE}: access 'public' needs Kafka 2.6.0 or later, not 2.5.1; raise kafka_version"
    )


# Ways to log in


@pytest.mark.parametrize("scram", [False, True])
@pytest.mark.parametrize("iam", [False, True])
@pytest.mark.parametrize("authorities", [[], [AUTHORITY]])
def test_every_lawful_combination_of_logins(made, scram, iam, authorities):
    args = {"scram": scram, "iam": iam, "certificate_authority_arns": authorities, "acls_exist": True}
    if not (scram or iam or authorities):
        with pytest.raises(InvalidInput, match="nobody could log in"):
            made(**args)
        return
    found = made(**args)["kafka-cluster"].inputs["clientAuthentication"]
    assert found == {
        "sasl": {"scram": scram, "iam": iam},
        "unauthenticated": False,
        **({"tls": {"certificateAuthorityArns": [AUTHORITY]}} if authorities else {}),
    }


@pytest.mark.parametrize("late", [False, True])
def test_what_is_no_authority_is_refused(deploy, late):
    bucket = "arn:aws:s3:::bucket"
    with pytest.raises(InvalidInput) as refused:
        deploy(
            lambda: MskCluster(
                "kafka",
                NEEDED | {"certificate_authority_arns": [pulumi.Output.from_input(bucket) if late else bucket]},
            )
        )
    assert str(refused.value) == (
        f"{WHERE}.certificate_authority_arns{'' if late else '[0]'}: expected the ARN of an AWS Private CA certificate authority, such as arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06, got 'arn:aws:s3:::bucket'"
    )


@pytest.mark.parametrize(
    ("argument", "arn", "what"),
    [
        ("certificate_authority_arns", AUTHORITY, "each authority"),
        ("alarm_topic_arns", NOTIFY, "each topic"),
    ],
)
def test_what_is_named_twice_is_refused(refusal, argument, arn, what):
    assert refusal(**{argument: [arn, arn]}) == f"{WHERE}.{argument}: {arn} is named twice; name {what} once"


# Topics


def test_topics_are_made_with_the_cluster_and_protected(made):
    plan = made(
        topics=[
            KafkaTopic(name="orders", partitions=12, config={"retention.ms": "604800000", "cleanup.policy": "delete"}),
            {"name": "audit.v1", "partitions": 3, "replication_factor": 2, "config": {"min.insync.replicas": 1}},
        ]
    )
    assert extra(plan) == ["kafka-audit.v1-topic", "kafka-orders-topic"]
    orders = plan["kafka-orders-topic"]
    assert orders.protect
    assert orders.inputs | {"clusterArn": ""} == {
        "clusterArn": "",
        "configs": '{"cleanup.policy": "delete", "retention.ms": "604800000"}',
        "name": "orders",
        "partitionCount": 12,
        "replicationFactor": 3,
    }
    assert plan["kafka-audit.v1-topic"].inputs["replicationFactor"] == 2
    assert plan["kafka-cluster"].urn in orders.property_dependencies["clusterArn"]


def test_a_topic_is_free_where_it_or_the_cluster_is(made):
    free = made(topics=[KafkaTopic(name="orders", partitions=1, protect=False)])
    assert not free["kafka-orders-topic"].protect
    assert not made(topics=[KafkaTopic(name="orders", partitions=1)], protect=False)["kafka-orders-topic"].protect


def test_one_topic_more_touches_no_other(made):
    one = made(topics=[KafkaTopic(name="b", partitions=1)])
    two = made(topics=[KafkaTopic(name="a", partitions=1), KafkaTopic(name="b", partitions=1)])
    rest = {each.urn: each.inputs for each in two.resources if each.name != "kafka-a-topic"}
    assert rest == {each.urn: each.inputs for each in one.resources}


@pytest.mark.parametrize("late", [False, True])
def test_topics_beyond_what_brokers_carry_are_refused(deploy, late):
    def program():
        size = pulumi.Output.from_input("kafka.m7g.large") if late else "kafka.m7g.large"
        topics = [KafkaTopic(name="orders", partitions=2000)]
        MskCluster("kafka", NEEDED | {"instance_type": size, "topics": topics})

    with pytest.raises(InvalidInput) as refused:
        deploy(program)
    assert str(refused.value) == (
        f"{WHERE}: topics put 2000 partitions on each broker, replicas included, and kafka.m7g.large takes updates and "
        "users up to 1500; take larger brokers or more of them"
    )


def test_crowded_brokers_are_warned_of_unless_they_are_meant(made):
    topics = [KafkaTopic(name="orders", partitions=1200)]
    assert warnings(made(topics=topics))[0].startswith("topics put 1200 partitions on each broker")
    assert not warnings(made(topics=topics, crowded_brokers=True))


def test_partitions_of_topics_elsewhere_crowd_brokers_as_well(made):
    assert warnings(made(other_partitions=3300))[0].startswith("topics put 1100 partitions on each broker")
    assert not warnings(made(other_partitions=3300, crowded_brokers=True))


def test_a_tiered_topic_on_express_brokers_is_told_to_leave_it(refusal):
    topics = [KafkaTopic(name="orders", partitions=1, config={"remote.storage.enable": "true", "retention.ms": "-1"})]
    assert refusal(broker_type="express", topics=topics) == (
        f"{WHERE}: topics: orders has remote.storage.enable, and express brokers have one tier; remove it"
    )


@pytest.mark.parametrize("late", [False, True])
def test_a_policy_that_no_second_tier_takes_is_refused(deploy, late):
    def program():
        policy = pulumi.Output.from_input("compact") if late else "compact"
        args = {"tiered_storage": True, "server_properties": {"log.cleanup.policy": policy}}
        MskCluster("kafka", NEEDED | args)

    with pytest.raises(InvalidInput) as refused:
        deploy(program)
    assert str(refused.value) == (
        f"{WHERE}: server_properties: log.cleanup.policy compact does not work with tiered_storage; say cleanup.policy in "
        "each compacted topic"
    )


def test_the_arns_of_topics_are_told_once_they_are_there(deploy):
    def program():
        pulumi.export("none", MskCluster("kafka", NEEDED).topic_arns)
        MskCluster("other", NEEDED | {"topics": [KafkaTopic(name="orders", partitions=1)]}).topic_arns.apply(len)

    assert deploy(program).outputs["none"] == {}


# Operations


def test_alarms_come_with_somebody_who_hears_of_them(made):
    plan = made(alarm_topic_arns=[NOTIFY], disabled_alarms=["cpu"])
    alarms = plan.all("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert alarms
    assert all(alarm.inputs["alarmActions"] == [NOTIFY] for alarm in alarms)
    assert not [alarm for alarm in alarms if "-cpu" in alarm.name]


def test_without_anybody_there_are_none(made):
    assert not made().all("aws:cloudwatch/metricAlarm:MetricAlarm")


def test_silent_alarms_are_made_when_they_are_meant(made):
    plan = made(silent_alarms=True)
    assert plan.all("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert not warnings(plan)


def test_a_role_that_no_alarm_has_is_refused(refusal):
    assert refusal(silent_alarms=True, disabled_alarms=["fire"]).startswith(
        f"{WHERE}: disabled_alarms: this cluster has no alarm fire; its alarms are controller, cpu, disk, "
    )


def test_a_dashboard(made):
    assert extra(made(dashboard=True)) == ["kafka-dashboard"]


def test_logs_go_where_they_are_wanted(made):
    plan = made(
        cloudwatch_logs=False, log_bucket="acme-logs", log_bucket_prefix="kafka", log_firehose_stream="kafka-logs"
    )
    assert plan["kafka-cluster"].inputs["loggingInfo"]["brokerLogs"] == {
        "cloudwatchLogs": {"enabled": False},
        "firehose": {"deliveryStream": "kafka-logs", "enabled": True},
        "s3": {"bucket": "acme-logs", "enabled": True, "prefix": "kafka"},
    }
    assert not plan.all("aws:cloudwatch/logGroup:LogGroup")
    assert "logs." not in plan["kafka-data-key"].inputs["policy"]


def test_brokers_get_names_in_a_zone_of_ones_own(made):
    plan = made(broker_hosted_zone_id="Z0123456789ABCDEFGHIJ", brokers_per_zone=2)
    records = plan.all("aws:route53/record:Record")
    assert [record.name for record in records] == [f"kafka-broker-{number}" for number in range(1, 7)]
    assert records[0].inputs["name"] == "b-1.kafka"
    assert [record.inputs["records"][0].split(".")[0] for record in records] == [
        f"b-{number}" for number in range(1, 7)
    ]


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("broker_hosted_zone_id", "Z0123456789ABCDEFGHIJ"),
        ("alarm_topic_arns", [NOTIFY]),
        ("silent_alarms", True),
    ],
)
def test_a_resource_for_each_broker_needs_their_number(deploy, argument, value):
    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: MskCluster("kafka", NEEDED | {"subnet_ids": pulumi.Output.from_input(SUBNETS), argument: value}))
    assert str(refused.value) == (
        f"{WHERE}: {argument} makes resources for each broker, and how many there are is not known before subnet_ids is; "
        "give a list, whose items may be late"
    )


def test_late_subnets_are_counted_when_they_resolve(deploy):
    plan = deploy(lambda: MskCluster("kafka", NEEDED | {"subnet_ids": pulumi.Output.from_input(SUBNETS)}))
    assert plan["kafka-cluster"].inputs["numberOfBrokerNodes"] == 3


# Clusters that are taken over


def test_an_existing_group_stays_and_gets_the_rules(made):
    plan = made(security_group_ids=[GROUP, OTHER], client_cidrs={"vpn": "10.80.0.0/16"})
    assert not plan.all("aws:ec2/securityGroup:SecurityGroup")
    assert plan["kafka-cluster"].inputs["brokerNodeGroupInfo"]["securityGroups"][1:] == [OTHER]
    assert plan["kafka-vpn-iam"].inputs["securityGroupId"] == GROUP


# Ways to the brokers


def servers(deploy, route, **args):
    found = []

    def program():
        connection = MskCluster("kafka", NEEDED | {"users": ["kpow"]} | args).connection("kpow", route=route)
        found.append(connection.security_group_id)
        pulumi.export("servers", connection.bootstrap_servers)

    deploy(program, preview=True)
    return found[0]


def test_from_the_internet_no_group_lets_a_client_in(deploy):
    assert servers(deploy, "internet", connectivity="public", connectivity_step="enable") is None


def test_over_ipv6_the_group_does(deploy):
    assert servers(deploy, "vpc-ipv6", dual_stack=True) is not None


@pytest.fixture
def no_addresses(monkeypatch):
    """What the provider tells of a way that is not open yet: nothing."""
    told = property(lambda _: pulumi.Output.from_input(""))
    for name in ("bootstrap_brokers_public_sasl_scram", "bootstrap_brokers_sasl_scram_ipv6"):
        monkeypatch.setattr(f"pulumi_aws.msk.Cluster.{name}", told)


OPENED = [("internet", {"connectivity": "public", "access_step": "enable"}), ("vpc-ipv6", {"dual_stack": True})]


@pytest.mark.usefixtures("no_addresses")
@pytest.mark.parametrize(("route", "args"), OPENED)
def test_what_msk_does_not_tell_yet_is_unknown_in_a_preview(deploy, route, args):
    known = []

    def program():
        connection = MskCluster("kafka", NEEDED | {"users": ["kpow"]} | args).connection("kpow", route=route)
        connection.bootstrap_servers.apply(known.append)

    deploy(program, preview=True)
    assert known == []


@pytest.mark.parametrize(("route", "args"), OPENED)
def test_what_msk_tells_is_where_clients_begin(deploy, monkeypatch, route, args):
    brokers = "b-1-public.kafka.abc.c2.kafka.eu-west-1.amazonaws.com:9196"
    for name in ("bootstrap_brokers_public_sasl_scram", "bootstrap_brokers_sasl_scram_ipv6"):
        monkeypatch.setattr(f"pulumi_aws.msk.Cluster.{name}", property(lambda _: pulumi.Output.from_input(brokers)))
    known = []

    def program():
        connection = MskCluster("kafka", NEEDED | {"users": ["kpow"]} | args).connection("kpow", route=route)
        pulumi.Output.from_input(connection.bootstrap_servers).apply(known.append)

    deploy(program)
    assert known == [brokers]


@pytest.mark.usefixtures("no_addresses")
@pytest.mark.parametrize(("route", "args"), OPENED)
def test_what_msk_does_not_tell_after_the_update_is_told_so(deploy, monkeypatch, route, args):
    monkeypatch.setattr("pulumi.runtime.is_dry_run", lambda: False)
    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: MskCluster("kafka", NEEDED | {"users": ["kpow"]} | args).connection("kpow", route=route))
    assert str(refused.value) == (
        f"{WHERE}: MSK tells no addresses for this way yet; leave the connection out, and make it in an update after the "
        "one that opens the way"
    )


@pytest.mark.parametrize(
    ("route", "args", "message"),
    [
        (
            "internet",
            {"connectivity": "public"},
            "the internet is not let in; say connectivity='public', and connectivity_step='enable' once that is deployed",
        ),
        (
            "internet",
            {},
            "the internet is not let in; say connectivity='public', and connectivity_step='enable' once that is deployed",
        ),
        ("vpc-ipv6", {}, "the cluster has IPv4 alone; say dual_stack=True"),
    ],
)
def test_a_way_that_is_closed_is_not_taken(deploy, route, args, message):
    with pytest.raises(InvalidInput) as refused:
        servers(deploy, route, **args)
    assert str(refused.value) == f"{WHERE}: {message}"


# Many users


def test_users_are_not_looked_up(made):
    plan = made(users=[f"user{number}" for number in range(50)])
    kinds = {each.type for each in plan.resources}
    assert "aws:msk/scramSecretAssociation:ScramSecretAssociation" not in kinds
    assert len(plan.all("aws:msk/singleScramSecretAssociation:SingleScramSecretAssociation")) == 50


def test_a_second_user_overlaps_the_first(made):
    before, both = made(users=["orders"]), made(users=["orders", "orders-2"])
    assert {each.urn: each.inputs for each in before.resources}.items() <= {
        each.urn: each.inputs for each in both.resources
    }.items()


def test_properties_may_be_late(deploy):
    def program():
        size = pulumi.Output.from_input("2097152")
        MskCluster("kafka", MskClusterArgs(**NEEDED, server_properties={"message.max.bytes": size}))

    plan = deploy(program)
    assert "message.max.bytes=2097152\n" in plan["kafka-configuration"].inputs["serverProperties"]
