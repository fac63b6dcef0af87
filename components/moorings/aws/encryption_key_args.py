"""``EncryptionKeyArgs``, the arguments of `EncryptionKey`."""

from typing import Annotated

from pydantic import Field

from moorings.aws.tags import Tags
from moorings.validation.args import ComponentArgs
from moorings.validation.inputs import Input
from moorings.validation.types import matches

ViaService = Annotated[str, matches("a service name as in kms:ViaService", "[a-z0-9-]+", "secretsmanager")]
LogGroupName = Annotated[
    str,
    matches("the name of a log group, or a prefix followed by *", r"[A-Za-z0-9_./#-]{1,512}\*?", "/aws/msk/orders-*"),
]


class EncryptionKeyArgs(ComponentArgs):
    """Arguments of `EncryptionKey`."""

    description: Input[Annotated[str, Field(min_length=1, max_length=8192)]]
    """Description in the KMS console, of 1 to 8192 characters."""

    services: list[ViaService] = []
    """Services through which IAM identities of the account can use the key, as in ``kms:ViaService`` (``kafka``).

    The services can also create grants, as MSK does for its brokers. Defaults to none.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
    """

    log_groups: list[LogGroupName] = []
    """Names of the CloudWatch log groups that the key encrypts. A trailing ``*`` matches the rest of a name.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """

    rotation_period_days: Annotated[int, Field(ge=90, le=2560)] = 365
    """Days between rotations of the key material, 90 to 2560. Defaults to one year.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
    """

    deletion_window_days: Annotated[int, Field(ge=7, le=30)] = 30
    """Days between scheduling the deletion and deleting the key, 7 to 30. Defaults to 30.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
    """

    protect: bool = True
    """Whether the key is protected from deletion, after which everything it encrypts is lost. Defaults to true."""

    tags: Tags = {}
    """Tags of the key."""
