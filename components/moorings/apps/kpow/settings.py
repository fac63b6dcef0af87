"""Settings of kPow that are the same on every platform."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, PositiveInt, model_validator

from moorings.apps.kpow.acls import KpowAction
from moorings.apps.kpow.checks import free, java_flags, open_options, roles, whole_license
from moorings.apps.kpow.clusters import KpowCluster, KpowEndpoint, can_log_in
from moorings.apps.kpow.environment_variables import LicenseKey, Marketplace, StreamsErrorStrategy
from moorings.ecs.secrets import EnvironmentName
from moorings.ecs.volumes import ContainerPath
from moorings.kafka.connection import KafkaConnection
from moorings.validation.args import Args
from moorings.validation.container_images import ContainerImage
from moorings.validation.inputs import Input, SecretInput
from moorings.validation.plaintext import check_variable_names
from moorings.validation.types import ChildName


class KpowSpec(Args):
    """What kPow is, wherever it runs: its clusters, its license, its users, and what they may do."""

    kafka: KafkaConnection
    """Way into the first cluster, as a SCRAM user with its password, or with IAM. kPow keeps what it sees in topics of
    its own there; ``acls`` of the component is what the user must be allowed to do.

    Source: https://docs.kpow.io/config/multi-cluster
    """

    environment_name: Input[Annotated[str, Field(min_length=1)]] | None = None
    """What users see the first cluster called. The component's name by default."""

    schema_registry: KpowEndpoint | None = None
    """Schema registry of the first cluster. None by default."""

    connect: KpowEndpoint | None = None
    """Kafka Connect cluster of the first cluster. None by default."""

    additional_clusters: dict[ChildName, KpowCluster] = {}
    """Further clusters, by a name of your choice, which kPow numbers in the order of their names, from 2 on. A new one
    may give others another number, and with it another name to the variables of yours that end with it. They should be
    in the same region: the vendor does not support others."""

    image: Input[ContainerImage]
    """kPow's image with a tag, or better a digest: ``factorhouse/kpow``, a copy of it, or that of AWS Marketplace."""

    license: dict[LicenseKey, SecretInput[Annotated[str, Field(min_length=1)]]] = {}
    """The license, line by line, as the vendor sent it: ``LICENSE_ID``, ``LICENSE_CODE``, ``LICENSEE``,
    ``LICENSE_EXPIRY``, ``LICENSE_SIGNATURE``, and in some ``LICENSE_CREDITS``."""

    marketplace: Marketplace | None = None
    """Say that AWS Marketplace bills kPow, ``hourly`` or ``annual``. Its images need no license, but the right to ask
    for one.

    Source: https://docs.kpow.io/installation/aws-marketplace
    """

    replication_factor: PositiveInt | None = None
    """Replicas of kPow's own topics. 3 by default, or as many as there are brokers if there are fewer. More than there
    are brokers is refused."""

    brokers: PositiveInt | None = None
    """Number of brokers of the first cluster, if there are more than ``kafka`` names, which is one of each zone."""

    num_partitions: PositiveInt = 12
    """Partitions of kPow's own topics, 12 as the vendor advises. It counts when kPow first starts."""

    streams_error_strategy: StreamsErrorStrategy = "LOG_EXCEPTION"
    """What kPow does when its streams have failed, as after a long outage of the cluster: ``LOG_EXCEPTION`` goes on
    without a user interface, until the health check restarts it; ``LOG_AND_EXIT`` exits with status 1. The vendor
    prefers the first, with a health check, and so does the default.

    Source: https://docs.kpow.io/installation/deployment-notes
    """

    allow: list[KpowAction] = []
    """What users may do besides looking (``TOPIC_INSPECT``, ``GROUP_EDIT``). Nothing by default. Whoever may use kPow
    may do it; ``rbac_configuration_file`` tells users apart.

    Source: https://docs.kpow.io/authorization/simple-access-control
    """

    auth_provider: Literal["auth0", "github", "jetty", "okta", "openid", "saml"] | None = None
    """How kPow logs users in; its settings go to ``environment`` and ``secret_environment``. Not at all by default.

    Source: https://docs.kpow.io/authentication/overview
    """

    without_login: bool = False
    """Say that it is meant that whoever reaches kPow uses it, without a login."""

    rbac_configuration_file: ContainerPath | None = None
    """File that says which of the provider's roles may do what, in the image or mounted. ``allow`` has no effect then,
    and is refused.

    Source: https://docs.kpow.io/authorization/role-based-access-control
    """

    data_policy_configuration_file: ContainerPath | None = None
    """File that says what of the records is hidden from users, in the image or mounted.

    Source: https://docs.kpow.io/features/data-policies
    """

    https: bool = False
    """Whether kPow itself serves HTTPS, on the same port; HTTP by default. The key store goes to ``environment`` and
    ``secret_environment`` (``HTTPS_KEYSTORE_LOCATION``, ``HTTPS_KEYSTORE_PASSWORD``).

    Source: https://docs.kpow.io/features/https-connections
    """

    prometheus: bool = False
    """Whether metrics are served below ``/metrics`` and ``/offsets``, without a login. Not by default.

    Source: https://docs.kpow.io/features/prometheus
    """

    java_options: Annotated[list[str], AfterValidator(java_flags)] = []
    """More options of Java. The image sets the heap to 70 percent of the memory; options for that are refused, and so
    are secrets, which go to ``secret_environment`` as ``JDK_JAVA_OPTIONS``."""

    environment: dict[EnvironmentName, Input[str]] = {}
    """Further variables of kPow that are not secret. Those that an argument sets are refused."""

    not_secret: list[EnvironmentName] = []
    """Names in ``environment`` that look like those of secrets, and hold none."""

    secret_environment: dict[EnvironmentName, SecretInput[str]] = {}
    """Further variables of kPow that are secret, such as ``OPENID_CLIENT_SECRET``."""

    smaller_than_advised: bool = False
    """Say that less than the vendor advises is meant."""

    @property
    def clusters(self) -> dict[str, KpowCluster]:
        """Every cluster by name, in kPow's order; the first is called ``kafka``.

        The others are sorted, as a map that comes from a program in another language has no order.
        """
        first = KpowCluster(
            kafka=self.kafka,
            environment_name=self.environment_name,
            schema_registry=self.schema_registry,
            connect=self.connect,
        )
        return {"kafka": first} | dict(sorted(self.additional_clusters.items()))

    @model_validator(mode="after")
    def _what_kpow_takes(self) -> Self:
        can_log_in(self.kafka)
        if "kafka" in self.additional_clusters:
            raise ValueError("additional_clusters has a cluster called kafka, as the first one is; rename it")
        if self.license:
            whole_license(self.license)
        free([*self.environment, *self.secret_environment])
        problems = list(check_variable_names(self.environment, self.not_secret))
        if problems:
            raise ValueError("; ".join(problems))
        open_options(self.java_options)
        twice = sorted({each for each in self.allow if self.allow.count(each) > 1})
        if twice:
            raise ValueError(f"allow names {', '.join(twice)} more than once; name each action once")
        roles(
            auth_provider=self.auth_provider,
            without_login=self.without_login,
            rbac_configuration_file=self.rbac_configuration_file,
            allow=self.allow,
        )
        return self
