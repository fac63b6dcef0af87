"""CIDR types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import Args, InvalidInput
from moorings.aws.cidrs import Cidr, ClientCidr, Ipv6Cidr, PrivateCidr, PrivateIpv6Cidr


class NetworksArgs(Args):
    """One argument of each type."""

    ipv4: Cidr | None = None
    ipv6: Ipv6Cidr | None = None
    clients: ClientCidr | None = None
    private: PrivateCidr | None = None
    private_ipv6: PrivateIpv6Cidr | None = None


IPV4 = "expected an IPv4 network, such as 10.80.0.0/16, got"
IPV6 = "expected an IPv6 network, such as 2001:db8:1234::/56, got"
LARGER = "is larger than {}, the largest private network; list the networks of the clients"


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("ipv4", "ten", f"{IPV4} 'ten'"),
        ("ipv4", "10.80.0.0", f"{IPV4} '10.80.0.0'"),
        ("ipv4", "10.80.0.0/255.255.0.0", f"{IPV4} '10.80.0.0/255.255.0.0'"),
        ("ipv4", "2001:db8::/32", f"{IPV4} '2001:db8::/32'"),
        ("ipv4", "10.80.1.7/16", "'10.80.1.7/16' is an address within a network; the network is 10.80.0.0/16"),
        ("ipv6", "10.80.0.0/16", f"{IPV6} '10.80.0.0/16'"),
        ("ipv6", "2001:db8::", f"{IPV6} '2001:db8::'"),
        ("ipv6", "2001:db8::1/32", "'2001:db8::1/32' is an address within a network; the network is 2001:db8::/32"),
        ("clients", "0.0.0.0/0", "0.0.0.0/0 allows the whole internet; list the networks of the clients"),
        ("private", "0.0.0.0/1", f"0.0.0.0/1 {LARGER.format('10.0.0.0/8')}"),
        ("private", "10.0.0.0/7", f"10.0.0.0/7 {LARGER.format('10.0.0.0/8')}"),
        ("private_ipv6", "::/0", f"::/0 {LARGER.format('fc00::/7')}"),
        ("private_ipv6", "2000::/3", f"2000::/3 {LARGER.format('fc00::/7')}"),
    ],
)
def test_other_strings_and_networks_are_rejected(argument, value, message):
    with pytest.raises(InvalidInput) as error:
        NetworksArgs(**{argument: value})
    assert str(error.value) == f"NetworksArgs.{argument}: {message}"


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("ipv4", "10.80.0.0/16"),
        ("ipv4", "0.0.0.0/0"),
        ("ipv6", "2001:db8:1234::/56"),
        ("ipv6", "::/0"),
        ("clients", "0.0.0.0/1"),
        ("private", "10.0.0.0/8"),
        ("private_ipv6", "fc00::/7"),
    ],
)
def test_a_network_is_accepted(argument, value):
    assert getattr(NetworksArgs(**{argument: value}), argument) == value


@given(st.ip_addresses(v=4), st.integers(0, 32))
def test_an_address_within_a_network_is_rejected(address, length):
    mask = (0xFFFFFFFF << (32 - length)) & 0xFFFFFFFF
    network = type(address)(int(address) & mask)
    assert NetworksArgs(ipv4=f"{network}/{length}").ipv4 == f"{network}/{length}"
    if network != address:
        with pytest.raises(InvalidInput, match="the network is"):
            NetworksArgs(ipv4=f"{address}/{length}")
