"""What all doubles have in common: the engine's protocol.

Source: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
"""

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from doubles import halts, sdk, wire
from doubles.sdk import Mistake
from doubles.wire import Properties
from moorings.preview.secret_masking import UNKNOWN, RevealedSecret

DEFAULTS = "__defaults"
"""The input that lists the inputs that a provider chose itself, as the real ones keep it."""


class RefusedError(Exception):
    """The service refuses."""


class Double(provider_pb2_grpc.ResourceProviderServicer):
    """A provider; those of a cloud say what is their own."""

    package = ""
    version = ""

    def __init__(self) -> None:
        """Begin without settings."""
        self.settings: Properties = {}

    # What is each double's own.

    def completed(self, type_: str, name: str, inputs: Properties, olds: Properties, seed: str) -> Properties:
        """The inputs with those that the provider chooses itself, such as names."""
        return inputs

    def mistakes(self, type_: str, inputs: Properties) -> Sequence[Mistake]:
        """What the provider refuses before it asks the service."""
        return sdk.mistakes(sdk.resource(type_), inputs)

    def replaced_by(self, type_: str, path: str, old: Properties, new: Properties) -> bool:
        """Whether a change of this property makes a new resource."""
        return False

    def compared(self, old: Properties, olds: Properties) -> Properties:
        """What new inputs are compared with, of the old inputs and the old outputs."""
        return old

    def sent(self, inputs: Properties, ignored: Sequence[str]) -> Properties:
        """The inputs of an update, where the program ignores changes; the engine gives those their old values."""
        return inputs

    def deleted_first(self, type_: str, old: Properties, new: Properties) -> bool:
        """Whether the old resource has to go before the new one comes."""
        return False

    def foreseen(self, type_: str, inputs: Properties) -> Properties:
        """The outputs that a preview of a new resource knows."""
        outputs = sdk.resource(type_).outputs
        return {**{key: UNKNOWN for key in outputs if inputs.get(key) is None}, **inputs}

    def changed(self, type_: str, olds: Properties, inputs: Properties, *, preview: bool) -> Properties:
        """The outputs after an update in place."""
        return {**olds, **inputs}

    def create(self, type_: str, urn: str, name: str, inputs: Properties) -> tuple[str, Properties]:
        """Make a resource: its ID and its outputs."""
        raise NotImplementedError

    def look(self, type_: str, id_: str, inputs: Properties, olds: Properties) -> tuple[Properties, Properties] | None:
        """The inputs and the outputs of a resource as it is now, None where it is gone."""
        return inputs, olds

    def update(self, type_: str, id_: str, urn: str, olds: Properties, inputs: Properties) -> Properties:
        """Change a resource in place: its outputs."""
        return self.changed(type_, olds, inputs, preview=False)

    def delete(self, type_: str, id_: str, olds: Properties) -> None:
        """Delete a resource."""

    def call(self, token: str, args: Properties) -> Properties:
        """Answer a function."""
        raise RefusedError(f"this double does not know {token}")

    # The protocol.

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        return plugin_pb2.PluginInfo(version=self.version)

    def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.GetSchemaResponse(schema=f'{{"name": "{self.package}", "version": "{self.version}"}}')

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        self.settings = wire.read(request.args)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True, acceptOutputs=False)

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        type_, name = _type_and_name(request.urn)
        news, olds = wire.read(request.news), wire.read(request.olds)
        try:
            inputs = self.completed(type_, name, news, olds, hashlib.sha256(request.randomSeed).hexdigest())
            found = self.mistakes(type_, inputs)
        except LookupError as error:
            found, inputs = [("", str(error))], news
        failures = [provider_pb2.CheckFailure(property=path, reason=f"{path} {reason}") for path, reason in found]
        return provider_pb2.CheckResponse(inputs=wire.write(inputs), failures=failures)

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        type_, _ = _type_and_name(request.urn)
        old, new = self.compared(wire.read(request.old_inputs), wire.read(request.olds)), wire.read(request.news)
        response = provider_pb2.DiffResponse(hasDetailedDiff=True, changes=provider_pb2.DiffResponse.DIFF_NONE)
        for path, kind in differences(old, new):
            if any(_within(path, ignored) for ignored in request.ignoreChanges):
                continue
            replaces = self.replaced_by(type_, path, old, new)
            response.changes = provider_pb2.DiffResponse.DIFF_SOME
            response.diffs.append(path)
            response.detailedDiff[path].kind = _KINDS[kind, replaces]
            response.detailedDiff[path].inputDiff = True
            if replaces:
                response.replaces.append(path)
        response.deleteBeforeReplace = bool(response.replaces) and self.deleted_first(type_, old, new)
        return response

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        type_, name = _type_and_name(request.urn)
        inputs = wire.read(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=_outputs(self.foreseen(type_, inputs), inputs))
        halts.pass_by(halts.BEFORE_CREATE, request.urn)
        with _told(context, f"creating {type_} {name}"):
            id_, outputs = self.create(type_, request.urn, name, inputs)
            halts.pass_by(halts.AFTER_CREATE, request.urn)
            return provider_pb2.CreateResponse(id=id_, properties=_outputs(outputs, inputs))

    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        type_, name = _type_and_name(request.urn)
        with _told(context, f"reading {type_} {name}"):
            found = self.look(type_, request.id, wire.read(request.inputs), wire.read(request.properties))
            if found is None:
                return provider_pb2.ReadResponse()
            inputs, outputs = map(wire.write, found)
            return provider_pb2.ReadResponse(id=request.id, inputs=inputs, properties=outputs)

    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        type_, name = _type_and_name(request.urn)
        olds, inputs = wire.read(request.olds), wire.read(request.news)
        if request.preview:
            found = self.changed(type_, olds, inputs, preview=True)
            return provider_pb2.UpdateResponse(properties=_outputs(found, inputs))
        halts.pass_by(halts.BEFORE_UPDATE, request.urn)
        with _told(context, f"updating {type_} {name}"):
            sent = self.sent(inputs, request.ignoreChanges)
            found = self.update(type_, request.id, request.urn, olds, sent)
            return provider_pb2.UpdateResponse(properties=_outputs(found, inputs))

    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        type_, name = _type_and_name(request.urn)
        halts.pass_by(halts.BEFORE_DELETE, request.urn)
        with _told(context, f"deleting {type_} {name}"):
            self.delete(type_, request.id, wire.read(request.properties))
        halts.pass_by(halts.AFTER_DELETE, request.urn)
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        args = wire.read(request.args)
        try:
            shape = sdk.function(request.tok)
        except LookupError as error:
            return _failed("", str(error))
        for name in args:
            if name not in shape.inputs:
                return _failed(name, f"{name} is not an argument of {request.tok}")
        with _told(context, f"calling {request.tok}"):
            return provider_pb2.InvokeResponse(**{"return": wire.write(self.call(request.tok, args))})

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        return empty_pb2.Empty()


def differences(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The paths at which two values differ, and how: ``add``, ``delete`` or ``update``."""
    bare = [each.value if isinstance(each, RevealedSecret) else each for each in (old, new)]
    match bare:
        case [dict(), dict()]:
            for key in sorted(set(bare[0]) | set(bare[1])):
                if key != DEFAULTS:
                    at = f"{path}.{key}" if path else key
                    yield from differences(bare[0].get(key), bare[1].get(key), at)
        case [list(), list()]:
            for at in range(max(map(len, bare))):
                pair = [each[at] if at < len(each) else None for each in bare]
                yield from differences(*pair, f"{path}[{at}]")
        case [None, None]:
            return
        case [before, after] if before != after:
            yield path, "add" if before is None else "delete" if after is None else "update"


def random_hex(length: int) -> str:
    """Hexadecimal digits that nobody knows before."""
    return secrets.token_hex(length)[:length]


_PropertyDiff = provider_pb2.PropertyDiff
_KINDS = {
    (kind, replaces): getattr(_PropertyDiff, kind.upper() + ("_REPLACE" if replaces else ""))
    for kind in ("add", "delete", "update")
    for replaces in (False, True)
}


def _within(path: str, whole: str) -> bool:
    return path == whole or path.startswith((f"{whole}.", f"{whole}["))


def _type_and_name(urn: str) -> tuple[str, str]:
    types, name = urn.split("::", 3)[2:]
    return types.rpartition("$")[2], name


def _outputs(outputs: Mapping[str, Any], inputs: Mapping[str, Any]) -> Any:
    """Outputs, without the note on defaults; what was secret as an input stays so, as the bridged providers have it."""
    kept = {key: value for key, value in outputs.items() if key != DEFAULTS}
    for key in kept:
        if wire.secret_in(inputs.get(key)):
            kept[key] = inputs[key]
    return wire.write(kept)


def _failed(path: str, reason: str) -> Any:
    return provider_pb2.InvokeResponse(failures=[provider_pb2.CheckFailure(property=path, reason=reason)])


class _told:  # noqa: N801 - reads as the statement that it is
    """Tell the engine what the service refused."""

    def __init__(self, context: grpc.ServicerContext, doing: str) -> None:
        self._context, self._doing = context, doing

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if isinstance(error, RefusedError | LookupError):
            self._context.abort(grpc.StatusCode.UNKNOWN, f"{self._doing}: {error}")
