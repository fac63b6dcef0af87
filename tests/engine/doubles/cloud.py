"""What has been made, in a folder: one file for each thing, so that it outlives the provider, and a provider that is killed."""

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

from doubles import wire

THERE_BEFORE = "there before"
"""The type of what nobody made here: it is named in a stack's settings."""

_NAMES = re.compile(r"\b(?:vpc|subnet|sg|rtb|pl)-[0-9a-f]{8,17}\b|\barn:aws[a-z-]*:[a-z0-9-]+:[^\s\"',]+")


# IDs and ARNs of things that have to be there when something refers to them.
_REFERENCE = re.compile(
    r"(?:vpc|subnet|sg|rtb)-[0-9a-f]{17}"
    r"|arn:aws[a-z-]*:(?:kafka:[^:]*:[0-9]+:(?:cluster|configuration)/[^/]+/[^/]+"
    r"|secretsmanager:[^:]*:[0-9]+:secret:[^:/]+"
    r"|kms:[^:]*:[0-9]+:key/[0-9a-f-]{36}"
    r"|elasticloadbalancing:[^:]*:[0-9]+:(?:loadbalancer|targetgroup)/[^:]+)"
)


@dataclass(frozen=True)
class Thing:
    """Something that is there."""

    type: str
    id: str
    urn: str = ""
    seed: str = ""
    """What its ID was made from, beside the URN: another one for each that is made."""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    deleted: bool = False
    """Gone, but its name is not free yet: a secret in its recovery window, a key before its deletion."""

    @property
    def names(self) -> set[str]:
        """By what others refer to it: its ID and ARN, if they are not those of what it belongs to."""
        return {self.id, str(self.outputs.get("arn", self.id))} - references(wire.plain(self.inputs))

    def get(self, path: str) -> Any:
        """An input by its path, ``a.b``, without marks of secrets; None where it is not given."""
        found: Any = wire.plain(self.inputs)
        for key in path.split("."):
            found = found.get(key) if isinstance(found, dict) else None
        return found


class Cloud:
    """A folder of things."""

    def __init__(self, folder: Path) -> None:
        """Take a folder, which is made if it is not there."""
        self._folder = folder
        self._seen: dict[Path, tuple[Any, Thing]] = {}
        self.lock = RLock()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def __iter__(self) -> Iterator[Thing]:
        """Whatever is there, in the order of their files' names."""
        for file in sorted(self._folder.glob("*.json")):
            yield self._read(file)

    def _read(self, file: Path) -> Thing:
        """Read a file, unless it is still the one that was read before: a file is never changed, only replaced."""
        stat = file.stat()
        mark = stat.st_ino, stat.st_mtime_ns
        if self._seen.get(file, (None,))[0] != mark:
            read = json.loads(file.read_text())
            parts = {key: wire.read(json_format.ParseDict(read[key], Struct())) for key in ("inputs", "outputs")}
            self._seen[file] = mark, Thing(**{**read, **parts})
        return self._seen[file][1]

    def all(self, type_: str) -> list[Thing]:
        """The things of a type that are not deleted."""
        return [thing for thing in self if thing.type == type_ and not thing.deleted]

    def find(self, name: str, type_: str = "") -> Thing | None:
        """The thing with an ID or ARN."""
        fitting = (each for each in self if not each.deleted and name in each.names)
        return next((each for each in fitting if not type_ or each.type in (type_, THERE_BEFORE)), None)

    def exactly(self, type_: str, id_: str, outputs: Mapping[str, Any]) -> Thing | None:
        """The thing that a state names, by its ID; revisions of one family share that, and differ in their ARN."""
        arn = outputs.get("arn")
        fitting = (each for each in self.all(type_) if each.id == id_)
        return next((each for each in fitting if arn is None or each.outputs.get("arn", arn) == arn), None)

    def put(self, thing: Thing) -> None:
        """Keep a thing, or what it has become."""
        parts = {key: json_format.MessageToDict(wire.write(getattr(thing, key))) for key in ("inputs", "outputs")}
        file = self._file(thing)
        made = file.with_suffix(".new")
        made.write_text(json.dumps({**asdict(replace(thing, inputs={}, outputs={})), **parts}, indent=1))
        made.replace(file)

    def remove(self, thing: Thing) -> None:
        """Forget a thing."""
        self._file(thing).unlink(missing_ok=True)

    def settle(self, settings: Mapping[str, str]) -> None:
        """Take what the settings of a stack name for there: subnets lie in its VPC, each in a zone of its own."""
        found = sorted({name for text in settings.values() for name in _NAMES.findall(text)})
        vpc = next((name for name in found if name.startswith("vpc-")), "")
        region = settings.get("aws:region", "eu-west-1")
        listed = [name for text in settings.values() for name in re.findall(r"\bsubnet-[0-9a-f]+", text)]
        for name in found:
            inputs = {"vpcId": vpc} if name != vpc else {}
            if name in listed:
                inputs["availabilityZone"] = f"{region}{'abc'[listed.index(name) % 3]}"
            self.put(Thing(THERE_BEFORE, name, inputs=inputs))

    def _file(self, thing: Thing) -> Path:
        return self._folder / (
            hashlib.sha256(f"{thing.type} {thing.id} {thing.outputs.get('arn')}".encode()).hexdigest()[:24] + ".json"
        )


def references(value: Any) -> set[str]:
    """The IDs and ARNs in a value of things that have to be there."""
    if isinstance(value, Mapping):
        return {name for each in value.values() for name in references(each)}
    if isinstance(value, list):
        return {name for each in value for name in references(each)}
    return {value} if isinstance(value, str) and _REFERENCE.fullmatch(value) else set()
