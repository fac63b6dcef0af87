"""``VpcEndpoints``: the endpoints of a VPC, for components whose connections they serve."""

from moorings.aws.network.network_args import EndpointService
from moorings.aws.resource_ids import PrefixListId, SecurityGroupId
from moorings.validation.args import Args
from moorings.validation.inputs import Input
from moorings.validation.outputs import StructuredOutput


class VpcEndpoints(StructuredOutput, Args):
    """VPC endpoints through which tasks reach AWS services without a connection to the internet.

    ``Network.vpc_endpoints`` returns them. A program can also create them for a VPC that it does not declare.
    """

    security_group_id: Input[SecurityGroupId]
    """Security group of the interface endpoints. It must allow the tasks to connect on port 443."""

    s3_prefix_list_id: Input[PrefixListId]
    """Prefix list of Amazon S3, to which the gateway endpoint routes. Amazon ECR stores image layers there.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
    """

    services: list[EndpointService]
    """Services with an interface endpoint: the suffixes of the endpoint service names (``ecr.api``), or full names."""

    def missing(self, services: list[str]) -> list[str]:
        """Return the services, by the suffix of their names, that have no interface endpoint."""
        return [
            service
            for service in services
            if not any(known == service or known.endswith(f".{service}") for known in self.services)
        ]
