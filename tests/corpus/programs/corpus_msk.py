"""Public configurations of Amazon MSK, each as a program. The names are those of the files in ``originals/msk``."""

import pulumi
import pulumi_aws as aws

from moorings import (
    EncryptionKey,
    EncryptionKeyArgs,
    MskClientPolicy,
    MskCluster,
    MskClusterArgs,
    MskConfigurationRevision,
)

VPC = "vpc-0d1c7a52e8b94f360"
SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"]
IN_THREE_ZONES = {"vpc_id": VPC, "subnet_ids": SUBNETS, "kafka_version": "3.9.x.kraft"}
IN_TWO_ZONES = {**IN_THREE_ZONES, "subnet_ids": SUBNETS[:2]}
CLIENTS = {"private": "10.0.0.0/16"}
OTHER_VPC = "vpc-07f3e9b1d45c6a820"
OTHER_SUBNETS = ["subnet-0c6b9e3d2f8a17540", "subnet-08d5f1a74be2c6093", "subnet-04b2d6e8f1a3c5970"]
AUTHORITY = "arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
CONFIGURATION = "arn:aws:kafka:eu-west-1:123456789012:configuration/shared/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
ANYBODY = {"msk-unauthenticated": "an example without data"}


def cdk_add_cluster_user() -> None:
    users = ["integ-user-1", "integ-user-2"]
    MskCluster("integ-test", MskClusterArgs(**IN_TWO_ZONES, instance_type="kafka.m5.large", iam=False, users=users))


def cdk_authentication() -> None:
    args = MskClusterArgs(**IN_TWO_ZONES, instance_type="kafka.m5.large", certificate_authority_arns=[AUTHORITY])
    MskCluster("integ-test-auth", args)


def cdk_express() -> None:
    kafka = MskCluster(
        "integ-test-express",
        MskClusterArgs(
            **{**IN_THREE_ZONES, "kafka_version": "3.8.x"},
            broker_type="express",
            instance_type="express.m7g.xlarge",
            scram=False,
            iam=False,
            unauthenticated=True,
            protect=False,
            acknowledge=ANYBODY,
        ),
    )
    pulumi.export("express_bootstrap_brokers", kafka.bootstrap_servers["tls"])


def cdk_sasl_scram_iam() -> None:
    MskCluster("integ-test-sasl", MskClusterArgs(**IN_TWO_ZONES, instance_type="kafka.m5.large", protect=False))


def cdk_scram_user_key() -> None:
    description = "Customer-provided key for MSK SASL/SCRAM secrets"
    key = EncryptionKey("scram", EncryptionKeyArgs(description=description, services=["secretsmanager", "kafka"]))
    args = MskClusterArgs(**IN_TWO_ZONES, iam=False, users=["integ-user-1"], secrets_kms_key_arn=key.arn)
    MskCluster("integ-test-user-key", args)


def cdk_storage_mode() -> None:
    for name, tiered in {"tiered": True, "local": False}.items():
        MskCluster(
            name,
            MskClusterArgs(
                **IN_TWO_ZONES,
                instance_type="kafka.m5.large",
                tiered_storage=tiered,
                scram=False,
                iam=False,
                unauthenticated=True,
                acknowledge=ANYBODY,
            ),
        )


def cdk_versions() -> None:
    for version in ("3.6.0", "3.7.x", "3.7.x.kraft", "3.8.x", "3.8.x.kraft", "3.9.x", "3.9.x.kraft", "4.1.x.kraft"):
        MskCluster(
            f"v{version.replace('.', '-')}",
            MskClusterArgs(
                **{**IN_TWO_ZONES, "kafka_version": version},
                scram=False,
                iam=False,
                unauthenticated=True,
                acknowledge=ANYBODY,
            ),
        )


def cdk_vpc_connectivity() -> None:
    MskCluster(
        "integ-test-vpc-connectivity",
        MskClusterArgs(
            **IN_TWO_ZONES,
            instance_type="kafka.m5.large",
            scram=False,
            connectivity="private-link",
            connectivity_step="enable",
            private_link_accounts={"own": "123456789012"},
        ),
    )


def cdk_zookeeper() -> None:
    kafka = MskCluster(
        "cluster-zookeeper",
        MskClusterArgs(
            **{**IN_TWO_ZONES, "kafka_version": "3.9.x"},
            instance_type="kafka.m5.large",
            scram=False,
            iam=False,
            unauthenticated=True,
            acknowledge=ANYBODY,
        ),
    )
    pulumi.export("zookeeper", aws.msk.get_cluster_output(cluster_name=kafka.cluster_name).zookeeper_connect_string)


def cdk_cluster() -> None:
    logs = {"log_bucket": "logging-bucket", "cloudwatch_logs": False}
    MskCluster(
        "integ-test",
        MskClusterArgs(
            **IN_TWO_ZONES, **logs, scram=False, iam=False, unauthenticated=True, protect=False, acknowledge=ANYBODY
        ),
    )
    iam = MskCluster("integ-test-iam-auth", MskClusterArgs(**IN_TWO_ZONES, **logs, scram=False, protect=False))
    MskCluster(
        "integ-test-iam-tls-auth",
        MskClusterArgs(**IN_TWO_ZONES, **logs, scram=False, certificate_authority_arns=[AUTHORITY], protect=False),
    )
    pulumi.export("bootstrap_brokers", iam.bootstrap_servers)


def cdk_serverless() -> None:
    other_group = aws.ec2.SecurityGroup("other", vpc_id=OTHER_VPC, description="MSK Serverless")
    aws.msk.ServerlessCluster(
        "my-serverless-cluster",
        client_authentication={"sasl": {"iam": {"enabled": True}}},
        vpc_configs=[
            {"subnet_ids": SUBNETS[:2]},
            {"subnet_ids": OTHER_SUBNETS[:2], "security_group_ids": [other_group.id]},
        ],
    )
    cluster_arn = "arn:aws:kafka:eu-west-1:123456789012:cluster/my-serverless-cluster/0d1c7a52-8b94-4f36-a0e2-1f7c-s1"
    pulumi.export("policy", MskClientPolicy(cluster_arn=cluster_arn, write_topics=["orders"]).document)


def pulumi_msk_example() -> None:
    kafka = MskCluster(
        "example",
        MskClusterArgs(
            **IN_TWO_ZONES,
            instance_type="kafka.m5.large",
            users=["msk-user"],
            client_cidrs=CLIENTS,
            prometheus_cidrs=CLIENTS,
            log_retention_days=7,
            auto_create_topics=True,
            default_replication_factor=2,
            min_insync_replicas=1,
            num_partitions=6,
            retention_hours=168,
            server_properties={"delete.topic.enable": "true"},
        ),
    )
    pulumi.export("bootstrap_brokers", kafka.bootstrap_servers)


def kics_all_properties() -> None:
    MskCluster(
        "all-properties",
        MskClusterArgs(
            **IN_THREE_ZONES,
            instance_type="kafka.m5.large",
            volume_gib=100,
            enhanced_monitoring="PER_BROKER",
            kms_key_arn=KEY,
            prometheus_cidrs=CLIENTS,
            existing_configuration=MskConfigurationRevision(arn=CONFIGURATION, revision=1),
            scram=False,
            iam=False,
            certificate_authority_arns=[AUTHORITY],
            tags={"Environment": "Test", "Owner": "QATeam"},
        ),
    )
