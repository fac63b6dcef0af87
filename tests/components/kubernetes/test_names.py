"""Names, labels, keys and paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from moorings.kubernetes import names

LABEL = "must be 1 to 63 lower-case letters, digits and hyphens"
CASES = {
    names.ServiceName: (
        ["a", "orders-2", "a" * 63],
        ["", "2orders", "Orders", "orders-", "-orders", "a.b", "a" * 64],
        f"{LABEL}, begin with a letter and not end with a hyphen",
    ),
    names.DnsLabel: (
        ["a", "2orders", "a" * 63],
        ["", "Orders", "orders-", "-orders", "a.b", "a" * 64],
        f"{LABEL}, and begin and end with a letter or digit",
    ),
    names.Subdomain: (
        ["a", "2.orders", "a" * 253],
        ["", "Orders", "orders.", ".orders", "a..b", "a" * 254],
        "must be 1 to 253 lower-case letters, digits, hyphens and dots, and begin and end with a letter or digit",
    ),
    names.PortName: (
        ["http", "a2", "grpc-provider", "a" * 15],
        ["", "80", "Http", "a--b", "http-", "a" * 16],
        "must be 1 to 15 lower-case letters, digits and single hyphens, with at least one letter",
    ),
    names.LabelValue: (
        ["", "v1.2_3-a", "A", "a" * 63],
        ["-a", "a-", "data & events", "a" * 64],
        "must be at most 63 letters, digits, '-', '_' and '.', and begin and end with a letter or digit",
    ),
    names.LabelKey: (
        ["team", "example.com/team", "a" * 63, "a" * 253 + "/b"],
        ["", "/team", "example.com/", "Example.com/team", "a" * 64, "a" * 254 + "/b", "team!"],
        "must be at most 63 letters, digits, '-', '_' and '.', with an optional prefix of a DNS subdomain and a slash",
    ),
    names.MountPath: (
        ["/tmp", "/var/lib/orders"],
        ["", "/", "tmp", "/a:b", "/a/../b", "/a/", "/a//b", "/a/."],
        "must be an absolute path below / without ':', '.', '..', repeated slashes or a trailing slash",
    ),
    names.FilePath: (
        ["/etc/orders/a.conf", "/a/b", "/etc/orders/.hidden", "/opt/my app/a", "/etc/orders.conf"],
        ["/a", "/etc/orders/..data"],
        "must be an absolute path with a directory and a file name, such as /etc/orders/a.conf",
    ),
}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, (good, _, _) in CASES.items() for name in good])
def test_valid_names_are_accepted(kind, name):
    assert TypeAdapter(kind).validate_python(name) == name


@pytest.mark.parametrize(
    ("kind", "name", "rule"), [(kind, name, rule) for kind, (_, bad, rule) in CASES.items() for name in bad]
)
def test_invalid_names_are_rejected(kind, name, rule):
    with pytest.raises(ValidationError) as error:
        TypeAdapter(kind).validate_python(name)
    assert error.value.errors()[0]["msg"] == f"Value error, {rule}, got {name!r}"


def test_a_file_path_must_be_absolute():
    with pytest.raises(ValidationError, match="must be an absolute path below /"):
        TypeAdapter(names.FilePath).validate_python("etc/orders")


@given(st.from_regex(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?", fullmatch=True))
def test_every_service_name_is_a_dns_label(name):
    assert names.check_dns_label(names.check_service_name(name)) == name
