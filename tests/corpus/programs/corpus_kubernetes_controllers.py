"""Public configurations of ingress controllers and gateways. The names are those of the files in ``originals/kubernetes``."""

from typing import Any

from moorings import (
    Availability,
    CognitoLogin,
    IngressRoute,
    IngressService,
    KubernetesNamespace,
    KubernetesNamespaceArgs,
    KubernetesWorkload,
    KubernetesWorkloadArgs,
    PodContainer,
    Shutdown,
    StickyPolicy,
    WorkloadIngress,
    WorkloadIngressArgs,
)

REQUESTS: dict[str, Any] = {"cpu_request": "100m", "memory_request": "100Mi"}
ONE = Availability(level="development", replicas=1)
NOT_STICKY = StickyPolicy(strength="none")


def aws_ingress_2048() -> None:
    namespace = KubernetesNamespace("game-2048", KubernetesNamespaceArgs(namespace_name="game-2048"))
    game = KubernetesWorkload(
        "app-2048",
        KubernetesWorkloadArgs(
            namespace=namespace.namespace_name,
            container=PodContainer(
                **REQUESTS,
                image="public.ecr.aws/l6m2t8p7/docker-2048:1.0",
                image_pull_policy="Always",
                ports={"http": 80},
            ),
            availability=Availability(replicas=5),
            shutdown=Shutdown(load_balancer="alb"),
        ),
    )
    WorkloadIngress(
        "ingress-2048",
        WorkloadIngressArgs(
            controller="aws-ingress",
            hosts=["2048.example.com"],
            backend=game.backend,
            internet_facing=True,
            health_check_path="/",
            policy=NOT_STICKY,
        ),
    )


def aws_ingress_cognito() -> None:
    WorkloadIngress(
        "app",
        WorkloadIngressArgs(
            controller="aws-ingress",
            hosts=["app.example.com"],
            certificate_arn="arn:aws:acm:eu-west-1:123456789012:certificate/91e5c8a3-2d4f-47b6-8f0a-6c3b7d12e9f5",
            internet_facing=True,
            cognito=CognitoLogin(
                user_pool_arn="arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEf123",
                user_pool_client_id="1example23456789",
                user_pool_domain="app",
            ),
            health_check_path="/",
            service_name="app",
            service_port=80,
            namespace="example",
            policy=NOT_STICKY,
            annotations={
                "alb.ingress.kubernetes.io/tags": "Environment=production,Owner=team",
                "alb.ingress.kubernetes.io/auth-session-timeout": "3600",
            },
        ),
    )


def gateway_traffic_split() -> None:
    WorkloadIngress(
        "foo-route",
        WorkloadIngressArgs(
            controller="gateway-api",
            gateway_name="prod-web-gw",
            hosts=["foo.example.com"],
            service_name="foo-v1",
            service_port=8080,
            namespace="example",
            policy=NOT_STICKY,
            labels={"gateway": "prod-web-gw"},
            routes={
                "main": IngressRoute(
                    paths=["/"],
                    services={
                        "foo-v1": IngressService(service_name="foo-v1", service_port=8080, weight=90),
                        "foo-v2": IngressService(service_name="foo-v2", service_port=8080, weight=10),
                    },
                )
            },
        ),
    )


def gateway_prefix() -> None:
    WorkloadIngress(
        "foo-route",
        WorkloadIngressArgs(
            controller="gateway-api",
            gateway_name="example-gateway",
            hosts=["foo.example.com"],
            paths=["/login"],
            service_name="foo-svc",
            service_port=8080,
            namespace="example",
            policy=NOT_STICKY,
        ),
    )


def gateway_https() -> None:
    WorkloadIngress(
        "https-route",
        WorkloadIngressArgs(
            controller="gateway-api",
            gateway_name="redirect-gateway",
            gateway_listener="https",
            hosts=["redirect.example.com"],
            service_name="example-svc",
            service_port=80,
            namespace="example",
            labels={"gateway": "redirect-gateway"},
            policy=NOT_STICKY,
        ),
    )


def gateway_rewrite() -> None:
    WorkloadIngress(
        "http-filter-rewrite",
        WorkloadIngressArgs(
            controller="gateway-api",
            gateway_name="example-gateway",
            hosts=["rewrite.example.com"],
            service_name="example-svc",
            service_port=80,
            namespace="example",
            policy=NOT_STICKY,
            routes={
                "main": IngressRoute(
                    paths=["/cardamom"],
                    rewrite_prefix="/fennel",
                    services={"example-svc": IngressService(service_name="example-svc", service_port=80)},
                )
            },
        ),
    )


def nginx_virtual_server() -> None:
    WorkloadIngress(
        "cafe",
        WorkloadIngressArgs(
            controller="nginx-virtualserver",
            hosts=["cafe.example.com"],
            tls_secret_name="app-tls-secret",
            paths=["/tea"],
            service_name="tea-svc",
            service_port=80,
            namespace="example",
            policy=NOT_STICKY,
            routes={
                "coffee": IngressRoute(
                    paths=["/coffee"], services={"main": IngressService(service_name="coffee-svc", service_port=80)}
                )
            },
        ),
    )


def nginx_cert_manager() -> None:
    WorkloadIngress(
        "cafe",
        WorkloadIngressArgs(
            controller="nginx-virtualserver",
            hosts=["cafe.example.com"],
            tls_secret_name="cafe-secret",
            cluster_issuer="selfsigned-issuer",
            paths=["/tea"],
            service_name="tea-svc",
            service_port=80,
            namespace="example",
            policy=NOT_STICKY,
            routes={
                "coffee": IngressRoute(
                    paths=["/coffee"], services={"main": IngressService(service_name="coffee-svc", service_port=80)}
                )
            },
        ),
    )


def envoy_gateway_quickstart() -> None:
    httpbin = KubernetesWorkload(
        "httpbin",
        KubernetesWorkloadArgs(
            namespace="example",
            container=PodContainer(
                **REQUESTS,
                image="docker.io/kennethreitz/httpbin:0.9",
                image_pull_policy="IfNotPresent",
                ports={"http": 80},
            ),
            version="v1",
            availability=ONE,
        ),
    )
    WorkloadIngress(
        "httpbin",
        WorkloadIngressArgs(
            controller="envoy-gateway",
            gateway_name="eg",
            hosts=["www.example.com"],
            backend=httpbin.backend,
            policy=NOT_STICKY,
        ),
    )
