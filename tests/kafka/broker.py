"""Runs an Apache Kafka broker in combined mode: one process is broker and controller, on free ports of localhost.

``Broker(version)`` is a context manager. The tests administer the broker through the ``ADMIN`` listener, which has no
encryption or authentication: its clients are super users. The clients under test use the other listeners.
"""

import os
import re
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from certificates import CertificateAuthority, trust_options
from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    NewTopic,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from distributions import fetch, java
from identity_provider import AUDIENCE, ISSUER, IdentityProvider
from servers import Process, StartError, free_ports, remove_stale_files

from moorings.kafka.acls import KafkaAcl
from moorings.kafka.java_client import OAUTH_LOGIN_MODULE, PLAIN_LOGIN_MODULE, jaas_config, properties_file

ADMIN = "ADMIN"
START_ATTEMPTS = 3
TIMEOUT_SECONDS = 60
CLUSTER_ID = "bW9vcmluZ3MtdGVzdHMtMQ"
JVM_OPTIONS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.showThreadName=false")
"""Options that shorten the start of a JVM and its log lines."""

TOOLS = {
    "kafka-acls.sh": ("org.apache.kafka.tools.AclCommand", "kafka.admin.AclCommand"),
    "kafka-configs.sh": ("org.apache.kafka.tools.ConfigCommand", "kafka.admin.ConfigCommand"),
    "kafka-topics.sh": ("org.apache.kafka.tools.TopicCommand", "kafka.admin.TopicCommand"),
    "kafka-storage.sh": ("org.apache.kafka.tools.StorageTool", "kafka.tools.StorageTool"),
    "kafka-console-producer.sh": ("org.apache.kafka.tools.ConsoleProducer", "kafka.tools.ConsoleProducer"),
    "kafka-console-consumer.sh": (
        "org.apache.kafka.tools.consumer.ConsoleConsumer",
        "kafka.tools.ConsoleConsumer",
    ),
}
"""Main classes of the command line tools: that of newer versions first."""


@dataclass(frozen=True)
class Listener:
    """A listener. Its properties have no prefix ``listener.name.<name>.``."""

    protocol: str
    properties: Mapping[str, str] = field(default_factory=dict)
    certificate_host: str = "localhost"
    """Host name in the broker's certificate. Clients connect to ``localhost``."""


_RESOURCE_TYPES = {"cluster": "BROKER", "group": "GROUP", "topic": "TOPIC", "transactional-id": "TRANSACTIONAL_ID"}
"""Resource types of `KafkaAcl` as librdkafka names them."""

_SCRAM_LOGIN = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
_SCRAM = {
    "sasl.enabled.mechanisms": "SCRAM-SHA-512,SCRAM-SHA-256",
    "scram-sha-512.sasl.jaas.config": _SCRAM_LOGIN,
    "scram-sha-256.sasl.jaas.config": _SCRAM_LOGIN,
}
PLAIN_USERS = {"plain": "p\"a's;s=w$o r d\\", "unicode": "pässwörd-日本語", "symbols": "a;b=c,d:e#f!g&h|i?j{k}%l"}
"""Users of the listener ``PLAIN`` with their passwords. Their names are options of the broker's JAAS configuration."""

JWKS_URL = "JWKS_URL"
"""Stands for the URL of the identity provider's keys in the properties of a listener."""

LISTENERS: Mapping[str, Listener] = {
    "SCRAM": Listener("SASL_SSL", _SCRAM),
    "SCRAM_WITHOUT_TLS": Listener("SASL_PLAINTEXT", _SCRAM),
    "PLAIN": Listener(
        "SASL_SSL",
        {
            "sasl.enabled.mechanisms": "PLAIN",
            "plain.sasl.jaas.config": jaas_config(
                PLAIN_LOGIN_MODULE, {f"user_{name}": password for name, password in PLAIN_USERS.items()}
            ),
        },
    ),
    "OAUTH": Listener(
        "SASL_SSL",
        {
            "sasl.enabled.mechanisms": "OAUTHBEARER",
            "oauthbearer.sasl.jaas.config": jaas_config(OAUTH_LOGIN_MODULE, {}),
            "oauthbearer.sasl.server.callback.handler.class": (
                "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler"
            ),
            "sasl.oauthbearer.jwks.endpoint.url": JWKS_URL,
            "sasl.oauthbearer.expected.issuer": ISSUER,
            "sasl.oauthbearer.expected.audience": AUDIENCE,
        },
    ),
    # TLS for clients without a certificate, which are anonymous.
    "SSL": Listener("SSL"),
    "TLS": Listener("SSL", {"ssl.client.auth": "required"}),
    # A server whose certificate is issued by the same authority, but for another host.
    "IMPOSTOR": Listener("SASL_SSL", _SCRAM, "other.example.com"),
}
"""Listeners like those of MSK and of other services, and one whose certificate clients must reject."""

DEFAULT_PROPERTIES: Mapping[str, str] = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": ADMIN,
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": "User:ANONYMOUS",
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": "0",
    # A single broker requires a replication factor of 1. Internal topics with few partitions are created faster.
    "offsets.topic.num.partitions": "3",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.num.partitions": "3",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "3",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
}


class Broker:
    """A broker of a pinned version, with an authorizer: clients of all listeners except ``ADMIN`` need ACLs.

    It starts in about five seconds. `StartError` contains the end of the broker's log, for example the error about an
    invalid property.
    """

    def __init__(
        self,
        version: str,
        properties: Mapping[str, str] | None = None,
        listeners: Mapping[str, Listener] | None = None,
    ) -> None:
        """Prepare a broker.

        Args:
            version: a version with pinned hashes in ``jars/``.
            properties: server properties that are added to `DEFAULT_PROPERTIES` or override them.
            listeners: listeners by name. Default to `LISTENERS`. ``ADMIN`` is always added.

        """
        self.version = version
        self._properties = dict(properties or {})
        self._listeners = LISTENERS if listeners is None else listeners
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        """Start the broker.

        Raises:
            StartError: the broker rejects a property, or did not start in time.
        """
        jars = fetch(self.version)
        self._class_path = f"{jars}/*"
        self._java = java()
        remove_stale_files()
        with ExitStack() as resources:
            prefix = f"moorings-{os.getpid()}-"
            self.folder = Path(resources.enter_context(tempfile.TemporaryDirectory(prefix=prefix)))
            if any(listener.protocol.endswith("SSL") for listener in self._listeners.values()):
                self.certificates = CertificateAuthority(self.folder)
            self.identity_provider = IdentityProvider(self.folder)
            self.tools = _write_tools(self.folder / "bin", self._java, jars)
            for attempt in range(1, START_ATTEMPTS + 1):
                try:
                    self._start(resources)
                except StartError as error:
                    if attempt < START_ATTEMPTS and "Address already in use" in str(error):
                        continue
                    raise
                break
            # Log level 2 (critical): the client does not log that the broker has stopped.
            self.admin = AdminClient({"bootstrap.servers": self.bootstrap_servers(ADMIN), "log_level": 2})
            self._resources = resources.pop_all()
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop the broker and delete its files."""
        self._resources.close()

    def create_topic(self, name: str, partitions: int = 1, config: Mapping[str, str] | None = None) -> str:
        """Create a topic and return its name."""
        _wait_for_results(self.admin.create_topics([NewTopic(name, partitions, 1, config=dict(config or {}))]))
        _wait_until(lambda: name in self.admin.list_topics(timeout=TIMEOUT_SECONDS).topics)
        return name

    def allow(self, principal: str, operation: AclOperation, name: str, kind: str = "TOPIC") -> None:
        """Allow a principal (``User:orders``) an operation on a topic, or on another kind of resource."""
        acl = (ResourceType[kind], name, ResourcePatternType.LITERAL, principal, "*", operation)
        self._add_acls([AclBinding(*acl, AclPermissionType.ALLOW)])

    def add_acls(self, acls: Iterable[KafkaAcl]) -> None:
        """Add ACLs with the Kafka API, which is faster than ``kafka-acls.sh``."""
        self._add_acls(
            [
                AclBinding(
                    ResourceType[_RESOURCE_TYPES[acl.resource_type]],
                    acl.resource_name or "kafka-cluster",
                    ResourcePatternType[acl.pattern_type.upper()],
                    acl.principal,
                    acl.host,
                    AclOperation[re.sub("(?<=[a-z])(?=[A-Z])", "_", operation).upper()],
                    AclPermissionType[acl.permission_type.upper()],
                )
                for acl in acls
                for operation in acl.operations
            ]
        )

    def find_acls(self, principal: str | None = None) -> list[AclBinding]:
        """Return the ACLs of a principal, or of all principals."""
        resource = (ResourceType.ANY, None, ResourcePatternType.ANY)
        acls = AclBindingFilter(*resource, principal, None, AclOperation.ANY, AclPermissionType.ANY)
        return list(self.admin.describe_acls(acls).result())

    def bootstrap_servers(self, listener: str) -> str:
        """Return the address of a listener."""
        return f"localhost:{self.ports[listener]}"

    def add_scram_user(self, name: str, password: str, mechanism: str = "SCRAM-SHA-512") -> None:
        """Create a SCRAM user, or change its password."""
        credential = ScramCredentialInfo(ScramMechanism[mechanism.replace("-", "_")], 4096)
        _wait_for_results(
            self.admin.alter_user_scram_credentials([UserScramCredentialUpsertion(name, credential, password.encode())])
        )

        def exists() -> bool:
            try:
                _wait_for_results(self.admin.describe_user_scram_credentials([name]))
            except KafkaException:
                return False
            return True

        _wait_until(exists)

    def shell(
        self, command: str, listener: str = ADMIN, properties: str = "security.protocol=PLAINTEXT\n"
    ) -> subprocess.CompletedProcess[str]:
        """Run a shell command with the command line tools of this version. Does not raise if the command fails.

        Args:
            command: the command. ``$BOOTSTRAP_SERVERS`` contains the address of the listener.
            listener: the listener that the tools connect to.
            properties: content of ``client.properties``. Defaults to that for ``ADMIN``.

        """
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        (folder / "client.properties").write_text(properties, "ascii")
        environment = {
            **os.environ,
            "PATH": f"{self.tools}{os.pathsep}{os.environ['PATH']}",
            "BOOTSTRAP_SERVERS": self.bootstrap_servers(listener),
            "KAFKA_OPTS": " ".join(trust_options(self.certificates)) if listener != ADMIN else "",
        }
        return subprocess.run(
            ["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )

    def _add_acls(self, acls: list[AclBinding]) -> None:
        _wait_for_results(self.admin.create_acls(acls))
        _wait_until(lambda: set(acls) <= set(self.find_acls()))

    def _start(self, resources: ExitStack) -> None:
        names = ["CONTROLLER", ADMIN, *self._listeners]
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))
        properties = self.folder / "server.properties"
        properties.write_text(properties_file(self._all_properties()), "ascii")
        formatted = subprocess.run(
            [self.tools / "kafka-storage.sh", "format", "-t", CLUSTER_ID, "-c", properties, "--ignore-formatted"],
            capture_output=True,
            text=True,
            check=False,
        )
        if formatted.returncode:
            raise StartError(f"Kafka {self.version}: {(formatted.stdout + formatted.stderr)[-2000:].strip()}")
        allowed_url = f"-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls={self.identity_provider.jwks_url}"
        command = [
            str(self._java),
            "-Xmx400m",
            *JVM_OPTIONS,
            allowed_url,
            "-cp",
            self._class_path,
            "kafka.Kafka",
            str(properties),
        ]
        process = Process(f"kafka-{self.version}", command, self.folder)
        resources.callback(process.stop)
        process.wait(lambda: "Kafka Server started" in process.log.read_text("utf-8", "replace"), TIMEOUT_SECONDS)
        self.log = process.log

    def _all_properties(self) -> dict[str, str]:
        listeners = {ADMIN: Listener("PLAINTEXT"), **self._listeners}
        protocols = {name: listener.protocol for name, listener in listeners.items()}
        addresses = [f"{name}://127.0.0.1:{port}" for name, port in self.ports.items()]
        advertised = [f"{name}://localhost:{self.ports[name]}" for name in listeners]
        computed = {
            "controller.quorum.voters": f"1@127.0.0.1:{self.ports['CONTROLLER']}",
            "listeners": ",".join(addresses),
            "advertised.listeners": ",".join(advertised),
            "listener.security.protocol.map": ",".join(
                f"{name}:{protocol}" for name, protocol in {"CONTROLLER": "PLAINTEXT", **protocols}.items()
            ),
            "log.dirs": str(self.folder / "data"),
        }
        for name, listener in self._listeners.items():
            prefix = f"listener.name.{name.lower()}"
            for key, value in {**self._encryption(name, listener), **listener.properties}.items():
                computed[f"{prefix}.{key}"] = self.identity_provider.jwks_url if value == JWKS_URL else value
        return {**DEFAULT_PROPERTIES, **computed, **self._properties}

    def _encryption(self, name: str, listener: Listener) -> dict[str, str]:
        if not listener.protocol.endswith("SSL"):
            return {}
        certificate = self.certificates.issue(f"broker-{name}", f"/CN=broker of {name}", listener.certificate_host)
        return {
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(certificate.key_store),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self.certificates.certificate),
        }


def _wait_for_results(futures: Mapping[Any, Future[Any]]) -> None:
    for future in futures.values():
        future.result()


def _wait_until(ready: Callable[[], bool]) -> None:
    """Wait until the broker has applied a change, which it reads from the controller."""
    end = time.monotonic() + TIMEOUT_SECONDS
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(f"the broker did not apply a change within {TIMEOUT_SECONDS} s")


def _write_tools(folder: Path, java_path: Path, jars: Path) -> Path:
    """Write scripts like those in ``bin/`` of a Kafka distribution, which the Maven artifacts do not contain."""
    classes = {
        name.removesuffix(".class").replace("/", ".")
        for jar in (*jars.glob("kafka_*.jar"), *jars.glob("kafka-tools-[0-9]*.jar"))
        for name in zipfile.ZipFile(jar).namelist()
    }
    folder.mkdir()
    for name, candidates in TOOLS.items():
        main_class = next(candidate for candidate in candidates if candidate in classes)
        options = " ".join(["-Xmx256m", *JVM_OPTIONS, "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"])
        script = folder / name
        script.write_text(
            f"#!/bin/sh\nexec '{java_path}' {options} $KAFKA_OPTS -cp '{jars}/*' {main_class} \"$@\"\n", "utf-8"
        )
        script.chmod(0o755)
    return folder
