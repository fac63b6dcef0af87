"""kPow's license."""

import pytest

from moorings.apps.kpow.license import LICENSE_KEYS, check_image_license, license_problems

MARKETPLACE = "709825985650.dkr.ecr.us-east-1.amazonaws.com/factor-house/kpow"
LICENSE = dict.fromkeys(LICENSE_KEYS, "line")


@pytest.mark.parametrize(
    ("license_lines", "sources", "problems"),
    [
        (LICENSE, {}, []),
        ({}, {"marketplace": "hourly"}, []),
        ({}, {}, ["license, license_secret, marketplace: exactly one is required, got none"]),
        (
            LICENSE,
            {"license_secret": "kpow"},
            ["license, license_secret, marketplace: exactly one is required, got license and license_secret"],
        ),
        (
            {"LICENSE_ID": "line", "LICENSEE": "line", "LICENSE_SIGNATURE": "line"},
            {},
            ["license: LICENSE_CODE, LICENSE_EXPIRY missing; copy all lines of the license"],
        ),
    ],
)
def test_exactly_one_complete_license_is_required(license_lines, sources, problems):
    sources = {"license_secret": None, "marketplace": None} | sources
    assert list(license_problems(license_lines, **sources)) == problems


@pytest.mark.parametrize(
    ("image", "marketplace"),
    [
        ("factorhouse/kpow:96.2", None),
        ("registry.example/kpow:96.2", "hourly"),
        ("registry.example/kpow-hourly:96.2", None),
        ("registry.example/my-factorhouse/kpow:96.2", "annual"),
        (f"{MARKETPLACE}-hourly:96.2", "hourly"),
        (f"{MARKETPLACE}-annual@sha256:{'0' * 64}", "annual"),
    ],
)
def test_images_that_can_run_with_the_license(image, marketplace):
    assert check_image_license(image, marketplace) == image


MARKETPLACE_IMAGE = "image: {} is an AWS Marketplace image; set marketplace={!r} and remove the license"
LICENSED_IMAGE = (
    "image: {} requires a license, got marketplace={!r}; set a license instead, or use the AWS Marketplace image"
)


@pytest.mark.parametrize(
    ("image", "marketplace", "message"),
    [
        (
            f"{MARKETPLACE}-annual:96.2",
            "hourly",
            f"image: {MARKETPLACE}-annual:96.2 requires marketplace='annual', got 'hourly'; use the same plan",
        ),
        (f"{MARKETPLACE}-hourly:96.2", None, MARKETPLACE_IMAGE.format(f"{MARKETPLACE}-hourly:96.2", "hourly")),
        (
            f"{MARKETPLACE}-annual@sha256:{'0' * 64}",
            None,
            MARKETPLACE_IMAGE.format(f"{MARKETPLACE}-annual@sha256:{'0' * 64}", "annual"),
        ),
        ("factorhouse/kpow:96.2", "hourly", LICENSED_IMAGE.format("factorhouse/kpow:96.2", "hourly")),
        ("factorhouse/kpow-ce:96.2", "annual", LICENSED_IMAGE.format("factorhouse/kpow-ce:96.2", "annual")),
        ("docker.io/operatr/kpow-ee:90", "annual", LICENSED_IMAGE.format("docker.io/operatr/kpow-ee:90", "annual")),
    ],
)
def test_images_that_cannot_run_with_the_license_are_rejected(image, marketplace, message):
    with pytest.raises(ValueError) as error:
        check_image_license(image, marketplace)
    assert str(error.value) == message
