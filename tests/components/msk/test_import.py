"""The guide to importing a cluster: its import files match what its programs register."""

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
def run(deploy):
    """Deploy a program of the guide."""

    def deploy_code(code):
        margin = re.match(r" *", code)[0]
        return deploy(lambda: exec(re.sub(rf"^{margin}", "", code, flags=re.MULTILINE), {}))

    return deploy_code


@pytest.mark.parametrize(("code", "resources"), list(zip(PROGRAMS, FILES, strict=True)), ids=["cluster", "user"])
def test_imported_resources_match_the_registered_ones(run, code, resources):
    plan = run(code)
    parents = {item["name"]: plan[item["name"]].urn for item in resources if item.get("component")}
    for item in resources:
        registered = plan[item["name"]]
        assert registered.type == item["type"]
        if "parent" in item:
            assert registered.parent == parents[item["parent"]]
            assert registered.custom


def test_the_cluster_is_not_replaced(run):
    inputs = run(PROGRAMS[0])["kafka-cluster"].inputs
    assert inputs["clusterName"] == "orders-production"
    assert inputs["brokerNodeGroupInfo"]["clientSubnets"][0] == "subnet-0a4e21f7c93d58b06"
    assert inputs["encryptionInfo"]["encryptionAtRestKmsKeyArn"].endswith("key/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06")


def test_an_imported_secret_keeps_its_name(run):
    inputs = run(PROGRAMS[1])["kafka-orders-secret"].inputs
    assert inputs["name"] == "AmazonMSK_orders"
    assert "namePrefix" not in inputs


def test_no_password_is_generated_for_an_existing_one(run):
    assert "random:index/randomPassword:RandomPassword" not in {
        resource.type for resource in run(PROGRAMS[1]).resources
    }
