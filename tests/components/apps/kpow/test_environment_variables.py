"""What kPow is told."""

from moorings.apps.kpow.checks import free
from moorings.apps.kpow.environment_variables import LICENSE_KEYS, Application, Cluster, Endpoint, variables

FIRST = Cluster("b-1:9096,b-2:9096", "scram", jaas="first line")
EVERYTHING = Application(
    replication_factor="2",
    num_partitions=6,
    streams_error_strategy="LOG_AND_EXIT",
    allow=["TOPIC_INSPECT", "GROUP_EDIT"],
    auth_provider="okta",
    rbac_configuration_file="/etc/kpow/rbac.yaml",
    data_policy_configuration_file="/etc/kpow/data.yaml",
    https=True,
    prometheus=True,
    behind_proxy=True,
    java_options=["-Djava.security.auth.login.config=/etc/kpow/jaas.conf", "-Duser.timezone=UTC"],
)


def table(found):
    rows = {name: (value, "plain") for name, value in found.plain.items()}
    rows |= {name: (value, "secret") for name, value in found.secret.items()}
    return "".join(f"{name:<40} {kind:<6} {value}\n" for name, (value, kind) in sorted(rows.items()))


def test_one_cluster(golden):
    golden("kpow/one-cluster.txt", table(variables([FIRST], Application())))


def test_three_clusters_with_everything(golden):
    clusters = [
        Cluster(
            "b-1:9096",
            "scram",
            jaas="first line",
            environment_name="Trades",
            schema_registry=Endpoint("https://registry", "Registry", "reader", "first word"),
            connect=Endpoint("https://connect", "Connect", "runner", "second word"),
        ),
        Cluster("c-1:9098", "iam", environment_name="Payments"),
        Cluster("d-1:9096", "scram", jaas="third line", connect=Endpoint("http://connect:8083")),
    ]
    golden("kpow/three-clusters.txt", table(variables(clusters, EVERYTHING)))


def test_no_secret_shows_in_a_repr():
    cluster = Cluster("b-1:9096", "scram", jaas="hidden", schema_registry=Endpoint("https://r", password="hidden"))
    assert "hidden" not in repr(cluster) + repr(variables([cluster], Application()))


def test_every_variable_that_is_rendered_has_its_argument_or_is_free_for_a_reason():
    found = variables([FIRST], EVERYTHING)
    unclaimed = []
    for name in [*found.plain, *found.secret, *LICENSE_KEYS]:
        try:
            free([name])
        except ValueError:
            continue
        unclaimed.append(name)
    assert unclaimed == ["ALLOW_UI_ANALYTICS", "HTTP_FORWARDED", "LOG_FORMAT"]
