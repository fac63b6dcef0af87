"""Settings of the programs, read from ``Pulumi.<stack>.yaml``. Each program has a model."""

import json
from types import NoneType
from typing import Annotated, Any, Literal, Self, get_args

import pulumi
from pulumi.runtime import config as runtime_config
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from moorings import InvalidInput


class Settings(BaseModel):
    """Settings of a program, in the namespace of the project and in camel case: ``moorings:vpcId``."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, hide_input_in_errors=True)

    protect: bool = True
    """Protect resources that hold data or a public address from deletion."""

    @classmethod
    def read(cls) -> Self:
        """Read the settings of the current stack.

        Raises:
            InvalidInput: with all keys that are missing, unknown or of the wrong type.

        """
        config = pulumi.Config()
        values = {**runtime_config.get_config_env(), **runtime_config.CONFIG.get()}
        names = [key.removeprefix(f"{config.name}:") for key in values if key.startswith(f"{config.name}:")]
        try:
            return cls.model_validate({name: cls._parsed(name, str(config.get(name))) for name in names})
        except ValidationError as error:
            raise InvalidInput.from_pydantic(error, config.name) from None

    @classmethod
    def _parsed(cls, name: str, text: str) -> Any:
        """Parse a value: Pulumi returns numbers, lists and objects as JSON, and strings unchanged."""
        if any(field.alias == name and _is_text(field.annotation) for field in cls.model_fields.values()):
            return text
        try:
            return json.loads(text)
        except ValueError:
            return text


def _is_text(annotation: Any) -> bool:
    """Whether a setting is an optional or required string."""
    return annotation is str or set(get_args(annotation)) == {str, NoneType}


def _check_users(users: list[str]) -> list[str]:
    reserved = sorted({"iam", "tls"}.intersection(users))
    if reserved:
        raise ValueError(f"{', '.join(reserved)}: reserved for the connection of a listener; rename the user")
    return users


class ComponentSettings(Settings):
    """Settings of a program that creates one component."""

    acknowledge: dict[str, str] = {}
    """Findings that are intended: the ID of each rule, with the reason."""


class KafkaSettings(ComponentSettings):
    """Settings of the program ``kafka``."""

    vpc_id: str
    """VPC of the cluster."""

    subnet_ids: list[str]
    """Two or three private subnets in different Availability Zones."""

    kafka_version: str
    """Apache Kafka version of MSK, such as ``3.9.x.kraft``."""

    users: Annotated[list[str], AfterValidator(_check_users)]
    """Names of the SCRAM users."""

    instance_type: str = "kafka.m7g.large"
    """Broker size."""

    brokers_per_zone: int = 1
    """Brokers in each Availability Zone."""

    volume_gib: int = 100
    """Volume size of each broker in GiB."""

    client_cidrs: dict[str, str] = {}
    """CIDR blocks that may connect to the brokers, by name."""

    client_security_group_ids: dict[str, str] = {}
    """Security groups whose members may connect to the brokers, by name."""

    password_versions: dict[str, int] = {}
    """Version of a user's password. Raise it to generate a new password."""

    log_retention_days: int = 365
    """Retention period of the broker logs."""

    secret_recovery_window_days: int = 30
    """Days in which the secret of a deleted user can be restored."""

    tags: dict[str, str] = {}
    """Tags of all resources that support tags."""


class NetworkSettings(ComponentSettings):
    """Settings of the program ``network``."""

    availability_zones: list[str]
    """Names of the Availability Zones, usually two or three."""

    cidr: str = "10.0.0.0/16"
    """CIDR block of the VPC."""

    connected_cidrs: dict[str, str] = {}
    """CIDR blocks of connected networks, by name. They must not overlap with the VPC."""

    nat: str = "per_zone"
    """NAT gateways of the private subnets: ``per_zone``, ``one`` or ``none``."""

    endpoints: list[str] | None = None
    """AWS services with an interface endpoint. Without NAT gateways, defaults to those that a Fargate service needs."""

    flow_logs: str = "rejected"
    """Traffic in the VPC flow logs: ``rejected``, ``all`` or ``none``."""

    log_retention_days: int = 365
    """Retention period of the flow logs."""

    tags: dict[str, str] = {}
    """Tags of all resources that support tags."""


class KpowSettings(ComponentSettings):
    """Settings of the program ``kpow``."""

    vpc_id: str
    """VPC of kPow."""

    subnet_ids: list[str]
    """Private subnets in two or three Availability Zones."""

    kafka_stack: str
    """Stack of the cluster in this project, such as ``kafka-production``."""

    image: str
    """Container image of kPow, with a tag or a digest."""

    license_secret_arn: str
    """Secret with the license in the keys ``LICENSE_ID``, ``LICENSE_CODE`` and so on. Create it manually, so that the
    license is neither in a file nor in the Pulumi state."""

    certificate_arn: str
    """ACM certificate for ``domainName``."""

    domain_name: str
    """Domain name of kPow."""

    kafka_user: str = "kpow"
    """SCRAM user of kPow."""

    environment_name: str | None = None
    """Display name of the cluster."""

    license_kms_key_arn: str | None = None
    """Customer managed key that encrypts the license secret, if any."""

    client_cidrs: dict[str, str] = {}
    """CIDR blocks that may connect to the load balancer, by name."""

    allow: list[str] = []
    """Actions of kPow that users may perform, such as ``TOPIC_INSPECT``. None by default."""

    auth_provider: str | None = None
    """Login provider of kPow: ``okta``, ``openid``, ``saml``, ``github``, ``jetty`` or ``auth0``."""

    rbac_configuration_file: str | None = None
    """File in the image that assigns permissions to the roles of the login provider. Replaces ``allow``."""

    rbac_actions: list[str] = []
    """Actions that ``rbacConfigurationFile`` grants to any role, for which kPow needs permissions in Kafka."""

    environment: dict[str, str] = {}
    """Additional environment variables, stored in plain text."""

    secret_arns: dict[str, str] = {}
    """Additional secret environment variables: for each, a secret with a JSON key of the same name."""

    alarm_topic_arns: list[str] = []
    """SNS topics that are notified of alarms."""

    log_retention_days: int = 365
    """Retention period of the logs."""

    tags: dict[str, str] = {}
    """Tags of all resources that support tags."""


class ConstellationAcknowledgements(BaseModel):
    """Findings of the program ``constellation`` that are intended, by component: rule IDs, each with the reason."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, use_attribute_docstrings=True)

    namespace: dict[str, str] = {}
    """Findings of the namespace."""

    engine: dict[str, str] = {}
    """Findings of the workload."""

    ingress: dict[str, str] = {}
    """Findings of the ingress."""


ApiRole = Literal["Admin", "Execute", "ReadOnly"]
"""Role of an API key of Constellation Engine."""


class ConstellationSettings(Settings):
    """Settings of the program ``constellation``."""

    namespace: str = "constellation"
    """Namespace, which the stack creates. Stacks that share a cluster need different namespaces."""

    image: str
    """Container image of the engine, with a digest."""

    host: str
    """Domain name of the engine."""

    certificate_arn: str
    """ACM certificate for ``host``."""

    api_keys: dict[str, ApiRole] = {"admin": "Admin"}
    """Roles of the API keys, by name: ``Admin``, ``Execute`` or ``ReadOnly``. The stack generates the keys and exports
    them as the secret output ``api_keys``."""

    api_keys_secret: str | None = None
    """Existing Secret in ``namespace`` and its key that contains all API keys, such as ``constellation-api-keys/keys``.
    Replaces ``apiKeys``. The pods do not start until it exists."""

    load_balancer_cidrs: list[str]
    """CIDR blocks of the subnets of the load balancer, which connects directly to the pods."""

    monitoring_namespace: str
    """Namespace of Prometheus."""

    internet_facing: bool = False
    """Whether the load balancer is internet-facing."""

    availability: Literal["development", "standard", "critical"] = "standard"
    """Availability during node drains and zone outages."""

    max_replicas: int | None = None
    """Maximum number of pods. Autoscaling is off by default."""

    cpu_request: str = "250m"
    """CPU request of a pod."""

    cpu_limit: str = "1"
    """CPU limit of a pod."""

    memory: str = "1Gi"
    """Memory request and limit of a pod."""

    scheduler_max_concurrency: int = 16
    """Maximum number of concurrent tasks of a pod."""

    rate_limit_rpm: int = 100
    """Maximum number of requests per minute from one IP address."""

    rate_limit_burst: int = 20
    """Maximum burst of requests from one IP address."""

    acknowledge: ConstellationAcknowledgements = ConstellationAcknowledgements()
    """Findings that are intended, by component: ``namespace``, ``engine`` and ``ingress``."""
