"""Where a provider of AWS makes things: its partition, its Region and its account."""

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True)
class AwsContext:
    """Where things are made."""

    partition: str
    """``aws``, ``aws-cn`` or another."""

    dns_suffix: str
    """What its services' names end with: ``amazonaws.com``."""

    region: str
    """The Region: ``eu-west-1``."""

    account: str
    """The account's number."""

    def endpoint(self, service: str) -> str:
        """The name of a service here, as policies have it: ``kms.eu-west-1.amazonaws.com``."""
        return f"{service}.{self.region}.{self.dns_suffix}"

    def arn(self, service: str, name: str) -> str:
        """The ARN of what a service has under a name here."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{name}"


_Asked = dict[pulumi.ProviderResource | None, pulumi.Output[AwsContext]]
_asked: ContextVar[tuple[pulumi.Resource, asyncio.AbstractEventLoop, _Asked] | None] = ContextVar(
    "_asked", default=None
)
"""The stack of the program, the loop that its outputs belong to, and what was asked."""


def aws_context(parent: pulumi.Resource) -> pulumi.Output[AwsContext]:
    """Where the children of a resource are made. It is asked once for each provider of a program.

    Source: https://www.pulumi.com/docs/iac/concepts/functions/provider-functions/#invoke-options
    """
    provider, asked = parent.get_provider("aws:index/getRegion:getRegion"), _asked_so_far()
    if provider not in asked:
        options = pulumi.InvokeOptions(provider=provider)
        asked[provider] = pulumi.Output.all(
            aws.get_partition_output(opts=options),
            aws.get_region_output(opts=options),
            aws.get_caller_identity_output(opts=options),
        ).apply(lambda found: AwsContext(found[0].partition, found[0].dns_suffix, found[1].region, found[2].account_id))
    return asked[provider]


def _asked_so_far() -> _Asked:
    stack, loop, last = pulumi.runtime.get_root_resource(), asyncio.get_event_loop(), _asked.get()
    if last and last[0] is stack and last[1] is loop:
        return last[2]
    asked: _Asked = {}
    if stack:  # there is none under the SDK's mocks
        _asked.set((stack, loop, asked))
    return asked
