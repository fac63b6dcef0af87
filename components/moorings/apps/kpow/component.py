"""Base class of kPow on every platform."""

import pulumi

from moorings.apps.kpow.acls import acl_commands, kpow_acls
from moorings.apps.kpow.clusters import PRIMARY
from moorings.apps.kpow.settings import KpowSettings
from moorings.apps.kpow.settings_rules import UNKNOWN_CLUSTER
from moorings.kafka.acls import KafkaAcl
from moorings.overrides.binding import bind_overrides
from moorings.validation.reporter import Reporter


class KpowComponent(pulumi.ComponentResource):
    """A kPow instance with its ACLs."""

    def __init__(
        self, name: str, settings: KpowSettings, reporter: Reporter, opts: pulumi.ResourceOptions | None
    ) -> None:
        """Register the component.

        Args:
            name: logical name.
            settings: arguments of the component.
            reporter: findings of the component.
            opts: options of the component.

        """
        super().__init__(
            f"moorings:index:{type(self).__name__}", name, reporter.inputs, bind_overrides(self, name, reporter, opts)
        )
        self._settings, self._reporter = settings, reporter
        self.acl_commands = acl_commands(settings.connections, settings.kafka_actions)

    def acls(self, user: str, cluster: str = PRIMARY) -> list[KafkaAcl]:
        """Return the ACLs that kPow's user needs in a cluster.

        Args:
            user: SCRAM user that kPow connects as.
            cluster: name of the cluster in ``additional_clusters``. Defaults to the primary cluster.

        Raises:
            InvalidInput: for a cluster that kPow does not have.

        """
        if cluster not in self._settings.clusters:
            problem = f"kPow has no cluster {cluster!r}; its clusters are {', '.join(self._settings.clusters)}"
            self._reporter.reject(UNKNOWN_CLUSTER, problem, "cluster")
        return kpow_acls(user, self._settings.kafka_actions, primary=cluster == PRIMARY)
