"""KpowOnKubernetesArgs: arguments of kPow on Kubernetes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

import pulumi
from pydantic import Field, PositiveInt, model_validator

from moorings.apps.kpow.license import LICENSE_KEYS, LicenseKey
from moorings.apps.kpow.settings import KpowSettings
from moorings.kubernetes.environment_variables import KubernetesSecretReference
from moorings.kubernetes.names import FilePath, ServiceName, Subdomain
from moorings.kubernetes.quantities import PositiveNumber
from moorings.kubernetes.workload_args import WorkloadBaseArgs
from moorings.validation.args import ComponentArgs
from moorings.validation.changes import Change
from moorings.validation.inputs import Input, is_mapping
from moorings.validation.rules import Rule, Violation
from moorings.validation.types import VariableName

POD_RESTART = Change("rolling update", "The old pod is deleted before the new one is created.")

IMAGE_UID = 1001
"""User and group ID of the vendor's images."""

UNSUPPORTED_ARGUMENTS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("replicas", "availability", "autoscaling", "kind"), "kPow runs in a single pod"),
        **dict.fromkeys(
            ("strategy", "max_surge", "max_unavailable"),
            "kPow runs in a single pod, so an update deletes the old pod before it creates the new one",
        ),
    }
)
"""Arguments of a workload that could run two pods, with the reason why they are not supported.

Source: https://docs.kpow.io/installation/deployment-notes
"""

SEVERAL_PODS = Rule(
    id="kpow-several-pods",
    rationale="Two instances of kPow share the consumer groups of its streams and disturb each other.",
    source="https://docs.kpow.io/installation/deployment-notes",
    invalid="KpowOnKubernetesArgs(replicas=2)",
    valid=(
        "KpowOnKubernetesArgs(namespace='tools', image='factorhouse/kpow:96.2', kafka=KafkaConnection(listener='iam', "
        "bootstrap_servers='b-1:9098'))"
    ),
)


class KpowOnKubernetesArgs(KpowSettings, WorkloadBaseArgs, ComponentArgs):
    """Arguments of `KpowOnKubernetes`, which runs a single pod."""

    run_as_user: Annotated[PositiveNumber, POD_RESTART] = IMAGE_UID
    """Numeric user ID of the container. Defaults to that of the vendor's images."""

    run_as_group: Annotated[PositiveNumber, POD_RESTART] = IMAGE_UID
    """Numeric group ID of the container. Defaults to that of the vendor's images."""

    object_name: Annotated[
        ServiceName | None, Change("replacement", "The new kPow is created before the old one is deleted.")
    ] = None
    """Name of the Deployment and the Service. Defaults to the name of the component. Set it to the old name if you
    rename the component."""

    license_secret_name: Annotated[Input[Subdomain] | None, POD_RESTART] = None
    """Name of an existing Secret that holds the license under the keys in ``license_secret_keys``."""

    license_secret_keys: Annotated[list[LicenseKey], Field(min_length=1), POD_RESTART] = list(LICENSE_KEYS)
    """Keys of that Secret. Defaults to the five keys of every license. Add ``LICENSE_CREDITS`` if the license has
    it."""

    secrets: Annotated[dict[VariableName, KubernetesSecretReference], POD_RESTART] = {}
    """Additional environment variables whose values are read from existing Secrets (``{"SAML_CERT":
    KubernetesSecretReference(secret_name="kpow-login", key="certificate")}``). The pod does not restart when such a
    Secret changes."""

    cpu: Annotated[PositiveInt | None, POD_RESTART] = None
    """CPU request, in units of which 1024 are one vCPU, as on Fargate. Defaults to the recommended size: 1024 for up to
    6 clusters and 2048 for up to 12."""

    memory_mib: Annotated[Annotated[PositiveInt, Field(le=2**20)] | None, POD_RESTART] = None
    """Memory request and limit in MiB. Defaults to the recommended size: 2048 for one cluster, 4096 for up to 6 and
    8192 for up to 12. The JVM heap is 70 percent of it."""

    behind_ingress: Annotated[bool, POD_RESTART] = True
    """Whether users connect through an ingress that terminates TLS, so that kPow's redirects use HTTPS. Defaults to
    true."""

    startup_seconds: Annotated[PositiveNumber, POD_RESTART] = 300
    """Longest time from the start of the container until kPow is healthy. The container is restarted afterwards."""

    config_files: Annotated[dict[FilePath, Input[str]], POD_RESTART] = {}
    """Files by their path, stored in a ConfigMap, such as ``rbac_configuration_file``."""

    @property
    def variables(self) -> dict[str, list[str]]:
        """Names of the additional environment variables by argument."""
        return {**super().variables, "secrets": list(self.secrets)}

    @property
    def mounted_paths(self) -> list[str]:
        """Paths of files and directories that are added to the image."""
        return list(self.config_files)

    @property
    def mounts(self) -> str:
        """Argument that adds files to the image."""
        return "config_files"

    @property
    def licenses(self) -> dict[str, list[str]]:
        """Names of the lines of the license, by the argument that provides them."""
        secret = {"license_secret_keys": list(self.license_secret_keys)} if self.license_secret_name is not None else {}
        return super().licenses | secret

    @property
    def annotation_names(self) -> list[str]:
        """Names of the annotations of the service account."""
        return list(self.service_account_annotations)

    @property
    def has_service_account(self) -> bool:
        """Whether an existing service account is used."""
        return self.service_account_name is not None

    @property
    def size(self) -> dict[str, pulumi.Input[int] | None]:
        """CPU units and memory by argument, None for those that are not set."""
        return {"cpu": self.cpu, "memory_mib": self.memory_mib}

    @model_validator(mode="before")
    @classmethod
    def _validate_single_pod(cls, values: Any) -> Any:
        for name, reason in UNSUPPORTED_ARGUMENTS.items() if is_mapping(values) else ():
            if name in values:
                raise Violation(SEVERAL_PODS, f"not supported, because {reason}; remove it", name)
        return values
