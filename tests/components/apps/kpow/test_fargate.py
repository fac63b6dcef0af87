"""KpowOnFargate."""

import json
from functools import partial

import pulumi
import pytest

from moorings import KafkaConnection, KpowOnFargate, KpowOnFargateArgs
from moorings.apps.kpow.fargate import marketplace_policy_arn
from moorings.aws.context import AwsContext

VPC, SUBNETS = "vpc-0d1c7a52e8b94f360", ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"]
GROUP, OTHER_GROUP = "sg-0b92d7f4a1e63c508", "sg-03a8c5e1f6d2b7940"
CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:kpow-license-a1B2c3"
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
LINES = ("LICENSE_ID", "LICENSE_CODE", "LICENSEE", "LICENSE_EXPIRY", "LICENSE_SIGNATURE")
LICENSE = {key: f"the {key}" for key in LINES}
MARKETPLACE = "709825985650.dkr.ecr.us-east-1.amazonaws.com/factor-house/kpow"
SERVERLESS = "boot-a1b2c3.c1.kafka-serverless.eu-west-1.amazonaws.com:9098"
LOAD_BALANCER = {
    "certificate_arn": CERTIFICATE,
    "health_check_path": "/healthy",
    "client_cidrs": {"vpn": "10.80.0.0/16"},
}
HEALTH_CHECK = {"command": ["curl", "-fsS", "http://localhost:3000/healthy"]}


def scram(**changed):
    connection = {
        "listener": "scram",
        "bootstrap_servers": "b-1.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9096,b-2.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9096,b-3.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9096",
        "username": "kpow",
        "password": "geheim",
        "security_group_id": GROUP,
    }
    return connection | changed


def iam(**changed):
    connection = {
        "listener": "iam",
        "bootstrap_servers": "b-1.payments:9098",
        "cluster_arn": CLUSTER,
        "security_group_id": GROUP,
    }
    return connection | changed


def kpow_args(**changed):
    return {
        "kafka": scram(),
        "vpc_id": VPC,
        "subnet_ids": SUBNETS,
        "image": "factorhouse/kpow:96.2",
        "license": LICENSE,
        "acknowledge": {"kpow-no-login": "only developers have access"},
    } | changed


def container(plan):
    (definition,) = json.loads(plan["kpow-task"].inputs["containerDefinitions"])
    return definition


def environment(plan):
    return {variable["name"]: variable["value"] for variable in container(plan)["environment"]}


def references(plan):
    return {secret["name"]: secret["valueFrom"] for secret in container(plan)["secrets"]}


def stored_secret(plan):
    """Return the variables in the component's secret."""
    (version,) = plan.all("aws:secretsmanager/secretVersion:SecretVersion")
    return json.loads(version.inputs["secretString"].value)


def test_component_creates_a_singleton_only(create):
    plan = create()
    kpow = plan.all("moorings:index:KpowOnFargate")[0].urn
    assert [resource.type for resource in plan.resources if resource.parent == kpow] == [
        "moorings:index:FargateSingleton"
    ]
    kinds = sorted(resource.kind for resource in plan.resources if resource.custom)
    assert kinds == [
        "cloudwatch.LogGroup",
        "cloudwatch.MetricAlarm",
        "cloudwatch.MetricAlarm",
        "ec2.SecurityGroup",
        "ecs.Cluster",
        "ecs.Service",
        "ecs.TaskDefinition",
        "iam.Role",
        "iam.Role",
        "iam.RolePolicy",
        "kms.Alias",
        "kms.Key",
        "secretsmanager.Secret",
        "secretsmanager.SecretVersion",
        "vpc.SecurityGroupEgressRule",
        "vpc.SecurityGroupEgressRule",
        "vpc.SecurityGroupIngressRule",
    ]


def test_preview_creates_the_same_resources(create):
    assert create(preview=True).urns == create().urns


def test_defaults_follow_the_vendors_recommendations(create, logged):
    plan = create()
    assert environment(plan) == {
        "ALLOW_UI_ANALYTICS": "false",
        "BOOTSTRAP": scram()["bootstrap_servers"],
        "ENVIRONMENT_NAME": "kpow",
        "LOG_FORMAT": "json",
        "NUM_PARTITIONS": "12",
        "REPLICATION_FACTOR": "3",
        "SASL_MECHANISM": "SCRAM-SHA-512",
        "SECURITY_PROTOCOL": "SASL_SSL",
        "STREAMS_ERROR_STRATEGY": "LOG_EXCEPTION",
    }
    task = plan["kpow-task"].inputs
    assert (task["cpu"], task["memory"]) == ("1024", "2048")
    assert container(plan)["user"] == "1001:1001"
    assert container(plan)["readonlyRootFilesystem"] is True
    assert {mount["containerPath"]: mount["size"] for mount in container(plan)["linuxParameters"]["tmpfs"]} == {
        "/opt/factorhouse/tmp": 100,
        "/tmp": 64,
    }
    assert container(plan)["portMappings"][0]["containerPort"] == 3000
    assert plan["kpow-service"].inputs["desiredCount"] == 1
    assert not logged(plan)


def test_credentials_and_license_are_stored_in_a_secret(create):
    plan = create()
    jaas_config = 'org.apache.kafka.common.security.scram.ScramLoginModule required username="kpow" password="geheim";'
    assert stored_secret(plan) == {**LICENSE, "SASL_JAAS_CONFIG": jaas_config}
    assert set(references(plan)) == {*LINES, "SASL_JAAS_CONFIG"}
    assert "geheim" not in plan["kpow-task"].inputs["containerDefinitions"]


def test_license_secret_is_read_by_ecs(create):
    license_secret = {"secret_arn": SECRET, "kms_key_arn": KEY, "version_id": "0" * 32}
    plan = create(license={}, license_secret=license_secret)
    assert set(stored_secret(plan)) == {"SASL_JAAS_CONFIG"}
    secrets = references(plan)
    assert {secrets[key] for key in LINES} == {f"{SECRET}:{key}::{'0' * 32}" for key in LINES}
    (policy,) = plan.all("aws:iam/rolePolicy:RolePolicy")
    assert SECRET in policy.inputs["policy"]
    assert KEY in policy.inputs["policy"]


def test_license_secret_is_not_a_parameter(create, rejected):
    with rejected("kpow-license-json-key", "license_secret.parameter_arn"):
        create(license={}, license_secret={"parameter_arn": "arn:aws:ssm:eu-west-1:123456789012:parameter/kpow"})


def test_license_secret_with_credits(create):
    keys = [*LINES, "LICENSE_CREDITS"]
    plan = create(license={}, license_secret={"secret_arn": SECRET}, license_secret_keys=keys)
    assert set(references(plan)) == {*keys, "SASL_JAAS_CONFIG"}


def task_policy(plan):
    policies = [policy for policy in plan.all("aws:iam/rolePolicy:RolePolicy") if policy.name == "kpow-task-policy"]
    return json.loads(policies[0].inputs["policy"])["Statement"] if policies else []


def test_hourly_plan_allows_metering(create):
    plan = create(license={}, marketplace="hourly", image=f"{MARKETPLACE}-hourly:96.2")
    (metering,) = task_policy(plan)
    assert (metering["Action"], metering["Resource"]) == ("aws-marketplace:RegisterUsage", "*")
    assert set(references(plan)) == {"SASL_JAAS_CONFIG"}
    policies = plan.all("aws:iam/rolePolicy:RolePolicy")
    execution = next(policy for policy in policies if policy.name == "kpow-execution-policy")
    assert "arn:aws:ecr:us-east-1:709825985650:repository/factor-house/kpow-hourly" in execution.inputs["policy"]


def test_annual_plan_attaches_the_license_manager_policy(create):
    plan = create(license={}, marketplace="annual", image=f"{MARKETPLACE}-annual:96.2")
    assert [
        attachment.inputs["policyArn"] for attachment in plan.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    ] == ["arn:aws:iam::aws:policy/service-role/AWSLicenseManagerConsumptionPolicy"]
    assert not task_policy(plan)


def test_iam_connection_needs_no_password_and_gets_a_task_policy(create):
    plan = create(kafka=iam())
    assert environment(plan)["SASL_JAAS_CONFIG"] == "software.amazon.msk.auth.iam.IAMLoginModule required;"
    assert set(stored_secret(plan)) == set(LINES)
    topics = CLUSTER.replace(":cluster/", ":topic/")
    resources = {statement["Resource"] for statement in task_policy(plan) if isinstance(statement["Resource"], str)}
    assert {f"{topics}/*", f"{topics}/__oprtr_*", f"{topics}/oprtr.compute.*"} <= resources
    assert plan.outputs["acl_commands"] == {}


def additional_clusters(**changed):
    return {
        "payments": {"kafka": iam()},
        "trades": {"kafka": scram(username="reader", security_group_id=OTHER_GROUP)} | changed,
    }


def test_additional_clusters_get_suffixes_rules_and_a_larger_task(create):
    plan = create(additional_clusters=additional_clusters(environment_name="Trade book"))
    variables = environment(plan)
    assert [variables[f"ENVIRONMENT_NAME{suffix}"] for suffix in ("", "_2", "_3")] == ["kpow", "payments", "Trade book"]
    assert variables["BOOTSTRAP_2"] == "b-1.payments:9098"
    assert 'username="reader"' in stored_secret(plan)["SASL_JAAS_CONFIG_3"]
    assert plan["kpow-task"].inputs["memory"] == "4096"
    ingress = {
        (rule.inputs["securityGroupId"], rule.inputs["fromPort"])
        for rule in plan.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    }
    assert ingress == {(GROUP, 9096), (GROUP, 9098), (OTHER_GROUP, 9096)}


def test_acls_are_returned_as_values_and_as_commands(create, deploy):
    plan = create(additional_clusters=additional_clusters(), allow=["TOPIC_INSPECT"])
    commands = plan.outputs["acl_commands"]
    assert {cluster: len(lines) for cluster, lines in commands.items()} == {"kafka": 6, "trades": 3}
    assert all("User:reader" in line for line in commands["trades"])
    assert any("__oprtr_" in line for line in commands["kafka"])
    components = []
    deploy(
        lambda: components.append(
            KpowOnFargate("kpow", KpowOnFargateArgs(**kpow_args(additional_clusters=additional_clusters())))
        )
    )
    assert len(components[0].acls("kpow")) == 6
    assert len(components[0].acls("reader", "trades")) == 3


@pytest.mark.parametrize(
    ("late", "servers", "factor"), [(False, "a:1,b:1", "2"), (True, "a:1,b:1", "2"), (True, "a:1,b:1,c:1", "3")]
)
def test_replication_factor_follows_the_number_of_bootstrap_servers(create, late, servers, factor):
    plan = create(kafka=lambda: scram(bootstrap_servers=pulumi.Output.from_input(servers) if late else servers))
    assert environment(plan)["REPLICATION_FACTOR"] == factor


def test_container_health_check_without_load_balancer(create):
    assert container(create())["healthCheck"] == {
        "command": ["CMD", "curl", "-fsS", "http://localhost:3000/healthy"],
        "interval": 15,
        "retries": 3,
        "startPeriod": 300,
        "timeout": 5,
    }


def test_load_balancer(create):
    plan = create(load_balancer={**LOAD_BALANCER, "domain_name": "kpow.example.com"})
    assert "healthCheck" not in container(plan)
    assert plan["kpow-tg"].inputs["healthCheck"]["path"] == "/healthy"
    assert plan["kpow-service"].inputs["healthCheckGracePeriodSeconds"] == 300
    assert environment(plan)["HTTP_FORWARDED"] == "true"
    (rule,) = plan.all("aws:lb/listenerRule:ListenerRule")
    assert rule.inputs["conditions"][0]["pathPattern"]["values"] == ["/metrics", "/metrics/*", "/offsets", "/offsets/*"]
    assert plan.outputs["url"] == "https://kpow.example.com"


def test_load_balancer_can_request_up_if_the_container_health_check_requests_healthy(create):
    plan = create(load_balancer={**LOAD_BALANCER, "health_check_path": "/up"}, health_check=HEALTH_CHECK)
    assert plan["kpow-tg"].inputs["healthCheck"]["path"] == "/up"
    assert container(plan)["healthCheck"]["command"][1] == "curl"


def test_container_health_check_can_request_up_if_the_load_balancer_requests_healthy(create):
    plan = create(load_balancer=LOAD_BALANCER, health_check={"command": ["curl", "-fsS", "http://localhost:3000/up"]})
    assert plan["kpow-tg"].inputs["healthCheck"]["path"] == "/healthy"
    assert container(plan)["healthCheck"]["command"][-1] == "http://localhost:3000/up"


@pytest.mark.parametrize(
    ("closed_paths", "values"),
    [
        (["/metrics", "/admin"], ["/metrics", "/admin", "/offsets", "/offsets/*"]),
        (["/metrics*", "/offsets*"], ["/metrics*", "/offsets*", "/offsets", "/offsets/*"]),
        (["/offsets", "/metrics"], ["/offsets", "/metrics", "/offsets/*"]),
        (["/admin"], ["/admin"]),
    ],
)
def test_load_balancer_closes_offsets_with_metrics(create, closed_paths, values):
    (rule,) = create(load_balancer={**LOAD_BALANCER, "closed_paths": closed_paths}).all(
        "aws:lb/listenerRule:ListenerRule"
    )
    assert rule.inputs["conditions"][0]["pathPattern"]["values"] == values


def test_load_balancer_without_closed_paths(create):
    assert not create(load_balancer={**LOAD_BALANCER, "closed_paths": []}).all("aws:lb/listenerRule:ListenerRule")


def test_health_checks_use_https_if_kpow_does(create):
    key_store = {"HTTPS_KEYSTORE_LOCATION": "/etc/kpow/kpow.jks"}
    create = partial(create, https=True, environment=key_store)
    plan = create()
    assert environment(plan)["ENABLE_HTTPS"] == "true"
    assert container(plan)["healthCheck"]["command"] == [
        "CMD", "curl", "-fsS", "--insecure", "https://localhost:3000/healthy",
    ]  # fmt: skip
    load_balancer = {**LOAD_BALANCER, "target_protocol": "HTTPS", "health_check_port": 3000}
    assert create(load_balancer=load_balancer)["kpow-tg"].inputs["protocol"] == "HTTPS"
    health_check = {"command": ["curl", "-fsSk", "https://localhost:3000/healthy"]}
    assert container(create(health_check=health_check))["healthCheck"]["command"][-1] == health_check["command"][-1]


def test_additional_clusters_are_numbered_by_name(create):
    for names in (("payments", "trades"), ("trades", "payments")):
        variables = environment(create(additional_clusters={name: {"kafka": scram()} for name in names}))
        assert [variables[f"ENVIRONMENT_NAME_{number}"] for number in (2, 3)] == ["payments", "trades"]


def test_msk_serverless(create):
    plan = create(
        kafka=iam(bootstrap_servers=SERVERLESS),
        num_partitions=1,
        environment={"KAFKA_VARIANT": "MSK_SERVERLESS", "CLUSTER_ID": "orders"},
    )
    assert environment(plan)["NUM_PARTITIONS"] == "1"


def test_singleton_arguments_are_passed_on(create):
    plan = create(
        user="2000:2000",
        stop_timeout_seconds=60,
        memory_alarm_threshold_percent=95,
        environment={"SLACK_TOKEN": "a public one"},
        not_secret=["SLACK_TOKEN"],
    )
    assert (container(plan)["user"], container(plan)["stopTimeout"]) == ("2000:2000", 60)
    assert 95 in [alarm.inputs["threshold"] for alarm in plan.all("aws:cloudwatch/metricAlarm:MetricAlarm")]
    assert environment(plan)["SLACK_TOKEN"] == "a public one"
    assert not create(alarms=False).all("aws:cloudwatch/metricAlarm:MetricAlarm")


def test_schema_registry_and_kafka_connect(create):
    plan = create(
        schema_registry={"url": "https://registry", "username": "reader", "password": "first word"},
        kafka_connect={"url": "http://connect:8083", "display_name": "Sinks"},
        egress={"connect": {"port": 8083, "cidr": "10.0.0.0/16"}},
    )
    variables = environment(plan)
    assert variables["SCHEMA_REGISTRY_AUTH"] == "USER_INFO"
    assert (variables["CONNECT_REST_URL"], variables["CONNECT_NAME"]) == ("http://connect:8083", "Sinks")
    assert stored_secret(plan)["SCHEMA_REGISTRY_PASSWORD"] == "first word"


OKTA = {
    "auth_provider": "okta",
    "environment": {"OKTA_ORGANISATION": "example", "AUTH_LANDING_URI": "https://kpow.example.com"},
    "secret_environment": {"OPENID_CLIENT_SECRET": "third word"},
    "secrets": {"OPENID_CLIENT_ID": {"secret_arn": SECRET}},
}


def test_additional_settings(create, logged):
    plan = create(
        **OKTA,
        allow=["TOPIC_INSPECT"],
        tags={"team": "streaming"},
        cpu_architecture="ARM64",
        log_retention_days=30,
        protect=False,
        task_policy_arns={"glue": "arn:aws:iam::aws:policy/AWSGlueSchemaRegistryReadonlyAccess"},
    )
    variables = environment(plan)
    assert (variables["AUTH_PROVIDER_TYPE"], variables["OKTA_ORGANISATION"]) == ("okta", "example")
    assert variables["ALLOW_TOPIC_INSPECT"] == "true"
    assert stored_secret(plan)["OPENID_CLIENT_SECRET"] == "third word"
    assert references(plan)["OPENID_CLIENT_ID"] == SECRET
    assert plan["kpow-task"].inputs["runtimePlatform"]["cpuArchitecture"] == "ARM64"
    assert not [resource.name for resource in plan.resources if resource.protect]
    assert len(plan.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment")) == 1
    assert not logged(plan)


def test_rbac_configuration_file_on_efs(create):
    mount = {
        "file_system_id": "fs-0d1c7a52e8b94f360",
        "access_point_id": "fsap-0d1c7a52e8b94f360",
        "security_group_id": GROUP,
        "read_only": True,
    }
    plan = create(**OKTA, rbac_configuration_file="/etc/kpow/rbac.yaml", efs_mounts={"/etc/kpow": mount})
    assert environment(plan)["RBAC_CONFIGURATION_FILE"] == "/etc/kpow/rbac.yaml"
    assert [mount["containerPath"] for mount in container(plan)["mountPoints"]] == ["/etc/kpow"]


@pytest.mark.parametrize(
    ("granted", "topics"),
    [
        ({"allow": ["TOPIC_INSPECT"]}, True),
        ({**OKTA, "rbac_configuration_file": "/etc/kpow/rbac.yaml", "rbac_actions": ["TOPIC_INSPECT"]}, True),
        ({"allow": ["TOPIC_CLONE"]}, False),
    ],
)
def test_granted_actions_decide_the_permissions_of_the_role(create, granted, topics):
    topic = f"{CLUSTER.replace(':cluster/', ':topic/')}/*"
    actions = [item["Action"] for item in task_policy(create(kafka=iam(), **granted)) if item["Resource"] == topic]
    assert ("kafka-cluster:ReadData" in actions[0]) == topics


def test_action_of_a_newer_release_is_allowed(create, logged):
    plan = create(allow=["TOPIC_CLONE"])
    assert environment(plan)["ALLOW_TOPIC_CLONE"] == "true"
    assert logged(plan) == [("kpow-unknown-action", "allow[0]")]


def test_login_provider_of_a_newer_release_is_allowed(create, logged):
    plan = create(auth_provider="entra", environment={"ENTRA_TENANT": "example"})
    assert environment(plan)["AUTH_PROVIDER_TYPE"] == "entra"
    assert logged(plan) == [("kpow-unknown-login-provider", "auth_provider")]


def test_unknown_variables_are_passed_on(create, logged):
    plan = create(environment={"KSQLDB_HOST": "ksqldb.example", "KSQLDB_PORT": "8088", "NEW_SETTING": "1"})
    assert environment(plan)["KSQLDB_HOST"] == "ksqldb.example"
    assert not logged(plan)


def test_variables_of_arguments_can_be_overridden(create):
    acknowledge = {"kpow-variable-of-argument": "the cluster uses SASL/PLAIN", "kpow-no-login": "an example"}
    jaas_config = {"SASL_JAAS_CONFIG": {"secret_arn": SECRET}}
    changed = {"environment": {"SASL_MECHANISM": "PLAIN"}, "secrets": jaas_config, "acknowledge": acknowledge}
    plan = create(kafka=scram(password=None, secret_arn=SECRET), **changed)
    assert environment(plan)["SASL_MECHANISM"] == "PLAIN"
    assert references(plan)["SASL_JAAS_CONFIG"] == SECRET


def test_role_without_cluster_arn_gets_no_permissions(create):
    acknowledge = {"kpow-no-cluster-arn": "task_policy_arns grants access", "kpow-no-login": "an example"}
    assert not task_policy(create(kafka=iam(cluster_arn=None), acknowledge=acknowledge))


def test_marketplace_policy_belongs_to_the_partition():
    context = AwsContext("aws-us-gov", "amazonaws.com", "us-gov-west-1", "123456789012")
    assert marketplace_policy_arn(context).startswith("arn:aws-us-gov:iam::aws:policy/")


def test_missing_login_causes_a_warning(create, logged):
    for changed in ({}, {"load_balancer": LOAD_BALANCER}):
        assert logged(create(acknowledge={}, **changed)) == [("kpow-no-login", "auth_provider")]


def test_login_at_the_load_balancer_causes_no_warning(create, logged):
    endpoints = {
        name: f"https://login.example/{name}"
        for name in ("issuer", "authorization_endpoint", "token_endpoint", "user_info_endpoint")
    }
    oidc = {**endpoints, "client_id": "kpow", "client_secret": "fourth word"}
    load_balancer = {**LOAD_BALANCER, "domain_name": "kpow.example.com", "oidc": oidc}
    assert not logged(create(acknowledge={}, load_balancer=load_balancer))


def test_explicit_size_for_any_number_of_clusters(create, logged):
    clusters = {f"cluster-{number}": {"kafka": scram()} for number in range(12)}
    plan = create(additional_clusters=clusters, cpu=4096, memory_mib=16384)
    assert plan["kpow-task"].inputs["memory"] == "16384"
    assert not logged(plan)


def test_unknown_bootstrap_servers_are_accepted_in_a_preview(deploy):
    def program():
        other = pulumi.StackReference("organization/moorings/kafka-production")
        kafka = KafkaConnection.from_stack(other, user="kpow")
        KpowOnFargate("kpow", KpowOnFargateArgs(**kpow_args(kafka=kafka, replication_factor=5)))

    assert "kpow-task" in [resource.name for resource in deploy(program, preview=True).resources]


def late(value):
    return pulumi.Output.from_input(value).apply(lambda resolved: resolved)


def test_task_is_not_registered_before_late_arguments_have_passed(deploy, rejected):
    registered = []

    def program():
        kafka = scram(bootstrap_servers=late("a:1,b:1"))
        kpow = KpowOnFargate("kpow", KpowOnFargateArgs(**kpow_args(kafka=kafka, replication_factor=3)))
        kpow.task_definition_arn.apply(registered.append)

    with rejected("kpow-replication-factor", "replication_factor"):
        deploy(program)
    assert not registered


def test_findings_of_the_service_are_forwarded(create, rejected):
    kafka = iam(security_group_id=None)
    with rejected("ecs-kafka-unreachable", "kafka"):
        create(kafka=kafka)
    acknowledge = {"ecs-kafka-unreachable": "rules are added elsewhere", "kpow-no-login": "an example"}
    assert create(kafka=kafka, acknowledge=acknowledge)["kpow-service"]
    with rejected("acknowledge-unknown", "acknowledge['kpow-no-logins']"):
        create(acknowledge={"kpow-no-logins": "misspelt"})
    with rejected("acknowledge-other-component", "acknowledge['msk-burstable-brokers']"):
        create(acknowledge={"msk-burstable-brokers": "a rule of another component"})


def test_login_of_kpow_is_sufficient_for_a_public_load_balancer(create, rejected, logged):
    public = {**LOAD_BALANCER, "internet_facing": True, "subnet_ids": SUBNETS, "domain_name": "kpow.example.com"}
    assert not logged(create(**OKTA, load_balancer=public))
    with rejected("ecs-public-without-login"):
        create(load_balancer=public)


def test_public_address_in_one_subnet(create, rejected):
    one_subnet = {"subnet_ids": SUBNETS[:1], "assign_public_ip": True, "client_cidrs": {"office": "203.0.113.0/24"}}
    with rejected("ecs-single-zone", "subnet_ids"):
        create(**one_subnet)
    acknowledge = {"kpow-no-login": "an example", "ecs-single-zone": "a demonstration, may be down for hours"}
    plan = create(**one_subnet, acknowledge=acknowledge)
    assert plan["kpow-service"].inputs["networkConfiguration"]["assignPublicIp"]
    assert plan["kpow-from-office"].inputs["fromPort"] == 3000


def test_plain_http_load_balancer(create, logged):
    balancer = {"health_check_path": "/healthy", "client_cidrs": {"vpn": "10.80.0.0/16"}, "listener_protocol": "HTTP"}
    acknowledge = {"kpow-no-login": "an example", "ecs-plain-http": "the VPN encrypts all connections"}
    plan = create(load_balancer=balancer, acknowledge=acknowledge)
    assert plan["kpow-http"].inputs["defaultActions"][0]["type"] == "forward"
    assert not logged(plan)


LISTENER = {
    "listener_arn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/edge/50dc6c495c0c9188/f2f7dc8efc522ab2",
    "hosts": ["kpow.example.com"],
    "health_check_path": "/healthy",
}


def test_existing_listener(create, logged):
    plan = create(existing_listener=LISTENER)
    closed = plan["kpow-listener-closed"].inputs["conditions"]
    assert closed == [
        {"hostHeader": {"values": ["kpow.example.com"]}},
        {"pathPattern": {"values": ["/metrics", "/metrics/*", "/offsets", "/offsets/*"]}},
    ]
    assert environment(plan)["HTTP_FORWARDED"] == "true"
    assert "healthCheck" not in container(plan)
    assert not logged(plan)


@pytest.mark.parametrize(
    ("settings", "rule", "path"),
    [
        ({"health_check_path": "/"}, "kpow-health-check-endpoint", "health_check_path"),
        ({"health_check_path": "/up"}, "kpow-health-check", "health_check_path"),
        ({"health_check_port": 3001}, "kpow-health-check-endpoint", "health_check_port"),
        ({"target_protocol": "HTTPS"}, "kpow-health-check-protocol", "target_protocol"),
        ({"closed_paths": ["/a", "/b", "/c", "/metrics"]}, "kpow-closed-paths", "closed_paths"),
    ],
)
def test_rules_apply_to_an_existing_listener(create, rejected, settings, rule, path):
    with rejected(rule, f"existing_listener.{path}"):
        create(existing_listener={**LISTENER, **settings})


def test_login_domain_is_one_of_the_hosts_of_an_existing_listener(create, logged):
    listener = {**LISTENER, "hosts": ["*.example.com"]}
    assert not logged(create(**OKTA, existing_listener=listener))
    other = create(**OKTA, existing_listener={**LISTENER, "hosts": ["kafka.example.org"]})
    assert [rule for rule, _ in logged(other)] == ["kpow-login-domain"]


API = {"listener_port": 3001, "application_port": 3001, "health_check_path": "/healthy", "health_check_port": 3000}


def test_api_port_behind_the_load_balancer(create, logged, rejected):
    plan = create(api_port=3001, load_balancer={**LOAD_BALANCER, "additional_listeners": {"api": API}})
    assert plan["kpow-alb-api-tg"].inputs["healthCheck"]["port"] == "3000"
    assert [target["containerPort"] for target in plan["kpow-service"].inputs["loadBalancers"]] == [3000, 3001]
    assert not logged(plan)
    without_port = {key: value for key, value in API.items() if key != "health_check_port"}
    with rejected("kpow-health-check-endpoint", "load_balancer.additional_listeners.api.health_check_port"):
        create(api_port=3001, load_balancer={**LOAD_BALANCER, "additional_listeners": {"api": without_port}})
