"""Images, and what looks like a secret."""

import pytest
from pydantic import TypeAdapter, ValidationError

from moorings.kubernetes.images import Image, has_digest, pull_policy
from moorings.kubernetes.secrecy import looks_secret

DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("nginx:1.27", "Always"),
        ("registry.example:5000/team/orders:1.4.2", "Always"),
        (f"registry.example/orders@{DIGEST}", "IfNotPresent"),
        (f"registry.example/orders:1.4.2@{DIGEST}", "IfNotPresent"),
        (f"orders:latest@{DIGEST}", "IfNotPresent"),
    ],
)
def test_a_good_image_is_taken(image, policy):
    assert TypeAdapter(Image).validate_python(image) == image
    assert (pull_policy(image), has_digest(image)) == (policy, policy == "IfNotPresent")


@pytest.mark.parametrize("image", ["nginx", "nginx:latest", "registry.example:5000/orders"])
def test_an_image_that_moves_is_refused(image):
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Image).validate_python(image)
    assert refused.value.errors()[0]["msg"] == (
        f"Value error, {image!r} is another image tomorrow; name a digest (registry.example/orders@sha256:...) or at "
        "least a tag other than latest"
    )


@pytest.mark.parametrize(
    "image", ["", "Orders Service:1", "orders@sha256:12", "orders:", "https://registry.example/a:1"]
)
def test_what_is_no_image_is_refused(image):
    with pytest.raises(
        ValidationError, match="is no image, such as registry.example/orders:1.4.2@sha256:<64 hex digits>"
    ):
        TypeAdapter(Image).validate_python(image)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_PASSWORD", "x"),
        ("password", "x"),
        ("API_KEYS", "x"),
        ("oauth.token", "x"),
        ("AWS_SECRET_ACCESS_KEY", "x"),
        ("DATABASE_PASSWORD", object()),
        ("URL", "postgres://orders:hunter2@db/orders"),
        ("PEM", "-----BEGIN RSA PRIVATE KEY-----"),
        ("ID", "AKIAIOSFODNN7EXAMPLE"),
        ("JAAS", 'ScramLoginModule required username="a" password="b";'),
    ],
)
def test_what_looks_like_a_secret(name, value):
    assert looks_secret(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_PASSWORD", ""),
        ("TOKEN_TTL", "30"),
        ("PASSWORD_FILE", "/run/secrets/password"),
        ("MONKEY", "banana"),
        ("URL", "https://example.com:8443/a@b"),
        ("URL", object()),
        ("JAAS", 'ScramLoginModule required password="${file:/run/a:b}";'),
    ],
)
def test_what_does_not(name, value):
    assert not looks_secret(name, value)
