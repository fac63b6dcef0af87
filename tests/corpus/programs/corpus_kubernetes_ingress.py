"""Public configurations of Ingresses, each as a program. The names are those of the files in ``originals/kubernetes``."""

from typing import Any

from moorings import (
    Availability,
    IngressRoute,
    IngressService,
    KubernetesNamespace,
    KubernetesNamespaceArgs,
    KubernetesWorkload,
    KubernetesWorkloadArgs,
    PodContainer,
    StickyPolicy,
    WorkloadIngress,
    WorkloadIngressArgs,
)

REQUESTS: dict[str, Any] = {"cpu_request": "100m", "memory_request": "100Mi"}
ONE = Availability(level="development", replicas=1)
NOT_STICKY = StickyPolicy(strength="none")


def minimal_ingress() -> None:
    WorkloadIngress(
        "minimal-ingress",
        WorkloadIngressArgs(
            controller="ingress-nginx",
            ingress_class_name="nginx-example",
            hosts=["test.example.com"],
            paths=["/testpath"],
            service_name="test",
            service_port=80,
            namespace="example",
            policy=NOT_STICKY,
        ),
    )


def simple_fanout() -> None:
    WorkloadIngress(
        "simple-fanout-example",
        WorkloadIngressArgs(
            controller="ingress-nginx",
            hosts=["foo.bar.com"],
            paths=["/foo"],
            service_name="service1",
            service_port=4200,
            namespace="example",
            policy=NOT_STICKY,
            routes={
                "bar": IngressRoute(
                    paths=["/bar"], services={"main": IngressService(service_name="service2", service_port=8080)}
                )
            },
        ),
    )


def name_virtual_hosts() -> None:
    WorkloadIngress(
        "name-virtual-host-ingress",
        WorkloadIngressArgs(
            controller="ingress-nginx",
            hosts=["foo.bar.com"],
            service_name="service1",
            service_port=80,
            namespace="example",
            policy=NOT_STICKY,
            routes={
                "bar": IngressRoute(
                    hosts=["bar.foo.com"],
                    services={"main": IngressService(service_name="service2", service_port=80)},
                )
            },
        ),
    )


def wildcard_host() -> None:
    WorkloadIngress(
        "ingress-wildcard-host",
        WorkloadIngressArgs(
            controller="ingress-nginx",
            hosts=["foo.bar.com"],
            paths=["/bar"],
            service_name="service1",
            service_port=80,
            namespace="example",
            policy=NOT_STICKY,
            routes={
                "foo": IngressRoute(
                    hosts=["*.foo.com"],
                    paths=["/foo"],
                    services={"main": IngressService(service_name="service2", service_port=80)},
                )
            },
        ),
    )


def tls_ingress() -> None:
    WorkloadIngress(
        "tls-example-ingress",
        WorkloadIngressArgs(
            controller="ingress-nginx",
            hosts=["https-example.foo.com"],
            tls_secret_name="testsecret-tls",
            service_name="service1",
            service_port=80,
            namespace="example",
            policy=NOT_STICKY,
        ),
    )


def ingress_nginx_cookie() -> None:
    WorkloadIngress(
        "nginx-test",
        WorkloadIngressArgs(
            controller="ingress-nginx",
            hosts=["stickyingress.example.com"],
            service_name="http-svc",
            service_port=80,
            namespace="example",
            policy=StickyPolicy(cookie_name="route", lifetime_seconds=172_800),
        ),
    )


def ingress_nginx_same_site() -> None:
    for name, same_site in {"SSNONE": "None", "STRICTCOOKIENAME": "Strict"}.items():
        WorkloadIngress(
            f"cookie-samesite-{same_site.lower()}",
            WorkloadIngressArgs(
                controller="ingress-nginx",
                hosts=[f"stickyingress-samesite-{same_site.lower()}.example.com"],
                tls_secret_name="stickyingress-tls",
                service_port=80,
                target_port=8080,
                namespace="example",
                policy=StickyPolicy(cookie_name=name, lifetime_seconds=172_800, same_site=same_site),
                selector={"app": "http-svc"},
            ),
        )


def ingress_nginx_registry() -> None:
    namespace = KubernetesNamespace("docker-registry", KubernetesNamespaceArgs(namespace_name="docker-registry"))
    registry = KubernetesWorkload(
        "docker-registry",
        KubernetesWorkloadArgs(
            namespace=namespace.namespace_name,
            container=PodContainer(
                **REQUESTS,
                image="registry:2.6.2",
                environment={
                    "REGISTRY_HTTP_ADDR": ":5000",
                    "REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY": "/var/lib/registry",
                },
                ports={"http": 5000},
                empty_dirs={"/var/lib/registry": "10Gi"},
                ephemeral_storage_limit="11Gi",
            ),
            availability=ONE,
        ),
    )
    WorkloadIngress(
        "docker-registry",
        WorkloadIngressArgs(
            controller="ingress-nginx",
            hosts=["registry.example.com"],
            tls_secret_name="registry-tls",
            backend=registry.backend,
            policy=NOT_STICKY,
            annotations={
                "nginx.ingress.kubernetes.io/proxy-body-size": "0",
                "nginx.ingress.kubernetes.io/proxy-read-timeout": "600",
                "nginx.ingress.kubernetes.io/proxy-send-timeout": "600",
                "kubernetes.io/tls-acme": "true",
            },
        ),
    )


def ingress_nginx_http_svc() -> None:
    KubernetesWorkload(
        "http-svc",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(**REQUESTS, image="gcr.io/google_containers/echoserver:1.8", ports={"http": 8080}),
            service_ports={"http": 80},
            availability=ONE,
        ),
    )


def ingress_nginx_grpc() -> None:
    fortune_teller = KubernetesWorkload(
        "fortune-teller",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(
                **REQUESTS, image="quay.io/kubernetes-ingress-controller/grpc-fortune-teller:0.1", ports={"grpc": 50051}
            ),
            availability=ONE,
        ),
    )
    WorkloadIngress(
        "fortune-ingress",
        WorkloadIngressArgs(
            controller="ingress-nginx",
            hosts=["fortune-teller.stack.build"],
            tls_secret_name="fortune-teller.stack.build",
            backend=fortune_teller.backend,
            backend_protocol="GRPC",
            policy=NOT_STICKY,
        ),
    )
