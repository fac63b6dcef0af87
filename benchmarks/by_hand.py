"""The resources of `MskCluster` without components, as a baseline."""

import json
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from moorings.aws.encryption_key import ADMINISTRATION_ACTIONS, GRANT_ACTIONS, USE_ACTIONS

Options = pulumi.ResourceOptions
PROPERTIES = """\
allow.everyone.if.no.acl.found=false
auto.create.topics.enable=false
default.replication.factor=3
log.retention.hours=168
min.insync.replicas=2
num.partitions=3
replica.selector.class=org.apache.kafka.common.replica.RackAwareReplicaSelector
unclean.leader.election.enable=false
"""


class Group(pulumi.ComponentResource):
    """A component without logic, which groups its children."""

    def __init__(self, type_: str, name: str, opts: Options | None = None) -> None:
        """Register the component."""
        super().__init__(f"byhand:index:{type_}", name, {}, opts)

    @property
    def child(self) -> Options:
        """Options of a child."""
        return Options(parent=self)


def _allow(sid: str, principal: dict[str, str], actions: list[str], condition: Any = None) -> dict[str, Any]:
    statement = {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": actions, "Resource": "*"}
    return statement | {"Condition": condition} if condition else statement


def key(name: str, description: str, services: list[str], logs: str | None, opts: Options | None = None) -> Any:
    """Create a key with its alias and policy."""
    group = Group("Key", name, opts)
    invoke = pulumi.InvokeOptions(parent=group)
    account = aws.get_caller_identity_output(opts=invoke)
    region = aws.get_region_output(opts=invoke)
    partition = aws.get_partition_output(opts=invoke)

    def policy(context: list[Any]) -> str:
        account_id, region, partition = context[0].account_id, context[1].region, context[2]
        root = {"AWS": f"arn:{partition.partition}:iam::{account_id}:root"}
        via = [f"{service}.{region}.{partition.dns_suffix}" for service in [*services, *(["logs"] if logs else [])]]
        statements = [
            _allow("Administer", root, ADMINISTRATION_ACTIONS),
            _allow("UseThroughServices", root, USE_ACTIONS, {"StringEquals": {"kms:ViaService": via}}),
            _allow(
                "GrantToServices",
                root,
                GRANT_ACTIONS,
                {
                    "Bool": {"kms:GrantIsForAWSResource": "true"},
                    "StringEquals": {"kms:ViaService": via[: len(services)]},
                },
            ),
        ]
        if logs:
            log_group = f"arn:{partition.partition}:logs:{region}:{account_id}:log-group:{logs}"
            condition = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": [log_group]}}
            statements.append(
                _allow("EncryptLogGroups", {"Service": f"logs.{region}.{partition.dns_suffix}"}, USE_ACTIONS, condition)
            )
        return json.dumps({"Version": "2012-10-17", "Statement": statements})

    kms_key = aws.kms.Key(
        f"{name}-key",
        description=description,
        enable_key_rotation=True,
        rotation_period_in_days=365,
        deletion_window_in_days=30,
        policy=pulumi.Output.all(account, region, partition).apply(policy),
        tags={},
        opts=Options(parent=group, protect=True),
    )
    aws.kms.Alias(f"{name}-alias", name_prefix=f"alias/{name}-", target_key_id=kms_key.key_id, opts=group.child)
    group.register_outputs({"arn": kms_key.arn})
    return kms_key


def user(name: str, username: str, cluster: pulumi.Output[str], kms_key: pulumi.Output[str], opts: Options) -> None:
    """Create a SCRAM user."""
    group = Group("User", name, opts)
    password = random.RandomPassword(
        f"{name}-password", length=40, special=False, keepers={"version": "1"}, opts=group.child
    )
    secret = aws.secretsmanager.Secret(
        f"{name}-secret",
        name_prefix=f"AmazonMSK_{name}-",
        description=f"Credentials of the MSK user {username}",
        kms_key_id=kms_key,
        recovery_window_in_days=30,
        tags={},
        opts=group.child,
    )
    version = aws.secretsmanager.SecretVersion(
        f"{name}-version",
        secret_id=secret.id,
        secret_string=pulumi.Output.json_dumps({"username": username, "password": password.result}),
        opts=group.child,
    )
    statement = {
        "Sid": "AWSKafkaResourcePolicy",
        "Effect": "Allow",
        "Principal": {"Service": "kafka.amazonaws.com"},
        "Action": "secretsmanager:getSecretValue",
    }
    policy = aws.secretsmanager.SecretPolicy(
        f"{name}-policy",
        secret_arn=secret.arn,
        policy=secret.arn.apply(
            lambda arn: json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Resource": arn}]})
        ),
        opts=group.child,
    )
    aws.msk.SingleScramSecretAssociation(
        f"{name}-association",
        cluster_arn=cluster,
        secret_arn=secret.arn,
        opts=Options(parent=group, depends_on=[version, policy]),
    )
    group.register_outputs({"secretArn": secret.arn, "versionId": version.version_id})


def cluster(name: str, vpc_id: str, subnet_ids: list[str], users: list[str]) -> None:
    """Create a cluster with its keys, configuration, logs, security group and users."""
    group = Group("Cluster", name)
    data = key(f"{name}-data", f"Data at rest of the MSK cluster {name}", ["kafka"], f"/aws/msk/{name}-*", group.child)
    log_group = aws.cloudwatch.LogGroup(
        f"{name}-log-group",
        name_prefix=f"/aws/msk/{name}-",
        kms_key_id=data.arn,
        retention_in_days=365,
        tags={},
        opts=group.child,
    )
    security_group = aws.ec2.SecurityGroup(
        f"{name}-security-group",
        description="Clients of the MSK cluster",
        vpc_id=vpc_id,
        tags={"Name": name},
        opts=group.child,
    )
    configuration = aws.msk.Configuration(
        f"{name}-configuration",
        server_properties=PROPERTIES,
        opts=group.child,
    )
    msk_cluster = aws.msk.Cluster(
        f"{name}-cluster",
        kafka_version="3.9.x.kraft",
        number_of_broker_nodes=3,
        broker_node_group_info={
            "instance_type": "kafka.m7g.large",
            "client_subnets": subnet_ids,
            "security_groups": [security_group.id],
            "storage_info": {"ebs_storage_info": {"volume_size": 100}},
            "connectivity_info": {"public_access": {"type": "DISABLED"}},
        },
        client_authentication={"sasl": {"scram": True, "iam": True}, "unauthenticated": False},
        configuration_info={"arn": configuration.arn, "revision": configuration.latest_revision},
        encryption_info={
            "encryption_at_rest_kms_key_arn": data.arn,
            "encryption_in_transit": {"client_broker": "TLS", "in_cluster": True},
        },
        enhanced_monitoring="PER_TOPIC_PER_BROKER",
        logging_info={
            "broker_logs": {
                "cloudwatch_logs": {"enabled": True, "log_group": log_group.name},
                "firehose": {"enabled": False},
                "s3": {"enabled": False},
            }
        },
        open_monitoring={
            "prometheus": {"jmx_exporter": {"enabled_in_broker": False}, "node_exporter": {"enabled_in_broker": False}}
        },
        tags={},
        opts=Options(parent=group, protect=True, custom_timeouts=pulumi.CustomTimeouts("3h", "6h", "2h")),
    )
    nodes = aws.msk.get_broker_nodes_output(cluster_arn=msk_cluster.arn, opts=pulumi.InvokeOptions(parent=group))
    secrets = key(
        f"{name}-secrets", f"Secrets of the MSK users of {name}", ["secretsmanager", "kafka"], None, group.child
    )
    for username in users:
        user(f"{name}-{username}", username, msk_cluster.arn, secrets.arn, group.child)
    hosts = nodes.node_info_lists.apply(lambda infos: sorted(info.endpoints[0] for info in infos))
    group.register_outputs(
        {
            "arn": msk_cluster.arn,
            "scram": hosts.apply(lambda names: ",".join(f"{name}:9096" for name in names)),
            "iam": hosts.apply(lambda names: ",".join(f"{name}:9098" for name in names)),
        }
    )
