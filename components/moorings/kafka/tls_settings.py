"""TLS settings of each client library, and the files that they refer to."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from moorings.kafka.pem import KeyStoreType, is_encrypted, is_of_type, is_pkcs8
from moorings.kafka.tls_rules import CLIENT_FILES, CLIENT_KEY_STORE, JAVA_PRIVATE_KEY, KEY_PASSWORD, KEY_STORE_TYPE
from moorings.validation.rules import Violation

CA_FILE, CERTIFICATE_FILE, KEY_FILE = "ca.pem", "client.pem", "client.key"
PEM_KEY_STORE_FILE = "client-keystore.pem"
"""Private key and certificate in one file, as Java reads them."""
TRUST_STORE_FILE, KEY_STORE_FILE = "truststore", "keystore"


@dataclass(frozen=True)
class TlsSettings:
    """Certificates and keys whose values are known. Secrets that are not included are None."""

    ca: str | None = None
    certificate: str | None = None
    key: str | None = field(default=None, repr=False)
    key_password: str | None = field(default=None, repr=False)
    truststore_type: KeyStoreType | None = None
    truststore_content: str | None = field(default=None, repr=False)
    truststore_password: str | None = field(default=None, repr=False)
    keystore_type: KeyStoreType | None = None
    keystore_content: str | None = field(default=None, repr=False)
    keystore_password: str | None = field(default=None, repr=False)
    keystore_key_password: str | None = field(default=None, repr=False)
    verify_hostname: bool = True

    def without_key_stores(self) -> "TlsSettings":
        """Return these settings without the trust store and the key store."""
        return replace(
            self,
            truststore_type=None,
            truststore_password=None,
            keystore_type=None,
            keystore_password=None,
            keystore_key_password=None,
        )

    def librdkafka(self, files: str | None) -> dict[str, str | None]:
        """Return settings of librdkafka, with the content of PEM files or with paths in a directory.

        Raises:
            Violation: for a trust store or a JKS file, or a key store without a directory.

        Source: https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md
        """
        self._check_private_key()
        if self.truststore_type is not None:
            problem = "librdkafka reads no trust stores; use ca_certificate"
            raise Violation(CLIENT_KEY_STORE, problem, "tls", "truststore")
        if self.keystore_type == "JKS":
            problem = "librdkafka reads no JKS files; use PKCS12, or certificate and private_key"
            raise Violation(CLIENT_KEY_STORE, problem, "tls", "keystore")
        settings = {
            **_pem("ssl.ca", self.ca, files, CA_FILE),
            **_pem("ssl.certificate", self.certificate, files, CERTIFICATE_FILE),
            **_pem("ssl.key", self.key, files, KEY_FILE, is_secret=True, is_set=self.certificate is not None),
            "ssl.key.password": self.key_password,
            "ssl.endpoint.identification.algorithm": None if self.verify_hostname else "none",
        }
        if self.keystore_type is not None:
            settings |= {
                "ssl.keystore.location": self._store_path(files, KEY_STORE_FILE),
                "ssl.keystore.password": self.keystore_password,
            }
        return settings

    def java(self, files: str | None) -> dict[str, str | None]:
        """Return settings of the Java client, with the content of PEM files or with paths in a directory.

        Raises:
            Violation: for a private key that is not in PKCS #8, or a key store without a directory.

        Source: https://kafka.apache.org/documentation/#producerconfigs_ssl.keystore.certificate.chain
        """
        self._check_private_key()
        if self.key is not None and not is_pkcs8(self.key):
            problem = "Java requires PKCS #8; convert it: openssl pkcs8 -topk8 -nocrypt -in client.key"
            raise Violation(JAVA_PRIVATE_KEY, problem, "tls", "private_key")
        settings: dict[str, str | None] = {
            "ssl.endpoint.identification.algorithm": None if self.verify_hostname else "",
        }
        if self.ca is not None:
            settings["ssl.truststore.type"] = "PEM"
            if files is None:
                settings["ssl.truststore.certificates"] = self.ca
            else:
                settings["ssl.truststore.location"] = f"{files}/{CA_FILE}"
        if self.certificate is not None:
            settings |= {"ssl.keystore.type": "PEM", "ssl.key.password": self.key_password}
            if files is None:
                settings |= {"ssl.keystore.certificate.chain": self.certificate, "ssl.keystore.key": self.key}
            else:
                settings["ssl.keystore.location"] = f"{files}/{PEM_KEY_STORE_FILE}"
        for name, file, store_type, password in self._stores():
            settings |= {
                f"ssl.{name}.type": store_type,
                f"ssl.{name}.location": self._store_path(files, file),
                f"ssl.{name}.password": password,
            }
        if self.keystore_type is not None:
            settings["ssl.key.password"] = self.keystore_key_password or self.keystore_password
        return settings

    def kafka_python(self, files: str | None) -> dict[str, str | bool | None]:
        """Return arguments of kafka-python, which reads certificates and keys from files.

        Raises:
            Violation: for a key store, or without a directory.

        Source: https://kafka-python.readthedocs.io/en/master/apidoc/KafkaProducer.html
        """
        self._check_private_key()
        for name, _, _, _ in self._stores():
            problem = "kafka-python reads PEM only; use ca_certificate, certificate and private_key"
            raise Violation(CLIENT_KEY_STORE, problem, "tls", name)
        if files is None and (self.ca is not None or self.certificate is not None):
            problem = (
                "kafka-python reads certificates from files; pass files='/etc/kafka-client', and mount "
                "connection.files('/etc/kafka-client')"
            )
            raise Violation(CLIENT_FILES, problem, "tls")
        certificate = self.certificate is not None
        return {
            "ssl_cafile": f"{files}/{CA_FILE}" if self.ca is not None else None,
            "ssl_certfile": f"{files}/{CERTIFICATE_FILE}" if certificate else None,
            "ssl_keyfile": f"{files}/{KEY_FILE}" if certificate else None,
            "ssl_password": self.key_password,
            "ssl_check_hostname": None if self.verify_hostname else False,
        }

    def environment(self, files: str | None) -> dict[str, str | None]:
        """Return variables of an application that reads its own, named like the settings of librdkafka and Java."""
        self._check_private_key()
        settings = {
            **_pem("ssl.ca", self.ca, files, CA_FILE),
            **_pem("ssl.certificate", self.certificate, files, CERTIFICATE_FILE),
            **_pem("ssl.key", self.key, files, KEY_FILE, is_secret=True, is_set=self.certificate is not None),
            "ssl.key.password": self.key_password,
            "ssl.endpoint.identification.algorithm": None if self.verify_hostname else "none",
        }
        for name, file, store_type, password in self._stores():
            settings |= {
                f"ssl.{name}.type": store_type,
                f"ssl.{name}.location": self._store_path(files, file),
                f"ssl.{name}.password": password,
            }
        return {name.upper().replace(".", "_"): value for name, value in settings.items()}

    def _check_private_key(self) -> None:
        """Check what the type of the arguments cannot, because private keys and key stores may be late."""
        if self.key is not None and self.key_password is None and is_encrypted(self.key):
            problem = "required, because private_key is encrypted; set it"
            raise Violation(KEY_PASSWORD, problem, "tls", "private_key_password")
        contents = {"truststore": self.truststore_content, "keystore": self.keystore_content}
        for name, _, store_type, _ in self._stores():
            content = contents[name]
            if content is not None and not is_of_type(content, store_type):
                raise Violation(KEY_STORE_TYPE, f"the file is not of type {store_type}; correct type", "tls", name)

    def _stores(self) -> Iterator[tuple[str, str, KeyStoreType, str | None]]:
        """Yield name, file, type and password of each key store."""
        if self.truststore_type is not None:
            yield "truststore", TRUST_STORE_FILE, self.truststore_type, self.truststore_password
        if self.keystore_type is not None:
            yield "keystore", KEY_STORE_FILE, self.keystore_type, self.keystore_password

    def _store_path(self, files: str | None, file: str) -> str:
        if files is None:
            problem = (
                "a key store is read from a file; pass files='/etc/kafka-client', and mount "
                "connection.files('/etc/kafka-client'), or use PEM"
            )
            raise Violation(CLIENT_FILES, problem, "tls", file)
        return f"{files}/{file}"


NO_TLS_SETTINGS = TlsSettings()
"""Settings of a client that trusts public authorities and has no certificate."""


def _pem(
    name: str, content: str | None, files: str | None, file: str, *, is_secret: bool = False, is_set: bool = True
) -> dict[str, str | None]:
    """Return the setting with the content of a PEM file, or with its path, which is known without the content."""
    if files is None:
        return {f"{name}.pem": content}
    exists = is_set if is_secret else content is not None
    return {f"{name}.location": f"{files}/{file}" if exists else None}
