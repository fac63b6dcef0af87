"""Provisioned clusters."""

import pulumi
import pytest

from moorings import InvalidInput, MskCluster, MskClusterArgs

VPC = "vpc-0d1c7a52e8b94f360"
SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"]
GROUP = "sg-0b92d7f4a1e63c508"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
AUTHORITY = "arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
NEEDED = {"vpc_id": VPC, "subnet_ids": SUBNETS, "kafka_version": "3.9.x.kraft"}
WHERE = "MskCluster 'kafka'"


@pytest.fixture
def made(deploy):
    """Deploy a cluster with the given arguments beside those that are needed."""

    def make(*, preview=False, **args):
        return deploy(lambda: MskCluster("kafka", NEEDED | args), preview=preview)

    return make


@pytest.fixture
def cluster(made):
    """The inputs of the MSK cluster that the given arguments make."""
    return lambda **args: made(**args)["kafka-cluster"].inputs


def test_it_makes_exactly_what_is_needed(made):
    root = "urn:pulumi:test::moorings::moorings:index:MskCluster"
    assert made().urns == [
        f"{root}$aws:cloudwatch/logGroup:LogGroup::kafka-log-group",
        f"{root}$aws:ec2/securityGroup:SecurityGroup::kafka-security-group",
        f"{root}$aws:msk/cluster:Cluster::kafka-cluster",
        f"{root}$aws:msk/configuration:Configuration::kafka-configuration",
        f"{root}$moorings:index:EncryptionKey$aws:kms/alias:Alias::kafka-data-alias",
        f"{root}$moorings:index:EncryptionKey$aws:kms/alias:Alias::kafka-secrets-alias",
        f"{root}$moorings:index:EncryptionKey$aws:kms/key:Key::kafka-data-key",
        f"{root}$moorings:index:EncryptionKey$aws:kms/key:Key::kafka-secrets-key",
        f"{root}$moorings:index:EncryptionKey::kafka-data",
        f"{root}$moorings:index:EncryptionKey::kafka-secrets",
        f"{root}::kafka",
    ]


def test_the_cluster_is_what_a_careful_operator_deploys(made):
    plan = made()
    cluster = plan["kafka-cluster"]
    assert cluster.protect
    assert cluster.inputs == {
        "kafkaVersion": "3.9.x.kraft",
        "numberOfBrokerNodes": 3,
        "brokerNodeGroupInfo": {
            "instanceType": "kafka.m7g.large",
            "clientSubnets": SUBNETS,
            "securityGroups": cluster.inputs["brokerNodeGroupInfo"]["securityGroups"],
            "storageInfo": {"ebsStorageInfo": {"volumeSize": 100}},
            "connectivityInfo": {"publicAccess": {"type": "DISABLED"}},
        },
        "clientAuthentication": {"sasl": {"scram": True, "iam": True}, "unauthenticated": False},
        "configurationInfo": cluster.inputs["configurationInfo"],
        "encryptionInfo": {
            "encryptionAtRestKmsKeyArn": cluster.inputs["encryptionInfo"]["encryptionAtRestKmsKeyArn"],
            "encryptionInTransit": {"clientBroker": "TLS", "inCluster": True},
        },
        "enhancedMonitoring": "PER_TOPIC_PER_BROKER",
        "loggingInfo": {
            "brokerLogs": {
                "cloudwatchLogs": cluster.inputs["loggingInfo"]["brokerLogs"]["cloudwatchLogs"],
                "firehose": {"enabled": False},
                "s3": {"enabled": False},
            }
        },
        "openMonitoring": {
            "prometheus": {"jmxExporter": {"enabledInBroker": False}, "nodeExporter": {"enabledInBroker": False}}
        },
        "tags": {},
    }


def test_the_cluster_has_time_to_come_and_to_restart(made):
    assert made()["kafka-cluster"].custom_timeouts == {"create": "3h", "update": "6h", "delete": "2h"}


@pytest.mark.parametrize(
    ("property_", "role"),
    [
        ("encryptionInfo", "kafka-data-key"),
        ("configurationInfo", "kafka-configuration"),
        ("loggingInfo", "kafka-log-group"),
        ("brokerNodeGroupInfo", "kafka-security-group"),
    ],
)
def test_the_cluster_takes_what_was_made_for_it(made, property_, role):
    plan = made()
    assert plan[role].urn in plan["kafka-cluster"].property_dependencies[property_]


def test_it_follows_the_revision_of_its_configuration(made):
    info = made()["kafka-cluster"].inputs["configurationInfo"]
    assert info["revision"] == 1
    assert ":configuration/kafka-configuration" in info["arn"]


def test_a_configuration_is_named_by_pulumi(made):
    assert made()["kafka-configuration"].inputs.keys() == {"serverProperties"}


def test_users_without_acls_are_shut_out(made):
    assert "allow.everyone.if.no.acl.found=false\n" in made()["kafka-configuration"].inputs["serverProperties"]


def test_the_log_group_is_kept_a_year_and_encrypted_with_the_key_of_the_data(made):
    plan = made()
    group = plan["kafka-log-group"]
    assert group.inputs["namePrefix"] == "/aws/msk/kafka-"
    assert group.inputs["retentionInDays"] == 365
    assert plan["kafka-data-key"].urn in group.property_dependencies["kmsKeyId"]
    assert ":log-group:/aws/msk/kafka-*" in plan["kafka-data-key"].inputs["policy"]


def test_the_keys_serve_one_purpose_each(made):
    plan = made()
    data, secrets = (plan[f"kafka-{role}-key"].inputs["policy"] for role in ("data", "secrets"))
    assert "secretsmanager" not in data
    assert "logs" not in secrets
    assert '"kafka.eu-west-1.amazonaws.com"' in data
    assert '"secretsmanager.eu-west-1.amazonaws.com"' in secrets


def test_nobody_connects_until_a_source_is_named(made):
    plan = made()
    assert not plan.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert "ingress" not in plan["kafka-security-group"].inputs
    assert "egress" not in plan["kafka-security-group"].inputs


def ports(plan):
    """Who may connect to which port."""
    rules = plan.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    return {
        rule.name: (rule.inputs.get("referencedSecurityGroupId") or rule.inputs["cidrIpv4"], rule.inputs["fromPort"])
        for rule in rules
        if rule.inputs["fromPort"] == rule.inputs["toPort"] and rule.inputs["ipProtocol"] == "tcp"
    }


def test_a_named_source_reaches_the_live_ports_alone(made):
    plan = made(client_security_group_ids={"kpow": GROUP}, client_cidrs={"vpn": "10.80.0.0/16"})
    assert ports(plan) == {
        "kafka-kpow-iam": (GROUP, 9098),
        "kafka-kpow-scram": (GROUP, 9096),
        "kafka-vpn-iam": ("10.80.0.0/16", 9098),
        "kafka-vpn-scram": ("10.80.0.0/16", 9096),
    }


def test_a_listener_that_is_off_has_no_port(made):
    plan = made(scram=False, certificate_authority_arns=[AUTHORITY], client_cidrs={"vpn": "10.80.0.0/16"})
    assert ports(plan) == {"kafka-vpn-iam": ("10.80.0.0/16", 9098), "kafka-vpn-tls": ("10.80.0.0/16", 9094)}


def test_certificates_log_in_where_authorities_are_named(cluster):
    assert cluster(certificate_authority_arns=[AUTHORITY])["clientAuthentication"] == {
        "sasl": {"scram": True, "iam": True},
        "tls": {"certificateAuthorityArns": [AUTHORITY]},
        "unauthenticated": False,
    }


def test_without_scram_there_is_no_key_for_secrets(made):
    plan = made(scram=False)
    assert "kafka-secrets-key" not in [resource.name for resource in plan.resources]


def test_keys_of_ones_own_are_taken(made):
    plan = made(kms_key_arn=KEY, secrets_kms_key_arn=KEY, log_kms_key_arn=KEY, users=["orders"])
    assert not plan.all("aws:kms/key:Key")
    assert plan["kafka-cluster"].inputs["encryptionInfo"]["encryptionAtRestKmsKeyArn"] == KEY
    assert plan["kafka-log-group"].inputs["kmsKeyId"] == KEY
    assert plan["kafka-orders-secret"].inputs["kmsKeyId"] == KEY


def test_beside_a_key_of_ones_own_the_logs_get_one_that_cloudwatch_may_use(made):
    plan = made(kms_key_arn=KEY)
    assert plan["kafka-logs-key"].urn in plan["kafka-log-group"].property_dependencies["kmsKeyId"]
    assert "logs.eu-west-1.amazonaws.com" in plan["kafka-logs-key"].inputs["policy"]


def test_a_key_of_ones_own_for_the_logs_leaves_them_out_of_the_key_of_the_data(made):
    assert "logs." not in made(log_kms_key_arn=KEY)["kafka-data-key"].inputs["policy"]


def test_protection_reaches_the_cluster_and_its_keys(made):
    plan = made(users=["orders"])
    assert [each.name for each in plan.resources if each.protect] == [
        "kafka-cluster",
        "kafka-data-key",
        "kafka-secrets-key",
    ]
    assert not [each for each in made(users=["orders"], protect=False).resources if each.protect]


def test_tags_reach_everything_that_takes_tags(made):
    plan = made(users=["orders"], client_cidrs={"vpn": "10.80.0.0/16"}, tags={"team": "streaming"})
    tagged = {each.name for each in plan.resources if (each.inputs.get("tags") or {}).get("team") == "streaming"}
    assert tagged == {
        "kafka-cluster",
        "kafka-data-key",
        "kafka-secrets-key",
        "kafka-log-group",
        "kafka-security-group",
        "kafka-vpn-iam",
        "kafka-vpn-scram",
        "kafka-orders-secret",
    }


@pytest.mark.parametrize(
    ("args", "path", "value"),
    [
        ({"cluster_name": "orders"}, ["clusterName"], "orders"),
        ({"brokers_per_zone": 2}, ["numberOfBrokerNodes"], 6),
        ({"subnet_ids": SUBNETS[:2]}, ["numberOfBrokerNodes"], 2),
        ({"volume_gib": 16384}, ["brokerNodeGroupInfo", "storageInfo", "ebsStorageInfo", "volumeSize"], 16384),
        ({"instance_type": "kafka.m5.large"}, ["brokerNodeGroupInfo", "instanceType"], "kafka.m5.large"),
        (
            {"instance_type": "kafka.t3.small", "burstable_brokers": True},
            ["brokerNodeGroupInfo", "instanceType"],
            "kafka.t3.small",
        ),
        ({"enhanced_monitoring": "DEFAULT"}, ["enhancedMonitoring"], "DEFAULT"),
        ({"iam": False}, ["clientAuthentication", "sasl"], {"scram": True, "iam": False}),
    ],
)
def test_what_is_asked_for_reaches_the_cluster(cluster, args, path, value):
    found = cluster(**args)
    for step in path:
        found = found[step]
    assert found == value


# Users


def test_each_user_is_a_component_of_its_own(made):
    users = made(users=["kpow", "orders"], secret_recovery_window_days=7).all("moorings:index:MskScramUser")
    assert [user.name for user in users] == ["kafka-kpow", "kafka-orders"]
    assert {user.parent for user in users} == {"urn:pulumi:test::moorings::moorings:index:MskCluster::kafka"}


def test_a_user_gets_the_settings_of_the_cluster(made):
    plan = made(users=["kpow", "orders"], secret_recovery_window_days=7, password_versions={"orders": 3})
    assert plan["kafka-kpow-secret"].inputs["recoveryWindowInDays"] == 7
    assert plan["kafka-kpow-password"].inputs["keepers"] == {"version": "1"}
    assert plan["kafka-orders-password"].inputs["keepers"] == {"version": "3"}


def everything_but(plan, user):
    return {each.urn: each.inputs for each in plan.resources if not each.name.startswith(f"kafka-{user}")}


def test_one_user_more_touches_nothing_else(made):
    two, three = made(users=["kpow", "orders"]), made(users=["orders", "audit", "kpow"])
    assert everything_but(three, "audit") == everything_but(two, "audit")


def test_a_new_password_touches_nothing_else(made):
    before, after = made(users=["kpow", "orders"]), made(users=["kpow", "orders"], password_versions={"orders": 2})
    assert everything_but(before, "orders") == everything_but(after, "orders")
    assert before["kafka-orders-secret"].inputs == after["kafka-orders-secret"].inputs


def test_a_thousand_users_are_taken_and_one_more_is_refused():
    thousand = [f"user{number}" for number in range(1000)]
    assert len(MskClusterArgs(**NEEDED | {"users": thousand}).users) == 1000
    with pytest.raises(InvalidInput) as refused:
        MskClusterArgs.from_input(WHERE, NEEDED | {"users": [*thousand, "one-more"]})
    assert str(refused.value) == f"{WHERE}.users: List should have at most 1000 items after validation, not 1001"


# Outputs


@pytest.fixture
def kafka(deploy):
    """What a program finds out from a cluster."""

    def find(look, **args):
        return deploy(
            lambda: pulumi.export("found", look(MskCluster("kafka", NEEDED | args))), reveal_secrets=True
        ).outputs["found"]

    return find


def test_the_short_list_of_brokers_has_one_of_each_zone(kafka):
    found = kafka(lambda cluster: cluster.bootstrap_servers, brokers_per_zone=2)
    assert {kind: servers.count(",") for kind, servers in found.items()} == {"iam": 2, "scram": 2}
    assert all(server.endswith(":9096") for server in found["scram"].split(","))


def test_the_full_list_of_brokers_has_them_all_in_order(kafka):
    found = kafka(lambda cluster: cluster.brokers("iam"), brokers_per_zone=2)
    assert [server.split(".")[0] for server in found] == ["b-1", "b-2", "b-3", "b-4", "b-5", "b-6"]
    assert all(server.endswith(":9098") for server in found)


def test_users_are_ready_when_msk_knows_them(kafka):
    assert kafka(lambda cluster: cluster.usernames, users=["kpow", "orders"]) == ["kpow", "orders"]


def test_without_users_all_are_ready(kafka):
    assert kafka(lambda cluster: cluster.usernames) == []


def test_the_secret_of_each_user_is_told(kafka):
    found = kafka(lambda cluster: cluster.user_secret_arns, users=["kpow"])
    assert list(found) == ["kpow"]
    assert ":secret:AmazonMSK_kafka-kpow-" in found["kpow"]


@pytest.mark.parametrize(
    "output",
    [
        "arn",
        "cluster_name",
        "security_group_id",
        "configuration_arn",
        "configuration_revision",
        "kms_key_arn",
        "secrets_kms_key_arn",
        "log_group_name",
    ],
)
def test_an_output_is_told(kafka, output):
    assert kafka(lambda cluster: getattr(cluster, output))


def test_without_scram_there_is_no_output_of_a_key_for_secrets(deploy):
    keys = []
    deploy(lambda: keys.append(MskCluster("kafka", NEEDED | {"scram": False}).secrets_kms_key_arn))
    assert keys == [None]


def test_a_users_connection_says_how_to_log_in(kafka):
    def look(cluster):
        connection = cluster.connection("kpow")
        return {name: getattr(connection, name) for name in type(connection).model_fields}

    found = kafka(look, users=["kpow"])
    assert found["listener"] == "scram"
    assert found["username"] == "kpow"
    assert found["password"].value
    assert found["bootstrap_servers"].count(":9096") == 3
    assert ":secret:AmazonMSK_kafka-kpow-" in found["secret_arn"]
    assert ":key/" in found["kms_key_arn"]
    assert found["security_group_id"].startswith("sg-")
    assert ":cluster/kafka-cluster" in found["cluster_arn"]


def test_a_connection_without_a_user_is_for_an_identity_of_iam(kafka):
    connection = kafka(lambda cluster: {"servers": cluster.connection().bootstrap_servers})
    assert connection["servers"].count(":9098") == 3


def test_a_connection_with_a_certificate_goes_to_its_listener(kafka):
    found = kafka(
        lambda cluster: cluster.connection(listener="tls").bootstrap_servers, certificate_authority_arns=[AUTHORITY]
    )
    assert found.count(":9094") == 3


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda cluster: cluster.connection("x"), "there is no user 'x', it has kpow; add the name to users"),
        (
            lambda cluster: cluster.connection(listener="tls"),
            "the tls listener is off, scram is on; name certificate_authority_arns",
        ),
        (lambda cluster: cluster.connection(), "the iam listener is off, scram is on; turn iam on"),
        (
            lambda cluster: cluster.brokers("tls"),
            "the tls listener is off, scram is on; name certificate_authority_arns",
        ),
        (
            lambda cluster: cluster.connection(listener="scram"),
            "a connection to the scram listener is made for a user: name one",
        ),
    ],
)
def test_what_is_not_there_cannot_be_asked_for(deploy, ask, message):
    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: ask(MskCluster("kafka", NEEDED | {"iam": False, "users": ["kpow"], "acls_exist": True})))
    assert str(refused.value) == f"{WHERE}: {message}"


def test_a_user_does_not_log_in_with_iam(deploy):
    with pytest.raises(InvalidInput, match="the iam listener is made without a user: an IAM identity logs in"):
        deploy(lambda: MskCluster("kafka", NEEDED | {"users": ["kpow"]}).connection("kpow", listener="iam"))


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda cluster: cluster.connection("kpow", listener="sasl"),
            "there is no listener 'sasl'; there are scram, iam, tls",
        ),
        (lambda cluster: cluster.brokers("plaintext"), "there is no listener 'plaintext'; there are scram, iam, tls"),
        (
            lambda cluster: cluster.connection("kpow", route="public"),
            "there is no route 'public'; there are vpc, vpc-ipv6, internet",
        ),
        (lambda cluster: cluster.user("kpov"), "there is no user 'kpov'; did you mean 'kpow'?"),
        (
            lambda cluster: cluster.user("audit"),
            "there is no user 'audit', it has kpow, u1, u2, u3, u4 and 2 more; add the name to users",
        ),
    ],
)
def test_words_that_there_are_not(deploy, ask, message):
    users = ["kpow", *(f"u{number}" for number in range(1, 7))]
    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: ask(MskCluster("kafka", NEEDED | {"users": users})))
    assert str(refused.value) == f"{WHERE}: {message}"


def test_a_user_tells_who_may_read_its_secret(deploy):
    def program():
        user = MskCluster("kafka", NEEDED | {"users": ["kpow"]}).user("kpow")
        pulumi.export("policy", user.secret_read_policy)
        pulumi.export("version", user.secret_version_id)

    outputs = deploy(program).outputs
    assert "secret:AmazonMSK_kafka-kpow-" in outputs["policy"]
    assert outputs["version"]


def test_a_cluster_without_users_says_so(deploy):
    with pytest.raises(InvalidInput, match="there is no user 'kpow', it has none; add the name to users"):
        deploy(lambda: MskCluster("kafka", NEEDED).connection("kpow"))


def test_a_cluster_without_scram_has_no_scram_listener(deploy):
    with pytest.raises(InvalidInput, match="the scram listener is off, iam is on; turn scram on"):
        deploy(lambda: MskCluster("kafka", NEEDED | {"scram": False}).connection("kpow"))


# Preview


def test_a_preview_shows_the_same_resources(made):
    args = {"users": ["kpow", "orders"], "client_cidrs": {"vpn": "10.80.0.0/16"}}
    assert made(preview=True, **args).urns == made(**args).urns


def test_a_preview_knows_what_is_plain(made):
    cluster = made(preview=True)["kafka-cluster"].inputs
    assert cluster["kafkaVersion"] == "3.9.x.kraft"
    assert cluster["brokerNodeGroupInfo"]["instanceType"] == "kafka.m7g.large"


def test_the_number_of_zones_is_known_although_a_subnet_is_not(deploy):
    def program():
        unknown = pulumi.Output.from_input(SUBNETS[2])
        MskCluster("kafka", NEEDED | {"subnet_ids": [*SUBNETS[:2], unknown]})

    assert "default.replication.factor=3" in deploy(program)["kafka-configuration"].inputs["serverProperties"]


def test_a_late_list_of_subnets_is_counted_when_it_resolves(deploy):
    plan = deploy(lambda: MskCluster("kafka", NEEDED | {"subnet_ids": pulumi.Output.from_input(SUBNETS[:2])}))
    assert plan["kafka-cluster"].inputs["numberOfBrokerNodes"] == 2
    assert "default.replication.factor=2" in plan["kafka-configuration"].inputs["serverProperties"]


# Warnings


def warnings(plan):
    return [entry for entry in plan.log if entry[0] == "warning"]


def test_an_open_cluster_is_warned_of(made):
    ((_, message, urn),) = warnings(made(iam=False))
    assert message.startswith("users without ACLs may do everything, as closing the cluster would lock everybody out")
    assert urn == "urn:pulumi:test::moorings::moorings:index:MskCluster::kafka"


@pytest.mark.parametrize(
    "args", [{}, {"iam": False, "allow_everyone_if_no_acl_found": True}, {"iam": False, "acls_exist": True}]
)
def test_what_is_closed_or_meant_is_not_warned_of(made, args):
    assert not warnings(made(**args))


# Refusals


VERSION = "'latest' is not a version of Apache Kafka as MSK spells it, such as 3.9.x.kraft"
SIZE_AND_REST = "MSK has no broker kafka.m7g.tiny; there are kafka.t3.small, "
LATE = [
    ("kafka_version", "latest", f".kafka_version: {VERSION}"),
    ("volume_gib", 0, ".volume_gib: Input should be greater than or equal to 1"),
    ("volume_gib", 16385, ".volume_gib: Input should be less than or equal to 16384"),
    ("default_replication_factor", 1, ".default_replication_factor: Input should be greater than or equal to 2"),
    ("min_insync_replicas", 0, ".min_insync_replicas: Input should be greater than or equal to 1"),
    ("num_partitions", 0, ".num_partitions: Input should be greater than 0"),
    *(
        (
            "retention_hours",
            hours,
            f".retention_hours: Kafka keeps records for an hour at least, or with -1 for ever, not for {hours} hours",
        )
        for hours in (-2, 0)
    ),
    ("subnet_ids", SUBNETS[:1], ".subnet_ids: List should have at least 2 items after validation, not 1"),
    (
        "subnet_ids",
        [SUBNETS[0], SUBNETS[0]],
        f".subnet_ids: {SUBNETS[0]} is named twice; name each subnet once",
    ),
    (
        "instance_type",
        "express.m7g.large",
        ": instance_type express.m7g.large is of express brokers; say broker_type='express' for a new cluster, as an "
        "existing one never changes its type, or take kafka.m7g.large or another standard size",
    ),
    (
        "instance_type",
        "kafka.t3.small",
        ": instance_type kafka.t3.small lives on CPU credits, for development alone; say burstable_brokers=True if that is "
        "meant, or take kafka.m7g.large",
    ),
    (
        "default_replication_factor",
        4,
        ": default_replication_factor 4 needs as many brokers, but there are 3 (1 in each of 3 zones); lower it to 3 or "
        "add brokers",
    ),
    (
        "min_insync_replicas",
        3,
        ": min_insync_replicas 3 of 3 replicas stops producers whenever a broker restarts; lower it to 2 or raise "
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
        ".cluster_name: expected a cluster's name of 1 to 64 letters, digits and hyphens, the first no hyphen, such as orders, got 'two words'",
    ),
]
PLAIN = [
    ("brokers_per_zone", 0, ".brokers_per_zone: Input should be greater than 0"),
    (
        "subnet_ids",
        [*SUBNETS, "subnet-08d5f1a74be2c6093"],
        ".subnet_ids: List should have at most 3 items after validation, not 4",
    ),
    (
        "users",
        ["a b"],
        ".users[0]: expected a user's name of 1 to 64 letters, digits and ._-, the first a letter or a digit, such as orders, got 'a b'",
    ),
    ("users", ["kpow", "kpow"], ": users names kpow more than once; a user's name is unique in its cluster"),
    ("password_versions", {"kpow": 2}, ": password_versions names kpow, who is none of users; name one of them"),
    ("password_versions", {"kpow": 0}, ".password_versions.kpow: Input should be greater than 0"),
    (
        "secret_recovery_window_days",
        6,
        ".secret_recovery_window_days: must be between 7 and 30, or 0 to delete the secret without recovery, got 6",
    ),
    (
        "log_retention_days",
        17,
        ".log_retention_days: CloudWatch keeps logs 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, "
        "1827, 2192, 2557, 2922, 3288, 3653 days, not 17",
    ),
    (
        "enhanced_monitoring",
        "ALL",
        ".enhanced_monitoring: Input should be 'DEFAULT', 'PER_BROKER', 'PER_TOPIC_PER_BROKER' or 'PER_TOPIC_PER_PARTITION'",
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
        ".allow_everyone: there is no such argument; did you mean allow_everyone_if_no_acl_found?",
    ),
    ("iam", "maybe", ".iam: give True or False"),
]


@pytest.mark.parametrize(("name", "value", "message"), PLAIN + LATE)
def test_what_is_refused(made, name, value, message):
    with pytest.raises(InvalidInput) as refused:
        made(**{name: value})
    assert str(refused.value) == f"{WHERE}{message}"


@pytest.mark.parametrize(("name", "value", "message"), LATE)
def test_a_late_value_is_refused_in_the_same_words(deploy, name, value, message):
    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: MskCluster("kafka", NEEDED | {name: pulumi.Output.from_input(value)}))
    assert str(refused.value) == f"{WHERE}{message}"


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(("name", "value"), [("vpc_id", "my-vpc"), ("subnet_ids", ["a", "b"])])
def test_something_else_than_an_id_is_refused(deploy, name, value, late):
    with pytest.raises(InvalidInput, match=rf"^{WHERE}\.{name}"):
        deploy(lambda: MskCluster("kafka", NEEDED | {name: pulumi.Output.from_input(value) if late else value}))


def test_an_unknown_size_is_refused_with_those_there_are(made):
    with pytest.raises(InvalidInput, match=rf"^{WHERE}\.instance_type: {SIZE_AND_REST}"):
        made(instance_type="kafka.m7g.tiny")


@pytest.mark.parametrize("missing", NEEDED)
def test_what_is_needed_is_named(deploy, missing):
    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: MskCluster("kafka", {key: NEEDED[key] for key in NEEDED if key != missing}))
    assert str(refused.value) == f"{WHERE}.{missing}: this argument is required"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            {"scram": False, "iam": False},
            "nobody could log in: turn on scram or iam, or name certificate_authority_arns",
        ),
        (
            {"scram": False, "users": ["kpow"]},
            "users log in with SCRAM, which is off; turn scram on or remove the users",
        ),
        (
            {"iam": False, "allow_everyone_if_no_acl_found": False},
            "allow_everyone_if_no_acl_found=False locks everybody out while there are no ACLs; turn iam on, whose "
            "identities need no ACL, or say acls_exist=True once there are ACLs",
        ),
        (
            {"client_cidrs": {"vpn": "10.0.0.0/8"}, "client_security_group_ids": {"vpn": GROUP}},
            "client_security_group_ids.vpn and client_cidrs.vpn both create the rule kafka-vpn-iam; rename one of them",
        ),
    ],
)
def test_arguments_that_contradict_each_other_are_refused(made, args, message):
    with pytest.raises(InvalidInput) as refused:
        made(**args)
    assert str(refused.value) == f"{WHERE}: {message}"


@pytest.mark.parametrize("name", ["x" * 49, "two words", "-kafka", "kafka_1"])
def test_a_name_that_msk_does_not_take_is_refused(deploy, name):
    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: MskCluster(name, NEEDED))
    assert str(refused.value) == (
        f"MskCluster {name!r}: the name must be 1 to 48 letters, digits and hyphens, and not begin with one; MSK takes no "
        "other"
    )


def test_the_longest_name_is_taken(deploy):
    assert deploy(lambda: MskCluster("x" * 48, NEEDED))


def test_two_subnets_in_one_zone_are_refused(deploy):
    def program():
        from pulumi_aws import ec2

        zones = ("eu-west-1a", "eu-west-1a")
        subnets = [
            ec2.Subnet(f"s{number}", vpc_id=VPC, cidr_block=f"10.0.{number}.0/24", availability_zone=zone)
            for number, zone in enumerate(zones)
        ]
        MskCluster("kafka", NEEDED | {"subnet_ids": [subnet.id for subnet in subnets]})

    with pytest.raises(InvalidInput, match=r"are both in euw1-az1; use subnets in different Availability Zones"):
        deploy(program)
