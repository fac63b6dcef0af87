"""The emulated cloud: a folder with one file for each resource, which survives a provider that is killed."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from threading import RLock
from typing import Any

from google.protobuf import json_format
from google.protobuf.struct_pb2 import Struct

from emulated_providers import property_encoding

EXISTING = "existing"
"""Type of the existing resources in the settings of a stack."""

_EXISTING_NAMES = re.compile(r"\b(?:vpc|subnet|sg|rtb|pl)-[0-9a-f]{8,17}\b|\barn:aws[a-z-]*:[a-z0-9-]+:[^\s\"',]+")


# IDs and ARNs of resources that must exist when another resource refers to them.
_REFERENCE = re.compile(
    r"(?:vpc|subnet|sg|rtb)-[0-9a-f]{17}"
    r"|arn:aws[a-z-]*:(?:kafka:[^:]*:[0-9]+:(?:cluster|configuration)/[^/]+/[^/]+"
    r"|secretsmanager:[^:]*:[0-9]+:secret:[^:/]+"
    r"|kms:[^:]*:[0-9]+:key/[0-9a-f-]{36}"
    r"|elasticloadbalancing:[^:]*:[0-9]+:(?:loadbalancer|targetgroup)/[^:]+)"
)


@dataclass(frozen=True)
class CloudResource:
    """A resource in the emulated cloud."""

    type: str
    id: str
    urn: str = ""
    seed: str = ""
    """Random part of the ID, in addition to the URN. It differs for each new resource."""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    deleted: bool = False
    """Deleted, but the name is still reserved: a secret in its recovery window, or a key that is scheduled for
    deletion."""

    @property
    def names(self) -> set[str]:
        """ID and ARN by which other resources refer to it, without those of the resource that it belongs to."""
        return {self.id, str(self.outputs.get("arn", self.id))} - references(property_encoding.plain(self.inputs))

    def get(self, path: str) -> Any:
        """An input by its path, such as ``a.b``, without secret markers. None if it is not set."""
        value: Any = property_encoding.plain(self.inputs)
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        return value


class Cloud:
    """A folder of resources."""

    def __init__(self, folder: Path) -> None:
        """Use a folder, which is created if necessary."""
        self._folder = folder
        self._cached: dict[Path, tuple[Any, CloudResource]] = {}
        self.lock = RLock()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def __iter__(self) -> Iterator[CloudResource]:
        """All resources, in the order of their file names."""
        for file in sorted(self._folder.glob("*.json")):
            yield self._read(file)

    def _read(self, file: Path) -> CloudResource:
        """Read a file, or return the cached resource. Files are replaced, never changed."""
        stat = file.stat()
        version = stat.st_ino, stat.st_mtime_ns
        if self._cached.get(file, (None,))[0] != version:
            stored = json.loads(file.read_text())
            parts = {
                key: property_encoding.read(json_format.ParseDict(stored[key], Struct()))
                for key in ("inputs", "outputs")
            }
            self._cached[file] = version, CloudResource(**{**stored, **parts})
        return self._cached[file][1]

    def all(self, type_: str) -> list[CloudResource]:
        """The resources of a type that are not deleted."""
        return [resource for resource in self if resource.type == type_ and not resource.deleted]

    def find(self, name: str, type_: str = "") -> CloudResource | None:
        """The resource with an ID or ARN."""
        matches = (resource for resource in self if not resource.deleted and name in resource.names)
        return next((resource for resource in matches if not type_ or resource.type in (type_, EXISTING)), None)

    def find_exact(self, type_: str, id_: str, outputs: Mapping[str, Any]) -> CloudResource | None:
        """The resource with an ID and, if the outputs have one, an ARN: revisions of a family have the same ID."""
        arn = outputs.get("arn")
        matches = (resource for resource in self.all(type_) if resource.id == id_)
        return next((resource for resource in matches if arn is None or resource.outputs.get("arn", arn) == arn), None)

    def put(self, resource: CloudResource) -> None:
        """Store a resource."""
        parts = {
            key: json_format.MessageToDict(property_encoding.write(getattr(resource, key)))
            for key in ("inputs", "outputs")
        }
        file = self._file(resource)
        temporary = file.with_suffix(".new")
        temporary.write_text(json.dumps({**asdict(replace(resource, inputs={}, outputs={})), **parts}, indent=1))
        temporary.replace(file)

    def remove(self, resource: CloudResource) -> None:
        """Remove a resource."""
        self._file(resource).unlink(missing_ok=True)

    def add_existing(self, settings: Mapping[str, str]) -> None:
        """Add the existing resources in the settings of a stack. Its subnets are in different Availability Zones."""
        names = sorted({name for text in settings.values() for name in _EXISTING_NAMES.findall(text)})
        vpc = next((name for name in names if name.startswith("vpc-")), "")
        region = settings.get("aws:region", "eu-west-1")
        subnet_ids = [name for text in settings.values() for name in re.findall(r"\bsubnet-[0-9a-f]+", text)]
        for name in names:
            inputs = {"vpcId": vpc} if name != vpc else {}
            if name in subnet_ids:
                inputs["availabilityZone"] = f"{region}{'abc'[subnet_ids.index(name) % 3]}"
            self.put(CloudResource(EXISTING, name, inputs=inputs))

    def _file(self, resource: CloudResource) -> Path:
        return self._folder / (
            hashlib.sha256(f"{resource.type} {resource.id} {resource.outputs.get('arn')}".encode()).hexdigest()[:24]
            + ".json"
        )


def references(value: Any) -> set[str]:
    """The IDs and ARNs in a value, which must exist."""
    if isinstance(value, Mapping):
        return {name for element in value.values() for name in references(element)}
    if isinstance(value, list):
        return {name for element in value for name in references(element)}
    return {value} if isinstance(value, str) and _REFERENCE.fullmatch(value) else set()
