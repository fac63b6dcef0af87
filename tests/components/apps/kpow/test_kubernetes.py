"""kPow on Kubernetes."""

import json

import pulumi
import pytest

from moorings import InvalidInput, KpowOnKubernetes, KpowOnKubernetesArgs, StickyIngress

WHERE = "KpowOnKubernetes 'kpow'"
CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
LINES = ("LICENSE_ID", "LICENSE_CODE", "LICENSEE", "LICENSE_EXPIRY", "LICENSE_SIGNATURE")
LICENSE = {key: f"the {key}" for key in LINES}
MARKET = "709825985650.dkr.ecr.us-east-1.amazonaws.com/factor-house/kpow"
SCRAM = {
    "listener": "scram",
    "bootstrap_servers": "b-1.orders:9096,b-2.orders:9096,b-3.orders:9096",
    "username": "kpow",
    "password": "geheim",
}
IAM = {"listener": "iam", "bootstrap_servers": "b-1.payments:9098", "cluster_arn": CLUSTER}
IMAGE = f"factorhouse/kpow:96.2@sha256:{'0' * 64}"


def given(**changed):
    return {
        "kafka": SCRAM,
        "namespace": "tools",
        "image": IMAGE,
        "license": LICENSE,
        "without_login": True,
    } | changed


@pytest.fixture
def made(deploy):
    """Deploy kPow with the given arguments, whose outputs are exported."""

    def make(preview=False, reveal_secrets=True, **changed):
        def program():
            late = {key: value() if callable(value) else value for key, value in changed.items()}
            kpow = KpowOnKubernetes("kpow", KpowOnKubernetesArgs.from_input(WHERE, given(**late)))
            for output in KpowOnKubernetes.__annotations__:
                pulumi.export(output, getattr(kpow, output))

        return deploy(program, preview=preview, reveal_secrets=reveal_secrets)

    return make


def pod(plan):
    return plan["kpow-deployment"].inputs["spec"]["template"]["spec"]


def container(plan):
    (found,) = pod(plan)["containers"]
    return found


def told(plan, role):
    data = plan[f"kpow-{role}"].inputs
    known = data["data"] if "data" in data else data["stringData"]
    return {key: getattr(value, "value", value) for key, value in getattr(known, "value", known).items()}


def warnings(plan):
    return [text for severity, text, _ in plan.log if severity == "warning"]


def test_it_is_a_workload_and_nothing_else(made):
    plan = made()
    top = plan.all("moorings:index:KpowOnKubernetes")[0].urn
    assert [each.type for each in plan.resources if each.parent == top] == ["moorings:index:KubernetesWorkload"]
    assert sorted(each.name for each in plan.resources if each.custom) == [
        "kpow-account",
        "kpow-config",
        "kpow-deployment",
        "kpow-network-policy",
        "kpow-secrets",
        "kpow-service",
    ]
    assert not warnings(plan)


def test_it_makes_the_same_in_a_preview(made):
    assert made(preview=True).urns == made().urns


def test_there_is_one_pod_which_goes_before_the_next_one_comes(made):
    deployment = made()["kpow-deployment"].inputs
    assert deployment["spec"]["replicas"] == 1
    assert deployment["spec"]["strategy"] == {"type": "Recreate"}
    assert deployment["metadata"]["name"] == "kpow"
    assert made(object_name="kafka-ui")["kpow-deployment"].inputs["metadata"]["name"] == "kafka-ui"


def test_it_is_asked_as_the_vendor_says(made):
    found = container(made())
    asked = {role: found[f"{role}Probe"]["httpGet"] for role in ("startup", "readiness", "liveness")}
    assert asked == {
        "startup": {"path": "/healthy", "port": "http"},
        "readiness": {"path": "/up", "port": "http"},
        "liveness": {"path": "/healthy", "port": "http"},
    }
    assert found["startupProbe"]["failureThreshold"] * found["startupProbe"]["periodSeconds"] == 300
    secure = container(made(https=True, startup_seconds=600))
    assert {secure[f"{role}Probe"]["httpGet"]["scheme"] for role in asked} == {"HTTPS"}
    assert secure["startupProbe"]["failureThreshold"] == 120


def test_it_is_as_large_as_the_vendor_advises(made):
    resources = container(made())["resources"]
    assert (resources["requests"]["cpu"], resources["requests"]["memory"]) == ("1", "2Gi")
    assert resources["limits"]["memory"] == "2Gi"
    assert "cpu" not in resources["limits"]
    larger = container(made(additional_clusters={"payments": {"kafka": IAM}}))["resources"]
    assert larger["requests"]["memory"] == "4Gi"
    chosen = container(made(cpu=1536, memory_mib=3000))["resources"]["requests"]
    assert (chosen["cpu"], chosen["memory"]) == ("1500m", "3000Mi")


def test_it_may_do_nothing_but_write_its_temporary_files(made):
    plan = made()
    assert pod(plan)["securityContext"]["runAsUser"] == 1001
    assert pod(plan)["automountServiceAccountToken"] is False
    assert container(plan)["securityContext"]["readOnlyRootFilesystem"] is True
    folders = {each["mountPath"]: each["name"] for each in container(plan)["volumeMounts"]}
    sizes = {each["name"]: each["emptyDir"]["sizeLimit"] for each in pod(plan)["volumes"]}
    assert {path: sizes[name] for path, name in folders.items()} == {"/opt/factorhouse/tmp": "100Mi", "/tmp": "64Mi"}


def test_it_is_told_what_kpow_on_fargate_is_told(made):
    plan = made()
    assert told(plan, "config") == {
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
    line = 'org.apache.kafka.common.security.scram.ScramLoginModule required username="kpow" password="geheim";'
    assert told(plan, "secrets") == {**LICENSE, "SASL_JAAS_CONFIG": line}
    assert "HTTP_FORWARDED" not in told(made(behind_ingress=False), "config")


def test_what_is_secret_is_in_no_state(made):
    plan = made(reveal_secrets=False)
    assert set(plan["kpow-secrets"].inputs["stringData"].values()) == {"[secret]"}


@pytest.mark.parametrize("late", [False, True])
def test_a_license_that_lies_elsewhere_never_goes_through_the_program(made, late):
    name = "kpow-license"
    plan = made(license={}, license_secret_name=(lambda: pulumi.Output.from_input(name)) if late else name)
    assert set(told(plan, "secrets")) == {"SASL_JAAS_CONFIG"}
    found = {each["name"]: each["valueFrom"]["secretKeyRef"] for each in container(plan)["env"]}
    assert found == {key: {"name": name, "key": key} for key in LINES}


def test_with_iam_its_role_may_do_what_kpow_does(made):
    plan = made(kafka=IAM, license={}, marketplace="hourly", image=f"{MARKET}-hourly:96.2@sha256:{'0' * 64}")
    statements = json.loads(plan.outputs["iam_policy"])["Statement"]
    assert "aws-marketplace:RegisterUsage" in [each["Action"] for each in statements]
    assert f"{CLUSTER.replace(':cluster/', ':topic/')}/*" in [each["Resource"] for each in statements]
    assert told(plan, "config")["SASL_JAAS_CONFIG"] == "software.amazon.msk.auth.iam.IAMLoginModule required;"
    assert plan.outputs["acl_commands"] == {}
    assert "iam_policy" not in made().outputs


def test_what_its_user_needs_leaves_as_data_and_as_commands(made, deploy):
    assert len(made(allow=["TOPIC_INSPECT"]).outputs["acl_commands"]["kafka"]) == 6
    found = []
    deploy(lambda: found.append(KpowOnKubernetes("kpow", KpowOnKubernetesArgs(**given()))))
    assert len(found[0].acls("kpow")) == 6


def test_what_is_told_besides_reaches_it(made):
    plan = made(
        auth_provider="okta",
        without_login=False,
        rbac_configuration_file="/etc/kpow/rbac.yaml",
        config_files={"/etc/kpow/rbac.yaml": "authorized_roles: []"},
        environment={"SLACK_TOKEN": "a public one"},
        not_secret=["SLACK_TOKEN"],
        secret_environment={"OPENID_CLIENT_SECRET": "third word"},
        secrets={"SAML_CERT": {"secret_name": "kpow-login", "key": "certificate"}},
        prometheus=True,
        monitoring={"path": "/metrics/v1"},
        service_account_annotations={"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/kpow"},
        egress_to=[],
    )
    config = told(plan, "config")
    assert (config["AUTH_PROVIDER_TYPE"], config["SLACK_TOKEN"]) == ("okta", "a public one")
    assert told(plan, "secrets")["OPENID_CLIENT_SECRET"] == "third word"
    assert plan["kpow-monitor"].inputs["spec"]["endpoints"][0]["path"] == "/metrics/v1"
    assert plan["kpow-account"].inputs["metadata"]["annotations"]
    ports = [rule["ports"][0]["port"] for rule in plan["kpow-network-policy"].inputs["spec"]["egress"]]
    assert ports == [53, 9096]
    assert not warnings(plan)


def test_an_ingress_finds_it(deploy):
    def program():
        kpow = KpowOnKubernetes("kpow", given())
        StickyIngress(
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


def test_a_kpow_for_everybody_is_warned_of(made):
    assert warnings(made(without_login=False)) == [
        "whoever reaches kPow uses it, as nobody logs in; give auth_provider, let the ingress ask for a login, or say "
        "without_login=True if it is meant"
    ]


def test_a_smaller_pod_is_warned_of_unless_it_is_meant(made):
    assert warnings(made(cpu=512)) == [
        "cpu 512 and memory_mib 2048 are less than the vendor advises for 1 cluster, 1024 and 2048; give it more, or "
        "say smaller_than_advised=True if that is meant"
    ]
    assert not warnings(made(cpu=512, smaller_than_advised=True))


def later(value):
    return pulumi.Output.from_input(value)


@pytest.mark.parametrize("wrap", [lambda value: value, later], ids=["plain", "late"])
@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            lambda wrap: {"image": wrap(f"{MARKET}-hourly:96.2")},
            f": image {MARKET}-hourly:96.2 is that of AWS Marketplace, which takes no license and wants the right to ask "
            "for one; say marketplace='hourly', and give no license",
        ),
        (
            lambda wrap: {"kafka": {**SCRAM, "bootstrap_servers": wrap("a:1,b:1")}, "replication_factor": 3},
            ": replication_factor 3 is more than the 2 brokers of the cluster; take 2 at most, or say with brokers how "
            "many there are",
        ),
        (
            lambda wrap: {"license": {}, "license_secret_name": wrap("Kpow")},
            ".license_secret_name: 'Kpow' must be 1 to 253 lower-case letters, digits, hyphens and dots, and begin and "
            "end with a letter or digit",
        ),
        (
            lambda wrap: {"namespace": wrap("default")},
            ".namespace: 'default' is everybody's namespace; give the workload one of its own",
        ),
    ],
)
def test_a_rule_holds_for_plain_and_late_values(deploy, changed, message, wrap):
    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: KpowOnKubernetes("kpow", given(**changed(wrap))))
    assert str(refused.value) == f"{WHERE}{message}"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"replicas": 2},
            ": replicas: not supported, because kPow runs in one pod, which goes before the next one comes; nothing "
            "scales it",
        ),
        (
            {"strategy": "RollingUpdate"},
            ": strategy: not supported, because kPow runs in one pod, which goes before the next one comes; there "
            "is no other update",
        ),
        (
            {"license": {}},
            ": kPow has exactly one of license, license_secret_name and marketplace, not none",
        ),
        (
            {"license_secret_name": "kpow-license"},
            ": kPow has exactly one of license, license_secret_name and marketplace, not license and license_secret_name",
        ),
        (
            {"secrets": {"BOOTSTRAP": {"secret_name": "a", "key": "b"}}},
            ": BOOTSTRAP is what kafka sets; give it there",
        ),
        (
            {"memory_mib": 400},
            ": memory_mib 400 is too little: the image gives 280 MiB to Java's heap, and 0 MiB of files and logs in "
            "memory and 128 MiB of Java itself do not fit beside it; give at least 427",
        ),
        (
            {"monitoring": {"path": "/metrics/v1"}},
            ": monitoring reads metrics that kPow does not serve; say prometheus=True",
        ),
        (
            {"environment": {"SLACK_TOKEN": "hidden"}},
            ": environment: SLACK_TOKEN would be stored in plain text; move it to secret_environment or secrets, or add it "
            "to not_secret if it is not a secret",
        ),
        (
            {"not_secret": ["SLACK_TOKEN"]},
            ": not_secret: SLACK_TOKEN not found in environment; remove it",
        ),
    ],
)  # fmt: skip
def test_what_kpow_does_not_take_is_refused(made, changed, message):
    with pytest.raises(InvalidInput) as refused:
        made(**changed)
    assert str(refused.value) == f"{WHERE}{message}"
