"""Records every registration of a program, in the place of an engine.

All that depends on the inside of the SDK's mocks is in this file. It inherits from the SDK's monitor and replaces
nothing of it, because the SDK calls new methods of the monitor from version to version.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, cast

import pulumi
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime import mocks
from pulumi.runtime.proto import engine_pb2, resource_pb2

from moorings.preview.plan import Resource
from moorings.preview.secret_masking import SECRET_SIGNATURE, SIGNATURE, PropertyReader, is_object, secret_paths
from moorings.preview.transforms import Transforms
from moorings.preview.urns import ROOT, alias_urns, build_urn, stack_urn

SEVERITIES = {
    engine_pb2.INFO: "info",
    engine_pb2.WARNING: "warning",
    engine_pb2.ERROR: "error",
}


class DuplicateUrnError(Exception):
    """Two resources of a program have one name."""


class Answers(Protocol):
    """What a cloud would answer."""

    def outputs(self, resource: Resource, inputs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The ID of a resource, empty while it is unknown, and its outputs beside its inputs."""
        ...

    def invoke(self, token: str, args: dict[str, Any], provider: str) -> dict[str, Any] | None:
        """The result of a function, or None where it cannot be known."""
        ...

    def read(self, type_: str, name: str, id_: str) -> dict[str, Any]:
        """The outputs of a resource that is there already."""
        ...


NO_MOCKS = cast("mocks.Mocks", None)
"""The SDK's monitor hands over to mocks what the recorder answers itself."""


class RecordingMonitor(mocks.MockMonitor):
    """A resource monitor that keeps what it is told."""

    def __init__(self, answers: Answers, project: str, stack: str, *, reveal: bool = False) -> None:
        """Begin with nothing recorded.

        Args:
            answers: what a cloud would answer.
            project: the project's name.
            stack: the stack's name.
            reveal: keep secrets, for tests.

        """
        super().__init__(NO_MOCKS)
        self._answers, self._project, self._stack = answers, project, stack
        self._read = PropertyReader(reveal=reveal)
        self.root = stack_urn(stack, project)
        self.found: dict[str, Resource] = {}
        self.reads: set[str] = set()
        self.outputs: dict[str, dict[str, Any]] = {}
        self.log: list[tuple[str, str, str]] = []
        self.unanswered: set[str] = set()
        self.remote: set[str] = set()
        self._states: dict[str, dict[str, Any]] = {}
        self._transforms = Transforms()
        self._lock = Lock()  # the SDK registers on threads

    def close(self) -> None:
        """Hang up where the program's transforms were called."""
        self._transforms.close()

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The URN as an engine forms it."""
        return build_urn(self._stack, self._project, parent, type_, name)

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        """Keep a registration, and answer as far as the outputs are known."""
        if request.type == ROOT:
            return super().RegisterResource(request)  # type: ignore[no-untyped-call]
        urn = self.make_urn(request.parent, request.type, request.name)
        self._inherit(request)
        request = self._transforms.resource(urn, request, self._ancestors(request.parent))
        resource = self._resource(urn, request)
        self._keep(resource)
        if request.remote:
            self.remote.add(urn)
        inputs = PropertyReader(reveal=True).struct(request.object) if resource.secret_paths else dict(resource.inputs)
        id_, computed = self._answers.outputs(resource, inputs)
        self.found[urn] = replace(resource, id=id_)
        outputs = struct_pb2.Struct()
        outputs.CopyFrom(request.object)
        _fill_in(outputs, computed, request.additionalSecretOutputs)
        self._states[urn] = {"urn": urn, "id": id_, "state": outputs}
        return resource_pb2.RegisterResourceResponse(urn=urn, id=id_, object=outputs)

    def ReadResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        """Keep what is read, and tell what is known of it."""
        urn = self.make_urn(request.parent, request.type, request.name)
        self._keep(
            Resource(
                urn=urn,
                type=request.type,
                name=request.name,
                id=request.id,
                parent=request.parent if request.parent != self.root else "",
                inputs=self._read.struct(request.properties),
                dependencies=sorted(set(request.dependencies)),
                provider=request.provider,
                source=_source(request.sourcePosition),
            )
        )
        self.reads.add(urn)
        properties = _struct(self._answers.read(request.type, request.name, request.id))
        self._states[urn] = {"urn": urn, "id": request.id, "state": properties}
        return resource_pb2.ReadResourceResponse(urn=urn, properties=properties)

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        """Keep what a component, or the stack, tells of itself."""
        self.outputs[request.urn] = self._read.struct(request.outputs)
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]

    def Invoke(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        """Answer a function, or say that the answer is unknown."""
        if request.tok == "pulumi:pulumi:getResource":
            return _answer(_struct(self._states[request.args["urn"]]))
        request = self._transforms.function(request)
        result = self._answers.invoke(request.tok, PropertyReader(reveal=True).struct(request.args), request.provider)
        if result is None:
            self.unanswered.add(request.tok)
            return resource_pb2.ResourceInvokeResponse(unknown=True)
        return _answer(_struct(result))

    def Call(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        """Refuse to guess what a method of a resource answers."""
        raise pulumi.RunError(f"what {request.tok} answers cannot be known without an engine")

    def RegisterStackTransform(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        """Take a transform of every resource."""
        self._transforms.of_stack.append(request)
        return empty_pb2.Empty()

    def RegisterStackInvokeTransform(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        """Take a transform of every call of a function."""
        self._transforms.of_functions.append(request)
        return empty_pb2.Empty()

    def _keep(self, resource: Resource) -> None:
        with self._lock:
            if resource.urn in self.found:
                places = sorted({self.found[resource.urn].source, resource.source}, key=_by_line)
                raise DuplicateUrnError(
                    f"{resource.kind} {resource.name!r} is made twice, at {' and at '.join(places)}; "
                    "give each a name of its own"
                )
            self.found[resource.urn] = resource

    def _resource(self, urn: str, request: Any) -> Resource:
        parent = self.found.get(request.parent)
        return Resource(
            urn=urn,
            type=request.type,
            name=request.name,
            custom=request.custom,
            parent=request.parent if request.parent != self.root else "",
            inputs=self._read.struct(request.object),
            secret_paths=secret_paths(request.object),
            dependencies=sorted(set(request.dependencies)),
            property_dependencies={
                key: sorted(set(found.urns))
                for key, found in sorted(request.propertyDependencies.items())
                if found.urns
            },
            protect=request.protect,
            provider=request.provider,
            providers=dict(sorted(request.providers.items())),
            aliases=alias_urns(request, self._stack, self._project, parent.aliases if parent else ()),
            ignore_changes=sorted(request.ignoreChanges),
            replace_on_changes=sorted(request.replaceOnChanges),
            additional_secret_outputs=sorted(request.additionalSecretOutputs),
            delete_before_replace=request.deleteBeforeReplace,
            retain_on_delete=request.retainOnDelete,
            custom_timeouts={field.name: value for field, value in request.customTimeouts.ListFields()},
            import_id=request.importId,
            source=_source(request.sourcePosition),
        )

    def _inherit(self, request: Any) -> None:
        """Take from the parent what an engine takes from it, where the SDK has not."""
        if (parent := self.found.get(request.parent)) is None:
            return
        if not request.HasField("protect"):
            request.protect = parent.protect
        if not request.HasField("retainOnDelete"):
            request.retainOnDelete = parent.retain_on_delete

    def _ancestors(self, urn: str) -> Iterator[str]:
        while urn in self.found:
            yield urn
            urn = self.found[urn].parent


class RecordingEngine(mocks.MockEngine):
    """Keeps what a program logs, with the resource that it speaks of."""

    def __init__(self, recorder: RecordingMonitor) -> None:
        """Log to a recorder."""
        super().__init__(None)
        self._recorder = recorder

    def Log(self, request: Any) -> None:  # noqa: N802 - the protocol's name
        """Keep a message; what the SDK says of itself is passed over."""
        if request.severity in SEVERITIES:
            self._recorder.log.append((SEVERITIES[request.severity], request.message, request.urn))


def _on_the_wire(value: Any, *, secret: bool) -> Any:
    return {SIGNATURE: SECRET_SIGNATURE, "value": value} if secret else value


def _fill_in(outputs: struct_pb2.Struct, computed: Mapping[str, Any], secret: Sequence[str] = ()) -> None:
    """Add what the inputs leave open, at any depth: ``metadata.name`` beside ``metadata.labels``."""
    for key, value in computed.items():
        if key not in outputs.fields:
            outputs[key] = _on_the_wire(value, secret=key in secret)
            continue
        given = outputs.fields[key]
        if is_object(value) and given.HasField("struct_value") and SIGNATURE not in given.struct_value.fields:
            _fill_in(given.struct_value, value)


def _answer(result: struct_pb2.Struct) -> resource_pb2.ResourceInvokeResponse:
    fields: dict[str, Any] = {"return": result}  # a word of Python's own
    return resource_pb2.ResourceInvokeResponse(**fields)


def _struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(dict(values))
    return struct


def _source(position: Any) -> str:
    """File and line, relative to the folder that the program runs in or to the path that it was imported from."""
    return f"{_file(position.uri, tuple(sys.path))}:{position.line}" if position.uri else ""


@cache
def _file(uri: str, imported_from: tuple[str, ...]) -> str:
    path = Path(uri.removeprefix("project://").removeprefix("file://"))
    for base in sorted((Path(each).resolve() for each in imported_from if each), key=lambda each: -len(each.parts)):
        if path.is_relative_to(base):
            return str(path.relative_to(base))
    return path.name


def _by_line(source: str) -> tuple[str, int]:
    file, _, line = source.rpartition(":")
    return file, int(line or 0)
