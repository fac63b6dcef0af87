"""What other accounts may do with a cluster."""

import json

import pytest

from moorings import InvalidInput, MskPrivateLinkClient
from moorings.msk.cluster_policy import cluster_policy

ARN = "arn:aws-cn:kafka:cn-north-1:123456789012:cluster/shop/0d1c-2"
ACCOUNTS = {"orders-eu": "210987654321", "audit": "109876543210"}
BOTH = ["arn:aws-cn:iam::109876543210:root", "arn:aws-cn:iam::210987654321:root"]


def statements(*clients, iam=True):
    found = json.loads(cluster_policy(ARN, ACCOUNTS, clients, iam=iam))["Statement"]
    assert all(each["Effect"] == "Allow" for each in found)
    return {each["Sid"]: each for each in found}


def test_a_policy_is_of_the_partition_of_its_cluster():
    found = statements()
    assert found.keys() == {"ConnectVpc", "LogIn"}
    for each in found.values():
        assert each["Principal"]["AWS"] == BOTH
        assert each["Resource"] == ARN


def test_where_iam_is_off_nobody_logs_in_with_it():
    assert statements(iam=False).keys() == {"ConnectVpc"}


def test_a_client_is_let_do_what_is_named_and_nothing_else():
    client = MskPrivateLinkClient(
        account="orders-eu",
        produce_to=["orders", "refunds*"],
        transactional_ids=["orders-*"],
        consume_from=["payments"],
        groups=["orders"],
    )
    found = statements(client)
    assert list(found)[2:] == ["ConnectOrdersEu", "WriteOrdersEu", "TransactOrdersEu", "ReadOrdersEu", "JoinOrdersEu"]
    assert all(found[sid]["Principal"] == {"AWS": BOTH[1:]} for sid in list(found)[2:])
    assert found["WriteOrdersEu"]["Action"] == ["kafka-cluster:DescribeTopic", "kafka-cluster:WriteData"]
    assert found["WriteOrdersEu"]["Resource"] == [
        "arn:aws-cn:kafka:cn-north-1:123456789012:topic/shop/0d1c-2/orders",
        "arn:aws-cn:kafka:cn-north-1:123456789012:topic/shop/0d1c-2/refunds*",
    ]
    assert found["JoinOrdersEu"]["Resource"] == ["arn:aws-cn:kafka:cn-north-1:123456789012:group/shop/0d1c-2/orders"]


def test_a_name_twice_in_one_account_is_one_principal():
    found = json.loads(cluster_policy(ARN, {"a": "210987654321", "b": "210987654321"}, [], iam=True))["Statement"]
    assert found[0]["Principal"]["AWS"] == BOTH[1:]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({}, ": orders is let do nothing; name topics in produce_to or consume_from"),
        (
            {"consume_from": ["orders"]},
            ": a consumer is a member of a group; give both consume_from and groups, or none of them",
        ),
        (
            {"consume_from": ["orders"], "groups": ["orders"], "transactional_ids": ["a"]},
            ": transactional_ids are a producer's; name topics in produce_to",
        ),
    ],
)
def test_a_client_who_lacks_something_is_refused(args, message):
    with pytest.raises(InvalidInput) as refused:
        MskPrivateLinkClient(account="orders", **args)
    assert str(refused.value) == f"MskPrivateLinkClient{message}"
