"""What a client is told, in the words of its library. Plain values in, plain values out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from moorings.kafka.listeners import LISTENERS, ListenerKind

Role = Literal["producer", "consumer"]

# A broker that restarts is away for minutes: producers keep trying, consumers keep their partitions.
_PRODUCER = {"acks": "all", "delivery.timeout.ms": "120000", "enable.idempotence": "true"}
_CONSUMER = {"session.timeout.ms": "45000"}
RESILIENCE: Mapping[Role | None, Mapping[str, str]] = {None: {}, "producer": _PRODUCER, "consumer": _CONSUMER}
"""Settings by role that bear a rolling restart, under names that Java and librdkafka share.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices-kafka-client.html
"""


@dataclass(frozen=True)
class Login:
    """A connection whose values are known."""

    bootstrap_servers: str
    listener: ListenerKind
    username: str | None = None
    password: str | None = None
    rack: str | None = None

    def __repr__(self) -> str:
        """Leave the password out."""
        return f"Login({self.listener}, {self.username}, {self.bootstrap_servers})"

    def _transport(self) -> dict[str, str]:
        return {
            "bootstrap.servers": self.bootstrap_servers,
            "security.protocol": LISTENERS[self.listener].security_protocol,
        }

    def _rack(self, role: Role | None) -> dict[str, str]:
        return {"client.rack": self.rack} if self.rack and role != "producer" else {}

    def librdkafka(self, role: Role | None) -> dict[str, str]:
        """Settings of librdkafka and what is built on it: Karafka, confluent-kafka for Python, Go and .NET.

        Source: https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md
        """
        settings = self._transport() | {**RESILIENCE[role]} | self._rack(role)
        if self.listener == "scram":
            settings |= {
                "sasl.mechanisms": "SCRAM-SHA-512",
                "sasl.username": str(self.username),
                "sasl.password": str(self.password),
            }
        return settings

    def java(self, role: Role | None) -> dict[str, str]:
        """Settings of the Java client, and of what is built on it: Kafka Streams, Connect, kPow.

        With certificates, the application adds where its keystore is.

        Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-tutorial.html
        """
        settings = self._transport() | {**RESILIENCE[role]} | self._rack(role)
        if self.listener == "scram":
            settings |= {"sasl.mechanism": "SCRAM-SHA-512", "sasl.jaas.config": self.jaas()}
        if self.listener == "iam":
            settings |= {
                "sasl.mechanism": "AWS_MSK_IAM",
                "sasl.jaas.config": "software.amazon.msk.auth.iam.IAMLoginModule required;",
                "sasl.client.callback.handler.class": "software.amazon.msk.auth.iam.IAMClientCallbackHandler",
            }
        return settings

    def jaas(self) -> str:
        """The line with which Java's SCRAM client logs in.

        Source: https://kafka.apache.org/documentation/#security_sasl_jaasconfig
        """
        module = "org.apache.kafka.common.security.scram.ScramLoginModule"
        return f"{module} required username={_quoted(str(self.username))} password={_quoted(str(self.password))};"

    def spring(self, role: Role | None) -> dict[str, str]:
        """Properties of Spring Boot.

        Source: https://docs.spring.io/spring-boot/reference/messaging/kafka.html
        """
        known = {"bootstrap.servers": "bootstrap-servers", "security.protocol": "security.protocol"}
        return {
            f"spring.kafka.{known.get(name, f'properties.{name}')}": value for name, value in self.java(role).items()
        }

    def environment(self, prefix: str, *, credentials: bool) -> dict[str, str]:
        """Environment variables for a program that reads its own."""
        mechanism = LISTENERS[self.listener].sasl_mechanism
        found = {
            "BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "SECURITY_PROTOCOL": LISTENERS[self.listener].security_protocol,
            "SASL_MECHANISM": mechanism,
            "SASL_USERNAME": self.username,
            "SASL_PASSWORD": self.password if credentials else None,
        }
        return {f"{prefix}{name}": value for name, value in found.items() if value is not None}


def _quoted(value: str) -> str:
    """A value between quotes, as the tokenizer of a JAAS line reads it back."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    for character, escape in {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.items():
        escaped = escaped.replace(character, escape)
    return f'"{escaped}"'


def properties_file(settings: Mapping[str, str]) -> str:
    """The text of a Java ``.properties`` file, in the order of the names, in ASCII."""
    return "".join(f"{_escaped(name, key=True)}={_escaped(value, key=False)}\n" for name, value in sorted(settings.items()))


def _escaped(text: str, *, key: bool) -> str:
    """Source: https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html."""
    named = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f", "=": "\\=", ":": "\\:", "#": "\\#", "!": "\\!"}
    out: list[str] = []
    for position, character in enumerate(text):
        if character == " " and (key or position == 0):
            out.append("\\ ")
        elif character in named:
            out.append(named[character])
        elif " " <= character <= "~":
            out.append(character)
        else:
            units = character.encode("utf-16-be").hex()
            out.extend(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
    return "".join(out)
