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
    ("argument", "value"),
    [
        ("name", "VPN"),
        ("domain", "Kpow.example.com"),
        ("url", "http://a"),
        ("variable", "1A"),
        ("path", "/a/../b"),
        ("path", "tmp"),
        ("health_check_path", "ready"),
    ],
)
def test_other_texts_are_rejected(rejected, argument, value):
    with rejected("argument-format", argument):
        EndpointArgs(**{argument: value})


def test_the_message_contains_an_example():
    with pytest.raises(
        InvalidInput, match=r"port|url: expected an https URL, such as https://login.example.com/, got 'http://a'"
    ):
        EndpointArgs(url="http://a")


@pytest.mark.parametrize("path", ["/proc/a", "/sys/a", "/dev/a"])
def test_paths_of_the_kernel_are_rejected(rejected, path):
    with rejected("argument-kernel-path", "path"):
        EndpointArgs(path=path)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("name", "a" * 63),
        ("port", 65535),
        ("domain", "a.io"),
        ("url", "https://a"),
        ("hosts", ["a", "b"]),
        ("path", "/dev/shm"),
    ],
)
def test_valid_values_are_not_changed(argument, value):
    assert getattr(EndpointArgs(**{argument: value}), argument) == value


def test_late_values_are_not_compared():
    late = object()
    assert check_unique([late, late, "a"]) == [late, late, "a"]


def test_a_duplicate_is_rejected(rejected):
    with rejected("argument-duplicate", "hosts[2]"):
        EndpointArgs(hosts=["a", "b", "a"])


@pytest.mark.parametrize("value", ["small", "large"])
def test_a_choice_is_accepted(value):
    check_choice("Shirt 's'", "size", value, Size)


@pytest.mark.parametrize(
    ("value", "fix"), [("larg", "did you mean 'large'"), ("XL", "use one of small, large"), (5, "use")]
)
def test_other_choices_are_rejected(rejected, value, fix):
    with rejected("argument-choice", "size"):
        check_choice("Shirt 's'", "size", value, Size)
    with pytest.raises(InvalidInput, match=rf"test_types.py:\d+: .*{fix}"):
        check_choice("Shirt 's'", "size", value, Size)
