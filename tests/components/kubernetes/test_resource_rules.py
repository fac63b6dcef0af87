"""Implausible quantities and heaps, and utilization that the limits do not allow."""

import pytest

DIGEST = "registry.example/orders@sha256:" + "0" * 64
SIDECAR = {"image": DIGEST, "cpu_request": "10m", "memory_request": "16Mi"}


def container(**changed):
    return {"container": changed}


def heap(options, **changed):
    return container(memory_request="1Gi", environment={"JAVA_TOOL_OPTIONS": options}, **changed)


def scaled(**changed):
    return {"autoscaling": {"max_replicas": 10, **changed}}


CPU_TARGET = "autoscaling.cpu_utilization_percent"
MEMORY_TARGET = "autoscaling.memory_utilization_percent"
OPTIONS = "container.environment.JAVA_TOOL_OPTIONS"

# Arguments, what is found in them, each with its path, and similar arguments that are valid.
CASES = {
    "CPU limit without unit": (
        container(cpu_limit="100"),
        [("k8s-cpu-unit", "container.cpu_limit")],
        container(cpu_limit="99"),
    ),
    "thousands of millicores": (
        container(cpu_request="100000m"),
        [("k8s-cpu-unit", "container.cpu_request")],
        container(cpu_request="64000m"),
    ),
    "less memory than a container needs": (
        container(memory_request="1000k"),
        [("k8s-memory-unit", "container.memory_request")],
        container(memory_request="1Mi"),
    ),
    "milli-bytes": (
        container(memory_request="512000m"),
        [("k8s-memory-unit", "container.memory_request")],
        container(memory_request="512M"),
    ),
    "memory limit without unit in a sidecar": (
        {"sidecars": {"proxy": {**SIDECAR, "memory_request": "64", "memory_limit": "128"}}},
        [
            ("k8s-memory-unit", "sidecars.proxy.memory_request"),
            ("k8s-memory-unit", "sidecars.proxy.memory_limit"),
        ],
        {"sidecars": {"proxy": {**SIDECAR, "memory_request": "64Mi", "memory_limit": "128Mi"}}},
    ),
    "more memory than a node has": (
        container(memory_request="512Ti"),
        [("k8s-memory-unit", "container.memory_request")],
        container(memory_request="32Ti"),
    ),
    "local disk without unit": (
        container(ephemeral_storage_request="100", ephemeral_storage_limit="1000", empty_dirs={}),
        [
            ("k8s-storage-unit", "container.ephemeral_storage_request"),
            ("k8s-storage-unit", "container.ephemeral_storage_limit"),
        ],
        container(ephemeral_storage_request="100Mi", ephemeral_storage_limit="1000Mi", empty_dirs={}),
    ),
    "directory in memory without unit": (
        container(memory_empty_dirs={"/cache": "64"}),
        [("k8s-storage-unit", "container.memory_empty_dirs['/cache']")],
        container(memory_empty_dirs={"/cache": "64Mi"}),
    ),
    "volume larger than any": (
        {"kind": "StatefulSet", "volumes": {"data": {"mount_path": "/data", "size": "10Pi"}}},
        [("k8s-volume-size-unit", "volumes.data.size")],
        {"kind": "StatefulSet", "volumes": {"data": {"mount_path": "/data", "size": "64Ti"}}},
    ),
    "heap in the command": (
        container(args=["-Xmx512m", "-jar", "orders.jar"]),
        [("k8s-jvm-heap", "container.args[0]")],
        container(args=["-Xmx300m", "-jar", "orders.jar"]),
    ),
    "heap in a variable of any name": (
        container(config_map_environment={"ORDERS_OPTS": "-server -Xmx1g"}),
        [("k8s-jvm-heap", "container.config_map_environment.ORDERS_OPTS")],
        container(config_map_environment={"ORDERS_OPTS": "-server -Xmx300m"}),
    ),
    "heap in a Secret": (
        container(secret_environment={"JAVA_OPTS": "-Xmx1g"}),
        [("k8s-jvm-heap", "container.secret_environment.JAVA_OPTS")],
        container(secret_environment={"JAVA_OPTS": "-Xmx300m"}),
    ),
    "heap as large as the limit": (heap("-Xmx1g"), [("k8s-jvm-heap", OPTIONS)], heap("-Xmx1g", memory_limit="2Gi")),
    "heap near the limit": (heap("-Xmx900m"), [("k8s-jvm-heap-headroom", OPTIONS)], heap("-Xmx870m")),
    "percentage as a fraction": (
        heap("-XX:MaxRAMPercentage=0.7"),
        [("k8s-jvm-heap", OPTIONS)],
        heap("-XX:MaxRAMPercentage=70.0"),
    ),
    "memory target that the limit does not allow to exceed": (
        scaled(memory_utilization_percent=91),
        [("k8s-autoscaler-target", MEMORY_TARGET)],
        scaled(memory_utilization_percent=90),
    ),
    "memory target with a higher limit": (
        {**container(memory_limit="768Mi"), **scaled(memory_utilization_percent=137)},
        [("k8s-autoscaler-target", MEMORY_TARGET)],
        {**container(memory_limit="1Gi"), **scaled(memory_utilization_percent=90)},
    ),
    "CPU target that the limits do not allow to exceed": (
        {**container(cpu_limit="250m"), **scaled(cpu_utilization_percent=95)},
        [("k8s-autoscaler-target", CPU_TARGET)],
        {**container(cpu_limit="300m"), **scaled(cpu_utilization_percent=95)},
    ),
    "tolerance that the limits do not allow": (
        {
            **container(cpu_limit="250m"),
            **scaled(cpu_utilization_percent=80, scale_up={"stabilization_window_seconds": 0, "tolerance": "0.3"}),
        },
        [("k8s-autoscaler-target", CPU_TARGET)],
        {
            **container(cpu_limit="250m"),
            **scaled(cpu_utilization_percent=80, scale_up={"stabilization_window_seconds": 0, "tolerance": "0.2"}),
        },
    ),
    "target of a metric": (
        scaled(metrics=[{"type": "Resource", "name": "cpu", "average_utilization": 101}]),
        [("k8s-autoscaler-target", "autoscaling.metrics[0].average_utilization")],
        scaled(metrics=[{"type": "Resource", "name": "cpu", "average_utilization": 100}]),
    ),
    "durations in milliseconds": (
        {
            "min_ready_seconds": 10000,
            "monitoring": {"interval_seconds": 30000},
            "container": {
                "probes": {"readiness": {"period_seconds": 5001, "timeout_seconds": 3000}, "startup_seconds": 150000}
            },
        },
        [
            ("k8s-implausible-seconds", "min_ready_seconds"),
            ("k8s-implausible-seconds", "container.probes.startup_seconds"),
            ("k8s-implausible-seconds", "container.probes.readiness.period_seconds"),
            ("k8s-implausible-seconds", "container.probes.readiness.timeout_seconds"),
            ("k8s-implausible-seconds", "monitoring.interval_seconds"),
        ],
        {"min_ready_seconds": 3600, "monitoring": {"interval_seconds": 3600}},
    ),
}


@pytest.mark.parametrize(("changed", "findings"), [case[:2] for case in CASES.values()], ids=CASES)
def test_invalid_arguments_are_found(findings_of, changed, findings):
    assert sorted(findings_of(**changed)) == sorted(findings)


@pytest.mark.parametrize("changed", [case[2] for case in CASES.values()], ids=CASES)
def test_similar_valid_arguments_are_accepted(deploy_workload, logged, changed):
    assert not [rule for rule, _ in logged(deploy_workload(**changed)) if rule.startswith("k8s-jvm")]


@pytest.mark.parametrize("argument", ["environment", "config_map_environment", "secret_environment"])
def test_late_heaps_are_compared_with_the_limit(findings_of, late, argument):
    findings = findings_of(**container(**{argument: {"JAVA_OPTS": late("-Xmx1g")}}))
    assert findings == [("k8s-jvm-heap", f"container.{argument}.JAVA_OPTS")]


def test_root_is_possible(deploy_workload):
    acknowledge = {"k8s-root-user": "the image only works as root"}
    proxy = {**SIDECAR, "run_as_user": 20000}
    plan = deploy_workload(run_as_user=0, sidecars={"proxy": proxy}, acknowledge=acknowledge)
    spec = plan["orders-deployment"].inputs["spec"]["template"]["spec"]
    assert (spec["securityContext"]["runAsNonRoot"], spec["securityContext"]["runAsUser"]) == (False, 0)
    assert spec["initContainers"][0]["securityContext"]["runAsUser"] == 20000
    plan = deploy_workload(sidecars={"proxy": {**SIDECAR, "run_as_user": 0}}, acknowledge=acknowledge)
    spec = plan["orders-deployment"].inputs["spec"]["template"]["spec"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    context = spec["initContainers"][0]["securityContext"]
    assert (context["runAsNonRoot"], context["runAsUser"]) == (False, 0)


@pytest.mark.parametrize(
    ("paths", "keys"),
    [
        (["/etc/orders/a.conf"], ["etc_orders_a.conf"]),
        (["/srv/a_b", "/srv/a/b"], ["srv_a_b", "srv_a_b-"]),
        (["/opt/my app/a"], ["opt_my_app_a-"]),
        (["/..data/a"], ["data_a-"]),
        ([f"/opt/a/{'b' * 300}"], ["b" * 200 + "-"]),
    ],
)
def test_keys_of_files(deploy_workload, paths, keys):
    plan = deploy_workload(container={"config_files": dict.fromkeys(paths, "x")})
    data = plan["orders-config-files"].inputs["data"]
    assert [key[: len(start)] for key, start in zip(sorted(data), keys, strict=True)] == keys
    assert all(len(key) <= 253 for key in data)
    (pod,) = plan["orders-deployment"].inputs["spec"]["template"]["spec"]["containers"]
    mounts = [mount["mountPath"] for mount in pod["volumeMounts"] if mount["mountPath"] != "/tmp"]
    assert mounts == list(dict.fromkeys(path.rpartition("/")[0] for path in paths))


def test_volumes_may_have_the_names_of_generated_ones(deploy_workload):
    volumes = {"folder-1": {"mount_path": "/data", "size": "1Gi"}}
    plan = deploy_workload(kind="StatefulSet", volumes=volumes)
    spec = plan["orders-statefulset"].inputs["spec"]["template"]["spec"]
    assert [volume["name"] for volume in spec["volumes"]] == ["folder-2"]
