"""Public Helm charts, each as a program. The names are those of the files in ``originals/kubernetes``."""

from typing import Any

from moorings import (
    Availability,
    ContainerSecurity,
    IngressRoute,
    IngressService,
    KafkaConnection,
    KpowOnKubernetes,
    KpowOnKubernetesArgs,
    KubernetesWorkload,
    KubernetesWorkloadArgs,
    NfsVolume,
    PodContainer,
    PodVolume,
    StickyPolicy,
    VolumeMount,
    WorkloadIngress,
    WorkloadIngressArgs,
)

REQUESTS: dict[str, Any] = {"cpu_request": "100m", "memory_request": "100Mi"}
ONE = Availability(level="development", replicas=1)
NOT_STICKY = StickyPolicy(strength="none")
EXAMPLE = "an example without data"


def bjw_s_vaultwarden() -> None:
    vaultwarden = KubernetesWorkload(
        "vaultwarden",
        KubernetesWorkloadArgs(
            namespace="example",
            kind="Deployment",
            container=PodContainer(
                **REQUESTS,
                image="vaultwarden/server:1.25.2",
                image_pull_policy="IfNotPresent",
                environment={"DATA_FOLDER": "config"},
                ports={"http": 80, "websocket": 3012},
            ),
            volumes={"config": PodVolume(mount_path="/config", size="1Gi")},
            strategy="Recreate",
            availability=ONE,
        ),
    )
    WorkloadIngress(
        "vaultwarden",
        WorkloadIngressArgs(
            controller="haproxy-ingress",
            hosts=["chart-example.local"],
            paths=["/", "/notifications/hub/negotiate"],
            backend=vaultwarden.backend,
            service_port=80,
            policy=NOT_STICKY,
            routes={
                "websocket": IngressRoute(
                    paths=["/notifications/hub"],
                    services={"main": IngressService(backend=vaultwarden.backend, service_port=3012)},
                )
            },
        ),
    )


def bjw_s_home_assistant() -> None:
    home_assistant = KubernetesWorkload(
        "home-assistant",
        KubernetesWorkloadArgs(
            namespace="example",
            kind="StatefulSet",
            container=PodContainer(**REQUESTS, image="ghcr.io/onedr0p/home-assistant:2023.11.2", ports={"http": 8123}),
            sidecars={
                "code": PodContainer(
                    **REQUESTS,
                    image="ghcr.io/coder/code-server:4.19.0",
                    args=["--auth", "none", "--user-data-dir", "/config/.vscode", "--port", "8081", "/config"],
                    ports={"code": 8081},
                )
            },
            volumes={
                "config": PodVolume(mount_path="/config", claim_name="home-assistant-config", containers=["code"]),
                "backup": PodVolume(
                    mount_path="/config/backups",
                    nfs=NfsVolume(server="nas.example.lan", path="/volume/Backups/k8s/hass"),
                    containers=["code"],
                ),
            },
            service_ports={"http": 8123, "code": 8081},
            availability=ONE,
            run_as_user=568,
            run_as_group=568,
        ),
    )
    for name, host, port in (("external", "hass.example.local", 8123), ("internal", "hass-code.example.local", 8081)):
        WorkloadIngress(
            name,
            WorkloadIngressArgs(
                controller="nginx-ingress",
                ingress_class_name=f"{name}-nginx",
                hosts=[host],
                tls_secret_name=f"{name}-tls",
                backend=home_assistant.backend,
                service_port=port,
                policy=NOT_STICKY,
            ),
        )


def bjw_s_qbittorrent() -> None:
    KubernetesWorkload(
        "qbittorrent",
        KubernetesWorkloadArgs(
            namespace="example",
            kind="Deployment",
            container=PodContainer(**REQUESTS, image="ghcr.io/onedr0p/qbittorrent:5.1.0", ports={"http": 8080}),
            sidecars={
                "gluetun": PodContainer(
                    **REQUESTS,
                    image="ghcr.io/qdm12/gluetun:v3.40",
                    environment={"VPN_TYPE": "wireguard", "VPN_INTERFACE": "wg0"},
                    security=ContainerSecurity(add_capabilities=["NET_ADMIN"]),
                    volume_mounts={"/tmp/gluetun": VolumeMount(volume="gluetun-data")},
                ),
                "port-forward": PodContainer(
                    **REQUESTS,
                    image="docker.io/snoringdragon/gluetun-qbittorrent-port-manager:1.0",
                    environment={
                        "QBITTORRENT_SERVER": "localhost",
                        "QBITTORRENT_PORT": "8080",
                        "PORT_FORWARDED": "/tmp/gluetun/forwarded_port",
                    },
                    volume_mounts={"/tmp/gluetun": VolumeMount(volume="gluetun-data", read_only=True)},
                ),
            },
            volumes={
                "config": PodVolume(mount_path="/config", claim_name="qbittorrent-config"),
                "gluetun-data": PodVolume(empty_dir="10Mi"),
            },
            availability=ONE,
            run_as_user=568,
            run_as_group=568,
            acknowledge={"k8s-added-capability": "the VPN creates a network interface"},
        ),
    )


def kpow_helm_chart() -> None:
    KpowOnKubernetes(
        "kpow",
        KpowOnKubernetesArgs(
            namespace="example",
            image="factorhouse/kpow:96.2",
            kafka=KafkaConnection(
                listener="scram",
                bootstrap_servers="kafka.example.com:9096",
                username="kpow",
                password="from encrypted config",
            ),
            license_secret_name="kpow-license",
            cpu=2048,
            memory_mib=8192,
            behind_ingress=False,
            acknowledge={"kpow-no-login": EXAMPLE},
        ),
    )
