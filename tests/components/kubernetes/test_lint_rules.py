"""The default manifests of a workload pass the rules of well-known linters, which are reimplemented here.

Sources: https://github.com/zegl/kube-score/blob/master/README_CHECKS.md, https://docs.kubelinter.io/#/generated/checks,
https://polaris.docs.fairwinds.com/checks/, https://www.checkov.io/5.Policy%20Index/kubernetes.html
"""

import pytest

IGNORED_RULES = {
    "checkov CKV_K8S_11, CPU limits should be set": (
        "a CPU limit throttles the container even if the node has idle CPU; set cpu_limit where it is needed"
    ),
    "checkov CKV_K8S_35, secrets as files": "secret_files are files; applications that read variables need secrets",
    "kube-score container-image-pull-policy, always": "a digest always refers to the same image",
    "kube-score deployment-has-host-podantiaffinity": "topology spread constraints also allow more pods than nodes",
    "kube-score pod-networkpolicy, egress": "the peers of an application are unknown; egress_to restricts them",
    "kube-score deployment-strategy, no Recreate with a Service": "a volume with a single writer requires Recreate",
    "polaris metadataAndInstanceMismatched": "Pulumi generates names, so that two stacks can share a namespace",
}
"""Rules that the defaults violate deliberately, with the reason."""


class Manifests:
    """Manifests of a workload, as the rules read them."""

    def __init__(self, plan):
        self.objects = [resource for resource in plan.resources if resource.custom]
        (self.workload,) = (
            resource for resource in self.objects if resource.type.endswith((":Deployment", ":StatefulSet"))
        )
        self.spec = self.workload.inputs["spec"]
        self.pod = self.spec["template"]["spec"]
        self.labels = self.spec["template"]["metadata"]["labels"]
        init_containers = self.pod.get("initContainers", [])
        self.main = self.pod["containers"][0]
        self.containers = [self.main, *init_containers]
        self.long_running = [self.main, *(container for container in init_containers if "restartPolicy" in container)]

    @property
    def sets_replicas(self):
        """Whether updates set the number of pods."""
        return "replicas" in self.spec and "spec.replicas" not in self.workload.ignore_changes

    def of_kind(self, kind):
        return [resource.inputs for resource in self.objects if resource.type.endswith(f":{kind}")]

    def spec_of(self, kind):
        (manifest,) = self.of_kind(kind)
        return manifest["spec"]

    def all_containers(self, rule):
        return all(rule(container) for container in self.containers)


def named_ports(container):
    return {port["name"]: port["containerPort"] for port in container.get("ports", [])}


def probes_use_declared_ports(manifests):
    return all(
        container[probe]["httpGet"]["port"] in named_ports(container)
        for container in manifests.long_running
        for probe in ("startupProbe", "readinessProbe", "livenessProbe")
        if "httpGet" in container.get(probe, {})
    )


def selects(manifests, selector):
    return selector.items() <= manifests.labels.items()


RULES = {
    "kube-score container-resources": lambda manifests: manifests.all_containers(
        lambda container: (
            {"cpu", "memory"} <= container["resources"]["requests"].keys()
            and "memory" in container["resources"]["limits"]
        )
    ),
    "kube-score container-ephemeral-storage-request-and-limit": lambda manifests: manifests.all_containers(
        lambda container: all("ephemeral-storage" in container["resources"][bound] for bound in ("requests", "limits"))
    ),
    "kube-score pod-probes": lambda manifests: {"readinessProbe", "livenessProbe"} <= manifests.main.keys(),
    "kube-score pod-probes-identical": lambda manifests: (
        manifests.main["readinessProbe"] != manifests.main["livenessProbe"]
    ),
    "kube-score container-security-context-user-group-id": lambda manifests: (
        min(manifests.pod["securityContext"]["runAsUser"], manifests.pod["securityContext"]["runAsGroup"]) >= 10000
    ),
    "kube-score container-security-context-readonlyrootfilesystem": lambda manifests: manifests.all_containers(
        lambda container: container["securityContext"]["readOnlyRootFilesystem"]
    ),
    "kube-score pod-networkpolicy": lambda manifests: selects(
        manifests, manifests.spec_of("NetworkPolicy")["podSelector"]["matchLabels"]
    ),
    "kube-score pod-topology-spread-constraints": lambda manifests: (
        {constraint["topologyKey"] for constraint in manifests.pod["topologySpreadConstraints"]}
        == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}
    ),
    "kube-score deployment-has-poddisruptionbudget": lambda manifests: selects(
        manifests, manifests.spec_of("PodDisruptionBudget")["selector"]["matchLabels"]
    ),
    "kube-score deployment-targeted-by-hpa-does-not-have-replicas-configured": lambda manifests: (
        manifests.sets_replicas != bool(manifests.of_kind("HorizontalPodAutoscaler"))
    ),
    "kube-score horizontalpodautoscaler-replicas": lambda manifests: all(
        autoscaler["spec"]["minReplicas"] >= 2 for autoscaler in manifests.of_kind("HorizontalPodAutoscaler")
    ),
    "kube-score statefulset-has-servicename": lambda manifests: (
        manifests.spec.get("serviceName", "").endswith("-headless") or manifests.workload.type.endswith(":Deployment")
    ),
    "kube-linter pdb-min-available, pdb-max-unavailable": lambda manifests: (
        manifests.spec_of("PodDisruptionBudget").get("maxUnavailable") not in {0, "0%", None}
    ),
    "kube-linter pdb-unhealthy-pod-eviction-policy": lambda manifests: (
        manifests.spec_of("PodDisruptionBudget")["unhealthyPodEvictionPolicy"] == "AlwaysAllow"
    ),
    "kube-linter liveness-port, readiness-port, startup-port": probes_use_declared_ports,
    "kube-linter invalid-target-ports": lambda manifests: all(
        port["targetPort"] in named_ports(manifests.main)
        for service in manifests.of_kind("Service")
        for port in service["spec"]["ports"]
    ),
    "kube-linter dangling-service": lambda manifests: all(
        selects(manifests, service["spec"]["selector"]) for service in manifests.of_kind("Service")
    ),
    "kube-linter mismatching-selector": lambda manifests: selects(manifests, manifests.spec["selector"]["matchLabels"]),
    "kube-linter duplicate-env-var": lambda manifests: manifests.all_containers(
        lambda container: (
            len({variable["name"] for variable in container.get("env", [])}) == len(container.get("env", []))
        )
    ),
    "kube-linter latest-tag": lambda manifests: manifests.all_containers(
        lambda container: "@sha256:" in container["image"]
    ),
    "kube-linter non-existent-service-account, default-service-account": lambda manifests: manifests.pod[
        "serviceAccountName"
    ].startswith("orders-account"),
    "polaris hpaMaxAvailability": lambda manifests: all(
        autoscaler["spec"]["maxReplicas"] > autoscaler["spec"]["minReplicas"]
        for autoscaler in manifests.of_kind("HorizontalPodAutoscaler")
    ),
    "polaris linuxHardening": lambda manifests: (
        manifests.pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
    ),
    "polaris topologySpreadConstraint": lambda manifests: bool(manifests.pod["topologySpreadConstraints"]),
    "polaris priorityClass, hostNetwork, hostPID, hostIPC, hostPath": lambda manifests: (
        not {"hostNetwork", "hostPID", "hostIPC"} & manifests.pod.keys()
        and not any("hostPath" in volume for volume in manifests.pod["volumes"])
    ),
    "checkov CKV_K8S_20, 22, 28, 37, capabilities and privileges": lambda manifests: manifests.all_containers(
        lambda container: (
            container["securityContext"]["allowPrivilegeEscalation"] is False
            and container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        )
    ),
    "checkov CKV_K8S_23, 40, a user that is not root": lambda manifests: manifests.pod["securityContext"][
        "runAsNonRoot"
    ],
    "checkov CKV_K8S_38, no token": lambda manifests: manifests.pod["automountServiceAccountToken"] is False,
    "checkov CKV_K8S_21, a namespace": lambda manifests: all(
        resource.inputs["metadata"]["namespace"] == "shop" for resource in manifests.objects
    ),
    "checkov CKV_K8S_14, 43, a digest": lambda manifests: manifests.all_containers(
        lambda container: "@sha256:" in container["image"]
    ),
}

SIDECAR = {
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
    "sidecar and init container": {
        "sidecars": {"proxy": SIDECAR},
        "init_containers": {"migrate": SIDECAR | {"ports": {}, "probes": {}}},
    },
}


@pytest.mark.parametrize("changed", WORKLOADS.values(), ids=WORKLOADS)
def test_defaults_pass_the_lint_rules(deploy_workload, changed):
    manifests = Manifests(deploy_workload(**changed))
    assert [name for name, rule in RULES.items() if not rule(manifests)] == []


VIOLATIONS = {
    "kube-score pod-probes": {"container": {"probes": None}},
    "kube-score container-security-context-user-group-id": {"run_as_user": 9999},
    "kube-score container-security-context-readonlyrootfilesystem": {"container": {"read_only_root_filesystem": False}},
    "kube-linter latest-tag": {"container": {"image": "registry.example/orders:1"}},
    "kube-score horizontalpodautoscaler-replicas": {
        "autoscaling": {"max_replicas": 3, "min_replicas": 1},
        "availability": {"max_unavailable": 1},
    },
    "kube-linter pdb-min-available, pdb-max-unavailable": {"availability": {"min_available": 1}},
    "checkov CKV_K8S_20, 22, 28, 37, capabilities and privileges": {"container": {"net_bind_service": True}},
    "checkov CKV_K8S_38, no token": {"automount_service_account_token": True},
}


@pytest.mark.parametrize("rule", VIOLATIONS)
def test_lint_rules_detect_violations(deploy_workload, rule):
    assert not RULES[rule](Manifests(deploy_workload(**VIOLATIONS[rule])))
