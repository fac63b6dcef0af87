"""CIDR types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import Args, InvalidInput
from moorings.aws.cidrs import Cidr, Ipv6Cidr, NetworkCidr


class NetworksArgs(Args):
    """One argument of each type."""

    ipv4: Cidr | None = None
    ipv6: Ipv6Cidr | None = None
    either: NetworkCidr | None = None


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("ipv4", "ten"),
        ("ipv4", "10.80.0.0"),
        ("ipv4", "10.80.0.0/255.255.0.0"),
        ("ipv4", "2001:db8::/32"),
        ("ipv6", "10.80.0.0/16"),
        ("ipv6", "2001:db8::"),
        ("either", "ten"),
        ("either", "2001:db8::"),
    ],
)
def test_other_strings_are_rejected(rejected, argument, value):
    with rejected("argument-format", argument):
        NetworksArgs(**{argument: value})


@pytest.mark.parametrize(("argument", "value"), [("ipv4", "10.80.1.7/16"), ("ipv6", "2001:db8::1/32")])
def test_addresses_within_a_network_are_rejected(rejected, argument, value):
    with rejected("aws-cidr-host-bits", argument):
        NetworksArgs(**{argument: value})


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("ipv4", "10.80.0.0/16"),
        ("ipv4", "0.0.0.0/0"),
        ("ipv6", "2001:db8:1234::/56"),
        ("ipv6", "::/0"),
        ("either", "::/0"),
        ("either", "0.0.0.0/0"),
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
        with pytest.raises(InvalidInput, match="use the network"):
            NetworksArgs(ipv4=f"{address}/{length}")
