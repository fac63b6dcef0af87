"""The plan of a stack: the resources that it would create, change or delete. All renderers read this model.

A plan comes from a program that runs without an engine (``moorings preview``), or from ``pulumi preview --json``. It is
written in the format of the latter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from moorings.preview.differences import PropertyChange, find_changes
from moorings.preview.secret_masking import MASK, UNKNOWN, UNKNOWN_TEXT, is_array, is_object, mask_state
from moorings.validation.findings import Finding, Severity
from moorings.validation.impacts import Impact
from moorings.validation.stateful_resources import STATEFUL_TYPES

Message = tuple[str, str, str]
"""Severity, text and resource URN of a log message."""


@dataclass(frozen=True)
class Resource:
    """A resource that a program registers, or the state of a resource."""

    urn: str
    type: str
    name: str
    custom: bool = True
    id: str = ""
    parent: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    secret_paths: Sequence[str] = ()
    secret_digests: Mapping[str, str] = field(default_factory=dict[str, str])
    """Digest of each secret by path, for comparisons."""

    dependencies: Sequence[str] = ()
    property_dependencies: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    protect: bool = False
    provider: str = ""
    providers: Mapping[str, str] = field(default_factory=dict[str, str])
    aliases: Sequence[str] = ()
    ignore_changes: Sequence[str] = ()
    replace_on_changes: Sequence[str] = ()
    additional_secret_outputs: Sequence[str] = ()
    delete_before_replace: bool = False
    retain_on_delete: bool = False
    external: bool = False
    """Whether the resource is only read."""

    custom_timeouts: Mapping[str, str] = field(default_factory=dict[str, str])
    import_id: str = ""
    source: str = ""

    @property
    def holds_data(self) -> bool:
        """Whether the resource stores data, or is required to read it. Reports list such resources first."""
        return self.type in STATEFUL_TYPES

    @property
    def acknowledged(self) -> Mapping[str, str]:
        """The rules that a component acknowledges, with the reasons. Empty for other resources."""
        acknowledge = None if self.custom else self.inputs.get("acknowledge")
        given = acknowledge.items() if is_object(acknowledge) else ()
        return {rule: reason for rule, reason in given if isinstance(reason, str) and reason.strip()}

    @property
    def kind(self) -> str:
        """The short type: ``msk.Cluster`` for ``aws:msk/cluster:Cluster``, the class name for a component."""
        package, _, rest = self.type.partition(":")
        module, _, name = rest.rpartition(":")
        module = module.split("/")[0]
        if package in {"aws", "kubernetes"}:
            return f"{module}.{name}"
        return name

    def state(self) -> dict[str, Any]:
        """Return the state of the resource in the format of ``pulumi preview --json``, without empty fields."""
        keys = {"inputs": "inputs", **STATE_KEYS}
        fields = {key: jsonable(value) for name, key in keys.items() if (value := getattr(self, name))}
        return {"urn": self.urn, "custom": self.custom, "type": self.type, **fields}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "Resource":
        """Return the resource of a state in ``pulumi preview --json``; missing fields are empty."""
        fields: dict[str, Any] = {name: _plain(state[key]) for name, key in STATE_KEYS.items() if state.get(key)}
        urn = state.get("urn") or ""
        return cls(
            urn=urn,
            type=state.get("type") or "",
            name=urn.rpartition("::")[2],
            custom=bool(state.get("custom")),
            id=state.get("id") or "",
            inputs=dict(mask_state(state.get("inputs") or {})),
            **fields,
        )


STATE_KEYS = {
    "parent": "parent",
    "dependencies": "dependencies",
    "property_dependencies": "propertyDependencies",
    "protect": "protect",
    "provider": "provider",
    "aliases": "aliases",
    "ignore_changes": "ignoreChanges",
    "replace_on_changes": "replaceOnChanges",
    "additional_secret_outputs": "additionalSecretOutputs",
    "delete_before_replace": "deleteBeforeReplace",
    "retain_on_delete": "retainOnDelete",
    "external": "external",
    "custom_timeouts": "customTimeouts",
    "import_id": "importID",
    "source": "sourcePosition",
    "secret_digests": "secretDigests",
}
"""Optional fields of a resource, and their keys in a state."""


def _plain(value: Any) -> Any:
    """Return the value of a field with secrets masked; an engine does not order lists."""
    masked = mask_state(value)
    return sorted(map(str, masked)) if is_array(masked) else masked


REPLACING = frozenset({"replace", "create-replacement", "delete-replaced"})
DELETING = frozenset({"delete", *REPLACING})
"""Operations that delete the old resource."""


@dataclass(frozen=True)
class Step:
    """The operation on one resource."""

    op: str
    """``create``, ``update``, ``replace``, ``delete``, ``same``, or another operation of the engine."""

    resource: Resource
    """The new state of the resource, or the old one if it is deleted."""

    before: Resource | None = None
    """The old state of the resource."""

    changes: Sequence[PropertyChange] = ()
    """Changed properties and options."""

    replace_reasons: Sequence[str] = ()
    """Properties that cause a replacement."""

    impact: Impact | None = None
    """What the change does to the running system."""

    @property
    def deployed(self) -> Resource:
        """The old state of the resource, or the new one if the resource is created."""
        return self.before or self.resource

    @property
    def changed(self) -> list[str]:
        """Paths of the changed properties, sorted."""
        return sorted({change.path for change in self.changes})


@dataclass(frozen=True)
class ChangeFinding:
    """What a rule finds in a step."""

    finding: Finding
    severity: Severity
    reason: str | None = None
    """Reason of the acknowledgement, or None if the finding is not acknowledged."""

    @property
    def rejected(self) -> bool:
        """Whether the step must not be deployed."""
        return self.reason is None and self.severity.rejects

    @property
    def outcome(self) -> Literal["rejected", "acknowledged", "warning"]:
        """How the finding affects the deployment."""
        return "rejected" if self.rejected else "warning" if self.reason is None else "acknowledged"


@dataclass(frozen=True)
class Plan:
    """The steps, outputs and messages of a preview."""

    stack: str
    steps: Sequence[Step]
    project: str = ""
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    config: Mapping[str, str] = field(default_factory=dict[str, str])
    log: Sequence[Message] = ()
    """Severity, text and resource URN of each log message of the program."""

    notes: Sequence[str] = ()
    """Results and resources that are unknown without an engine."""

    offline: bool = True
    """Whether the program ran without an engine."""

    output_changes: Sequence[PropertyChange] = ()
    """Changed outputs of the stack."""

    unchanged: int = 0
    """Number of unchanged resources, as far as the steps do not contain them."""

    compared: bool = False
    """Whether the steps are the differences between two plans."""

    findings: Sequence[ChangeFinding] = ()
    """What the rules of changes find in the steps."""

    @property
    def has_state(self) -> bool:
        """Whether the steps are changes. Otherwise they are the resources of a program that ran without an engine."""
        return self.compared or not self.offline

    @property
    def resources(self) -> list[Resource]:
        """The resources of all steps, sorted by URN."""
        return [step.resource for step in self.steps]

    @property
    def urns(self) -> list[str]:
        """The URNs of all resources, sorted."""
        return [resource.urn for resource in self.resources]

    def __getitem__(self, name: str) -> Resource:
        """Return the resource with a logical name.

        Raises:
            KeyError: No resource, or more than one, has the name.

        """
        matches = [resource for resource in self.resources if resource.name == name]
        if len(matches) != 1:
            names = ", ".join(sorted({resource.name for resource in self.resources}))
            raise KeyError(f"{len(matches)} resources are named {name!r}; the plan contains {names}")
        return matches[0]

    def all(self, type_: str) -> list[Resource]:
        """Return the resources of a type, sorted by URN."""
        return [resource for resource in self.resources if resource.type == type_]

    def counts(self) -> dict[str, int]:
        """Return the number of resources by operation."""
        counts: dict[str, int] = {}
        for step in self.steps:
            counts[step.op] = counts.get(step.op, 0) + 1
        return dict(sorted(counts.items()))


OPTIONS = (
    "protect",
    "provider",
    "ignore_changes",
    "replace_on_changes",
    "delete_before_replace",
    "retain_on_delete",
    "custom_timeouts",
)
"""Resource options that are compared: those that change what an engine does."""


def _jsonable_option(resource: Resource, name: str) -> Any:
    value: Any = getattr(resource, name)
    return [*value] if isinstance(value, tuple) else value


def find_state_changes(before: Resource, after: Resource) -> list[PropertyChange]:
    """Return the changed inputs and options between two states of a resource, sorted."""
    options = [
        PropertyChange(name, old, new)
        for name in OPTIONS
        if (old := _jsonable_option(before, name)) != (new := _jsonable_option(after, name))
    ]
    inputs = find_changes(before.inputs, after.inputs)
    secrets = [
        path for path, digest in after.secret_digests.items() if before.secret_digests.get(path, digest) != digest
    ]
    hidden = [
        PropertyChange(path, MASK, MASK, engine_path=path)
        for path in secrets
        if not any(change.engine_path == path for change in inputs)
    ]
    return sorted([*inputs, *hidden, *options], key=lambda change: change.path)


def jsonable(value: Any) -> Any:
    """Return a value for JSON: unknown values as an engine writes them, and revealed secrets masked."""
    if is_object(value):
        return {key: jsonable(value[key]) for key in sorted(value)}
    if is_array(value):
        return [jsonable(item) for item in value]
    if value is UNKNOWN:
        return UNKNOWN_TEXT
    return value if value is None or isinstance(value, str | int | float | bool) else MASK
