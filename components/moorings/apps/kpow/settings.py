"""KpowSettings: arguments of kPow that are the same on every platform."""

import re
from typing import Annotated, Literal

import pulumi
from pydantic import Field, PositiveInt

from moorings.apps.kpow.acls import KpowAction, known_actions
from moorings.apps.kpow.clusters import PRIMARY, RESTART, KpowCluster
from moorings.apps.kpow.license import LicenseKey, MarketplacePlan
from moorings.apps.kpow.login import LOGIN_MODULE_OPTION, URL_VARIABLE
from moorings.kafka.connection import KafkaConnection
from moorings.validation.changes import Change
from moorings.validation.container_images import ContainerImage
from moorings.validation.inputs import Input, SecretInput
from moorings.validation.types import ChildName, ContainerPath, Port, Unique, VariableName, matches

PORT = 3000
"""Port of the user interface, of its WebSockets and of the health checks."""

LIVENESS_PATH, READINESS_PATH = "/healthy", "/up"
"""Paths that require no login. ``/healthy`` returns 503 once kPow's streams have failed, after which kPow must be
restarted. ``/up`` returns 200 as soon as the HTTP server runs.

Source: https://docs.kpow.io/installation/deployment-notes
"""

NO_REQUEST = Change("none")

AuthProvider = Annotated[str, matches("the name of a login provider", "[a-z][a-z0-9_-]*", "okta")]

_FILE_VARIABLE = re.compile(
    r"HTTPS_(?:KEY|TRUST)STORE(?:_LOCATION)?|SAML_(?:CERT|METADATA_FILE)|SSL_(?:KEY|TRUST)STORE_LOCATION(?:_[0-9]+)?"
)
"""Variables whose value is the path of a file."""

StreamsErrorStrategy = Literal["LOG_EXCEPTION", "LOG_AND_EXIT"]


class KpowSettings(KpowCluster):
    """Arguments of kPow that are the same on every platform: those of the primary cluster, and those of kPow itself.

    kPow stores its internal topics in the primary cluster ``kafka``.

    Source: https://docs.kpow.io/config/multi-cluster
    """

    additional_clusters: Annotated[dict[ChildName, KpowCluster], RESTART] = {}
    """Additional clusters by name. kPow numbers them from 2 in the order of their names, so a new cluster can change
    the number of others, and with it the suffix of their variables in ``environment``. The vendor supports clusters in
    the same Region only."""

    image: Annotated[Input[ContainerImage], RESTART]
    """Image with a digest or a tag: ``factorhouse/kpow``, a copy of it, or the AWS Marketplace image."""

    license: Annotated[dict[LicenseKey, SecretInput[Annotated[str, Field(min_length=1)]]], RESTART] = {}
    """License, one value for each line: ``LICENSE_ID``, ``LICENSE_CODE``, ``LICENSEE``, ``LICENSE_EXPIRY``,
    ``LICENSE_SIGNATURE`` and, in some licenses, ``LICENSE_CREDITS``."""

    marketplace: Annotated[MarketplacePlan | None, RESTART] = None
    """AWS Marketplace plan that bills kPow: ``hourly`` or ``annual``. The Marketplace images need no license, but the
    IAM permission to request one.

    Source: https://docs.kpow.io/installation/aws-marketplace
    """

    replication_factor: Annotated[PositiveInt | None, RESTART] = None
    """Replication factor of kPow's internal topics. Defaults to 3, or to the number of brokers if that is lower. Must
    not be greater than the number of brokers."""

    broker_count: Annotated[PositiveInt | None, RESTART] = None
    """Number of brokers of the primary cluster. Required only if there are more brokers than bootstrap servers."""

    num_partitions: Annotated[PositiveInt, RESTART] = 12
    """Partitions of kPow's internal topics. Defaults to 12, which the vendor recommends. Used when kPow creates the
    topics."""

    streams_error_strategy: Annotated[StreamsErrorStrategy, RESTART] = "LOG_EXCEPTION"
    """Reaction of kPow to failed streams, for example after a long outage of the cluster. With ``LOG_EXCEPTION``, which
    the vendor recommends, it continues without a user interface until the health check restarts it. With
    ``LOG_AND_EXIT`` it exits with status 1.

    Source: https://docs.kpow.io/installation/deployment-notes
    """

    allow: Annotated[list[KpowAction], Unique, RESTART] = []
    """Actions that all users may perform in addition to viewing (``TOPIC_INSPECT``, ``GROUP_EDIT``). None by default.
    Use ``rbac_configuration_file`` to distinguish between users.

    Source: https://docs.kpow.io/authorization/simple-access-control
    """

    auth_provider: Annotated[AuthProvider | None, RESTART] = None
    """Login provider: ``okta``, ``openid``, ``saml``, ``github``, ``jetty`` or ``auth0``. Its settings belong in
    ``environment``, ``secret_environment`` and ``secrets``. None by default.

    Source: https://docs.kpow.io/authentication/overview
    """

    rbac_configuration_file: Annotated[ContainerPath | None, RESTART] = None
    """File in the image or in a volume that assigns permissions to the roles of the login provider. Replaces
    ``allow``.

    Source: https://docs.kpow.io/authorization/role-based-access-control
    """

    rbac_actions: Annotated[list[KpowAction], Unique, NO_REQUEST] = []
    """Actions that ``rbac_configuration_file`` grants to any role. They decide which permissions kPow gets in Kafka,
    through its IAM policy and its ACLs, as ``allow`` does without such a file."""

    data_policy_configuration_file: Annotated[ContainerPath | None, RESTART] = None
    """File in the image or in a volume that defines which record fields are masked.

    Source: https://docs.kpow.io/features/data-policies
    """

    https: Annotated[bool, RESTART] = False
    """Whether kPow serves HTTPS instead of HTTP, on the same port. Requires ``HTTPS_KEYSTORE_LOCATION`` in
    ``environment`` and ``HTTPS_KEYSTORE_PASSWORD`` in ``secret_environment``.

    Source: https://docs.kpow.io/features/https-connections
    """

    prometheus: Annotated[bool, RESTART] = False
    """Whether kPow serves Prometheus metrics on ``/metrics`` and ``/offsets``, without a login. Defaults to false.

    Source: https://docs.kpow.io/features/prometheus
    """

    api_port: Annotated[Port | None, RESTART] = None
    """Port of kPow's API (3001 in the vendor's chart), which is opened for the clients of the user interface. None by
    default. The load balancer or ingress of the user interface does not route to it.

    Source: https://github.com/factorhouse/helm-charts
    """

    java_options: Annotated[list[str], RESTART] = []
    """Additional Java options. The image sets the heap to 70 percent of the memory; ``-Xmx`` overrides it. Set
    ``JDK_JAVA_OPTIONS`` in ``secret_environment`` for options with secrets."""

    environment: Annotated[dict[VariableName, Input[str]], RESTART] = {}
    """Additional environment variables, stored in plain text. They override variables that other arguments set."""

    not_secret: Annotated[list[VariableName], NO_REQUEST] = []
    """Variables in ``environment`` whose name or value looks like a secret but is none."""

    secret_environment: Annotated[dict[VariableName, SecretInput[str]], RESTART] = {}
    """Additional environment variables, stored as a secret (``OPENID_CLIENT_SECRET``)."""

    @property
    def clusters(self) -> dict[str, KpowCluster]:
        """All clusters by name, in kPow's order: the primary cluster ``kafka``, then the others sorted by name.

        They are sorted because the order of a map from a program in another language is not defined.
        """
        return {PRIMARY: self} | dict(sorted(self.additional_clusters.items()))

    @property
    def connections(self) -> dict[str, KafkaConnection]:
        """Connections to all clusters by name."""
        return {name: cluster.kafka for name, cluster in self.clusters.items()}

    @property
    def variables(self) -> dict[str, list[str]]:
        """Names of the additional environment variables by argument."""
        return {"environment": list(self.environment), "secret_environment": list(self.secret_environment)}

    @property
    def variable_names(self) -> list[str]:
        """Names of all additional environment variables."""
        return [name for names in self.variables.values() for name in names]

    @property
    def login_urls(self) -> dict[str, pulumi.Input[str]]:
        """URLs in ``environment`` that configure a login, by variable."""
        return {name: value for name, value in self.environment.items() if URL_VARIABLE.fullmatch(name)}

    @property
    def files(self) -> dict[str, pulumi.Input[str]]:
        """Files that kPow reads, by argument and item: ``environment/SAML_METADATA_FILE``."""
        arguments = ("rbac_configuration_file", "data_policy_configuration_file")
        modules = [option.partition(LOGIN_MODULE_OPTION)[2] for option in self.java_options]
        return {
            **{argument: file for argument in arguments if (file := getattr(self, argument)) is not None},
            **{
                f"environment/{name}": file for name, file in self.environment.items() if _FILE_VARIABLE.fullmatch(name)
            },
            **{f"java_options/{index}": file for index, file in enumerate(modules) if file},
        }

    @property
    def mounted_paths(self) -> list[str]:
        """Paths of files and directories that are added to the image."""
        return []

    @property
    def mounts(self) -> str:
        """Argument that adds files to the image."""
        return ""

    @property
    def kafka_actions(self) -> list[str]:
        """Known actions that kPow needs permissions for in Kafka."""
        return known_actions(self.allow if self.rbac_configuration_file is None else self.rbac_actions)

    @property
    def bootstrap_servers(self) -> dict[str, pulumi.Input[str]]:
        """Bootstrap servers of all clusters by name."""
        return {name: kafka.bootstrap_servers for name, kafka in self.connections.items()}

    @property
    def primary_servers(self) -> pulumi.Input[str]:
        """Bootstrap servers of the primary cluster."""
        return self.kafka.bootstrap_servers

    @property
    def licenses(self) -> dict[str, list[str]]:
        """Names of the lines of the license, by the argument that provides them."""
        return {"license": list(self.license)} if self.license else {}

    @property
    def login_proxy(self) -> str:
        """What could authenticate users instead of kPow. Empty if it does."""
        return "the ingress"

    @property
    def size(self) -> dict[str, pulumi.Input[int] | None]:
        """CPU units and memory by argument, None for those that are not set."""
        return {"cpu": None, "memory_mib": None}

    @property
    def other_memory_mib(self) -> int:
        """Memory for in-memory file systems and log buffers, in MiB."""
        return 0
