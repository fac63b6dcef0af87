"""What kPow asks of the workload that it runs on."""

from functools import partial
from typing import Literal

from moorings.apps.kpow.checks import of_the_plan
from moorings.apps.kpow.environment import KpowTold
from moorings.apps.kpow.environment_variables import LIVE, PORT, UP
from moorings.apps.kpow.kubernetes_args import KpowOnKubernetesArgs
from moorings.apps.kpow.sizing import WRITABLE_MIB
from moorings.kubernetes.availability import Availability
from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.probes import Probe, Probes
from moorings.kubernetes.references import KubernetesSecretReference
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs
from moorings.validation.inputs import check_together

HANDED_ON = (
    "namespace",
    "shutdown",
    "run_as_user",
    "run_as_group",
    "service_account_name",
    "service_account_annotations",
    "service_annotations",
    "monitoring",
    "ingress_from",
    "egress_to",
    "labels",
    "priority_class_name",
    "node_selector",
    "tolerations",
    "image_pull_secrets",
)
"""Arguments that mean the same to every workload."""

UNITS = 1024
"""CPU units in a core."""


def workload(where: str, name: str, args: KpowOnKubernetesArgs) -> KubernetesWorkloadArgs:
    """The settings of the workload.

    The Deployment has a name that stays, so that Pulumi takes it away before it makes another one.

    Args:
        where: the component, as messages name it.
        name: its logical name.
        args: its settings.

    Raises:
        InvalidInput: for what a workload or kPow does not take.

    """
    return KubernetesWorkloadArgs.from_input(
        where,
        {
            **{each: getattr(args, each) for each in HANDED_ON},
            "container": _container(where, name, args),
            "kind": "Deployment",
            "strategy": "Recreate",
            "availability": Availability(level="development"),
            "object_name": args.object_name or name,
            "app": "kpow",
            "acknowledged_warnings": [*args.acknowledged_warnings, "low-user-id", "single-replica"],
        },
    )


def _container(where: str, name: str, args: KpowOnKubernetesArgs) -> PodContainer:
    told = KpowTold(where, name, args, behind_proxy=args.behind_ingress).variables()
    jaas = [each for each in told.plain if each.startswith("SASL_JAAS_CONFIG")]
    size = args.size
    return PodContainer.from_input(
        where,
        {
            "image": check_together(where, partial(of_the_plan, plan=args.marketplace), image=args.image),
            "ports": {"http": PORT},
            "config_map_environment": told.plain,
            "config_files": args.config_files,
            "secret_environment": told.secret,
            "secrets": {**_license(args), **args.secrets},
            "kafka": args.kafka,
            "kafka_settings": "none",
            "not_secret": [*jaas, *args.not_secret],
            "cpu_request": f"{size.cpu * 1000 // UNITS}m",
            "memory_request": f"{size.memory_mib}Mi",
            "probes": _probes(args),
            "empty_dirs": {path: f"{mib}Mi" for path, mib in WRITABLE_MIB.items()},
        },
    )


def _license(args: KpowOnKubernetesArgs) -> dict[str, KubernetesSecretReference]:
    name = args.license_secret_name
    if name is None:
        return {}
    return {key: KubernetesSecretReference(secret_name=name, key=key) for key in args.license_secret_keys}


def _probes(args: KpowOnKubernetesArgs) -> Probes:
    """``/healthy`` says whether kPow must be restarted, ``/up`` whether it may be sent users."""
    scheme: Literal["HTTP", "HTTPS"] = "HTTPS" if args.https else "HTTP"
    lives = Probe(http_get=LIVE, scheme=scheme)
    return Probes(
        startup=lives,
        readiness=Probe(http_get=UP, scheme=scheme),
        liveness=lives,
        startup_seconds=args.startup_seconds,
    )
