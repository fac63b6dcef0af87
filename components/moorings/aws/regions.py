"""Checks that ARNs belong to the Region of the component that uses them."""

from functools import partial
from typing import Any, cast

import pulumi
import pulumi_aws as aws

from moorings.aws.arns import arn_partition, arn_region
from moorings.aws.context import AwsContext, aws_context
from moorings.sdk.internals import explicit_provider, is_pulumi_output, resources_of
from moorings.validation.inputs import is_list
from moorings.validation.reporter import Reporter
from moorings.validation.rules import Rule, Violation

ARN_REGION = Rule(
    id="aws-arn-region",
    rationale="AWS services use keys, certificates, topics and clusters of their own Region only.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
    invalid="MskVpcConnection('kafka', MskVpcConnectionArgs(vpc_id='vpc-00000001', subnet_ids=SUBNETS, "
    "cluster_arn=CLUSTER_ARN.replace('eu-west-1', 'us-east-1')))",
    valid="MskVpcConnection('kafka', MskVpcConnectionArgs(vpc_id='vpc-00000001', subnet_ids=SUBNETS, "
    "cluster_arn=CLUSTER_ARN))",
)


def check_arn_regions(context: AwsContext, **arns: Any) -> None:
    """Check that ARNs are in a Region. ARNs of other accounts are allowed, and those of global services.

    Args:
        context: partition and Region of the component.
        arns: one ARN or a list of ARNs for each argument; None where an argument is not set.

    Raises:
        Violation: for an ARN of another Region or partition.

    """
    if not context.region:  # the mocks of a unit test return no Region
        return
    for argument, value in arns.items():
        for number, arn in enumerate(value if is_list(value) else [value]):
            if arn is None or (arn_partition(arn) == context.partition and arn_region(arn) in {context.region, ""}):
                continue
            path: list[str | int] = [*argument.split(".")]
            if is_list(value):
                path.append(number)
            problem = f"expected an ARN in {context.region} (arn:{context.partition}:...), got {arn}"
            raise Violation(ARN_REGION, f"{problem}; use a resource of the component's Region", *path)


def check_arns(reporter: Reporter, parent: pulumi.Resource, **arns: Any) -> None:
    """Check that ARNs, plain or late, are in the Region of a resource.

    No resource depends on the result, because a preview with an unknown ARN would then show a replacement.

    Args:
        reporter: the reporter of the component.
        parent: resource whose provider defines the Region.
        arns: one ARN or a list of ARNs for each argument; None where an argument is not set.

    Raises:
        InvalidInput: for ARNs of another Region, once the Region and late ARNs are known. The Region of an unknown ARN
            is known if a resource of the same program has it.

    """
    declared = {argument: value for argument, value in arns.items() if value not in (None, [])}
    if not declared:
        return
    context = aws_context(parent)
    reporter.derive(check_arn_regions, context=context, **declared)
    for argument, value in declared.items():
        for arn in value if is_list(value) else [value]:
            _check_declared_region(reporter, context, argument, arn)


def checked_arn(reporter: Reporter, context: pulumi.Output[AwsContext], argument: str, arn: Any) -> Any:
    """Return an ARN, plain or late, after checking that it is in the Region of a component. None if there is no ARN.

    Args:
        reporter: the reporter of the component.
        context: account and Region of the component.
        argument: argument that sets the ARN, for messages.
        arn: the ARN.

    """
    if arn is None:
        return None
    _check_declared_region(reporter, context, argument, arn)
    return reporter.derive(partial(_check_arn, argument), context=context, arn=arn)


def _check_arn(argument: str, context: AwsContext, arn: str) -> str:
    check_arn_regions(context, **{argument: arn})
    return arn


def _check_declared_region(reporter: Reporter, context: pulumi.Output[AwsContext], argument: str, arn: Any) -> None:
    """Check the Region of an unknown ARN of a resource of this program, which is that of its provider."""
    if not is_pulumi_output(arn):
        return

    async def check(component: AwsContext) -> None:
        regions = await _declared_regions(arn)
        if regions and component.region not in regions:
            problem = f"belongs to a resource in {regions[0]}, and the component is in {component.region}"
            fix = f"create it with a provider of {component.region}"
            reporter.reject(ARN_REGION, f"{problem}; {fix}", *argument.split("."))

    context.apply(cast("Any", check))


async def _declared_regions(arn: pulumi.Output[Any]) -> list[str]:
    """Return the Regions of an ARN's resources; those of the default provider and of a known ARN are left out."""
    regions: list[str] = []
    if await arn.is_known():
        return regions
    for resource in await resources_of(arn):
        provider = explicit_provider(resource)
        for source in (resource, provider) if isinstance(provider, aws.Provider) else (resource,):
            region = getattr(source, "region", None)
            known = await region.future() if is_pulumi_output(region) else None
            if isinstance(known, str):
                regions.append(known)
                break
    return regions
