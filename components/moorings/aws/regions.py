"""Checks that ARNs belong to the Region of the component that uses them."""

from functools import partial
from typing import Any

import pulumi

from moorings.aws.arns import arn_region
from moorings.aws.context import AwsContext, aws_context
from moorings.validation.inputs import check_together, is_list


def check_arn_regions(region: str, **arns: Any) -> None:
    """Check that ARNs are in a Region. ARNs of other accounts are allowed, and those of global services.

    Args:
        region: the Region of the component.
        arns: one ARN or a list of ARNs for each argument; None where an argument is not set.

    Raises:
        ValueError: for ARNs of another Region.

    """
    problems = [
        f"{argument}: expected an ARN in {region}, got {arn}"
        for argument, value in arns.items()
        for arn in (value if is_list(value) else [value])
        if arn is not None and arn_region(arn) not in {region, ""}
    ]
    if problems:
        raise ValueError("; ".join(problems))


def check_arns(component: str, parent: pulumi.Resource, **arns: Any) -> None:
    """Check that ARNs, plain or late, are in the Region of a resource.

    No resource depends on the result, because a preview with an unknown ARN would then show a replacement.

    Args:
        component: the component, for messages.
        parent: resource whose provider defines the Region.
        arns: one ARN or a list of ARNs for each argument; None where an argument is not set.

    Raises:
        InvalidInput: for ARNs of another Region, once the Region and late ARNs are known.

    """
    declared = {argument: value for argument, value in arns.items() if value not in (None, [])}
    if declared:
        check_together(component, check_arn_regions, region=aws_context(parent).region, **declared)


def checked_arn(component: str, context: pulumi.Output[AwsContext], argument: str, arn: Any) -> Any:
    """Return an ARN, plain or late, after checking that it is in the Region of a component. None if there is no ARN.

    Args:
        component: the component, for messages.
        context: account and Region of the component.
        argument: argument that sets the ARN, for messages.
        arn: the ARN.

    """
    return None if arn is None else check_together(component, partial(_check_arn, argument), context=context, arn=arn)


def _check_arn(argument: str, context: AwsContext, arn: str) -> str:
    check_arn_regions(context.region, **{argument: arn})
    return arn
