"""Listeners of MSK and bootstrap servers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.kafka.listeners import (
    LISTENERS,
    Listener,
    check_bootstrap_servers,
    check_listener_port,
    first_broker_port,
    is_msk,
    last_broker_port,
)
from moorings.validation.rules import Violation

HOST = "b-1.kafka.a1b2c3.c2.kafka.eu-west-1.amazonaws.com"

MSK_HOSTS = [
    HOST,
    "boot-x.c1.kafka-serverless.cn-north-1.amazonaws.com.cn",
    "b-1.kafka.a1b2c3.c2.kafka.eusc-de-east-1.amazonaws.eu",
    "b-1.kafka.a1b2c3.c2.kafka.us-iso-east-1.c2s.ic.gov",
]


def test_ports_and_protocols_match_the_msk_documentation():
    assert {
        "scram": Listener(9096, 9196, "SASL_SSL", "SCRAM-SHA-512"),
        "iam": Listener(9098, 9198, "SASL_SSL", "AWS_MSK_IAM"),
        "tls": Listener(9094, 9194, "SSL", None),
    } == LISTENERS


def test_listeners_are_read_only():
    with pytest.raises(TypeError):
        LISTENERS["scram"] = LISTENERS["iam"]


@pytest.mark.parametrize(
    "server", ["b-1:9096", "kafka_1:9096", "10.0.0.1:1", "[2001:db8::1]:65535", "b-1.example.com:443"]
)
def test_bootstrap_servers_are_hosts_with_ports(server):
    assert check_bootstrap_servers(f"{server},other:9096") == f"{server},other:9096"


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
def test_invalid_bootstrap_servers_are_rejected(server):
    with pytest.raises(Violation) as error:
        check_bootstrap_servers(f"b-2:9096,{server}")
    assert error.value.rule.id == "argument-format"
    assert repr(server) in error.value.message


@given(
    st.lists(st.tuples(st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?", fullmatch=True), st.integers(1, 65535)))
)
def test_any_list_of_hosts_and_ports_is_valid(servers):
    text = ",".join(f"{host}:{port}" for host, port in [*servers, ("b", 1)])
    assert check_bootstrap_servers(text) == text


@pytest.mark.parametrize("host", MSK_HOSTS)
@pytest.mark.parametrize(
    ("port", "listener"),
    [
        (9092, "plaintext"),
        (9098, "iam"),
        (9198, "iam"),
        (9094, "tls"),
        (20098, "iam"),
    ],
)
def test_ports_of_other_msk_listeners_are_rejected(host, port, listener):
    with pytest.raises(Violation) as error:
        check_listener_port("scram", f"{host}:9096,{host}:{port}", "kafka", "bootstrap_servers")
    assert (error.value.rule.id, error.value.path) == ("kafka-listener-port", ("kafka", "bootstrap_servers"))
    assert f"'{host}:{port}' has the port of the {listener} listener" in error.value.message


@pytest.mark.parametrize("port", [9096, 9196, 14001, 20096])
def test_ports_of_the_listener_and_of_private_link_are_valid(port):
    assert check_listener_port("scram", f"{HOST}:{port}") == f"{HOST}:{port}"


@pytest.mark.parametrize("port", [9092, 9094])
def test_ports_of_brokers_outside_msk_are_not_checked(port):
    assert check_listener_port("scram", f"kafka.example.com:{port}") == f"kafka.example.com:{port}"


def test_broker_ports():
    servers = "b-2:14002,b-1:14001,b-3:14003"
    assert (first_broker_port(servers), last_broker_port(servers)) == (14001, 14003)


def test_brokers_of_msk():
    assert all(is_msk(f"b-1:9096,{host}:9096") for host in MSK_HOSTS)
    assert not is_msk("b-1.kafka.eu-west-1.example.com:9096")
