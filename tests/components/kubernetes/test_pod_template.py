"""Pod template, network policy and config objects of a workload."""

import pytest

DIGEST = "registry.example/orders@sha256:" + "0" * 64
SIDECAR = {"image": DIGEST, "cpu_request": "10m", "memory_request": "16Mi"}


@pytest.fixture
def pod(deploy_workload):
    """Deploy a workload with changes and return the spec of its pods."""

    def render(**changed):
        return deploy_workload(**changed)["orders-deployment"].inputs["spec"]["template"]["spec"]

    return render


@pytest.fixture
def main(pod):
    """Deploy a workload with a changed main container and return that container."""

    def render(**changed):
        return pod(container=changed)["containers"][0]

    return render


def test_image_pull_policy(main):
    assert main(image="registry.example/orders:1")["imagePullPolicy"] == "Always"


def test_command_and_args(main):
    container = main(command=["java"], args=["-jar", "orders.jar"])
    assert (container["command"], container["args"]) == (["java"], ["-jar", "orders.jar"])


def test_sources_of_environment_variables(deploy_workload):
    plan = deploy_workload(
        container={
            "environment": {"A": "1"},
            "config_map_environment": {"B": "2"},
            "secret_environment": {"C": "3"},
            "secrets": {"D": {"secret_name": "orders-database", "key": "password"}},
            "field_refs": {"E": "metadata.name"},
        }
    )
    container = plan["orders-deployment"].inputs["spec"]["template"]["spec"]["containers"][0]
    assert container["env"] == [
        {"name": "E", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "D", "valueFrom": {"secretKeyRef": {"name": "orders-database", "key": "password"}}},
        {"name": "A", "value": "1"},
    ]
    assert container["envFrom"] == [
        {"configMapRef": {"name": plan["orders-config"].id.removeprefix("shop/")}},
        {"secretRef": {"name": plan["orders-secrets"].id.removeprefix("shop/")}},
    ]


def test_variables_are_ordered_for_expansion(main):
    """The kubelet expands only variables that are set earlier."""
    container = main(environment={"ID": "orders-$(POD_NAME)"}, field_refs={"POD_NAME": "metadata.name"})
    assert [variable["name"] for variable in container["env"]] == ["POD_NAME", "ID"]


def test_late_secret_reference(main, late):
    container = main(secrets={"D": {"secret_name": late("orders-database"), "key": "password"}})
    assert container["env"][0]["valueFrom"] == {"secretKeyRef": {"name": "orders-database", "key": "password"}}


@pytest.mark.parametrize("argument", ["environment", "config_map_environment"])
def test_heap_size_of_a_jvm(main, argument):
    heap = {"name": "JAVA_TOOL_OPTIONS", "value": "-XX:MaxRAMPercentage=70"}
    assert main(runtime="jvm")["env"] == [heap]
    assert heap not in main(runtime="jvm", **{argument: {"JAVA_TOOL_OPTIONS": "-Xmx300m"}}).get("env", [])
    assert "env" not in main(runtime="ruby")


def test_resource_limits(main):
    resources = main(cpu_limit="1", memory_limit="1Gi", ephemeral_storage_request="1Gi", ephemeral_storage_limit="2Gi")[
        "resources"
    ]
    assert resources == {
        "requests": {"cpu": "250m", "memory": "512Mi", "ephemeral-storage": "1Gi"},
        "limits": {"cpu": "1", "memory": "1Gi", "ephemeral-storage": "2Gi"},
    }


def test_security_context_arguments(main):
    security = main(read_only_root_filesystem=False, net_bind_service=True, run_as_user=20000)["securityContext"]
    assert security == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]},
        "readOnlyRootFilesystem": False,
        "runAsUser": 20000,
    }


def test_mounted_files_and_empty_dirs(pod):
    spec = pod(
        container={
            "config_files": {"/etc/orders/a.conf": "x", "/etc/b/b.conf": "x"},
            "secret_files": {"/etc/orders/key": "x"},
            "memory_empty_dirs": {"/cache": "64Mi"},
        }
    )
    mounts = {mount["mountPath"]: mount for mount in spec["containers"][0]["volumeMounts"]}
    volumes = {volume["name"]: volume for volume in spec["volumes"]}
    assert list(mounts) == ["/tmp", "/cache", "/etc/orders", "/etc/b"]
    assert volumes[mounts["/cache"]["name"]]["emptyDir"] == {"sizeLimit": "64Mi", "medium": "Memory"}
    orders = volumes[mounts["/etc/orders"]["name"]]["projected"]
    assert orders["defaultMode"] == 0o440
    assert [next(iter(source.values()))["items"] for source in orders["sources"]] == [
        [{"key": "etc_orders_a.conf", "path": "a.conf"}],
        [{"key": "etc_orders_key", "path": "key"}],
    ]
    assert mounts["/etc/orders"]["readOnly"] is True


@pytest.mark.parametrize(
    ("probe", "handler"),
    [
        ({"http_get": "/ready", "scheme": "HTTPS"}, {"httpGet": {"path": "/ready", "port": "http", "scheme": "HTTPS"}}),
        ({"tcp_socket": True}, {"tcpSocket": {"port": "http"}}),
        ({"grpc": True}, {"grpc": {"port": 8080}}),
        ({"grpc": True, "grpc_service": "orders"}, {"grpc": {"port": 8080, "service": "orders"}}),
        ({"exec": ["true"]}, {"exec": {"command": ["true"]}}),
    ],
)
def test_probe_handlers(main, probe, handler):
    container = main(probes={"readiness": {"http_get": None, "success_threshold": 2, **probe}})
    times = {"periodSeconds": 5, "timeoutSeconds": 3, "failureThreshold": 2, "successThreshold": 2}
    assert container["readinessProbe"] == {**times, **handler}
    del times["successThreshold"]
    assert container["startupProbe"] == {**times, **handler, "failureThreshold": 30}


def test_no_probes(main):
    container = main(probes=None)
    assert not {"startupProbe", "readinessProbe", "livenessProbe"} & container.keys()


def test_default_startup_probe_with_liveness_alone(main):
    container = main(probes={"readiness": None, "startup_seconds": 61})
    assert container["startupProbe"]["httpGet"]["path"] == "/live"
    assert container["startupProbe"]["failureThreshold"] == 13
    assert container["startupProbe"]["timeoutSeconds"] == 3


def test_startup_probe(main):
    startup = {
        "http_get": "/started",
        "period_seconds": 10,
        "failure_threshold": 20,
        "timeout_seconds": 9,
        "initial_delay_seconds": 5,
    }
    assert main(probes={"startup": startup})["startupProbe"] == {
        "httpGet": {"path": "/started", "port": "http"},
        "periodSeconds": 10,
        "timeoutSeconds": 9,
        "failureThreshold": 20,
        "initialDelaySeconds": 5,
    }


def test_sidecars_and_init_containers(pod):
    spec = pod(
        sidecars={"proxy": {**SIDECAR, "ports": {"proxy": 9000}, "probes": {"readiness": {"tcp_socket": True}}}},
        init_containers={"migrate": {**SIDECAR, "probes": {"startup_seconds": 60}}},
    )
    proxy, migrate = spec["initContainers"]
    assert (proxy["name"], proxy["restartPolicy"]) == ("proxy", "Always")
    assert {"startupProbe", "readinessProbe"} <= proxy.keys()
    assert migrate["name"] == "migrate"
    assert not {"restartPolicy", "startupProbe"} & migrate.keys()
    for container in (proxy, migrate):
        assert container["securityContext"] == spec["containers"][0]["securityContext"]
        assert container["resources"]["limits"].keys() == {"memory", "ephemeral-storage"}
    assert "lifecycle" not in proxy


def test_no_pre_stop_sleep_without_a_service(pod):
    spec = pod(service_ports={})
    assert "lifecycle" not in spec["containers"][0]
    assert spec["terminationGracePeriodSeconds"] == 45


def test_each_container_has_its_own_config_map(deploy_workload):
    plan = deploy_workload(
        container={"config_map_environment": {"A": "1"}},
        sidecars={"proxy": {**SIDECAR, "config_map_environment": {"A": "2"}}},
    )
    assert plan["orders-config"].inputs["data"] == {"A": "1"}
    assert plan["orders-proxy-config"].inputs["data"] == {"A": "2"}


def test_config_objects_are_immutable_with_generated_names(deploy_workload):
    plan = deploy_workload(container={"config_map_environment": {"A": "1"}, "secret_environment": {"B": "2"}})
    for role in ("config", "secrets"):
        config_object = plan[f"orders-{role}"]
        assert config_object.inputs["immutable"] is True
        assert "name" not in config_object.inputs["metadata"]
        assert not config_object.retain_on_delete
    assert plan["orders-secrets"].inputs["type"] == "Opaque"


def test_retain_old_config(deploy_workload):
    assert deploy_workload(container={"config_map_environment": {"A": "1"}}, retain_old_config=True)[
        "orders-config"
    ].retain_on_delete


def test_network_policy_peers(deploy_workload):
    plan = deploy_workload(
        ingress_from=[
            {"namespace_selector": {"kubernetes.io/metadata.name": "ingress"}, "pod_selector": {"app": "nginx"}},
            {"cidr": "10.0.0.0/8", "ports": [8080]},
        ],
        egress_to=[{"cidr": "10.1.0.0/16", "ports": [9096]}, {"pod_selector": {"app": "db"}}],
    )
    spec = plan["orders-network-policy"].inputs["spec"]
    http = [{"protocol": "TCP", "port": 8080}]
    assert spec["ingress"] == [
        {
            "from": [
                {
                    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress"}},
                    "podSelector": {"matchLabels": {"app": "nginx"}},
                }
            ],
            "ports": http,
        },
        {"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}], "ports": http},
    ]
    assert spec["policyTypes"] == ["Ingress", "Egress"]
    dns, kafka, database = spec["egress"]
    assert [port["protocol"] for port in dns["ports"]] == ["UDP", "TCP"]
    assert kafka == {"to": [{"ipBlock": {"cidr": "10.1.0.0/16"}}], "ports": [{"protocol": "TCP", "port": 9096}]}
    assert database == {"to": [{"podSelector": {"matchLabels": {"app": "db"}}}]}


def test_network_policy_without_ports(deploy_workload):
    plan = deploy_workload(container={"ports": None, "probes": None}, ingress_from=[])
    assert plan["orders-network-policy"].inputs["spec"]["ingress"] == []


def test_no_clients_and_no_ports_cause_no_warning(deploy_workload, logged):
    assert not logged(deploy_workload(container={"ports": None, "probes": None}, ingress_from=None))


def test_metrics_of_every_type(deploy_workload):
    metrics = [
        {"type": "ContainerResource", "name": "cpu", "average_utilization": 60, "container": "main"},
        {"type": "ContainerResource", "name": "cpu", "average_utilization": 60, "container": "proxy"},
        {"type": "Pods", "name": "queued", "average_value": "50"},
        {
            "type": "Object",
            "name": "hits",
            "value": "2k",
            "object_api_version": "networking.k8s.io/v1",
            "object_kind": "Ingress",
            "object_name": "orders",
        },
        {"type": "External", "name": "lag", "average_value": "100", "match_labels": {"topic": "orders"}},
    ]
    plan = deploy_workload(
        sidecars={"proxy": SIDECAR},
        autoscaling={"max_replicas": 4, "memory_utilization_percent": 80, "metrics": metrics},
    )
    percent = {"type": "Utilization", "averageUtilization": 60}
    assert plan["orders-autoscaler"].inputs["spec"]["metrics"] == [
        {
            "type": "Resource",
            "resource": {"name": "memory", "target": {"type": "Utilization", "averageUtilization": 80}},
        },
        {"type": "ContainerResource", "containerResource": {"name": "cpu", "container": "orders", "target": percent}},
        {"type": "ContainerResource", "containerResource": {"name": "cpu", "container": "proxy", "target": percent}},
        {
            "type": "Pods",
            "pods": {"metric": {"name": "queued"}, "target": {"type": "AverageValue", "averageValue": "50"}},
        },
        {
            "type": "Object",
            "object": {
                "metric": {"name": "hits"},
                "target": {"type": "Value", "value": "2k"},
                "describedObject": {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "name": "orders"},
            },
        },
        {
            "type": "External",
            "external": {
                "metric": {"name": "lag", "selector": {"matchLabels": {"topic": "orders"}}},
                "target": {"type": "AverageValue", "averageValue": "100"},
            },
        },
    ]
