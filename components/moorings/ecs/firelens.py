"""FireLens: log routing through a Fluent Bit or Fluentd sidecar.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html
"""

from collections.abc import Mapping
from typing import Any, Literal

from moorings.ecs.secrets import EcsSecretReference
from moorings.validation.args import Args
from moorings.validation.findings import Path
from moorings.validation.inputs import Input
from moorings.validation.plaintext import unless_secret
from moorings.validation.types import ContainerPath


class FireLensRouter(Args):
    """Configuration of the sidecar that routes the logs of the other containers. A task has one log router.

    The router's own logs are written to the log group of the task. The task role needs permissions to write to other
    destinations, such as an Amazon Data Firehose stream.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_FirelensConfiguration.html
    """

    type: Literal["fluentbit", "fluentd"] = "fluentbit"
    """Log router software in the image: ``fluentbit`` or ``fluentd``."""

    ecs_log_metadata: bool = True
    """Add the names of the cluster, the task and the container to each log record."""

    config_file: ContainerPath | None = None
    """Path of an additional configuration file in the image. Fargate does not support files in Amazon S3."""

    def definition(self) -> dict[str, Any]:
        """Return the ``firelensConfiguration`` of the container definition."""
        options = {"enable-ecs-log-metadata": str(self.ecs_log_metadata).lower()}
        if self.config_file is not None:
            options |= {"config-file-type": "file", "config-file-value": self.config_file}
        return {"options": options, "type": self.type}


class FireLensLogs(Args):
    """Destination to which the log router sends the logs of a container.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef.html
    """

    options: dict[str, Input[str]] = {}
    """Options of the output plugin (``{"Name": "firehose", "delivery_stream": "orders"}``), stored in plain text in the
    task definition. Without options, the configuration file of the router selects the destination."""

    secret_options: dict[str, EcsSecretReference] = {}
    """Options of the output plugin that ECS reads from Secrets Manager or Parameter Store, such as an API key."""

    not_secret: list[str] = []
    """Names in ``options`` that only look like secrets."""

    @property
    def plaintext(self) -> dict[Path, Any]:
        """Values that are stored in plain text, by path. ``MARKED_SECRET`` replaces late values that are secret."""
        return {("options", name): unless_secret(value, name) for name, value in self.options.items()}


def log_configuration(options: Mapping[str, str], secret_options: Mapping[str, str]) -> dict[str, Any]:
    """Return the ``logConfiguration`` of a container that sends its logs to the log router.

    Args:
        options: options of the output plugin.
        secret_options: references to secrets, by option.

    """
    secrets = [{"name": name, "valueFrom": secret_options[name]} for name in sorted(secret_options)]
    return {"logDriver": "awsfirelens", "options": dict(options), **({"secretOptions": secrets} if secrets else {})}
