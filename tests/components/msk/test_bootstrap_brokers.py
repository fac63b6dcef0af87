"""Where clients find the brokers."""

from hypothesis import given
from hypothesis import strategies as st

from moorings.msk.bootstrap_brokers import Broker, all_brokers, bootstrap_servers

SIX = [Broker(id_, f"subnet-{id_ % 3}", f"b-{id_}.kafka") for id_ in (6, 2, 4, 1, 5, 3)]


def test_all_brokers_stand_in_the_order_of_their_numbers():
    assert all_brokers(SIX, 9096) == [f"b-{id_}.kafka:9096" for id_ in (1, 2, 3, 4, 5, 6)]


def test_the_tenth_broker_stands_behind_the_second():
    assert all_brokers([Broker(10, "a", "ten"), Broker(2, "a", "two")], 1) == ["two:1", "ten:1"]


def test_the_short_list_has_one_broker_of_each_zone():
    assert bootstrap_servers(SIX, 9098) == "b-1.kafka:9098,b-2.kafka:9098,b-3.kafka:9098"


@given(st.permutations(SIX))
def test_the_order_in_which_msk_answers_changes_nothing(brokers):
    assert bootstrap_servers(brokers, 9096) == bootstrap_servers(SIX, 9096)
    assert all_brokers(brokers, 9096) == all_brokers(SIX, 9096)
