"""Objects of a Kubernetes workload."""

import pulumi
import pulumi_kubernetes
import pytest

from moorings import (
    KubernetesWorkload,
    KubernetesWorkloadArgs,
    PodContainer,
    Probe,
    Probes,
)

SELECTOR = {"app.kubernetes.io/instance": "orders", "app.kubernetes.io/managed-by": "pulumi"}
LABELS = {"app.kubernetes.io/name": "orders", **SELECTOR}
METADATA = {"namespace": "shop", "labels": LABELS}
DIGEST = "registry.example/orders@sha256:" + "0" * 64


def spec_of(plan, role="deployment", name="orders"):
    return plan[f"{name}-{role}"].inputs["spec"]


def pod_of(plan, role="deployment"):
    return spec_of(plan, role)["template"]["spec"]


def main_of(plan, role="deployment"):
    (container,) = pod_of(plan, role)["containers"]
    return container


def test_default_objects(deploy_workload):
    prefix = "urn:pulumi:test::moorings::moorings:index:KubernetesWorkload$kubernetes"
    assert deploy_workload().urns == [
        f"{prefix}:apps/v1:Deployment::orders-deployment",
        f"{prefix}:core/v1:Service::orders-service",
        f"{prefix}:core/v1:ServiceAccount::orders-account",
        f"{prefix}:networking.k8s.io/v1:NetworkPolicy::orders-network-policy",
        f"{prefix}:policy/v1:PodDisruptionBudget::orders-disruption-budget",
        "urn:pulumi:test::moorings::moorings:index:KubernetesWorkload::orders",
    ]


EVERYTHING = {
    "kind": "StatefulSet",
    "container": {
        "config_map_environment": {"TOPIC": "orders"},
        "config_files": {"/etc/orders/orders.conf": "x"},
        "secret_environment": {"PASSWORD": "x"},
        "secret_files": {"/etc/orders/key.pem": "x"},
    },
    "sidecars": {
        "proxy": {
            "image": DIGEST,
            "cpu_request": "10m",
            "memory_request": "16Mi",
            "config_map_environment": {"LEVEL": "info"},
        }
    },
    "autoscaling": {"max_replicas": 4},
    "volumes": {"data": {"mount_path": "/data", "size": "1Gi"}},
    "monitoring": {},
}


def test_objects_with_all_features(deploy_workload):
    plan = deploy_workload(**EVERYTHING)
    assert sorted(
        (resource.type.removeprefix("kubernetes:"), resource.name) for resource in plan.resources if resource.custom
    ) == [
        ("apps/v1:StatefulSet", "orders-statefulset"),
        ("autoscaling/v2:HorizontalPodAutoscaler", "orders-autoscaler"),
        ("core/v1:ConfigMap", "orders-config"),
        ("core/v1:ConfigMap", "orders-config-files"),
        ("core/v1:ConfigMap", "orders-proxy-config"),
        ("core/v1:Secret", "orders-secret-files"),
        ("core/v1:Secret", "orders-secrets"),
        ("core/v1:Service", "orders-headless"),
        ("core/v1:Service", "orders-service"),
        ("core/v1:ServiceAccount", "orders-account"),
        ("monitoring.coreos.com/v1:ServiceMonitor", "orders-monitor"),
        ("networking.k8s.io/v1:NetworkPolicy", "orders-network-policy"),
        ("policy/v1:PodDisruptionBudget", "orders-disruption-budget"),
    ]
    assert {resource.inputs["metadata"]["namespace"] for resource in plan.resources if resource.custom} == {"shop"}
    assert {resource.parent for resource in plan.resources if resource.custom} == {
        "urn:pulumi:test::moorings::moorings:index:KubernetesWorkload::orders"
    }


def test_default_deployment(deploy_workload):
    plan = deploy_workload()
    deployment = plan["orders-deployment"]
    assert deployment.inputs == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": METADATA,
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": SELECTOR},
            "minReadySeconds": 10,
            "progressDeadlineSeconds": 600,
            "revisionHistoryLimit": 5,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}},
            "template": {
                "metadata": {"labels": LABELS},
                "spec": {
                    "serviceAccountName": plan["orders-account"].id.removeprefix("shop/"),
                    "automountServiceAccountToken": False,
                    "enableServiceLinks": False,
                    "terminationGracePeriodSeconds": 55,
                    "securityContext": {
                        "runAsNonRoot": True,
                        "runAsUser": 10001,
                        "runAsGroup": 10001,
                        "fsGroup": 10001,
                        "fsGroupChangePolicy": "OnRootMismatch",
                        "seccompProfile": {"type": "RuntimeDefault"},
                    },
                    "containers": [
                        {
                            "name": "orders",
                            "image": DIGEST,
                            "imagePullPolicy": "IfNotPresent",
                            "ports": [{"name": "http", "containerPort": 8080}],
                            "resources": {
                                "requests": {"cpu": "250m", "memory": "512Mi", "ephemeral-storage": "100Mi"},
                                "limits": {"memory": "512Mi", "ephemeral-storage": "1Gi"},
                            },
                            "volumeMounts": [{"name": "folder-1", "mountPath": "/tmp"}],
                            "securityContext": {
                                "allowPrivilegeEscalation": False,
                                "capabilities": {"drop": ["ALL"]},
                                "readOnlyRootFilesystem": True,
                            },
                            "terminationMessagePolicy": "FallbackToLogsOnError",
                            "lifecycle": {"preStop": {"sleep": {"seconds": 10}}},
                            "startupProbe": {
                                "httpGet": {"path": "/ready", "port": "http"},
                                "periodSeconds": 5,
                                "timeoutSeconds": 3,
                                "failureThreshold": 30,
                            },
                            "readinessProbe": {
                                "httpGet": {"path": "/ready", "port": "http"},
                                "periodSeconds": 5,
                                "timeoutSeconds": 3,
                                "failureThreshold": 2,
                            },
                            "livenessProbe": {
                                "httpGet": {"path": "/live", "port": "http"},
                                "periodSeconds": 10,
                                "timeoutSeconds": 5,
                                "failureThreshold": 3,
                            },
                        }
                    ],
                    "volumes": [{"name": "folder-1", "emptyDir": {"sizeLimit": "256Mi"}}],
                    "topologySpreadConstraints": [
                        {
                            "maxSkew": 1,
                            "topologyKey": key,
                            "whenUnsatisfiable": "ScheduleAnyway",
                            "labelSelector": {"matchLabels": SELECTOR},
                            "matchLabelKeys": ["pod-template-hash"],
                        }
                        for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
                    ],
                },
            },
        },
    }
    assert deployment.custom_timeouts == {"create": "630s", "update": "630s", "delete": "300s"}
    assert deployment.ignore_changes == []


def test_defaults_of_the_other_objects(deploy_workload):
    plan = deploy_workload(ingress_from=None, egress_to=None)
    assert plan["orders-account"].inputs == {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": METADATA,
        "automountServiceAccountToken": False,
    }
    assert plan["orders-service"].inputs == {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": METADATA,
        "spec": {
            "type": "ClusterIP",
            "selector": SELECTOR,
            "ports": [{"name": "http", "port": 8080, "targetPort": "http", "protocol": "TCP"}],
        },
    }
    assert plan["orders-network-policy"].inputs == {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": METADATA,
        "spec": {
            "podSelector": {"matchLabels": SELECTOR},
            "policyTypes": ["Ingress"],
            "ingress": [{"ports": [{"protocol": "TCP", "port": 8080}]}],
        },
    }
    assert plan["orders-disruption-budget"].inputs == {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": METADATA,
        "spec": {
            "selector": {"matchLabels": SELECTOR},
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        },
    }


def test_only_missing_peers_cause_a_warning(deploy_workload, logged):
    assert deploy_workload().log == []
    assert logged(deploy_workload(ingress_from=None, egress_to=None)) == [
        ("k8s-egress-open", "egress_to"),
        ("k8s-ingress-open", "ingress_from"),
    ]


def test_the_workload_depends_on_service_and_network_policy(deploy_workload):
    plan = deploy_workload(**EVERYTHING)
    dependencies = {plan[f"orders-{role}"].urn for role in ("service", "headless", "network-policy")}
    assert dependencies <= set(plan["orders-statefulset"].dependencies)
    assert plan["orders-service"].dependencies == []


def test_objects_have_the_installed_provider_version(deploy, workload):
    versions = []

    def program():
        pulumi.runtime.register_stack_transformation(
            lambda args: versions.append(args.opts.version) if args.type_.startswith("kubernetes:") else None
        )
        KubernetesWorkload("orders", workload())

    deploy(program)
    assert {version.split(".")[0] for version in versions} == {"4"}


def test_arguments_can_be_dicts_or_objects(deploy, deploy_workload):
    def program():
        container = PodContainer(
            image=DIGEST,
            cpu_request="250m",
            memory_request="512Mi",
            ports={"http": 8080},
            probes=Probes(readiness=Probe(http_get="/ready"), liveness=Probe(http_get="/live")),
        )
        KubernetesWorkload("orders", KubernetesWorkloadArgs(namespace="shop", container=container))

    assert spec_of(deploy(program)) == spec_of(deploy_workload())


def outputs_of(deploy, workload, *, preview=False, **changed):
    attributes = {}

    def program():
        orders = KubernetesWorkload("orders", workload(**changed))
        for name in ("namespace", "workload_name", "service_name", "service_port", "service_account_name"):
            pulumi.export(name, getattr(orders, name))
        attributes["selector"], attributes["shutdown"] = orders.selector, orders.shutdown

    plan = deploy(program, preview=preview)
    return plan, attributes | plan.outputs


def test_outputs(deploy, workload):
    plan, outputs = outputs_of(deploy, workload)
    assert outputs["namespace"] == "shop"
    assert outputs["selector"] == SELECTOR
    assert outputs["service_port"] == 8080
    for output, role in (
        ("workload_name", "deployment"),
        ("service_name", "service"),
        ("service_account_name", "account"),
    ):
        assert f"shop/{outputs[output]}" == plan[f"orders-{role}"].id
    assert outputs["shutdown"].termination_grace_period_seconds == 55


def test_outputs_without_a_service(deploy, workload):
    _, outputs = outputs_of(deploy, workload, service_ports={})
    assert outputs.get("service_name") is None
    assert outputs.get("service_port") is None


def test_service_port_is_http_or_the_first(deploy, workload):
    container = {"ports": {"grpc": 9090, "admin": 9091, "http": None}, "probes": None}
    _, outputs = outputs_of(deploy, workload, container=container)
    assert outputs["service_port"] == 9090
    _, outputs = outputs_of(deploy, workload, service_ports={"http": 80})
    assert outputs["service_port"] == 80


def test_generated_names_are_unknown_in_a_preview(deploy, workload):
    plan, outputs = outputs_of(deploy, workload, preview=True, **EVERYTHING)
    assert len(plan.urns) == 14
    assert outputs["namespace"] == "shop"
    assert "service_name" not in outputs or outputs["service_name"] != ""
    assert spec_of(plan, "statefulset")["template"]["spec"]["containers"][0]["image"] == DIGEST


def test_late_namespace_and_image(deploy_workload, late):
    plan = deploy_workload(namespace=late("shop"), container={"image": late(DIGEST)})
    assert {resource.inputs["metadata"]["namespace"] for resource in plan.resources if resource.custom} == {"shop"}
    assert main_of(plan)["imagePullPolicy"] == "IfNotPresent"


def test_secrets_are_masked(deploy_workload):
    plan = deploy_workload(reveal_secrets=False, container=EVERYTHING["container"])
    assert plan["orders-secrets"].inputs["stringData"] == {"PASSWORD": "[secret]"}
    assert plan["orders-secret-files"].inputs["stringData"] == {"etc_orders_key.pem": "[secret]"}
    assert "[secret]" not in str(plan["orders-deployment"].inputs)


def test_no_argument_changes_the_selector(deploy_workload):
    plan = deploy_workload(app="shop-orders", component="api", part_of="shop", version="1.4.2", labels={"team": "a"})
    assert spec_of(plan)["selector"]["matchLabels"] == SELECTOR
    assert spec_of(plan, "service")["selector"] == SELECTOR
    assert spec_of(plan)["template"]["metadata"]["labels"] == {
        **SELECTOR,
        "app.kubernetes.io/name": "shop-orders",
        "app.kubernetes.io/component": "api",
        "app.kubernetes.io/part-of": "shop",
        "app.kubernetes.io/version": "1.4.2",
        "team": "a",
    }


def test_pod_arguments(deploy_workload):
    plan = deploy_workload(
        pod_annotations={"example.com/a": "b"},
        node_selector={"kubernetes.io/arch": "arm64"},
        tolerations=[{"key": "spot", "operator": "Exists"}],
        image_pull_secrets=["registry"],
        priority_class_name="important",
        automount_service_account_token=True,
        sysctls={"net.ipv4.tcp_keepalive_time": "240"},
        run_as_user=20000,
        run_as_group=20001,
    )
    pod = pod_of(plan)
    assert spec_of(plan)["template"]["metadata"]["annotations"] == {"example.com/a": "b"}
    assert pod["nodeSelector"] == {"kubernetes.io/arch": "arm64"}
    assert pod["tolerations"] == [{"key": "spot", "operator": "Exists"}]
    assert pod["imagePullSecrets"] == [{"name": "registry"}]
    assert pod["priorityClassName"] == "important"
    assert pod["automountServiceAccountToken"] is True
    assert pod["securityContext"]["sysctls"] == [{"name": "net.ipv4.tcp_keepalive_time", "value": "240"}]
    assert [pod["securityContext"][key] for key in ("runAsUser", "runAsGroup", "fsGroup")] == [20000, 20001, 20001]


def test_existing_service_account(deploy_workload):
    plan = deploy_workload(service_account_name="orders")
    assert not plan.all("kubernetes:core/v1:ServiceAccount")
    assert pod_of(plan)["serviceAccountName"] == "orders"


def test_service_account_annotations(deploy_workload, late):
    role = {"eks.amazonaws.com/role-arn": late("arn:aws:iam::123456789012:role/orders")}
    account = deploy_workload(service_account_annotations=role)["orders-account"]
    assert account.inputs["metadata"]["annotations"] == {
        "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/orders"
    }


def test_service_arguments(deploy_workload):
    service = deploy_workload(
        object_name="orders",
        service_ports={"http": 80},
        service_annotations={"example.com/a": "b"},
        session_affinity_timeout_seconds=10800,
    )["orders-service"]
    assert service.inputs["metadata"] == {**METADATA, "name": "orders", "annotations": {"example.com/a": "b"}}
    assert service.inputs["spec"]["ports"][0]["port"] == 80
    assert service.inputs["spec"]["sessionAffinity"] == "ClientIP"
    assert service.inputs["spec"]["sessionAffinityConfig"] == {"clientIP": {"timeoutSeconds": 10800}}


def test_object_name_names_service_and_workload(deploy_workload):
    assert deploy_workload(object_name="shop-orders")["orders-deployment"].inputs["metadata"]["name"] == "shop-orders"


def test_no_network_policy(deploy_workload):
    plan = deploy_workload(network_policy=False, ingress_from=None, egress_to=None)
    assert plan.log == []
    assert not plan.all("kubernetes:networking.k8s.io/v1:NetworkPolicy")
    assert plan["orders-deployment"].dependencies.count(plan["orders-service"].urn) == 1


def test_stateful_set_with_headless_service_and_retained_volumes(deploy_workload):
    plan = deploy_workload(
        kind="StatefulSet", volumes={"data": {"mount_path": "/data", "size": "1Gi", "storage_class_name": "gp3"}}
    )
    stateful = plan["orders-statefulset"]
    assert stateful.inputs["metadata"]["name"] == "orders"
    spec = stateful.inputs["spec"]
    assert (spec["serviceName"], spec["podManagementPolicy"], spec["replicas"]) == (
        "orders-headless",
        "OrderedReady",
        2,
    )
    assert spec["updateStrategy"] == {"type": "RollingUpdate"}
    assert spec["persistentVolumeClaimRetentionPolicy"] == {"whenDeleted": "Retain", "whenScaled": "Retain"}
    assert spec["volumeClaimTemplates"] == [
        {
            "metadata": {"name": "data"},
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": "1Gi"}},
                "storageClassName": "gp3",
            },
        }
    ]
    assert not {"strategy", "revisionHistoryLimit", "progressDeadlineSeconds"} & spec.keys()
    assert {"name": "data", "mountPath": "/data"} in main_of(plan, "statefulset")["volumeMounts"]
    assert plan["orders-headless"].inputs["metadata"]["name"] == "orders-headless"
    assert plan["orders-headless"].inputs["spec"] == {
        "clusterIP": "None",
        "publishNotReadyAddresses": True,
        "selector": SELECTOR,
        "ports": [{"name": "http", "port": 8080, "targetPort": "http"}],
    }
    assert "matchLabelKeys" not in pod_of(plan, "statefulset")["topologySpreadConstraints"][0]
    # The pods are updated one after the other: twice 150 s to start, 10 s of min_ready_seconds and 55 s to stop, and two
    # minutes to schedule them. The minimum of 600 s is longer.
    assert stateful.custom_timeouts["update"] == "600s"


def test_stateful_set_without_ports(deploy_workload):
    plan = deploy_workload(kind="StatefulSet", container={"ports": None, "probes": None})
    assert "ports" not in plan["orders-headless"].inputs["spec"]
    assert not [resource for resource in plan.resources if resource.name == "orders-service"]
    assert plan["orders-network-policy"].inputs["spec"]["ingress"] == []
    assert "volumeClaimTemplates" not in spec_of(plan, "statefulset")


def test_a_volume_with_a_single_writer_is_updated_with_recreate(deploy_workload):
    plan = deploy_workload(
        kind="Deployment", volumes={"data": {"mount_path": "/data", "size": "1Gi"}}, availability={"replicas": 1}
    )
    assert spec_of(plan)["strategy"] == {"type": "Recreate"}
    claim = plan["orders-data-claim"]
    assert claim.protect
    assert claim.inputs["spec"] == {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    assert claim.inputs["metadata"]["annotations"] == {"pulumi.com/skipAwait": "true"}
    assert {"name": "data", "persistentVolumeClaim": {"claimName": claim.id.removeprefix("shop/")}} in pod_of(plan)[
        "volumes"
    ]
    assert not plan.all("kubernetes:policy/v1:PodDisruptionBudget")
    assert plan.log == []


def test_existing_claim_of_a_deployment(deploy_workload):
    files = {
        "mount_path": "/files",
        "claim_name": "files",
        "access_mode": "ReadWriteMany",
        "read_only": True,
        "containers": ["proxy"],
    }
    plan = deploy_workload(kind="Deployment", volumes={"files": files}, sidecars=EVERYTHING["sidecars"])
    assert not plan.all("kubernetes:core/v1:PersistentVolumeClaim")
    mount = {"name": "files", "mountPath": "/files", "readOnly": True}
    assert mount in main_of(plan)["volumeMounts"]
    assert mount in pod_of(plan)["initContainers"][0]["volumeMounts"]
    assert spec_of(plan)["strategy"]["type"] == "RollingUpdate"


def test_existing_claim_of_a_stateful_set(deploy_workload):
    shared = {"mount_path": "/files", "claim_name": "files", "access_mode": "ReadWriteMany"}
    plan = deploy_workload(
        kind="StatefulSet", volumes={"files": shared, "data": {"mount_path": "/data", "size": "1Gi"}}
    )
    assert {"name": "files", "persistentVolumeClaim": {"claimName": "files"}} in pod_of(plan, "statefulset")["volumes"]
    assert [template["metadata"]["name"] for template in spec_of(plan, "statefulset")["volumeClaimTemplates"]] == [
        "data"
    ]
    assert not plan.all("kubernetes:core/v1:PersistentVolumeClaim")


def test_an_autoscaler_sets_the_number_of_pods(deploy_workload):
    plan = deploy_workload(autoscaling={})
    deployment = plan["orders-deployment"]
    assert deployment.inputs["spec"]["replicas"] == 2
    assert deployment.ignore_changes == ["spec.replicas"]
    assert plan["orders-autoscaler"].type == "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
    spec = spec_of(plan, "autoscaler")
    assert spec["scaleTargetRef"] == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "name": deployment.id.removeprefix("shop/"),
    }
    assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 10)
    cpu = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}
    assert spec["metrics"] == [{"type": "Resource", "resource": cpu}]
    assert spec["behavior"] == {
        "scaleUp": {
            "stabilizationWindowSeconds": 0,
            "selectPolicy": "Max",
            "policies": [
                {"type": "Percent", "value": 100, "periodSeconds": 15},
                {"type": "Pods", "value": 4, "periodSeconds": 15},
            ],
        },
        "scaleDown": {
            "stabilizationWindowSeconds": 300,
            "selectPolicy": "Max",
            "policies": [{"type": "Percent", "value": 50, "periodSeconds": 60}],
        },
    }


def test_scaling_behavior(deploy_workload):
    scale_up = {"stabilization_window_seconds": 60, "tolerance": "0.05", "select_policy": "Min"}
    plan = deploy_workload(
        autoscaling={"max_replicas": 10, "scale_up": scale_up, "scale_down": {"stabilization_window_seconds": 0}}
    )
    assert spec_of(plan, "autoscaler")["behavior"] == {
        "scaleUp": {"stabilizationWindowSeconds": 60, "selectPolicy": "Min", "tolerance": "0.05"},
        "scaleDown": {"stabilizationWindowSeconds": 0, "selectPolicy": "Max"},
    }


def test_kafka_lag_creates_a_scaled_object(deploy_workload, late):
    lag = {
        "bootstrap_servers": late("b-1.example:9096"),
        "consumer_group": "orders",
        "topic": "orders",
        "partitions": 12,
        "authentication_ref": "orders-kafka",
    }
    plan = deploy_workload(autoscaling={"max_replicas": 12, "kafka_lag": lag, "gradual_scale_down": True})
    assert plan["orders-autoscaler"].type == "kubernetes:keda.sh/v1alpha1:ScaledObject"
    spec = spec_of(plan, "autoscaler")
    assert (spec["minReplicaCount"], spec["maxReplicaCount"], spec["pollingInterval"]) == (2, 12, 30)
    assert spec["triggers"] == [
        {
            "type": "kafka",
            "metadata": {
                "bootstrapServers": "b-1.example:9096",
                "consumerGroup": "orders",
                "topic": "orders",
                "lagThreshold": "1000",
            },
            "authenticationRef": {"name": "orders-kafka"},
        }
    ]
    scale_down = spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDown"]
    assert scale_down["stabilizationWindowSeconds"] == 600
    assert scale_down["policies"] == [{"type": "Pods", "value": 1, "periodSeconds": 60}]
    assert plan["orders-deployment"].ignore_changes == ["spec.replicas"]


def test_a_workload_that_scales_to_zero_starts_without_pods(deploy_workload):
    lag = {"bootstrap_servers": "b:9092", "consumer_group": "g", "topic": "t", "partitions": 4}
    plan = deploy_workload(autoscaling={"min_replicas": 0, "max_replicas": 4, "kafka_lag": lag})
    assert spec_of(plan)["replicas"] == 0
    assert spec_of(plan, "autoscaler")["minReplicaCount"] == 0


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
@pytest.mark.parametrize(("availability", "forced"), [({"replicas": 2}, True), ({"level": "critical"}, False)])
def test_pulumi_takes_over_a_number_of_pods_that_the_program_sets(deploy_workload, kind, availability, forced):
    metadata = deploy_workload(kind=kind, availability=availability)[f"orders-{kind.lower()}"].inputs["metadata"]
    assert metadata.get("annotations") == ({"pulumi.com/patchForce": "true"} if forced else None)


def test_the_component_registers_the_arguments_that_replace_objects(deploy_workload):
    assert deploy_workload()["orders"].inputs == {"namespace": "shop", "kind": "Deployment", "hasService": True}
    plan = deploy_workload(
        kind="StatefulSet",
        object_name="shop-orders",
        revision_history_limit=3,
        volumes={
            "data": {"mount_path": "/data", "size": "1Gi"},
            "files": {"mount_path": "/files", "claim_name": "files", "access_mode": "ReadOnlyMany"},
        },
        autoscaling={"min_replicas": 3, "max_replicas": 9},
        acknowledge={"k8s-workload-replaced": "a test"},
    )
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    assert plan["orders"].inputs == {
        "acknowledge": {"k8s-workload-replaced": "a test"},
        "namespace": "shop",
        "kind": "StatefulSet",
        "objectName": "shop-orders",
        "hasService": True,
        "autoscaling": {"minReplicas": 3, "maxReplicas": 9},
        "podManagementPolicy": "OrderedReady",
        "revisionHistoryLimit": 3,
        "volumes": {"data": claim},
    }


def test_scaled_object_without_authentication(deploy_workload):
    lag = {"bootstrap_servers": "b:9092", "consumer_group": "g", "topic": "t", "partitions": 4}
    plan = deploy_workload(autoscaling={"max_replicas": 4, "kafka_lag": lag})
    assert "authenticationRef" not in spec_of(plan, "autoscaler")["triggers"][0]


def test_scaling_to_zero(deploy_workload):
    lag = {"bootstrap_servers": "b:9092", "consumer_group": "g", "topic": "t", "partitions": 4}
    plan = deploy_workload(autoscaling={"min_replicas": 0, "max_replicas": 4, "kafka_lag": lag})
    assert spec_of(plan, "autoscaler")["minReplicaCount"] == 0
    assert not plan.all("kubernetes:policy/v1:PodDisruptionBudget")
    assert plan.log == []
    with_budget = deploy_workload(
        autoscaling={"min_replicas": 0, "max_replicas": 4, "kafka_lag": lag}, availability={"max_unavailable": "25%"}
    )
    assert spec_of(with_budget, "disruption-budget")["maxUnavailable"] == "25%"


def test_a_service_monitor_excludes_the_headless_service(deploy_workload):
    plan = deploy_workload(kind="StatefulSet", monitoring={})
    selector = plan["orders-monitor"].inputs["spec"]["selector"]
    assert selector == {
        "matchLabels": SELECTOR,
        "matchExpressions": [{"key": "service.kubernetes.io/headless", "operator": "DoesNotExist"}],
    }
    assert plan["orders-headless"].inputs["metadata"]["labels"] == {**LABELS, "service.kubernetes.io/headless": ""}
    assert plan["orders-service"].inputs["metadata"]["labels"] == LABELS
    pod_monitor = deploy_workload(kind="StatefulSet", monitoring={"kind": "PodMonitor"})["orders-monitor"]
    assert pod_monitor.inputs["spec"]["selector"] == {"matchLabels": SELECTOR}


def test_revision_history_of_a_stateful_set(deploy_workload):
    assert "revisionHistoryLimit" not in spec_of(deploy_workload(kind="StatefulSet"), "statefulset")
    assert (
        spec_of(deploy_workload(kind="StatefulSet", revision_history_limit=5), "statefulset")["revisionHistoryLimit"]
        == 5
    )


def test_service_monitor_and_pod_monitor(deploy_workload):
    plan = deploy_workload(monitoring={"labels": {"release": "prometheus"}})
    monitor = plan["orders-monitor"]
    assert monitor.inputs["metadata"]["labels"] == {**LABELS, "release": "prometheus"}
    assert monitor.inputs["spec"] == {
        "selector": {"matchLabels": SELECTOR},
        "endpoints": [{"port": "http", "path": "/metrics", "interval": "30s"}],
    }
    pod_monitor = deploy_workload(monitoring={"kind": "PodMonitor", "path": "/m", "interval_seconds": 60})[
        "orders-monitor"
    ]
    assert pod_monitor.inputs["spec"]["podMetricsEndpoints"] == [{"port": "http", "path": "/m", "interval": "60s"}]


class Parent(pulumi.ComponentResource):
    """A parent component. Two workloads with different types of parents can have the same logical name."""

    def __init__(self, type_, workload, **changed):
        super().__init__(f"tests:index:{type_}", type_)
        KubernetesWorkload("orders", evaluated(workload(**changed)), pulumi.ResourceOptions(parent=self))


def evaluated(args):
    return {key: value() if callable(value) else value for key, value in args.items()}


@pytest.mark.parametrize("namespace", ["shop", lambda: pulumi.Output.from_input("shop")], ids=["plain", "late"])
@pytest.mark.parametrize("changed", [{}, {"app": "b", "component": "b"}], ids=["equal labels", "other labels"])
def test_equal_selectors_in_a_namespace_are_rejected(deploy, workload, rejected, namespace, changed):
    def program(**changed):
        Parent("Shop", workload, namespace=namespace)
        Parent("Billing", workload, **{"namespace": namespace, **changed})

    with rejected("k8s-overlapping-selectors", "name"):
        deploy(lambda: program(**changed))
    assert deploy(lambda: program(namespace="other"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"object_name": "shop"}, {"object_name": "shop"}),
        ({"kind": "StatefulSet"}, {"object_name": "orders"}),
    ],
    ids=["two object names", "name of a StatefulSet"],
)
def test_duplicate_object_names_are_rejected(deploy, workload, rejected, first, second):
    def program(**changed):
        KubernetesWorkload("orders", workload(**first))
        KubernetesWorkload("billing", workload(**second, **changed))

    with rejected("k8s-duplicate-object-name", "object_name"):
        deploy(program)
    assert deploy(lambda: program(namespace="other"))


def test_selectors_of_two_clusters_may_overlap(deploy, workload):
    def program():
        for cluster in ("eu", "us"):
            provider = pulumi_kubernetes.Provider(cluster, context=cluster)
            opts = pulumi.ResourceOptions(providers=[provider])
            KubernetesWorkload(f"orders-{cluster}", workload(object_name="orders"), opts)

    assert deploy(program)["orders-us-deployment"]
