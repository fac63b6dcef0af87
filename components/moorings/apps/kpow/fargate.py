"""kPow on ECS/Fargate."""

import pulumi

from moorings.apps.kpow.environment import acl_commands, user_acls
from moorings.apps.kpow.fargate_args import KpowOnFargateArgs
from moorings.apps.kpow.fargate_service import KpowService
from moorings.apps.kpow.warnings import warn
from moorings.ecs.singleton import FargateSingleton
from moorings.kafka.acls import KafkaAcl


class KpowOnFargate(pulumi.ComponentResource):
    """kPow on ECS/Fargate, set up as its vendor says: one task, for one or more Kafka clusters.

    JAAS lines, passwords and a license that the program knows lie in one secret, which ECS hands to the container. A
    check asks ``/healthy`` and replaces the task where kPow's streams have failed.

    Raises:
        InvalidInput: for arguments that break their rule, at once where they are plain, else when they resolve.

    Source: https://docs.kpow.io/installation/deployment-notes

    """

    service_arn: pulumi.Output[str]
    """ARN of the service."""

    task_definition_arn: pulumi.Output[str]
    """Revision that runs: it resolves once the service is steady, and fails if ECS rolled it back."""

    security_group_id: pulumi.Output[str]
    """Security group of the task."""

    log_group_name: pulumi.Output[str]
    """Log group of kPow."""

    secret_arn: pulumi.Output[str] | None
    """Secret that holds JAAS lines, passwords and the license. None where there is nothing to keep in one."""

    url: pulumi.Output[str] | None
    """Where users find kPow, through the load balancer. None without one."""

    acl_commands: pulumi.Output[dict[str, list[str]]]
    """For each cluster that kPow logs in to as a SCRAM user, by its name, the commands that allow what kPow needs
    there; the brokers stand in ``$BOOTSTRAP_SERVERS``. A cluster without ACLs needs none."""

    def __init__(self, name: str, args: KpowOnFargateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make kPow.

        Args:
            name: the logical name, of up to 20 letters, digits and hyphens; the children's names begin with it.
            args: settings of kPow.
            opts: options of the component.

        """
        where = f"KpowOnFargate {name!r}"
        args = KpowOnFargateArgs.from_input(where, args)
        self._args = args
        singleton = KpowService(where, name, args).singleton()
        super().__init__("moorings:index:KpowOnFargate", name, {}, opts)
        door = args.load_balancer
        warn(
            self,
            args,
            logged_in=door is not None and door.has_login,
            cpu=singleton.cpu,
            memory_mib=singleton.memory_mib,
            instead="let the load balancer ask for a login",
        )

        service = FargateSingleton(name, singleton, pulumi.ResourceOptions(parent=self))
        self.service_arn = service.service_arn
        self.task_definition_arn = service.task_definition_arn
        self.security_group_id = service.security_group_id
        self.log_group_name = service.log_group_name
        self.secret_arn = service.secret_arn
        self.url = service.url
        self.acl_commands = acl_commands(args)
        self.register_outputs(
            {
                "serviceArn": self.service_arn,
                "taskDefinitionArn": self.task_definition_arn,
                "securityGroupId": self.security_group_id,
                "logGroupName": self.log_group_name,
                "secretArn": self.secret_arn,
                "url": self.url,
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
