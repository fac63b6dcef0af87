"""Rules of ``override``: roles, kinds, property names and merge keys. Components check their guarantees themselves."""

from moorings.validation.rules import Rule

_TRANSFORMS = "https://www.pulumi.com/docs/iac/concepts/resources/options/transforms/"
_PATCH = "https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/"
_PROPERTIES = "https://www.pulumi.com/docs/iac/concepts/inputs-outputs/"


def _overriding(overrides: str) -> str:
    """Return an example that overrides inputs of an ``EncryptionKey``."""
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
    rationale="Resources of several kinds have this role, but a patch applies to one of them.",
    source=_TRANSFORMS,
    invalid="FargateSingleton('orders', SINGLETON_ARGS | {'secret_environment': {'PASSWORD': 'example'}}, "
    "pulumi.ResourceOptions(transforms=[override('secret', {'forceOverwriteReplicaSecret': True})]))",
    valid="FargateSingleton('orders', SINGLETON_ARGS | {'secret_environment': {'PASSWORD': 'example'}}, "
    "pulumi.ResourceOptions(transforms=[override('secret', {'forceOverwriteReplicaSecret': True}, kind='Secret')]))",
)

PROPERTY_NAME = Rule(
    id="override-property-name",
    rationale="Properties of providers have names in camel case, so this property does not exist.",
    source=_PROPERTIES,
    invalid=_overriding("override('key', {'multi_region': True})"),
    valid=_overriding("override('key', {'multiRegion': True})"),
)

MERGE_KEY = Rule(
    id="override-merge-key",
    rationale="Items of this list are matched by their merge key. An item without it cannot be matched.",
    source=_PATCH,
    invalid="override('task', {'containerDefinitions': [{'ulimits': [{'softLimit': 65536}]}]})",
    valid="override('task', {'containerDefinitions': [{'name': 'orders', 'ulimits': [{'name': 'nofile'}]}]})",
)
