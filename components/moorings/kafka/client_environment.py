"""Environment variables that configure the Kafka client of a container, on every platform."""

from dataclasses import dataclass, replace
from functools import cached_property
from operator import itemgetter
from typing import Literal

import pulumi

from moorings.kafka.connection import KafkaConnection

ClientSettingsFormat = Literal["environment", "spring", "none"]
"""``environment``: ``KAFKA_BOOTSTRAP_SERVERS`` etc. ``spring``: Spring Boot properties. ``none``: no variables."""

_PASSWORD_VARIABLES = {
    "environment": "KAFKA_SASL_PASSWORD",
    "spring": "SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG",
}


@dataclass(frozen=True)
class ClientEnvironment:
    """Environment variables of a connection. Their names are known before their values resolve."""

    kafka: KafkaConnection | None
    settings_format: ClientSettingsFormat
    files: str | None = None
    """Directory with the files of the connection. Without it, variables contain certificates and keys in PEM."""

    @property
    def names(self) -> list[str]:
        """Names of all variables in ``plain`` and ``secret``."""
        return self._all_names

    @property
    def plain_names(self) -> list[str]:
        """Names of the variables that hold no secret."""
        return self._names(credentials=False)

    @property
    def secret_names(self) -> list[str]:
        """Names of the variables that hold secrets which the program knows."""
        plain = self.plain_names
        return [name for name in self._all_names if name not in plain]

    @property
    def missing_variable(self) -> str | None:
        """Name of the variable that must be read from ``secret_arn``, because the password is not in the program."""
        if self.kafka is None or self.kafka.password is not None:
            return None
        return _PASSWORD_VARIABLES.get(self.settings_format) if self.kafka.uses_password else None

    @property
    def plain(self) -> dict[str, pulumi.Output[str]]:
        """Variables that hold no secret."""
        return self._values(self.plain_names, credentials=False)

    @property
    def secret(self) -> dict[str, pulumi.Output[str]]:
        """Variables that hold secrets which the program knows."""
        return self._values(self.secret_names, credentials=self.missing_variable is None)

    @cached_property
    def _all_names(self) -> list[str]:
        return self._names(credentials=True)

    def _values(self, names: list[str], *, credentials: bool) -> dict[str, pulumi.Output[str]]:
        if self.kafka is None or not names:
            return {}
        render = self.kafka.spring_environment if self.settings_format == "spring" else self.kafka.environment
        variables = render(credentials=credentials, files=self.files)
        return {name: variables.apply(itemgetter(name)) for name in names}

    def _names(self, *, credentials: bool) -> list[str]:
        if self.kafka is None or self.settings_format == "none":
            return []
        settings = self.kafka.placeholders(credentials=credentials)
        if self.files is None:  # a rule of the component rejects key stores, which are files
            settings = replace(settings, tls=settings.tls.without_key_stores())
        if self.settings_format == "spring":
            return list(settings.spring_environment(None, self.files))
        return list(settings.environment("KAFKA_", self.files))
