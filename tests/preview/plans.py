"""Plans for the tests of renderers."""

from moorings.preview.plan import Plan, Resource, Step

BASE = "urn:pulumi:dev::demo::"


def resource(name, type_="aws:kms/alias:Alias", **fields):
    return Resource(f"{BASE}{type_}::{name}", type_, name, **fields)


def plan(*resources, **fields):
    """Returns a plan that creates resources."""
    return Plan("dev", [Step("create", resource) for resource in resources], "demo", **fields)


COMPONENT = resource("box", "moorings:index:EncryptionKey", custom=False)
KEY = resource("key", "aws:kms/key:Key", parent=COMPONENT.urn, protect=True, inputs={"policy": "a ``` b"})
ALIAS = resource("alias", parent=COMPONENT.urn)
WITHOUT_COMPONENT = resource("a|b`c", retain_on_delete=True)

OUTER = resource(
    "kpow",
    "moorings:index:KpowOnFargate",
    custom=False,
    inputs={"acknowledge": {"ecs-run-as-root": "the image *requires* it"}},
)
INNER = resource(
    "inner",
    "moorings:index:FargateSingleton",
    custom=False,
    parent=OUTER.urn,
    inputs={"acknowledge": {"ecs-run-as-root": "the image *requires* it", "aws-x": "y"}},
)
"""A component that passes an acknowledgement on to another one."""
