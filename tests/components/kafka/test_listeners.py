"""The listeners of MSK, and brokers as they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.kafka.listeners import LISTENERS, Listener, bootstrap_servers, servers_of

HOST = "b-1.kafka.a1b2c3.c2.kafka.eu-west-1.amazonaws.com"


def test_the_listeners_are_those_that_msk_documents():
    assert {
        "scram": Listener(9096, 9196, "SASL_SSL", "SCRAM-SHA-512"),
        "iam": Listener(9098, 9198, "SASL_SSL", "AWS_MSK_IAM"),
        "tls": Listener(9094, 9194, "SSL", None),
    } == LISTENERS


def test_nobody_changes_them():
    with pytest.raises(TypeError):
        LISTENERS["scram"] = LISTENERS["iam"]


@pytest.mark.parametrize("server", ["b-1:9096", "10.0.0.1:1", "[2001:db8::1]:65535", "b-1.example.com:443"])
def test_a_broker_is_a_host_and_a_port(server):
    assert bootstrap_servers(f"{server},other:9096") == f"{server},other:9096"


@pytest.mark.parametrize(
    "server",
    [
        "",
        "b-1",
        ":9096",
        "b-1:",
        "b-1:0",
        "b-1:65536",
        "b-1:٩",
        "SASL_SSL://b-1:9096",
        " b-1:9096",
        "-b:1",
        "2001:db8::1:9",
    ],
)
def test_anything_else_is_refused(server):
    with pytest.raises(ValueError) as refused:
        bootstrap_servers(f"b-2:9096,{server}")
    assert str(refused.value) == (
        f"{server!r} is not host:port with a port from 1 to 65535; "
        "give the brokers as host:port, joined by commas, without blanks or a scheme"
    )


@given(
    st.lists(st.tuples(st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?", fullmatch=True), st.integers(1, 65535)))
)
def test_any_list_of_hosts_and_ports_is_taken(servers):
    text = ",".join(f"{host}:{port}" for host, port in [*servers, ("b", 1)])
    assert bootstrap_servers(text) == text


@pytest.mark.parametrize("host", [HOST, "boot-x.c1.kafka-serverless.cn-north-1.amazonaws.com.cn"])
@pytest.mark.parametrize(
    ("port", "owner"),
    [
        (9092, "clients that do not log in"),
        (9098, "the iam listener"),
        (9198, "the iam listener"),
        (9094, "the tls listener"),
    ],
)
def test_a_port_of_msk_must_be_the_listeners(host, port, owner):
    with pytest.raises(ValueError) as refused:
        servers_of("scram", f"{host}:9096,{host}:{port}")
    assert str(refused.value) == (
        f"'{host}:{port}' has the port of {owner}; the scram listener has 9096, and 9196 for the internet"
    )


@pytest.mark.parametrize("port", [9096, 9196, 14001])
def test_its_own_ports_and_those_of_private_link_are(port):
    assert servers_of("scram", f"{HOST}:{port}") == f"{HOST}:{port}"


@pytest.mark.parametrize("port", [9092, 9094])
def test_of_other_brokers_ports_nothing_is_known(port):
    assert servers_of("scram", f"kafka.example.com:{port}") == f"kafka.example.com:{port}"
