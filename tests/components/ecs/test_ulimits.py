"""Resource limits of containers."""

import pytest


def test_limits_are_sorted_by_name(container):
    limits = {"nofile": {"soft": 1024, "hard": 65535}, "memlock": {"soft": -1, "hard": -1}}
    assert container(ulimits=limits)["ulimits"] == [
        {"hardLimit": -1, "name": "memlock", "softLimit": -1},
        {"hardLimit": 65535, "name": "nofile", "softLimit": 1024},
    ]


@pytest.mark.parametrize(("soft", "hard"), [(2, 1), (-1, 1)])
def test_soft_limit_above_the_hard_limit(create, rejected, soft, hard):
    with rejected("ecs-ulimit-order", "ulimits.nofile"):
        create(ulimits={"nofile": {"soft": soft, "hard": hard}})


def test_unlimited_hard_limit(container):
    assert container(ulimits={"memlock": {"soft": 64, "hard": -1}})["ulimits"][0]["hardLimit"] == -1


def test_unknown_limit(create, rejected):
    with rejected("argument-choice"):
        create(ulimits={"files": {"soft": 1, "hard": 1}})
