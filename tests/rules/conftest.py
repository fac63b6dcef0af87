"""Makes ``minimal`` importable, and simulates responses of AWS that the examples of rules need."""

import sys
from pathlib import Path

import pulumi
import pytest

from moorings.preview.simulated_cloud import SimulatedCloud

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def simulated_responses(monkeypatch):
    """``PRIVATE_VPC_ID`` has no routes to an internet gateway, and MSK has not published the addresses for public access."""
    invoke = SimulatedCloud.invoke

    def invoke_with_route_tables(self, token, args, provider):
        if token == "aws:ec2/getRouteTables:getRouteTables":
            return {"ids": [] if args.get("vpcId") == "vpc-0000000a" else ["rtb-00000001"]}
        return invoke(self, token, args, provider)

    monkeypatch.setattr(SimulatedCloud, "invoke", invoke_with_route_tables)
    unpublished = property(lambda _: pulumi.Output.from_input(""))
    monkeypatch.setattr("pulumi_aws.msk.Cluster.bootstrap_brokers_public_sasl_iam", unpublished)
    monkeypatch.setattr("moorings.msk.broker_endpoints.is_dry_run", lambda: False)
