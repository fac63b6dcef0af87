"""What the stacks are told: one model for each program, read from ``Pulumi.<stack>.yaml`` and from nowhere else."""

import json
from types import NoneType
from typing import Annotated, Any, Literal, Self, get_args

import pulumi
from pulumi.runtime import config as runtime_config
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from moorings import InvalidInput


class Settings(BaseModel):
    """Settings of a program, under the project's namespace and in camel case: ``moorings:vpcId``."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, hide_input_in_errors=True, use_attribute_docstrings=True
    )

    protect: bool = True
    """Refuse to delete what holds data, or what others have the address of."""

    @classmethod
    def read(cls) -> Self:
        """Read the settings of the stack that is being deployed.

        Raises:
            InvalidInput: for keys that are missing, unknown or of the wrong kind, all of them at once.

        """
        config = pulumi.Config()
        given = {**runtime_config.get_config_env(), **runtime_config.CONFIG.get()}
        names = [key.removeprefix(f"{config.name}:") for key in given if key.startswith(f"{config.name}:")]
        try:
            return cls.model_validate({name: cls._parsed(name, str(config.get(name))) for name in names})
        except ValidationError as error:
            raise InvalidInput.of(error, config.name) from None

    @classmethod
    def _parsed(cls, name: str, text: str) -> Any:
        """Pulumi hands numbers, lists and objects over as JSON, and text as it is."""
        if any(field.alias == name and _is_text(field.annotation) for field in cls.model_fields.values()):
            return text
        try:
            return json.loads(text)
        except ValueError:
            return text


def _is_text(annotation: Any) -> bool:
    """Whether a setting is text, if it is given."""
    return annotation is str or set(get_args(annotation)) == {str, NoneType}


def _no_listener(users: list[str]) -> list[str]:
    taken = sorted({"iam", "tls"}.intersection(users))
    if taken:
        raise ValueError(f"{' and '.join(taken)} stands for a listener among the exported connections; rename the user")
    return users


class KafkaSettings(Settings):
    """Settings of the program ``kafka``."""

    vpc_id: str
    """ID of the VPC that the cluster lives in."""

    subnet_ids: list[str]
    """IDs of two or three private subnets, each in an availability zone of its own."""

    kafka_version: str
    """Apache Kafka version, as MSK spells it."""

    users: Annotated[list[str], AfterValidator(_no_listener)]
    """SCRAM users, by name."""

    instance_type: str = "kafka.m7g.large"
    """Size of each broker."""

    burstable_brokers: bool = False
    """Say that ``kafka.t3.small`` is meant."""

    brokers_per_zone: int = 1
    """Brokers in each availability zone."""

    volume_gib: int = 100
    """Disk of each broker in GiB."""

    client_cidrs: dict[str, str] = {}
    """Networks that may connect, by name."""

    client_security_group_ids: dict[str, str] = {}
    """Security groups whose members may connect, by name."""

    password_versions: dict[str, int] = {}
    """Raise a user's number to make a new password."""

    log_retention_days: int = 365
    """Days for which the brokers' logs are kept."""

    secret_recovery_window_days: int = 30
    """Days for which the secret of a removed user can be brought back."""

    tags: dict[str, str] = {}
    """Tags of everything that takes tags."""


class NetworkSettings(Settings):
    """Settings of the program ``network``."""

    zones: list[str]
    """Names of two or three availability zones of the region."""

    cidr: str = "10.0.0.0/16"
    """Private addresses of the VPC."""

    connected_cidrs: dict[str, str] = {}
    """Networks that the VPC is connected with, by name, and must not overlap with."""

    nat: str = "per_zone"
    """How private subnets reach the internet: ``per_zone``, ``one`` or ``none``."""

    endpoints: list[str] | None = None
    """AWS services that are reached without leaving the network; those of a singleton where there is no NAT."""

    flow_logs: str = "rejected"
    """Connections that are logged: ``rejected``, ``all`` or ``none``."""

    log_retention_days: int = 365
    """Days for which flow logs are kept."""

    tags: dict[str, str] = {}
    """Tags of everything that takes tags."""


class KpowSettings(Settings):
    """Settings of the program ``kpow``."""

    vpc_id: str
    """ID of the VPC that kPow lives in."""

    subnet_ids: list[str]
    """IDs of private subnets in two or three availability zones."""

    kafka_stack: str
    """Stack of this project whose cluster kPow shows: ``kafka-production``."""

    image: str
    """kPow's image, with a tag or a digest."""

    license_secret_arn: str
    """ARN of the secret that holds the license under ``LICENSE_ID``, ``LICENSE_CODE`` and so on. It is made by hand, so
    that no license is ever in a file or in Pulumi's state."""

    certificate_arn: str
    """ARN of the certificate in ACM for ``domainName``."""

    domain_name: str
    """Name under which users find kPow."""

    kafka_user: str = "kpow"
    """User of the cluster that kPow logs in as."""

    environment_name: str | None = None
    """What users see the cluster called."""

    license_kms_key_arn: str | None = None
    """Customer managed key of the license's secret, if it has one."""

    client_cidrs: dict[str, str] = {}
    """Networks that may connect to the load balancer, by name."""

    allow: list[str] = []
    """What users may do besides looking, as kPow calls it: ``TOPIC_INSPECT``."""

    auth_provider: str | None = None
    """How kPow logs users in: ``okta``, ``saml``, ``openid``, ``github``, ``auth0`` or ``jetty``."""

    without_login: bool = False
    """Say that whoever reaches kPow may use it."""

    environment: dict[str, str] = {}
    """Further variables of kPow that are not secret."""

    secret_arns: dict[str, str] = {}
    """Further variables of kPow that are: for each the ARN of the secret that holds it under its name."""

    alarm_topic_arns: list[str] = []
    """SNS topics that receive the alarms."""

    log_retention_days: int = 365
    """Days for which kPow's logs are kept."""

    tags: dict[str, str] = {}
    """Tags of everything that takes tags."""


class ConstellationSettings(Settings):
    """Settings of the program ``constellation``."""

    image: str
    """Image of the engine, with its digest."""

    host: str
    """Name under which clients come."""

    certificate_arn: str
    """Certificate of the name, in ACM."""

    api_keys_secret: str
    """Secret in the engine's namespace that holds its API keys, and the key in it: ``constellation-api-keys/keys``."""

    internet_facing: bool = False
    """Make the load balancer reachable from the internet."""

    availability: Literal["development", "standard", "critical"] = "standard"
    """How much of the engine is there while nodes are drained and zones fail."""

    max_replicas: int | None = None
    """The most pods, for an autoscaler. Without it their number stays."""

    cpu_request: str = "250m"
    """CPU that a pod is promised."""

    cpu_limit: str = "1"
    """CPU at which a pod is throttled."""

    memory: str = "1Gi"
    """Memory that a pod is promised, and at which it is killed."""

    scheduler_max_concurrency: int = 16
    """Tasks that a pod runs at a time."""

    rate_limit_rpm: int = 100
    """Requests a minute that one address may send."""

    rate_limit_burst: int = 20
    """Requests that one address may send at once."""
