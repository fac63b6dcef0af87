"""KubernetesCronJob: defaults that follow from the schedule, and rejected overlaps."""

import pulumi
import pytest

import moorings
from moorings import InvalidInput


def test_defaults_of_a_frequent_schedule(spec_of):
    spec = spec_of("CronJob", schedule="*/5 * * * *")
    assert {name: spec[name] for name in spec.keys() - {"jobTemplate"}} == {
        "schedule": "*/5 * * * *",
        "timeZone": "Etc/UTC",
        "concurrencyPolicy": "Forbid",
        "startingDeadlineSeconds": 300,
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 3,
        "suspend": False,
    }
    assert spec["jobTemplate"]["spec"]["activeDeadlineSeconds"] == 300


def test_a_daily_run_ends_after_an_hour(spec_of):
    spec = spec_of("CronJob", schedule="@daily")
    assert spec["startingDeadlineSeconds"] == 86400
    assert spec["jobTemplate"]["spec"]["activeDeadlineSeconds"] == 3600


def test_suspending_the_cron_job_does_not_suspend_its_jobs(spec_of):
    spec = spec_of("CronJob", suspend=True)
    assert spec["suspend"] is True
    assert "suspend" not in spec["jobTemplate"]["spec"]


def test_zero_is_a_deadline(findings_of):
    assert findings_of("CronJob", starting_deadline_seconds=0) == [
        ("k8s-cron-job-starting-deadline", "starting_deadline_seconds")
    ]


@pytest.mark.parametrize("schedule", ["0 0 * * 7", "every day", "TZ=UTC 0 0 * * *"])
def test_the_path_of_an_invalid_schedule(findings_of, schedule):
    assert findings_of("CronJob", schedule=schedule) == [("argument-format", "schedule")]


@pytest.mark.parametrize(
    ("zone", "valid"), [("UTC", True), ("America/Argentina/Buenos_Aires", True), ("Etc/GMT+3", True)]
)
def test_time_zones(spec_of, zone, valid):
    assert (spec_of("CronJob", time_zone=zone)["timeZone"] == zone) is valid


@pytest.mark.parametrize("zone", ["Local", "local", "Europe/", "Europe//Berlin", "", "../UTC"])
def test_invalid_time_zones(findings_of, zone):
    assert findings_of("CronJob", time_zone=zone) == [("argument-format", "time_zone")]


@pytest.mark.parametrize(
    ("changed", "findings"),
    [
        ({"concurrency_policy": "Allow"}, [("k8s-cron-job-overlap", "concurrency_policy")]),
        ({"concurrency_policy": "Replace"}, [("k8s-cron-job-overlap", "concurrency_policy")]),
        ({"parallelism": 2}, [("k8s-job-parallelism", "parallelism")]),
        ({"concurrency_policy": "Allow", "may_overlap": True}, []),
        ({"concurrency_policy": "Replace", "may_overlap": True}, []),
        ({"parallelism": 2, "may_overlap": True}, []),
        ({"may_overlap": True}, []),
    ],
)
def test_overlapping_pods_are_declared(findings_of, changed, findings):
    assert findings_of("CronJob", **changed) == findings


def test_a_replaced_run_stops_gracefully(deploy_pods):
    with pytest.raises(Exception, match="starts while the previous one stops, for up to 75 s"):
        deploy_pods("CronJob", concurrency_policy="Replace", shutdown={"drain_seconds": 60})


@pytest.mark.parametrize(
    ("changed", "findings"),
    [
        ({"active_deadline_seconds": 301}, ["k8s-cron-job-skipped-runs"]),
        ({"active_deadline_seconds": 300}, []),
        ({"active_deadline_seconds": 3000, "concurrency_policy": "Allow", "may_overlap": True}, []),
        ({"active_deadline_seconds": 30001, "concurrency_policy": "Allow", "may_overlap": True}, ["k8s-cron-job-many-active-runs"]),
        (
            {"active_deadline_seconds": 3300, "concurrency_policy": "Allow", "may_overlap": True, "parallelism": 10},
            ["k8s-cron-job-many-active-runs"],
        ),
    ],
)  # fmt: skip
def test_deadlines_are_compared_with_the_schedule(findings_of, changed, findings):
    found = findings_of("CronJob", schedule="*/5 * * * *", **changed)
    assert found == [(rule, "active_deadline_seconds") for rule in findings]


@pytest.mark.parametrize(
    ("name", "object_name", "path"),
    [
        ("a" * 35, None, None),
        ("a" * 36, None, "name"),
        ("a" * 63, "b" * 52, None),
        ("a", "b" * 53, "object_name"),
        ("Orders", None, "name"),
    ],
)
def test_names_of_cron_jobs_have_at_most_52_characters(findings_of, name, object_name, path):
    expected = [("k8s-job-name", path)] if path else []
    assert findings_of("CronJob", name=name, object_name=object_name) == expected


def test_a_replaced_cron_job_is_deleted_first(deploy_pods):
    assert deploy_pods("CronJob")["orders-cronjob"].delete_before_replace
    assert not deploy_pods("CronJob", may_overlap=True)["orders-cronjob"].delete_before_replace


@pytest.mark.parametrize(
    ("kind", "patch", "path"),
    [
        ("CronJob", {"concurrencyPolicy": "Allow"}, "spec.concurrencyPolicy"),
        ("CronJob", {"jobTemplate": {"spec": {"parallelism": 2}}}, "spec.jobTemplate.spec.parallelism"),
        (
            "CronJob",
            {"jobTemplate": {"spec": {"podReplacementPolicy": "TerminatingOrFailed"}}},
            "spec.jobTemplate.spec.podReplacementPolicy",
        ),
        ("CronJob", {"schedule": "@weekly"}, None),
        ("Job", {"parallelism": 2}, "spec.parallelism"),
        ("Job", {"backoffLimit": 0}, None),
    ],
)
@pytest.mark.parametrize("may_overlap", [False, True])
def test_transforms_do_not_let_pods_overlap(deploy, kind, patch, path, may_overlap):
    role = kind.lower()

    def program():
        container = {"image": "registry.example/orders@sha256:" + "0" * 64, "cpu_request": "1", "memory_request": "1Gi"}
        args = {"namespace": "shop", "container": container, "egress_to": [], "may_overlap": may_overlap}
        schedule = {"schedule": "@daily"} if kind == "CronJob" else {}
        transforms = [moorings.override(role, {"spec": patch})]
        component = getattr(moorings, f"Kubernetes{kind}")
        component("orders", {**args, **schedule}, pulumi.ResourceOptions(transforms=transforms))

    if path is None or may_overlap:
        deploy(program, preview=True)
        return
    with pytest.raises(InvalidInput, match="k8s-transformed-overlap") as rejection:
        deploy(program, preview=True)
    assert f"transforms.{role}.{path}: " in str(rejection.value)
