"""Tolerations."""

import pytest

# Rejected arguments, message after the name of the component, and similar arguments that are valid.
CASES = {
    "unknown field": (
        {"tolerations": [{"taint": "spot"}]},
        ".tolerations[0]: unknown field taint; the fields of a toleration are effect, key, operator, "
        "tolerationSeconds, value",
        {"tolerations": [{"key": "spot", "operator": "Exists"}]},
    ),
    "unknown operator": (
        {"tolerations": [{"key": "spot", "operator": "Exist"}]},
        ".tolerations[0]: operator must be one of Equal, Exists, got 'Exist'",
        {"tolerations": [{"key": "spot", "operator": "Equal", "value": "a"}]},
    ),
    "unknown effect": (
        {"tolerations": [{"key": "spot", "operator": "Exists", "effect": "NoSuch"}]},
        ".tolerations[0]: effect must be one of NoSchedule, PreferNoSchedule, NoExecute, got 'NoSuch'",
        {"tolerations": [{"key": "spot", "operator": "Exists", "effect": "PreferNoSchedule"}]},
    ),
    "no key": (
        {"tolerations": [{"effect": "NoSchedule"}]},
        ".tolerations[0]: key is required unless operator is Exists",
        {"tolerations": [{"operator": "Exists"}]},
    ),
    "value with Exists": (
        {"tolerations": [{"key": "spot", "operator": "Exists", "value": "a"}]},
        ".tolerations[0]: value must be omitted with operator Exists, got 'a'",
        {"tolerations": [{"key": "spot", "value": "a"}]},
    ),
    "tolerationSeconds without NoExecute": (
        {"tolerations": [{"key": "spot", "operator": "Exists", "tolerationSeconds": 60}]},
        ".tolerations[0]: tolerationSeconds requires effect NoExecute",
        {"tolerations": [{"key": "spot", "operator": "Exists", "tolerationSeconds": 60, "effect": "NoExecute"}]},
    ),
    "key of the wrong type": (
        {"tolerations": [{"key": 5, "operator": "Exists"}]},
        ".tolerations[0]: key must be text, got 5",
        {"tolerations": [{"key": "5", "operator": "Exists"}]},
    ),
    "tolerationSeconds of the wrong type": (
        {"tolerations": [{"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": "60"}]},
        ".tolerations[0]: tolerationSeconds must be a number, got '60'",
        {"tolerations": [{"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 60}]},
    ),
    "invalid key": (
        {"tolerations": [{"key": "a b", "operator": "Exists"}]},
        ".tolerations[0]: key must be at most 63 letters, digits, '-', '_' and '.', with an optional prefix of a DNS "
        "subdomain and a slash, got 'a b'",
        {"tolerations": [{"key": "example.com/spot", "operator": "Exists"}]},
    ),
}


@pytest.mark.parametrize(("changed", "message"), [case[:2] for case in CASES.values()], ids=CASES)
def test_invalid_arguments_are_rejected(rejection, changed, message):
    assert rejection(**changed) == message


@pytest.mark.parametrize("changed", [case[2] for case in CASES.values()], ids=CASES)
def test_similar_valid_arguments_are_accepted(deploy_workload, changed):
    assert deploy_workload(**changed)["orders"]


def test_late_tolerations_are_left_to_the_api_server(deploy_workload, late):
    assert deploy_workload(tolerations=[{"key": "spot", "operator": late("Exists")}])
