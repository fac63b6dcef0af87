"""Runs one program once in a process of its own, for components.py, which times it.

By default it does what a person waits for: runs the program, and prints its plan or, for what goes to Kubernetes,
writes its YAML. With ``--inside`` it prints the processor seconds of the program alone, warm: imports, and the first
use of each class, are not counted.
"""

import atexit
import gc
import json
import sys
import time
from pathlib import Path

gc.disable()  # as the command line does, and so that it tells nothing of what came before
atexit.register(gc.freeze)

from moorings.preview.kubernetes_yaml import write_yaml
from moorings.preview.program import StackContext, run

VPC = "vpc-0d1c7a52e8b94f360"
SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"]
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
IMAGE = "registry.example/orders@sha256:" + "0" * 64


def key_of_ours(name: str) -> None:
    """A key, with the component."""
    from moorings import EncryptionKey, EncryptionKeyArgs

    EncryptionKey(name, EncryptionKeyArgs(description="Orders", services=["kafka"]))


def key_by_hand(name: str) -> None:
    """The same key, by hand."""
    import by_hand

    by_hand.key(name, "Orders", ["kafka"], None)


def cluster_of_ours(name: str) -> None:
    """A cluster with a user, with the component."""
    from moorings import MskCluster, MskClusterArgs

    args = MskClusterArgs(vpc_id=VPC, subnet_ids=SUBNETS, kafka_version="3.9.x.kraft", users=["orders"])
    MskCluster(name, args)


def cluster_with_1000_users(name: str) -> None:
    """A cluster with as many users as MSK lets it have, with the component."""
    from moorings import MskCluster, MskClusterArgs

    users = [f"user{number}" for number in range(1000)]
    MskCluster(name, MskClusterArgs(vpc_id=VPC, subnet_ids=SUBNETS, kafka_version="3.9.x.kraft", users=users))


def cluster_by_hand(name: str) -> None:
    """The same cluster, by hand."""
    import by_hand

    by_hand.cluster(name, VPC, SUBNETS, ["orders"])


def singleton_of_ours(name: str) -> None:
    """A singleton with a secret and a load balancer, with the component."""
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
    """The same singleton, by hand."""
    import by_hand_ecs

    by_hand_ecs.singleton(name, VPC, SUBNETS, CERTIFICATE)


def workload_of_ours(name: str) -> None:
    """A workload with an autoscaler and an ingress, with the components."""
    from moorings import (
        Autoscaling,
        KubernetesWorkload,
        KubernetesWorkloadArgs,
        PodContainer,
        Probe,
        Probes,
        StickyIngress,
        StickyIngressArgs,
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
    StickyIngress(
        name,
        StickyIngressArgs(
            controller="haproxy-ingress",
            namespace="orders",
            service_name=workload.service_name,
            service_port=workload.service_port,
            hosts=[f"{name}.example.com"],
            tls_secret_name=name,
            accepted=["scale-down"],
        ),
    )


def workload_by_hand(name: str) -> None:
    """The same workload, by hand."""
    import by_hand_kubernetes

    by_hand_kubernetes.workload(name, "orders", IMAGE)


def main(program: str, count: int, *, inside: bool) -> None:
    """Run a program that makes so many of one thing."""
    make = globals()[program]
    setting = StackContext("benchmark", "benchmark")

    def many() -> None:
        for number in range(count):
            make(f"n{number}")

    if inside:
        run(lambda: make("warm"), setting, known=True)
    begin = time.process_time()
    plan = run(many, setting, known=True)
    ran = time.process_time() - begin
    if inside:
        begin = time.process_time()
        files = write_yaml(plan, Path("yaml"))
        wrote = time.process_time() - begin
        print(json.dumps({"seconds": ran, "resources": len(plan.steps), "files": len(files), "writing": wrote}))
    elif program.startswith("workload"):
        print(len(write_yaml(plan, Path("yaml"))))
    else:
        print(json.dumps(plan.to_json()))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), inside="--inside" in sys.argv)
