"""How an application in a container is told of its Kafka cluster."""

from operator import itemgetter
from typing import Literal

import pulumi

from moorings.kafka.client_settings import Login
from moorings.kafka.connection import KafkaConnection

KafkaSettings = Literal["environment", "spring", "none"]


def variables(kafka: KafkaConnection | None, settings: KafkaSettings) -> list[str]:
    """Names of the variables that ``plain`` and ``credential`` set."""
    return _names(kafka, settings, password="-" if kafka is not None and kafka.password is not None else None)


def lacking(kafka: KafkaConnection | None, settings: KafkaSettings) -> str | None:
    """Name of the variable that must hold the password, where that is not known here."""
    return _credential(kafka, settings) if kafka is not None and kafka.password is None else None


def plain(kafka: KafkaConnection | None, settings: KafkaSettings) -> dict[str, pulumi.Output[str]]:
    """The variables that anybody may read."""
    names = _names(kafka, settings)
    return _told(kafka, settings, names, credentials=False) if kafka is not None and names else {}


def credential(kafka: KafkaConnection | None, settings: KafkaSettings) -> dict[str, pulumi.Output[str]]:
    """The variable that holds the password, if the client has one and it is known."""
    name = _credential(kafka, settings)
    if kafka is None or kafka.password is None or name is None:
        return {}
    return _told(kafka, settings, [name], credentials=True)


def _told(
    kafka: KafkaConnection, settings: KafkaSettings, names: list[str], *, credentials: bool
) -> dict[str, pulumi.Output[str]]:
    render = kafka.spring_environment if settings == "spring" else kafka.environment
    told = render(credentials=credentials)
    return {name: told.apply(itemgetter(name)) for name in names}


def _credential(kafka: KafkaConnection | None, settings: KafkaSettings) -> str | None:
    return next(iter({*_names(kafka, settings, password="-")} - {*_names(kafka, settings)}), None)  # noqa: S106


def _names(kafka: KafkaConnection | None, settings: KafkaSettings, password: str | None = None) -> list[str]:
    """The variables of a connection of this kind, whose names are known before its values are."""
    if kafka is None or settings == "none":
        return []
    scram = kafka.listener == "scram"
    login = Login("-", kafka.listener, username="-" if scram else None, password=password if scram else None)
    return list(login.spring_environment(None) if settings == "spring" else login.environment("KAFKA_"))
