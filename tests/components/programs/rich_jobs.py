"""Arguments of Jobs, CronJobs and DaemonSets that together set every argument of their own."""

from typing import Any

from rich_kubernetes import CONTAINER, SMALL

import moorings

SHUTDOWN: dict[str, Any] = {"drain_seconds": 60, "termination_grace_period_seconds": 90}
JOB: dict[str, Any] = {
    "namespace": "shop",
    "container": {**CONTAINER, "ports": {}, "probes": {}, "kafka_settings": "environment", "security": {}},
    "init_containers": {"wait": {**SMALL, "command": ["/bin/wait"]}},
    "object_name": "orders-migration",
    "part_of": "shop",
    "may_overlap": True,
    "parallelism": 2,
    "completions": 8,
    "completion_mode": "Indexed",
    "retries": {"limit_per_index": 2, "max_failed_indexes": 1, "fatal_exit_codes": [78, 3], "restart_policy": "Never"},
    "active_deadline_seconds": 7200,
    "ttl_seconds_after_finished": 86400,
    "suspend": True,
    "wait_for_completion": False,
    "shutdown": SHUTDOWN,
    "egress_to": [{"cidr": "10.60.0.0/16", "ports": [5432]}],
    "acknowledge": {"k8s-job-ttl": "the stack is deleted when the Job has ended"},
}
CRON_JOB: dict[str, Any] = {
    "namespace": "shop",
    "container": {**SMALL, "command": ["/bin/report"]},
    "schedule": "*/15 6-20 * * mon-fri",
    "time_zone": "Europe/Berlin",
    "concurrency_policy": "Allow",
    "may_overlap": True,
    "starting_deadline_seconds": 120,
    "successful_jobs_history_limit": 1,
    "failed_jobs_history_limit": 5,
    "object_name": "orders-report",
    "suspend": True,
    "retries": {"limit": 0, "restart_policy": "OnFailure"},
    "volumes": {"reports": {"mount_path": "/reports", "size": "1Gi", "access_mode": "ReadWriteMany"}},
}
DAEMON_SET: dict[str, Any] = {
    "namespace": "shop",
    "container": {**SMALL, "ports": {"metrics": 9100}, "probes": {"liveness": {"tcp_socket": True}}},
    "object_name": "log-collector",
    "host_paths": {
        "logs": {"path": "/var/log/pods", "type": "Directory"},
        "positions": {"path": "/var/lib/collector", "mount_path": "/positions", "read_only": False},
    },
    "update_strategy": "RollingUpdate",
    "max_unavailable": "10%",
    "max_surge": "0",
    "min_ready_seconds": 5,
    "revision_history_limit": 2,
    "update_timeout_seconds": 1200,
    "shutdown": {**SHUTDOWN, "pre_stop_seconds": 5},
    "monitoring": {"kind": "PodMonitor", "port": "metrics", "labels": {"release": "prometheus"}},
    "ingress_from": [{"namespace_selector": {"kubernetes.io/metadata.name": "monitoring"}}],
    "egress_to": [],
    "tolerations": [{"operator": "Exists"}],
    "acknowledge": {"k8s-host-path-writable": "the collector stores its positions"},
}

JOB_PROGRAMS: dict[str, tuple[type, dict[str, Any]]] = {
    "KubernetesCronJob-rich": (moorings.KubernetesCronJob, CRON_JOB),
    "KubernetesDaemonSet-rich": (moorings.KubernetesDaemonSet, DAEMON_SET),
    "KubernetesJob-rich": (moorings.KubernetesJob, JOB),
}
