"""``KafkaTls``: trusted certificate authorities and client certificate of a Kafka client."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from moorings.kafka.pem import Base64KeyStore, KeyStoreType, PemCertificates, PemPrivateKey
from moorings.kafka.tls_rules import CLIENT_CERTIFICATE, TWO_CERTIFICATES
from moorings.validation.args import Args
from moorings.validation.inputs import Input, SecretInput
from moorings.validation.rules import Violation

_NonEmptyString = Annotated[str, Field(min_length=1)]


class KafkaKeyStore(Args):
    """Java key store or trust store."""

    content: SecretInput[Base64KeyStore]
    """Base64-encoded file (``base64.b64encode(Path("client.p12").read_bytes()).decode()``)."""

    password: SecretInput[_NonEmptyString]
    """Password of the file."""

    key_password: SecretInput[_NonEmptyString] | None = None
    """Password of the private key in a ``JKS`` file. Defaults to that of the file."""

    type: KeyStoreType = "PKCS12"
    """Format: ``PKCS12`` (``.p12``, ``.pfx``) or ``JKS``. Defaults to ``PKCS12``."""


class KafkaTls(Args):
    """Trusted certificate authorities, and client certificate for mutual TLS.

    All clients support PEM. Java clients support key stores, and librdkafka only ``keystore`` in PKCS #12.

    Source: https://kafka.apache.org/documentation/#security_configclients
    """

    ca_certificate: Input[PemCertificates] | None = None
    """PEM certificates of the authorities that issue the broker certificates. By default clients trust the public
    authorities of their operating system or JVM, which is sufficient for MSK."""

    certificate: Input[PemCertificates] | None = None
    """Client certificate in PEM, followed by intermediate certificates. Required for mutual TLS."""

    private_key: SecretInput[PemPrivateKey] | None = None
    """Private key of the client certificate in PEM. Java requires PKCS #8 (``BEGIN PRIVATE KEY``)."""

    private_key_password: SecretInput[_NonEmptyString] | None = None
    """Password of an encrypted private key. Java 17 and 18 do not support PBES2, the default of OpenSSL: encrypt the
    key with ``openssl pkcs8 -topk8 -v1 PBE-SHA1-3DES``, or do not encrypt it, because it is stored as a secret."""

    truststore: KafkaKeyStore | None = None
    """Java trust store, instead of ``ca_certificate``."""

    keystore: KafkaKeyStore | None = None
    """Key store with the client certificate, instead of ``certificate`` and ``private_key``."""

    verify_hostname: bool = True
    """Whether the certificate of a broker must contain its host name. False must be acknowledged
    (``kafka-hostname-verification``)."""

    @model_validator(mode="after")
    def _validate_combination(self) -> Self:
        key = "private_key"
        for argument, required in (("certificate", key), (key, "certificate"), ("private_key_password", key)):
            if getattr(self, argument) is not None and getattr(self, required) is None:
                problem = f"required with {argument}; set both, or remove {argument}"
                raise Violation(CLIENT_CERTIFICATE, problem, required)
        for store, argument in (("truststore", "ca_certificate"), ("keystore", "certificate")):
            if getattr(self, store) is not None and getattr(self, argument) is not None:
                raise Violation(TWO_CERTIFICATES, f"cannot be combined with {argument}; remove one of them", store)
        return self

    @property
    def authenticates_client(self) -> bool:
        """Whether a client certificate is set."""
        return self.certificate is not None or self.keystore is not None

    @property
    def has_files(self) -> bool:
        """Whether any certificate, trust store or key store is set."""
        values = (self.ca_certificate, self.certificate, self.truststore, self.keystore)
        return any(value is not None for value in values)

    def values(self, *, credentials: bool) -> dict[str, Any]:
        """Return the parameters of `TlsSettings`, some of them late.

        Args:
            credentials: whether private keys and passwords are included.

        """
        public = {"ca": self.ca_certificate, "certificate": self.certificate, "verify_hostname": self.verify_hostname}
        secret = {"key": self.private_key, "key_password": self.private_key_password}
        values = {**public, **(secret if credentials else {})}
        for name, store in (("truststore", self.truststore), ("keystore", self.keystore)):
            if store is not None:
                values[f"{name}_type"] = store.type
                if credentials:
                    values |= {f"{name}_content": store.content, f"{name}_password": store.password}
                    if name == "keystore":
                        values["keystore_key_password"] = store.key_password
        return {name: value for name, value in values.items() if value is not None}
