"""kPow on Kubernetes."""

import pulumi

from moorings.apps.kpow.environment import acl_commands, iam_policy, user_acls
from moorings.apps.kpow.kubernetes_args import KpowOnKubernetesArgs
from moorings.apps.kpow.kubernetes_workload import workload
from moorings.apps.kpow.warnings import warn
from moorings.kafka.acls import KafkaAcl
from moorings.kubernetes.backend import Backend
from moorings.kubernetes.workload import KubernetesWorkload


class KpowOnKubernetes(pulumi.ComponentResource):
    """kPow on Kubernetes, set up as its vendor says: one pod, for one or more Kafka clusters.

    JAAS lines, passwords and a license that the program knows lie in a Secret of its own. An update takes the old pod
    away first, and ``/healthy`` restarts kPow where its streams have failed. A node that is cut off may keep its pod
    for a while beside the new one, which no Deployment can know.

    Raises:
        InvalidInput: for arguments that break their rule, at once where they are plain, else when they resolve.

    Source: https://docs.kpow.io/installation/deployment-notes

    """

    namespace: pulumi.Output[str]
    """Namespace of everything."""

    workload_name: pulumi.Output[str]
    """Name of the Deployment."""

    service_name: pulumi.Output[str] | None
    """Name of the Service, for an ingress."""

    service_port: int | None
    """Port of the Service."""

    backend: Backend
    """kPow as an ingress routes to it: ``StickyIngressArgs(backend=kpow.backend)``."""

    service_account_name: pulumi.Output[str]
    """Name of the service account, such as for an association of EKS Pod Identity."""

    iam_policy: pulumi.Output[str] | None
    """IAM policy, as JSON, of what the account's role must be allowed to do. None where kPow needs no role; with
    ``marketplace="annual"`` that is the managed policy ``AWSLicenseManagerConsumptionPolicy`` besides."""

    acl_commands: pulumi.Output[dict[str, list[str]]]
    """For each cluster that kPow logs in to as a SCRAM user, by its name, the commands that allow what kPow needs
    there; the brokers stand in ``$BOOTSTRAP_SERVERS``. A cluster without ACLs needs none."""

    def __init__(self, name: str, args: KpowOnKubernetesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make kPow.

        Args:
            name: the logical name, of up to 43 lower-case letters, digits and hyphens, which the Deployment and the
                Service have as well.
            args: settings of kPow.
            opts: options of the component.

        """
        where = f"KpowOnKubernetes {name!r}"
        args = KpowOnKubernetesArgs.from_input(where, args)
        self._args = args
        wanted = workload(where, name, args)
        super().__init__("moorings:index:KpowOnKubernetes", name, {}, opts)
        warn(
            self,
            args,
            logged_in=False,
            cpu=args.size.cpu,
            memory_mib=args.size.memory_mib,
            instead="let the ingress ask for a login",
        )

        made = KubernetesWorkload(name, wanted, pulumi.ResourceOptions(parent=self))
        self.namespace = made.namespace
        self.workload_name = made.workload_name
        self.service_name = made.service_name
        self.service_port = made.service_port
        self.backend = made.backend
        self.service_account_name = made.service_account_name
        self.iam_policy = iam_policy(args)
        self.acl_commands = acl_commands(args)
        self.register_outputs(
            {
                "namespace": self.namespace,
                "workloadName": self.workload_name,
                "serviceName": self.service_name,
                "servicePort": self.service_port,
                "serviceAccountName": self.service_account_name,
                "iamPolicy": self.iam_policy,
                "aclCommands": self.acl_commands,
            }
        )

    def acls(self, user: str, cluster: str = "kafka") -> list[KafkaAcl]:
        """What a user needs with whom kPow logs in to a cluster.

        Args:
            user: name of the user.
            cluster: name among ``additional_clusters``; the first one, which holds kPow's topics, by default.

        """
        return user_acls(self._args, user, cluster)
