"""What a stack would make or change: the model that every renderer reads.

A plan comes from the program alone (``moorings preview``) or from an engine's ``pulumi preview --json``, whose shape
it is written in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from moorings.preview.secret_masking import MASK, UNKNOWN, UNKNOWN_TEXT, is_array, is_object, mask_state
from moorings.preview.urns import ROOT

HOLDS_DATA = frozenset(
    {
        "aws:cloudwatch/logGroup:LogGroup",
        "aws:dynamodb/table:Table",
        "aws:ebs/volume:Volume",
        "aws:efs/fileSystem:FileSystem",
        "aws:kms/key:Key",
        "aws:msk/cluster:Cluster",
        "aws:msk/serverlessCluster:ServerlessCluster",
        "aws:msk/topic:Topic",
        "aws:rds/cluster:Cluster",
        "aws:rds/instance:Instance",
        "aws:s3/bucket:Bucket",
        "aws:s3/bucketV2:BucketV2",
        "aws:secretsmanager/secret:Secret",
        "aws:secretsmanager/secretVersion:SecretVersion",
        "kubernetes:apps/v1:StatefulSet",
        "kubernetes:core/v1:Namespace",
        "kubernetes:core/v1:PersistentVolume",
        "kubernetes:core/v1:PersistentVolumeClaim",
        "kubernetes:core/v1:Secret",
        "random:index/randomPassword:RandomPassword",
    }
)
"""Types that hold data, or without which data cannot be read: a reviewer sees them first. As of 2026-11-21."""


@dataclass(frozen=True)
class Resource:
    """A resource, as the program registered it or as an engine knows it."""

    urn: str
    type: str
    name: str
    custom: bool = True
    id: str = ""
    parent: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    secret_paths: Sequence[str] = ()
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
    custom_timeouts: Mapping[str, str] = field(default_factory=dict[str, str])
    import_id: str = ""
    source: str = ""

    @property
    def holds_data(self) -> bool:
        """Whether data is lost with it."""
        return self.type in HOLDS_DATA

    @property
    def kind(self) -> str:
        """The type in short: ``aws:msk/cluster:Cluster`` is ``msk.Cluster``, a component's is its last word."""
        package, _, rest = self.type.partition(":")
        module, _, name = rest.rpartition(":")
        module = module.split("/")[0]
        if package in {"aws", "kubernetes"}:
            return f"{module}.{name}"
        return name

    def state(self) -> dict[str, Any]:
        """The resource in the shape of a state in ``pulumi preview --json``; empty parts are left out."""
        found = {
            "urn": self.urn,
            "custom": self.custom,
            "type": self.type,
            "inputs": jsonable(self.inputs),
            "parent": self.parent,
            "dependencies": list(self.dependencies),
            "propertyDependencies": {key: list(urns) for key, urns in self.property_dependencies.items()},
            "protect": self.protect,
            "provider": self.provider,
            "aliases": list(self.aliases),
            "ignoreChanges": list(self.ignore_changes),
            "replaceOnChanges": list(self.replace_on_changes),
            "additionalSecretOutputs": list(self.additional_secret_outputs),
            "deleteBeforeReplace": self.delete_before_replace,
            "retainOnDelete": self.retain_on_delete,
            "customTimeouts": dict(self.custom_timeouts),
            "importID": self.import_id,
            "sourcePosition": self.source,
        }
        return {key: value for key, value in found.items() if value or key == "custom"}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "Resource":
        """Read a state of ``pulumi preview --json``, of whatever version."""
        urn = str(state.get("urn", ""))

        def mapping(key: str) -> dict[str, Any]:
            return dict(mask_state(state.get(key) or {}))

        def words(key: str) -> list[str]:
            return sorted(map(str, state.get(key) or []))

        return cls(
            urn=urn,
            type=str(state.get("type", "")),
            name=urn.rpartition("::")[2],
            custom=bool(state.get("custom")),
            id=str(state.get("id") or ""),
            parent=str(state.get("parent") or ""),
            inputs=mapping("inputs"),
            dependencies=words("dependencies"),
            property_dependencies=mapping("propertyDependencies"),
            protect=bool(state.get("protect")),
            provider=str(state.get("provider") or ""),
            aliases=words("aliases"),
            ignore_changes=words("ignoreChanges"),
            replace_on_changes=words("replaceOnChanges"),
            delete_before_replace=bool(state.get("deleteBeforeReplace")),
            retain_on_delete=bool(state.get("retainOnDelete")),
            custom_timeouts=mapping("customTimeouts"),
        )


@dataclass(frozen=True)
class Step:
    """What is done to one resource."""

    op: str
    """``create``, ``update``, ``replace``, ``delete``, ``same`` and the others of the engine."""

    resource: Resource
    """The resource as it will be, or as it was where it is deleted."""

    before: Resource | None = None
    """The resource as it was."""

    changed: Sequence[str] = ()
    """Paths of the properties that change."""


@dataclass(frozen=True)
class Plan:
    """What a stack would make or change."""

    stack: str
    steps: Sequence[Step]
    project: str = ""
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    config: Mapping[str, str] = field(default_factory=dict[str, str])
    log: Sequence[tuple[str, str, str]] = ()
    """Severity, message and the URN of the resource of each message that the program logged."""

    notes: Sequence[str] = ()
    """What this plan cannot know."""

    offline: bool = True
    """Whether it comes from the program alone."""

    compared: bool = False
    """Whether it is what changed between two plans."""

    @property
    def resources(self) -> list[Resource]:
        """The resources that the program registered, sorted by URN."""
        return [step.resource for step in self.steps]

    @property
    def urns(self) -> list[str]:
        """Their URNs."""
        return [resource.urn for resource in self.resources]

    def __getitem__(self, name: str) -> Resource:
        """The one resource of that name.

        Raises:
            KeyError: where there is none, or more than one.

        """
        found = [resource for resource in self.resources if resource.name == name]
        if len(found) != 1:
            names = ", ".join(sorted({resource.name for resource in self.resources}))
            raise KeyError(f"{len(found)} resources are called {name!r}; there are {names}")
        return found[0]

    def all(self, type_: str) -> list[Resource]:
        """The resources of a type, sorted by URN."""
        return [resource for resource in self.resources if resource.type == type_]

    def counts(self) -> dict[str, int]:
        """How many resources each operation touches."""
        counts: dict[str, int] = {}
        for step in self.steps:
            counts[step.op] = counts.get(step.op, 0) + 1
        return dict(sorted(counts.items()))

    def to_json(self) -> dict[str, Any]:
        """The plan in the shape of ``pulumi preview --json``."""
        return {
            "config": dict(self.config),
            "steps": [_step_json(step) for step in self.steps],
            "outputs": jsonable(self.outputs),
            "diagnostics": [
                {"urn": urn, "message": message, "severity": severity} for severity, message, urn in self.log
            ],
            "changeSummary": self.counts(),
            "maybeCorrupt": False,
            **({"offline": True, "notes": list(self.notes)} if self.offline else {}),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any], stack: str = "") -> "Plan":
        """Read what ``pulumi preview --json`` or ``moorings preview --json`` wrote; what is not known is passed over.

        Raises:
            ValueError: for a document that has no steps.

        """
        steps = document.get("steps")
        if not is_array(steps):
            raise ValueError(
                "it has no steps; write it with 'pulumi preview --json', or of one stack with 'moorings preview --json'"
            )
        read = list(_steps(steps))
        urn = read[0].resource.urn if read else ""
        diagnostics: list[Mapping[str, Any]] = document.get("diagnostics") or []
        parts = urn.split("::")
        return cls(
            stack=stack or parts[0].removeprefix("urn:pulumi:"),
            project=parts[1] if len(parts) > 1 else "",
            steps=sorted(read, key=lambda step: step.resource.urn),
            outputs=mask_state(document.get("outputs") or {}),
            config=document.get("config") or {},
            log=[
                (str(each.get("severity", "")), str(each.get("message", "")), str(each.get("urn", "")))
                for each in diagnostics
            ],
            notes=document.get("notes") or [],
            offline=bool(document.get("offline")),
        )


# An engine tells a replacement as three steps; the middle one says it all.
_PARTS_OF_A_REPLACEMENT = {"create-replacement", "delete-replaced"}


def _steps(steps: Sequence[Mapping[str, Any]]) -> Iterator[Step]:
    whole = {each.get("urn") for each in steps if each.get("op") == "replace"}
    for each in steps:
        new, old = each.get("newState"), each.get("oldState")
        state = new or old
        if not state or state.get("type") == ROOT:
            continue
        op = str(each.get("op", "same"))
        if op in _PARTS_OF_A_REPLACEMENT and state.get("urn") in whole:
            continue
        reasons: list[str] = [*(each.get("detailedDiff") or {}), *(each.get("diffReasons") or [])]
        changed = sorted(set(reasons))
        before = Resource.from_state(old) if old and new else None
        yield Step(op, Resource.from_state(state), before, changed)


def _step_json(step: Step) -> dict[str, Any]:
    states = {"newState": step.resource.state()} if step.op != "delete" else {"oldState": step.resource.state()}
    if step.before is not None:
        states["oldState"] = step.before.state()
    return {
        "op": step.op,
        "urn": step.resource.urn,
        **({"provider": step.resource.provider} if step.resource.provider else {}),
        **states,
        **({"diffReasons": list(step.changed)} if step.changed else {}),
    }


def jsonable(value: Any) -> Any:
    """A value as JSON: the unknown as the engine spells it, a secret that a test revealed masked again."""
    if is_object(value):
        return {key: jsonable(value[key]) for key in sorted(value)}
    if is_array(value):
        return [jsonable(each) for each in value]
    if value is UNKNOWN:
        return UNKNOWN_TEXT
    return value if value is None or isinstance(value, str | int | float | bool) else MASK
