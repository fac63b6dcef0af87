"""Public configurations of pods, each as a program. The names are those of the files in ``originals/kubernetes``."""

from typing import Any

from moorings import (
    Availability,
    ContainerSecurity,
    EnvironmentSource,
    KubernetesWorkload,
    KubernetesWorkloadArgs,
    MountedObject,
    PodContainer,
    PodDns,
    PodVolume,
    Probe,
    Probes,
    ProjectedSource,
    ServiceAccountToken,
    ServiceSettings,
    VolumeMount,
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


def exec_liveness() -> None:
    KubernetesWorkload(
        "liveness-exec",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(
                **REQUESTS,
                image="registry.k8s.io/busybox:1.27.2",
                args=["/bin/sh", "-c", "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"],
                probes=Probes(liveness=Probe(exec=["cat", "/tmp/healthy"], initial_delay_seconds=5, period_seconds=5)),
            ),
            availability=ONE,
        ),
    )


def tcp_probes() -> None:
    probe = Probe(tcp_socket=True, initial_delay_seconds=15, period_seconds=10)
    KubernetesWorkload(
        "goproxy",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(
                **REQUESTS,
                image="registry.k8s.io/goproxy:0.1",
                ports={"http": 8080},
                probes=Probes(readiness=probe, liveness=probe),
            ),
            availability=ONE,
            acknowledge={"k8s-probe-same-endpoint": EXAMPLE},
        ),
    )


def grpc_liveness() -> None:
    KubernetesWorkload(
        "etcd",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(
                **REQUESTS,
                image="registry.k8s.io/etcd:3.5.1-0",
                command=["/usr/local/bin/etcd", "--data-dir", "/var/lib/etcd"],
                ports={"grpc": 2379},
                empty_dirs={"/var/lib/etcd": "1Gi"},
                probes=Probes(liveness=Probe(grpc=True, initial_delay_seconds=10)),
            ),
            availability=ONE,
        ),
    )


def environment_from_secret() -> None:
    KubernetesWorkload(
        "envfrom-secret",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(**NGINX, environment_from=[EnvironmentSource(secret_name="test-secret")]),
            availability=ONE,
            acknowledge=AS_ROOT,
        ),
    )


def downward_api() -> None:
    KubernetesWorkload(
        "dapi-envars-fieldref",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(
                **REQUESTS,
                image="registry.k8s.io/busybox:1.27.2",
                command=["sh", "-c"],
                args=["while true; do printenv MY_NODE_NAME MY_POD_NAME MY_POD_NAMESPACE MY_POD_IP; sleep 10; done;"],
                field_refs={
                    "MY_NODE_NAME": "spec.nodeName",
                    "MY_POD_NAME": "metadata.name",
                    "MY_POD_NAMESPACE": "metadata.namespace",
                    "MY_POD_IP": "status.podIP",
                    "MY_POD_SERVICE_ACCOUNT": "spec.serviceAccountName",
                },
            ),
            availability=ONE,
        ),
    )


def capabilities() -> None:
    KubernetesWorkload(
        "security-context-demo-4",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(
                **REQUESTS,
                image="gcr.io/google-samples/hello-app:2.0",
                security=ContainerSecurity(add_capabilities=["NET_ADMIN", "SYS_TIME"]),
            ),
            availability=ONE,
            acknowledge={"k8s-added-capability": EXAMPLE},
        ),
    )


def host_aliases() -> None:
    KubernetesWorkload(
        "cat-hosts",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(**REQUESTS, image="busybox:1.28", command=["cat"], args=["/etc/hosts"]),
            host_aliases={"127.0.0.1": ["foo.local", "bar.local"], "10.1.2.3": ["foo.remote", "bar.remote"]},
            availability=ONE,
        ),
    )


def dns_config() -> None:
    dns = PodDns(
        policy="None",
        nameservers=["192.0.2.1"],
        searches=["ns1.svc.cluster-domain.example", "my.dns.search.suffix"],
        options={"ndots": "2", "edns0": ""},
    )
    KubernetesWorkload(
        "dns-example",
        KubernetesWorkloadArgs(
            namespace="example", container=PodContainer(**NGINX), dns=dns, availability=ONE, acknowledge=AS_ROOT
        ),
    )


def toleration() -> None:
    KubernetesWorkload(
        "nginx",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(**NGINX, image_pull_policy="IfNotPresent"),
            tolerations=[{"key": "example-key", "operator": "Exists", "effect": "NoSchedule"}],
            labels={"env": "test"},
            availability=ONE,
            acknowledge=AS_ROOT,
        ),
    )


def node_selector() -> None:
    KubernetesWorkload(
        "nginx",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(**NGINX, image_pull_policy="IfNotPresent"),
            node_selector={"disktype": "ssd"},
            labels={"env": "test"},
            availability=ONE,
            acknowledge=AS_ROOT,
        ),
    )


def extended_resource() -> None:
    KubernetesWorkload(
        "extended-resource-demo",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(**NGINX, extended_resources={"example.com/dongle": 3}),
            availability=ONE,
            acknowledge=AS_ROOT,
        ),
    )


def private_registry() -> None:
    KubernetesWorkload(
        "private-reg",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(**REQUESTS, image="registry.example/private:1.0"),
            image_pull_secrets=["regcred"],
            availability=ONE,
        ),
    )


def init_container() -> None:
    KubernetesWorkload(
        "init-demo",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(
                **NGINX, ports={"http": 80}, volume_mounts={"/usr/share/nginx/html": VolumeMount(volume="workdir")}
            ),
            init_containers={
                "install": PodContainer(
                    **REQUESTS,
                    image="busybox:1.28",
                    command=["wget", "-O", "/work-dir/index.html", "http://info.cern.ch"],
                    volume_mounts={"/work-dir": VolumeMount(volume="workdir")},
                )
            },
            volumes={"workdir": PodVolume(empty_dir="100Mi")},
            dns=PodDns(policy="Default"),
            availability=ONE,
            acknowledge=AS_ROOT,
        ),
    )


def shared_volume() -> None:
    KubernetesWorkload(
        "shared-volume-example",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(
                **NGINX,
                volume_mounts={"/usr/share/nginx/html": VolumeMount(volume="content", read_only=True)},
            ),
            init_containers={
                "content-writer": PodContainer(
                    **REQUESTS,
                    image="registry.k8s.io/busybox:1.27.2",
                    command=["sh", "-c", 'echo "Hello from the init container" > /content/index.html'],
                    volume_mounts={"/content": VolumeMount(volume="content")},
                )
            },
            volumes={"content": PodVolume(empty_dir="10Mi")},
            availability=ONE,
            acknowledge=AS_ROOT,
        ),
    )


def projected_token() -> None:
    token = ServiceAccountToken(path="vault-token", audience="vault", expiration_seconds=7200)
    KubernetesWorkload(
        "nginx",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(**NGINX),
            volumes={
                "vault-token": PodVolume(
                    mount_path="/var/run/secrets/tokens", projected=[ProjectedSource(service_account_token=token)]
                )
            },
            availability=ONE,
            acknowledge=AS_ROOT,
        ),
    )


def config_map_volume() -> None:
    KubernetesWorkload(
        "dapi-test-pod",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(
                **REQUESTS, image="registry.k8s.io/busybox:1.27.2", command=["/bin/sh", "-c", "ls /etc/config/"]
            ),
            volumes={
                "config-volume": PodVolume(mount_path="/etc/config", config_map=MountedObject(name="special-config"))
            },
            availability=ONE,
        ),
    )


def nginx_https() -> None:
    KubernetesWorkload(
        "my-nginx",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(**{**NGINX, "image": "bprashanth/nginxhttps:1.0"}, ports={"http": 80, "https": 443}),
            service_ports={"http": 8080, "https": 443},
            service=ServiceSettings(type="NodePort"),
            volumes={
                "secret-volume": PodVolume(mount_path="/etc/nginx/ssl", secret=MountedObject(name="nginxsecret")),
                "configmap-volume": PodVolume(
                    mount_path="/etc/nginx/conf.d", config_map=MountedObject(name="nginxconfigmap")
                ),
            },
            availability=ONE,
            acknowledge=AS_ROOT,
        ),
    )
