"""What the stacks are told: one model for each program, read from ``Pulumi.<stack>.yaml`` and from nowhere else."""

import json
from typing import Annotated, Any, Self

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
        if any(field.alias == name and field.annotation is str for field in cls.model_fields.values()):
            return text
        try:
            return json.loads(text)
        except ValueError:
            return text


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

    secret_recovery_days: int = 30
    """Days for which the secret of a removed user can be brought back."""

    protect: bool = True
    """Refuse to delete the cluster and its keys."""

    tags: dict[str, str] = {}
    """Tags of everything that takes tags."""
