"""Names of container images."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.validation.container_images import ImageName, image_name

DIGEST = f"sha256:{'0' * 64}"


@pytest.mark.parametrize(
    ("image", "parts"),
    [
        ("redis:7", ("redis", "7", None)),
        ("registry.example:5000/team/orders", ("registry.example:5000/team/orders", None, None)),
        ("Registry.Example/orders:V1_2", ("Registry.Example/orders", "V1_2", None)),
        ("[2001:db8::1]:5000/orders:1", ("[2001:db8::1]:5000/orders", "1", None)),
        (f"my_image__a.b--c:1@{DIGEST}", ("my_image__a.b--c", "1", DIGEST)),
        ("a" * 255, ("a" * 255, None, None)),
    ],
)
def test_a_name_has_its_parts(image, parts):
    assert image_name(image) == ImageName(*parts)


@pytest.mark.parametrize(
    "image",
    [
        "",
        "Orders:1",
        "registry.example/Orders:1",
        "https://registry.example/orders:1",
        "user:password@registry.example/orders:1",
        "a//b:1",
        "orders-:1",
        "orders:1:2",
        "orders:1\n",
        f"orders:{'1' * 129}",
        "orders@sha256:12",
        "a" * 256,
    ],
)
def test_what_is_no_name_has_none(image):
    assert image_name(image) is None


@pytest.mark.parametrize(
    ("image", "moves"),
    [("orders", True), ("orders:latest", True), ("orders:1", False), (f"orders:latest@{DIGEST}", False)],
)
def test_an_image_without_a_version_moves(image, moves):
    found = image_name(image)
    assert found is not None
    assert found.moves is moves


@given(
    st.text(st.sampled_from("aA0.-_/:@ []"), max_size=400),
    st.sampled_from(["", " ", "/", ":", "@", "-" * 200, "a" * 2000]),
)
def test_a_name_is_read_in_no_time(start, end):
    before = time.process_time()
    image_name(start + end)
    assert time.process_time() - before < 0.5
