"""Cluster policy for other accounts."""

import json

from moorings import MskPrivateLinkClient
from moorings.msk.cluster_policy import render_cluster_policy

ARN = "arn:aws-cn:kafka:cn-north-1:123456789012:cluster/shop/0d1c-2"
ACCOUNTS = {"orders-eu": "210987654321", "audit": "109876543210"}
BOTH = ["arn:aws-cn:iam::109876543210:root", "arn:aws-cn:iam::210987654321:root"]


def statements(*clients, iam=True):
    policy = json.loads(render_cluster_policy(ARN, ACCOUNTS, clients, iam=iam))["Statement"]
    assert all(statement["Effect"] == "Allow" for statement in policy)
    return {statement["Sid"]: statement for statement in policy}


def test_accounts_are_principals_in_the_partition_of_the_cluster():
    policy = statements()
    assert policy.keys() == {"ConnectVpc", "LogIn"}
    for statement in policy.values():
        assert statement["Principal"]["AWS"] == BOTH
        assert statement["Resource"] == ARN


def test_without_iam_accounts_cannot_connect_as_clients():
    assert statements(iam=False).keys() == {"ConnectVpc"}


def test_a_client_has_exactly_its_permissions():
    client = MskPrivateLinkClient(
        account="orders-eu",
        write_topics=["orders", "refunds*"],
        transactional_ids=["orders-*"],
        read_topics=["payments"],
        consumer_groups=["orders"],
    )
    policy = statements(client)
    assert list(policy)[2:] == ["ConnectOrdersEu", "WriteOrdersEu", "TransactOrdersEu", "ReadOrdersEu", "JoinOrdersEu"]
    assert all(policy[sid]["Principal"] == {"AWS": BOTH[1:]} for sid in list(policy)[2:])
    assert policy["WriteOrdersEu"]["Action"] == ["kafka-cluster:DescribeTopic", "kafka-cluster:WriteData"]
    assert policy["WriteOrdersEu"]["Resource"] == [
        "arn:aws-cn:kafka:cn-north-1:123456789012:topic/shop/0d1c-2/orders",
        "arn:aws-cn:kafka:cn-north-1:123456789012:topic/shop/0d1c-2/refunds*",
    ]
    assert policy["JoinOrdersEu"]["Resource"] == ["arn:aws-cn:kafka:cn-north-1:123456789012:group/shop/0d1c-2/orders"]


def test_an_account_with_two_names_is_one_principal():
    policy = json.loads(render_cluster_policy(ARN, {"a": "210987654321", "b": "210987654321"}, [], iam=True))[
        "Statement"
    ]
    assert policy[0]["Principal"]["AWS"] == BOTH[1:]


def test_sids_are_unique():
    accounts = {"a-1": "210987654321", "a1": "109876543210"}
    clients = [MskPrivateLinkClient(account=account, write_topics=["orders"]) for account in accounts]
    policy = json.loads(render_cluster_policy(ARN, accounts, clients, iam=True))["Statement"]
    sids = [statement["Sid"] for statement in policy]
    assert len(set(sids)) == len(sids)
