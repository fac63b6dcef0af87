"""Argument types and checks for every platform."""

from typing import Annotated, Literal

import pytest

from moorings import Args, InvalidInput
from moorings.validation.types import (
    ChildName,
    ContainerPath,
    DomainName,
    HealthCheckPath,
    HttpsUrl,
    Port,
    Unique,
    VariableName,
    check_choice,
    check_unique,
)

Size = Literal["small", "large"]


class EndpointArgs(Args):
    """One argument of each type."""

    name: ChildName = "vpn"
    port: Port = 443
    domain: DomainName = "kpow.example.com"
    url: HttpsUrl = "https://login.example.com/"
    variable: VariableName = "spring.kafka.bootstrap-servers"
    path: ContainerPath = "/proc-files/a.conf"
    health_check_path: HealthCheckPath = "/ready?full=true"
    hosts: Annotated[list[str], Unique] = []


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("name", "VPN", "expected a name of at most 63 lower-case letters, digits and hyphens, such as vpn, got 'VPN'"),
        (
            "domain",
            "Kpow.example.com",
            "expected a domain name in lower case, such as kpow.example.com, got 'Kpow.example.com'",
        ),
        ("url", "http://a", "expected an https URL, such as https://login.example.com/, got 'http://a'"),
        ("variable", "1A", "expected the name of an environment variable, such as LOG_LEVEL, got '1A'"),
        ("path", "/a/../b", "must be an absolute path without a trailing slash, such as /tmp, got '/a/../b'"),
        ("path", "/proc/a", "'/proc/a' is reserved for the kernel; use another path"),
        ("health_check_path", "ready", "expected a path of at most 1024 characters, such as /ready, got 'ready'"),
        ("hosts", ["a", "b", "a"], "a is listed more than once; remove the duplicate"),
    ],
)
def test_other_values_are_rejected(argument, value, message):
    with pytest.raises(InvalidInput) as error:
        EndpointArgs(**{argument: value})
    assert str(error.value) == f"EndpointArgs.{argument}: {message}"


@pytest.mark.parametrize(
    ("argument", "value"),
    [("name", "a" * 63), ("port", 65535), ("domain", "a.io"), ("url", "https://a"), ("hosts", ["a", "b"])],
)
def test_valid_values_are_not_changed(argument, value):
    assert getattr(EndpointArgs(**{argument: value}), argument) == value


def test_late_values_are_not_compared():
    late = object()
    assert check_unique([late, late, "a"]) == [late, late, "a"]


def test_all_duplicates_are_reported():
    with pytest.raises(ValueError, match=r"^a, b is listed more than once; remove the duplicate$"):
        check_unique(["b", "a", "b", "a", "c"])


@pytest.mark.parametrize("value", ["small", "large"])
def test_a_choice_is_accepted(value):
    check_choice("Shirt 's'", "size", value, Size)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("larg", "size: 'larg' is not supported; did you mean 'large'?"),
        ("XL", "size: 'XL' is not supported; expected one of small, large"),
        (5, "size: 5 is not supported; expected one of small, large"),
    ],
)
def test_other_choices_are_rejected(value, message):
    with pytest.raises(InvalidInput) as error:
        check_choice("Shirt 's'", "size", value, Size)
    assert str(error.value) == f"Shirt 's': {message}"
