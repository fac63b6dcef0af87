"""Base class of the emulated providers: the protocol of the engine.

Source: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import grpc
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from emulated_providers import pause_points, property_encoding, sdk_types
from emulated_providers.property_encoding import Properties
from emulated_providers.sdk_types import InputError
from moorings.preview.secret_masking import UNKNOWN, RevealedSecret

DEFAULTS = "__defaults"
"""Input that lists the inputs with a value set by the provider, as in bridged providers."""


class RejectedError(Exception):
    """The service rejects a request."""


class NotInitializedError(Exception):
    """A resource exists, but is not ready. The engine stores its outputs and the reasons, and updates it next time."""

    def __init__(self, reasons: Sequence[str], outputs: Properties) -> None:
        """``outputs`` are those of the existing resource."""
        super().__init__(reasons[0])
        self.reasons = list(reasons)
        self.outputs = outputs


@dataclass(frozen=True)
class Operation:
    """An operation that the engine requests."""

    urn: str
    timeout_seconds: float = 0
    """The matching element of ``custom_timeouts``. 0 if the program sets none."""


class EmulatedProvider(provider_pb2_grpc.ResourceProviderServicer):
    """A provider without resources. Each subclass implements the resources of a cloud."""

    package = ""
    version = ""

    def __init__(self) -> None:
        """Start without configuration."""
        self.settings: Properties = {}
        self.engine_address = ""

    # Overridden by subclasses.

    def complete_inputs(
        self, type_: str, name: str, inputs: Properties, old_inputs: Properties, seed: str
    ) -> Properties:
        """The inputs with defaults of the provider, such as names."""
        return inputs

    def input_errors(self, type_: str, inputs: Properties) -> Sequence[InputError]:
        """Errors that the provider reports without calling the service."""
        return sdk_types.input_errors(sdk_types.resource(type_), inputs)

    def check_update(self, inputs: Properties, ignored: Sequence[str]) -> None:
        """Check an update in a preview.

        Raises:
            RejectedError: the service would reject it.
        """

    def requires_replacement(self, type_: str, path: str, old: Properties, new: Properties) -> bool:
        """Whether changing this property replaces the resource."""
        return False

    def comparable_inputs(self, old: Properties, old_outputs: Properties) -> Properties:
        """The properties that new inputs are compared with."""
        return old

    def update_inputs(self, inputs: Properties, ignored: Sequence[str]) -> Properties:
        """The inputs of an update with ``ignore_changes``, in which the engine has restored the old values."""
        return inputs

    def deletes_before_replace(self, type_: str, old: Properties, new: Properties) -> bool:
        """Whether the old resource must be deleted before the new one is created."""
        return False

    def preview_outputs(self, type_: str, inputs: Properties) -> Properties:
        """The outputs of a new resource in a preview."""
        outputs = sdk_types.resource(type_).outputs
        return {**{key: UNKNOWN for key in outputs if inputs.get(key) is None}, **inputs}

    def updated_outputs(self, type_: str, old_outputs: Properties, inputs: Properties, *, preview: bool) -> Properties:
        """The outputs after an in-place update."""
        return {**old_outputs, **inputs}

    def create(self, type_: str, urn: str, name: str, inputs: Properties) -> tuple[str, Properties]:
        """Create a resource, and return its ID and outputs."""
        raise NotImplementedError

    def read_resource(
        self, type_: str, id_: str, inputs: Properties, old_outputs: Properties
    ) -> tuple[Properties, Properties] | None:
        """The current inputs and outputs of a resource. None if it does not exist."""
        return inputs, old_outputs

    def update(self, type_: str, id_: str, urn: str, old_outputs: Properties, inputs: Properties) -> Properties:
        """Update a resource in place, and return its outputs."""
        return self.updated_outputs(type_, old_outputs, inputs, preview=False)

    def delete(self, type_: str, id_: str, old_outputs: Properties) -> None:
        """Delete a resource."""

    def wait_until_ready(self, operation: Operation, inputs: Properties, outputs: Properties) -> Properties:
        """Wait until a created or updated resource is ready, and return its outputs.

        Raises:
            NotInitializedError: the resource was not ready in time.
        """
        return outputs

    def check_readiness(self, operation: Operation, inputs: Properties, outputs: Properties) -> None:
        """Check whether a resource is ready during a refresh.

        Raises:
            NotInitializedError: the resource is not ready.
        """

    def wait_until_deleted(self, operation: Operation, inputs: Properties, outputs: Properties) -> None:
        """Wait until a resource is deleted."""

    def call(self, token: str, args: Properties) -> Properties:
        """Call a function."""
        raise RejectedError(f"not emulated: {token}")

    # Used by subclasses.

    def log_status(self, severity: str, text: str, urn: str) -> None:
        """Send a message that the engine shows beside the resource during the operation."""
        value = engine_pb2.LogSeverity.Value(severity.upper())
        self._engine.Log(engine_pb2.LogRequest(severity=value, message=text, urn=urn, ephemeral=True))

    @cached_property
    def _engine(self) -> engine_pb2_grpc.EngineStub:
        return engine_pb2_grpc.EngineStub(grpc.insecure_channel(self.engine_address))

    # Methods of the protocol.

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        return plugin_pb2.PluginInfo(version=self.version)

    def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.GetSchemaResponse(schema=f'{{"name": "{self.package}", "version": "{self.version}"}}')

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        self.settings = property_encoding.read(request.args)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True, acceptOutputs=False)

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        type_, name = _type_and_name(request.urn)
        news, old_inputs = property_encoding.read(request.news), property_encoding.read(request.olds)
        try:
            inputs = self.complete_inputs(type_, name, news, old_inputs, hashlib.sha256(request.randomSeed).hexdigest())
            errors = self.input_errors(type_, inputs)
        except LookupError as error:
            errors, inputs = [("", str(error))], news
        failures = [provider_pb2.CheckFailure(property=path, reason=f"{path} {reason}") for path, reason in errors]
        return provider_pb2.CheckResponse(inputs=property_encoding.write(inputs), failures=failures)

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        type_, _ = _type_and_name(request.urn)
        old, new = (
            self.comparable_inputs(property_encoding.read(request.old_inputs), property_encoding.read(request.olds)),
            property_encoding.read(request.news),
        )
        response = provider_pb2.DiffResponse(hasDetailedDiff=True, changes=provider_pb2.DiffResponse.DIFF_NONE)
        for path, kind in differences(old, new):
            if any(_within(path, ignored) for ignored in request.ignoreChanges):
                continue
            replaces = self.requires_replacement(type_, path, old, new)
            response.changes = provider_pb2.DiffResponse.DIFF_SOME
            response.diffs.append(path)
            response.detailedDiff[path].kind = _KINDS[kind, replaces]
            response.detailedDiff[path].inputDiff = True
            if replaces:
                response.replaces.append(path)
        response.deleteBeforeReplace = bool(response.replaces) and self.deletes_before_replace(type_, old, new)
        return response

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        type_, name = _type_and_name(request.urn)
        inputs = property_encoding.read(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=_outputs(self.preview_outputs(type_, inputs), inputs))
        pause_points.pause_if_requested(pause_points.BEFORE_CREATE, request.urn)
        with _report_rejection(context, f"creating {type_} {name}"):
            id_, outputs = self.create(type_, request.urn, name, inputs)
            pause_points.pause_if_requested(pause_points.AFTER_CREATE, request.urn)
            operation = Operation(request.urn, request.timeout)
            with _report_missing_readiness(context, id_, lambda outputs: _outputs(outputs, inputs)):
                outputs = self.wait_until_ready(operation, inputs, outputs)
            return provider_pb2.CreateResponse(id=id_, properties=_outputs(outputs, inputs))

    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        type_, name = _type_and_name(request.urn)
        with _report_rejection(context, f"reading {type_} {name}"):
            current = self.read_resource(
                type_, request.id, property_encoding.read(request.inputs), property_encoding.read(request.properties)
            )
            if current is None:
                return provider_pb2.ReadResponse()
            inputs, outputs = map(property_encoding.write, current)
            with _report_missing_readiness(context, request.id, lambda _: outputs, inputs):
                self.check_readiness(Operation(request.urn), *current)
            return provider_pb2.ReadResponse(id=request.id, inputs=inputs, properties=outputs)

    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        type_, name = _type_and_name(request.urn)
        old_outputs, inputs = property_encoding.read(request.olds), property_encoding.read(request.news)
        if request.preview:
            with _report_rejection(context, f"previewing the update of {type_} {name}"):
                self.check_update(inputs, request.ignoreChanges)
            outputs = self.updated_outputs(type_, old_outputs, inputs, preview=True)
            return provider_pb2.UpdateResponse(properties=_outputs(outputs, inputs))
        pause_points.pause_if_requested(pause_points.BEFORE_UPDATE, request.urn)
        with _report_rejection(context, f"updating {type_} {name}"):
            sent = self.update_inputs(inputs, request.ignoreChanges)
            outputs = self.update(type_, request.id, request.urn, old_outputs, sent)
            operation = Operation(request.urn, request.timeout)
            with _report_missing_readiness(context, request.id, lambda outputs: _outputs(outputs, inputs)):
                outputs = self.wait_until_ready(operation, inputs, outputs)
            return provider_pb2.UpdateResponse(properties=_outputs(outputs, inputs))

    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        type_, name = _type_and_name(request.urn)
        pause_points.pause_if_requested(pause_points.BEFORE_DELETE, request.urn)
        with _report_rejection(context, f"deleting {type_} {name}"):
            outputs = property_encoding.read(request.properties)
            self.delete(type_, request.id, outputs)
            operation = Operation(request.urn, request.timeout)
            self.wait_until_deleted(operation, property_encoding.read(request.old_inputs), outputs)
        pause_points.pause_if_requested(pause_points.AFTER_DELETE, request.urn)
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        args = property_encoding.read(request.args)
        try:
            parameters = sdk_types.function(request.tok).inputs
        except LookupError as error:
            return _failed("", str(error))
        for name in args:
            if name not in parameters:
                return _failed(name, f"{name} is not an argument of {request.tok}")
        with _report_rejection(context, f"calling {request.tok}"):
            return provider_pb2.InvokeResponse(**{"return": property_encoding.write(self.call(request.tok, args))})

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        return empty_pb2.Empty()


def differences(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The paths at which two values differ, each with ``add``, ``delete`` or ``update``."""
    plain_values = [value.value if isinstance(value, RevealedSecret) else value for value in (old, new)]
    match plain_values:
        case [dict(), dict()]:
            for key in sorted(set(plain_values[0]) | set(plain_values[1])):
                if key != DEFAULTS:
                    key_path = f"{path}.{key}" if path else key
                    yield from differences(plain_values[0].get(key), plain_values[1].get(key), key_path)
        case [list(), list()]:
            for index in range(max(map(len, plain_values))):
                pair = [elements[index] if index < len(elements) else None for elements in plain_values]
                yield from differences(*pair, f"{path}[{index}]")
        case [None, None]:
            return
        case [before, after] if before != after:
            yield path, "add" if before is None else "delete" if after is None else "update"


def random_hex(length: int) -> str:
    """Random hexadecimal digits."""
    return secrets.token_hex(length)[:length]


_PropertyDiff = provider_pb2.PropertyDiff
_KINDS = {
    (kind, replaces): getattr(_PropertyDiff, kind.upper() + ("_REPLACE" if replaces else ""))
    for kind in ("add", "delete", "update")
    for replaces in (False, True)
}


def _within(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith((f"{prefix}.", f"{prefix}["))


def _type_and_name(urn: str) -> tuple[str, str]:
    types, name = urn.split("::", 3)[2:]
    return types.rpartition("$")[2], name


def _outputs(outputs: Mapping[str, Any], inputs: Mapping[str, Any]) -> Any:
    """Outputs without the list of defaults. Secret inputs are secret outputs, as in bridged providers."""
    properties = {key: value for key, value in outputs.items() if key != DEFAULTS}
    for key in properties:
        if property_encoding.secret_in(inputs.get(key)):
            properties[key] = inputs[key]
    return property_encoding.write(properties)


def _failed(path: str, reason: str) -> Any:
    return provider_pb2.InvokeResponse(failures=[provider_pb2.CheckFailure(property=path, reason=reason)])


@contextmanager
def _report_missing_readiness(
    context: grpc.ServicerContext, id_: str, encode: Callable[[Properties], Any], inputs: Any = None
) -> Iterator[None]:
    """Report a resource that exists but is not ready, so that the engine stores it with the reasons."""
    try:
        yield
    except NotInitializedError as error:
        failure = provider_pb2.ErrorResourceInitFailed(
            id=id_, properties=encode(error.outputs), reasons=error.reasons, inputs=inputs
        )
        details = any_pb2.Any()
        details.Pack(failure)
        code, _ = grpc.StatusCode.UNKNOWN.value
        status = status_pb2.Status(code=code, message=error.reasons[0], details=[details])
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(grpc.StatusCode.UNKNOWN, error.reasons[0])


@contextmanager
def _report_rejection(context: grpc.ServicerContext, operation: str) -> Iterator[None]:
    """Report a rejection by the service to the engine."""
    try:
        yield
    except (RejectedError, LookupError) as error:
        context.abort(grpc.StatusCode.UNKNOWN, f"{operation}: {error}")
