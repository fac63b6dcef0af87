"""What changes of Kubernetes objects do to pods and sessions."""

import pytest

from moorings.kubernetes.impacts import JOB_IMPACT, ROUTE_IMPACT, WORKLOAD_IMPACT
from moorings.validation.impacts import ImpactLevel
from moorings.validation.resource_changes import Properties, ResourceChange


def impact_of(type_, before, after, operation="update"):
    (rule,) = (rule for rule in (JOB_IMPACT, ROUTE_IMPACT, WORKLOAD_IMPACT) if type_ in rule.types)
    found = rule.describe(ResourceChange(operation, type_, Properties(before), Properties(after)))
    return found and (found.level, found.text)


def workload(replicas=None, image="a:1", **spec):
    return {"spec": {"replicas": replicas, "template": {"image": image}, **spec}}


@pytest.mark.parametrize(
    ("kind", "before", "after", "expected"),
    [
        ("Deployment", workload(3), workload(3), None),
        ("Deployment", workload(3), workload(3, "a:2"), (ImpactLevel.ROLLING, "rolling update of 3 pods")),
        ("Deployment", workload(), workload(None, "a:2"), (ImpactLevel.ROLLING, "rolling update of all pods")),
        (
            "Deployment",
            workload(1),
            workload(1, "a:2", strategy={"type": "Recreate"}),
            (ImpactLevel.DOWNTIME, "downtime until pods are ready again: Recreate stops 1 pod first"),
        ),
        (
            "StatefulSet",
            workload(3),
            workload(3, "a:2", updateStrategy={"type": "OnDelete"}),
            (ImpactLevel.NOTICE, "pods are not updated until they are deleted"),
        ),
        (
            "DaemonSet",
            workload(),
            workload(None, "a:2"),
            (ImpactLevel.ROLLING, "rolling update of the pods of all nodes"),
        ),
        ("Deployment", workload(3), workload(5), (ImpactLevel.NOTICE, "5 pods instead of 3")),
        ("Deployment", workload(3), workload(1), (ImpactLevel.NOTICE, "1 pod instead of 3")),
        ("Deployment", workload(3), workload(0, "a:2"), (ImpactLevel.DOWNTIME, "scaling to 0 stops 3 pods")),
        ("Deployment", workload(0), workload(0, "a:2"), None),
        ("Deployment", workload(3), workload(0), (ImpactLevel.DOWNTIME, "scaling to 0 stops 3 pods")),
    ],
)
def test_update_of_a_workload(kind, before, after, expected):
    assert impact_of(f"kubernetes:apps/v1:{kind}", before, after) == expected


@pytest.mark.parametrize(
    ("operation", "text"),
    [
        ("delete", "the Deployment is deleted with 3 pods"),
        ("replace", "the Deployment is deleted with its pods and recreated"),
    ],
)
def test_deletion_and_replacement_stop_the_pods(operation, text):
    before = workload(3)
    after = None if operation == "delete" else workload(3)
    assert impact_of("kubernetes:apps/v1:Deployment", before, after, operation) == (ImpactLevel.DOWNTIME, text)


INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
SESSIONS = (ImpactLevel.SESSIONS, "the session affinity changes, so clients can lose their sessions")


def annotated(**annotations):
    names = {f"nginx.ingress.kubernetes.io/{name.replace('_', '-')}": value for name, value in annotations.items()}
    return {"metadata": {"annotations": names}, "spec": {"rules": [{"host": "a"}]}}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (annotated(session_cookie_name="A"), annotated(session_cookie_name="B"), SESSIONS),
        (annotated(affinity="cookie"), annotated(), SESSIONS),
        (annotated(session_cookie_expires="1"), annotated(session_cookie_expires="2"), None),
        (annotated(proxy_body_size="1m"), annotated(proxy_body_size="2m"), None),
    ],
)
def test_update_of_the_session_affinity(before, after, expected):
    assert impact_of(INGRESS, before, after) == expected


def test_creation_of_an_ingress_has_no_impact():
    assert impact_of(INGRESS, None, annotated(affinity="cookie"), "create") is None


@pytest.mark.parametrize(
    ("kind", "operation", "before", "after", "text"),
    [
        ("Job", "replace", {}, {}, "the Job runs again"),
        ("Job", "delete", {}, {}, None),
        ("Job", "create", {}, {"suspend": True}, None),
        (
            "Job",
            "update",
            {},
            {"suspend": True},
            "active pods of the Job are stopped, and none start until it is resumed",
        ),
        ("CronJob", "replace", {}, {}, "active runs of the CronJob are stopped"),
        ("CronJob", "delete", {}, {}, "active runs of the CronJob are stopped"),
        (
            "CronJob",
            "update",
            {"suspend": False},
            {"suspend": True},
            "no runs of the CronJob start until it is resumed",
        ),
        ("CronJob", "update", {"suspend": True}, {"suspend": True}, None),
        ("CronJob", "update", {"schedule": "@daily"}, {"schedule": "@weekly"}, None),
    ],
)
def test_changes_of_jobs(kind, operation, before, after, text):
    impact = impact_of(f"kubernetes:batch/v1:{kind}", {"spec": before}, {"spec": after}, operation)
    assert impact == (text and (ImpactLevel.NOTICE, text))
