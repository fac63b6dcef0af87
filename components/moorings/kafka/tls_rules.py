"""Rules of certificates, private keys and key stores of Kafka clients."""

from moorings.validation.rules import Rule

_SSL = "https://kafka.apache.org/documentation/#security_configclients"
_LIBRDKAFKA = "https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md"
_KAFKA_PYTHON = "https://kafka-python.readthedocs.io/en/master/apidoc/KafkaProducer.html"
_CONNECTION = "KafkaConnection(bootstrap_servers='kafka.example.com:9093', security_protocol='SSL', "
_CLIENT = "certificate=CLIENT_PEM, private_key=CLIENT_KEY_PEM"

PEM_CERTIFICATE = Rule(
    id="kafka-pem-certificate",
    rationale="Clients accept certificates in PEM only. Convert others: openssl x509 -inform der -in ca.der.",
    source=_SSL,
    invalid="KafkaTls(ca_certificate='/etc/ssl/ca.pem')",
    valid="KafkaTls(ca_certificate=CA_PEM)",
)
PEM_PRIVATE_KEY = Rule(
    id="kafka-pem-private-key",
    rationale="The private key of a client certificate must be in PEM, which begins with '-----BEGIN'.",
    source=_SSL,
    invalid="KafkaTls(certificate=CLIENT_PEM, private_key=CLIENT_PEM)",
    valid=f"KafkaTls({_CLIENT})",
)
CLIENT_CERTIFICATE = Rule(
    id="kafka-client-certificate",
    rationale="A client certificate requires its private key, and the password of a key belongs to a key.",
    source=_SSL,
    invalid="KafkaTls(certificate=CLIENT_PEM)",
    valid=f"KafkaTls({_CLIENT})",
)
TWO_CERTIFICATES = Rule(
    id="kafka-certificate-and-key-store",
    rationale="A client has one certificate and one set of trusted authorities, each in PEM or in a key store.",
    source=_SSL,
    invalid=f"KafkaTls({_CLIENT}, keystore=KafkaKeyStore(content=KEY_STORE, password='hidden'))",
    valid="KafkaTls(keystore=KafkaKeyStore(content=KEY_STORE, password='hidden'))",
)
KEY_STORE = Rule(
    id="kafka-key-store",
    rationale="Key stores are PKCS #12 or JKS files, which Pulumi passes in Base64. Encode it: base64 client.p12.",
    source=_SSL,
    invalid="KafkaKeyStore(content='/etc/kafka/client.p12', password='hidden')",
    valid="KafkaKeyStore(content=KEY_STORE, password='hidden')",
)
KEY_STORE_TYPE = Rule(
    id="kafka-key-store-type",
    rationale="Java reads a key store in the format of its type only. Set type to the format of the file.",
    source=_SSL,
    invalid=f"{_CONNECTION}tls=KafkaTls(truststore=KafkaKeyStore(content=KEY_STORE, type='JKS', "
    "password='hidden'))).java(files='/etc/kafka-client')",
    valid=f"{_CONNECTION}tls=KafkaTls(truststore=KafkaKeyStore(content=KEY_STORE, "
    "password='hidden'))).java(files='/etc/kafka-client')",
)
JAVA_PRIVATE_KEY = Rule(
    id="kafka-java-private-key",
    rationale="Java reads private keys in PKCS #8 only. Convert others: openssl pkcs8 -topk8 -nocrypt -in client.key.",
    source="https://kafka.apache.org/documentation/#producerconfigs_ssl.keystore.key",
    invalid=f"{_CONNECTION}tls=KafkaTls(certificate=CLIENT_PEM, private_key=EC_KEY_PEM)).java()",
    valid=f"{_CONNECTION}tls=KafkaTls({_CLIENT})).java()",
)
KEY_PASSWORD = Rule(
    id="kafka-private-key-password",
    rationale="A client cannot use an encrypted private key without its password. Set private_key_password.",
    source=_SSL,
    invalid=f"{_CONNECTION}tls=KafkaTls(certificate=CLIENT_PEM, private_key=ENCRYPTED_KEY_PEM)).java()",
    valid=f"{_CONNECTION}tls=KafkaTls(certificate=CLIENT_PEM, private_key=ENCRYPTED_KEY_PEM, "
    "private_key_password='hidden')).java()",
)
CLIENT_FILES = Rule(
    id="kafka-client-files",
    rationale="Clients read key stores from files, and kafka-python also certificates and keys.",
    source=_KAFKA_PYTHON,
    invalid=f"{_CONNECTION}tls=KafkaTls(ca_certificate=CA_PEM)).kafka_python()",
    valid=f"{_CONNECTION}tls=KafkaTls(ca_certificate=CA_PEM)).kafka_python(files='/etc/kafka-client')",
)
CLIENT_KEY_STORE = Rule(
    id="kafka-client-key-store",
    rationale="Trust stores and JKS files are formats of Java, which other clients cannot read.",
    source=_LIBRDKAFKA,
    invalid=f"{_CONNECTION}tls=KafkaTls(truststore=KafkaKeyStore(content=KEY_STORE, password='hidden')))"
    ".librdkafka(files='/etc/kafka-client')",
    valid=f"{_CONNECTION}tls=KafkaTls(ca_certificate=CA_PEM)).librdkafka(files='/etc/kafka-client')",
)
