"""Clients of the brokers: each produces a record with the settings of a connection, and returns the result."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from broker import JVM_OPTIONS, Broker
from certificates import CertificateAuthority, trust_options
from confluent_kafka import KafkaError, KafkaException, Message, Producer
from distributions import SPRING, fetch, java

from moorings.kafka.client_settings import ClientSettings
from moorings.kafka.java_client import properties_file

ALLOWED = "allowed"
PROGRAMS = Path(__file__).parent / "programs"
SECONDS = 30
USER_PASSWORD = "p\"a's;s=w$o r d"


def scram_settings(broker: Broker, user: str) -> ClientSettings:
    """Return the settings of a SCRAM user with `USER_PASSWORD`."""
    servers = broker.bootstrap_servers("SCRAM")
    return ClientSettings(servers, "SASL_SSL", "SCRAM-SHA-512", user, USER_PASSWORD)


def produce(settings: Mapping[str, Any], topic: str) -> str:
    """Produce with confluent-kafka. Returns `ALLOWED`, or the first error that another attempt cannot solve."""
    results: list[str] = []

    def on_error(error: KafkaError) -> None:
        if error.code() in {KafkaError._AUTHENTICATION, KafkaError._SSL} or error.fatal():
            results.append(error.str())

    def on_delivery(error: KafkaError | None, _: Message) -> None:
        results.append(ALLOWED if error is None else error.str())

    producer = Producer({**settings, "error_cb": on_error, "log_level": 2})
    try:
        producer.produce(topic, b"librdkafka", on_delivery=on_delivery)
        end = time.monotonic() + SECONDS
        while not results and time.monotonic() < end:
            producer.poll(0.1)
    except KafkaException as error:
        return str(error)
    finally:
        producer.purge()
    return results[0] if results else f"no result within {SECONDS} s"


def produce_with_kafka_python(
    settings: Mapping[str, Any], topic: str, certificate: Path | None = None, token: str = ""
) -> str:
    """Produce with kafka-python, which reads the certificate authority from ``SSL_CERT_FILE`` as Python does.

    Args:
        settings: arguments of ``KafkaProducer``.
        topic: the topic.
        certificate: the trusted certificate authority, unless the settings contain it.
        token: token of OAUTHBEARER, which the application returns.

    """
    result = subprocess.run(
        [sys.executable, "-I", PROGRAMS / "produce_with_kafka_python.py"],
        input=json.dumps([topic, settings]),
        env={**os.environ, "TOKEN": token, **({} if certificate is None else {"SSL_CERT_FILE": str(certificate)})},
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout


def produce_with_environment(variables: Mapping[str, str], topic: str, certificate: Path | None = None) -> str:
    """Produce with an application that reads its settings from environment variables."""
    result = subprocess.run(
        [sys.executable, "-I", PROGRAMS / "produce_with_environment.py", topic],
        env={**variables, **({} if certificate is None else {"SSL_CERT_FILE": str(certificate)})},
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout


def produce_with_java(
    broker: Broker,
    attempts: Sequence[tuple[str, str]],
    folder: Path,
    trusted: CertificateAuthority | None = None,
    options: Sequence[str] | None = None,
) -> list[str]:
    """Produce with the Java client of the broker's version.

    Args:
        broker: the broker.
        attempts: topics and ``.properties`` files, as texts.
        folder: folder for these files.
        trusted: the trusted certificate authority. Defaults to that of the broker.
        options: options of the JVM, instead of those that trust a certificate authority.

    """
    arguments: list[str] = []
    for number, (topic, text) in enumerate(attempts):
        file = folder / f"{number}.properties"
        file.write_text(text, "ascii")
        arguments += [topic, str(file)]
    options = trust_options(trusted or broker.certificates) if options is None else options
    return _run_java("Produce", broker.version, options, arguments)


def produce_with_spring(
    broker: Broker, variables: Mapping[str, str], topic: str, options: Sequence[str] | None = None
) -> str:
    """Produce with a Spring Boot application that has these environment variables only.

    Args:
        broker: the broker.
        variables: the environment variables.
        topic: the topic.
        options: options of the JVM, instead of those that trust the broker's certificate authority.

    """
    options = trust_options(broker.certificates) if options is None else options
    # Kafka's client needs Jackson for OAuth, which an application without web pages does not have.
    jackson = sorted(map(str, fetch(broker.version).glob("jackson-*.jar")))
    return "\n".join(_run_java("ProduceWithSpring", SPRING, options, [topic], variables, jars=jackson))


def administer(broker: Broker, operations: Mapping[str, Sequence[str]], folder: Path) -> dict[str, dict[str, str]]:
    """Call operations of the Java admin client as users of the broker.

    Args:
        broker: the broker.
        operations: operations of ``Administer.java`` by the name of the user.
        folder: folder for files with settings.

    Returns:
        By user and operation: `ALLOWED`, or the class of the error.

    """
    arguments: list[str] = []
    for user in operations:
        settings = scram_settings(broker, user).java(None)
        file = folder / f"{user}.properties"
        file.write_text(properties_file(settings), "ascii")
        arguments += [f"@{file}", *operations[user]]
    lines = iter(_run_java("Administer", broker.version, trust_options(broker.certificates), arguments))
    return {
        user: {operation: next(lines).removeprefix(f"{operation} ") for operation in of_user}
        for user, of_user in operations.items()
    }


def _run_java(
    program: str,
    version: str,
    jvm_options: Sequence[str],
    arguments: Sequence[str],
    environment: Mapping[str, str] | None = None,
    *,
    jars: Sequence[str] = (),
) -> list[str]:
    """Run a program with the jars of a version and further ones, and return the lines that it prints."""
    options = [*JVM_OPTIONS, "-Dorg.slf4j.simpleLogger.defaultLogLevel=off", *jvm_options]
    source = PROGRAMS / f"{program}.java"
    command = [java(), *options, "-cp", os.pathsep.join([f"{fetch(version)}/*", *jars]), source, *arguments]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()
