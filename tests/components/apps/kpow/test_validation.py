"""Checks of kPow's settings on every platform."""

import pytest

from moorings.apps.kpow.license import LICENSE_KEYS
from moorings.apps.kpow.settings import KpowSettings
from moorings.apps.kpow.validation import (
    check_liveness,
    check_scheme,
    check_serverless,
    select_replication_factor,
    settings_problems,
)

SETTINGS = {
    "kafka": {"listener": "scram", "bootstrap_servers": "b-1:9096", "username": "kpow", "password": "pass"},
    "image": "factorhouse/kpow:96.2",
}
SERVERLESS = "boot-a1b2c3.c1.kafka-serverless.eu-west-1.amazonaws.com:9098"


@pytest.fixture
def problems(deploy):
    """Return the problems of settings."""

    def collect(secret_names=(), **args):
        messages = []
        deploy(
            lambda: messages.extend(settings_problems(KpowSettings.from_input("kPow", SETTINGS | args), secret_names))
        )
        return messages

    return collect


@pytest.mark.parametrize(
    ("servers", "broker_count", "argument", "rendered"),
    [
        ("a:1,b:1,c:1", None, None, "3"),
        ("a:1,b:1", None, None, "2"),
        ("a:1", None, None, "3"),
        ("a:1", 1, None, "1"),
        ("a:1,b:1", 4, None, "3"),
        ("a:1,b:1", 4, 4, "4"),
        ("a:1,b:1,c:1", None, 3, "3"),
        ("a:1,b:1,c:1", None, 1, "1"),
        ("a:1", None, 5, "5"),
    ],
)
def test_replication_factor_is_at_most_the_number_of_brokers(servers, broker_count, argument, rendered):
    assert select_replication_factor(servers, broker_count, argument) == rendered


@pytest.mark.parametrize(
    ("servers", "broker_count", "argument", "message"),
    [
        (
            "a:1,b:1",
            None,
            3,
            "replication_factor: must be at most 2, the number of brokers, got 3; set broker_count if there are more "
            "brokers than bootstrap servers",
        ),
        ("a:1,b:1", 2, 3, "replication_factor: must be at most 2, the number of brokers, got 3"),
        ("a:1,b:1", 1, None, "broker_count: must be at least 2, the number of bootstrap servers, got 1"),
    ],
)
def test_replication_factor_above_the_number_of_brokers_is_rejected(servers, broker_count, argument, message):
    with pytest.raises(ValueError) as error:
        select_replication_factor(servers, broker_count, argument)
    assert str(error.value) == message


@pytest.mark.parametrize("strategy", ["LOG_EXCEPTION", "LOG_AND_EXIT"])
def test_health_check_of_the_liveness_path_is_sufficient_for_each_strategy(strategy):
    check_liveness(strategy, checked=True)


@pytest.mark.parametrize(
    ("strategy", "consequence"),
    [
        ("LOG_EXCEPTION", "kPow stays without a user interface once its streams have failed"),
        ("LOG_AND_EXIT", "kPow exits once its streams have failed, but no other failure is detected"),
    ],
)
def test_strategy_without_health_check_of_the_liveness_path_is_rejected(strategy, consequence):
    with pytest.raises(ValueError) as error:
        check_liveness(strategy, checked=False)
    assert str(error.value) == (
        f"health_check: no health check requests /healthy, and with streams_error_strategy {strategy} {consequence}; "
        "request /healthy"
    )


@pytest.mark.parametrize("name", ["ALLOW_UI_ANALYTICS", "OKTA_ORGANISATION", "SNAPSHOT_PARALLELISM", "SSL_PROTOCOL_2"])
def test_variables_that_no_argument_sets(problems, name):
    assert problems(environment={name: "value"}) == []


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("BOOTSTRAP", "kafka"),
        ("BOOTSTRAP_2", "kafka"),
        ("SASL_JAAS_CONFIG_12", "kafka"),
        ("ENVIRONMENT_NAME", "environment_name"),
        ("SCHEMA_REGISTRY_URL_2", "schema_registry"),
        ("CONNECT_BASIC_AUTH_PASS", "kafka_connect"),
        *((name, "license or license_secret") for name in LICENSE_KEYS),
        ("ALLOW_TOPIC_INSPECT", "allow"),
        ("REPLICATION_FACTOR", "replication_factor"),
        ("NUM_PARTITIONS", "num_partitions"),
        ("STREAMS_ERROR_STRATEGY", "streams_error_strategy"),
        ("AUTH_PROVIDER_TYPE", "auth_provider"),
        ("RBAC_CONFIGURATION_FILE", "rbac_configuration_file"),
        ("DATA_POLICY_CONFIGURATION_FILE", "data_policy_configuration_file"),
        ("PROMETHEUS_EGRESS", "prometheus"),
        ("JAVA_TOOL_OPTIONS", "java_options"),
        ("ENABLE_HTTPS", "https"),
    ],
)
def test_variables_that_an_argument_sets_are_rejected(problems, name, argument):
    message = f"{name}: set by the argument {argument}; use that instead"
    assert problems(secret_environment={name: "value"}) == problems([name]) == [message]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("PORT", "kPow listens on 3000, which the health checks and network rules use"),
        ("JVM_OPTS", "the image sets the heap and the temporary directory with it; use java_options"),
    ],
)
def test_reserved_variables_are_rejected(problems, name, reason):
    assert problems(environment={name: "value"}) == [f"{name}: cannot be set, because {reason}"]


def test_java_options_with_a_secret_are_rejected_without_revealing_it(problems):
    assert problems(java_options=["-Duser.timezone=UTC", "-Djavax.net.ssl.trustStorePassword=hunter2"]) == [
        "java_options[1]: contains a password and would be stored in plain text; move it to JDK_JAVA_OPTIONS in "
        "secret_environment, which Java also reads"
    ]


@pytest.mark.parametrize(
    ("servers", "suffix", "variables", "num_partitions"),
    [
        ("b-1.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9098", "", [], 12),
        (SERVERLESS, "", ["KAFKA_VARIANT", "CLUSTER_ID"], 1),
        (SERVERLESS, "_3", ["KAFKA_VARIANT_3", "CLUSTER_ID_3"], None),
    ],
)
def test_msk_serverless_with_its_settings(servers, suffix, variables, num_partitions):
    assert check_serverless(servers, suffix=suffix, variables=variables, num_partitions=num_partitions) == servers


@pytest.mark.parametrize(
    ("suffix", "variables", "num_partitions", "missing"),
    [
        (
            "",
            [],
            12,
            "environment['KAFKA_VARIANT'] (MSK_SERVERLESS), environment['CLUSTER_ID'], num_partitions=1",
        ),
        ("", ["KAFKA_VARIANT", "CLUSTER_ID"], 12, "num_partitions=1"),
        ("_2", ["KAFKA_VARIANT", "CLUSTER_ID_2"], None, "environment['KAFKA_VARIANT_2'] (MSK_SERVERLESS)"),
    ],
)
def test_msk_serverless_without_its_settings_is_rejected(suffix, variables, num_partitions, missing):
    with pytest.raises(ValueError) as error:
        check_serverless(SERVERLESS, suffix=suffix, variables=variables, num_partitions=num_partitions)
    assert str(error.value) == f"{SERVERLESS} is MSK Serverless; set {missing}"


@pytest.mark.parametrize(("scheme", "https"), [("HTTP", False), ("HTTPS", True)])
def test_health_check_with_the_scheme_of_kpow(scheme, https):
    assert not list(check_scheme("health_check", scheme, https=https))


@pytest.mark.parametrize(("scheme", "https", "served"), [("HTTPS", False, "HTTP"), ("HTTP", True, "HTTPS")])
def test_health_check_with_another_scheme_is_rejected(scheme, https, served):
    assert list(check_scheme("health_check", scheme, https=https)) == [
        f"health_check: must use {served}, because https is {https}, got {scheme}"
    ]
