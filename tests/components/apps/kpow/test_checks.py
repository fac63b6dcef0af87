"""What kPow does not take."""

import pytest

from moorings.apps.kpow.checks import (
    asked_over,
    built_for,
    free,
    java_flags,
    of_the_plan,
    open_options,
    replication,
    restarted,
    serverless,
    whole_license,
)
from moorings.apps.kpow.environment_variables import LICENSE_KEYS


@pytest.mark.parametrize(
    ("servers", "brokers", "asked", "factor"),
    [
        ("a:1,b:1,c:1", None, None, 3),
        ("a:1,b:1", None, None, 2),
        ("a:1", None, None, 3),
        ("a:1", 1, None, 1),
        ("a:1,b:1", 4, None, 3),
        ("a:1,b:1", 4, 4, 4),
        ("a:1,b:1,c:1", None, 3, 3),
        ("a:1,b:1,c:1", None, 1, 1),
        ("a:1", None, 5, 5),
    ],
)
def test_replicas_fit_the_brokers(servers, brokers, asked, factor):
    assert replication(servers, brokers, asked) == factor


@pytest.mark.parametrize(
    ("servers", "brokers", "asked", "message"),
    [
        (
            "a:1,b:1",
            None,
            3,
            "replication_factor 3 is more than the 2 brokers of the cluster; take 2 at most, or say with brokers how "
            "many there are",
        ),
        ("a:1,b:1", 2, 3, "replication_factor 3 is more than the 2 brokers of the cluster; take 2 at most"),
        ("a:1,b:1", 1, None, "brokers is 1, and kafka names 2 of them; count again"),
    ],
)
def test_more_replicas_than_brokers_are_refused(servers, brokers, asked, message):
    with pytest.raises(ValueError) as refused:
        replication(servers, brokers, asked)
    assert str(refused.value) == message


@pytest.mark.parametrize("strategy", ["LOG_EXCEPTION", "LOG_AND_EXIT"])
def test_a_check_restarts_kpow_whatever_its_strategy(strategy):
    restarted(strategy, checked=True)


@pytest.mark.parametrize(
    ("strategy", "then"),
    [
        ("LOG_EXCEPTION", "kPow would stay without a user interface once its streams have failed"),
        ("LOG_AND_EXIT", "kPow exits when its streams fail, and whatever else goes wrong would stay unseen"),
    ],
)
def test_a_strategy_without_anything_that_restarts_kpow_is_refused(strategy, then):
    with pytest.raises(ValueError) as refused:
        restarted(strategy, checked=False)
    assert str(refused.value) == (
        f"streams_error_strategy {strategy} needs a check that restarts kPow, and nothing asks /healthy: {then}; let a "
        "health check ask /healthy"
    )


def test_options_of_java_are_handed_on():
    assert java_flags(["-Duser.timezone=UTC"]) == ["-Duser.timezone=UTC"]


@pytest.mark.parametrize(
    "option", ["-Xmx1g", "-Xms512m", "-XX:MaxRAMPercentage=80", "-XX:InitialRAMPercentage=10", "-XX:MaxHeapSize=1g"]
)
def test_a_heap_that_the_image_would_override_is_refused(option):
    with pytest.raises(ValueError) as refused:
        java_flags(["-Duser.timezone=UTC", option])
    assert str(refused.value) == (
        f"{option} would do nothing, as the image sets the heap to 70 percent of the memory afterwards; give "
        "memory_mib instead"
    )


@pytest.mark.parametrize("name", ["ALLOW_UI_ANALYTICS", "OKTA_ORGANISATION", "SNAPSHOT_PARALLELISM", "SSL_PROTOCOL_2"])
def test_a_variable_that_no_argument_sets_is_free(name):
    free([name])


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("BOOTSTRAP", "kafka"),
        ("BOOTSTRAP_2", "kafka"),
        ("SASL_JAAS_CONFIG_12", "kafka"),
        ("ENVIRONMENT_NAME", "environment_name"),
        ("SCHEMA_REGISTRY_URL_2", "schema_registry"),
        ("CONNECT_BASIC_AUTH_PASS", "connect"),
        ("LICENSEE", "license or license_secret"),
        ("LICENSE_ID", "license or license_secret"),
        ("ALLOW_TOPIC_INSPECT", "allow"),
        ("REPLICATION_FACTOR", "replication_factor"),
        ("STREAMS_ERROR_STRATEGY", "streams_error_strategy"),
        ("RBAC_CONFIGURATION_FILE", "rbac_configuration_file"),
        ("PROMETHEUS_EGRESS", "prometheus"),
        ("JAVA_TOOL_OPTIONS", "java_options"),
        ("ENABLE_HTTPS", "https"),
    ],
)
def test_a_variable_that_an_argument_sets_is_refused(name, argument):
    with pytest.raises(ValueError) as refused:
        free(["OKTA_ORGANISATION", name])
    assert str(refused.value) == f"{name} is what {argument} sets; give it there"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("PORT", "kPow listens on 3000, which its health checks and rules count on"),
        ("JVM_OPTS", "the image sets its heap and its temporary files with it; add java_options instead"),
    ],
)
def test_a_variable_that_nothing_sets_is_refused(name, why):
    with pytest.raises(ValueError) as refused:
        free([name])
    assert str(refused.value) == f"{name} is not yours to set: {why}"


def test_a_license_is_whole():
    whole_license(LICENSE_KEYS)
    with pytest.raises(ValueError) as refused:
        whole_license(["LICENSE_ID", "LICENSEE", "LICENSE_SIGNATURE"])
    assert str(refused.value) == (
        "the license lacks LICENSE_CODE, LICENSE_EXPIRY; copy every line of it that the vendor sent"
    )


MARKET = "709825985650.dkr.ecr.us-east-1.amazonaws.com/factor-house/kpow"


@pytest.mark.parametrize(
    ("image", "plan"),
    [
        ("factorhouse/kpow:96.2", None),
        ("registry.example/kpow:96.2", "hourly"),
        ("registry.example/kpow-hourly:96.2", None),
        ("registry.example/my-factorhouse/kpow:96.2", "annual"),
        (f"{MARKET}-hourly:96.2", "hourly"),
        (f"{MARKET}-annual@sha256:{'0' * 64}", "annual"),
    ],
)
def test_an_image_of_the_plan_is_taken(image, plan):
    assert of_the_plan(image, plan) == image


SOLD = (
    "image {} is that of AWS Marketplace, which takes no license and wants the right to ask for one; say "
    "marketplace={!r}, and give no license"
)
LICENSED = (
    "image {} runs with a license alone, and marketplace says {!r}; give the license instead, or the image of AWS "
    "Marketplace"
)


@pytest.mark.parametrize(
    ("image", "plan", "message"),
    [
        (
            f"{MARKET}-annual:96.2",
            "hourly",
            f"image {MARKET}-annual:96.2 is that of the plan 'annual', and marketplace says 'hourly'; make them agree",
        ),
        (f"{MARKET}-hourly:96.2", None, SOLD.format(f"{MARKET}-hourly:96.2", "hourly")),
        (f"{MARKET}-annual@sha256:{'0' * 64}", None, SOLD.format(f"{MARKET}-annual@sha256:{'0' * 64}", "annual")),
        ("factorhouse/kpow:96.2", "hourly", LICENSED.format("factorhouse/kpow:96.2", "hourly")),
        ("factorhouse/kpow-ce:96.2", "annual", LICENSED.format("factorhouse/kpow-ce:96.2", "annual")),
        ("docker.io/operatr/kpow-ee:90", "annual", LICENSED.format("docker.io/operatr/kpow-ee:90", "annual")),
    ],
)
def test_an_image_that_may_not_run_is_refused(image, plan, message):
    with pytest.raises(ValueError) as refused:
        of_the_plan(image, plan)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("image", "cpu_architecture"),
    [
        ("factorhouse/kpow:96.2", "ARM64"),
        ("registry.example:5000/ubi/kpow:96.2", "ARM64"),
        ("factorhouse/kpow:96.2-rh-ubi", "X86_64"),
    ],
)
def test_an_image_runs_on_what_it_is_built_for(image, cpu_architecture):
    assert built_for(image, cpu_architecture) == image


@pytest.mark.parametrize("image", ["factorhouse/kpow:96.2-rh-ubi", f"factorhouse/kpow:96.2-rh-ubi@sha256:{'0' * 64}"])
def test_an_image_for_another_processor_is_refused(image):
    with pytest.raises(ValueError) as refused:
        built_for(image, "ARM64")
    assert str(refused.value) == f"image {image} is built for X86_64 alone; take another, or leave cpu_architecture out"


def test_an_option_of_java_that_is_a_secret_is_refused_without_telling_it():
    options = ["-Duser.timezone=UTC", "-Djavax.net.ssl.trustStorePassword=hunter2"]
    open_options(options[:1])
    with pytest.raises(ValueError) as refused:
        open_options(options)
    assert str(refused.value) == (
        "java_options[1]: contains a password and would be stored in plain text; move it to JDK_JAVA_OPTIONS in "
        "secret_environment, which Java reads as well"
    )


SERVERLESS = "boot-a1b2c3.c1.kafka-serverless.eu-west-1.amazonaws.com:9098"


@pytest.mark.parametrize(
    ("servers", "number", "given", "partitions"),
    [
        ("b-1.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9098", 1, [], 12),
        (SERVERLESS, 1, ["KAFKA_VARIANT", "CLUSTER_ID"], 1),
        (SERVERLESS, 3, ["KAFKA_VARIANT_3", "CLUSTER_ID_3"], 12),
    ],
)
def test_kpow_is_told_of_msk_serverless(servers, number, given, partitions):
    assert serverless(servers, number=number, given=given, num_partitions=partitions) == servers


@pytest.mark.parametrize(
    ("number", "given", "lacking"),
    [
        (1, [], "KAFKA_VARIANT in environment (MSK_SERVERLESS) and CLUSTER_ID in environment and num_partitions=1"),
        (1, ["KAFKA_VARIANT", "CLUSTER_ID"], "num_partitions=1"),
        (2, ["KAFKA_VARIANT", "CLUSTER_ID_2"], "KAFKA_VARIANT_2 in environment (MSK_SERVERLESS)"),
    ],
)
def test_msk_serverless_that_kpow_is_not_told_of_is_refused(number, given, lacking):
    with pytest.raises(ValueError) as refused:
        serverless(SERVERLESS, number=number, given=given, num_partitions=12)
    assert str(refused.value) == f"{SERVERLESS} is MSK Serverless, which kPow must be told of; give {lacking}"


@pytest.mark.parametrize(("scheme", "https"), [("HTTP", False), ("HTTPS", True)])
def test_a_check_speaks_what_kpow_serves(scheme, https):
    asked_over(scheme, https=https, what="health_check")


@pytest.mark.parametrize(("scheme", "https", "served"), [("HTTPS", False, "HTTP"), ("HTTP", True, "HTTPS")])
def test_a_check_that_speaks_otherwise_is_refused(scheme, https, served):
    with pytest.raises(ValueError) as refused:
        asked_over(scheme, https=https, what="health_check")
    assert str(refused.value) == (
        f"health_check speaks {scheme}, and kPow serves {served}, as https is {https}: no check would succeed; make them "
        "agree"
    )
