"""Fixtures for tests of kPow."""

import pulumi
import pytest

from moorings import KpowOnFargate, KpowOnFargateArgs

LINES = ("LICENSE_ID", "LICENSE_CODE", "LICENSEE", "LICENSE_EXPIRY", "LICENSE_SIGNATURE")
BOOTSTRAP = ",".join(f"b-{number}.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9096" for number in (1, 2, 3))


@pytest.fixture
def create(deploy):
    """Create kPow on Fargate with these arguments and export its outputs. Functions are called within the program."""

    def create_kpow(preview=False, name="kpow", **changed):
        def program():
            values = {
                "kafka": {
                    "listener": "scram",
                    "bootstrap_servers": BOOTSTRAP,
                    "username": "kpow",
                    "password": "geheim",
                    "security_group_id": "sg-0b92d7f4a1e63c508",
                },
                "vpc_id": "vpc-0d1c7a52e8b94f360",
                "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"],
                "image": "registry.example/kpow:96.2",
                "license": {key: f"the {key}" for key in LINES},
                "acknowledge": {"kpow-no-login": "only developers have access"},
                **{key: value() if callable(value) else value for key, value in changed.items()},
            }
            if values.get("auth_provider") and "acknowledge" not in changed:
                del values["acknowledge"]
            kpow = KpowOnFargate(name, KpowOnFargateArgs(**values))
            for output in KpowOnFargate.__annotations__:
                pulumi.export(output, getattr(kpow, output))

        return deploy(program, preview=preview)

    return create_kpow
