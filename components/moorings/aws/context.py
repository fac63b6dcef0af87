"""``AwsContext``: partition, Region, account and DNS suffix of an AWS provider."""

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from moorings.validation.inputs import gather

_OWN_PRINCIPALS = {
    "aws-cn": {"codedeploy", "elasticmapreduce", "logs"},
    "aws-iso": {"cloudhsm", "config", "logs", "workspaces"},
    "aws-iso-b": {"dms", "logs"},
}
"""Services whose principals end in the DNS suffix of the partition."""


@dataclass(frozen=True)
class AwsContext:
    """Partition, Region and account in which a provider creates resources."""

    partition: str
    """Partition of the ARNs, such as ``aws`` or ``aws-cn``."""

    dns_suffix: str
    """Suffix of the host names of AWS services, such as ``amazonaws.com``."""

    region: str
    """Region, such as ``eu-west-1``."""

    account: str
    """Account ID."""

    def endpoint(self, service: str) -> str:
        """Return the Regional host name of a service, as in IAM policies: ``kms.eu-west-1.amazonaws.com``."""
        return f"{service}.{self.region}.{self.dns_suffix}"

    def service_principal(self, service: str) -> str:
        """Return the Regional principal of a service, as in policies of resources: ``logs.eu-west-1.amazonaws.com``.

        Nearly all principals end in ``amazonaws.com`` in every partition.

        Source: https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/meta/service_principal_data_source.go
        """
        own_suffix = service in _OWN_PRINCIPALS.get(self.partition, ())
        return f"{service}.{self.region}.{self.dns_suffix if own_suffix else 'amazonaws.com'}"

    @property
    def reverse_dns_prefix(self) -> str:
        """Prefix of the names of endpoint services that are specific to the partition: ``cn.com.amazonaws``."""
        return ".".join(reversed(self.dns_suffix.split(".")))

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource of a service in this Region and account."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"


_Contexts = dict[pulumi.ProviderResource | None, pulumi.Output[AwsContext]]
_cache: ContextVar[tuple[pulumi.Resource, asyncio.AbstractEventLoop, _Contexts] | None] = ContextVar(
    "_cache", default=None
)
"""Stack of the program, event loop of its Outputs, and context of each provider."""


def aws_context(parent: pulumi.Resource) -> pulumi.Output[AwsContext]:
    """Return the context of the provider that creates the children of a resource.

    AWS is called once for each provider of a program.

    Source: https://www.pulumi.com/docs/iac/concepts/functions/provider-functions/#invoke-options
    """
    provider, contexts = parent.get_provider("aws:index/getRegion:getRegion"), _cached_contexts()
    if provider not in contexts:
        options = pulumi.InvokeOptions(provider=provider)
        contexts[provider] = gather(
            aws.get_partition_output(opts=options),
            aws.get_region_output(opts=options),
            aws.get_caller_identity_output(opts=options),
        ).apply(
            lambda results: AwsContext(
                results[0].partition, results[0].dns_suffix, results[1].region, results[2].account_id
            )
        )
    return contexts[provider]


def _cached_contexts() -> _Contexts:
    stack, loop, cached = pulumi.runtime.get_root_resource(), asyncio.get_event_loop(), _cache.get()
    if cached and cached[0] is stack and cached[1] is loop:
        return cached[2]
    contexts: _Contexts = {}
    if stack:  # The mocks of the SDK have no stack.
        _cache.set((stack, loop, contexts))
    return contexts
