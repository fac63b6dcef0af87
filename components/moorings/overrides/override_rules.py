"""Rules of overrides themselves. What an override may not change is checked by the component."""

from moorings.validation.rules import Rule

_TRANSFORMS = "https://www.pulumi.com/docs/iac/concepts/resources/options/transforms/"
_PATCH = "https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/"
_PROPERTIES = "https://www.pulumi.com/docs/iac/concepts/inputs-outputs/"


def _overriding(overrides: str) -> str:
    """Return an example that overrides inputs of a key."""
    options = f"pulumi.ResourceOptions(transforms=[{overrides}])"
    return f"EncryptionKey('data', EncryptionKeyArgs(description='Orders', services=['kafka']), {options})"


UNKNOWN_ROLE = Rule(
    id="override-unknown-role",
    rationale="No child of the component has this role, so the override would have no effect.",
    source=_TRANSFORMS,
    invalid=_overriding("override('keys', {'multiRegion': True})"),
    valid=_overriding("override('key', {'multiRegion': True})"),
)

AMBIGUOUS_ROLE = Rule(
    id="override-ambiguous-role",
    rationale="Several children of different kinds have this role, and a patch fits one of them.",
    source=_TRANSFORMS,
    invalid="FargateSingleton('orders', SINGLETON_ARGS | {'secret_environment': {'PASSWORD': 'example'}}, "
    "pulumi.ResourceOptions(transforms=[override('secret', {'forceOverwriteReplicaSecret': True})]))",
    valid="FargateSingleton('orders', SINGLETON_ARGS | {'secret_environment': {'PASSWORD': 'example'}}, "
    "pulumi.ResourceOptions(transforms=[override('secret', {'forceOverwriteReplicaSecret': True}, kind='Secret')]))",
)

PROPERTY_NAME = Rule(
    id="override-property-name",
    rationale="Providers name properties in camel case, and would not know this one.",
    source=_PROPERTIES,
    invalid=_overriding("override('key', {'multi_region': True})"),
    valid=_overriding("override('key', {'multiRegion': True})"),
)

MERGE_KEY = Rule(
    id="override-merge-key",
    rationale="The items of this list are merged by a key. Without it, it is unknown which item is meant.",
    source=_PATCH,
    invalid="override('task', {'containerDefinitions': [{'ulimits': [{'softLimit': 65536}]}]})",
    valid="override('task', {'containerDefinitions': [{'name': 'orders', 'ulimits': [{'name': 'nofile'}]}]})",
)
