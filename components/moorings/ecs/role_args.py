"""IAM roles of a singleton: existing roles, and the permissions boundary of created ones."""

from moorings.aws.arns import IamPolicyArn, IamRoleArn
from moorings.validation.args import Args
from moorings.validation.inputs import Input


class SingletonRoles(Args):
    """Existing roles, which the component uses without changing them, and the boundary of those that it creates.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-roles.html
    """

    task_role_arn: Input[IamRoleArn] | None = None
    """Existing task role, which grants permissions to the application. It must allow what the arguments need: actions
    on Kafka clusters with IAM, EFS mounts and ECS Exec. By default a role with these permissions is created.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    """

    execution_role_arn: Input[IamRoleArn] | None = None
    """Existing execution role, with which ECS pulls the images, reads the secrets and writes the logs. It must allow
    these actions. By default a role is created that allows only what the task uses.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    """

    permissions_boundary_arn: Input[IamPolicyArn] | None = None
    """Managed policy that limits the permissions of all roles that the component creates. None by default.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
