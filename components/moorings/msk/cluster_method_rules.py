"""Rules of the name, the outputs and the methods of `MskCluster`."""

import re

from moorings.validation.rules import Rule

VALID_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,47}")
"""Valid logical names. The cluster's name is the logical name, ``-cluster-`` and seven characters, at most 64 in total.

Source: https://docs.aws.amazon.com/msk/1.0/apireference/clusters.html
"""

_GUIDE = "https://docs.aws.amazon.com/msk/latest/developerguide"
_ARGUMENTS = "'vpc_id': 'vpc-00000001', 'subnet_ids': SUBNETS, 'kafka_version': '3.9.x.kraft'"


def _cluster(arguments: str = "", name: str = "orders") -> str:
    """Return the expression of a cluster for an example."""
    return f"MskCluster({name!r}, {{{_ARGUMENTS}{arguments and ', '}{arguments}}})"


LOGICAL_NAME = Rule(
    id="msk-logical-name",
    rationale="The cluster name is this name and 16 more characters, and MSK allows 64 letters, digits and hyphens.",
    source="https://docs.aws.amazon.com/msk/1.0/apireference/clusters.html",
    invalid=_cluster(name="two words"),
    valid=_cluster(name="two-words"),
)
UNKNOWN_BROKER_COUNT = Rule(
    id="msk-unknown-broker-count",
    rationale="Resources for each broker cannot be registered before the number of subnets is known.",
    source="https://www.pulumi.com/docs/iac/concepts/inputs-outputs/",
    invalid=_cluster("'alarms': True, 'subnet_ids': pulumi.Output.from_input(SUBNETS)"),
    valid=_cluster("'alarms': True, 'subnet_ids': [pulumi.Output.from_input(subnet) for subnet in SUBNETS]"),
)
UNKNOWN_USER = Rule(
    id="msk-unknown-user",
    rationale="The cluster creates credentials only for its own users.",
    source=f"{_GUIDE}/msk-password.html",
    invalid=f"""{_cluster("'users': ['orders']")}.user('order')""",
    valid=f"""{_cluster("'users': ['orders']")}.user('orders')""",
)
CONNECTION_USER = Rule(
    id="msk-connection-user",
    rationale="Only clients of the SCRAM listener log in as a user. Others have an IAM identity or a certificate.",
    source=f"{_GUIDE}/kafka_apis_iam.html",
    invalid=f"{_cluster()}.connection(listener='scram')",
    valid=f"{_cluster()}.connection(listener='iam')",
)
BROKER_NETWORKS = Rule(
    id="msk-connection-broker-cidrs",
    rationale="Only the addresses within the VPC are those of the subnets. Others are public or those of a domain.",
    source=f"{_GUIDE}/public-access.html",
    invalid=f"""{_cluster("'connectivity': 'public', 'connectivity_step': 'enable'")}"""
    ".connection(listener='iam', route='internet', broker_cidrs=True)",
    valid=f"{_cluster()}.connection(listener='iam', broker_cidrs=True)",
)
LISTENER_DISABLED = Rule(
    id="msk-listener-disabled",
    rationale="Brokers listen only for the enabled authentication methods.",
    source=f"{_GUIDE}/port-info.html",
    invalid=f"{_cluster()}.connection(listener='tls')",
    valid=f"{_cluster()}.connection(listener='iam')",
)
ROUTE_DISABLED = Rule(
    id="msk-route-disabled",
    rationale="Brokers have addresses only for the enabled network paths.",
    source=f"{_GUIDE}/public-access.html",
    invalid=f"{_cluster()}.connection(route='vpc-ipv6')",
    valid=f"""{_cluster("'dual_stack': True")}.connection(route='vpc-ipv6')""",
)
UNPUBLISHED_ADDRESSES = Rule(
    id="msk-unpublished-addresses",
    rationale="MSK publishes the addresses of a route only after the update that enables it.",
    source=f"{_GUIDE}/public-access.html",
    invalid=(f"""{_cluster("'connectivity': 'public', 'connectivity_step': 'enable'")}.connection(route='internet')"""),
    valid=f"""{_cluster("'connectivity': 'public', 'connectivity_step': 'enable'")}.connection(route='vpc')""",
)
