"""Jobs, CronJobs and DaemonSets on a cluster with simulated nodes, and on an API server with Pod Security."""

import pytest
from kubernetes_api import RejectedError
from workloads import IMAGE, OTHER_IMAGE, only, rendered

import moorings
from moorings import KubernetesCronJob, KubernetesDaemonSet, KubernetesJob

POD = {"image": IMAGE, "cpu_request": "100m", "memory_request": "128Mi"}
QUEUE = {"parallelism": 3, "may_overlap": True}

COMPONENTS = {
    "a Job": ("Job", {}),
    "a queue": ("Job", {**QUEUE, "retries": {"limit": 0, "fatal_exit_codes": [78, 3]}}),
    "an indexed Job": (
        "Job",
        {
            **QUEUE,
            "completions": 8,
            "completion_mode": "Indexed",
            "retries": {"limit_per_index": 1, "max_failed_indexes": 8},
        },
    ),
    "a suspended Job whose containers restart": ("Job", {"suspend": True, "retries": {"restart_policy": "OnFailure"}}),
    "a daily CronJob": ("CronJob", {"schedule": "@daily", "time_zone": "Europe/Berlin"}),
    "a CronJob with every kind of field": ("CronJob", {"schedule": "5/10,*/20 0-23/2,? 1,2-5 JAN-dec 0,fri"}),
    "an interval": ("CronJob", {"schedule": "@every 1h30m", "suspend": True}),
    "a CronJob whose runs overlap": ("CronJob", {"schedule": "0 0 29 2 *", "concurrency_policy": "Allow", **QUEUE}),
    "the longest name of a CronJob": ("CronJob", {"schedule": "@daily", "object_name": "a" * 52}),
    "a DaemonSet": ("DaemonSet", {"tolerations": [{"operator": "Exists"}]}),
    "a DaemonSet with additional pods": ("DaemonSet", {"max_surge": "25%"}),
    "a DaemonSet that is updated by hand": ("DaemonSet", {"update_strategy": "OnDelete"}),
}  # fmt: skip


def objects_of(namespace, kind, changed):
    """The objects of a component with changed arguments."""
    args = {"namespace": namespace, "container": POD, "egress_to": [], **changed}
    return rendered(lambda: getattr(moorings, f"Kubernetes{kind}")("orders", args))


def pod_of(object_, namespace):
    """A pod from the template of an object. The API server only warns about pods that Pod Security rejects."""
    spec = object_["spec"].get("jobTemplate", object_)["spec"]
    metadata = {**spec["template"]["metadata"], "name": "orders-0", "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec["template"]["spec"]}


@pytest.mark.parametrize(("kind", "changed"), COMPONENTS.values(), ids=COMPONENTS)
def test_all_objects_and_pods_are_accepted(api_server, kind, changed):
    namespace = api_server.namespace()
    objects = objects_of(namespace, kind, changed)
    for object_ in objects:
        api_server.api.create(object_, dry_run=True)
    api_server.api.create(pod_of(only(objects, kind), namespace), dry_run=True)


@pytest.mark.parametrize("version", ["1.33", "1.34", "1.35", "1.36", "1.37"])
def test_all_objects_conform_to_the_schemas(version):
    validator = pytest.importorskip("kubernetes_validate")
    for kind, changed in COMPONENTS.values():
        for object_ in objects_of("shop", kind, changed):
            validator.validate(object_, version, strict=True)


INVALID = {
    "Sunday as 7": ("CronJob", {"schedule": "0 0 * * 7"}, "schedule"),
    "an hour above 23": ("CronJob", {"schedule": "0 24 * * *"}, "schedule"),
    "a step of 0": ("CronJob", {"schedule": "*/0 * * * *"}, "schedule"),
    "a macro in upper case": ("CronJob", {"schedule": "@Daily"}, "schedule"),
    "a time zone in the schedule": ("CronJob", {"schedule": "TZ=UTC 0 0 * * *"}, "schedule"),
    "a local time zone": ("CronJob", {"timeZone": "Local"}, "timeZone"),
    "a long name": ("CronJob", {}, "must be no more than 52 characters"),
    "an index without completions": ("Job", {"completionMode": "Indexed", "completions": None}, "completions"),
    "a limit per index": ("Job", {"backoffLimitPerIndex": 1}, "requires indexed completion mode"),
    "no update": ("DaemonSet", {"updateStrategy": {"rollingUpdate": {"maxUnavailable": 0, "maxSurge": 0}}}, "maxUnavailable"),
    "surge and unavailability": (
        "DaemonSet",
        {"updateStrategy": {"rollingUpdate": {"maxUnavailable": 1, "maxSurge": 1}}},
        "maxSurge",
    ),
}  # fmt: skip
"""Fields of a spec that the rules reject."""


@pytest.mark.parametrize("name", INVALID)
def test_what_the_rules_reject_is_rejected(api_server, name):
    kind, fields, message = INVALID[name]
    schedule = {"schedule": "@daily"} if kind == "CronJob" else {}
    object_ = only(objects_of(api_server.namespace(), kind, schedule), kind)
    spec = {field: value for field, value in {**object_["spec"], **fields}.items() if value is not None}
    metadata = {**object_["metadata"], "name": "a" * 53 if name == "a long name" else "orders"}
    with pytest.raises(RejectedError, match=message):
        api_server.api.create({**object_, "metadata": metadata, "spec": spec}, dry_run=True)


def program(namespace, image):
    """A Job, a CronJob that is not due and a DaemonSet."""

    def create():
        args = {"namespace": namespace, "container": {**POD, "image": image}, "network_policy": False}
        KubernetesJob("migration", args)
        KubernetesCronJob("report", {**args, "schedule": "0 0 29 2 *"})
        KubernetesDaemonSet("collector", {**args, "min_ready_seconds": 0, "max_unavailable": "100%"})

    return create


def test_a_job_a_cron_job_and_a_daemon_set_run(cluster_engine, api, namespace):
    stack = cluster_engine.program("jobs-test", program(namespace, IMAGE))
    stack.up()
    (job,) = api.list("batch/v1", "Job", namespace)
    assert job["status"]["succeeded"] == 1  # Pulumi has waited for the Job
    assert stack.up().changes == {}

    (cron_job,) = api.list("batch/v1", "CronJob", namespace)
    assert cron_job["spec"]["concurrencyPolicy"] == "Forbid"
    (daemon_set,) = api.list("apps/v1", "DaemonSet", namespace)
    nodes = {node["metadata"]["name"] for node in api.list("v1", "Node")}
    api.wait(daemon_set, lambda found: found["status"].get("numberReady") == len(nodes))
    pods = [pod for pod in api.list("v1", "Pod", namespace) if pod["metadata"]["name"].startswith("collector")]
    assert {pod["spec"]["nodeName"] for pod in pods} == nodes

    changed = stack.up(program(namespace, OTHER_IMAGE))
    order = [(op, urn.rpartition("::")[2]) for op, urns in changed.changes.items() for urn in urns]
    assert {("delete-replaced", "migration-job"), ("update", "report-cronjob"), ("update", "collector-daemonset")} <= {
        *order
    }
    (again,) = api.list("batch/v1", "Job", namespace)
    assert again["metadata"]["uid"] != job["metadata"]["uid"]
    assert again["spec"]["template"]["spec"]["containers"][0]["image"] == OTHER_IMAGE
    assert again["status"]["succeeded"] == 1
    stack.destroy()
    assert not api.list("batch/v1", "CronJob", namespace)
