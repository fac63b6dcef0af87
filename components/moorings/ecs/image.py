"""Container images that name a version."""

import re

_IMAGE = re.compile(
    r"(?P<name>[a-z0-9]+(?:[.:_/-]*[a-zA-Z0-9]+)*?)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)
_ECR = re.compile(
    r"(?P<account>[0-9]{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)"
    r"/(?P<repository>[^:@]+)"
)


def versioned(image: str) -> str:
    """An image, if it names a tag or a digest that says which one it is.

    Raises:
        ValueError: for an image without either, or with the tag that moves.

    """
    found = _IMAGE.fullmatch(image)
    if not found or len(image) > 255:  # noqa: PLR2004 - what ECS takes
        raise ValueError(f"{image!r} is not an image, such as registry.example/orders:1.4.2")
    if found["digest"]:
        return image
    if found["tag"] is None:
        raise ValueError(f"{image!r} names no version; add a tag, or better a digest (@sha256:...)")
    if found["tag"] == "latest":
        raise ValueError(f"{image!r} is another image whenever a task starts; name a version, or better a digest")
    return image


def ecr_repository(image: str, partition: str) -> str | None:
    """ARN of the repository in ECR that holds the image, None for one of another registry.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
    """
    found = _ECR.match(image)
    if not found:
        return None
    return f"arn:{partition}:ecr:{found['region']}:{found['account']}:repository/{found['repository']}"
