"""Images."""

import pytest
from pydantic import TypeAdapter, ValidationError

from moorings.kubernetes.container_image import Image, has_digest, pull_policy

DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("nginx:1.27", "Always"),
        ("redis:7", "Always"),
        ("orders:42", "Always"),
        ("my_image__a.b--c:1.0", "Always"),
        ("localhost:5000/orders:1", "Always"),
        ("[2001:db8::1]:5000/orders:1", "Always"),
        (f"registry.example/{'a' * 238}:1", "Always"),
        ("registry.example:5000/team/orders:1.4.2", "Always"),
        (f"registry.example/orders@{DIGEST}", "IfNotPresent"),
        (f"registry.example/orders:1.4.2@{DIGEST}", "IfNotPresent"),
        (f"orders:latest@{DIGEST}", "IfNotPresent"),
    ],
)
def test_a_good_image_is_taken(image, policy):
    assert TypeAdapter(Image).validate_python(image) == image
    assert (pull_policy(image), has_digest(image)) == (policy, policy == "IfNotPresent")


@pytest.mark.parametrize("image", ["nginx", "nginx:latest", "registry.example:5000/orders", "localhost/orders:latest"])
def test_an_image_that_moves_is_refused(image):
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Image).validate_python(image)
    assert refused.value.errors()[0]["msg"] == (
        f"Value error, {image!r} is another image tomorrow; name a digest (registry.example/orders@sha256:...) or at "
        "least a tag other than latest"
    )


@pytest.mark.parametrize(
    "image",
    [
        "",
        "Orders Service:1",
        "Orders:1",
        "orders@sha256:12",
        "orders:",
        "https://registry.example/a:1",
        "registry.example/a___b:1",
        "orders-:1",
        f"registry.example/{'a' * 239}:1",
    ],
)
def test_what_is_no_image_is_refused(image):
    with pytest.raises(
        ValidationError, match="is no image, such as registry.example/orders:1.4.2@sha256:<64 hex digits>"
    ):
        TypeAdapter(Image).validate_python(image)
