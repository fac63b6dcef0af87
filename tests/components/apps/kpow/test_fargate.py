"""kPow on Fargate."""

import json

import pulumi
import pytest

from moorings import InvalidInput, KafkaConnection, KpowOnFargate, KpowOnFargateArgs

WHERE = "KpowOnFargate 'kpow'"
VPC, SUBNETS = "vpc-0d1c7a52e8b94f360", ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"]
GROUP, OTHER_GROUP = "sg-0b92d7f4a1e63c508", "sg-03a8c5e1f6d2b7940"
CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:kpow-license-a1B2c3"
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
LINES = ("LICENSE_ID", "LICENSE_CODE", "LICENSEE", "LICENSE_EXPIRY", "LICENSE_SIGNATURE")
LICENSE = {key: f"the {key}" for key in LINES}
MARKET = "709825985650.dkr.ecr.us-east-1.amazonaws.com/factor-house/kpow"
SERVERLESS = "boot-a1b2c3.c1.kafka-serverless.eu-west-1.amazonaws.com:9098"
DOOR = {"certificate_arn": CERTIFICATE, "health_check_path": "/healthy", "client_cidrs": {"vpn": "10.80.0.0/16"}}
CHECK = {"command": ["curl", "-fsS", "http://localhost:3000/healthy"]}


def scram(**changed):
    given = {
        "listener": "scram",
        "bootstrap_servers": "b-1.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9096,b-2.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9096,b-3.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9096",
        "username": "kpow",
        "password": "geheim",
        "security_group_id": GROUP,
    }
    return given | changed


def iam(**changed):
    given = {
        "listener": "iam",
        "bootstrap_servers": "b-1.payments:9098",
        "cluster_arn": CLUSTER,
        "security_group_id": GROUP,
    }
    return given | changed


def given(**changed):
    return {
        "kafka": scram(),
        "vpc_id": VPC,
        "subnet_ids": SUBNETS,
        "image": "factorhouse/kpow:96.2",
        "license": LICENSE,
        "without_login": True,
    } | changed


@pytest.fixture
def made(deploy):
    """Deploy kPow with the given arguments, whose outputs are exported."""

    def make(preview=False, name="kpow", **changed):
        def program():
            late = {key: value() if callable(value) else value for key, value in changed.items()}
            kpow = KpowOnFargate(name, KpowOnFargateArgs.from_input(f"KpowOnFargate {name!r}", given(**late)))
            for output in KpowOnFargate.__annotations__:
                pulumi.export(output, getattr(kpow, output))

        return deploy(program, preview=preview)

    return make


def container(plan):
    (found,) = json.loads(plan["kpow-task"].inputs["containerDefinitions"])
    return found


def environment(plan):
    return {each["name"]: each["value"] for each in container(plan)["environment"]}


def references(plan):
    return {each["name"]: each["valueFrom"] for each in container(plan)["secrets"]}


def kept(plan):
    """What lies in the component's own secret."""
    (version,) = plan.all("aws:secretsmanager/secretVersion:SecretVersion")
    return json.loads(version.inputs["secretString"].value)


def warnings(plan):
    return [text for severity, text, _ in plan.log if severity == "warning"]


def test_it_is_a_singleton_and_nothing_else(made):
    plan = made()
    assert [each.type for each in plan.resources if each.parent == plan.all("moorings:index:KpowOnFargate")[0].urn] == [
        "moorings:index:FargateSingleton"
    ]
    kinds = sorted(each.kind for each in plan.resources if each.custom)
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


def test_it_makes_the_same_in_a_preview(made):
    assert made(preview=True).urns == made().urns


def test_by_default_it_is_as_the_vendor_advises(made):
    plan = made()
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
    assert {each["containerPath"]: each["size"] for each in container(plan)["linuxParameters"]["tmpfs"]} == {
        "/opt/factorhouse/tmp": 100,
        "/tmp": 64,
    }
    assert container(plan)["portMappings"][0]["containerPort"] == 3000
    assert plan["kpow-service"].inputs["desiredCount"] == 1
    assert not warnings(plan)


def test_credentials_and_license_lie_in_a_secret(made):
    plan = made()
    line = 'org.apache.kafka.common.security.scram.ScramLoginModule required username="kpow" password="geheim";'
    assert kept(plan) == {**LICENSE, "SASL_JAAS_CONFIG": line}
    assert set(references(plan)) == {*LINES, "SASL_JAAS_CONFIG"}
    assert "geheim" not in plan["kpow-task"].inputs["containerDefinitions"]


def test_a_license_that_lies_elsewhere_never_goes_through_the_program(made):
    license_secret = {"secret_arn": SECRET, "kms_key_arn": KEY, "version_id": "0" * 32}
    plan = made(license={}, license_secret=license_secret)
    assert set(kept(plan)) == {"SASL_JAAS_CONFIG"}
    found = references(plan)
    assert {found[key] for key in LINES} == {f"{SECRET}:{key}::{'0' * 32}" for key in LINES}
    (policy,) = plan.all("aws:iam/rolePolicy:RolePolicy")
    assert SECRET in policy.inputs["policy"]
    assert KEY in policy.inputs["policy"]


def test_a_license_with_credits_has_a_key_more(made):
    keys = [*LINES, "LICENSE_CREDITS"]
    plan = made(license={}, license_secret={"secret_arn": SECRET}, license_secret_keys=keys)
    assert set(references(plan)) == {*keys, "SASL_JAAS_CONFIG"}


def task_policy(plan):
    found = [each for each in plan.all("aws:iam/rolePolicy:RolePolicy") if each.name == "kpow-task-policy"]
    return json.loads(found[0].inputs["policy"])["Statement"] if found else []


def test_the_hourly_image_may_meter(made):
    plan = made(license={}, marketplace="hourly", image=f"{MARKET}-hourly:96.2")
    (meter,) = task_policy(plan)
    assert (meter["Action"], meter["Resource"]) == ("aws-marketplace:RegisterUsage", "*")
    assert set(references(plan)) == {"SASL_JAAS_CONFIG"}
    execution = next(each for each in plan.all("aws:iam/rolePolicy:RolePolicy") if each.name == "kpow-execution-policy")
    assert "arn:aws:ecr:us-east-1:709825985650:repository/factor-house/kpow-hourly" in execution.inputs["policy"]


def test_the_annual_image_may_consume_its_license(made):
    plan = made(license={}, marketplace="annual", image=f"{MARKET}-annual:96.2")
    assert [each.inputs["policyArn"] for each in plan.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment")] == [
        "arn:aws:iam::aws:policy/service-role/AWSLicenseManagerConsumptionPolicy"
    ]
    assert not task_policy(plan)


def test_with_iam_it_needs_no_password_and_may_do_what_kpow_does(made):
    plan = made(kafka=iam())
    assert environment(plan)["SASL_JAAS_CONFIG"] == "software.amazon.msk.auth.iam.IAMLoginModule required;"
    assert set(kept(plan)) == set(LINES)
    topics = CLUSTER.replace(":cluster/", ":topic/")
    resources = {each["Resource"] for each in task_policy(plan) if isinstance(each["Resource"], str)}
    assert {f"{topics}/*", f"{topics}/__oprtr_*", f"{topics}/oprtr.compute.*"} <= resources
    assert plan.outputs["acl_commands"] == {}


def further(**changed):
    return {
        "payments": {"kafka": iam()},
        "trades": {"kafka": scram(username="reader", security_group_id=OTHER_GROUP)} | changed,
    }


def test_further_clusters_have_suffixes_rules_and_a_larger_task(made):
    plan = made(additional_clusters=further(environment_name="Trade book"))
    found = environment(plan)
    assert [found[f"ENVIRONMENT_NAME{suffix}"] for suffix in ("", "_2", "_3")] == ["kpow", "payments", "Trade book"]
    assert found["BOOTSTRAP_2"] == "b-1.payments:9098"
    assert 'username="reader"' in kept(plan)["SASL_JAAS_CONFIG_3"]
    assert plan["kpow-task"].inputs["memory"] == "4096"
    lets_in = {
        (each.inputs["securityGroupId"], each.inputs["fromPort"])
        for each in plan.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    }
    assert lets_in == {(GROUP, 9096), (GROUP, 9098), (OTHER_GROUP, 9096)}


def test_what_its_users_need_leaves_as_data_and_as_commands(made, deploy):
    plan = made(additional_clusters=further(), allow=["TOPIC_INSPECT"])
    commands = plan.outputs["acl_commands"]
    assert {name: len(found) for name, found in commands.items()} == {"kafka": 6, "trades": 3}
    assert all("User:reader" in each for each in commands["trades"])
    assert any("__oprtr_" in each for each in commands["kafka"])
    found = []
    deploy(lambda: found.append(KpowOnFargate("kpow", KpowOnFargateArgs(**given(additional_clusters=further())))))
    assert len(found[0].acls("kpow")) == 6
    assert len(found[0].acls("reader", "trades")) == 3


@pytest.mark.parametrize(
    ("late", "servers", "factor"), [(False, "a:1,b:1", "2"), (True, "a:1,b:1", "2"), (True, "a:1,b:1,c:1", "3")]
)
def test_its_topics_have_as_many_replicas_as_there_are_brokers(made, late, servers, factor):
    plan = made(kafka=lambda: scram(bootstrap_servers=pulumi.Output.from_input(servers) if late else servers))
    assert environment(plan)["REPLICATION_FACTOR"] == factor


def test_without_a_load_balancer_the_container_is_asked(made):
    assert container(made())["healthCheck"] == {
        "command": ["CMD", "curl", "-fsS", "http://localhost:3000/healthy"],
        "interval": 15,
        "retries": 3,
        "startPeriod": 300,
        "timeout": 5,
    }


def test_with_a_load_balancer_that_asks(made):
    plan = made(load_balancer={**DOOR, "domain_name": "kpow.example.com"})
    assert "healthCheck" not in container(plan)
    assert plan["kpow-tg"].inputs["healthCheck"]["path"] == "/healthy"
    assert plan["kpow-service"].inputs["healthCheckGracePeriodSeconds"] == 300
    assert environment(plan)["HTTP_FORWARDED"] == "true"
    (rule,) = plan.all("aws:lb/listenerRule:ListenerRule")
    assert rule.inputs["conditions"][0]["pathPattern"]["values"] == ["/metrics", "/metrics/*", "/offsets", "/offsets/*"]
    assert plan.outputs["url"] == "https://kpow.example.com"


def test_where_the_container_is_asked_the_load_balancer_may_ask_whether_it_is_up(made):
    plan = made(load_balancer={**DOOR, "health_check_path": "/up"}, health_check=CHECK)
    assert plan["kpow-tg"].inputs["healthCheck"]["path"] == "/up"
    assert container(plan)["healthCheck"]["command"][1] == "curl"


def test_where_the_load_balancer_asks_the_container_may_be_asked_something_else(made):
    plan = made(load_balancer=DOOR, health_check={"command": ["curl", "-fsS", "http://localhost:3000/up"]})
    assert plan["kpow-tg"].inputs["healthCheck"]["path"] == "/healthy"
    assert container(plan)["healthCheck"]["command"][-1] == "http://localhost:3000/up"


@pytest.mark.parametrize(
    ("given", "closed"),
    [
        (["/metrics", "/admin"], ["/metrics", "/admin", "/offsets", "/offsets/*"]),
        (["/metrics*", "/offsets*"], ["/metrics*", "/offsets*", "/offsets", "/offsets/*"]),
        (["/offsets", "/metrics"], ["/offsets", "/metrics", "/offsets/*"]),
        (["/admin"], ["/admin"]),
    ],
)
def test_offsets_are_closed_with_metrics(made, given, closed):
    (rule,) = made(load_balancer={**DOOR, "closed_paths": given}).all("aws:lb/listenerRule:ListenerRule")
    assert rule.inputs["conditions"][0]["pathPattern"]["values"] == closed


def test_nothing_is_closed_where_that_is_meant(made):
    assert not made(load_balancer={**DOOR, "closed_paths": []}).all("aws:lb/listenerRule:ListenerRule")


def test_with_https_of_its_own_it_is_asked_over_https(made):
    plan = made(https=True)
    assert environment(plan)["ENABLE_HTTPS"] == "true"
    assert container(plan)["healthCheck"]["command"] == [
        "CMD", "curl", "-fsS", "--insecure", "https://localhost:3000/healthy",
    ]  # fmt: skip
    door = {**DOOR, "target_protocol": "HTTPS", "health_check_port": 3000}
    assert made(https=True, load_balancer=door)["kpow-tg"].inputs["protocol"] == "HTTPS"
    asks = {"command": ["curl", "-fsSk", "https://localhost:3000/healthy"]}
    assert container(made(https=True, health_check=asks))["healthCheck"]["command"][-1] == asks["command"][-1]


def test_further_clusters_are_numbered_by_their_names(made):
    for names in (("payments", "trades"), ("trades", "payments")):
        found = environment(made(additional_clusters={name: {"kafka": scram()} for name in names}))
        assert [found[f"ENVIRONMENT_NAME_{number}"] for number in (2, 3)] == ["payments", "trades"]


def test_kpow_is_told_of_msk_serverless(made):
    plan = made(
        kafka=iam(bootstrap_servers=SERVERLESS),
        num_partitions=1,
        environment={"KAFKA_VARIANT": "MSK_SERVERLESS", "CLUSTER_ID": "orders"},
    )
    assert environment(plan)["NUM_PARTITIONS"] == "1"


def test_what_operators_set_reaches_the_service(made):
    plan = made(
        user="2000:2000",
        stop_timeout_seconds=60,
        memory_alarm_threshold_percent=95,
        environment={"SLACK_TOKEN": "a public one"},
        not_secret=["SLACK_TOKEN"],
    )
    assert (container(plan)["user"], container(plan)["stopTimeout"]) == ("2000:2000", 60)
    assert 95 in [each.inputs["threshold"] for each in plan.all("aws:cloudwatch/metricAlarm:MetricAlarm")]
    assert environment(plan)["SLACK_TOKEN"] == "a public one"
    assert not made(alarms=False).all("aws:cloudwatch/metricAlarm:MetricAlarm")


def test_registry_and_connect_are_told(made):
    plan = made(
        schema_registry={"url": "https://registry", "username": "reader", "password": "first word"},
        connect={"url": "http://connect:8083", "display_name": "Sinks"},
        egress={"connect": {"port": 8083, "cidr": "10.0.0.0/16"}},
    )
    found = environment(plan)
    assert found["SCHEMA_REGISTRY_AUTH"] == "USER_INFO"
    assert (found["CONNECT_REST_URL"], found["CONNECT_NAME"]) == ("http://connect:8083", "Sinks")
    assert kept(plan)["SCHEMA_REGISTRY_PASSWORD"] == "first word"


def test_what_is_told_besides_reaches_kpow(made):
    plan = made(
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
    found = environment(plan)
    assert (found["AUTH_PROVIDER_TYPE"], found["OKTA_ORGANISATION"]) == ("okta", "example")
    assert found["ALLOW_TOPIC_INSPECT"] == "true"
    assert kept(plan)["OPENID_CLIENT_SECRET"] == "third word"
    assert references(plan)["SLACK_WEBHOOK_URL"] == SECRET
    assert plan["kpow-task"].inputs["runtimePlatform"]["cpuArchitecture"] == "ARM64"
    assert not [each.name for each in plan.resources if each.protect]
    assert len(plan.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment")) == 1
    assert not warnings(plan)


def test_roles_are_told_by_a_file(made):
    mount = {
        "file_system_id": "fs-0d1c7a52e8b94f360",
        "access_point_id": "fsap-0d1c7a52e8b94f360",
        "security_group_id": GROUP,
        "read_only": True,
    }
    plan = made(
        auth_provider="okta",
        without_login=False,
        rbac_configuration_file="/etc/kpow/rbac.yaml",
        efs_mounts={"/etc/kpow": mount},
    )
    assert environment(plan)["RBAC_CONFIGURATION_FILE"] == "/etc/kpow/rbac.yaml"
    assert [each["containerPath"] for each in container(plan)["mountPoints"]] == ["/etc/kpow"]


NO_LOGIN = (
    "whoever reaches kPow uses it, as nobody logs in; give auth_provider, let the load balancer ask for a login, or say "
    "without_login=True if it is meant"
)


def test_a_kpow_for_everybody_is_warned_of(made):
    assert warnings(made(without_login=False)) == [NO_LOGIN]
    assert warnings(made(without_login=False, load_balancer=DOOR)) == [NO_LOGIN]


def test_a_login_at_the_load_balancer_is_enough(made):
    addresses = {
        each: f"https://login.example/{each}"
        for each in ("issuer", "authorization_endpoint", "token_endpoint", "user_info_endpoint")
    }
    oidc = {**addresses, "client_id": "kpow", "client_secret": "fourth word"}
    assert not warnings(
        made(without_login=False, load_balancer={**DOOR, "domain_name": "kpow.example.com", "oidc": oidc})
    )


@pytest.mark.parametrize("late", [False, True])
def test_a_smaller_task_is_warned_of_unless_it_is_meant(made, late):
    cpu = (lambda: pulumi.Output.from_input(512)) if late else 512
    assert warnings(made(cpu=cpu)) == [
        "cpu 512 and memory_mib 2048 are less than the vendor advises for 1 cluster, 1024 and 2048; give it more, or "
        "say smaller_than_advised=True if that is meant"
    ]
    assert not warnings(made(cpu=cpu, smaller_than_advised=True))


def test_both_sizes_are_taken_for_any_number_of_clusters(made):
    clusters = {f"cluster-{number}": {"kafka": scram()} for number in range(12)}
    assert made(additional_clusters=clusters, cpu=4096, memory_mib=16384)["kpow-task"].inputs["memory"] == "16384"


def test_in_a_preview_the_replicas_are_not_known_and_nothing_is_refused(deploy):
    def program():
        other = pulumi.StackReference("organization/moorings/kafka-production")
        kafka = KafkaConnection.from_stack(other, user="kpow")
        KpowOnFargate("kpow", KpowOnFargateArgs(**given(kafka=kafka, replication_factor=5)))

    assert "kpow-task" in [each.name for each in deploy(program, preview=True).resources]


SOLD = (
    f"image {MARKET}-hourly:96.2 is that of AWS Marketplace, which takes no license and wants the right to ask for one; "
    "say marketplace='hourly', and give no license"
)
HEALTH = (
    "streams_error_strategy {} needs a check that restarts kPow, and nothing asks /healthy: {}; let a health check ask "
    "/healthy"
)
STAYS = HEALTH.format("LOG_EXCEPTION", "kPow would stay without a user interface once its streams have failed")
EXITS = HEALTH.format(
    "LOG_AND_EXIT", "kPow exits when its streams fail, and whatever else goes wrong would stay unseen"
)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"desired_count": 2}, ".desired_count: must be 1, or 0 to pause the service, got 2; a singleton runs one "
                               "task"),
        ({"license": {}}, ": kPow has exactly one of license, license_secret and marketplace, not none"),
        (
            {"marketplace": "hourly"},
            ": kPow has exactly one of license, license_secret and marketplace, not license and marketplace",
        ),
        (
            {"license": {"LICENSE_ID": "hidden"}},
            ": the license lacks LICENSE_CODE, LICENSEE, LICENSE_EXPIRY, LICENSE_SIGNATURE; copy every line of it that "
            "the vendor sent",
        ),
        (
            {"license": {}, "license_secret": {"secret_arn": SECRET, "json_key": "LICENSE"}},
            ": license_secret is read key by key; leave its json_key out, and see license_secret_keys",
        ),
        (
            {"license": {}, "marketplace": "hourly", "image": f"{MARKET}-annual:96.2"},
            f": image {MARKET}-annual:96.2 is that of the plan 'annual', and marketplace says 'hourly'; make them agree",
        ),
        (
            {"image": "factorhouse/kpow"},
            ".image: 'factorhouse/kpow' uses the mutable tag latest; set a version tag, or better a digest (registry.example/orders@sha256:...)",
        ),
        (
            {"image": "factorhouse/kpow:96.2-rh-ubi", "cpu_architecture": "ARM64"},
            ": image factorhouse/kpow:96.2-rh-ubi is built for X86_64 alone; take another, or leave cpu_architecture out",
        ),
        ({"additional_clusters": {"kafka": {"kafka": scram()}}}, ": additional_clusters has a cluster called kafka, as the first one is; rename it"),
        ({"allow": ["ACL_EDIT", "ACL_EDIT"]}, ": allow names ACL_EDIT more than once; name each action once"),
        ({"environment": {"PORT": "80"}}, ": PORT is not yours to set: kPow listens on 3000, which its health checks and rules count on"),
        ({"secret_environment": {"SASL_JAAS_CONFIG_2": "x"}}, ": SASL_JAAS_CONFIG_2 is what kafka sets; give it there"),
        (
            {"secrets": {"LICENSE_CODE": {"secret_arn": SECRET}}},
            ": LICENSE_CODE is what license or license_secret sets; give it there",
        ),
        (
            {"auth_provider": "okta"},
            ": without_login says that nobody logs in, and auth_provider is 'okta'; leave one out",
        ),
        (
            {"rbac_configuration_file": "/etc/kpow/rbac.yaml"},
            ": rbac_configuration_file speaks of users' roles, and nobody logs in; give auth_provider",
        ),
        (
            {
                "rbac_configuration_file": "/etc/kpow/rbac.yaml",
                "auth_provider": "okta",
                "without_login": False,
                "allow": ["ACL_EDIT"],
            },
            ": allow names ACL_EDIT, which rbac_configuration_file makes kPow pass over; say it in that file, and leave "
            "allow out",
        ),
        (
            {"load_balancer": {**DOOR, "login_by_application": True}},
            ": load_balancer.login_by_application says that kPow logs users in, and auth_provider is not set; set it",
        ),
        ({"health_check": {"command": ["curl", "http://localhost:3000/up"]}}, f": {STAYS}"),
        (
            {"health_check": {"command": ["curl", "http://localhost:3000/up"]}, "streams_error_strategy": "LOG_AND_EXIT"},
            f": {EXITS}",
        ),
        ({"load_balancer": {**DOOR, "health_check_path": "/up"}}, f": {STAYS}"),
        (
            {"load_balancer": {**DOOR, "health_check_path": "/"}, "streams_error_strategy": "LOG_AND_EXIT"},
            f": {EXITS}",
        ),
        (
            {"load_balancer": {**DOOR, "health_check_path": "/"}, "health_check": CHECK},
            ": load_balancer.health_check_path / is none of kPow's; say '/up'",
        ),
        (
            {"java_options": ["-Xmx1g"]},
            ".java_options: -Xmx1g would do nothing, as the image sets the heap to 70 percent of the memory afterwards; "
            "give memory_mib instead",
        ),
        (
            {"additional_clusters": {f"cluster-{number}": {"kafka": scram()} for number in range(12)}},
            ": the vendor has no figures for 13 clusters, 12 at most; give cpu and memory_mib",
        ),
        (
            {"schema_registry": {"url": "https://registry", "username": "reader"}},
            ".schema_registry: username and password go together; give both or none",
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
                "image": f"{MARKET}-annual:96.2",
                "task_policy_arns": {"marketplace": "arn:aws:iam::123456789012:policy/mine"},
            },
            ": task_policy_arns has a policy called marketplace, as that is which marketplace='annual' attaches; rename it",
        ),
        (
            {"load_balancer": {**DOOR, "closed_paths": ["/a", "/b", "/c", "/metrics"]}},
            ": load_balancer.closed_paths has 4 paths, and /offsets and /offsets/* go with /metrics; name at most 3",
        ),
        (
            {"load_balancer": {**DOOR, "health_check_port": 3001}},
            ": load_balancer.health_check_port is 3001, and kPow answers on 3000 alone; leave it out",
        ),
        (
            {"load_balancer": {**DOOR, "target_protocol": "HTTPS"}},
            ": load_balancer.target_protocol speaks HTTPS, and kPow serves HTTP, as https is False: no check would "
            "succeed; make them agree",
        ),
        (
            {"load_balancer": DOOR, "https": True},
            ": load_balancer.target_protocol speaks HTTP, and kPow serves HTTPS, as https is True: no check would "
            "succeed; make them agree",
        ),
        (
            {"health_check": CHECK, "https": True},
            ": health_check speaks HTTP, and kPow serves HTTPS, as https is True: no check would succeed; make them agree",
        ),
        (
            {"java_options": ["-Djavax.net.ssl.trustStorePassword=hidden"]},
            ": java_options[0]: contains a password and would be stored in plain text; move it to JDK_JAVA_OPTIONS in "
            "secret_environment, which Java reads as well",
        ),
        ({"image": f"{MARKET}-hourly:96.2"}, f": {SOLD}"),
        (
            {"cpu": 1024, "memory_mib": 1536},
            ": memory_mib: must be 2048 to 8192 MiB in steps of 1024 with cpu 1024, got 1536; use 2048",
        ),
    ],
)  # fmt: skip
def test_what_kpow_does_not_take_is_refused(made, changed, message):
    where = "FargateSingleton 'kpow'" if "memory_mib: must" in message else WHERE
    with pytest.raises(InvalidInput) as refused:
        made(**changed)
    assert str(refused.value) == f"{where}{message}"
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize(
    ("kafka", "message"),
    [
        (
            {"password": None, "secret_arn": SECRET},
            "kPow logs in with a JAAS line made of the password, which no platform composes from secret_arn; give a "
            "connection with the password",
        ),
        (
            {"listener": "tls", "bootstrap_servers": "b-1:9094", "username": None, "password": None},
            "kPow would need a key store for the tls listener; connect as a SCRAM user, or with iam",
        ),
        (
            {"listener": "iam", "bootstrap_servers": "b-1:9098", "username": None, "password": None},
            "kPow's IAM policy names the cluster; give a connection with the cluster_arn",
        ),
    ],
)
def test_a_connection_that_kpow_cannot_use_is_refused(made, kafka, message):
    with pytest.raises(InvalidInput) as refused:
        made(kafka=scram(**kafka))
    assert str(refused.value) == f"{WHERE}: {message}"
    with pytest.raises(InvalidInput) as refused:
        made(additional_clusters={"trades": {"kafka": scram(**kafka)}})
    assert str(refused.value) == f"{WHERE}.additional_clusters.trades: {message}"


def later(value):
    return pulumi.Output.from_input(value)


@pytest.mark.parametrize("wrap", [lambda value: value, later], ids=["plain", "late"])
@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            lambda wrap: {"kafka": scram(bootstrap_servers=wrap("a:1,b:1")), "replication_factor": 3},
            ": replication_factor 3 is more than the 2 brokers of the cluster; take 2 at most, or say with brokers how "
            "many there are",
        ),
        (
            lambda wrap: {"memory_mib": wrap(512), "cpu": 256},
            ": memory_mib 512 is too little: the image gives 358 MiB to Java's heap, and 189 MiB of files and logs in "
            "memory and 128 MiB of Java itself do not fit beside it; give at least 1057",
        ),
        (
            lambda wrap: {"image": wrap(f"{MARKET}-annual:96.2"), "license": {}, "marketplace": "hourly"},
            f": image {MARKET}-annual:96.2 is that of the plan 'annual', and marketplace says 'hourly'; make them agree",
        ),
        (lambda wrap: {"image": wrap(f"{MARKET}-hourly:96.2")}, f": {SOLD}"),
        (
            lambda wrap: {"image": wrap("factorhouse/kpow:96.2"), "license": {}, "marketplace": "annual"},
            ": image factorhouse/kpow:96.2 runs with a license alone, and marketplace says 'annual'; give the license "
            "instead, or the image of AWS Marketplace",
        ),
        (
            lambda wrap: {"image": wrap("factorhouse/kpow:96.2-rh-ubi"), "cpu_architecture": "ARM64"},
            ": image factorhouse/kpow:96.2-rh-ubi is built for X86_64 alone; take another, or leave cpu_architecture out",
        ),
        (
            lambda wrap: {"kafka": iam(bootstrap_servers=wrap(SERVERLESS))},
            f": {SERVERLESS} is MSK Serverless, which kPow must be told of; give KAFKA_VARIANT in environment "
            "(MSK_SERVERLESS) and CLUSTER_ID in environment and num_partitions=1",
        ),
        (
            lambda wrap: {"additional_clusters": {"payments": {"kafka": iam(bootstrap_servers=wrap(SERVERLESS))}}},
            f".additional_clusters.payments: {SERVERLESS} is MSK Serverless, which kPow must be told of; give KAFKA_VARIANT_2 "
            "in environment (MSK_SERVERLESS) and CLUSTER_ID_2 in environment",
        ),
        (
            lambda wrap: {"schema_registry": {"url": wrap("https://reader:hidden@registry")}},
            ".schema_registry.url: the address holds a user or a password; give username and password instead",
        ),
        (
            lambda wrap: {"schema_registry": {"url": wrap("registry:8081")}},
            ".schema_registry.url: 'registry:8081' is no address, such as https://registry.example:8081",
        ),
        (lambda wrap: {"load_balancer": {**DOOR, "health_check_path": wrap("/up")}}, f": {STAYS}"),
        (
            lambda wrap: {
                "load_balancer": {**DOOR, "health_check_path": wrap("/up")},
                "health_check": {"command": ["curl", "-fsS", "http://localhost:3000/up"]},
            },
            f": {STAYS}",
        ),
        (
            lambda wrap: {"connect": {"url": wrap("http://connect:8083")}},
            ".connect: http://connect:8083 is on port 8083, which the task may not call; add a rule for port 8083 to "
            "egress",
        ),
        (
            lambda wrap: {
                "additional_clusters": {"trades": {"kafka": scram(), "connect": {"url": wrap("http://connect")}}}
            },
            ".additional_clusters.trades.connect: http://connect is on port 80, which the task may not call; add a rule for "
            "port 80 to egress",
        ),
        (
            lambda wrap: {"allow_https_egress": False, "schema_registry": {"url": wrap("https://registry/api")}},
            ".schema_registry: https://registry/api is on port 443, which the task may not call; add a rule for port "
            "443 to egress",
        ),
    ],
)
def test_a_rule_holds_for_plain_and_late_values(deploy, changed, message, wrap):
    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: KpowOnFargate("kpow", KpowOnFargateArgs.from_input(WHERE, given(**changed(wrap)))))
    assert str(refused.value) == f"{WHERE}{message}"
