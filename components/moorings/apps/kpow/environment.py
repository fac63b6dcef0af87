"""What kPow is told, and what its role may do, as its settings say: the same on every platform."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pulumi

from moorings.apps.kpow import environment_variables as settings
from moorings.apps.kpow.acls import iam_statements, kpow_acls
from moorings.apps.kpow.checks import replication, serverless
from moorings.apps.kpow.clusters import KpowCluster, KpowEndpoint
from moorings.apps.kpow.settings import KpowSpec
from moorings.aws.iam import policy_document
from moorings.kafka.acls import KafkaAcl
from moorings.validation.inputs import check_together

HTTP, HTTPS = 80, 443

METER = {"Sid": "Meter", "Effect": "Allow", "Action": "aws-marketplace:RegisterUsage", "Resource": "*"}
"""Source: https://docs.aws.amazon.com/marketplace/latest/userguide/iam-user-policy-for-aws-marketplace-actions.html"""


@dataclass(frozen=True)
class KpowTold:
    """Renders the settings of one kPow."""

    where: str
    """The component, as messages name it."""

    name: str
    """Its logical name, by which users know the first cluster unless another is given."""

    spec: KpowSpec
    behind_proxy: bool
    """Whether something before kPow ends TLS."""

    ports: frozenset[int] | None = None
    """Ports that kPow may call, beside those of Kafka. Any, where nothing keeps it from it."""

    def variables(self) -> settings.Variables:
        """All of kPow's environment variables but those that lie elsewhere.

        Raises:
            InvalidInput: for what kPow does not take.

        """
        spec = self.spec
        clusters = [self._cluster(number, *each) for number, each in enumerate(spec.clusters.items(), 1)]
        found = settings.variables(clusters, self._application())
        lines: dict[str, Any] = {str(key): line for key, line in spec.license.items()}
        return settings.Variables(
            {**found.plain, **spec.environment}, {**found.secret, **lines, **spec.secret_environment}
        )

    def _application(self) -> settings.Application:
        spec = self.spec
        replicas = check_together(
            self.where,
            replication,
            bootstrap_servers=spec.kafka.bootstrap_servers,
            brokers=spec.brokers,
            asked=spec.replication_factor,
        )
        return settings.Application(
            replication_factor=pulumi.Output.from_input(replicas).apply(str),
            num_partitions=spec.num_partitions,
            streams_error_strategy=spec.streams_error_strategy,
            allow=spec.allow,
            auth_provider=spec.auth_provider,
            rbac_configuration_file=spec.rbac_configuration_file,
            data_policy_configuration_file=spec.data_policy_configuration_file,
            https=spec.https,
            prometheus=spec.prometheus,
            behind_proxy=self.behind_proxy,
            java_options=spec.java_options,
        )

    def _cluster(self, number: int, key: str, cluster: KpowCluster) -> settings.Cluster:
        kafka, named = cluster.kafka, cluster.environment_name
        rule = partial(
            serverless, number=number, given=self.spec.environment.keys(), num_partitions=self.spec.num_partitions
        )
        return settings.Cluster(
            bootstrap_servers=check_together(self._place(key), rule, bootstrap_servers=kafka.bootstrap_servers),
            listener=kafka.listener,
            jaas=kafka.jaas_config() if kafka.listener == "scram" else None,
            environment_name=named if named is not None else (self.name if key == "kafka" else key),
            schema_registry=self._endpoint(f"{self._place(key)}.schema_registry", cluster.schema_registry),
            connect=self._endpoint(f"{self._place(key)}.connect", cluster.connect),
        )

    def _place(self, key: str) -> str:
        return self.where if key == "kafka" else f"{self.where}.additional_clusters.{key}"

    def _endpoint(self, where: str, endpoint: KpowEndpoint | None) -> settings.Endpoint | None:
        if endpoint is None:
            return None
        return settings.Endpoint(
            url=check_together(where, partial(reachable, ports=self.ports), url=endpoint.url),
            name=endpoint.display_name,
            username=endpoint.username,
            password=endpoint.password,
        )


def iam_policy(spec: KpowSpec) -> pulumi.Output[str] | None:
    """What kPow's role may do, as JSON: use clusters with IAM, and meter itself. None where it needs no role."""
    arns: dict[str, Any] = {
        each: found.kafka.cluster_arn for each, found in spec.clusters.items() if found.kafka.listener == "iam"
    }
    meter = [METER] if spec.marketplace == "hourly" else []
    if not arns and not meter:
        return None

    def policy(known: dict[str, str]) -> str:
        statements = list(meter)
        for each, arn in known.items():
            statements += iam_statements(arn, spec.allow, primary=each == "kafka")
        return policy_document(statements)

    return pulumi.Output[dict[str, str]].from_input(arns).apply(policy)


def user_acls(spec: KpowSpec, user: str, cluster: str) -> list[KafkaAcl]:
    """What a user needs with whom kPow logs in to a cluster."""
    return kpow_acls(user, spec.allow, primary=cluster == "kafka")


def acl_commands(spec: KpowSpec) -> pulumi.Output[dict[str, list[str]]]:
    """For each cluster that kPow logs in to as a SCRAM user, the commands that allow what it needs there."""
    users: dict[str, Any] = {
        each: found.kafka.username for each, found in spec.clusters.items() if found.kafka.listener == "scram"
    }
    return (
        pulumi.Output[dict[str, str]]
        .from_input(users)
        .apply(lambda known: {each: KafkaAcl.commands(user_acls(spec, user, each)) for each, user in known.items()})
    )


def reachable(url: str, *, ports: frozenset[int] | None) -> str:
    """An address, if its port may be called.

    Raises:
        ValueError: if it may not.

    """
    parts = urlsplit(url)
    port = parts.port or (HTTPS if parts.scheme == "https" else HTTP)
    if ports is not None and port not in ports:
        raise ValueError(f"{url} is on port {port}, which the task may not call; add a rule for port {port} to egress")
    return url
