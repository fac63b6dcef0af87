"""Names that AWS gives to things, checked for their form."""

import re
from collections.abc import Callable
from ipaddress import IPv4Network
from typing import Annotated

from pydantic import AfterValidator


def _form(kind: str, pattern: str, example: str) -> Callable[[str], str]:
    form = re.compile(pattern)

    def check(value: str) -> str:
        if not form.fullmatch(value):
            raise ValueError(f"{value!r} is not {kind}, such as {example}")
        return value

    return check


def _network(cidr: str) -> str:
    try:
        network = IPv4Network(cidr)
    except ValueError as error:
        raise ValueError(f"{cidr!r} is not an IPv4 network, such as 10.80.0.0/16: {error}") from None
    return str(network)


_ID = r"(?:[0-9a-f]{8}|[0-9a-f]{17})"

Arn = Annotated[
    str,
    AfterValidator(
        _form("an ARN", r"arn:aws(?:-[a-z]+)*:[a-z0-9-]+:[a-z0-9-]*:(?:\d{12}|aws)?:.+", "arn:aws:kms:eu-west-1:123456789012:key/…")
    ),
]
"""Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""

VpcId = Annotated[str, AfterValidator(_form("the ID of a VPC", f"vpc-{_ID}", "vpc-0d1c7a52e8b94f360"))]
SubnetId = Annotated[str, AfterValidator(_form("the ID of a subnet", f"subnet-{_ID}", "subnet-0a4e21f7c93d58b06"))]
SecurityGroupId = Annotated[
    str, AfterValidator(_form("the ID of a security group", f"sg-{_ID}", "sg-0b92d7f4a1e63c508"))
]
"""Source of the three: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html"""

Cidr = Annotated[str, AfterValidator(_network)]
"""An IPv4 network without host bits."""
