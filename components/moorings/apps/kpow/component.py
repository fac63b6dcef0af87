"""Base class of kPow on every platform."""

import pulumi

from moorings.apps.kpow.acls import acl_commands, kpow_acls
from moorings.apps.kpow.clusters import PRIMARY
from moorings.apps.kpow.settings import KpowSettings
from moorings.apps.kpow.validation import log_warnings
from moorings.kafka.acls import KafkaAcl


class KpowComponent(pulumi.ComponentResource):
    """A kPow instance with its ACLs and warnings."""

    def __init__(
        self,
        name: str,
        settings: KpowSettings,
        opts: pulumi.ResourceOptions | None,
        *,
        login_hint: str | None,
        cpu: pulumi.Input[int],
        memory_mib: pulumi.Input[int],
    ) -> None:
        """Register the component, and log warnings about risky settings.

        Args:
            name: logical name.
            settings: arguments of the component.
            opts: options of the component.
            login_hint: how the platform can require a login, None if it already does.
            cpu: CPU units, of which 1024 are one vCPU.
            memory_mib: memory in MiB.

        """
        super().__init__(f"moorings:index:{type(self).__name__}", name, {}, opts)
        self._allow = settings.allow
        self.acl_commands = acl_commands(settings.connections, settings.allow)
        log_warnings(self, settings, login_hint=login_hint, cpu=cpu, memory_mib=memory_mib)

    def acls(self, user: str, cluster: str = PRIMARY) -> list[KafkaAcl]:
        """Return the ACLs that kPow's user needs in a cluster.

        Args:
            user: SCRAM user that kPow connects as.
            cluster: name of the cluster in ``additional_clusters``. Defaults to the primary cluster.

        """
        return kpow_acls(user, self._allow, primary=cluster == PRIMARY)
