"""Argument types and checks for every platform: names, ports, paths, patterns, lists without duplicates, choices."""

import re
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, Field

from moorings.sdk.locations import user_location
from moorings.validation.argument_rules import CHOICE, DUPLICATE, FORMAT
from moorings.validation.errors import InvalidInput, suggestion
from moorings.validation.rules import Rule, Violation


def matches(expected: str, pattern: str, example: str) -> AfterValidator:
    """Return a pydantic validator that rejects strings that do not fully match a pattern.

    Args:
        expected: description of a valid string, as in ``a VPC ID``.
        pattern: the regular expression.
        example: a string that matches.

    """
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise Violation(FORMAT, f"expected {expected}, such as {example}, got {value!r}")
        return value

    return AfterValidator(check)


Port = Annotated[int, Field(ge=1, le=65535)]
"""A TCP port."""

ChildName = Annotated[
    str,
    matches("a name of at most 63 lower-case letters, digits and hyphens", "[a-z0-9][a-z0-9-]{0,62}", "vpn"),
]
"""A name that the user chooses and that becomes part of the logical names of child resources."""

VariableName = Annotated[
    str, matches("the name of an environment variable", "[A-Za-z_][A-Za-z0-9_.-]{0,254}", "LOG_LEVEL")
]
"""Name of an environment variable in a container. ECS and Kubernetes accept dots and hyphens; a shell does not."""

_PATH = re.compile(r"/(?:[A-Za-z0-9._@+-]+/)*[A-Za-z0-9._@+-]+")
_KERNEL_DIRECTORIES = {"proc", "sys", "dev"}
_SHARED_MEMORY = "/dev/shm"  # noqa: S108 - a path in the container


KERNEL_PATH = Rule(
    id="argument-kernel-path",
    rationale="The container runtime mounts the file systems of the kernel at these paths, and refuses other mounts.",
    source="https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#default-filesystems",
    invalid="FargateSingletonArgs(vpc_id='vpc-0d1c7a52e8b94f360', subnet_ids=SUBNETS, user='1000:1000', "
    "image='registry.example/orders:1.4.2', ephemeral_volume_paths=['/proc/orders'])",
    valid="FargateSingletonArgs(vpc_id='vpc-0d1c7a52e8b94f360', subnet_ids=SUBNETS, user='1000:1000', "
    "image='registry.example/orders:1.4.2', ephemeral_volume_paths=['/var/orders'])",
)


def _check_container_path(path: str) -> str:
    if not _PATH.fullmatch(path) or ".." in path.split("/"):
        raise Violation(FORMAT, f"expected an absolute path without a trailing slash, such as /tmp, got {path!r}")
    if path.split("/")[1] in _KERNEL_DIRECTORIES and path != _SHARED_MEMORY:
        raise Violation(KERNEL_PATH, f"{path!r} is reserved for the kernel; use another path")
    return path


ContainerPath = Annotated[str, AfterValidator(_check_container_path)]
"""Absolute path of a file or directory in a container."""

HealthCheckPath = Annotated[str, matches("a path of at most 1024 characters", r"/[^\s]{0,1023}", "/ready")]
"""Path of a load balancer's health check, with an optional query string.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""

_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
DomainName = Annotated[
    str,
    matches(
        "a domain name in lower case, with other letters in Punycode (xn--...)",
        rf"(?=.{{4,253}}$)(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{1,58}}[a-z0-9])",
        "kpow.example.com",
    ),
]
"""Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html"""

HttpsUrl = Annotated[str, matches("an https URL", r"https://[^\s/]+(?:/\S*)?", "https://login.example.com/")]
"""A URL with the scheme ``https``."""


def check_unique(values: list[Any]) -> list[Any]:
    """Return a list if no plain string occurs twice in it. Late values are not compared.

    Raises:
        Violation: for the first duplicate, with its index.

    """
    strings = [value if isinstance(value, str) else None for value in values]
    for index, value in enumerate(strings):
        if value is not None and value in strings[:index]:
            raise Violation(DUPLICATE, f"{value!r} is listed more than once; remove the duplicate", index)
    return values


Unique = AfterValidator(check_unique)
"""Validator of lists without duplicates: ``Annotated[list[str], Unique]``."""


def check_choice(component: str, parameter: str, value: Any, choices: Any) -> None:
    """Check that the parameter of a method has a supported value.

    Args:
        component: the component, for messages.
        parameter: name of the parameter.
        value: its value.
        choices: the ``Literal`` type of the parameter.

    Raises:
        InvalidInput: for any other value.

    """
    values = get_args(choices)
    if value in values:
        return
    similar = suggestion(value, values)
    fix = f"did you mean {similar!r}?" if similar else f"use one of {', '.join(values)}"
    violation = Violation(CHOICE, f"{value!r} is not supported; {fix}", parameter)
    raise InvalidInput.of(violation, component, user_location() or "")
