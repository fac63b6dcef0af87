"""Public configurations of Amazon MSK with Terraform. The names are those of the files in ``originals/msk``."""

import pulumi
import pulumi_aws as aws

from moorings import (
    KafkaConnection,
    KafkaPermissions,
    MskCluster,
    MskClusterArgs,
    MskVpcConnection,
    MskVpcConnectionArgs,
    override,
)

VPC = "vpc-0d1c7a52e8b94f360"
SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"]
IN_THREE_ZONES = {"vpc_id": VPC, "subnet_ids": SUBNETS, "kafka_version": "3.9.x.kraft"}
CLIENTS = {"private": "10.0.0.0/16"}
OTHER_VPC = "vpc-07f3e9b1d45c6a820"
OTHER_SUBNETS = ["subnet-0c6b9e3d2f8a17540", "subnet-08d5f1a74be2c6093", "subnet-04b2d6e8f1a3c5970"]
AUTHORITY = "arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
EXAMPLE = {"Example": "ex-complete", "GithubRepo": "terraform-aws-msk-kafka-cluster"}
ANYBODY = {"msk-unauthenticated": "an example without data"}
DEVELOPMENT = {"msk-burstable-brokers": "an example without data"}


def terraform_module_basic() -> None:
    MskCluster(
        "ex-basic",
        MskClusterArgs(
            **IN_THREE_ZONES,
            instance_type="kafka.t3.small",
            scram=False,
            iam=False,
            unauthenticated=True,
            client_cidrs=CLIENTS,
            acknowledge={**DEVELOPMENT, **ANYBODY},
        ),
    )


def terraform_module_complete() -> None:
    kafka = MskCluster(
        "ex-complete",
        MskClusterArgs(
            **IN_THREE_ZONES,
            instance_type="kafka.m5.large",
            enhanced_monitoring="PER_TOPIC_PER_PARTITION",
            volume_gib=100,
            volume_autoscaling_max_gib=512,
            volume_autoscaling_target_percent=80,
            iam=False,
            users=["producer", "consumer"],
            allow_everyone_if_no_acl_found=False,
            auto_create_topics=True,
            server_properties={"delete.topic.enable": "true"},
            client_cidrs=CLIENTS,
            prometheus_cidrs=CLIENTS,
            log_bucket="ex-complete-logs",
            log_bucket_prefix="ex-complete",
            connectivity="private-link",
            connectivity_step="enable",
            private_link_accounts={"own": "123456789012"},
            tags=EXAMPLE,
            acknowledge={"msk-acl-lockout": "the ACLs exist"},
        ),
    )
    MskVpcConnection(
        "connection-one",
        MskVpcConnectionArgs(
            cluster_arn=kafka.arn,
            listener="scram",
            vpc_id=OTHER_VPC,
            subnet_ids=OTHER_SUBNETS,
            client_cidrs={"vpc": "10.1.0.0/16"},
        ),
    )
    for team in ("team_a", "team_b"):
        aws.glue.Registry(team, registry_name=team)
    record = {
        "type": "record",
        "name": "r1",
        "fields": [{"name": "f1", "type": "int"}, {"name": "f2", "type": "string"}],
    }
    aws.glue.Schema(
        "tweets",
        registry_arn="arn:aws:glue:eu-west-1:123456789012:registry/team_a",
        schema_name="tweets",
        data_format="AVRO",
        compatibility="FORWARD",
        schema_definition=pulumi.Output.json_dumps(record),
    )


def terraform_module_serverless() -> None:
    brokers = aws.ec2.SecurityGroup("brokers", vpc_id=VPC, description="MSK Serverless")
    cluster = aws.msk.ServerlessCluster(
        "ex-serverless",
        client_authentication={"sasl": {"iam": {"enabled": True}}},
        vpc_configs=[{"subnet_ids": SUBNETS, "security_group_ids": [brokers.id]}],
    )
    connection = KafkaConnection(
        listener="iam",
        bootstrap_servers=cluster.bootstrap_brokers_sasl_iam,
        cluster_arn=cluster.arn,
        security_group_id=brokers.id,
        permissions=KafkaPermissions(read_topics=["orders"], consumer_groups=["orders"]),
    )
    pulumi.export("settings", connection.java())


def terraform_module_connect() -> None:
    MskCluster(
        "ex-connect",
        MskClusterArgs(
            **IN_THREE_ZONES,
            instance_type="kafka.t3.small",
            scram=False,
            iam=False,
            unauthenticated=True,
            client_cidrs=CLIENTS,
            acknowledge={**DEVELOPMENT, **ANYBODY},
        ),
    )
    aws.mskconnect.CustomPlugin(
        "debezium",
        content_type="JAR",
        description="Debezium PostgreSQL connector",
        location={"s3": {"bucket_arn": "arn:aws:s3:::plugins", "file_key": "debezium-connector-postgres.jar"}},
    )
    converter = "org.apache.kafka.connect.storage.StringConverter"
    aws.mskconnect.WorkerConfiguration(
        "ex-connect", properties_file_content=f"key.converter={converter}\nvalue.converter={converter}\n"
    )


def cloud_posse_complete() -> None:
    MskCluster(
        "msk-test",
        MskClusterArgs(
            **IN_THREE_ZONES,
            instance_type="kafka.t3.small",
            broker_hosted_zone_id="Z3SO0TKDDQ0RGG",
            client_security_group_ids={"default": "sg-0b92d7f4a1e63c508"},
            acknowledge=DEVELOPMENT,
        ),
    )


def terraform_provider_basic() -> None:
    kafka = MskCluster(
        "example",
        MskClusterArgs(
            **IN_THREE_ZONES,
            instance_type="kafka.m5.large",
            volume_gib=1000,
            kms_key_arn=KEY,
            prometheus_cidrs=CLIENTS,
            log_bucket="msk-broker-logs-bucket",
            log_bucket_prefix="logs/msk-",
            log_firehose_stream="terraform-kinesis-firehose-msk-broker-logs-stream",
            scram=False,
            iam=False,
            unauthenticated=True,
            tags={"foo": "bar"},
            acknowledge=ANYBODY,
        ),
    )
    pulumi.export("bootstrap_brokers_tls", kafka.bootstrap_servers["tls"])


def terraform_provider_throughput() -> None:
    MskCluster(
        "example",
        MskClusterArgs(
            **IN_THREE_ZONES,
            instance_type="kafka.m5.4xlarge",
            volume_gib=1000,
            volume_throughput_mib_per_second=250,
            server_properties={"num.replica.fetchers": "4"},
            scram=False,
            iam=False,
            unauthenticated=True,
            acknowledge=ANYBODY,
        ),
    )


def provider_test_basic() -> None:
    MskCluster(
        "test",
        MskClusterArgs(
            **IN_THREE_ZONES,
            instance_type="kafka.m5.large",
            volume_gib=10,
            scram=False,
            iam=False,
            unauthenticated=True,
            acknowledge=ANYBODY,
        ),
    )


def provider_test_public_access() -> None:
    MskCluster(
        "test",
        MskClusterArgs(
            **IN_THREE_ZONES,
            instance_type="kafka.m5.large",
            volume_gib=10,
            scram=False,
            connectivity="public",
            connectivity_step="enable",
        ),
    )


def provider_test_mutual_tls() -> None:
    MskCluster(
        "test",
        MskClusterArgs(
            **IN_THREE_ZONES,
            instance_type="kafka.m5.large",
            volume_gib=10,
            scram=False,
            iam=False,
            allow_everyone_if_no_acl_found=True,
            certificate_authority_arns=[AUTHORITY],
        ),
    )


def provider_test_scram() -> None:
    MskCluster(
        "test",
        MskClusterArgs(
            **IN_THREE_ZONES,
            instance_type="kafka.m5.large",
            volume_gib=10,
            iam=False,
            allow_everyone_if_no_acl_found=True,
        ),
    )


def provider_test_iam() -> None:
    MskCluster("test", MskClusterArgs(**IN_THREE_ZONES, instance_type="kafka.m5.large", volume_gib=10, scram=False))


def provider_test_configuration() -> None:
    MskCluster(
        "test",
        MskClusterArgs(
            **IN_THREE_ZONES,
            instance_type="kafka.m5.large",
            volume_gib=10,
            server_properties={"log.cleaner.delete.retention.ms": "86400000"},
            scram=False,
            iam=False,
            unauthenticated=True,
            acknowledge=ANYBODY,
        ),
    )


def provider_test_encryption_at_rest() -> None:
    MskCluster(
        "test",
        MskClusterArgs(
            **IN_THREE_ZONES,
            instance_type="kafka.m5.large",
            volume_gib=10,
            kms_key_arn=KEY,
            scram=False,
            iam=False,
            unauthenticated=True,
            acknowledge=ANYBODY,
        ),
    )


def provider_test_plaintext() -> None:
    MskCluster(
        "test",
        MskClusterArgs(
            **IN_THREE_ZONES,
            instance_type="kafka.m5.large",
            volume_gib=10,
            client_broker_encryption="PLAINTEXT",
            scram=False,
            iam=False,
            unauthenticated=True,
            acknowledge={**ANYBODY, "msk-plaintext": "an example without data"},
        ),
    )


def provider_test_tls_and_plaintext() -> None:
    MskCluster(
        "test",
        MskClusterArgs(
            **IN_THREE_ZONES,
            instance_type="kafka.m5.large",
            volume_gib=10,
            client_broker_encryption="TLS_PLAINTEXT",
            scram=False,
            iam=False,
            unauthenticated=True,
            acknowledge={**ANYBODY, "msk-plaintext": "an example without data"},
        ),
    )


def provider_test_in_cluster() -> None:
    not_encrypted = override("cluster", {"encryptionInfo": {"encryptionInTransit": {"inCluster": False}}})
    MskCluster(
        "test",
        MskClusterArgs(
            **IN_THREE_ZONES,
            instance_type="kafka.m5.large",
            volume_gib=10,
            scram=False,
            iam=False,
            unauthenticated=True,
            acknowledge=ANYBODY,
        ),
        pulumi.ResourceOptions(transforms=[not_encrypted]),
    )


def provider_test_monitoring() -> None:
    MskCluster(
        "test",
        MskClusterArgs(
            **IN_THREE_ZONES,
            instance_type="kafka.m5.large",
            volume_gib=10,
            enhanced_monitoring="PER_TOPIC_PER_BROKER",
            brokers_per_zone=2,
            scram=False,
            iam=False,
            unauthenticated=True,
            acknowledge=ANYBODY,
        ),
    )


def provider_test_exporters() -> None:
    one = override("cluster", {"openMonitoring": {"prometheus": {"nodeExporter": {"enabledInBroker": False}}}})
    MskCluster(
        "test",
        MskClusterArgs(
            **IN_THREE_ZONES,
            instance_type="kafka.m5.large",
            volume_gib=10,
            prometheus_cidrs=CLIENTS,
            scram=False,
            iam=False,
            unauthenticated=True,
            acknowledge=ANYBODY,
        ),
        pulumi.ResourceOptions(transforms=[one]),
    )
