"""Addresses of brokers."""

from hypothesis import given
from hypothesis import strategies as st

from moorings.msk.broker_endpoints import Broker, broker_addresses, select_bootstrap_servers

SIX_BROKERS = [Broker(id_, f"subnet-{id_ % 3}", f"b-{id_}.kafka") for id_ in (6, 2, 4, 1, 5, 3)]


def test_addresses_are_sorted_by_broker_id():
    assert broker_addresses(SIX_BROKERS, 9096) == [f"b-{id_}.kafka:9096" for id_ in (1, 2, 3, 4, 5, 6)]


def test_broker_ids_are_compared_as_numbers():
    assert broker_addresses([Broker(10, "a", "ten"), Broker(2, "a", "two")], 1) == ["two:1", "ten:1"]


def test_bootstrap_servers_contain_one_broker_of_each_zone():
    assert select_bootstrap_servers(SIX_BROKERS, 9098) == "b-1.kafka:9098,b-2.kafka:9098,b-3.kafka:9098"


@given(st.permutations(SIX_BROKERS))
def test_the_order_of_the_api_response_has_no_effect(brokers):
    assert select_bootstrap_servers(brokers, 9096) == select_bootstrap_servers(SIX_BROKERS, 9096)
    assert broker_addresses(brokers, 9096) == broker_addresses(SIX_BROKERS, 9096)
