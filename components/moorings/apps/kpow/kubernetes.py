"""KpowOnKubernetes: kPow as a Deployment with a single pod."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Literal

import pulumi

from moorings.apps.kpow.acls import iam_policy
from moorings.apps.kpow.component import KpowComponent
from moorings.apps.kpow.environment import KpowEnvironment
from moorings.apps.kpow.kubernetes_args import KpowOnKubernetesArgs
from moorings.apps.kpow.license import check_image_license, license_problems
from moorings.apps.kpow.settings import LIVENESS_PATH, PORT, READINESS_PATH
from moorings.apps.kpow.sizing import WRITABLE_DIRECTORIES_MIB, check_memory, cpu_and_memory, missing_size
from moorings.apps.kpow.validation import raise_problems, settings_problems
from moorings.kubernetes.availability import Availability
from moorings.kubernetes.backend import Backend
from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.environment_variables import KubernetesSecretReference
from moorings.kubernetes.probes import Probe, Probes
from moorings.kubernetes.workload import KubernetesWorkload
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs, WorkloadBaseArgs
from moorings.kubernetes.workload_validation import check_workload_args
from moorings.validation.inputs import check_together
from moorings.validation.outputs import register_declared_outputs

CPU_UNITS = 1024
"""CPU units of one vCPU."""


class KpowOnKubernetes(KpowComponent):
    """Creates kPow on Kubernetes as its vendor recommends: a single pod for one or more Kafka clusters.

    JAAS configurations, passwords and a license that the program supplies are stored in a Secret. An update deletes the
    old pod before it creates the new one. The liveness probe requests ``/healthy`` and restarts kPow once its streams
    have failed. If a node loses its connection to the control plane, its pod can run beside the new one until the node
    is removed; a Deployment cannot prevent this.

    Raises:
        InvalidInput: for invalid arguments, immediately if they are plain, and otherwise once they resolve.

    Source: https://docs.kpow.io/installation/deployment-notes

    """

    namespace: pulumi.Output[str]
    """Namespace of all objects."""

    workload_name: pulumi.Output[str]
    """Name of the Deployment."""

    service_name: pulumi.Output[str] | None
    """Name of the Service."""

    service_port: int | None
    """Port of the Service."""

    backend: Backend
    """Backend of an ingress: ``StickyIngressArgs(backend=kpow.backend)``."""

    service_account_name: pulumi.Output[str]
    """Name of the service account, for example for an EKS Pod Identity association."""

    iam_policy: pulumi.Output[str] | None
    """IAM policy as JSON that the role of the service account needs. None if it needs no role. With
    ``marketplace="annual"`` the role also needs the managed policy ``AWSLicenseManagerConsumptionPolicy``."""

    acl_commands: pulumi.Output[dict[str, list[str]]]
    """``kafka-acls.sh`` commands that add the ACLs kPow needs, by the name of each cluster with a SCRAM user. They read
    the bootstrap servers from ``$BOOTSTRAP_SERVERS``. A cluster without ACLs needs none."""

    def __init__(self, name: str, args: KpowOnKubernetesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create kPow.

        Args:
            name: logical name, up to 43 lower-case letters, digits and hyphens; children are named ``{name}-{role}``,
                and it is the default name of the Deployment and the Service.
            args: arguments of kPow.
            opts: options of the component.

        """
        component = f"KpowOnKubernetes {name!r}"
        args = KpowOnKubernetesArgs.from_input(component, args)
        raise_problems(component, _check_args(args))
        cpu, memory_mib = cpu_and_memory(len(args.clusters), args.cpu, args.memory_mib)
        workload_args = _workload_args(component, name, args, _container(component, name, args, cpu, memory_mib))
        login_hint = "configure a login at the ingress"
        super().__init__(name, args, opts, login_hint=login_hint, cpu=cpu, memory_mib=memory_mib)

        workload = KubernetesWorkload(name, workload_args, pulumi.ResourceOptions(parent=self))
        self.namespace = workload.namespace
        self.workload_name = workload.workload_name
        self.service_name = workload.service_name
        self.service_port = workload.service_port
        self.backend = workload.backend
        self.service_account_name = workload.service_account_name
        self.iam_policy = iam_policy(args.connections, args.allow, metering=args.marketplace == "hourly")
        register_declared_outputs(self)


def _check_args(args: KpowOnKubernetesArgs) -> Iterator[str]:
    """Yield the problems of arguments that depend on each other."""
    yield from settings_problems(args, args.secrets)
    yield from license_problems(
        args.license, license_secret_name=args.license_secret_name, marketplace=args.marketplace
    )
    if args.monitoring is not None and not args.prometheus:
        yield "monitoring: kPow serves no metrics; set prometheus=True"
    yield from missing_size(len(args.clusters), args.cpu, args.memory_mib)


def _workload_args(
    component: str, name: str, args: KpowOnKubernetesArgs, container: PodContainer
) -> KubernetesWorkloadArgs:
    values: dict[str, Any] = {
        **{argument: getattr(args, argument) for argument in WorkloadBaseArgs.model_fields},
        "container": container,
        "kind": "Deployment",
        "strategy": "Recreate",
        "availability": Availability(level="development"),
        # With a fixed name, Pulumi deletes the Deployment before it creates a replacement.
        "object_name": args.object_name or name,
        "app": "kpow",
        "acknowledged_warnings": [*args.acknowledged_warnings, "low-user-id", "single-replica"],
    }
    workload_args = KubernetesWorkloadArgs.from_input(component, values)
    check_workload_args(component, name, workload_args)
    return workload_args


def _container(component: str, name: str, args: KpowOnKubernetesArgs, cpu: int, memory_mib: int) -> PodContainer:
    environment = KpowEnvironment.from_settings(component, name, args, behind_proxy=args.behind_ingress)
    # Files are written to the node's disk, so they use no memory.
    check_together(component, partial(check_memory, other_mib=0), memory_mib=memory_mib)
    values: dict[str, Any] = {
        "image": check_together(
            component, partial(check_image_license, marketplace=args.marketplace), image=args.image
        ),
        "ports": {"http": PORT},
        "config_map_environment": environment.plain,
        "config_files": args.config_files,
        "secret_environment": environment.secret,
        "secrets": _license_references(args) | args.secrets,
        "kafka": args.kafka,
        "kafka_settings": "none",
        "not_secret": [*environment.not_secret, *args.not_secret],
        "cpu_request": f"{cpu * 1000 // CPU_UNITS}m",
        "memory_request": f"{memory_mib}Mi",
        "probes": _probes(startup_seconds=args.startup_seconds, https=args.https),
        "empty_dirs": {path: f"{mib}Mi" for path, mib in WRITABLE_DIRECTORIES_MIB.items()},
    }
    return PodContainer.from_input(component, values)


def _license_references(args: KpowOnKubernetesArgs) -> dict[str, KubernetesSecretReference]:
    secret_name = args.license_secret_name
    if secret_name is None:
        return {}
    return {key: KubernetesSecretReference(secret_name=secret_name, key=key) for key in args.license_secret_keys}


def _probes(*, startup_seconds: int, https: bool) -> Probes:
    scheme: Literal["HTTP", "HTTPS"] = "HTTPS" if https else "HTTP"
    liveness = Probe(http_get=LIVENESS_PATH, scheme=scheme)
    return Probes(
        startup=liveness,
        readiness=Probe(http_get=READINESS_PATH, scheme=scheme),
        liveness=liveness,
        startup_seconds=startup_seconds,
    )
