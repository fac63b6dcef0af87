"""KpowOnKubernetes."""

import json

import pulumi
import pytest

from moorings import KpowOnKubernetes, KpowOnKubernetesArgs, WorkloadIngress
from moorings.apps.kpow.kubernetes_args import UNSUPPORTED_ARGUMENTS

CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
ROLE = "arn:aws:iam::123456789012:role/kpow"
LINES = ("LICENSE_ID", "LICENSE_CODE", "LICENSEE", "LICENSE_EXPIRY", "LICENSE_SIGNATURE")
LICENSE = {key: f"the {key}" for key in LINES}
MARKETPLACE = "709825985650.dkr.ecr.us-east-1.amazonaws.com/factor-house/kpow"
SCRAM = {
    "listener": "scram",
    "bootstrap_servers": "b-1.orders:9096,b-2.orders:9096,b-3.orders:9096",
    "username": "kpow",
    "password": "geheim",
}
IAM = {"listener": "iam", "bootstrap_servers": "b-1.payments:9098", "cluster_arn": CLUSTER}
IMAGE = f"registry.example/kpow:96.2@sha256:{'0' * 64}"


def kpow_args(**changed):
    return {
        "kafka": SCRAM,
        "namespace": "tools",
        "image": IMAGE,
        "license": LICENSE,
        "ingress_from": [{"cidr": "10.0.0.0/8"}],
        "egress_to": [{"cidr": "10.0.0.0/8"}],
        "acknowledge": {"kpow-no-login": "only developers have access"},
    } | changed


@pytest.fixture
def create(deploy):
    """Create kPow with these arguments and export its outputs."""

    def create_kpow(preview=False, reveal_secrets=True, **changed):
        def program():
            values = {key: value() if callable(value) else value for key, value in changed.items()}
            kpow = KpowOnKubernetes("kpow", KpowOnKubernetesArgs(**kpow_args(**values)))
            for output in KpowOnKubernetes.__annotations__:
                pulumi.export(output, getattr(kpow, output))

        return deploy(program, preview=preview, reveal_secrets=reveal_secrets)

    return create_kpow


def pod(plan):
    return plan["kpow-deployment"].inputs["spec"]["template"]["spec"]


def container(plan):
    (main_container,) = pod(plan)["containers"]
    return main_container


def variables(plan, role):
    """Return the variables in a ConfigMap or Secret."""
    inputs = plan[f"kpow-{role}"].inputs
    data = inputs["data"] if "data" in inputs else inputs["stringData"]
    return {key: getattr(value, "value", value) for key, value in getattr(data, "value", data).items()}


def test_component_creates_a_workload_only(create, logged):
    plan = create()
    kpow = plan.all("moorings:index:KpowOnKubernetes")[0].urn
    assert [resource.type for resource in plan.resources if resource.parent == kpow] == [
        "moorings:index:KubernetesWorkload"
    ]
    assert sorted(resource.name for resource in plan.resources if resource.custom) == [
        "kpow-account",
        "kpow-config",
        "kpow-deployment",
        "kpow-network-policy",
        "kpow-secrets",
        "kpow-service",
    ]
    assert not logged(plan)


def test_preview_creates_the_same_objects(create):
    assert create(preview=True).urns == create().urns


def test_single_pod_is_recreated(create):
    deployment = create()["kpow-deployment"].inputs
    assert deployment["spec"]["replicas"] == 1
    assert deployment["spec"]["strategy"] == {"type": "Recreate"}
    assert deployment["metadata"]["name"] == "kpow"
    assert create(object_name="kafka-ui")["kpow-deployment"].inputs["metadata"]["name"] == "kafka-ui"


def test_probes_follow_the_vendors_recommendations(create):
    main_container = container(create())
    requests = {role: main_container[f"{role}Probe"]["httpGet"] for role in ("startup", "readiness", "liveness")}
    assert requests == {
        "startup": {"path": "/healthy", "port": "http"},
        "readiness": {"path": "/up", "port": "http"},
        "liveness": {"path": "/healthy", "port": "http"},
    }
    assert main_container["startupProbe"]["failureThreshold"] * main_container["startupProbe"]["periodSeconds"] == 300
    key_store = {"HTTPS_KEYSTORE_LOCATION": "/etc/kpow/kpow.jks"}
    secure = container(create(https=True, environment=key_store, startup_seconds=600))
    assert {secure[f"{role}Probe"]["httpGet"]["scheme"] for role in requests} == {"HTTPS"}
    assert secure["startupProbe"]["failureThreshold"] == 120


def test_default_and_explicit_size(create):
    resources = container(create())["resources"]
    assert (resources["requests"]["cpu"], resources["requests"]["memory"]) == ("1", "2Gi")
    assert resources["limits"]["memory"] == "2Gi"
    assert "cpu" not in resources["limits"]
    larger = container(create(additional_clusters={"payments": {"kafka": IAM}}))["resources"]
    assert larger["requests"]["memory"] == "4Gi"
    chosen = container(create(cpu=1536, memory_mib=3000))["resources"]["requests"]
    assert (chosen["cpu"], chosen["memory"]) == ("1500m", "3000Mi")


def test_findings_of_the_workload_are_forwarded(create, logged):
    acknowledge = {"kpow-no-login": "an example", "k8s-image-tag": "tests only"}
    image = "registry.example/kpow:96.2"
    assert not logged(create(image=image, run_as_user=20000, run_as_group=20000, acknowledge=acknowledge))
    assert logged(create(image=image)) == [("k8s-image-tag", "container.image")]


def test_pod_can_write_only_to_its_temporary_directories(create):
    plan = create()
    assert pod(plan)["securityContext"]["runAsUser"] == 1001
    assert pod(plan)["automountServiceAccountToken"] is False
    assert container(plan)["securityContext"]["readOnlyRootFilesystem"] is True
    folders = {mount["mountPath"]: mount["name"] for mount in container(plan)["volumeMounts"]}
    sizes = {volume["name"]: volume["emptyDir"]["sizeLimit"] for volume in pod(plan)["volumes"]}
    assert {path: sizes[name] for path, name in folders.items()} == {"/opt/factorhouse/tmp": "100Mi", "/tmp": "64Mi"}


def test_environment_variables(create):
    plan = create()
    assert variables(plan, "config") == {
        "ALLOW_UI_ANALYTICS": "false",
        "BOOTSTRAP": SCRAM["bootstrap_servers"],
        "ENVIRONMENT_NAME": "kpow",
        "HTTP_FORWARDED": "true",
        "LOG_FORMAT": "json",
        "NUM_PARTITIONS": "12",
        "REPLICATION_FACTOR": "3",
        "SASL_MECHANISM": "SCRAM-SHA-512",
        "SECURITY_PROTOCOL": "SASL_SSL",
        "STREAMS_ERROR_STRATEGY": "LOG_EXCEPTION",
    }
    jaas_config = 'org.apache.kafka.common.security.scram.ScramLoginModule required username="kpow" password="geheim";'
    assert variables(plan, "secrets") == {**LICENSE, "SASL_JAAS_CONFIG": jaas_config}
    assert "HTTP_FORWARDED" not in variables(create(behind_ingress=False), "config")


def test_secrets_are_encrypted_in_the_state(create):
    plan = create(reveal_secrets=False)
    assert set(plan["kpow-secrets"].inputs["stringData"].values()) == {"[secret]"}


@pytest.mark.parametrize("late", [False, True])
def test_license_secret_is_referenced(create, late):
    name = "kpow-license"
    plan = create(license={}, license_secret_name=(lambda: pulumi.Output.from_input(name)) if late else name)
    assert set(variables(plan, "secrets")) == {"SASL_JAAS_CONFIG"}
    references = {variable["name"]: variable["valueFrom"]["secretKeyRef"] for variable in container(plan)["env"]}
    assert references == {key: {"name": name, "key": key} for key in LINES}


def test_iam_policy_of_iam_connection_and_hourly_plan(create):
    plan = create(kafka=IAM, license={}, marketplace="hourly", image=f"{MARKETPLACE}-hourly:96.2@sha256:{'0' * 64}")
    statements = json.loads(plan.outputs["iam_policy"])["Statement"]
    assert "aws-marketplace:RegisterUsage" in [statement["Action"] for statement in statements]
    assert f"{CLUSTER.replace(':cluster/', ':topic/')}/*" in [statement["Resource"] for statement in statements]
    assert variables(plan, "config")["SASL_JAAS_CONFIG"] == "software.amazon.msk.auth.iam.IAMLoginModule required;"
    assert plan.outputs["acl_commands"] == {}
    assert "iam_policy" not in create().outputs


def test_acls_are_returned_as_values_and_as_commands(create, deploy):
    assert len(create(allow=["TOPIC_INSPECT"]).outputs["acl_commands"]["kafka"]) == 6
    components = []
    deploy(lambda: components.append(KpowOnKubernetes("kpow", KpowOnKubernetesArgs(**kpow_args()))))
    assert len(components[0].acls("kpow")) == 6


def test_additional_settings(create, logged):
    plan = create(
        acknowledge={},
        auth_provider="okta",
        rbac_configuration_file="/etc/kpow/rbac.yaml",
        config_files={"/etc/kpow/rbac.yaml": "authorized_roles: []"},
        environment={
            "OKTA_ORGANISATION": "example",
            "OPENID_CLIENT_ID": "kpow",
            "AUTH_LANDING_URI": "https://kpow.example.com",
            "SLACK_TOKEN": "a public one",
        },
        not_secret=["SLACK_TOKEN"],
        secret_environment={"OPENID_CLIENT_SECRET": "third word"},
        secrets={"PROMETHEUS_PASSWORD": {"secret_name": "kpow-metrics", "key": "password"}},
        prometheus=True,
        monitoring={"path": "/metrics/v1"},
        service_account_annotations={"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/kpow"},
        egress_to=[],
    )
    config = variables(plan, "config")
    assert (config["AUTH_PROVIDER_TYPE"], config["SLACK_TOKEN"]) == ("okta", "a public one")
    assert variables(plan, "secrets")["OPENID_CLIENT_SECRET"] == "third word"
    assert plan["kpow-monitor"].inputs["spec"]["endpoints"][0]["path"] == "/metrics/v1"
    assert plan["kpow-account"].inputs["metadata"]["annotations"]
    ports = [rule["ports"][0]["port"] for rule in plan["kpow-network-policy"].inputs["spec"]["egress"]]
    assert ports == [53, 9096]
    assert not logged(plan)


def test_ingress_by_service_name(deploy):
    def program():
        kpow = KpowOnKubernetes("kpow", kpow_args())
        WorkloadIngress(
            "kpow",
            {
                "controller": "ingress-nginx",
                "hosts": ["kpow.example.com"],
                "backend": kpow.backend,
                "tls_secret_name": "kpow-tls",
            },
        )

    (ingress,) = deploy(program).all("kubernetes:networking.k8s.io/v1:Ingress")
    (path,) = ingress.inputs["spec"]["rules"][0]["http"]["paths"]
    assert path["backend"]["service"] == {"name": "kpow", "port": {"number": 3000}}


def test_missing_login_and_small_size_cause_warnings(create, logged):
    findings = [("kpow-no-login", "auth_provider"), ("kpow-small-size", "cpu")]
    assert logged(create(acknowledge={}, cpu=512)) == findings


@pytest.mark.parametrize(
    ("changed", "required"),
    [
        ({"kafka": IAM}, True),
        ({"license": {}, "marketplace": "annual"}, True),
        ({}, False),
        ({"kafka": IAM, "service_account_name": "kpow"}, False),
        ({"kafka": IAM, "service_account_annotations": {"eks.amazonaws.com/role-arn": ROLE}}, False),
    ],
)
def test_iam_role_of_the_service_account(create, logged, changed, required):
    image = f"{MARKETPLACE}-annual:96.2@sha256:{'0' * 64}" if "marketplace" in changed else IMAGE
    findings = logged(create(image=image, **changed))
    assert findings == ([("kpow-no-iam-role", "service_account_annotations")] if required else [])


def late(value):
    return pulumi.Output.from_input(value).apply(lambda resolved: resolved)


@pytest.mark.parametrize("wrap", [lambda value: value, late], ids=["plain", "late"])
@pytest.mark.parametrize(
    "case",
    [
        (lambda wrap: {"image": wrap(f"{MARKETPLACE}-hourly:96.2")}, "kpow-image-license", "image"),
        (
            lambda wrap: {"kafka": {**SCRAM, "bootstrap_servers": wrap("a:1,b:1")}, "replication_factor": 3},
            "kpow-replication-factor",
            "replication_factor",
        ),
        (
            lambda wrap: {"license": {}, "license_secret_name": wrap("Kpow")},
            "argument-format",
            "license_secret_name",
        ),
    ],
)
def test_invalid_plain_and_late_values_are_rejected(deploy, rejected, case, wrap):
    changed, rule, path = case
    with rejected(rule, path):
        deploy(lambda: KpowOnKubernetes("kpow", kpow_args(**changed(wrap))))


@pytest.mark.parametrize(
    ("changed", "rule", "path"),
    [
        ({"license": {}}, "kpow-license", "license"),
        ({"license_secret_name": "kpow-license"}, "kpow-license", "license"),
        (
            {"secrets": {"BOOTSTRAP": {"secret_name": "a", "key": "b"}}},
            "kpow-variable-of-argument",
            "secrets.BOOTSTRAP",
        ),
        ({"memory_mib": 400}, "kpow-memory", "memory_mib"),
    ],
)
def test_invalid_arguments_are_rejected(create, rejected, changed, rule, path):
    with rejected(rule, path):
        create(**changed)


@pytest.mark.parametrize("argument", UNSUPPORTED_ARGUMENTS)
def test_arguments_that_could_run_a_second_pod_are_rejected(create, rejected, argument):
    with rejected("kpow-several-pods", argument):
        create(**{argument: 2})


def test_the_service_can_be_a_load_balancer(create):
    program = create(
        service={"type": "LoadBalancer", "load_balancer_source_ranges": ["10.0.0.0/8"]},
        host_aliases={"10.0.0.10": ["kafka.corp.example"]},
    )
    spec = program["kpow-service"].inputs["spec"]
    assert (spec["type"], spec["loadBalancerSourceRanges"]) == ("LoadBalancer", ["10.0.0.0/8"])
    pod = program["kpow-deployment"].inputs["spec"]["template"]["spec"]
    assert pod["hostAliases"] == [{"ip": "10.0.0.10", "hostnames": ["kafka.corp.example"]}]
