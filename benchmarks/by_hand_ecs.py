"""The resources of `FargateSingleton` without components, as a baseline."""

import json
from typing import Any

import by_hand
import pulumi
import pulumi_aws as aws

Options = pulumi.ResourceOptions


def _allow(sid: str, actions: list[str], resource: Any, condition: Any = None) -> dict[str, Any]:
    statement = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}
    return statement | {"Condition": condition} if condition else statement


def _policy(*statements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _group(name: str, description: str, vpc_id: str, child: Options) -> Any:
    return aws.ec2.SecurityGroup(
        f"{name}-security-group", description=description, vpc_id=vpc_id, tags={"Name": name}, opts=child
    )


def _rule(  # noqa: PLR0917 - positional arguments keep the calls short
    kind: Any, name: str, group: Any, port: int, description: str, child: Options, **peer: Any
) -> Any:
    return kind(
        name,
        security_group_id=group.id,
        description=description,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        tags={"Name": name},
        opts=child,
        **peer,
    )


def _alarm(name: str, minutes: int, child: Options, **settings: Any) -> None:
    aws.cloudwatch.MetricAlarm(
        name,
        period=60,
        evaluation_periods=minutes,
        actions_enabled=True,
        alarm_actions=[],
        ok_actions=[],
        tags={},
        opts=child,
        **settings,
    )


def _bucket(name: str, context: pulumi.Output[Any], group: pulumi.Resource, child: Options) -> Any:
    bucket = aws.s3.Bucket(f"{name}-access-logs", tags={}, opts=Options(parent=group, protect=True))
    public_access_block = aws.s3.BucketPublicAccessBlock(
        f"{name}-access-logs",
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=child,
    )
    aws.s3.BucketServerSideEncryptionConfiguration(
        f"{name}-access-logs",
        bucket=bucket.id,
        rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
        opts=child,
    )
    expiry = {
        "id": "expire",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "expiration": {"days": 365},
        "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
    }
    aws.s3.BucketLifecycleConfiguration(f"{name}-access-logs", bucket=bucket.id, rules=[expiry], opts=child)

    def policy(values: list[Any]) -> str:
        arn, (partition, region, caller) = values
        balancers = f"arn:{partition.partition}:elasticloadbalancing:{region.region}:{caller.account_id}:loadbalancer/*"
        write = {
            **_allow("AllowAccessLogs", ["s3:PutObject"], f"{arn}/AWSLogs/{caller.account_id}/*"),
            "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
            "Condition": {"ArnLike": {"aws:SourceArn": balancers}},
        }
        tls = {
            "Sid": "RequireTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        return _policy(write, tls)

    written = aws.s3.BucketPolicy(
        f"{name}-access-logs",
        bucket=bucket.id,
        policy=pulumi.Output.all(bucket.arn, context).apply(policy),
        opts=Options(parent=group, depends_on=[public_access_block]),
    )
    return pulumi.Output.all(bucket.id, written.id).apply(lambda values: values[0])


def singleton(name: str, vpc_id: str, subnet_ids: list[str], certificate_arn: str) -> None:
    """Create a service with one task, a secret, a load balancer, logs and alarms."""
    group = by_hand.Group("Singleton", name)
    child, invoke = group.child, pulumi.InvokeOptions(parent=group)
    context = pulumi.Output.all(
        aws.get_partition_output(opts=invoke),
        aws.get_region_output(opts=invoke),
        aws.get_caller_identity_output(opts=invoke),
    )
    subnets = pulumi.Output.all(
        *[aws.ec2.get_subnet_output(id=subnet_id, opts=invoke) for subnet_id in subnet_ids]
    ).apply(lambda _: subnet_ids)
    key = by_hand.key(f"{name}-key", f"Secrets and logs of {name}", ["secretsmanager"], f"/ecs/{name}-*", child)
    logs = aws.cloudwatch.LogGroup(
        f"{name}-log-group",
        name_prefix=f"/ecs/{name}-",
        kms_key_id=key.arn,
        retention_in_days=365,
        tags={},
        opts=Options(parent=group, protect=True),
    )
    secret = aws.secretsmanager.Secret(
        f"{name}-secret",
        name_prefix=f"{name}-",
        description=f"Environment of {name}",
        kms_key_id=key.arn,
        recovery_window_in_days=30,
        tags={},
        opts=Options(parent=group, protect=True),
    )
    version = aws.secretsmanager.SecretVersion(
        f"{name}-secret",
        secret_id=secret.id,
        secret_string=pulumi.Output.json_dumps({"LOGIN": pulumi.Output.secret("x")}),
        opts=Options(parent=group, retain_on_delete=True),
    )

    def trust(values: Any) -> str:
        partition, region, caller = values
        tasks = f"arn:{partition.partition}:ecs:{region.region}:{caller.account_id}:*"
        return _policy(
            {
                "Effect": "Allow",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "ArnLike": {"aws:SourceArn": tasks},
                    "StringEquals": {"aws:SourceAccount": caller.account_id},
                },
            }
        )

    execution, task = (
        aws.iam.Role(
            f"{name}-{kind}-role",
            description=f"{kind.capitalize()} role of {name}",
            assume_role_policy=context.apply(trust),
            tags={},
            opts=child,
        )
        for kind in ("execution", "task")
    )

    def read(values: Any) -> str:
        (partition, region, _), log_group_arn, secret_arn, key_arn = values
        via = {
            "kms:ViaService": f"secretsmanager.{region.region}.{partition.dns_suffix}",
            "kms:EncryptionContext:SecretARN": [secret_arn],
        }
        return _policy(
            _allow("Logs", ["logs:CreateLogStream", "logs:PutLogEvents"], f"{log_group_arn}:*"),
            _allow("Secrets", ["secretsmanager:GetSecretValue"], [secret_arn]),
            _allow("Decrypt", ["kms:Decrypt"], key_arn, {"StringEquals": via}),
        )

    policy = aws.iam.RolePolicy(
        f"{name}-execution-policy",
        role=execution.id,
        policy=pulumi.Output.all(context, logs.arn, secret.arn, key.arn).apply(read),
        opts=child,
    )

    def container(values: Any) -> str:
        (_, region, __), log_group, secret_arn, version_id = values
        tmpfs = {
            "containerPath": "/tmp",  # noqa: S108 - a path in the container
            "mountOptions": ["uid=1001", "gid=1001", "mode=0700", "nodev", "nosuid", "exec"],
            "size": 64,
        }
        options = {
            "awslogs-group": log_group,
            "awslogs-region": region.region,
            "awslogs-stream-prefix": name,
            "mode": "non-blocking",
            "max-buffer-size": "25m",
        }
        definition = {
            "name": name,
            "image": "registry.example/orders:1.4.2",
            "essential": True,
            "user": "1001:1001",
            "environment": [{"name": "PORT", "value": "3000"}],
            "secrets": [{"name": "LOGIN", "valueFrom": f"{secret_arn}:LOGIN::{version_id}"}],
            "portMappings": [{"containerPort": 3000, "hostPort": 3000, "name": "app", "protocol": "tcp"}],
            "mountPoints": [],
            "volumesFrom": [],
            "systemControls": [],
            "cpu": 0,
            "privileged": False,
            "readonlyRootFilesystem": True,
            "stopTimeout": 30,
            "linuxParameters": {
                "capabilities": {"add": [], "drop": ["ALL"]},
                "initProcessEnabled": False,
                "tmpfs": [tmpfs],
            },
            "logConfiguration": {"logDriver": "awslogs", "options": options},
        }
        return json.dumps([definition], sort_keys=True, separators=(",", ":"))

    definition = aws.ecs.TaskDefinition(
        f"{name}-task",
        family=name,
        network_mode="awsvpc",
        requires_compatibilities=["FARGATE"],
        cpu="1024",
        memory="2048",
        runtime_platform={"cpu_architecture": "X86_64", "operating_system_family": "LINUX"},
        execution_role_arn=execution.arn,
        task_role_arn=task.arn,
        container_definitions=pulumi.Output.all(context, logs.name, secret.arn, version.version_id).apply(container),
        volumes=[],
        skip_destroy=True,
        tags={},
        opts=child,
    )
    task_group = _group(name, "The singleton's task", vpc_id, child)
    alb_group = _group(f"{name}-alb", "Clients of the load balancer", vpc_id, child)
    ingress, egress = aws.vpc.SecurityGroupIngressRule, aws.vpc.SecurityGroupEgressRule
    vpn = {"cidr_ipv4": "10.80.0.0/16"}
    rules = [
        _rule(egress, f"{name}-out-https", task_group, 443, "Image, secrets, logs", child, cidr_ipv4="0.0.0.0/0"),
        _rule(
            ingress,
            f"{name}-behind-alb",
            task_group,
            3000,
            "Load balancer",
            child,
            referenced_security_group_id=alb_group.id,
        ),
        _rule(ingress, f"{name}-alb-from-vpn", alb_group, 443, "VPN over HTTPS", child, **vpn),
        _rule(ingress, f"{name}-alb-redirects-vpn", alb_group, 80, "VPN, redirected to HTTPS", child, **vpn),
        _rule(
            egress, f"{name}-alb-to-task", alb_group, 3000, "Task", child, referenced_security_group_id=task_group.id
        ),
    ]
    balancer = aws.lb.LoadBalancer(
        f"{name}-alb",
        load_balancer_type="application",
        internal=True,
        security_groups=[alb_group.id],
        subnets=subnets,
        access_logs={"bucket": _bucket(name, context, group, child), "enabled": True},
        desync_mitigation_mode="defensive",
        drop_invalid_header_fields=True,
        enable_deletion_protection=True,
        idle_timeout=300,
        tags={},
        opts=Options(parent=group, protect=True),
    )
    targets = aws.lb.TargetGroup(
        f"{name}-tg",
        target_type="ip",
        vpc_id=vpc_id,
        port=3000,
        protocol="HTTP",
        deregistration_delay=15,
        health_check={
            "enabled": True,
            "path": "/healthy",
            "port": "traffic-port",
            "protocol": "HTTP",
            "matcher": "200",
            "interval": 15,
            "timeout": 5,
            "healthy_threshold": 2,
            "unhealthy_threshold": 5,
        },
        tags={},
        opts=child,
    )
    https = aws.lb.Listener(
        f"{name}-https",
        load_balancer_arn=balancer.arn,
        port=443,
        protocol="HTTPS",
        ssl_policy="ELBSecurityPolicy-TLS13-1-3-2021-06",
        certificate_arn=certificate_arn,
        default_actions=[{"type": "forward", "target_group_arn": targets.arn}],
        tags={},
        opts=child,
    )
    http = aws.lb.Listener(
        f"{name}-http",
        load_balancer_arn=balancer.arn,
        port=80,
        protocol="HTTP",
        default_actions=[
            {"type": "redirect", "redirect": {"port": "443", "protocol": "HTTPS", "status_code": "HTTP_301"}}
        ],
        tags={},
        opts=child,
    )
    answer = {"content_type": "text/plain", "message_body": "Forbidden", "status_code": "403"}
    closed_paths = aws.lb.ListenerRule(
        f"{name}-closed",
        listener_arn=https.arn,
        priority=1,
        conditions=[{"path_pattern": {"values": ["/metrics", "/metrics/*"]}}],
        actions=[{"type": "fixed-response", "fixed_response": answer}],
        tags={},
        opts=child,
    )
    cluster = aws.ecs.Cluster(
        f"{name}-cluster", settings=[{"name": "containerInsights", "value": "enabled"}], tags={}, opts=child
    )
    service = aws.ecs.Service(
        f"{name}-service",
        cluster=cluster.arn,
        task_definition=definition.arn,
        desired_count=1,
        deployment_minimum_healthy_percent=0,
        deployment_maximum_percent=100,
        deployment_configuration={"strategy": "ROLLING"},
        deployment_controller={"type": "ECS"},
        deployment_circuit_breaker={"enable": True, "rollback": True},
        availability_zone_rebalancing="DISABLED",
        wait_for_steady_state=True,
        sigint_rollback=True,
        launch_type="FARGATE",
        platform_version="LATEST",
        network_configuration={"subnets": subnets, "security_groups": [task_group.id], "assign_public_ip": False},
        load_balancers=[{"container_name": name, "container_port": 3000, "target_group_arn": targets.arn}],
        health_check_grace_period_seconds=120,
        enable_execute_command=False,
        enable_ecs_managed_tags=True,
        propagate_tags="SERVICE",
        tags={},
        opts=Options(
            parent=group,
            depends_on=[policy, *rules, https, http, closed_paths],
            delete_before_replace=True,
            custom_timeouts=pulumi.CustomTimeouts("32m", "32m", "32m"),
        ),
    )
    ecs = {
        "namespace": "AWS/ECS",
        "metric_name": "MemoryUtilization",
        "dimensions": {
            "ClusterName": cluster.arn.apply(lambda arn: arn.rpartition("/")[2]),
            "ServiceName": service.name,
        },
    }
    below = {"comparison_operator": "LessThanThreshold", "threshold": 1, "treat_missing_data": "breaching"}
    above = {"comparison_operator": "GreaterThanThreshold", "threshold": 85, "treat_missing_data": "notBreaching"}
    _alarm(f"{name}-none-running", 7, child, statistic="SampleCount", alarm_description="Away", **ecs, **below)
    _alarm(f"{name}-memory", 5, child, statistic="Maximum", alarm_description="Memory", **ecs, **above)
    _alarm(
        f"{name}-unhealthy",
        7,
        child,
        statistic="Maximum",
        alarm_description="Unhealthy",
        namespace="AWS/ApplicationELB",
        metric_name="HealthyHostCount",
        dimensions={"LoadBalancer": balancer.arn_suffix, "TargetGroup": targets.arn_suffix},
        **below,
    )
    group.register_outputs(
        {
            "serviceArn": service.arn,
            "taskDefinitionArn": service.task_definition,
            "securityGroupId": task_group.id,
            "secretArn": secret.arn,
            "loadBalancerArn": balancer.arn,
        }
    )
