"""Names and their limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from moorings.kubernetes import names

LABEL = "must be 1 to 63 lower-case letters, digits and hyphens"
CASES = {
    names.ServiceLabel: (
        ["a", "orders-2", "a" * 63],
        ["", "2orders", "Orders", "orders-", "-orders", "a.b", "a" * 64],
        f"{LABEL}, begin with a letter and not end with a hyphen",
    ),
    names.DnsLabel: (
        ["a", "2orders", "a" * 63],
        ["", "Orders", "orders-", "-orders", "a.b", "a" * 64],
        f"{LABEL}, with no hyphen at either end",
    ),
    names.Subdomain: (
        ["a", "2.orders", "a" * 253],
        ["", "Orders", "orders.", ".orders", "a..b", "a" * 254],
        "must be 1 to 253 lower-case letters, digits, hyphens and dots, and begin and end with a letter or digit",
    ),
    names.PortName: (
        ["http", "a2", "grpc-provider", "a" * 15],
        ["", "80", "Http", "a--b", "http-", "a" * 16],
        "must be 1 to 15 lower-case letters, digits and single hyphens, with a letter",
    ),
    names.LabelValue: (
        ["", "v1.2_3-a", "A", "a" * 63],
        ["-a", "a-", "data & events", "a" * 64],
        "must be at most 63 letters, digits, '-', '_' and '.', and begin and end with a letter or digit",
    ),
    names.LabelKey: (
        ["team", "example.com/team", "a" * 63, "a" * 253 + "/b"],
        ["", "/team", "example.com/", "Example.com/team", "a" * 64, "a" * 254 + "/b", "team!"],
        "must be at most 63 letters, digits, '-', '_' and '.', after a domain and a slash if it has a prefix",
    ),
    names.Variable: (
        ["A", "_a1"],
        ["", "1A", "A-B", "A.B"],
        "must be letters, digits and underscores, and not begin with a digit",
    ),
    names.AbsolutePath: (
        ["/tmp", "/var/lib/orders"],
        ["", "/", "tmp", "/a:b", "/a/../b", "/a/", "/a//b", "/a/."],
        "must be an absolute path below /, without ':', '..' and a slash at the end",
    ),
    names.FilePath: (
        ["/etc/orders/a.conf", "/a/b"],
        ["/a", "/etc/orders/.hidden"],
        "must be the absolute path of a file in a folder of its own, as /etc/orders/a.conf",
    ),
}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, (good, _, _) in CASES.items() for name in good])
def test_a_good_name_is_taken(kind, name):
    assert TypeAdapter(kind).validate_python(name) == name


@pytest.mark.parametrize(
    ("kind", "name", "rule"), [(kind, name, rule) for kind, (_, bad, rule) in CASES.items() for name in bad]
)
def test_a_bad_name_is_refused_with_its_rule(kind, name, rule):
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_python(name)
    assert refused.value.errors()[0]["msg"] == f"Value error, {name!r} {rule}"


@pytest.mark.parametrize("folder", ["/etc", "/usr", "/lib64", "/var"])
def test_a_folder_of_the_system_is_not_hidden(folder):
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(names.AbsolutePath).validate_python(folder)
    assert refused.value.errors()[0]["msg"] == (
        f"Value error, {folder!r} would hide what the image has in {folder}; mount a folder below it, or another one"
    )
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(names.FilePath).validate_python(f"{folder}/orders.conf")
    assert refused.value.errors()[0]["msg"] == (
        f"Value error, '{folder}/orders.conf' would hide all else in {folder}; give it a folder of its own, as "
        "/etc/orders/a.conf"
    )


def test_a_path_is_judged_before_its_file():
    with pytest.raises(ValidationError, match="must be an absolute path below /"):
        TypeAdapter(names.FilePath).validate_python("etc/orders")


@given(st.from_regex(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?", fullmatch=True))
def test_every_name_of_a_service_is_one_of_a_container(name):
    assert names.dns_label(names.service_label(name)) == name
