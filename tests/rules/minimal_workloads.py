"""Minimal valid programs of the workload classes."""

from collections.abc import Mapping

import pulumi
from minimal import BUILDERS, CONSTANTS, Arguments, nested

import moorings
from moorings.kubernetes.pod_args import PodArgs

IMAGE = "registry.example/orders@sha256:" + "0" * 64
CONSTANTS["IMAGE"] = IMAGE
CONSTANTS["SECRET_ARN"] = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-Jq7mB4"


class Neighbors(pulumi.ComponentResource):
    """Creates other workloads, for rules about conflicts: one in the same namespace, and one with the same name."""

    def __init__(self) -> None:
        """Create the workloads."""
        super().__init__("test:index:Neighbors", "neighbors")
        for name, namespace in (("neighbor", "shop"), ("example", "neighbors")):
            args = moorings.KubernetesWorkloadArgs(
                namespace=namespace,
                container=minimal_container(),
                object_name="neighbor",
                ingress_from=[],
                egress_to=[],
                acknowledge={"k8s-ingress-blocked": "nothing connects to it"},
            )
            moorings.KubernetesWorkload(name, args, pulumi.ResourceOptions(parent=self))


def minimal_container() -> moorings.PodContainer:
    """Return a container without findings."""
    probes = moorings.Probes(readiness=moorings.Probe(http_get="/ready"), liveness=moorings.Probe(http_get="/live"))
    return moorings.PodContainer(
        image=IMAGE, cpu_request="250m", memory_request="512Mi", ports={"http": 8080}, probes=probes
    )


def build_workload(args: Arguments, acknowledge: Mapping[str, str]) -> None:
    """Create a workload beside another one."""
    Neighbors()
    values = {"namespace": "shop", "container": minimal_container(), **args}
    if acknowledge:
        values["acknowledge"] = {**values.get("acknowledge", {}), **acknowledge}
    opts = pulumi.ResourceOptions(transforms=values.pop("transforms", None))
    moorings.KubernetesWorkload("example", moorings.KubernetesWorkloadArgs(**values), opts)


BUILDERS[moorings.KubernetesWorkloadArgs] = BUILDERS[PodArgs] = build_workload
nested(
    moorings.PodContainer,
    moorings.KubernetesWorkloadArgs,
    lambda args: {"container": args, "service_ports": {}},
    image=IMAGE,
    cpu_request="250m",
    memory_request="512Mi",
)
nested(moorings.PodDns, moorings.KubernetesWorkloadArgs, lambda args: {"dns": args})
nested(moorings.Shutdown, moorings.KubernetesWorkloadArgs, lambda args: {"shutdown": args})
nested(moorings.ServiceSettings, moorings.KubernetesWorkloadArgs, lambda args: {"service": args})
nested(moorings.ContainerSecurity, moorings.PodContainer, lambda args: {"security": args})
nested(moorings.EnvironmentSource, moorings.PodContainer, lambda args: {"environment_from": [args]})
nested(moorings.Probes, moorings.PodContainer, lambda args: {"probes": args, "ports": {"http": 8080}})
nested(moorings.Probe, moorings.Probes, lambda args: {"readiness": args})
nested(moorings.Availability, moorings.KubernetesWorkloadArgs, lambda args: {"availability": args})
nested(moorings.Autoscaling, moorings.KubernetesWorkloadArgs, lambda args: {"autoscaling": args})
nested(moorings.ScalingRules, moorings.Autoscaling, lambda args: {"scale_up": args})
nested(
    moorings.ScalingPolicy,
    moorings.ScalingRules,
    lambda args: {"stabilization_window_seconds": 0, "policies": [args]},
)
nested(moorings.Metric, moorings.Autoscaling, lambda args: {"metrics": [args]})
nested(moorings.KedaScaling, moorings.Autoscaling, lambda args: {"keda": args})
nested(moorings.KedaTrigger, moorings.KedaScaling, lambda args: {"triggers": [args]})
nested(moorings.KafkaLag, moorings.Autoscaling, lambda args: {"kafka_lag": args})
nested(
    moorings.PodVolume,
    moorings.KubernetesWorkloadArgs,
    lambda args: {"kind": "StatefulSet", "volumes": {"data": args}},
    mount_path="/data",
)
nested(moorings.CsiVolume, moorings.PodVolume, lambda args: {"csi": args})
nested(moorings.ProjectedSource, moorings.PodVolume, lambda args: {"projected": [args]})
nested(moorings.NetworkPeer, moorings.KubernetesWorkloadArgs, lambda args: {"ingress_from": [args]})
nested(
    moorings.NetworkPolicyPort,
    moorings.NetworkPeer,
    lambda args: {"cidr": "10.0.0.0/8", "policy_ports": [args]},
    port=8080,
)
