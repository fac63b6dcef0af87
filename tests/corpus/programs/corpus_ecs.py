"""Public configurations of Amazon ECS, each as a program. The names are those of the files in ``originals/ecs``."""

from typing import Any

import pulumi

from moorings import (
    ContainerHealthCheck,
    EcsSecretReference,
    FargateSingleton,
    FargateSingletonArgs,
    FireLensLogs,
    FireLensRouter,
    KafkaConnection,
    KpowOnFargate,
    KpowOnFargateArgs,
    NetworkLoadBalancer,
    ServiceConnect,
    SidecarContainer,
    SingletonLoadBalancer,
    SingletonRoles,
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
CLIENTS = {key: value for key, value in EVERYBODY.items() if key != "health_check_path"}
TCP = NetworkLoadBalancer(**CLIENTS)
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


def cdk_execution_role() -> None:
    roles = SingletonRoles(execution_role_arn="arn:aws:iam::123456789012:role/execution")
    FargateSingleton(
        "l3",
        FargateSingletonArgs(
            **{**SAMPLE, "cpu": 512, "memory_mib": 1024}, roles=roles, load_balancer=HTTP, acknowledge=OPEN_HTTP
        ),
    )


def cdk_additional_security_group() -> None:
    FargateSingleton(
        "service",
        FargateSingletonArgs(
            **SAMPLE,
            security_group_ids=["sg-0b92d7f4a1e63c508"],
            load_balancer=HTTP,
            acknowledge=OPEN_HTTP,
        ),
    )


def cdk_scheduled_task() -> None:
    FargateSingleton(
        "scheduled",
        FargateSingletonArgs(
            **{**SAMPLE, "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/demo:1.0", "port": None},
            environment={"TRIGGER": "CloudWatch Events"},
            health_check=ContainerHealthCheck(command=["/app/health"]),
            acknowledge={"ecs-root-user": EXAMPLE},
        ),
    )


def terraform_module_fargate() -> None:
    FargateSingleton(
        "ecsdemo-frontend",
        FargateSingletonArgs(
            **{
                **SAMPLE,
                "image": "public.ecr.aws/aws-containers/ecsdemo-frontend:776fd50",
                "port": 3000,
                "cpu": 1024,
                "memory_mib": 4096,
            },
            cluster_arn="arn:aws:ecs:eu-west-1:123456789012:cluster/ex-fargate",
            enable_execute_command=True,
            depends_on={"fluent-bit": "START"},
            sidecars={
                "fluent-bit": SidecarContainer(
                    image="public.ecr.aws/aws-observability/aws-for-fluent-bit:2.32.5",
                    user="0",
                    cpu=512,
                    memory_mib=1024,
                    memory_reservation_mib=50,
                    firelens_router=FireLensRouter(),
                )
            },
            firelens_logs=FireLensLogs(
                options={
                    "Name": "firehose",
                    "region": "eu-west-1",
                    "delivery_stream": "my-stream",
                    "log-driver-buffer-limit": "2097152",
                }
            ),
            restart_attempt_period_seconds=60,
            restart_ignored_exit_codes=[1],
            service_connect=ServiceConnect(
                namespace_arn="arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-0b92d7f4a1e63c50",
                dns_name="ecsdemo-frontend",
                port=3000,
            ),
            load_balancer=HTTP,
            client_security_group_ids={"clients": "sg-0b92d7f4a1e63c508"},
            acknowledge=dict.fromkeys(("ecs-root-user", "ecs-public-without-login", "ecs-plain-http"), EXAMPLE),
        ),
    )


BALANCERS: dict[str, dict[str, Any]] = {
    "alb": {"load_balancer": HTTP, "acknowledge": OPEN_HTTP},
    "nlb": {"network_load_balancer": TCP, "acknowledge": OPEN_HTTPS},
}


def cdk_two_load_balancers() -> None:
    cluster_arn = "arn:aws:ecs:eu-west-1:123456789012:cluster/fargate"
    for name, balancer in BALANCERS.items():
        args = {**SAMPLE, **balancer, "cpu": 512, "memory_mib": 1024, "cluster_arn": cluster_arn}
        FargateSingleton(name, FargateSingletonArgs(**args))


def cdk_vpc_only() -> None:
    for name, balancer in BALANCERS.items():
        FargateSingleton(name, FargateSingletonArgs(**{**SAMPLE, **balancer, "cpu": 512, "memory_mib": 1024}))


def cdk_capacity_providers() -> None:
    cluster_arn = "arn:aws:ecs:eu-west-1:123456789012:cluster/fargate"
    for name, balancer in BALANCERS.items():
        args = {**SAMPLE, **balancer, "cpu": 512, "memory_mib": 1024, "cluster_arn": cluster_arn}
        FargateSingleton(name, FargateSingletonArgs(**args, capacity_provider="FARGATE"))


def cdk_ephemeral_storage() -> None:
    for (name, balancer), gib in zip(BALANCERS.items(), (200, 150), strict=True):
        args = {**SAMPLE, **balancer, "cpu": 512, "memory_mib": 1024, "ephemeral_storage_gib": gib}
        FargateSingleton(name, FargateSingletonArgs(**args))


def cdk_special_listener() -> None:
    caddy = {**SAMPLE, "image": "abiosoft/caddy:1.0.3", "port": 2015}
    http = SingletonLoadBalancer(**EVERYBODY, listener_protocol="HTTP", listener_port=2015)
    acknowledge = dict.fromkeys(("ecs-root-user", "ecs-public-without-login", "ecs-plain-http"), EXAMPLE)
    alb = FargateSingleton("fargate-alb", FargateSingletonArgs(**caddy, load_balancer=http, acknowledge=acknowledge))
    tcp = NetworkLoadBalancer(**CLIENTS, listener_port=2015)
    nlb = FargateSingleton(
        "fargate-nlb",
        FargateSingletonArgs(
            **caddy,
            network_load_balancer=tcp,
            acknowledge=dict.fromkeys(("ecs-root-user", "ecs-public-without-login"), EXAMPLE),
        ),
    )
    pulumi.export("alb", alb.url)
    pulumi.export("nlb", nlb.url)


def cdk_tls_network_load_balancer() -> None:
    tls = NetworkLoadBalancer(
        **CLIENTS,
        listener_port=443,
        protocol="TLS",
        certificate_arn="arn:aws:acm:eu-west-1:123456789012:certificate/91e5c8a3-2d4f-47b6-8f0a-6c3b7d12e9f5",
    )
    FargateSingleton("my-service", FargateSingletonArgs(**SAMPLE, network_load_balancer=tls, acknowledge=OPEN_HTTPS))


def cdk_network_health() -> None:
    FargateSingleton("my-service", FargateSingletonArgs(**SAMPLE, network_load_balancer=TCP, acknowledge=OPEN_HTTPS))
