"""A provisioned cluster: its resources, outputs and connections."""

import json
from contextlib import nullcontext

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


@pytest.fixture
def inputs(create):
    """Inputs of the MSK cluster."""
    return lambda **args: create(**args)["kafka-cluster"].inputs


def test_a_cluster_creates_only_the_required_resources(create):
    root = "urn:pulumi:test::moorings::moorings:index:MskCluster"
    assert create().urns == [
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


def test_default_inputs_of_the_cluster(create):
    plan = create()
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


@pytest.mark.parametrize(
    ("property_", "role"),
    [
        ("encryptionInfo", "kafka-data-key"),
        ("configurationInfo", "kafka-configuration"),
        ("loggingInfo", "kafka-log-group"),
        ("brokerNodeGroupInfo", "kafka-security-group"),
    ],
)
def test_the_cluster_depends_on_its_resources(create, property_, role):
    plan = create()
    assert plan[role].urn in plan["kafka-cluster"].property_dependencies[property_]


def test_the_cluster_uses_the_latest_revision_of_its_configuration(create):
    info = create()["kafka-cluster"].inputs["configurationInfo"]
    assert info["revision"] == 1
    assert ":configuration/kafka-configuration" in info["arn"]


def test_pulumi_generates_the_name_of_the_configuration(create):
    assert create()["kafka-configuration"].inputs.keys() == {"serverProperties"}


def test_access_without_acls_is_denied_by_default(create):
    assert "allow.everyone.if.no.acl.found=false\n" in create()["kafka-configuration"].inputs["serverProperties"]


def test_the_log_group_has_a_retention_and_is_encrypted_with_the_data_key(create):
    plan = create()
    group = plan["kafka-log-group"]
    assert group.inputs["namePrefix"] == "/aws/msk/kafka-"
    assert group.inputs["retentionInDays"] == 365
    assert plan["kafka-data-key"].urn in group.property_dependencies["kmsKeyId"]
    assert ":log-group:/aws/msk/kafka-*" in plan["kafka-data-key"].inputs["policy"]


def test_key_policies_allow_only_the_required_services(create):
    plan = create()
    data, secrets = (plan[f"kafka-{role}-key"].inputs["policy"] for role in ("data", "secrets"))
    assert "secretsmanager" not in data
    assert "logs" not in secrets
    assert '"kafka.eu-west-1.amazonaws.com"' in data
    assert '"secretsmanager.eu-west-1.amazonaws.com"' in secrets


def test_the_security_group_allows_no_clients_by_default(create):
    plan = create()
    assert not plan.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert "ingress" not in plan["kafka-security-group"].inputs
    assert "egress" not in plan["kafka-security-group"].inputs


def rules(plan):
    """Source and port of each ingress rule."""
    ingress = plan.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    return {
        rule.name: (rule.inputs.get("referencedSecurityGroupId") or rule.inputs["cidrIpv4"], rule.inputs["fromPort"])
        for rule in ingress
        if rule.inputs["fromPort"] == rule.inputs["toPort"] and rule.inputs["ipProtocol"] == "tcp"
    }


def test_clients_are_allowed_on_the_ports_of_enabled_listeners(create):
    plan = create(client_security_group_ids={"kpow": GROUP}, client_cidrs={"vpn": "10.80.0.0/16"})
    assert rules(plan) == {
        "kafka-kpow-iam": (GROUP, 9098),
        "kafka-kpow-scram": (GROUP, 9096),
        "kafka-vpn-iam": ("10.80.0.0/16", 9098),
        "kafka-vpn-scram": ("10.80.0.0/16", 9096),
    }


def test_disabled_listeners_have_no_rules(create):
    plan = create(scram=False, certificate_authority_arns=[AUTHORITY], client_cidrs={"vpn": "10.80.0.0/16"})
    assert rules(plan) == {"kafka-vpn-iam": ("10.80.0.0/16", 9098), "kafka-vpn-tls": ("10.80.0.0/16", 9094)}


def test_certificate_authorities_enable_mutual_tls(inputs):
    assert inputs(certificate_authority_arns=[AUTHORITY])["clientAuthentication"] == {
        "sasl": {"scram": True, "iam": True},
        "tls": {"certificateAuthorityArns": [AUTHORITY]},
        "unauthenticated": False,
    }


def test_without_scram_no_secrets_key_is_created(create):
    plan = create(scram=False)
    assert "kafka-secrets-key" not in [resource.name for resource in plan.resources]


def test_existing_keys_are_used(create):
    plan = create(kms_key_arn=KEY, secrets_kms_key_arn=KEY, log_kms_key_arn=KEY, users=["orders"])
    assert not plan.all("aws:kms/key:Key")
    assert plan["kafka-cluster"].inputs["encryptionInfo"]["encryptionAtRestKmsKeyArn"] == KEY
    assert plan["kafka-log-group"].inputs["kmsKeyId"] == KEY
    assert plan["kafka-orders-secret"].inputs["kmsKeyId"] == KEY


def test_with_an_existing_data_key_a_key_for_logs_is_created(create):
    plan = create(kms_key_arn=KEY)
    assert plan["kafka-logs-key"].urn in plan["kafka-log-group"].property_dependencies["kmsKeyId"]
    assert "logs.eu-west-1.amazonaws.com" in plan["kafka-logs-key"].inputs["policy"]


def test_with_an_existing_log_key_the_data_key_does_not_allow_logs(create):
    assert "logs." not in create(log_kms_key_arn=KEY)["kafka-data-key"].inputs["policy"]


def test_protect_applies_to_the_cluster_and_its_keys(create):
    plan = create(users=["orders"])
    assert [resource.name for resource in plan.resources if resource.protect] == [
        "kafka-cluster",
        "kafka-data-key",
        "kafka-secrets-key",
    ]
    assert not [resource for resource in create(users=["orders"], protect=False).resources if resource.protect]


def test_all_taggable_resources_are_tagged(create):
    plan = create(users=["orders"], client_cidrs={"vpn": "10.80.0.0/16"}, tags={"team": "streaming"})
    tagged = {
        resource.name for resource in plan.resources if (resource.inputs.get("tags") or {}).get("team") == "streaming"
    }
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
            {"instance_type": "kafka.t3.small", "acknowledge": {"msk-burstable-brokers": "a test cluster"}},
            ["brokerNodeGroupInfo", "instanceType"],
            "kafka.t3.small",
        ),
        ({"enhanced_monitoring": "DEFAULT"}, ["enhancedMonitoring"], "DEFAULT"),
        ({"iam": False}, ["clientAuthentication", "sasl"], {"scram": True, "iam": False}),
    ],
)
def test_arguments_set_inputs_of_the_cluster(inputs, args, path, value):
    block = inputs(**args)
    for key in path:
        block = block[key]
    assert block == value


def test_each_user_is_a_child_component(create):
    users = create(users=["kpow", "orders"], secret_recovery_window_days=7).all("moorings:index:MskScramUser")
    assert [user.name for user in users] == ["kafka-kpow", "kafka-orders"]
    assert {user.parent for user in users} == {"urn:pulumi:test::moorings::moorings:index:MskCluster::kafka"}


def test_users_have_the_settings_of_the_cluster(create):
    plan = create(users=["kpow", "orders"], secret_recovery_window_days=7, password_versions={"orders": 3})
    assert plan["kafka-kpow-secret"].inputs["recoveryWindowInDays"] == 7
    assert plan["kafka-kpow-password"].inputs["keepers"] == {"version": "1"}
    assert plan["kafka-orders-password"].inputs["keepers"] == {"version": "3"}


def everything_but(plan, user):
    return {
        resource.urn: resource.inputs for resource in plan.resources if not resource.name.startswith(f"kafka-{user}")
    }


def test_an_additional_user_changes_no_other_resource(create):
    two, three = create(users=["kpow", "orders"]), create(users=["orders", "audit", "kpow"])
    assert everything_but(three, "audit") == everything_but(two, "audit")


def test_a_new_password_changes_no_other_resource(create):
    before, after = create(users=["kpow", "orders"]), create(users=["kpow", "orders"], password_versions={"orders": 2})
    assert everything_but(before, "orders") == everything_but(after, "orders")
    assert before["kafka-orders-secret"].inputs == after["kafka-orders-secret"].inputs


def test_bootstrap_servers_are_one_broker_per_zone(kafka):
    servers = kafka(lambda cluster: cluster.bootstrap_servers, brokers_per_zone=2)
    assert {listener: addresses.count(",") for listener, addresses in servers.items()} == {"iam": 2, "scram": 2}
    assert all(address.endswith(":9096") for address in servers["scram"].split(","))


def test_brokers_are_sorted_by_id(kafka):
    addresses = kafka(lambda cluster: cluster.brokers("iam"), brokers_per_zone=2)
    assert [address.split(".")[0] for address in addresses] == ["b-1", "b-2", "b-3", "b-4", "b-5", "b-6"]
    assert all(address.endswith(":9098") for address in addresses)


def test_usernames(kafka):
    assert kafka(lambda cluster: cluster.usernames, users=["kpow", "orders"]) == ["kpow", "orders"]


def test_usernames_without_users(kafka):
    assert kafka(lambda cluster: cluster.usernames) == []


def test_user_secret_arns(kafka):
    arns = kafka(lambda cluster: cluster.user_secret_arns, users=["kpow"])
    assert list(arns) == ["kpow"]
    assert ":secret:AmazonMSK_kafka-kpow-" in arns["kpow"]


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
def test_outputs_are_set(kafka, output):
    assert kafka(lambda cluster: getattr(cluster, output))


def test_without_scram_the_secrets_key_output_is_none(deploy):
    keys = []
    deploy(lambda: keys.append(MskCluster("kafka", REQUIRED | {"scram": False}).secrets_kms_key_arn))
    assert keys == [None]


def test_connection_of_a_scram_user(kafka):
    def select(cluster):
        kpow = cluster.connection("kpow")
        return {name: getattr(kpow, name) for name in type(kpow).model_fields}

    connection = kafka(select, users=["kpow"])
    assert connection["listener"] == "scram"
    assert connection["username"] == "kpow"
    assert connection["password"].value
    assert connection["bootstrap_servers"].count(":9096") == 3
    assert ":secret:AmazonMSK_kafka-kpow-" in connection["secret_arn"]
    assert ":key/" in connection["kms_key_arn"]
    assert connection["security_group_id"].startswith("sg-")
    assert ":cluster/kafka-cluster" in connection["cluster_arn"]


def test_connection_without_a_user_uses_iam(kafka):
    connection = kafka(lambda cluster: {"servers": cluster.connection().bootstrap_servers})
    assert connection["servers"].count(":9098") == 3


def test_connection_with_mutual_tls(kafka):
    servers = kafka(
        lambda cluster: cluster.connection(listener="tls").bootstrap_servers, certificate_authority_arns=[AUTHORITY]
    )
    assert servers.count(":9094") == 3


@pytest.mark.parametrize(
    ("use", "rule", "path"),
    [
        (lambda cluster: cluster.connection("x"), "msk-unknown-user", "username"),
        (lambda cluster: cluster.user("kpov"), "msk-unknown-user", "username"),
        (lambda cluster: cluster.connection(), "msk-listener-disabled", "listener"),
        (lambda cluster: cluster.brokers("tls"), "msk-listener-disabled", "listener"),
        (lambda cluster: cluster.connection(listener="scram"), "msk-connection-user", "user"),
        (lambda cluster: cluster.connection("kpow", listener="sasl"), "argument-choice", "listener"),
        (lambda cluster: cluster.brokers("plaintext"), "msk-listener-disabled", "listener"),
        (lambda cluster: cluster.connection("kpow", route="custom-domain"), "msk-route-disabled", "route"),
        (lambda cluster: cluster.brokers("ssl"), "argument-choice", "listener"),
        (lambda cluster: cluster.connection("kpow", route="public"), "argument-choice", "route"),
    ],
)
def test_unknown_users_listeners_and_routes_are_rejected(deploy, rejected, use, rule, path):
    open_cluster = REQUIRED | {"iam": False, "users": ["kpow"], "allow_everyone_if_no_acl_found": True}
    with rejected(rule, path):
        deploy(lambda: use(MskCluster("kafka", open_cluster)))


def test_a_connection_of_a_user_with_iam_is_rejected(deploy, rejected):
    with rejected("msk-connection-user", "user"):
        deploy(lambda: MskCluster("kafka", REQUIRED | {"users": ["kpow"]}).connection("kpow", listener="iam"))


def test_outputs_of_a_user(deploy):
    def program():
        user = MskCluster("kafka", REQUIRED | {"users": ["kpow"]}).user("kpow")
        pulumi.export("policy", user.secret_read_policy)
        pulumi.export("version", user.secret_version_id)

    outputs = deploy(program).outputs
    assert "secret:AmazonMSK_kafka-kpow-" in outputs["policy"]
    assert outputs["version"]


def test_a_user_of_a_cluster_without_users_is_rejected(deploy, rejected):
    with rejected("msk-unknown-user", "username"):
        deploy(lambda: MskCluster("kafka", REQUIRED).connection("kpow"))


def test_a_user_of_a_cluster_without_scram_is_rejected(deploy, rejected):
    with rejected("msk-listener-disabled", "listener"):
        deploy(lambda: MskCluster("kafka", REQUIRED | {"scram": False}).connection("kpow"))


def test_a_preview_has_the_same_resources(create):
    args = {"users": ["kpow", "orders"], "client_cidrs": {"vpn": "10.80.0.0/16"}}
    assert create(preview=True, **args).urns == create(**args).urns


def test_plain_inputs_are_known_in_a_preview(create):
    cluster = create(preview=True)["kafka-cluster"].inputs
    assert cluster["kafkaVersion"] == "3.9.x.kraft"
    assert cluster["brokerNodeGroupInfo"]["instanceType"] == "kafka.m7g.large"


def test_the_number_of_zones_is_known_if_a_subnet_is_late(deploy):
    def program():
        unknown = pulumi.Output.from_input(SUBNETS[2])
        MskCluster("kafka", REQUIRED | {"subnet_ids": [*SUBNETS[:2], unknown]})

    assert "default.replication.factor=3" in deploy(program)["kafka-configuration"].inputs["serverProperties"]


def test_a_late_list_of_subnets_is_counted_when_it_resolves(deploy):
    plan = deploy(lambda: MskCluster("kafka", REQUIRED | {"subnet_ids": pulumi.Output.from_input(SUBNETS[:2])}))
    assert plan["kafka-cluster"].inputs["numberOfBrokerNodes"] == 2
    assert "default.replication.factor=2" in plan["kafka-configuration"].inputs["serverProperties"]


def additional(plan):
    """Names of the resources that are not created by default."""
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
    return sorted({resource.name for resource in plan.resources} - default)


def test_inputs_of_a_cluster_with_express_brokers(create):
    plan = create(broker_type="express")
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


def test_rebalancing_can_be_paused(create):
    plan = create(broker_type="express", rebalancing_paused=True)
    assert plan["kafka-cluster"].inputs["rebalancing"] == {"status": "PAUSED"}


def test_storage_autoscaling(create):
    plan = create(volume_autoscaling_max_gib=400, tags={"team": "streaming"})
    assert additional(plan) == ["kafka-volume-policy", "kafka-volume-target"]
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


def ignored_changes(deploy, **args):
    paths = []

    def record(props):
        if props.type_ == "aws:msk/cluster:Cluster":
            paths.extend(props.opts.ignore_changes or [])

    def program():
        opts = pulumi.ResourceOptions(transforms=[record])
        MskCluster("kafka", REQUIRED | args, opts)

    deploy(program)
    return paths


def test_the_volume_size_is_ignored_only_with_autoscaling(deploy):
    assert ignored_changes(deploy) == []
    assert ignored_changes(deploy, volume_autoscaling_max_gib=400) == [
        "brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize"
    ]


def test_tiered_storage(create):
    assert create(tiered_storage=True)["kafka-cluster"].inputs["storageMode"] == "TIERED"


def ports(plan):
    return {
        rule.name: rule.inputs["fromPort"]
        for rule in plan.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    }


LOCKED = {"iam": False, "allow_everyone_if_no_acl_found": False, "acknowledge": {"msk-acl-lockout": "the ACLs exist"}}
PUBLIC = {"connectivity": "public", "public_client_cidrs": {"office": "203.0.113.0/24"}}


def test_public_access_is_prepared_with_a_warning(create, logged):
    plan = create(**PUBLIC)
    assert plan["kafka-cluster"].inputs["brokerNodeGroupInfo"]["connectivityInfo"] == {
        "publicAccess": {"type": "DISABLED"}
    }
    assert ports(plan) == {}
    assert logged(plan) == [("msk-connectivity-not-enabled", "connectivity_step")]


def test_explicit_preparation_causes_no_warning(create, logged):
    assert not logged(create(**PUBLIC, connectivity_step="prepare"))


def test_public_access_is_enabled_in_a_later_update(create, logged):
    plan = create(**PUBLIC, connectivity_step="enable", certificate_authority_arns=[AUTHORITY])
    assert plan["kafka-cluster"].inputs["brokerNodeGroupInfo"]["connectivityInfo"] == {
        "publicAccess": {"type": "SERVICE_PROVIDED_EIPS"}
    }
    assert ports(plan) == {"kafka-office-iam": 9198, "kafka-office-scram": 9196, "kafka-office-tls": 9194}
    assert not logged(plan)


def test_private_link_is_enabled_in_a_later_update(create):
    args = {"connectivity": "private-link", "private_link_accounts": {"orders": "210987654321"}}
    plan = create(**args, connectivity_step="enable")
    info = plan["kafka-cluster"].inputs["brokerNodeGroupInfo"]["connectivityInfo"]
    assert info["vpcConnectivity"] == {"clientAuthentication": {"sasl": {"iam": True, "scram": True}, "tls": False}}
    assert additional(plan) == ["kafka-policy"]
    assert "vpcConnectivity" not in create(**args)["kafka-cluster"].inputs["brokerNodeGroupInfo"]["connectivityInfo"]


def test_private_link_accounts_may_only_connect(create):
    args = {
        "connectivity": "private-link",
        "connectivity_step": "enable",
        "private_link_accounts": {"orders": "210987654321", "audit": "109876543210"},
    }
    connect, log_in = json.loads(create(**args)["kafka-policy"].inputs["policy"])["Statement"]
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
    closed = args | LOCKED
    assert len(json.loads(create(**closed)["kafka-policy"].inputs["policy"])["Statement"]) == 1


def test_private_link_clients_have_permissions(create):
    plan = create(
        connectivity="private-link",
        private_link_accounts={"orders": "210987654321"},
        private_link_clients=[{"account": "orders", "read_topics": ["orders"], "consumer_groups": ["orders-*"]}],
    )
    statements = json.loads(plan["kafka-policy"].inputs["policy"])["Statement"]
    assert [statement["Sid"] for statement in statements] == [
        "ConnectVpc",
        "LogIn",
        "ConnectOrders",
        "ReadOrders",
        "JoinOrders",
    ]


def test_ipv6_clients_are_allowed_on_the_ipv6_ports(create):
    plan = create(dual_stack=True, client_ipv6_cidrs={"vpn": "2001:db8:1234::/56"})
    assert ports(plan) == {"kafka-vpn-iam": 20098, "kafka-vpn-scram": 20096}
    rule = plan["kafka-vpn-iam"].inputs
    assert rule["cidrIpv6"] == "2001:db8:1234::/56"
    assert "cidrIpv4" not in rule
    assert plan["kafka-cluster"].inputs["brokerNodeGroupInfo"]["connectivityInfo"]["networkType"] == "DUAL"


def test_prometheus_servers_are_allowed_on_the_exporter_ports(create):
    plan = create(prometheus_cidrs={"prometheus": "10.80.1.0/24"}, prometheus_security_group_ids={"grafana": GROUP})
    assert ports(plan) == {
        "kafka-grafana-jmx": 11001,
        "kafka-grafana-node": 11002,
        "kafka-prometheus-jmx": 11001,
        "kafka-prometheus-node": 11002,
    }
    assert plan["kafka-prometheus-jmx"].inputs["description"] == "prometheus to the jmx exporter"
    assert plan["kafka-cluster"].inputs["openMonitoring"]["prometheus"]["jmxExporter"] == {"enabledInBroker": True}


@pytest.mark.parametrize("scram", [False, True])
@pytest.mark.parametrize("iam", [False, True])
@pytest.mark.parametrize("authorities", [[], [AUTHORITY]])
def test_combinations_of_authentication_methods(create, rejected, scram, iam, authorities):
    args = {"scram": scram, "iam": iam, "certificate_authority_arns": authorities}
    if not (scram or iam or authorities):
        with rejected("msk-no-authentication", "scram"):
            create(**args)
        return
    assert create(**args)["kafka-cluster"].inputs["clientAuthentication"] == {
        "sasl": {"scram": scram, "iam": iam},
        "unauthenticated": False,
        **({"tls": {"certificateAuthorityArns": [AUTHORITY]}} if authorities else {}),
    }


def test_topics_are_created_and_protected(create):
    plan = create(
        topics=[
            KafkaTopic(name="orders", partitions=12, config={"retention.ms": "604800000", "cleanup.policy": "delete"}),
            {"name": "audit.v1", "partitions": 3, "replication_factor": 2, "config": {"min.insync.replicas": 1}},
        ]
    )
    assert additional(plan) == ["kafka-audit.v1-topic", "kafka-orders-topic"]
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


def test_protection_of_topics_can_be_turned_off(create):
    free = create(topics=[KafkaTopic(name="orders", partitions=1, protect=False)])
    assert not free["kafka-orders-topic"].protect
    assert not create(topics=[KafkaTopic(name="orders", partitions=1)], protect=False)["kafka-orders-topic"].protect


def test_an_additional_topic_changes_no_other_resource(create):
    one = create(topics=[KafkaTopic(name="b", partitions=1)])
    two = create(topics=[KafkaTopic(name="a", partitions=1), KafkaTopic(name="b", partitions=1)])
    rest = {resource.urn: resource.inputs for resource in two.resources if resource.name != "kafka-a-topic"}
    assert rest == {resource.urn: resource.inputs for resource in one.resources}


def test_topic_arns(deploy):
    def program():
        pulumi.export("none", MskCluster("kafka", REQUIRED).topic_arns)
        MskCluster("other", REQUIRED | {"topics": [KafkaTopic(name="orders", partitions=1)]}).topic_arns.apply(len)

    assert deploy(program).outputs["none"] == {}


def test_alarms_notify_the_topics(create):
    plan = create(alarm_topic_arns=[ALARM_TOPIC], disabled_alarms=["cpu"])
    alarms = plan.all("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert alarms
    assert all(alarm.inputs["alarmActions"] == [ALARM_TOPIC] for alarm in alarms)
    assert not [alarm for alarm in alarms if "-cpu" in alarm.name]


def test_without_topics_there_are_no_alarms(create):
    assert not create().all("aws:cloudwatch/metricAlarm:MetricAlarm")


def test_alarms_without_notifications(create, logged):
    plan = create(alarms=True)
    assert plan.all("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert logged(plan) == [("msk-silent-alarms", "alarm_topic_arns")]
    assert not logged(create(alarms=True, acknowledge={"msk-silent-alarms": "a dashboard shows them"}))


def test_alarms_can_be_turned_off(create):
    plan = create(alarms=False, alarm_topic_arns=[ALARM_TOPIC])
    assert not plan.all("aws:cloudwatch/metricAlarm:MetricAlarm")


@pytest.mark.parametrize("late", [False, True])
def test_burstable_brokers_have_an_alarm_of_their_credits(deploy, late):
    size = "kafka.t3.small"
    acknowledge = {"msk-burstable-brokers": "a test cluster"}

    def program():
        instance_type = pulumi.Output.from_input(size) if late else size
        args = {"instance_type": instance_type, "alarm_topic_arns": [ALARM_TOPIC], "acknowledge": acknowledge}
        MskCluster("kafka", REQUIRED | args)

    names = [resource.name for resource in deploy(program).resources]
    assert ("kafka-alarm-cpu-credits-1" in names) is not late


def test_dashboard(create):
    assert additional(create(dashboard=True)) == ["kafka-dashboard"]


def test_log_destinations(create):
    plan = create(
        cloudwatch_logs=False, log_bucket="acme-logs", log_bucket_prefix="kafka", log_firehose_stream="kafka-logs"
    )
    assert plan["kafka-cluster"].inputs["loggingInfo"]["brokerLogs"] == {
        "cloudwatchLogs": {"enabled": False},
        "firehose": {"deliveryStream": "kafka-logs", "enabled": True},
        "s3": {"bucket": "acme-logs", "enabled": True, "prefix": "kafka"},
    }
    assert not plan.all("aws:cloudwatch/logGroup:LogGroup")
    assert "logs." not in plan["kafka-data-key"].inputs["policy"]


def test_dns_records_of_brokers(create):
    plan = create(broker_hosted_zone_id="Z0123456789ABCDEFGHIJ", brokers_per_zone=2)
    records = plan.all("aws:route53/record:Record")
    assert [record.name for record in records] == [f"kafka-broker-{number}" for number in range(1, 7)]
    assert records[0].inputs["name"] == "b-1.kafka"
    assert [record.inputs["records"][0].split(".")[0] for record in records] == [
        f"b-{number}" for number in range(1, 7)
    ]


def test_rules_are_added_to_an_existing_security_group(create):
    plan = create(security_group_ids=[GROUP, OTHER_GROUP], client_cidrs={"vpn": "10.80.0.0/16"})
    assert not plan.all("aws:ec2/securityGroup:SecurityGroup")
    assert plan["kafka-cluster"].inputs["brokerNodeGroupInfo"]["securityGroups"][1:] == [OTHER_GROUP]
    assert plan["kafka-vpn-iam"].inputs["securityGroupId"] == GROUP


def connect(deploy, route, **args):
    security_group_ids = []

    def program():
        connection = MskCluster("kafka", REQUIRED | {"users": ["kpow"]} | args).connection("kpow", route=route)
        security_group_ids.append(connection.security_group_id)
        pulumi.export("servers", connection.bootstrap_servers)

    deploy(program, preview=True)
    return security_group_ids[0]


def test_public_connections_have_no_security_group(deploy):
    assert connect(deploy, "internet", connectivity="public", connectivity_step="enable") is None


def test_ipv6_connections_have_a_security_group(deploy):
    assert connect(deploy, "vpc-ipv6", dual_stack=True) is not None


@pytest.fixture
def no_bootstrap_brokers(monkeypatch):
    """Make the provider return no bootstrap brokers, as before a route is enabled."""
    empty = property(lambda _: pulumi.Output.from_input(""))
    for name in ("bootstrap_brokers_public_sasl_scram", "bootstrap_brokers_sasl_scram_ipv6"):
        monkeypatch.setattr(f"pulumi_aws.msk.Cluster.{name}", empty)


ENABLED_ROUTES = [
    ("internet", {"connectivity": "public", "connectivity_step": "enable"}),
    ("vpc-ipv6", {"dual_stack": True}),
]


@pytest.mark.usefixtures("no_bootstrap_brokers")
@pytest.mark.parametrize(("route", "args"), ENABLED_ROUTES)
def test_unpublished_bootstrap_brokers_are_unknown_in_a_preview(deploy, route, args):
    known = []

    def program():
        connection = MskCluster("kafka", REQUIRED | {"users": ["kpow"]} | args).connection("kpow", route=route)
        connection.bootstrap_servers.apply(known.append)

    deploy(program, preview=True)
    assert known == []


@pytest.mark.parametrize(("route", "args"), ENABLED_ROUTES)
def test_published_bootstrap_brokers_are_used(deploy, monkeypatch, route, args):
    brokers = "b-1-public.kafka.abc.c2.kafka.eu-west-1.amazonaws.com:9196"
    for name in ("bootstrap_brokers_public_sasl_scram", "bootstrap_brokers_sasl_scram_ipv6"):
        monkeypatch.setattr(f"pulumi_aws.msk.Cluster.{name}", property(lambda _: pulumi.Output.from_input(brokers)))
    known = []

    def program():
        connection = MskCluster("kafka", REQUIRED | {"users": ["kpow"]} | args).connection("kpow", route=route)
        pulumi.Output.from_input(connection.bootstrap_servers).apply(known.append)

    deploy(program)
    assert known == [brokers]


@pytest.mark.usefixtures("no_bootstrap_brokers")
@pytest.mark.parametrize(("route", "args"), ENABLED_ROUTES)
def test_unpublished_bootstrap_brokers_are_rejected_in_an_update(deploy, monkeypatch, rejected, route, args):
    monkeypatch.setattr("moorings.msk.broker_endpoints.is_dry_run", lambda: False)
    with rejected("msk-unpublished-addresses", "route"):
        deploy(lambda: MskCluster("kafka", REQUIRED | {"users": ["kpow"]} | args).connection("kpow", route=route))


@pytest.mark.parametrize(
    ("route", "args"), [("internet", {"connectivity": "public"}), ("internet", {}), ("vpc-ipv6", {})]
)
def test_disabled_routes_are_rejected(deploy, rejected, route, args):
    with rejected("msk-route-disabled", "route"):
        connect(deploy, route, **args)


def test_each_user_has_its_own_secret_association(create):
    plan = create(users=[f"user{number}" for number in range(50)])
    kinds = {resource.type for resource in plan.resources}
    assert "aws:msk/scramSecretAssociation:ScramSecretAssociation" not in kinds
    assert len(plan.all("aws:msk/singleScramSecretAssociation:SingleScramSecretAssociation")) == 50


def test_server_properties_may_be_late(deploy):
    def program():
        size = pulumi.Output.from_input("2097152")
        MskCluster("kafka", MskClusterArgs(**REQUIRED, server_properties={"message.max.bytes": size}))

    plan = deploy(program)
    assert "message.max.bytes=2097152\n" in plan["kafka-configuration"].inputs["serverProperties"]


@pytest.mark.parametrize(
    ("args", "registered"),
    [
        ({"min_insync_replicas": 3}, False),
        ({"server_properties": {"num.io.threads": "0"}}, False),
        ({"min_insync_replicas": 2}, True),
    ],
)
def test_the_cluster_waits_for_the_rules_of_late_values(deploy, args, registered):
    names = []

    def record(props):
        names.append(props.name)

    def late(value):
        return (
            {key: late(item) for key, item in value.items()}
            if isinstance(value, dict)
            else pulumi.Output.from_input(value)
        )

    def program():
        MskCluster("kafka", REQUIRED | late(args), pulumi.ResourceOptions(transforms=[record]))

    with nullcontext() if registered else pytest.raises(InvalidInput):
        deploy(program)
    assert ("kafka-cluster" in names) is registered
