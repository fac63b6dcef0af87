"""Rules of connections to Kafka and of the client settings that they return."""

from typing import NoReturn

from moorings.sdk.locations import user_location
from moorings.validation.errors import InvalidInput
from moorings.validation.rules import Rule, Violation

_PORTS = "https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html"
_MSK = "b-1.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com"
_CONNECTION = f"KafkaConnection(listener='scram', bootstrap_servers='{_MSK}:9096', "
_SCRAM = f"{_CONNECTION}username='orders', "
_IAM = f"KafkaConnection(listener='iam', bootstrap_servers='{_MSK}:9098'"
_TLS = f"KafkaConnection(listener='tls', bootstrap_servers='{_MSK}:9094'"
_OTHER = "bootstrap_servers='kafka.example.com:9092'"
_CONFLUENT = "pkc-a1b2c.eu-west-1.aws.confluent.cloud"
_USER = "username='orders', password='hidden'"
_OAUTH = (
    "oauth=KafkaOAuth(token_endpoint_url='https://login.example.com/token', client_id='orders', client_secret='hidden')"
)
_READ_SECRET = "secret_arn='arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-a1B2c3'"  # noqa: S105 - an ARN

LISTENER_PORT = Rule(
    id="kafka-listener-port",
    rationale="MSK brokers have one port for each listener, on which clients of another listener cannot log in.",
    source=_PORTS,
    invalid=f"KafkaConnection(listener='iam', bootstrap_servers='{_MSK}:9096')",
    valid=f"{_IAM})",
)
SERVICE_PORT = Rule(
    id="kafka-service-port",
    rationale="All brokers of some services have the same port, and those of Heroku are given as URLs with TLS.",
    source="https://docs.confluent.io/cloud/current/client-apps/config-client.html",
    invalid=f"KafkaConnection(bootstrap_servers='{_CONFLUENT}:9093', sasl_mechanism='PLAIN', {_USER})",
    valid=f"KafkaConnection(bootstrap_servers='{_CONFLUENT}:9092', sasl_mechanism='PLAIN', {_USER})",
)
IAM_OUTSIDE_AWS = Rule(
    id="kafka-iam-outside-aws",
    rationale="IAM access control is a feature of MSK, which the brokers of other services do not have.",
    source="https://docs.aws.amazon.com/msk/latest/developerguide/iam-access-control.html",
    invalid=f"KafkaConnection(bootstrap_servers='{_CONFLUENT}:9092', listener='iam')",
    valid=f"KafkaConnection(bootstrap_servers='{_CONFLUENT}:9092', sasl_mechanism='PLAIN', {_USER})",
)
SCRAM_CREDENTIALS = Rule(
    id="kafka-scram-credentials",
    rationale="A SCRAM client logs in with a user name and a password.",
    source="https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-tutorial.html",
    invalid=f"KafkaConnection(listener='scram', bootstrap_servers='{_MSK}:9096', username='orders')",
    valid=f"{_SCRAM}{_READ_SECRET})",
)
SECURITY = Rule(
    id="kafka-security",
    rationale="Protocol and mechanism of a connection must fit together. A listener of MSK determines both.",
    source="https://kafka.apache.org/documentation/#security_overview",
    invalid=f"KafkaConnection({_OTHER}, security_protocol='SSL', sasl_mechanism='PLAIN')",
    valid=f"KafkaConnection({_OTHER}, security_protocol='SASL_SSL', sasl_mechanism='PLAIN', {_USER})",
)
PLAIN_CREDENTIALS = Rule(
    id="kafka-plain-credentials",
    rationale="A client that uses PLAIN logs in with a user name and a password.",
    source="https://kafka.apache.org/documentation/#security_sasl_plain",
    invalid=f"KafkaConnection({_OTHER}, sasl_mechanism='PLAIN', username='orders')",
    valid=f"KafkaConnection({_OTHER}, sasl_mechanism='PLAIN', {_USER})",
)
OAUTH_CLIENT = Rule(
    id="kafka-oauth-client",
    rationale="Only OAUTHBEARER uses tokens of an identity provider.",
    source="https://kafka.apache.org/documentation/#security_sasl_oauthbearer",
    invalid=f"KafkaConnection({_OTHER}, sasl_mechanism='PLAIN', {_USER}, {_OAUTH})",
    valid=f"KafkaConnection({_OTHER}, sasl_mechanism='OAUTHBEARER', {_OAUTH})",
)
TLS_WITHOUT_ENCRYPTION = Rule(
    id="kafka-tls-without-encryption",
    rationale="Certificates have no effect on a connection without TLS.",
    source="https://kafka.apache.org/documentation/#security_overview",
    invalid=f"KafkaConnection({_OTHER}, security_protocol='PLAINTEXT', tls=KafkaTls(ca_certificate=CA_PEM))",
    valid=f"KafkaConnection({_OTHER}, security_protocol='SSL', tls=KafkaTls(ca_certificate=CA_PEM))",
)
SCRAM_USERNAME = Rule(
    id="kafka-scram-username",
    rationale="Kafka brokers accept user names of ASCII characters only. Passwords may contain any character.",
    source="https://github.com/apache/kafka/blob/trunk/clients/src/main/java/org/apache/kafka/common/security/scram/internals/ScramMessages.java",
    invalid=f"{_CONNECTION}username='björn', {_READ_SECRET})",
    valid=f"{_CONNECTION}username='bjoern', {_READ_SECRET})",
)
CREDENTIALS_WITHOUT_SCRAM = Rule(
    id="kafka-credentials-without-scram",
    rationale="Clients use a user name and a password with SCRAM and PLAIN only.",
    source="https://kafka.apache.org/documentation/#security_sasl",
    invalid=f"{_IAM}, username='orders')",
    valid=f"{_IAM})",
)
SCRAM_MECHANISM = Rule(
    id="kafka-scram-mechanism",
    rationale="MSK supports IAM, SCRAM with SHA-512, TLS and unauthenticated clients only.",
    source="https://docs.aws.amazon.com/msk/latest/developerguide/msk-authentication.html",
    invalid=f"{_SCRAM}{_READ_SECRET}, scram_mechanism='SCRAM-SHA-256')",
    valid="KafkaConnection(listener='scram', bootstrap_servers='b-1.example.com:9096', username='orders', "
    f"{_READ_SECRET}, scram_mechanism='SCRAM-SHA-256')",
)
PERMISSIONS_WITHOUT_IAM = Rule(
    id="kafka-permissions-without-iam",
    rationale="IAM policies authorize clients on the IAM listener only, and contain the ARN of the cluster.",
    source="https://docs.aws.amazon.com/msk/latest/developerguide/iam-access-control.html",
    invalid=f"{_IAM}, permissions=KafkaPermissions(write_topics=['orders']))",
    valid=f"{_IAM}, permissions=KafkaPermissions(write_topics=['orders']), cluster_arn=CLUSTER_ARN)",
)
CLIENT_LISTENER = Rule(
    id="kafka-client-listener",
    rationale="Each client library supports certain authentication methods.",
    source="https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md",
    invalid=f"{_IAM}).librdkafka()",
    valid=f"{_IAM}).java()",
)
PASSWORD_UNKNOWN = Rule(
    id="kafka-password-unknown",
    rationale="The program does not know a password that is stored in an existing secret.",
    source="https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-tutorial.html",
    invalid=f"{_SCRAM}{_READ_SECRET}).java()",
    valid=f"{_SCRAM}{_READ_SECRET}).java(credentials=False)",
)
LIBRDKAFKA_WHITE_SPACE = Rule(
    id="kafka-librdkafka-white-space",
    rationale="librdkafka removes white space at the beginning of a setting. Start the value with another character.",
    source="https://github.com/confluentinc/librdkafka/blob/master/src/rdkafka_conf.c",
    invalid=f"{_SCRAM}password=' correct horse').librdkafka()",
    valid=f"{_SCRAM}password='correct horse').librdkafka()",
)
KAFKA_PYTHON_USERNAME = Rule(
    id="kafka-python-username",
    rationale="kafka-python does not escape '=' and ',' in user names as SCRAM requires, so that brokers reject them.",
    source="https://datatracker.ietf.org/doc/html/rfc5802#section-5.1",
    invalid=f"{_CONNECTION}username='orders=1', {_READ_SECRET}).kafka_python(credentials=False)",
    valid=f"{_CONNECTION}username='orders-1', {_READ_SECRET}).kafka_python(credentials=False)",
)
SPRING_PLACEHOLDER = Rule(
    id="kafka-spring-placeholder",
    rationale="Spring Boot resolves '${' in the value of a property as a placeholder. Use a value without it.",
    source="https://docs.spring.io/spring-boot/reference/features/external-config.html",
    invalid=f"{_SCRAM}password='${{HOME}}').spring()",
    valid=f"{_SCRAM}password='$HOME').spring()",
)
RACK_ZONE_NAME = Rule(
    id="kafka-rack-zone-name",
    rationale="The rack of an MSK broker is the ID of its Availability Zone, which is the same in every account.",
    source="https://aws.amazon.com/blogs/big-data/reduce-network-traffic-costs-of-your-amazon-msk-consumers-with-rack-awareness",
    invalid=f"{_TLS}, cluster_arn=CLUSTER_ARN).java('consumer', rack='eu-west-1a')",
    valid=f"{_TLS}, cluster_arn=CLUSTER_ARN).java('consumer', rack='euw1-az1')",
)
PRODUCER_RACK = Rule(
    id="kafka-producer-rack",
    rationale="Only the Java client has producers that prefer partitions whose leader is in their rack (KIP-1123).",
    source="https://cwiki.apache.org/confluence/display/KAFKA/KIP-1123%3A+Rack-aware+partitioning+for+Kafka+Producer",
    invalid=f"{_TLS}).librdkafka('producer', rack='euw1-az1')",
    valid=f"{_TLS}).librdkafka('consumer', rack='euw1-az1')",
)
FROM_STACK = Rule(
    id="kafka-from-stack",
    rationale="The other stack exports a connection for each SCRAM user, and one for each listener without users.",
    source="https://www.pulumi.com/docs/iac/concepts/stacks/#stackreferences",
    invalid="KafkaConnection.from_stack(pulumi.StackReference('organization/kafka/test'))",
    valid="KafkaConnection.from_stack(pulumi.StackReference('organization/kafka/test'), listener='iam')",
)
EXPORTED_CONNECTION = Rule(
    id="kafka-exported-connection",
    rationale="The other stack must export the connection, with everything that the client needs.",
    source="https://www.pulumi.com/docs/iac/concepts/stacks/#stackreferences",
    invalid="KafkaConnection.from_stack(other_stack, 'billing')",
    valid="KafkaConnection.from_stack(other_stack, 'orders')",
)
PROVIDER_AUTHENTICATION = Rule(
    id="kafka-provider-authentication",
    rationale="The provider of pulumi-kafka requires a password, an IAM identity, an OAuth client or a certificate.",
    source="https://www.pulumi.com/registry/packages/kafka/api-docs/provider/",
    invalid=f"kafka_provider('admin', {_TLS}))",
    valid=f"kafka_provider('admin', {_IAM}, cluster_arn=CLUSTER_ARN))",
)
PROVIDER_MISSING = Rule(
    id="kafka-provider-missing",
    rationale="ACLs and quotas are resources of pulumi-kafka, which the extra moorings[kafka] installs.",
    source="https://www.pulumi.com/registry/packages/kafka/",
    invalid="without_package('pulumi_kafka', lambda: acl_resources('acl', []))",
    valid="acl_resources('acl', [])",
)
PROVIDER_QUOTA = Rule(
    id="kafka-provider-quota",
    rationale="The provider of pulumi-kafka supports quotas of one entity.",
    source="https://www.pulumi.com/registry/packages/kafka/api-docs/quota/",
    invalid="quota_resources('quota', [KafkaQuota(user='orders', client_id='batch', producer_byte_rate=1048576)])",
    valid="quota_resources('quota', [KafkaQuota(user='orders', producer_byte_rate=1048576)])",
)


def reject(
    rule: Rule, message: str, *path: str | int, component: str = "KafkaConnection", location: object = None
) -> NoReturn:
    """Reject a call.

    Args:
        rule: the rule.
        message: the problem and the fix.
        path: the parameter.
        component: class or function, for messages.
        location: location of the call, if values resolve later. Defaults to the current one.

    Raises:
        InvalidInput: always.

    """
    raise InvalidInput.of(Violation(rule, message, *path), component, location or user_location() or "")
