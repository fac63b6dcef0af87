"""Public configurations of Amazon ECS, each as a program. The names are those of the files in ``originals/ecs``."""

from typing import Any

import pulumi

from moorings import (
    ContainerHealthCheck,
    EcsSecretReference,
    FargateSingleton,
    FargateSingletonArgs,
    KafkaConnection,
    KpowOnFargate,
    KpowOnFargateArgs,
    SingletonLoadBalancer,
    override,
)

NETWORK: dict[str, Any] = {
    "vpc_id": "vpc-0d1c7a52e8b94f360",
    "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"],
}
SAMPLE: dict[str, Any] = {
    **NETWORK,
    "image": "amazon/amazon-ecs-sample:latest",
    "user": "0",
    "port": 80,
    "read_only_root_filesystem": False,
    "tmpfs_mounts": {},
    "cpu": 256,
    "memory_mib": 512,
}
EVERYBODY: dict[str, Any] = {
    "internet_facing": True,
    "subnet_ids": ["subnet-03f7d2c8a1b94e560", "subnet-09a4e6b2d7c1f8350"],
    "client_cidrs": {"everybody": "0.0.0.0/0"},
    "health_check_path": "/",
}
HTTP = SingletonLoadBalancer(**EVERYBODY, listener_protocol="HTTP")
EXAMPLE = "an example without data"
OPEN_HTTPS = {"ecs-image-latest": EXAMPLE, "ecs-root-user": EXAMPLE, "ecs-public-without-login": EXAMPLE}
OPEN_HTTP = {**OPEN_HTTPS, "ecs-plain-http": EXAMPLE}
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:kpow-T3nZ8w"


def cdk_https() -> None:
    load_balancer = SingletonLoadBalancer(
        **EVERYBODY, domain_name="test.example.com", hosted_zone_id="Z0123456789ABCDEFGHIJ"
    )
    FargateSingleton(
        "my-service",
        FargateSingletonArgs(
            **SAMPLE, load_balancer=load_balancer, enable_execute_command=True, acknowledge=OPEN_HTTPS
        ),
    )


def cdk_command_entry_point() -> None:
    FargateSingleton(
        "service",
        FargateSingletonArgs(
            **SAMPLE,
            command=["/usr/sbin/apache2", "-D", "FOREGROUND"],
            entry_point=["/bin/bash"],
            load_balancer=HTTP,
            acknowledge=OPEN_HTTP,
        ),
    )


def cdk_health_check() -> None:
    FargateSingleton(
        "service",
        FargateSingletonArgs(
            **SAMPLE,
            assign_public_ip=True,
            health_check=ContainerHealthCheck(
                command=["/bin/sh", "-c", 'cat /tmp/health_status | grep -q "1" || exit 1'],
                interval_seconds=10,
                retries=10,
            ),
            load_balancer=HTTP,
            acknowledge=OPEN_HTTP,
        ),
    )


def cdk_idle_timeout() -> None:
    load_balancer = SingletonLoadBalancer(**EVERYBODY, listener_protocol="HTTP", idle_timeout_seconds=120)
    FargateSingleton("my-service", FargateSingletonArgs(**SAMPLE, load_balancer=load_balancer, acknowledge=OPEN_HTTP))


def cdk_https_idle_timeout() -> None:
    load_balancer = SingletonLoadBalancer(
        **EVERYBODY,
        domain_name="test.example.com",
        hosted_zone_id="Z0123456789ABCDEFGHIJ",
        idle_timeout_seconds=120,
    )
    FargateSingleton(
        "my-service",
        FargateSingletonArgs(
            **SAMPLE, load_balancer=load_balancer, enable_execute_command=True, acknowledge=OPEN_HTTPS
        ),
    )


def cdk_circuit_breaker() -> None:
    FargateSingleton("my-service", FargateSingletonArgs(**SAMPLE, load_balancer=HTTP, acknowledge=OPEN_HTTP))


def cdk_container_cpu_memory() -> None:
    limits = override("task", {"containerDefinitions": [{"name": "my-service", "cpu": 128, "memory": 256}]})
    FargateSingleton(
        "my-service",
        FargateSingletonArgs(**SAMPLE, load_balancer=HTTP, acknowledge=OPEN_HTTP),
        pulumi.ResourceOptions(transforms=[limits]),
    )


def cdk_custom_storage() -> None:
    FargateSingleton(
        "service",
        FargateSingletonArgs(
            **SAMPLE,
            ephemeral_storage_gib=35,
            assign_public_ip=True,
            health_check=ContainerHealthCheck(
                command=["/bin/sh", "-c", "curl -f http://localhost/ || exit 1"], interval_seconds=10, retries=10
            ),
            load_balancer=HTTP,
            acknowledge=OPEN_HTTP,
        ),
    )


def awsx_nginx() -> None:
    service = FargateSingleton(
        "my-service",
        FargateSingletonArgs(
            **{**SAMPLE, "image": "nginx:latest"},
            assign_public_ip=True,
            load_balancer=HTTP,
            acknowledge=OPEN_HTTP,
        ),
    )
    pulumi.export("url", service.url)


def kpow_dockerhub() -> None:
    KpowOnFargate(
        "kpow",
        KpowOnFargateArgs(
            **NETWORK,
            image="factorhouse/kpow:96.2",
            license_secret=EcsSecretReference(secret_arn=SECRET),
            kafka=KafkaConnection(
                listener="scram",
                bootstrap_servers="kafka.example.com:9096",
                username="kpow",
                password="from encrypted config",
            ),
            assign_public_ip=True,
            client_cidrs={"office": "203.0.113.0/24"},
            egress={"brokers": {"port": 9096, "cidr": "10.0.0.0/8"}},
            acknowledge={"kpow-no-login": EXAMPLE},
        ),
    )
