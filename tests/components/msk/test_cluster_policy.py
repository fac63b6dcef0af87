"""Who of other accounts may connect a VPC."""

import json

from moorings.msk.cluster_policy import cluster_policy


def test_a_policy_is_of_the_partition_of_its_cluster():
    arn = "arn:aws-cn:kafka:cn-north-1:123456789012:cluster/orders/0d1c-2"
    (statement,) = json.loads(cluster_policy(arn, {"b": "210987654321", "a": "109876543210"}))["Statement"]
    assert statement["Principal"]["AWS"] == [
        "arn:aws-cn:iam::109876543210:root",
        "arn:aws-cn:iam::210987654321:root",
    ]
    assert statement["Resource"] == arn
