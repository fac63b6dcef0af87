"""Settings of kPow on Kubernetes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Self

from pydantic import Field, PositiveInt, model_validator

from moorings.apps.kpow.checks import free, of_the_plan, one_license
from moorings.apps.kpow.environment_variables import LICENSE_KEYS, LicenseKey
from moorings.apps.kpow.settings import KpowSpec
from moorings.apps.kpow.sizing import Size, fits_into, size_for
from moorings.kubernetes.monitoring import Monitoring
from moorings.kubernetes.names import DnsLabel, FilePath, LabelKey, LabelValue, ServiceLabel, Subdomain, Variable
from moorings.kubernetes.network_policy import NetworkPeer
from moorings.kubernetes.quantities import PositiveNumber
from moorings.kubernetes.references import KubernetesSecretReference
from moorings.kubernetes.shutdown import Shutdown
from moorings.kubernetes.tolerations import Toleration
from moorings.kubernetes.warnings import Accepted
from moorings.validation.args import check_supported_arguments
from moorings.validation.inputs import Input

_ONE = "kPow runs in one pod, which goes before the next one comes"

REFUSED: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("replicas", "availability", "autoscaling", "kind"), f"{_ONE}; nothing scales it"),
        **dict.fromkeys(("strategy", "max_surge", "max_unavailable"), f"{_ONE}; there is no other update"),
    }
)
"""Arguments of a workload with which two would run, and why there are none here.

Source: https://docs.kpow.io/installation/deployment-notes
"""


class KpowOnKubernetesArgs(KpowSpec):
    """Settings of kPow on Kubernetes, where it runs in one pod."""

    namespace: Input[DnsLabel]
    """Namespace, which is not ``default``. A change makes a new kPow before the old one is gone: take that away
    first."""

    object_name: ServiceLabel | None = None
    """Name of the Deployment and the Service; the component's by default. Where it changes, the new kPow starts before
    the old one is gone: keep it when the component gets another name."""

    license_secret_name: Input[Subdomain] | None = None
    """Secret of the namespace that holds the license, under the keys that ``license_secret_keys`` names; so it never
    goes through this program."""

    license_secret_keys: Annotated[list[LicenseKey], Field(min_length=1)] = list(LICENSE_KEYS)
    """Keys of that Secret: all five that a license has by default. Add ``LICENSE_CREDITS`` where there are any."""

    secrets: dict[Variable, KubernetesSecretReference] = {}
    """Further variables of kPow from Secrets that somebody else makes (``{"SAML_CERT": KubernetesSecretReference(secret_name="kpow-login", key="certificate")}``).
    Pods do not restart when such a Secret changes."""

    cpu: PositiveInt | None = None
    """CPU that kPow is promised, in units of which 1024 are a core, as on Fargate. By default what the vendor advises:
    1024 for up to six clusters, and 2048 for up to twelve."""

    memory_mib: Annotated[PositiveInt, Field(le=2**20)] | None = None
    """Memory in MiB, promised and at most. By default what the vendor advises: 2048 for one cluster, 4096 for up to
    six, and 8192 for up to twelve. Java's heap is 70 percent of it."""

    behind_ingress: bool = True
    """Whether users come through an ingress that ends TLS, as by default, so that redirects lead to HTTPS.
    ``StickyIngress`` makes one, from ``service_name`` and ``service_port``."""

    startup_seconds: PositiveNumber = 300
    """Longest time from the start until kPow is healthy; then it is restarted."""

    shutdown: Shutdown = Shutdown()
    """How the pod goes, which is part of every update's downtime."""

    config_files: dict[FilePath, Input[str]] = {}
    """Files of yours by their path, such as that of ``rbac_configuration_file``."""

    run_as_user: PositiveNumber = 1001
    """User of the image; that of the vendor's images by default."""

    run_as_group: PositiveNumber = 1001
    """Group of the image; that of the vendor's images by default."""

    service_account_name: Input[Subdomain] | None = None
    """Account that is there already. By default kPow has one of its own, which may do nothing in the cluster."""

    service_account_annotations: dict[LabelKey, Input[str]] = {}
    """Annotations of kPow's own account, such as that of a role that has ``iam_policy``
    (``{"eks.amazonaws.com/role-arn": role.arn}``)."""

    service_annotations: dict[LabelKey, Input[str]] = {}
    """Annotations of the Service."""

    monitoring: Monitoring | None = None
    """Where Prometheus reads kPow's metrics (``/metrics/v1``); it wants ``prometheus``. Nowhere by default."""

    ingress_from: list[NetworkPeer] | None = None
    """Who may connect; everybody who reaches the pod by default."""

    egress_to: list[NetworkPeer] | None = None
    """Whom kPow may connect to, beside the cluster's DNS and the ports of the brokers of ``kafka``; name those of
    ``additional_clusters``. Everybody by default."""

    labels: dict[LabelKey, LabelValue] = {}
    """Labels of everything."""

    priority_class_name: Subdomain | None = None
    """Priority class of the pod."""

    node_selector: dict[LabelKey, LabelValue] = {}
    """Labels of the nodes that the pod may stand on."""

    tolerations: list[Toleration] = []
    """Taints of nodes that the pod may stand on nevertheless, as the API takes them."""

    image_pull_secrets: list[Input[Subdomain]] = []
    """Names of the Secrets with which the image is pulled."""

    acknowledged_warnings: list[Accepted] = []
    """Names of warnings that are meant; each warning tells its name. Those of a single pod and of the image's user are
    always."""

    @property
    def size(self) -> Size:
        """What kPow gets: what is given, and what the vendor advises for the rest."""
        clusters = len(self.clusters)
        if self.cpu is not None and self.memory_mib is not None:
            return Size(clusters, self.cpu, self.memory_mib)
        advised = size_for(clusters)
        return Size(clusters, self.cpu or advised.cpu, self.memory_mib or advised.memory_mib)

    @model_validator(mode="before")
    @classmethod
    def _one_pod(cls, given: Any) -> Any:
        return check_supported_arguments(given, REFUSED)

    @model_validator(mode="after")
    def _what_kubernetes_takes(self) -> Self:
        one_license(license=self.license, license_secret_name=self.license_secret_name, marketplace=self.marketplace)
        free(self.secrets)
        fits_into(self.size.memory_mib, beside_mib=0)
        if isinstance(self.image, str):
            of_the_plan(self.image, self.marketplace)
        if self.monitoring is not None and not self.prometheus:
            raise ValueError("monitoring reads metrics that kPow does not serve; say prometheus=True")
        return self
