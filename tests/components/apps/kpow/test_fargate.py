"""KpowOnFargate."""

import json

import pulumi
import pytest

from moorings import InvalidInput, KafkaConnection, KpowOnFargate, KpowOnFargateArgs

COMPONENT = "KpowOnFargate 'kpow'"
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
        "without_login": True,
    } | changed


@pytest.fixture
def create(deploy):
    """Create kPow with these arguments and export its outputs."""

    def create_kpow(preview=False, name="kpow", **changed):
        def program():
            values = {key: value() if callable(value) else value for key, value in changed.items()}
            kpow = KpowOnFargate(name, KpowOnFargateArgs.from_input(f"KpowOnFargate {name!r}", kpow_args(**values)))
            for output in KpowOnFargate.__annotations__:
                pulumi.export(output, getattr(kpow, output))

        return deploy(program, preview=preview)

    return create_kpow


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


def warnings(plan):
    return [text for severity, text, _ in plan.log if severity == "warning"]


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


def test_defaults_follow_the_vendors_recommendations(create):
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
    assert not warnings(plan)


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
    plan = create(https=True)
    assert environment(plan)["ENABLE_HTTPS"] == "true"
    assert container(plan)["healthCheck"]["command"] == [
        "CMD", "curl", "-fsS", "--insecure", "https://localhost:3000/healthy",
    ]  # fmt: skip
    load_balancer = {**LOAD_BALANCER, "target_protocol": "HTTPS", "health_check_port": 3000}
    assert create(https=True, load_balancer=load_balancer)["kpow-tg"].inputs["protocol"] == "HTTPS"
    health_check = {"command": ["curl", "-fsSk", "https://localhost:3000/healthy"]}
    assert (
        container(create(https=True, health_check=health_check))["healthCheck"]["command"][-1]
        == health_check["command"][-1]
    )


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


def test_additional_settings(create):
    plan = create(
        auth_provider="okta",
        without_login=False,
        environment={"OKTA_ORGANISATION": "example"},
        secret_environment={"OPENID_CLIENT_SECRET": "third word"},
        secrets={"SLACK_WEBHOOK_URL": {"secret_arn": SECRET}},
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
    assert references(plan)["SLACK_WEBHOOK_URL"] == SECRET
    assert plan["kpow-task"].inputs["runtimePlatform"]["cpuArchitecture"] == "ARM64"
    assert not [resource.name for resource in plan.resources if resource.protect]
    assert len(plan.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment")) == 1
    assert not warnings(plan)


def test_rbac_configuration_file_on_efs(create):
    mount = {
        "file_system_id": "fs-0d1c7a52e8b94f360",
        "access_point_id": "fsap-0d1c7a52e8b94f360",
        "security_group_id": GROUP,
        "read_only": True,
    }
    plan = create(
        auth_provider="okta",
        without_login=False,
        rbac_configuration_file="/etc/kpow/rbac.yaml",
        efs_mounts={"/etc/kpow": mount},
    )
    assert environment(plan)["RBAC_CONFIGURATION_FILE"] == "/etc/kpow/rbac.yaml"
    assert [mount["containerPath"] for mount in container(plan)["mountPoints"]] == ["/etc/kpow"]


NO_LOGIN = (
    "kPow requires no login from its users; set auth_provider, configure a login at the load balancer, or set "
    "without_login=True"
)


def test_missing_login_causes_a_warning(create):
    assert warnings(create(without_login=False)) == [NO_LOGIN]
    assert warnings(create(without_login=False, load_balancer=LOAD_BALANCER)) == [NO_LOGIN]


def test_login_at_the_load_balancer_causes_no_warning(create):
    endpoints = {
        name: f"https://login.example/{name}"
        for name in ("issuer", "authorization_endpoint", "token_endpoint", "user_info_endpoint")
    }
    oidc = {**endpoints, "client_id": "kpow", "client_secret": "fourth word"}
    assert not warnings(
        create(without_login=False, load_balancer={**LOAD_BALANCER, "domain_name": "kpow.example.com", "oidc": oidc})
    )


@pytest.mark.parametrize("late", [False, True])
def test_small_task_causes_a_warning(create, late):
    cpu = (lambda: pulumi.Output.from_input(512)) if late else 512
    assert warnings(create(cpu=cpu)) == [
        "cpu 512 and memory_mib 2048 are smaller than recommended for 1 cluster (1024 and 2048); increase them, or "
        "set smaller_than_advised=True"
    ]
    assert not warnings(create(cpu=cpu, smaller_than_advised=True))


def test_explicit_size_for_any_number_of_clusters(create):
    clusters = {f"cluster-{number}": {"kafka": scram()} for number in range(12)}
    assert create(additional_clusters=clusters, cpu=4096, memory_mib=16384)["kpow-task"].inputs["memory"] == "16384"


def test_unknown_bootstrap_servers_are_accepted_in_a_preview(deploy):
    def program():
        other = pulumi.StackReference("organization/moorings/kafka-production")
        kafka = KafkaConnection.from_stack(other, user="kpow")
        KpowOnFargate("kpow", KpowOnFargateArgs(**kpow_args(kafka=kafka, replication_factor=5)))

    assert "kpow-task" in [resource.name for resource in deploy(program, preview=True).resources]


MARKETPLACE_IMAGE = (
    f"image: {MARKETPLACE}-hourly:96.2 is an AWS Marketplace image; set marketplace='hourly' and remove the license"
)
NO_HEALTH_CHECK = (
    "health_check: no health check requests /healthy, and with streams_error_strategy {} {}; request /healthy"
)
STAYS = NO_HEALTH_CHECK.format("LOG_EXCEPTION", "kPow stays without a user interface once its streams have failed")
EXITS = NO_HEALTH_CHECK.format(
    "LOG_AND_EXIT", "kPow exits once its streams have failed, but no other failure is detected"
)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"desired_count": 2}, ".desired_count: must be 1, or 0 to pause the service, got 2; a singleton runs one "
                               "task"),
        ({"license": {}}, ": license, license_secret, marketplace: exactly one is required, got none"),
        (
            {"marketplace": "hourly"},
            ": license, license_secret, marketplace: exactly one is required, got license and marketplace",
        ),
        (
            {"license": {"LICENSE_ID": "hidden"}},
            ": license: LICENSE_CODE, LICENSEE, LICENSE_EXPIRY, LICENSE_SIGNATURE missing; copy all lines of the license",
        ),
        (
            {"license": {}, "license_secret": {"secret_arn": SECRET, "json_key": "LICENSE"}},
            ": license_secret.json_key: not supported, because license_secret_keys lists the keys; remove it",
        ),
        (
            {"license": {}, "marketplace": "hourly", "image": f"{MARKETPLACE}-annual:96.2"},
            f": image: {MARKETPLACE}-annual:96.2 requires marketplace='annual', got 'hourly'; use the same plan",
        ),
        (
            {"image": "factorhouse/kpow"},
            ".image: 'factorhouse/kpow' uses the mutable tag latest; use a version tag, or preferably a digest "
            "(registry.example/orders@sha256:...)",
        ),
        (
            {"image": "factorhouse/kpow:96.2-rh-ubi", "cpu_architecture": "ARM64"},
            ": image: factorhouse/kpow:96.2-rh-ubi is built for X86_64 only; use another image, or remove cpu_architecture",
        ),
        ({"additional_clusters": {"kafka": {"kafka": scram()}}}, ": additional_clusters: kafka is the name of the primary cluster; rename the additional cluster"),
        ({"allow": ["ACL_EDIT", "ACL_EDIT"]}, ": allow: ACL_EDIT is listed more than once; remove the duplicates"),
        ({"environment": {"PORT": "80"}}, ": PORT: cannot be set, because kPow listens on 3000, which the health checks and network rules use"),
        ({"secret_environment": {"SASL_JAAS_CONFIG_2": "x"}}, ": SASL_JAAS_CONFIG_2: set by the argument kafka; use that instead"),
        (
            {"secrets": {"LICENSE_CODE": {"secret_arn": SECRET}}},
            ": LICENSE_CODE: set by the argument license or license_secret; use that instead",
        ),
        (
            {"auth_provider": "okta"},
            ": without_login: contradicts auth_provider 'okta'; remove one of them",
        ),
        (
            {"rbac_configuration_file": "/etc/kpow/rbac.yaml"},
            ": rbac_configuration_file: requires auth_provider, which provides the roles of users",
        ),
        (
            {
                "rbac_configuration_file": "/etc/kpow/rbac.yaml",
                "auth_provider": "okta",
                "without_login": False,
                "allow": ["ACL_EDIT"],
            },
            ": allow: ACL_EDIT has no effect with rbac_configuration_file; grant the actions in that file",
        ),
        (
            {"load_balancer": {**LOAD_BALANCER, "login_by_application": True}},
            ": load_balancer.login_by_application: requires auth_provider, with which kPow logs users in",
        ),
        ({"health_check": {"command": ["curl", "http://localhost:3000/up"]}}, f": {STAYS}"),
        (
            {"health_check": {"command": ["curl", "http://localhost:3000/up"]}, "streams_error_strategy": "LOG_AND_EXIT"},
            f": {EXITS}",
        ),
        ({"load_balancer": {**LOAD_BALANCER, "health_check_path": "/up"}}, f": {STAYS}"),
        (
            {"load_balancer": {**LOAD_BALANCER, "health_check_path": "/"}, "streams_error_strategy": "LOG_AND_EXIT"},
            f": {EXITS}",
        ),
        (
            {"load_balancer": {**LOAD_BALANCER, "health_check_path": "/"}, "health_check": HEALTH_CHECK},
            ": load_balancer.health_check_path: must be /healthy or /up, got /",
        ),
        (
            {"java_options": ["-Xmx1g"]},
            ".java_options: -Xmx1g has no effect, because the image sets the heap to 70 percent of the memory; set "
            "memory_mib instead",
        ),
        (
            {"additional_clusters": {f"cluster-{number}": {"kafka": scram()} for number in range(12)}},
            ": cpu, memory_mib: required for more than 12 clusters, got 13 clusters",
        ),
        (
            {"schema_registry": {"url": "https://registry", "username": "reader"}},
            ".schema_registry: username, password: set both or none",
        ),
        ({"replicas": 3}, ": replicas: not supported, because a singleton runs one task; desired_count=0 pauses it"),
        ({"autoscaling": {}}, ": autoscaling: not supported, because a singleton runs one task; desired_count=0 "
                              "pauses it"),
        (
            {"deployment_maximum_percent": 200},
            ": deployment_maximum_percent: not supported, because a singleton uses 0 and 100 percent, so that tasks "
            "never overlap",
        ),
        (
            {
                "license": {},
                "marketplace": "annual",
                "image": f"{MARKETPLACE}-annual:96.2",
                "task_policy_arns": {"marketplace": "arn:aws:iam::123456789012:policy/mine"},
            },
            ": task_policy_arns: the name marketplace is reserved with marketplace='annual'; rename the policy",
        ),
        (
            {"load_balancer": {**LOAD_BALANCER, "closed_paths": ["/a", "/b", "/c", "/metrics"]}},
            ": load_balancer.closed_paths: must have at most 3 paths, because /offsets and /offsets/* are closed with "
            "/metrics, got 4",
        ),
        (
            {"load_balancer": {**LOAD_BALANCER, "health_check_port": 3001}},
            ": load_balancer.health_check_port: must be 3000, got 3001; remove it",
        ),
        (
            {"load_balancer": {**LOAD_BALANCER, "target_protocol": "HTTPS"}},
            ": load_balancer.target_protocol: must use HTTP, because https is False, got HTTPS",
        ),
        (
            {"load_balancer": LOAD_BALANCER, "https": True},
            ": load_balancer.target_protocol: must use HTTPS, because https is True, got HTTP",
        ),
        (
            {"health_check": HEALTH_CHECK, "https": True},
            ": health_check: must use HTTPS, because https is True, got HTTP",
        ),
        (
            {"java_options": ["-Djavax.net.ssl.trustStorePassword=hidden"]},
            ": java_options[0]: contains a password and would be stored in plain text; move it to JDK_JAVA_OPTIONS in "
            "secret_environment, which Java also reads",
        ),
        ({"image": f"{MARKETPLACE}-hourly:96.2"}, f": {MARKETPLACE_IMAGE}"),
        (
            {"cpu": 1024, "memory_mib": 1536},
            ": memory_mib: must be 2048 to 8192 MiB in steps of 1024 with cpu 1024, got 1536; use 2048",
        ),
    ],
)  # fmt: skip
def test_invalid_arguments_are_rejected(create, changed, message):
    component = "FargateSingleton 'kpow'" if "MiB in steps of" in message else COMPONENT
    with pytest.raises(InvalidInput) as error:
        create(**changed)
    assert str(error.value) == f"{component}{message}"
    assert "hidden" not in str(error.value)


@pytest.mark.parametrize(
    ("kafka", "message"),
    [
        (
            {"password": None, "secret_arn": SECRET},
            "kPow needs the password for its JAAS configuration; use a connection with the password",
        ),
        (
            {"listener": "tls", "bootstrap_servers": "b-1:9094", "username": None, "password": None},
            "kPow needs a key store for the tls listener; connect with scram or iam",
        ),
        (
            {"listener": "iam", "bootstrap_servers": "b-1:9098", "username": None, "password": None},
            "kPow's IAM policy needs the cluster ARN; use a connection with cluster_arn",
        ),
    ],
)
def test_unsupported_connections_are_rejected(create, kafka, message):
    with pytest.raises(InvalidInput) as error:
        create(kafka=scram(**kafka))
    assert str(error.value) == f"{COMPONENT}.kafka: {message}"
    with pytest.raises(InvalidInput) as error:
        create(additional_clusters={"trades": {"kafka": scram(**kafka)}})
    assert str(error.value) == f"{COMPONENT}.additional_clusters.trades.kafka: {message}"


def late(value):
    return pulumi.Output.from_input(value)


@pytest.mark.parametrize("wrap", [lambda value: value, late], ids=["plain", "late"])
@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            lambda wrap: {"kafka": scram(bootstrap_servers=wrap("a:1,b:1")), "replication_factor": 3},
            ": replication_factor: must be at most 2, the number of brokers, got 3; set broker_count if there are more "
            "brokers than bootstrap servers",
        ),
        (
            lambda wrap: {"memory_mib": wrap(512), "cpu": 256},
            ": memory_mib: must be at least 1057, got 512; the JVM uses 358 MiB for the heap and at least 128 MiB outside "
            "of it, and in-memory files and log buffers use 189 MiB",
        ),
        (
            lambda wrap: {"image": wrap(f"{MARKETPLACE}-annual:96.2"), "license": {}, "marketplace": "hourly"},
            f": image: {MARKETPLACE}-annual:96.2 requires marketplace='annual', got 'hourly'; use the same plan",
        ),
        (lambda wrap: {"image": wrap(f"{MARKETPLACE}-hourly:96.2")}, f": {MARKETPLACE_IMAGE}"),
        (
            lambda wrap: {"image": wrap("factorhouse/kpow:96.2"), "license": {}, "marketplace": "annual"},
            ": image: factorhouse/kpow:96.2 requires a license, got marketplace='annual'; set a license instead, or use "
            "the AWS Marketplace image",
        ),
        (
            lambda wrap: {"image": wrap("factorhouse/kpow:96.2-rh-ubi"), "cpu_architecture": "ARM64"},
            ": image: factorhouse/kpow:96.2-rh-ubi is built for X86_64 only; use another image, or remove cpu_architecture",
        ),
        (
            lambda wrap: {"kafka": iam(bootstrap_servers=wrap(SERVERLESS))},
            f".kafka: {SERVERLESS} is MSK Serverless; set environment['KAFKA_VARIANT'] (MSK_SERVERLESS), "
            "environment['CLUSTER_ID'], num_partitions=1",
        ),
        (
            lambda wrap: {"additional_clusters": {"payments": {"kafka": iam(bootstrap_servers=wrap(SERVERLESS))}}},
            f".additional_clusters.payments.kafka: {SERVERLESS} is MSK Serverless; set environment['KAFKA_VARIANT_2'] "
            "(MSK_SERVERLESS), environment['CLUSTER_ID_2']",
        ),
        (
            lambda wrap: {"schema_registry": {"url": wrap("https://reader:hidden@registry")}},
            ".schema_registry.url: must not contain a user name or password; use username and password",
        ),
        (
            lambda wrap: {"schema_registry": {"url": wrap("registry:8081")}},
            ".schema_registry.url: must be a URL such as https://registry.example:8081, got 'registry:8081'",
        ),
        (lambda wrap: {"load_balancer": {**LOAD_BALANCER, "health_check_path": wrap("/up")}}, f": {STAYS}"),
        (
            lambda wrap: {
                "load_balancer": {**LOAD_BALANCER, "health_check_path": wrap("/up")},
                "health_check": {"command": ["curl", "-fsS", "http://localhost:3000/up"]},
            },
            f": {STAYS}",
        ),
        (
            lambda wrap: {"kafka_connect": {"url": wrap("http://connect:8083")}},
            ".kafka_connect.url: http://connect:8083 uses port 8083, which egress does not allow; add a rule to egress",
        ),
        (
            lambda wrap: {
                "additional_clusters": {"trades": {"kafka": scram(), "kafka_connect": {"url": wrap("http://connect")}}}
            },
            ".additional_clusters.trades.kafka_connect.url: http://connect uses port 80, which egress does not allow; "
            "add a rule to egress",
        ),
        (
            lambda wrap: {"allow_https_egress": False, "schema_registry": {"url": wrap("https://registry/api")}},
            ".schema_registry.url: https://registry/api uses port 443, which egress does not allow; add a rule to "
            "egress",
        ),
    ],
)
def test_checks_apply_to_plain_and_late_values(deploy, changed, message, wrap):
    with pytest.raises(InvalidInput) as error:
        deploy(lambda: KpowOnFargate("kpow", KpowOnFargateArgs.from_input(COMPONENT, kpow_args(**changed(wrap)))))
    assert str(error.value) == f"{COMPONENT}{message}"
