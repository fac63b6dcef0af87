"""Public configurations of Kubernetes, each as a program. The names are those of the files in ``originals/kubernetes``."""

from typing import Any

from moorings import (
    Autoscaling,
    Availability,
    ContainerSecurity,
    EnvironmentSource,
    HostPath,
    JobRetries,
    KedaScaling,
    KedaTrigger,
    KubernetesCronJob,
    KubernetesCronJobArgs,
    KubernetesDaemonSet,
    KubernetesDaemonSetArgs,
    KubernetesJob,
    KubernetesJobArgs,
    KubernetesSecretReference,
    KubernetesWorkload,
    KubernetesWorkloadArgs,
    PodContainer,
    PodVolume,
    Probe,
    Probes,
    ServiceSettings,
    Shutdown,
)

REQUESTS: dict[str, Any] = {"cpu_request": "100m", "memory_request": "100Mi"}
ONE = Availability(level="development", replicas=1)
EXAMPLE = "an example without data"
NGINX: dict[str, Any] = {
    **REQUESTS,
    "image": "nginx:1.29",
    "run_as_user": 0,
    "read_only_root_filesystem": False,
}
AS_ROOT = {"k8s-root-user": EXAMPLE}


def deployment() -> None:
    KubernetesWorkload(
        "nginx",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(**{**NGINX, "image": "nginx:1.15"}, ports={"http": 80}),
            availability=Availability(replicas=2),
            acknowledge=AS_ROOT,
        ),
    )


def horizontal_pod_autoscaler() -> None:
    KubernetesWorkload(
        "php-apache",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(
                image="registry.k8s.io/hpa-example:1.0",
                cpu_request="200m",
                cpu_limit="500m",
                memory_request="100Mi",
                ports={"http": 80},
            ),
            autoscaling=Autoscaling(min_replicas=1, max_replicas=10, cpu_utilization_percent=50),
        ),
    )


def guestbook_frontend() -> None:
    KubernetesWorkload(
        "frontend",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(
                **REQUESTS,
                image="docker.io/corelab/gb-frontend:v5",
                environment={"GET_HOSTS_FROM": "dns"},
                ports={"http": 80},
            ),
            availability=Availability(replicas=3),
            labels={"tier": "frontend"},
        ),
    )


def guestbook_redis() -> None:
    KubernetesWorkload(
        "redis-leader",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(**REQUESTS, image="docker.io/redis:6.0.5", ports={"redis": 6379}),
            availability=ONE,
            labels={"role": "leader", "tier": "backend"},
        ),
    )


def stateful_set() -> None:
    KubernetesWorkload(
        "web",
        KubernetesWorkloadArgs(
            namespace="example",
            kind="StatefulSet",
            object_name="web",
            governing_service_name="nginx",
            selector={"app": "nginx"},
            container=PodContainer(**{**NGINX, "image": "registry.k8s.io/nginx-slim:0.7"}, ports={"web": 80}),
            volumes={"www": PodVolume(mount_path="/usr/share/nginx/html", size="1Gi")},
            availability=Availability(replicas=2),
            acknowledge=AS_ROOT,
        ),
    )


def zookeeper() -> None:
    ready = Probe(exec=["sh", "-c", "zookeeper-ready 2181"], initial_delay_seconds=10, timeout_seconds=5)
    KubernetesWorkload(
        "zk",
        KubernetesWorkloadArgs(
            namespace="example",
            kind="StatefulSet",
            container=PodContainer(
                image="registry.k8s.io/kubernetes-zookeeper:1.0-3.4.10",
                image_pull_policy="Always",
                cpu_request="0.5",
                memory_request="1Gi",
                command=["sh", "-c", "start-zookeeper --servers=3 --data_dir=/var/lib/zookeeper/data --heap=512M"],
                ports={"client": 2181, "server": 2888, "leader-election": 3888},
                probes=Probes(readiness=ready, liveness=ready),
            ),
            volumes={"datadir": PodVolume(mount_path="/var/lib/zookeeper", size="10Gi")},
            availability=Availability(replicas=3, max_unavailable="1", node_spread="DoNotSchedule"),
            run_as_user=1000,
            run_as_group=1000,
            acknowledge={"k8s-probe-same-endpoint": EXAMPLE},
        ),
    )


def cassandra() -> None:
    KubernetesWorkload(
        "cassandra",
        KubernetesWorkloadArgs(
            namespace="example",
            kind="StatefulSet",
            container=PodContainer(
                image="gcr.io/google-samples/cassandra:v13",
                image_pull_policy="Always",
                cpu_request="500m",
                cpu_limit="500m",
                memory_request="1Gi",
                ports={"intra-node": 7000, "tls-intra-node": 7001, "jmx": 7199, "cql": 9042},
                environment={
                    "MAX_HEAP_SIZE": "512M",
                    "HEAP_NEWSIZE": "100M",
                    "CASSANDRA_SEEDS": "cassandra-0.cassandra.default.svc.cluster.local",
                    "CASSANDRA_CLUSTER_NAME": "K8Demo",
                },
                field_refs={"POD_IP": "status.podIP"},
                security=ContainerSecurity(add_capabilities=["IPC_LOCK"]),
                probes=Probes(
                    readiness=Probe(
                        exec=["/bin/bash", "-c", "/ready-probe.sh"], initial_delay_seconds=15, timeout_seconds=5
                    )
                ),
            ),
            volumes={"cassandra-data": PodVolume(mount_path="/cassandra_data", size="1Gi", storage_class_name="fast")},
            availability=Availability(replicas=3),
            shutdown=Shutdown(
                pre_stop_seconds=0,
                pre_stop_command=["/bin/sh", "-c", "nodetool drain"],
                pre_stop_command_seconds=400,
                termination_grace_period_seconds=500,
            ),
            acknowledge={"k8s-added-capability": "Cassandra locks its heap in memory"},
        ),
    )


def wordpress() -> None:
    KubernetesWorkload(
        "wordpress",
        KubernetesWorkloadArgs(
            namespace="example",
            kind="Deployment",
            container=PodContainer(
                **{**NGINX, "image": "wordpress:6.2.1-apache"},
                environment={"WORDPRESS_DB_HOST": "wordpress-mysql", "WORDPRESS_DB_USER": "wordpress"},
                secrets={"WORDPRESS_DB_PASSWORD": KubernetesSecretReference(secret_name="mysql-pass", key="password")},
                ports={"wordpress": 80},
            ),
            volumes={"wordpress-persistent-storage": PodVolume(mount_path="/var/www/html", size="20Gi")},
            strategy="Recreate",
            service=ServiceSettings(type="LoadBalancer"),
            availability=ONE,
            labels={"tier": "frontend"},
            acknowledge=AS_ROOT,
        ),
    )


def cron_job() -> None:
    KubernetesCronJob(
        "hello",
        KubernetesCronJobArgs(
            namespace="example",
            schedule="* * * * *",
            container=PodContainer(
                **REQUESTS,
                image="busybox:1.37",
                image_pull_policy="IfNotPresent",
                command=["/bin/sh", "-c", "date; echo Hello from the Kubernetes cluster"],
            ),
            retries=JobRetries(restart_policy="OnFailure"),
        ),
    )


def job() -> None:
    KubernetesJob(
        "pi",
        KubernetesJobArgs(
            namespace="example",
            container=PodContainer(
                **REQUESTS, image="perl:5.42", command=["perl", "-Mbignum=bpi", "-wle", "print bpi(1000)"]
            ),
            retries=JobRetries(limit=4),
        ),
    )


def daemon_set() -> None:
    KubernetesDaemonSet(
        "fluentd-elasticsearch",
        KubernetesDaemonSetArgs(
            namespace="kube-system",
            container=PodContainer(
                **REQUESTS, image="k8s.gcr.io/fluentd-elasticsearch:1.20", memory_limit="200Mi", run_as_user=0
            ),
            host_paths={
                "varlog": HostPath(path="/var/log", read_only=False),
                "varlibdockercontainers": HostPath(path="/var/lib/docker/containers"),
            },
            tolerations=[{"key": "node-role.kubernetes.io/master", "effect": "NoSchedule"}],
            shutdown=Shutdown(drain_seconds=15, termination_grace_period_seconds=30),
            acknowledge={**AS_ROOT, "k8s-host-path-writable": "positions of the log files"},
        ),
    )


def load_balancer_example() -> None:
    KubernetesWorkload(
        "hello-world",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(**REQUESTS, image="gcr.io/google-samples/hello-app:2.0", ports={"http": 8080}),
            availability=Availability(replicas=5),
        ),
    )


def deployment_sidecar() -> None:
    KubernetesWorkload(
        "myapp",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(
                **REQUESTS,
                image="alpine:3.22",
                command=["sh", "-c", 'while true; do echo "logging" >> /opt/logs.txt; sleep 1; done'],
            ),
            sidecars={
                "logshipper": PodContainer(
                    **REQUESTS, image="alpine:3.22", command=["sh", "-c", "tail -F /opt/logs.txt"]
                )
            },
            volumes={"data": PodVolume(mount_path="/opt", empty_dir="1Gi", containers=["logshipper"])},
            availability=ONE,
        ),
    )


def keda_rabbitmq() -> None:
    KubernetesWorkload(
        "rabbitmq-consumer",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(
                **REQUESTS,
                image="jeffhollan/rabbitmq-client:dev",
                image_pull_policy="Always",
                command=["receive"],
                environment_from=[EnvironmentSource(secret_name="rabbitmq-consumer-secret")],
                args=["$(RabbitMqHost)"],
            ),
            autoscaling=Autoscaling(
                min_replicas=0,
                max_replicas=30,
                keda=KedaScaling(
                    triggers=[
                        KedaTrigger(
                            type="rabbitmq",
                            metadata={"queueName": "hello", "mode": "QueueLength", "value": "5"},
                            authentication_ref="rabbitmq-consumer-trigger",
                        )
                    ],
                    polling_interval_seconds=5,
                    cooldown_seconds=30,
                ),
            ),
        ),
    )
