"""The clusters of the benchmarks, each with one user, as CloudFormation templates of the AWS CDK."""

import sys

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_msk_alpha as msk

PER_STACK = 20
"""Clusters per stack. A template has at most 500 resources."""


class Clusters(cdk.Stack):
    """Clusters in one existing VPC."""

    def __init__(self, app: cdk.App, stack_name: str, names: list[str]) -> None:
        """Create clusters with these names."""
        super().__init__(app, stack_name)
        zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
        subnets = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"]
        vpc = ec2.Vpc.from_vpc_attributes(
            self, "vpc", vpc_id="vpc-0d1c7a52e8b94f360", availability_zones=zones, private_subnet_ids=subnets
        )
        for name in names:
            key = kms.Key(self, f"{name}-data", enable_key_rotation=True)
            cluster = msk.Cluster(
                self,
                name,
                cluster_name=name,
                kafka_version=msk.KafkaVersion.of("3.9.x.kraft"),
                vpc=vpc,
                instance_type=ec2.InstanceType("m7g.large"),
                ebs_storage_info=msk.EbsStorageInfo(volume_size=100, encryption_key=key),
                # The construct creates the key that add_user requires only with SCRAM alone and without a custom key.
                client_authentication=msk.ClientAuthentication.sasl(scram=True),
                logging=msk.BrokerLogging(cloudwatch_log_group=logs.LogGroup(self, f"{name}-logs", encryption_key=key)),
            )
            cluster.add_user("orders")


def main(count: int) -> None:
    """Write the templates of ``count`` clusters."""
    app = cdk.App()
    names = [f"n{number}" for number in range(count)]
    for start in range(0, count, PER_STACK):
        Clusters(app, f"s{start}", names[start : start + PER_STACK])
    app.synth()


if __name__ == "__main__":
    main(int(sys.argv[1]))
