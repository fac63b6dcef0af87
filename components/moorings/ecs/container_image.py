"""Container images that name a version."""

import re

from moorings.validation.container_images import image_name

LONGEST = 255
"""Characters that ECS takes: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html"""

_ECR = re.compile(
    r"(?P<account>[0-9]{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)"
    r"/(?P<repository>[^:@]+)"
)


def versioned(image: str) -> str:
    """An image, if it names a tag or a digest that says which one it is.

    Raises:
        ValueError: for an image without either, or with the tag that moves.

    """
    found = image_name(image) if len(image) <= LONGEST else None
    if found is None:
        raise ValueError(f"{image!r} is not an image, such as registry.example/orders:1.4.2")
    if not found.moves:
        return image
    if found.tag is None:
        raise ValueError(f"{image!r} names no version; add a tag, or better a digest (@sha256:...)")
    raise ValueError(f"{image!r} is another image whenever a task starts; name a version, or better a digest")


def ecr_repository(image: str, partition: str) -> str | None:
    """ARN of the repository in ECR that holds the image, None for one of another registry.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
    """
    found = _ECR.match(image)
    if not found:
        return None
    return f"arn:{partition}:ecr:{found['region']}:{found['account']}:repository/{found['repository']}"
