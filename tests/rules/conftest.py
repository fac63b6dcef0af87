"""Makes ``minimal`` importable, and simulates responses of AWS that the examples of rules need."""

import importlib
import sys
from pathlib import Path

import pytest

from moorings.preview.simulated_cloud import SimulatedCloud

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1] / "components" / "programs"))

for module in ("minimal_singletons", "minimal_workloads", "minimal_jobs"):
    importlib.import_module(module)


@pytest.fixture(autouse=True)
def simulated_responses(monkeypatch):
    """``PRIVATE_VPC_ID`` has no routes to an internet gateway, and MSK has not published the addresses for public access.

    The load balancer ``plain`` has an HTTP listener, and ``peered`` is in another VPC. ``subnet-0000000e`` is in an Availability Zone that MSK does not support. Other subnets are not described.
    """
    invoke, outputs = SimulatedCloud.invoke, SimulatedCloud.outputs

    def invoke_with_route_tables(self, token, args, provider):
        if token == "aws:ec2/getRouteTables:getRouteTables":
            return {"ids": [] if args.get("vpcId") == "vpc-0000000a" else ["rtb-00000001"]}
        if token == "aws:lb/getListener:getListener":
            plain = "/plain/" in args["arn"]
            return {"protocol": "HTTP" if plain else "HTTPS", "port": 80 if plain else 443}
        if token == "aws:lb/getLoadBalancer:getLoadBalancer":
            vpc_id = "vpc-0000000b" if "/peered/" in args["arn"] else "vpc-00000001"
            return {"vpcId": vpc_id, "internal": True, "securityGroups": ["sg-0000000c"]}
        found = invoke(self, token, args, provider)
        if token == "aws:ec2/getSubnet:getSubnet" and found is None:
            zone = {"availabilityZone": "us-east-1e", "availabilityZoneId": "use1-az3"}
            return {
                "id": args.get("id"),
                "vpcId": "vpc-00000001" if args.get("id") == "subnet-0000000e" else "",
                **zone,
            }
        return found

    def outputs_without_public_addresses(self, resource, inputs):
        id_, values = outputs(self, resource, inputs)
        unpublished = {"bootstrapBrokersPublicSaslIam": ""} if resource.type == "aws:msk/cluster:Cluster" else {}
        return id_, {**values, **unpublished}

    monkeypatch.setattr(SimulatedCloud, "invoke", invoke_with_route_tables)
    monkeypatch.setattr(SimulatedCloud, "outputs", outputs_without_public_addresses)
    monkeypatch.setattr("moorings.msk.broker_endpoints.is_dry_run", lambda: False)
