"""Programs of the benchmarks. components.py runs one of them in a new process and measures it.

By default a program prints its plan, or writes the YAML of its Kubernetes objects. With ``--in-process`` it prints its
CPU seconds, without imports and without the first use of each class.
"""

import atexit
import gc
import json
import resource
import sys
import time
from pathlib import Path

gc.disable()  # as the command line does, so that earlier garbage does not affect the result
atexit.register(gc.freeze)

from moorings.preview.kubernetes_yaml import write_yaml
from moorings.preview.program import StackContext, run

VPC = "vpc-0d1c7a52e8b94f360"
SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"]
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
IMAGE = "registry.example/orders@sha256:" + "0" * 64


def key_component(name: str) -> None:
    """A key with `EncryptionKey`."""
    from moorings import EncryptionKey, EncryptionKeyArgs

    EncryptionKey(name, EncryptionKeyArgs(description="Orders", services=["kafka"]))


def key_by_hand(name: str) -> None:
    """The same key without components."""
    import by_hand

    by_hand.key(name, "Orders", ["kafka"], None)


def cluster_component(name: str) -> None:
    """A cluster with a user with `MskCluster`."""
    from moorings import MskCluster, MskClusterArgs

    args = MskClusterArgs(vpc_id=VPC, subnet_ids=SUBNETS, kafka_version="3.9.x.kraft", users=["orders"])
    MskCluster(name, args)


def cluster_with_1000_users(name: str) -> None:
    """A cluster with the maximum number of users."""
    from moorings import MskCluster, MskClusterArgs

    users = [f"user{number}" for number in range(1000)]
    MskCluster(name, MskClusterArgs(vpc_id=VPC, subnet_ids=SUBNETS, kafka_version="3.9.x.kraft", users=users))


def cluster_by_hand(name: str) -> None:
    """The same cluster without components."""
    import by_hand

    by_hand.cluster(name, VPC, SUBNETS, ["orders"])


def singleton_component(name: str) -> None:
    """A singleton with a secret and a load balancer with `FargateSingleton`."""
    from moorings import FargateSingleton, FargateSingletonArgs, SingletonLoadBalancer

    FargateSingleton(
        name,
        FargateSingletonArgs(
            vpc_id=VPC,
            subnet_ids=SUBNETS,
            image="registry.example/orders:1.4.2",
            user="1001:1001",
            port=3000,
            environment={"PORT": "3000"},
            secret_environment={"LOGIN": "x"},
            load_balancer=SingletonLoadBalancer(
                health_check_path="/healthy", certificate_arn=CERTIFICATE, client_cidrs={"vpn": "10.80.0.0/16"}
            ),
        ),
    )


def singleton_by_hand(name: str) -> None:
    """The same singleton without components."""
    import by_hand_ecs

    by_hand_ecs.singleton(name, VPC, SUBNETS, CERTIFICATE)


def workload_component(name: str) -> None:
    """A workload with an autoscaler and an ingress with `KubernetesWorkload` and `WorkloadIngress`."""
    from moorings import (
        Autoscaling,
        KubernetesWorkload,
        KubernetesWorkloadArgs,
        PodContainer,
        Probe,
        Probes,
        WorkloadIngress,
        WorkloadIngressArgs,
    )

    workload = KubernetesWorkload(
        name,
        KubernetesWorkloadArgs(
            namespace="orders",
            container=PodContainer(
                image=IMAGE,
                ports={"http": 8080},
                cpu_request="250m",
                memory_request="512Mi",
                probes=Probes(readiness=Probe(http_get="/ready"), liveness=Probe(http_get="/live")),
            ),
            autoscaling=Autoscaling(max_replicas=10),
        ),
    )
    WorkloadIngress(
        name,
        WorkloadIngressArgs(
            controller="haproxy-ingress",
            backend=workload.backend,
            hosts=[f"{name}.example.com"],
            tls_secret_name=name,
            acknowledge={"ingress-scale-down": "sessions of the benchmark do not matter"},
        ),
    )


def workload_by_hand(name: str) -> None:
    """The same workload without components."""
    import by_hand_kubernetes

    by_hand_kubernetes.workload(name, "orders", IMAGE)


def _peak_mebibytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)  # bytes on macOS, kibibytes on Linux


def main(program: str, count: int, *, in_process: bool) -> None:
    """Run the function ``program`` ``count`` times in one Pulumi program."""
    create = globals()[program]
    context = StackContext("benchmark", "benchmark")

    def create_all() -> None:
        for number in range(count):
            create(f"n{number}")

    if in_process:
        run(lambda: create("warm-up"), context, known=True)
    start = time.process_time()
    plan = run(create_all, context, known=True)
    seconds = time.process_time() - start
    if in_process:
        start = time.process_time()
        files = write_yaml(plan, Path("yaml"))
        writing = time.process_time() - start
        measurements = {"seconds": seconds, "writing": writing, "mebibytes": _peak_mebibytes()}
        print(json.dumps({**measurements, "resources": len(plan.steps), "files": len(files)}))
    elif program.startswith("workload"):
        print(len(write_yaml(plan, Path("yaml"))))
    else:
        print(json.dumps(plan.to_json()))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), in_process="--in-process" in sys.argv)
