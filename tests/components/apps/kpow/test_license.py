"""Images of kPow, and the license that each requires."""

import pytest

LICENSED_IMAGES = ("factorhouse/kpow:96.2", "factorhouse/kpow-ce:96.2", "docker.io/operatr/kpow-ee:90")
MARKETPLACE = "709825985650.dkr.ecr.us-east-1.amazonaws.com/factor-house/kpow"


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
def test_images_that_can_run_with_the_license(create, image, marketplace):
    changed = {"license": {}, "marketplace": marketplace} if marketplace else {}
    assert create(image=image, **changed).all("moorings:index:KpowOnFargate")


@pytest.mark.parametrize(
    ("image", "marketplace"),
    [
        (f"{MARKETPLACE}-annual:96.2", "hourly"),
        (f"{MARKETPLACE}-hourly:96.2", None),
        (f"{MARKETPLACE}-annual@sha256:{'0' * 64}", None),
        *((image, "annual") for image in LICENSED_IMAGES),
    ],
)
def test_images_that_cannot_run_with_the_license_are_rejected(create, rejected, image, marketplace):
    changed = {"license": {}, "marketplace": marketplace} if marketplace else {}
    with rejected("kpow-image-license", "image"):
        create(image=image, **changed)


def test_two_licenses_are_rejected(create, rejected):
    with rejected("kpow-license", "license"):
        create(marketplace="hourly")
    secret = {"secret_arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:kpow-license-a1B2c3"}
    with rejected("kpow-license", "license"):
        create(license_secret=secret)


def test_missing_lines_of_a_license_secret_are_rejected(create, rejected):
    secret = {"secret_arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:kpow-license-a1B2c3"}
    with rejected("kpow-license-incomplete", "license_secret_keys"):
        create(license={}, license_secret=secret, license_secret_keys=["LICENSE_ID"])
