"""KpowOnKubernetes: kPow as a Deployment with a single pod."""

from typing import Any, Literal

import pulumi

from moorings.apps.kpow.acls import iam_policy
from moorings.apps.kpow.component import KpowComponent
from moorings.apps.kpow.connection_rules import variable_suffixes
from moorings.apps.kpow.environment import KpowEnvironment
from moorings.apps.kpow.kafka_variables import certificate_files
from moorings.apps.kpow.kubernetes_args import IMAGE_UID, KpowOnKubernetesArgs
from moorings.apps.kpow.kubernetes_rules import KUBERNETES_RULES
from moorings.apps.kpow.settings import LIVENESS_PATH, PORT, READINESS_PATH
from moorings.apps.kpow.sizing import WRITABLE_DIRECTORIES_MIB, cpu_and_memory
from moorings.kubernetes.annotations import ROLE_ANNOTATION
from moorings.kubernetes.availability import Availability
from moorings.kubernetes.backend import Backend
from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.environment_variables import KubernetesSecretReference
from moorings.kubernetes.probes import Probe, Probes
from moorings.kubernetes.workload import KubernetesWorkload
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs, WorkloadBaseArgs
from moorings.validation.outputs import register_declared_outputs
from moorings.validation.reporter import Reporter

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
    """Backend of an ingress: ``WorkloadIngressArgs(backend=kpow.backend)``."""

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
        args, reporter = KUBERNETES_RULES.check("KpowOnKubernetes", name, args)
        super().__init__(name, args, reporter, opts)
        workload_args = _workload_args(name, args, reporter)
        workload = KubernetesWorkload(name, workload_args, pulumi.ResourceOptions(parent=self))
        self.namespace = workload.namespace
        self.workload_name = workload.workload_name
        self.service_name = workload.service_name
        self.service_port = workload.service_port
        self.backend = workload.backend
        self.service_account_name = workload.service_account_name
        self.iam_policy = iam_policy(args.connections, args.kafka_actions, metering=args.marketplace == "hourly")
        register_declared_outputs(self, reporter)


def _workload_args(name: str, args: KpowOnKubernetesArgs, reporter: Reporter) -> KubernetesWorkloadArgs:
    values: dict[str, Any] = {
        **{argument: getattr(args, argument) for argument in WorkloadBaseArgs.model_fields},
        "container": _container(name, args, reporter),
        "additional_kafka": {key: cluster.kafka for key, cluster in args.additional_clusters.items()},
        "kind": "Deployment",
        "strategy": "Recreate",
        "availability": Availability(level="development"),
        # With a fixed name, Pulumi deletes the Deployment before it creates a replacement.
        "object_name": args.object_name or name,
        "app": "kpow",
        "acknowledge": {**_expected_findings(args), **reporter.forwarded},
    }
    return KubernetesWorkloadArgs.from_input(str(reporter), values)


def _expected_findings(args: KpowOnKubernetesArgs) -> dict[str, str]:
    """Return findings of the workload that need no acknowledgement of users."""
    expected: dict[str, str] = {}
    if IMAGE_UID in {args.run_as_user, args.run_as_group}:
        expected["k8s-low-user-id"] = "the user of the vendor's image"
    has_role = args.has_service_account or ROLE_ANNOTATION in args.annotation_names
    if args.kafka.uses_iam and not has_role:
        expected["k8s-kafka-iam-permissions"] = "reported by KpowOnKubernetes"
    return expected


def _additional_certificates(args: KpowOnKubernetesArgs) -> dict[str, Any]:
    """Return the certificates of the additional clusters by path. The workload mounts those of the primary cluster."""
    suffixes = variable_suffixes(args.clusters)
    return certificate_files({suffixes[name]: cluster.kafka for name, cluster in args.additional_clusters.items()})


def _container(name: str, args: KpowOnKubernetesArgs, reporter: Reporter) -> PodContainer:
    environment = KpowEnvironment.from_settings(name, args, reporter, behind_proxy=args.behind_ingress)
    cpu, memory_mib = cpu_and_memory(len(args.clusters), args.cpu, args.memory_mib)
    values: dict[str, Any] = {
        "image": args.image,
        "ports": {"http": PORT, **({} if args.api_port is None else {"api": args.api_port})},
        "config_map_environment": environment.plain,
        "config_files": args.config_files,
        "secret_environment": environment.secret,
        "secret_files": _additional_certificates(args),
        "secrets": _license_references(args) | args.secrets,
        "kafka": args.kafka,
        "kafka_settings": "none",
        "not_secret": [*environment.not_secret, *args.not_secret],
        "cpu_request": f"{cpu * 1000 // CPU_UNITS}m",
        "memory_request": f"{memory_mib}Mi",
        "probes": _probes(startup_seconds=args.startup_seconds, https=args.https),
        # Files are written to the disk of the node, so they use no memory.
        "empty_dirs": {path: f"{mib}Mi" for path, mib in WRITABLE_DIRECTORIES_MIB.items()},
    }
    return PodContainer.from_input(str(reporter), values)


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
