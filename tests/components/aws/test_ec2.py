"""Resources and functions of EC2 without the classes of pulumi_aws."""

import subprocess
import sys

import pulumi
import pulumi_aws as aws
import pytest

from moorings.aws.ec2 import DeclaredSecurityGroup, get_route_table_ids, get_subnet
from moorings.preview.recorder import RecordingMonitor

VPC = "vpc-0d1c7a52e8b94f360"
SUBNET = "subnet-0a4e21f7c93d58b06"
FILTERS = [{"name": "route.gateway-id", "values": ["igw-*"]}, {"name": "association.main", "values": ["true"]}]


@pytest.fixture
def requests(monkeypatch, deploy):
    """Returns a function that runs a program, and returns the requests that a monitor received."""

    def requests_of(program, method):
        received = []
        answer = getattr(RecordingMonitor, method)

        def record(monitor, request):
            received.append(type(request).FromString(request.SerializeToString()))
            return answer(monitor, request)

        monkeypatch.setattr(RecordingMonitor, method, record)
        deploy(program)
        monkeypatch.undo()
        return received

    return requests_of


def security_group(constructor):
    def program():
        parent = pulumi.ComponentResource("test:index:Parent", "parent")
        opts = pulumi.ResourceOptions(parent=parent, protect=True)
        group = constructor("brokers", description="Clients", vpc_id=VPC, tags={"Name": "brokers"}, opts=opts)
        pulumi.export("id", group.id)

    return program


def test_the_security_group_is_registered_like_that_of_the_aws_sdk(requests):
    own, other = (
        requests(security_group(constructor), "RegisterResource")[-1]
        for constructor in (DeclaredSecurityGroup, aws.ec2.SecurityGroup)
    )
    for request in (own, other):
        for position in ("sourcePosition", "stackTrace"):
            request.ClearField(position)
    assert own == other


@pytest.mark.parametrize(
    ("own", "other"),
    [
        (
            lambda parent: get_subnet(SUBNET, parent),
            lambda parent: aws.ec2.get_subnet_output(id=SUBNET, opts=pulumi.InvokeOptions(parent=parent)),
        ),
        (
            lambda parent: get_route_table_ids(
                VPC, {condition["name"]: condition["values"] for condition in FILTERS}, parent
            ),
            lambda parent: aws.ec2.get_route_tables_output(
                vpc_id=VPC, filters=FILTERS, opts=pulumi.InvokeOptions(parent=parent)
            ),
        ),
    ],
    ids=["subnet", "route tables"],
)
def test_functions_are_called_like_those_of_the_aws_sdk(requests, own, other):
    calls = []
    for function in (own, other):

        def program(function=function):
            provider = aws.Provider("eu", region="eu-central-1")
            parent = pulumi.ComponentResource("test:index:P", "p", None, pulumi.ResourceOptions(providers=[provider]))
            function(parent)

        (call,) = requests(program, "Invoke")
        for position in ("sourcePosition", "stackTrace"):
            call.ClearField(position)
        calls.append(call)
    assert "::eu::" in calls[0].provider
    assert calls[0] == calls[1]


@pytest.mark.parametrize("component", ["MskCluster", "FargateSingleton", "KpowOnFargate", "EncryptionKey"])
def test_a_component_does_not_load_the_modules_of_ec2(component):
    program = f"import sys, moorings; moorings.{component}; print('pulumi_aws.ec2.instance' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert result.stdout == "False\n"
