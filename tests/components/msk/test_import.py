"""What the guide imports is what the components register."""

import json
import re
from pathlib import Path

import pytest

GUIDE = (Path(__file__).parents[3] / "docs" / "import-a-cluster.md").read_text("utf-8")
PROGRAMS = re.findall(r"^ *```python\n(.*?)^ *```", GUIDE, re.DOTALL | re.MULTILINE)
FILES = [
    json.loads(text)["resources"] for text in re.findall(r"^ *```json\n(.*?)^ *```", GUIDE, re.DOTALL | re.MULTILINE)
]


@pytest.fixture
def made(deploy):
    """Deploy a program of the guide."""

    def run(code):
        margin = re.match(r" *", code)[0]
        return deploy(lambda: exec(re.sub(rf"^{margin}", "", code, flags=re.MULTILINE), {}))

    return run


@pytest.mark.parametrize(("code", "resources"), list(zip(PROGRAMS, FILES, strict=True)), ids=["cluster", "user"])
def test_each_has_the_type_the_name_and_the_parent_of_a_registration(made, code, resources):
    plan = made(code)
    parents = {each["name"]: plan[each["name"]].urn for each in resources if each.get("component")}
    for each in resources:
        registered = plan[each["name"]]
        assert registered.type == each["type"]
        if "parent" in each:
            assert registered.parent == parents[each["parent"]]
            assert registered.custom


def test_the_cluster_is_told_nothing_that_would_replace_it(made):
    inputs = made(PROGRAMS[0])["kafka-cluster"].inputs
    assert inputs["clusterName"] == "orders-production"
    assert inputs["brokerNodeGroupInfo"]["clientSubnets"][0] == "subnet-0a4e21f7c93d58b06"
    assert inputs["encryptionInfo"]["encryptionAtRestKmsKeyArn"].endswith("key/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06")


def test_a_secret_that_is_taken_over_keeps_its_name(made):
    inputs = made(PROGRAMS[1])["kafka-orders-secret"].inputs
    assert inputs["name"] == "AmazonMSK_orders"
    assert "namePrefix" not in inputs


def test_a_user_with_a_password_makes_none(made):
    assert "random:index/randomPassword:RandomPassword" not in {each.type for each in made(PROGRAMS[1]).resources}
