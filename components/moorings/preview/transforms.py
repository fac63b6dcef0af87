"""Runs the resource and invoke transforms of a program as an engine does, through the callback server of the SDK.

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


def _option_names() -> dict[str, str]:
    """Return the names of resource options in a registration by their names in a transform."""
    registered = {
        field.name.replace("_", "").lower(): field.name
        for field in resource_pb2.RegisterResourceRequest.DESCRIPTOR.fields
    }
    registered |= {"dependson": "dependencies", "hidediff": "hideDiffs", "import": "importId"}
    transformed = [field.name for field in resource_pb2.TransformResourceOptions.DESCRIPTOR.fields]
    return {name: registered[key] for name in transformed if (key := name.replace("_", "")) in registered}


OPTION_NAMES = _option_names()


class Transforms:
    """Transforms of the stack and of its resources. Those of a resource also apply to its children."""

    def __init__(self) -> None:
        """Start without transforms."""
        self._channels: dict[str, grpc.Channel] = {}
        self._of_resources: dict[str, list[Any]] = {}
        self.of_stack: list[Any] = []
        """Transforms of all resources that are registered later."""
        self.of_functions: list[Any] = []
        """Transforms of all function calls that are made later."""

    def resource(self, urn: str, request: Any, ancestors: Iterable[str]) -> Any:
        """Return a registration after its own transforms, those of its ancestors, and those of the stack."""
        self._of_resources[urn] = list(request.transforms)
        callbacks = [callback for owner in (urn, *ancestors) for callback in self._of_resources.get(owner, ())]
        for callback in (*callbacks, *self.of_stack):
            original = resource_pb2.TransformRequest(
                type=request.type,
                name=request.name,
                custom=request.custom,
                parent=request.parent,
                properties=_with_outputs(request.object),
                options=_options(request),
            )
            response = self._call(callback, f"{request.type} {request.name!r}", original)
            changed = resource_pb2.TransformResponse.FromString(response)
            if changed != resource_pb2.TransformResponse(properties=original.properties, options=original.options):
                request = _apply(request, changed)
        return request

    def function(self, request: Any) -> Any:
        """Return a function call after all invoke transforms."""
        for callback in self.of_functions:
            options = resource_pb2.TransformInvokeOptions(provider=request.provider, version=request.version)
            original = resource_pb2.TransformInvokeRequest(token=request.tok, args=request.args, options=options)
            changed = resource_pb2.TransformInvokeResponse.FromString(self._call(callback, request.tok, original))
            request.args.CopyFrom(changed.args)
            if changed.HasField("options"):
                request.provider = changed.options.provider
        return request

    def close(self) -> None:
        """Close the connections to callback servers."""
        for channel in self._channels.values():
            channel.close()

    def _call(self, callback: Any, target: str, request: Any) -> bytes:
        require_worker_thread()
        if callback.target not in self._channels:
            self._channels[callback.target] = grpc.insecure_channel(callback.target)
        stub: Any = callback_pb2_grpc.CallbacksStub(self._channels[callback.target])
        try:
            response = stub.Invoke(
                callback_pb2.CallbackInvokeRequest(token=callback.token, request=request.SerializeToString())
            )
        except grpc.RpcError as error:
            # The details are the token of the callback, the message, and a traceback.
            details: Any = error.details()
            message = str(details).partition(" error: ")[2].partition(":\n")[0]
            raise pulumi.RunError(f"a transform of {target} failed: {message or details}") from None
        return bytes(response.response)


def _fields(message: Any) -> dict[str, Any]:
    return {field.name: value for field, value in message.ListFields()}


def _options(request: Any) -> Any:
    fields = _fields(request)
    return resource_pb2.TransformResourceOptions(
        **{name: fields[registered] for name, registered in OPTION_NAMES.items() if registered in fields}
    )


def _apply(request: Any, changed: Any) -> Any:
    """Return a registration with the properties and options that a transform returned."""
    fields = _fields(request) | {"object": changed.properties}
    if changed.HasField("options"):
        fields = {name: value for name, value in fields.items() if name not in OPTION_NAMES.values()}
        options = _fields(changed.options)
        fields |= {registered: options[name] for name, registered in OPTION_NAMES.items() if name in options}
    return resource_pb2.RegisterResourceRequest(**fields)


def _with_outputs(struct: Struct) -> Struct:
    """Return an object with secret and unknown values as outputs, the form in which a transform receives them."""
    converted = Struct()
    for key, value in struct.fields.items():
        converted.fields[key].CopyFrom(_as_output(value))
    return converted


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
