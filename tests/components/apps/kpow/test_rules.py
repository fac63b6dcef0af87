"""Boundary cases of the rules of kPow."""

import pulumi
import pytest

BALANCER = {
    "certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06",
    "health_check_path": "/healthy",
    "client_cidrs": {"vpn": "10.80.0.0/16"},
}
CHECK = {"command": ["curl", "-fsS", "http://localhost:3000/healthy"]}
CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:kpow-login-a1B2c3"
GROUP = "sg-0b92d7f4a1e63c508"
REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
ENDPOINTS = {
    "security_group_id": GROUP,
    "s3_prefix_list_id": "pl-6da54004",
    "services": ["ecr.api", "ecr.dkr", "logs", "secretsmanager"],
}
SERVERLESS = "boot-a1b2c3.c1.kafka-serverless.eu-west-1.amazonaws.com:9098"
OKTA = {
    "auth_provider": "okta",
    "environment": {
        "OKTA_ORGANISATION": "example",
        "OPENID_CLIENT_ID": "kpow",
        "AUTH_LANDING_URI": "https://kpow.example.com",
    },
    "secret_environment": {"OPENID_CLIENT_SECRET": "hidden"},
}
SAML = {
    "SAML_RELYING_PARTY_IDENTIFIER": "kpow",
    "SAML_ACS_URL": "https://kpow.example.com/saml",
    "SAML_METADATA_FILE": "/etc/kpow/metadata.xml",
}
GITHUB = {
    "OPENID_AUTH_URI": "https://github.com/login/oauth/authorize",
    "OPENID_TOKEN_URI": "https://github.com/login/oauth/access_token",
    "OPENID_API_URI": "https://api.github.com/user",
    "OPENID_CLIENT_ID": "kpow",
    "OPENID_LANDING_URI": "https://kpow.example.com",
}


def connection(**changed):
    values = {"listener": "iam", "bootstrap_servers": "b-1:9098", "cluster_arn": CLUSTER, "security_group_id": GROUP}
    return values | changed


def late(value):
    return pulumi.Output.from_input(value).apply(lambda resolved: resolved)


@pytest.mark.parametrize(
    ("changed", "rule", "path"),
    [
        ({"health_check": {"command": ["true"]}, "load_balancer": {**BALANCER, "health_check_path": "/up"}},
         "kpow-health-check", "load_balancer.health_check_path"),
        ({"health_check": {"command": ["true"]}, "streams_error_strategy": "LOG_AND_EXIT"},
         "kpow-health-check", "health_check"),
        ({"load_balancer": {**BALANCER, "health_check_port": 3001}},
         "kpow-health-check-endpoint", "load_balancer.health_check_port"),
        ({"health_check": CHECK, "https": True, "environment": {"HTTPS_KEYSTORE": "/etc/kpow/kpow.jks"}},
         "kpow-health-check-protocol", "health_check.command[2]"),
        ({"environment": {"HTTPS_KEYSTORE": "/etc/kpow/kpow.jks"}}, "kpow-https-settings", "https"),
        ({"rbac_actions": ["ACL_EDIT"]}, "kpow-actions-without-effect", "rbac_actions"),
        ({"auth_provider": "jetty"}, "kpow-login-settings", "auth_provider"),
        ({"auth_provider": "openid"}, "kpow-login-settings", "auth_provider"),
        ({"auth_provider": "github"}, "kpow-login-settings", "auth_provider"),
        ({"secrets": {"OPENID_CLIENT_SECRET": {"secret_arn": SECRET}}}, "kpow-login-not-enabled", "auth_provider"),
        ({"kafka_connect": {"url": "http://connect:8083"}}, "kpow-egress-port", "kafka_connect.url"),
        ({"allow_https_egress": False, "schema_registry": {"url": "https://registry/api"},
          "egress": {"brokers": {"port": 9096, "cidr": "10.0.0.0/16"}}}, "kpow-egress-port", "schema_registry.url"),
        ({"marketplace": "annual", "license": {}, "image": f"{REGISTRY}/kpow-annual:96.2", "vpc_endpoints": ENDPOINTS},
         "kpow-https-egress", "marketplace"),
        ({"additional_clusters": {"trades": {"kafka": connection(), "kafka_connect": {"url": "http://connect"}}}},
         "kpow-egress-port", "additional_clusters.trades.kafka_connect.url"),
        ({"auth_provider": "github", "environment": {**GITHUB, "OPENID_TOKEN_URI": "https://github.example:8443/token"},
          "secret_environment": {"OPENID_CLIENT_SECRET": "hidden"}}, "kpow-egress-port", "environment.OPENID_TOKEN_URI"),
        ({"kafka": connection(bootstrap_servers=SERVERLESS), "environment": {"KAFKA_VARIANT": "MSK_SERVERLESS"}},
         "kpow-serverless-settings", "kafka"),
        ({"kafka": connection(bootstrap_servers=SERVERLESS), "num_partitions": 3,
          "environment": {"KAFKA_VARIANT": "MSK_SERVERLESS", "CLUSTER_ID": "orders"}},
         "kpow-serverless-settings", "kafka"),
        ({"additional_clusters": {"payments": {"kafka": connection(bootstrap_servers=SERVERLESS)}},
          "environment": {"KAFKA_VARIANT_2": "MSK_SERVERLESS"}},
         "kpow-serverless-settings", "additional_clusters.payments.kafka"),
        ({"additional_clusters": {"payments": {"kafka": connection(cluster_arn=None)}}},
         "kpow-no-cluster-arn", "additional_clusters.payments.kafka.cluster_arn"),
        ({"schema_registry": {"url": "https://registry", "password": "hidden"}},
         "kpow-endpoint-credentials", "schema_registry.username"),
        ({"schema_registry": {"url": "registry:8081"}}, "argument-format", "schema_registry.url"),
        ({"schema_registry": lambda: {"url": pulumi.Output.secret("https://registry")}},
         "kpow-url-credentials", "schema_registry.url"),
        ({"image": "factorhouse/kpow:96.2", "auth_provider": "jetty",
          "java_options": ["-Xmx1g", "-Djava.security.auth.login.config=/etc/kpow/jaas.conf"]},
         "kpow-missing-file", "java_options[1]"),
        ({"image": lambda: late("factorhouse/kpow:96.2"), "auth_provider": "saml", "environment": SAML},
         "kpow-missing-file", "environment.SAML_METADATA_FILE"),
        ({"allow": ["topic_inspect"]}, "argument-format", "allow[0]"),
        ({"allow": ["ACL_EDIT", "ACL_EDIT"]}, "argument-duplicate", "allow[1]"),
        ({"kafka": lambda: connection(bootstrap_servers=late("a:1,b:1")), "broker_count": 1},
         "kpow-broker-count", "broker_count"),
    ],
)  # fmt: skip
def test_invalid_arguments_are_rejected(create, rejected, changed, rule, path):
    with rejected(rule, path):
        create(**changed)


@pytest.mark.parametrize(
    ("changed", "findings"),
    [
        (OKTA, []),
        ({**OKTA, "environment": {**OKTA["environment"], "DEBUG_SAML": "true"}},
         [("kpow-login-setting-without-effect", "environment.DEBUG_SAML")]),
        ({"auth_provider": "github", "environment": GITHUB, "secret_environment": {"OPENID_CLIENT_SECRET": "hidden"}}, []),
        ({"auth_provider": "auth0"}, []),
        ({"auth_provider": "saml", "environment": SAML, "image": "factorhouse/kpow:96.2",
          "efs_mounts": {"/etc/kpow": {"file_system_id": "fs-0d1c7a52e8b94f360", "security_group_id": GROUP,
                                       "access_point_id": "fsap-0d1c7a52e8b94f360", "read_only": True}}}, []),
        ({"auth_provider": "jetty", "java_options": ["-Djava.security.auth.login.config=/etc/kpow/jaas.conf"]}, []),
        ({"auth_provider": "jetty", "secret_environment": {"JDK_JAVA_OPTIONS": "hidden"}}, []),
        ({"load_balancer": {**BALANCER, "domain_name": "kpow.example.com"}, **OKTA}, []),
        ({"load_balancer": {**BALANCER, "domain_name": "kafka.example.com"}, **OKTA},
         [("kpow-login-domain", "environment.AUTH_LANDING_URI")]),
        ({"prometheus": True, "load_balancer": BALANCER, **OKTA}, []),
        ({"cpu": 512, "memory_mib": 3072, **OKTA}, [("kpow-small-size", "cpu")]),
        ({"cpu": lambda: late(512), "memory_mib": 3072, **OKTA}, [("kpow-small-size", "cpu")]),
        ({"additional_clusters": {"payments": {"kafka": connection()}}, "cpu": 512, "memory_mib": 2048, **OKTA},
         [("kpow-small-size", "cpu"), ("kpow-small-size", "memory_mib")]),
        ({"broker_count": 1, "replication_factor": 1, "kafka": connection(), **OKTA}, []),
        ({"replication_factor": 1, "kafka": connection(), **OKTA}, [("kpow-single-replica", "replication_factor")]),
        ({"additional_clusters": {"payments": {"kafka": connection()}}, **OKTA,
          "environment": {**OKTA["environment"], "SSL_PROTOCOL_2": "TLSv1.3"}}, []),
        ({"additional_clusters": {"payments": {"kafka": connection()}}, **OKTA,
          "environment": {**OKTA["environment"], "SSL_PROTOCOL_3": "TLSv1.3", "SSL_PROTOCOL_1": "TLSv1.3"}},
         [("kpow-variable-without-cluster", "environment.SSL_PROTOCOL_1"),
          ("kpow-variable-without-cluster", "environment.SSL_PROTOCOL_3")]),
        ({"kafka": connection(bootstrap_servers=SERVERLESS), "num_partitions": 1, **OKTA,
          "environment": {**OKTA["environment"], "KAFKA_VARIANT": "MSK_SERVERLESS", "CLUSTER_ID": "orders"}}, []),
        ({"image": "factorhouse/kpow:96.2-rh-ubi", **OKTA}, []),
        ({"kafka": connection(listener="tls", bootstrap_servers="b-1:9094"), **OKTA,
          "environment": {**OKTA["environment"], "SSL_KEYSTORE_LOCATION": "/etc/kpow/client.jks"}}, []),
        ({"license": dict.fromkeys(("LICENSE_ID", "LICENSE_CODE", "LICENSEE", "LICENSE_EXPIRY", "LICENSE_SIGNATURE", "LICENSE_ABSOLUTELY_NEW"), "x"), **OKTA},
         [("kpow-unknown-license-line", "license")]),
    ],
)  # fmt: skip
def test_findings_that_are_logged(create, logged, changed, findings):
    assert logged(create(**changed)) == findings


def test_acknowledged_variables(create, logged):
    acknowledge = {
        "kpow-variable-of-argument": "a second cluster without a connection",
        "kpow-health-check": "the process is supervised",
        "kpow-no-login": "an example",
    }
    environment = {
        "AUTH_PROVIDER_TYPE": "okta",
        "ENABLE_HTTPS": "true",
        "HTTPS_KEYSTORE_LOCATION": "/etc/kpow/kpow.jks",
        "BOOTSTRAP_2": "b-1:9096",
        "SSL_PROTOCOL_2": "TLSv1.3",
        "OKTA_ORGANISATION": "example",
    }
    health_check = {"command": ["curl", "https://localhost:3000/up"]}
    plan = create(environment=environment, acknowledge=acknowledge, health_check=health_check)
    assert logged(plan) == [("acknowledge-unused", "acknowledge['kpow-no-login']")]


@pytest.mark.parametrize("url", ["https://registry.example:99999/", "not a url"])
def test_ports_of_malformed_urls_are_not_compared(create, rejected, url):
    environment = {**OKTA["environment"], "OPENID_TOKEN_URI": url}
    if url.startswith("https"):
        assert create(**OKTA | {"environment": environment}).all("moorings:index:KpowOnFargate")
    else:
        with rejected("kpow-login-url", "environment.OPENID_TOKEN_URI"):
            create(**OKTA | {"environment": environment})


def test_misspelt_setting_of_a_login_provider_is_suggested(create):
    environment = {"OKTA_ORGANIZATION": "example", **OKTA["environment"]}
    del environment["OKTA_ORGANISATION"]
    with pytest.raises(Exception, match="did you mean OKTA_ORGANISATION"):
        create(**OKTA | {"environment": environment})
