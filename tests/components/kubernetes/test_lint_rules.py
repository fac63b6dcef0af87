"""What the known linters ask of manifests, in our own words, of what a workload makes by default.

Sources: https://github.com/zegl/kube-score/blob/master/README_CHECKS.md, https://docs.kubelinter.io/#/generated/checks,
https://polaris.docs.fairwinds.com/checks/, https://www.checkov.io/5.Policy%20Index/kubernetes.html
"""

import pytest

TAKEN = {
    "checkov CKV_K8S_11, CPU limits should be "
    "set": "a limit throttles where nobody else needs the CPU; cpu_limit sets one",
    "checkov CKV_K8S_35, secrets as files": "secret_files does; secrets and secrets are for what reads variables",
    "kube-score container-image-pull-policy, always": "a digest stays what it is, and a node need not ask again",
    "kube-score "
    "deployment-has-host-podantiaffinity": "topology spread does the same, and lets more pods than nodes run",
    "kube-score pod-networkpolicy, egress": "whom an application calls is its own to know; egress_to closes the rest",
    "kube-score deployment-strategy, no Recreate behind a "
    "Service": "where a volume has a single writer there is no other way",
    "polaris metadataAndInstanceMismatched": "Pulumi appends to the name, so that a replacement has no gap",
}
"""Rules that are broken on purpose, and why."""


class Made:
    """What a workload made, as linters look at it."""

    def __init__(self, plan):
        self.objects = [each for each in plan.resources if each.custom]
        (self.workload,) = (each for each in self.objects if each.type.endswith((":Deployment", ":StatefulSet")))
        self.spec = self.workload.inputs["spec"]
        self.pod = self.spec["template"]["spec"]
        self.labels = self.spec["template"]["metadata"]["labels"]
        self.sidecars = [each for each in self.pod.get("initContainers", []) if "restartPolicy" in each]
        self.containers = [*self.pod["containers"], *self.pod.get("initContainers", [])]
        self.staying = [*self.pod["containers"], *self.sidecars]

    def all(self, kind):
        return [each.inputs for each in self.objects if each.type.endswith(f":{kind}")]

    def one(self, kind):
        (found,) = self.all(kind)
        return found["spec"]

    def each(self, rule):
        return all(rule(container) for container in self.containers)

    def named_ports(self, container):
        return {each["name"]: each["containerPort"] for each in container.get("ports", [])}

    @property
    def main(self):
        return self.pod["containers"][0]


def probes_ask_declared_ports(made):
    for container in made.staying:
        ports = made.named_ports(container)
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            handler = container.get(probe, {}).get("httpGet")
            if handler and handler["port"] not in ports:
                return False
    return True


def selects(made, selector):
    return selector.items() <= made.labels.items()


RULES = {
    "kube-score container-resources": lambda made: made.each(
        lambda it: {"cpu", "memory"} <= it["resources"]["requests"].keys() and "memory" in it["resources"]["limits"]
    ),
    "kube-score container-ephemeral-storage-request-and-limit": lambda made: made.each(
        lambda it: all("ephemeral-storage" in it["resources"][each] for each in ("requests", "limits"))
    ),
    "kube-score pod-probes": lambda made: {"readinessProbe", "livenessProbe"} <= made.main.keys(),
    "kube-score pod-probes-identical": lambda made: made.main["readinessProbe"] != made.main["livenessProbe"],
    "kube-score container-security-context-user-group-id": lambda made: (
        min(made.pod["securityContext"]["runAsUser"], made.pod["securityContext"]["runAsGroup"]) >= 10000
    ),
    "kube-score container-security-context-readonlyrootfilesystem": lambda made: made.each(
        lambda it: it["securityContext"]["readOnlyRootFilesystem"]
    ),
    "kube-score pod-networkpolicy": lambda made: selects(made, made.one("NetworkPolicy")["podSelector"]["matchLabels"]),
    "kube-score pod-topology-spread-constraints": lambda made: (
        {each["topologyKey"] for each in made.pod["topologySpreadConstraints"]}
        == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}
    ),
    "kube-score deployment-has-poddisruptionbudget": lambda made: selects(
        made, made.one("PodDisruptionBudget")["selector"]["matchLabels"]
    ),
    "kube-score deployment-targeted-by-hpa-does-not-have-replicas-configured": lambda made: (
        ("replicas" in made.spec) != bool(made.all("HorizontalPodAutoscaler"))
    ),
    "kube-score horizontalpodautoscaler-replicas": lambda made: all(
        each["spec"]["minReplicas"] >= 2 for each in made.all("HorizontalPodAutoscaler")
    ),
    "kube-score statefulset-has-servicename": lambda made: (
        made.spec.get("serviceName", "").endswith("-headless") or made.workload.type.endswith(":Deployment")
    ),
    "kube-linter pdb-min-available, pdb-max-unavailable": lambda made: (
        made.one("PodDisruptionBudget").get("maxUnavailable") not in {0, "0%", None}
    ),
    "kube-linter pdb-unhealthy-pod-eviction-policy": lambda made: (
        made.one("PodDisruptionBudget")["unhealthyPodEvictionPolicy"] == "AlwaysAllow"
    ),
    "kube-linter liveness-port, readiness-port, startup-port": probes_ask_declared_ports,
    "kube-linter invalid-target-ports": lambda made: all(
        port["targetPort"] in made.named_ports(made.main)
        for service in made.all("Service")
        for port in service["spec"]["ports"]
    ),
    "kube-linter dangling-service": lambda made: all(
        selects(made, service["spec"]["selector"]) for service in made.all("Service")
    ),
    "kube-linter mismatching-selector": lambda made: selects(made, made.spec["selector"]["matchLabels"]),
    "kube-linter duplicate-env-var": lambda made: made.each(
        lambda it: len({each["name"] for each in it.get("env", [])}) == len(it.get("env", []))
    ),
    "kube-linter latest-tag": lambda made: made.each(lambda it: "@sha256:" in it["image"]),
    "kube-linter non-existent-service-account, default-service-account": lambda made: made.pod[
        "serviceAccountName"
    ].startswith("orders-account"),
    "polaris hpaMaxAvailability": lambda made: all(
        each["spec"]["maxReplicas"] > each["spec"]["minReplicas"] for each in made.all("HorizontalPodAutoscaler")
    ),
    "polaris linuxHardening": lambda made: made.pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault",
    "polaris topologySpreadConstraint": lambda made: bool(made.pod["topologySpreadConstraints"]),
    "polaris priorityClass, hostNetwork, hostPID, hostIPC, hostPath": lambda made: (
        not {"hostNetwork", "hostPID", "hostIPC"} & made.pod.keys()
        and not any("hostPath" in each for each in made.pod["volumes"])
    ),
    "checkov CKV_K8S_20, 22, 28, 37, capabilities and privileges": lambda made: made.each(
        lambda it: (
            it["securityContext"]["allowPrivilegeEscalation"] is False
            and it["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        )
    ),
    "checkov CKV_K8S_23, 40, a user that is not root": lambda made: made.pod["securityContext"]["runAsNonRoot"],
    "checkov CKV_K8S_38, no token": lambda made: made.pod["automountServiceAccountToken"] is False,
    "checkov CKV_K8S_21, a namespace": lambda made: all(
        each.inputs["metadata"]["namespace"] == "shop" for each in made.objects
    ),
    "checkov CKV_K8S_14, 43, a digest": lambda made: made.each(lambda it: "@sha256:" in it["image"]),
}

SIDE = {
    "image": "registry.example/proxy@sha256:" + "1" * 64,
    "cpu_request": "10m",
    "memory_request": "16Mi",
    "ports": {"proxy": 9000},
    "probes": {"readiness": {"tcp_socket": True}},
}
WORKLOADS = {
    "deployment": {},
    "autoscaled": {"autoscaling": {"max_replicas": 10}},
    "stateful": {"kind": "StatefulSet", "volumes": {"data": {"mount_path": "/data", "size": "1Gi"}}},
    "with others": {"sidecars": {"proxy": SIDE}, "init_containers": {"migrate": SIDE | {"ports": {}, "probes": {}}}},
}


@pytest.mark.parametrize("changed", WORKLOADS.values(), ids=WORKLOADS)
def test_defaults_pass_the_lint_rules(made, changed):
    found = Made(made(**changed))
    assert [name for name, rule in RULES.items() if not rule(found)] == []


BROKEN = {
    "kube-score pod-probes": {"container": {"probes": None}, "acknowledged_warnings": ["no-probes"]},
    "kube-score container-security-context-user-group-id": {
        "run_as_user": 9999,
        "acknowledged_warnings": ["low-user-id"],
    },
    "kube-score container-security-context-readonlyrootfilesystem": {"container": {"read_only_root_filesystem": False}},
    "kube-linter latest-tag": {
        "container": {"image": "registry.example/orders:1"},
        "acknowledged_warnings": ["image-tag"],
    },
    "kube-score horizontalpodautoscaler-replicas": {
        "autoscaling": {"max_replicas": 3, "min_replicas": 1},
        "availability": {"max_unavailable": 1},
        "acknowledged_warnings": ["autoscaler-range"],
    },
    "kube-linter pdb-min-available, pdb-max-unavailable": {"availability": {"min_available": 1}},
    "checkov CKV_K8S_20, 22, 28, 37, capabilities and privileges": {"container": {"net_bind_service": True}},
    "checkov CKV_K8S_38, no token": {"automount_service_account_token": True},
}


@pytest.mark.parametrize("rule", BROKEN)
def test_lint_rules_detect_violations(made, rule):
    assert not RULES[rule](Made(made(**BROKEN[rule])))


def test_exceptions_have_a_reason():
    assert all(TAKEN.values())
