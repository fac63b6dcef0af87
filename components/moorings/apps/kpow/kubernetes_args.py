"""KpowOnKubernetesArgs: arguments of kPow on Kubernetes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import Field, PositiveInt, model_validator

from moorings.apps.kpow.license import LICENSE_KEYS, LicenseKey
from moorings.apps.kpow.settings import KpowSettings
from moorings.kubernetes.environment_variables import KubernetesSecretReference
from moorings.kubernetes.monitoring import Monitoring
from moorings.kubernetes.names import DnsLabel, FilePath, LabelKey, LabelValue, ServiceName, Subdomain, VariableName
from moorings.kubernetes.network_policy import NetworkPeer
from moorings.kubernetes.quantities import PositiveNumber
from moorings.kubernetes.shutdown import Shutdown
from moorings.kubernetes.tolerations import Toleration
from moorings.kubernetes.workload_args import WorkloadWarning
from moorings.validation.args import check_supported_arguments
from moorings.validation.inputs import Input

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


class KpowOnKubernetesArgs(KpowSettings):
    """Arguments of `KpowOnKubernetes`, which runs a single pod."""

    namespace: Input[DnsLabel]
    """Namespace. ``default`` is rejected. Changing this creates the new kPow before the old one is deleted, so delete
    the old one first."""

    object_name: ServiceName | None = None
    """Name of the Deployment and the Service. Defaults to the name of the component. Changing this creates the new kPow
    before the old one is deleted, so set it to the old name if you rename the component."""

    license_secret_name: Input[Subdomain] | None = None
    """Name of an existing Secret that holds the license under the keys in ``license_secret_keys``."""

    license_secret_keys: Annotated[list[LicenseKey], Field(min_length=1)] = list(LICENSE_KEYS)
    """Keys of that Secret. Defaults to the five keys of every license. Add ``LICENSE_CREDITS`` if the license has
    it."""

    secrets: dict[VariableName, KubernetesSecretReference] = {}
    """Additional environment variables whose values are read from existing Secrets (``{"SAML_CERT":
    KubernetesSecretReference(secret_name="kpow-login", key="certificate")}``). The pod does not restart when such a
    Secret changes."""

    cpu: PositiveInt | None = None
    """CPU request, in units of which 1024 are one vCPU, as on Fargate. Defaults to the recommended size: 1024 for up to
    6 clusters and 2048 for up to 12."""

    memory_mib: Annotated[PositiveInt, Field(le=2**20)] | None = None
    """Memory request and limit in MiB. Defaults to the recommended size: 2048 for one cluster, 4096 for up to 6 and
    8192 for up to 12. The JVM heap is 70 percent of it."""

    behind_ingress: bool = True
    """Whether users connect through an ingress that terminates TLS, so that kPow's redirects use HTTPS. Defaults to
    true."""

    startup_seconds: PositiveNumber = 300
    """Longest time from the start of the container until kPow is healthy. The pod is restarted afterwards."""

    shutdown: Shutdown = Shutdown()
    """Graceful shutdown of the pod, which is part of the downtime of each update."""

    config_files: dict[FilePath, Input[str]] = {}
    """Files by their path, stored in a ConfigMap, such as ``rbac_configuration_file``."""

    run_as_user: PositiveNumber = IMAGE_UID
    """User ID of the container. Defaults to that of the vendor's images."""

    run_as_group: PositiveNumber = IMAGE_UID
    """Group ID of the container. Defaults to that of the vendor's images."""

    service_account_name: Input[Subdomain] | None = None
    """Existing service account. By default a service account without permissions in the cluster is created."""

    service_account_annotations: dict[LabelKey, Input[str]] = {}
    """Annotations of the service account, such as the ARN of a role with the policy in the output ``iam_policy``
    (``{"eks.amazonaws.com/role-arn": role.arn}``)."""

    service_annotations: dict[LabelKey, Input[str]] = {}
    """Annotations of the Service."""

    monitoring: Monitoring | None = None
    """Prometheus scrape configuration for kPow's metrics (``/metrics/v1``). Requires ``prometheus=True``."""

    ingress_from: list[NetworkPeer] | None = None
    """Peers that may connect to the pod. Defaults to all."""

    egress_to: list[NetworkPeer] | None = None
    """Peers that the pod may connect to, in addition to the cluster's DNS and the broker ports of ``kafka``. Include
    the brokers of ``additional_clusters``. Defaults to all."""

    labels: dict[LabelKey, LabelValue] = {}
    """Labels of all objects."""

    priority_class_name: Subdomain | None = None
    """Priority class of the pod."""

    node_selector: dict[LabelKey, LabelValue] = {}
    """Labels of the nodes that can run the pod."""

    tolerations: list[Toleration] = []
    """Tolerations of the pod."""

    image_pull_secrets: list[Input[Subdomain]] = []
    """Names of the Secrets with registry credentials."""

    acknowledged_warnings: list[WorkloadWarning] = []
    """Names of acknowledged warnings. Those about a single pod and a low user ID are always acknowledged."""

    @model_validator(mode="before")
    @classmethod
    def _validate_single_pod(cls, values: Any) -> Any:
        return check_supported_arguments(values, UNSUPPORTED_ARGUMENTS)
