"""Changes of a workload that interrupt it. The rules' own examples are tested in tests/rules."""

import pytest
from pulumi.runtime import rpc

from moorings.kubernetes.workload_change_rules import WORKLOAD_CHANGES
from moorings.validation.change_rules import evaluate_change
from moorings.validation.resource_changes import Properties, ResourceChange

TYPE = "moorings:index:KubernetesWorkload"
DEPLOYMENT = {"namespace": "shop", "kind": "Deployment", "hasService": True}
CONSUMER = {**DEPLOYMENT, "hasService": False}
SCALED = {**CONSUMER, "autoscaling": {"minReplicas": 2, "maxReplicas": 20}}
STATEFUL_SET = {**CONSUMER, "kind": "StatefulSet", "podManagementPolicy": "OrderedReady"}
VOLUMES = {"data": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}


def findings(before, **changed):
    after = {name: value for name, value in {**before, **changed}.items() if value is not None}
    change = ResourceChange("update", TYPE, Properties(before), Properties(after))
    return [(rule.id, *path) for rule, path, _ in evaluate_change(WORKLOAD_CHANGES.rules, change)]


REPLACED = "k8s-workload-replaced"


@pytest.mark.parametrize(
    ("before", "changed", "path"),
    [
        (DEPLOYMENT, {"namespace": "billing"}, "namespace"),
        (DEPLOYMENT, {"objectName": "orders"}, "object_name"),
        ({**DEPLOYMENT, "objectName": "orders"}, {"objectName": None}, "object_name"),
        (SCALED, {"namespace": "billing"}, "namespace"),
        (SCALED, {"kind": "StatefulSet"}, "kind"),
        (STATEFUL_SET, {"namespace": "billing"}, "namespace"),
        (STATEFUL_SET, {"podManagementPolicy": "Parallel"}, "pod_management_policy"),
        (STATEFUL_SET, {"revisionHistoryLimit": 3}, "revision_history_limit"),
        (STATEFUL_SET, {"volumes": VOLUMES}, "volumes"),
        ({**STATEFUL_SET, "volumes": VOLUMES}, {"volumes": None}, "volumes"),
        (STATEFUL_SET, {"governingServiceName": "members"}, "governing_service_name"),
        (STATEFUL_SET, {"selector": {"app": "web"}}, "selector"),
        (DEPLOYMENT, {"selector": {"app": "web"}}, "selector"),
    ],
)
def test_replacements_that_interrupt_a_workload_are_rejected(before, changed, path):
    assert findings(before, **changed) == [(REPLACED, path)]


@pytest.mark.parametrize(
    ("before", "changed"),
    [
        (CONSUMER, {"namespace": "billing"}),  # the new pods start before the old ones stop
        (DEPLOYMENT, {"kind": "StatefulSet", "podManagementPolicy": "OrderedReady"}),  # both serve until the first ends
        (DEPLOYMENT, {"hasService": False}),
        (DEPLOYMENT, {"autoscaling": SCALED["autoscaling"]}),
        (SCALED, {"autoscaling": {"minReplicas": 4, "maxReplicas": 20}}),
        (DEPLOYMENT, {"namespace": rpc.UNKNOWN}),
        (SCALED, {"kind": rpc.UNKNOWN}),
        ({}, DEPLOYMENT),  # deployed with a release that registers no arguments
    ],
)
def test_other_changes_are_allowed(before, changed):
    assert findings(before, **changed) == []


NAMED = {**DEPLOYMENT, "service": {"name": "orders"}, "services": {"public": {"headless": True}}}


@pytest.mark.parametrize(
    ("before", "changed", "path"),
    [
        (NAMED, {"service": {"name": "shop"}}, ("service", "name")),
        (NAMED, {"service": None}, ("service", "name")),
        ({**NAMED, "objectName": "shop"}, {"service": None}, ("service", "name")),
        (DEPLOYMENT, {"service": {"headless": True}}, ("service", "headless")),
        (NAMED, {"services": {"public": {}}}, ("services", "public", "headless")),
        (NAMED, {"services": {"public": {"headless": True, "name": "x"}}}, ("services", "public", "name")),
    ],
)
def test_replacements_of_services_are_rejected(before, changed, path):
    assert findings(before, **changed) == [("k8s-service-replaced", *path)]


@pytest.mark.parametrize(
    ("before", "changed"),
    [
        (NAMED, {"hasService": False, "service": None}),
        (NAMED, {"services": None}),
        (NAMED, {"services": {"other": {}}}),
        (DEPLOYMENT, {"services": {"public": {}}}),
        ({**NAMED, "objectName": "orders"}, {"service": None}),
        (NAMED, {"service": {"name": rpc.UNKNOWN}}),
    ],
)
def test_other_changes_of_services_are_allowed(before, changed):
    assert findings(before, **changed) == []


def test_each_loss_is_stated():
    change = ResourceChange(
        "update",
        TYPE,
        Properties({**SCALED, "hasService": True}),
        Properties({**SCALED, "hasService": True, "namespace": "billing"}),
    )
    ((_, _, message),) = evaluate_change(WORKLOAD_CHANGES.rules, change)
    assert "clients lose the Service and the new Deployment starts with the minimum number of pods" in message


def test_the_number_of_pods_is_required_when_an_autoscaler_is_removed():
    assert findings(SCALED, autoscaling=None) == [("k8s-autoscaler-removed", "autoscaling")]
    assert findings(SCALED, autoscaling=None, replicas=6) == []
    assert findings(CONSUMER) == []
