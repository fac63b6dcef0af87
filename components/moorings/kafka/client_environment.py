"""Environment variables that configure the Kafka client of a container, on every platform."""

from dataclasses import dataclass
from operator import itemgetter
from typing import Literal

import pulumi

from moorings.kafka.client_settings import ClientSettings
from moorings.kafka.connection import KafkaConnection

ClientSettingsFormat = Literal["environment", "spring", "none"]
"""``environment``: ``KAFKA_BOOTSTRAP_SERVERS`` etc. ``spring``: Spring Boot properties. ``none``: no variables."""


@dataclass(frozen=True)
class ClientEnvironment:
    """Environment variables of a connection. Their names are known before their values resolve."""

    kafka: KafkaConnection | None
    settings_format: ClientSettingsFormat

    @property
    def names(self) -> list[str]:
        """Names of all variables in ``plain`` and ``secret``."""
        return self.plain_names if self.missing_variable is not None else self._names(password="-")  # noqa: S106

    @property
    def plain_names(self) -> list[str]:
        """Names of the variables that hold no password."""
        return self._names(password=None)

    @property
    def password_variable(self) -> str | None:
        """Name of the variable that holds the password, None if there is none."""
        return next((name for name in self._names(password="-") if name not in self.plain_names), None)  # noqa: S106

    @property
    def missing_variable(self) -> str | None:
        """Name of the variable that must be read from ``secret_arn``, because the password is not in the program."""
        return self.password_variable if self.kafka is not None and self.kafka.password is None else None

    @property
    def plain(self) -> dict[str, pulumi.Output[str]]:
        """Variables that hold no password."""
        return self._values(self.plain_names, credentials=False)

    @property
    def secret(self) -> dict[str, pulumi.Output[str]]:
        """The variable that holds the password, if the program knows it."""
        name = self.password_variable
        if name is None or self.missing_variable is not None:
            return {}
        return self._values([name], credentials=True)

    def _values(self, names: list[str], *, credentials: bool) -> dict[str, pulumi.Output[str]]:
        if self.kafka is None or not names:
            return {}
        render = self.kafka.spring_environment if self.settings_format == "spring" else self.kafka.environment
        variables = render(credentials=credentials)
        return {name: variables.apply(itemgetter(name)) for name in names}

    def _names(self, *, password: str | None) -> list[str]:
        if self.kafka is None or self.settings_format == "none":
            return []
        scram = self.kafka.listener == "scram"
        settings = ClientSettings(
            "-", self.kafka.listener, username="-" if scram else None, password=password if scram else None
        )
        return list(
            settings.spring_environment(None) if self.settings_format == "spring" else settings.environment("KAFKA_")
        )
