"""Task definitions with FireLens, each as a program. The names are those of the files in ``originals/ecs``."""

from typing import Any

from moorings import (
    ContainerHealthCheck,
    EcsSecretReference,
    FargateSingleton,
    FargateSingletonArgs,
    FireLensLogs,
    FireLensRouter,
    SidecarContainer,
)

TASK: dict[str, Any] = {
    "vpc_id": "vpc-0d1c7a52e8b94f360",
    "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"],
    "image": "httpd:2.4",
    "user": "0",
    "health_check": ContainerHealthCheck(command=["httpd", "-t"]),
    "read_only_root_filesystem": False,
    "depends_on": {"log-router": "START"},
    "acknowledge": {"ecs-root-user": "Fluent Bit and httpd start as root"},
}
ROUTER: dict[str, Any] = {
    "image": "public.ecr.aws/aws-observability/aws-for-fluent-bit:2.32.5",
    "user": "0",
    "memory_reservation_mib": 50,
}
API_KEY = EcsSecretReference(secret_arn="arn:aws:secretsmanager:eu-west-1:123456789012:secret:api-key-b7Kq2Z")


def firelens_datadog() -> None:
    FargateSingleton(
        "app",
        FargateSingletonArgs(
            **TASK,
            sidecars={"log-router": SidecarContainer(**ROUTER, firelens_router=FireLensRouter())},
            firelens_logs=FireLensLogs(
                options={
                    "Name": "datadog",
                    "Host": "http-intake.logs.datadoghq.com",
                    "TLS": "on",
                    "dd_service": "my-httpd-service",
                    "dd_source": "httpd",
                    "dd_tags": "project:example",
                    "provider": "ecs",
                    "retry_limit": "2",
                },
                secret_options={"apikey": API_KEY},
            ),
        ),
    )


def firelens_firehose() -> None:
    FargateSingleton(
        "app",
        FargateSingletonArgs(
            **TASK,
            sidecars={"log-router": SidecarContainer(**ROUTER, firelens_router=FireLensRouter(ecs_log_metadata=False))},
            firelens_logs=FireLensLogs(
                options={"Name": "firehose", "region": "us-west-2", "delivery_stream": "my-stream"}
            ),
        ),
    )


def firelens_cloudwatch() -> None:
    FargateSingleton(
        "app",
        FargateSingletonArgs(
            **TASK,
            sidecars={"log-router": SidecarContainer(**ROUTER, firelens_router=FireLensRouter())},
            firelens_logs=FireLensLogs(
                options={
                    "Name": "cloudwatch",
                    "region": "us-west-2",
                    "log_group_name": "/aws/ecs/containerinsights/$(ecs_cluster)/application",
                    "auto_create_group": "true",
                    "log_stream_name": "$(ecs_task_id)",
                }
            ),
        ),
    )


def firelens_loki() -> None:
    FargateSingleton(
        "app",
        FargateSingletonArgs(
            **TASK,
            sidecars={"log-router": SidecarContainer(**ROUTER, firelens_router=FireLensRouter())},
            firelens_logs=FireLensLogs(
                options={
                    "Name": "grafana-loki",
                    "Labels": '{job="firelens"}',
                    "RemoveKeys": "container_id,ecs_task_arn",
                    "LabelKeys": "container_name,ecs_task_definition,source,ecs_cluster",
                    "LineFormat": "key_value",
                },
                secret_options={"apikey": API_KEY, "Url": API_KEY},
            ),
        ),
    )


def firelens_health_check() -> None:
    router = SidecarContainer(
        **ROUTER,
        firelens_router=FireLensRouter(config_file="/fluent-bit/configs/output-metrics-healthcheck.conf"),
        health_check=ContainerHealthCheck(
            command=["/bin/sh", "-c", "curl -f http://127.0.0.1:2020/api/v1/uptime || exit 1"],
            interval_seconds=10,
            timeout_seconds=5,
            retries=2,
        ),
        startup_seconds=30,
    )
    FargateSingleton(
        "app",
        FargateSingletonArgs(
            **{**TASK, "image": "nginx:1.29", "depends_on": {"log-router": "HEALTHY"}},
            sidecars={"log-router": router},
            firelens_logs=FireLensLogs(
                options={
                    "Name": "cloudwatch_logs",
                    "region": "us-west-2",
                    "log_group_name": "app-stdout-logs",
                    "auto_create_group": "true",
                    "log_stream_name": "ecs-",
                    "retry_limit": "2",
                }
            ),
        ),
    )


def firelens_config_file() -> None:
    FargateSingleton(
        "app",
        FargateSingletonArgs(
            **TASK,
            sidecars={
                "log-router": SidecarContainer(
                    **{**ROUTER, "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/custom-fluent-bit:1.0"},
                    firelens_router=FireLensRouter(config_file="/extra.conf"),
                    environment={"APP_VERSION": "v1.1.14"},
                )
            },
            firelens_logs=FireLensLogs(
                options={"Name": "firehose", "region": "us-west-2", "delivery_stream": "my-stream"}
            ),
        ),
    )
