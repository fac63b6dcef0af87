"""Security groups and lookups of EC2, without the classes of ``pulumi_aws.ec2``.

``pulumi_aws.ec2`` has 180 modules. Importing them takes as long as a whole preview of a cluster.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from moorings.sdk.plugins import plugin_version

_PACKAGE = "pulumi-aws"


class VpcMember:
    """A resource whose VPC is known before the resource exists."""

    declared_vpc_id: pulumi.Input[str]


class DeclaredSecurityGroup(pulumi.CustomResource, VpcMember):
    """A security group without rules.

    Source: https://www.pulumi.com/registry/packages/aws/api-docs/ec2/securitygroup/
    """

    def __init__(
        self,
        name: str,
        *,
        description: str,
        vpc_id: pulumi.Input[str],
        tags: Mapping[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions,
    ) -> None:
        """Register the group with the type and plugin version of `pulumi_aws.ec2.SecurityGroup`."""
        self.declared_vpc_id = vpc_id
        opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(version=plugin_version(_PACKAGE)))
        inputs = {"description": description, "vpcId": vpc_id, "tags": tags}
        super().__init__("aws:ec2/securityGroup:SecurityGroup", name, inputs, opts)


def get_subnet(subnet_id: pulumi.Input[str], parent: pulumi.Resource) -> pulumi.Output[Mapping[str, Any]]:
    """Look up a subnet with the provider of ``parent``.

    Source: https://www.pulumi.com/registry/packages/aws/api-docs/ec2/getsubnet/
    """
    return invoke_aws("aws:ec2/getSubnet:getSubnet", {"id": subnet_id}, parent)


def get_route_table_ids(
    vpc_id: pulumi.Input[str], filters: Mapping[str, Sequence[str]], parent: pulumi.Resource
) -> pulumi.Output[Sequence[str]]:
    """Look up the IDs of the route tables of a VPC that match all filters, with the provider of ``parent``.

    Source: https://www.pulumi.com/registry/packages/aws/api-docs/ec2/getroutetables/
    """
    conditions = [{"name": name, "values": values} for name, values in filters.items()]
    arguments = {"vpcId": vpc_id, "filters": conditions}
    return invoke_aws("aws:ec2/getRouteTables:getRouteTables", arguments, parent).apply(lambda result: result["ids"])


def invoke_aws(function: str, arguments: dict[str, Any], parent: pulumi.Resource) -> pulumi.Output[Mapping[str, Any]]:
    """Call a function of the AWS provider with the provider of ``parent``."""
    opts = pulumi.InvokeOptions(parent=parent, version=plugin_version(_PACKAGE))
    return pulumi.runtime.invoke_output(function, arguments, opts)
