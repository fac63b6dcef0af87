"""Things that a service names by ARN, and whether they stand in its Region."""

from functools import partial
from typing import Any

import pulumi

from moorings.aws.context import Place
from moorings.aws.identifiers import check_region_of_arns
from moorings.validation.inputs import check_together


def of_the_service(where: str, place: pulumi.Output[Place], argument: str, arn: Any) -> Any:
    """An ARN, if it is of the Region that the service is in; None where there is none.

    Args:
        where: whose argument it is, as messages name it.
        place: where the service is.
        argument: the argument.
        arn: the ARN, plain or late.

    """
    return None if arn is None else check_together(where, partial(_here, argument), place=place, arn=arn)


def _here(argument: str, place: Place, arn: str) -> str:
    check_region_of_arns(place.region, **{argument: arn})
    return arn
