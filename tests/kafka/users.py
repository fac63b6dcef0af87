"""Kafka users with SCRAM credentials, and their operations, which return `ALLOWED` or the name of Kafka's error."""

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from broker import Broker
from clients import ALLOWED, USER_PASSWORD, produce, scram_settings
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

SECONDS = 30


class User:
    """A SCRAM user, or another identity with settings of its own."""

    def __init__(self, broker: Broker, name: str, settings: Mapping[str, str] | None = None) -> None:
        """Create the SCRAM user, unless settings of librdkafka are given."""
        self.name = name
        if settings is None:
            broker.add_scram_user(name, USER_PASSWORD)
            settings = scram_settings(broker, name).librdkafka(None)
        authority = str(broker.certificates.certificate)
        self.settings = {**settings, "ssl.ca.location": authority, "log_level": 2}

    @cached_property
    def admin(self) -> AdminClient:
        """An admin client."""
        return AdminClient(self.settings)

    def produce(self, topic: str) -> str:
        """Produce a record with an idempotent producer."""
        return produce({**self.settings, "enable.idempotence": "true"}, topic)

    def transact(self, transactional_id: str, topic: str) -> str:
        """Produce a record in a transaction."""
        producer = Producer({**self.settings, "transactional.id": transactional_id})
        errors: list[KafkaError | None] = []

        def transact() -> None:
            producer.init_transactions(SECONDS)
            producer.begin_transaction()
            producer.produce(topic, b"transaction", on_delivery=lambda error, _: errors.append(error))
            end = time.monotonic() + SECONDS
            while not errors and time.monotonic() < end:
                producer.poll(0.1)
            if errors == [None]:
                producer.commit_transaction(SECONDS)

        try:
            result = attempt(transact)
        finally:
            producer.purge()
        return next((error.name() for error in errors if error is not None), result)

    def consume(self, topic: str, group: str, **settings: str) -> str:
        """Read the first record of a topic as a member of a consumer group, and commit its offset."""
        consumer = Consumer({**self.settings, "group.id": group, "auto.offset.reset": "earliest", **settings})

        def consume() -> None:
            consumer.subscribe([topic])
            message = consumer.poll(SECONDS)
            if message is None:
                raise TimeoutError(f"no record within {SECONDS} s")
            if error := message.error():
                raise KafkaException(error)
            consumer.commit(message, asynchronous=False)

        try:
            return attempt(consume)
        finally:
            consumer.close()

    def read(self, topic: str) -> str:
        """Read the first record of a topic without a consumer group, which librdkafka looks up nevertheless."""
        consumer = Consumer({**self.settings, "group.id": "unused", "enable.auto.commit": "false"})

        def read() -> None:
            consumer.assign([TopicPartition(topic, 0, 0)])
            error: KafkaError | None = KafkaError(KafkaError.GROUP_AUTHORIZATION_FAILED)
            while error and error.code() == KafkaError.GROUP_AUTHORIZATION_FAILED:
                message = consumer.poll(SECONDS)
                if message is None:
                    raise TimeoutError(f"no record within {SECONDS} s")
                error = message.error()
            if error:
                raise KafkaException(error)

        try:
            return attempt(read)
        finally:
            consumer.close()


def attempt(operation: Callable[[], Any]) -> str:
    """Return `ALLOWED`, or the name of Kafka's error such as ``TOPIC_AUTHORIZATION_FAILED``."""
    try:
        result = operation()
        for future in result.values() if isinstance(result, dict) else [result]:
            if hasattr(future, "result"):
                future.result()
    except KafkaException as error:
        cause: KafkaError = error.args[0]
        return cause.name()
    return ALLOWED
