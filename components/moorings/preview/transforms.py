"""Runs a program's transforms, as an engine does: over the callback protocol that the SDK serves.

Source: https://github.com/pulumi/pulumi/blob/v3.256.0/pkg/resource/deploy/source_eval.go, RegisterResource and Invoke
"""

from collections.abc import Iterable
from typing import Any

import grpc
import pulumi
from google.protobuf.struct_pb2 import ListValue, Struct, Value
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc, resource_pb2

from moorings.preview.secret_masking import OUTPUT_SIGNATURE, SECRET_SIGNATURE, SIGNATURE, UNKNOWN_TEXT
from moorings.sdk.internals import require_worker_thread


def _options_of_both() -> dict[str, str]:
    """What a transform calls the options of a resource, and what a registration calls them."""
    ours = {
        field.name.replace("_", "").lower(): field.name
        for field in resource_pb2.RegisterResourceRequest.DESCRIPTOR.fields
    }
    ours |= {"dependson": "dependencies", "hidediff": "hideDiffs", "import": "importId"}
    theirs = [field.name for field in resource_pb2.TransformResourceOptions.DESCRIPTOR.fields]
    return {name: ours[same] for name in theirs if (same := name.replace("_", "")) in ours}


OPTIONS = _options_of_both()


class Transforms:
    """The transforms of a program: of the stack, and of each resource for itself and all below it."""

    def __init__(self) -> None:
        """Begin with none."""
        self._channels: dict[str, grpc.Channel] = {}
        self._of: dict[str, list[Any]] = {}
        self.of_stack: list[Any] = []
        """Transforms of every resource that follows."""
        self.of_functions: list[Any] = []
        """Transforms of every call of a function that follows."""

    def resource(self, urn: str, request: Any, ancestors: Iterable[str]) -> Any:
        """A registration as its own transforms leave it, then those of its ancestors, then the stack's."""
        self._of[urn] = list(request.transforms)
        callbacks = [each for at in (urn, *ancestors) for each in self._of.get(at, ())]
        for callback in (*callbacks, *self.of_stack):
            asked = resource_pb2.TransformRequest(
                type=request.type,
                name=request.name,
                custom=request.custom,
                parent=request.parent,
                properties=_with_outputs(request.object),
                options=_options(request),
            )
            told = self._call(callback, f"{request.type} {request.name!r}", asked)
            changed = resource_pb2.TransformResponse.FromString(told)
            if changed != resource_pb2.TransformResponse(properties=asked.properties, options=asked.options):
                request = _with(request, changed)
        return request

    def function(self, request: Any) -> Any:
        """The call of a function as the transforms of functions leave it."""
        for callback in self.of_functions:
            options = resource_pb2.TransformInvokeOptions(provider=request.provider, version=request.version)
            asked = resource_pb2.TransformInvokeRequest(token=request.tok, args=request.args, options=options)
            changed = resource_pb2.TransformInvokeResponse.FromString(self._call(callback, request.tok, asked))
            request.args.CopyFrom(changed.args)
            if changed.HasField("options"):
                request.provider = changed.options.provider
        return request

    def close(self) -> None:
        """Hang up."""
        for channel in self._channels.values():
            channel.close()

    def _call(self, callback: Any, of: str, request: Any) -> bytes:
        require_worker_thread()
        if callback.target not in self._channels:
            self._channels[callback.target] = grpc.insecure_channel(callback.target)
        stub: Any = callback_pb2_grpc.CallbacksStub(self._channels[callback.target])
        asked = callback_pb2.CallbackInvokeRequest(token=callback.token, request=request.SerializeToString())
        try:
            answer = stub.Invoke(asked)
        except grpc.RpcError as error:
            # The SDK tells the callback's token first, and a stack after the message.
            told: Any = error.details()
            message = str(told).partition(" error: ")[2].partition(":\n")[0]
            raise pulumi.RunError(f"a transform of {of} failed: {message or told}") from None
        return bytes(answer.response)


def _given(message: Any) -> dict[str, Any]:
    return {field.name: value for field, value in message.ListFields()}


def _options(request: Any) -> Any:
    given = _given(request)
    return resource_pb2.TransformResourceOptions(
        **{theirs: given[ours] for theirs, ours in OPTIONS.items() if ours in given}
    )


def _with(request: Any, changed: Any) -> Any:
    given = _given(request) | {"object": changed.properties}
    if changed.HasField("options"):
        kept = {name: value for name, value in given.items() if name not in OPTIONS.values()}
        options = _given(changed.options)
        given = kept | {ours: options[theirs] for theirs, ours in OPTIONS.items() if theirs in options}
    return resource_pb2.RegisterResourceRequest(**given)


def _with_outputs(struct: Struct) -> Struct:
    """An object in which what is secret or unknown is an output: that is how an engine hands it to a transform."""
    found = Struct()
    for key, value in struct.fields.items():
        found.fields[key].CopyFrom(_as_output(value))
    return found


def _as_output(value: Value) -> Value:
    match value.WhichOneof("kind"):
        case "string_value" if value.string_value == UNKNOWN_TEXT:
            return _output({})
        case "list_value":
            return Value(list_value=ListValue(values=map(_as_output, value.list_value.values)))
        case "struct_value":
            fields = value.struct_value.fields
            if SIGNATURE not in fields or fields[SIGNATURE].string_value != SECRET_SIGNATURE:
                return Value(struct_value=_with_outputs(value.struct_value))
            secret = _output({"secret": True})
            if fields["value"].string_value != UNKNOWN_TEXT:
                secret.struct_value.fields["value"].CopyFrom(fields["value"])
            return secret
        case _:
            return value


def _output(parts: dict[str, bool]) -> Value:
    struct = Struct()
    struct.update({SIGNATURE: OUTPUT_SIGNATURE, **parts})
    return Value(struct_value=struct)
