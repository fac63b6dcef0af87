"""KubernetesJob: spec, retries, waiting and replacement."""

import pytest

from moorings import KubernetesJob, KubernetesWorkload


def test_defaults(spec_of):
    spec = spec_of("Job")
    assert {name: spec[name] for name in spec.keys() - {"template", "podFailurePolicy"}} == {
        "parallelism": 1,
        "completions": 1,
        "completionMode": "NonIndexed",
        "backoffLimit": 3,
        "activeDeadlineSeconds": 3600,
        "podReplacementPolicy": "Failed",
    }
    assert spec["template"]["spec"]["restartPolicy"] == "Never"
    assert spec["template"]["spec"]["terminationGracePeriodSeconds"] == 45


def test_the_pods_share_settings_and_security_with_workloads(deploy_pods):
    plan = deploy_pods(
        "Job",
        container={"config_map_environment": {"MODE": "test"}, "secret_environment": {"TOKEN": "hidden"}},
        sidecars={
            "proxy": {
                "image": "registry.example/proxy@sha256:" + "0" * 64,
                "cpu_request": "10m",
                "memory_request": "16Mi",
            }
        },
    )
    pod = plan["orders-job"].inputs["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert [source for item in pod["containers"][0]["envFrom"] for source in item] == ["configMapRef", "secretRef"]
    assert pod["initContainers"][0]["restartPolicy"] == "Always"
    assert plan["orders-network-policy"].inputs["spec"]["policyTypes"] == ["Ingress", "Egress"]


def test_disruptions_are_no_failures(spec_of):
    assert spec_of("Job", retries={"fatal_exit_codes": [78, 3, 78]})["podFailurePolicy"] == {
        "rules": [
            {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
            {
                "action": "FailJob",
                "onExitCodes": {"containerName": "orders", "operator": "In", "values": [3, 78]},
            },
        ]
    }


def test_restarted_containers_have_no_failure_policy(spec_of):
    spec = spec_of("Job", retries={"restart_policy": "OnFailure"})
    assert "podFailurePolicy" not in spec
    assert spec["template"]["spec"]["restartPolicy"] == "OnFailure"


def test_indexed_pods(spec_of):
    spec = spec_of(
        "Job",
        completion_mode="Indexed",
        completions=8,
        parallelism=4,
        may_overlap=True,
        retries={"limit_per_index": 1, "max_failed_indexes": 2},
    )
    assert (spec["completions"], spec["backoffLimitPerIndex"], spec["maxFailedIndexes"]) == (8, 1, 2)
    assert "backoffLimit" not in spec


def test_a_queue_has_no_completions(spec_of):
    assert "completions" not in spec_of("Job", parallelism=4, may_overlap=True)


def test_pulumi_waits_longer_than_the_deadline_of_the_job(deploy_pods):
    job = deploy_pods("Job", active_deadline_seconds=7200, shutdown={"drain_seconds": 600})["orders-job"]
    # The deadline, 615 s to stop, two minutes to schedule the pod and 30 s to report.
    assert job.custom_timeouts == {"create": "7965s", "update": "7965s", "delete": "735s"}
    assert deploy_pods("Job")["orders-job"].custom_timeouts["delete"] == "300s"


@pytest.mark.parametrize(
    ("changed", "awaited"), [({}, True), ({"wait_for_completion": False}, False), ({"suspend": True}, False)]
)
def test_waiting_for_the_completion(deploy_pods, changed, awaited):
    annotations = deploy_pods("Job", **changed)["orders-job"].inputs["metadata"].get("annotations", {})
    assert annotations == ({} if awaited else {"pulumi.com/skipAwait": "true"})


def test_a_changed_job_is_deleted_before_the_new_one_starts(deploy_pods):
    job = deploy_pods("Job")["orders-job"]
    assert job.delete_before_replace
    assert list(job.replace_on_changes) == ["spec.completionMode", "spec.podFailurePolicy"]
    assert not deploy_pods("Job", may_overlap=True)["orders-job"].delete_before_replace


def test_the_job_waits_for_the_network_policy(deploy_pods):
    plan = deploy_pods("Job")
    assert plan["orders-network-policy"].urn in plan["orders-job"].dependencies
    assert not deploy_pods("Job", network_policy=False, egress_to=None).all("networking.k8s.io/v1:NetworkPolicy")


@pytest.mark.parametrize(
    ("changed", "findings"),
    [
        ({"completion_mode": "Indexed"}, []),
        (
            {"completion_mode": "Indexed", "completions": 2, "retries": {"limit_per_index": 1, "max_failed_indexes": 3}},
            [("k8s-job-completions", "retries.max_failed_indexes")],
        ),
        ({"retries": {"limit_per_index": 1}}, [("k8s-job-completions", "retries.limit_per_index")]),
        (
            {"retries": {"max_failed_indexes": 1}},
            [
                ("k8s-job-completions", "retries.max_failed_indexes"),
                ("k8s-job-retries", "retries.max_failed_indexes"),
            ],
        ),
        (
            {"completion_mode": "Indexed", "retries": {"limit": 1, "limit_per_index": 1}},
            [("k8s-job-retries", "retries.limit")],
        ),
        (
            {"completion_mode": "Indexed", "retries": {"limit_per_index": 1, "restart_policy": "OnFailure"}},
            [("k8s-job-retries", "retries.limit_per_index")],
        ),
        ({"egress_to": None}, [("k8s-egress-open", "egress_to")]),
        ({"container": {"ports": {"metrics": 9090}}}, [("k8s-ingress-open", "ingress_from")]),
        ({"name": "a" * 50}, []),
        ({"name": "a" * 63, "object_name": "b" * 63}, []),
        ({"volumes": {"data": {"mount_path": "/data", "size": "1Gi"}}}, []),
        (
            {
                "shutdown": {
                    "load_balancer": "alb",
                    "pre_stop_seconds": 10,
                    "deregistration_delay_seconds": 40,
                    "termination_grace_period_seconds": 60,
                }
            },
            [
                ("k8s-job-argument-without-effect", "shutdown.pre_stop_seconds"),
                ("k8s-job-argument-without-effect", "shutdown.deregistration_delay_seconds"),
                ("k8s-job-argument-without-effect", "shutdown.load_balancer"),
            ],
        ),
        (
            {"container": {"probes": {"readiness": {"exec": ["true"]}}}},
            [("k8s-job-argument-without-effect", "container.probes.readiness")],
        ),
        (
            {
                "container": {
                    "kafka": {
                        "listener": "iam",
                        "bootstrap_servers": "b-1:9098",
                        "cluster_arn": "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/11111111-2222-3333-4444-555555555555-1",
                    }
                }
            },
            [("k8s-kafka-iam-permissions", "container.kafka")],
        ),
    ],
)  # fmt: skip
def test_findings(findings_of, changed, findings):
    assert sorted(findings_of("Job", **changed)) == sorted(findings)


def test_the_pods_of_a_workload_and_a_job_have_different_labels(deploy):
    container = {"image": "registry.example/orders@sha256:" + "0" * 64, "cpu_request": "1", "memory_request": "1Gi"}
    args = {"namespace": "shop", "container": container, "egress_to": []}

    def program():
        KubernetesWorkload("orders", args)
        KubernetesJob("orders", args)

    with pytest.raises(Exception, match="k8s-overlapping-selectors"):
        deploy(program)


def test_the_pods_are_a_network_peer(deploy):
    container = {"image": "registry.example/orders@sha256:" + "0" * 64, "cpu_request": "1", "memory_request": "1Gi"}

    def program():
        job = KubernetesJob("job", {"namespace": "shop", "container": container, "egress_to": []})
        web = {**container, "ports": {"http": 8080}}
        KubernetesWorkload(
            "web", {"namespace": "web", "container": web, "egress_to": [], "ingress_from": [job.network_peer]}
        )

    (rule,) = deploy(program)["web-network-policy"].inputs["spec"]["ingress"]
    assert rule["from"] == [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "shop"}},
            "podSelector": {
                "matchLabels": {"app.kubernetes.io/instance": "job", "app.kubernetes.io/managed-by": "pulumi"}
            },
        }
    ]


def test_names_are_unknown_in_a_preview(deploy_pods):
    assert "orders-job" in {resource.name for resource in deploy_pods("Job", preview=True).resources}
