"""KubernetesDaemonSet: updates, paths of the node, shutdown and monitoring."""

import pytest


def test_defaults(spec_of):
    spec = spec_of("DaemonSet")
    assert {name: spec[name] for name in spec.keys() - {"template"}} == {
        "selector": {"matchLabels": {"app.kubernetes.io/instance": "orders", "app.kubernetes.io/managed-by": "pulumi"}},
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}},
        "minReadySeconds": 10,
        "revisionHistoryLimit": 5,
    }
    assert "replicas" not in spec
    assert "restartPolicy" not in spec["template"]["spec"]


@pytest.mark.parametrize(
    ("changed", "strategy"),
    [
        ({"max_unavailable": "25%"}, {"maxUnavailable": "25%", "maxSurge": 0}),
        ({"max_surge": 2}, {"maxUnavailable": 0, "maxSurge": 2}),
        ({"max_surge": 2, "max_unavailable": 0}, {"maxUnavailable": 0, "maxSurge": 2}),
    ],
)
def test_rolling_updates(spec_of, changed, strategy):
    assert spec_of("DaemonSet", **changed)["updateStrategy"]["rollingUpdate"] == strategy


def test_no_waiting_between_nodes(spec_of):
    assert "minReadySeconds" not in spec_of("DaemonSet", min_ready_seconds=0)


def test_updates_on_deletion(spec_of):
    assert spec_of("DaemonSet", update_strategy="OnDelete")["updateStrategy"] == {"type": "OnDelete"}


def test_paths_of_the_node(spec_of):
    pod = spec_of(
        "DaemonSet",
        host_paths={
            "logs": {"path": "/var/log/pods", "type": "Directory"},
            "positions": {"path": "/var/lib/orders", "mount_path": "/positions", "read_only": False},
        },
        acknowledge={"k8s-host-path-writable": "a test"},
    )["template"]["spec"]
    assert pod["volumes"][-2:] == [
        {"name": "logs", "hostPath": {"path": "/var/log/pods", "type": "Directory"}},
        {"name": "positions", "hostPath": {"path": "/var/lib/orders"}},
    ]
    assert pod["containers"][0]["volumeMounts"][-2:] == [
        {"name": "logs", "mountPath": "/var/log/pods", "readOnly": True},
        {"name": "positions", "mountPath": "/positions"},
    ]


def test_paths_are_the_only_volumes(spec_of):
    pod = spec_of("DaemonSet", container={"empty_dirs": {}}, host_paths={"logs": {"path": "/var/log"}})["template"][
        "spec"
    ]
    assert [volume["name"] for volume in pod["volumes"]] == ["logs"]


def test_graceful_shutdown(spec_of):
    pod = spec_of("DaemonSet", shutdown={"drain_seconds": 60, "pre_stop_seconds": 5})["template"]["spec"]
    assert pod["terminationGracePeriodSeconds"] == 80
    assert pod["containers"][0]["lifecycle"] == {"preStop": {"sleep": {"seconds": 5}}}


def test_timeouts(deploy_pods):
    daemon_set = deploy_pods("DaemonSet", update_timeout_seconds=1800)["orders-daemonset"]
    assert daemon_set.custom_timeouts == {"create": "1800s", "update": "1800s", "delete": "300s"}


METRICS = {"container": {"ports": {"metrics": 9100}}, "ingress_from": [{"pod_selector": {"app": "prometheus"}}]}


def test_pods_are_monitored(deploy_pods):
    plan = deploy_pods("DaemonSet", monitoring={"kind": "PodMonitor", "labels": {"release": "a"}}, **METRICS)
    monitor = plan["orders-monitor"].inputs
    assert monitor["kind"] == "PodMonitor"
    assert monitor["metadata"]["labels"]["release"] == "a"
    assert monitor["spec"]["podMetricsEndpoints"] == [{"port": "metrics", "path": "/metrics", "interval": "30s"}]


def test_the_warning_names_prometheus(deploy_pods):
    monitoring = {"monitoring": {"kind": "PodMonitor"}, **METRICS, "ingress_from": None}
    (message,) = (text for _, text, _ in deploy_pods("DaemonSet", **monitoring).log)
    assert "list the peers, such as Prometheus [" in message
    (message,) = (text for _, text, _ in deploy_pods("DaemonSet", **{**monitoring, "monitoring": None}).log)
    assert "list the peers, such as the pods of its clients [" in message


@pytest.mark.parametrize(
    ("changed", "findings"),
    [
        ({"max_unavailable": 0}, [("k8s-daemon-set-update", "max_unavailable")]),
        ({"max_unavailable": 1, "max_surge": 1}, [("k8s-daemon-set-update", "max_surge")]),
        (
            {"update_strategy": "OnDelete", "max_surge": 1, "max_unavailable": 0},
            [("k8s-daemon-set-update", "max_surge"), ("k8s-daemon-set-update", "max_unavailable")],
        ),
        ({"name": "Orders"}, [("k8s-daemon-set-name", "name")]),
        (
            {"shutdown": {"load_balancer": "nlb", "deregistration_delay_seconds": 60}},
            [
                ("k8s-daemon-set-argument-without-effect", "shutdown.load_balancer"),
                ("k8s-daemon-set-argument-without-effect", "shutdown.deregistration_delay_seconds"),
            ],
        ),
        (
            {"host_paths": {"data": {"path": "/data"}}, "volumes": {"data": {"mount_path": "/x", "claim_name": "a", "access_mode": "ReadWriteMany"}}},
            [("k8s-daemon-set-host-path-name", "host_paths.data")],
        ),
        ({"host_paths": {"data": {"path": "/tmp"}}}, [("k8s-daemon-set-host-path-name", "host_paths.data")]),
        ({"host_paths": {"data": {"path": "/etc"}}}, [("k8s-host-path-sensitive", "host_paths.data.path")]),
        ({"host_paths": {"data": {"path": "/var"}}}, [("k8s-host-path-sensitive", "host_paths.data.path")]),
        ({"host_paths": {"data": {"path": "/etcd"}}}, []),
        (
            {"monitoring": {"kind": "PodMonitor", "port": "admin"}, **METRICS},
            [("k8s-daemon-set-monitoring", "monitoring.port")],
        ),
    ],
)  # fmt: skip
def test_findings(findings_of, changed, findings):
    assert findings_of("DaemonSet", **changed) == findings
