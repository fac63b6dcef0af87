"""Fixtures that deploy Jobs, CronJobs and DaemonSets with changed arguments."""

import pytest

import moorings
from moorings import InvalidInput
from moorings.validation.findings import Finding

CONTAINER = {
    "image": "registry.example/orders@sha256:" + "0" * 64,
    "cpu_request": "250m",
    "memory_request": "512Mi",
}


@pytest.fixture
def deploy_pods(deploy):
    """Deploy a component with changed arguments. ``container`` is merged, other arguments are replaced."""

    def make(kind, *, name="orders", preview=False, **changed):
        container = {**CONTAINER, **changed.pop("container", {})}
        schedule = {"schedule": "30 2 * * *"} if kind == "CronJob" else {}
        args = {"namespace": "shop", "container": container, "egress_to": [], **schedule, **changed}
        return deploy(lambda: getattr(moorings, f"Kubernetes{kind}")(name, args), preview=preview)

    return make


@pytest.fixture
def spec_of(deploy_pods):
    """Deploy a component, and return the spec of the Job, CronJob or DaemonSet."""

    def spec(kind, **changed):
        return deploy_pods(kind, **changed)[f"orders-{kind.lower()}"].inputs["spec"]

    return spec


@pytest.fixture
def findings_of(deploy_pods):
    """Deploy a component, and return the rejected and the logged findings: the rule and the path of each."""

    def findings(kind, **changed):
        try:
            lines = [message for _, message, _ in deploy_pods(kind, **changed).log]
        except InvalidInput as error:
            lines = str(error).splitlines()
        return [(finding.rule, finding.path) for finding in map(Finding.parse, lines)]

    return findings
