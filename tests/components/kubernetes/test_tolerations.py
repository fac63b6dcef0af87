"""Tolerations."""

import pytest

# Arguments, what is found in them, each with its path, and similar arguments that are valid.
CASES = {
    "unknown field": (
        {"tolerations": [{"taint": "spot"}]},
        [("argument-unknown", "tolerations[0].taint")],
        {"tolerations": [{"key": "spot", "operator": "Exists"}]},
    ),
    "unknown operator": (
        {"tolerations": [{"key": "spot", "operator": "Exist"}]},
        [("k8s-toleration-choice", "tolerations[0].operator")],
        {"tolerations": [{"key": "spot", "operator": "Equal", "value": "a"}]},
    ),
    "unknown effect": (
        {"tolerations": [{"key": "spot", "operator": "Exists", "effect": "NoSuch"}]},
        [("k8s-toleration-choice", "tolerations[0].effect")],
        {"tolerations": [{"key": "spot", "operator": "Exists", "effect": "PreferNoSchedule"}]},
    ),
    "no key": (
        {"tolerations": [{"effect": "NoSchedule"}]},
        [("k8s-toleration", "tolerations[0].key")],
        {"tolerations": [{"operator": "Exists"}]},
    ),
    "value with Exists": (
        {"tolerations": [{"key": "spot", "operator": "Exists", "value": "a"}]},
        [("k8s-toleration", "tolerations[0].value")],
        {"tolerations": [{"key": "spot", "value": "a"}]},
    ),
    "tolerationSeconds without NoExecute": (
        {"tolerations": [{"key": "spot", "operator": "Exists", "tolerationSeconds": 60}]},
        [("k8s-toleration", "tolerations[0].tolerationSeconds")],
        {"tolerations": [{"key": "spot", "operator": "Exists", "tolerationSeconds": 60, "effect": "NoExecute"}]},
    ),
    "key of the wrong type": (
        {"tolerations": [{"key": 5, "operator": "Exists"}]},
        [("argument-type", "tolerations[0].key")],
        {"tolerations": [{"key": "5", "operator": "Exists"}]},
    ),
    "tolerationSeconds of the wrong type": (
        {"tolerations": [{"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": "60"}]},
        [("argument-type", "tolerations[0].tolerationSeconds")],
        {"tolerations": [{"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 60}]},
    ),
    "invalid key": (
        {"tolerations": [{"key": "a b", "operator": "Exists"}]},
        [("k8s-toleration", "tolerations[0].key")],
        {"tolerations": [{"key": "example.com/spot", "operator": "Exists"}]},
    ),
}


@pytest.mark.parametrize(("changed", "findings"), [case[:2] for case in CASES.values()], ids=CASES)
def test_invalid_arguments_are_found(findings_of, changed, findings):
    assert findings_of(**changed) == findings


@pytest.mark.parametrize("changed", [case[2] for case in CASES.values()], ids=CASES)
def test_similar_valid_arguments_are_accepted(deploy_workload, changed):
    assert deploy_workload(**changed)["orders"]


def test_late_tolerations_are_left_to_the_api_server(deploy_workload, late):
    assert deploy_workload(tolerations=[{"key": "spot", "operator": late("Exists")}])
