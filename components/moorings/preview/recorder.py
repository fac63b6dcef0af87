"""Recording monitor: implements the resource monitor of an engine, and records each registration of a resource.

Source: https://github.com/pulumi/pulumi/blob/v3.256.0/proto/pulumi/resource.proto
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import pulumi
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import engine_pb2, resource_pb2

from moorings.preview.plan import Resource
from moorings.preview.property_reader import PropertyReader, secret_digests, secret_paths
from moorings.preview.secret_masking import SECRET_SIGNATURE, SIGNATURE, is_object
from moorings.preview.simulated_cloud import SimulatedCloud
from moorings.preview.transforms import Transforms
from moorings.preview.urns import ROOT, alias_urns, build_urn, stack_urn

FEATURES = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
)
"""Features of the protocol that the monitor supports. The SDK uses no others."""

SEVERITIES = {
    engine_pb2.INFO: "info",
    engine_pb2.WARNING: "warning",
    engine_pb2.ERROR: "error",
}


KUBERNETES_SECRET = "kubernetes:core/v1:Secret"  # noqa: S105 - a type


class DuplicateUrnError(Exception):
    """A program registers two resources with the same URN."""


class RecordingMonitor:
    """Resource monitor that records the registrations of a program and answers from a simulated cloud."""

    def __init__(
        self, cloud: SimulatedCloud, project: str, stack: str, *, reveal: bool = False, digest_key: str = ""
    ) -> None:
        """Start without any registration.

        Args:
            cloud: returns the outputs of resources and the results of functions.
            project: name of the project.
            stack: name of the stack.
            reveal: True to keep the values of secrets, for tests.
            digest_key: random key for digests of secrets, by which two plans are compared. Empty for no digests.

        """
        self._digest_key = digest_key.encode()
        self._cloud, self._project, self._stack = cloud, project, stack
        self._reader = PropertyReader(reveal=reveal)
        # Keys of a Secret are public: they are in the pods that use it. Programs of other stacks read outputs by key.
        self._reader_with_keys = PropertyReader(reveal=reveal, keep_keys=True)
        self.root = stack_urn(stack, project)
        self.resources: dict[str, Resource] = {}
        self.reads: set[str] = set()
        self.outputs: dict[str, dict[str, Any]] = {}
        self.log: list[tuple[str, str, str]] = []
        self.unknown_functions: set[str] = set()
        self.remote: set[str] = set()
        self._states: dict[str, dict[str, Any]] = {}
        self._transforms = Transforms()
        self._lock = Lock()  # the SDK registers resources on several threads

    def close(self) -> None:
        """Close the connections to the transforms of the program."""
        self._transforms.close()

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """Return the URN that an engine would give to a resource."""
        return build_urn(self._stack, self._project, parent, type_, name)

    def GetDeploymentInfo(self, _: Any) -> Any:  # noqa: N802 - name in the protocol
        """Return the supported features."""
        return resource_pb2.DeploymentInfo(supportedFeatures=FEATURES)

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - name in the protocol
        """Record a resource, and return its outputs as far as they are known."""
        if request.type == ROOT:
            return resource_pb2.RegisterResourceResponse(urn=self.root)
        urn = self.make_urn(request.parent, request.type, request.name)
        self._inherit_options(request)
        request = self._transforms.resource(urn, request, self._ancestors(request.parent))
        resource = self._resource(urn, request)
        self._record(resource)
        if request.remote:
            self.remote.add(urn)
        inputs = PropertyReader(reveal=True).struct(request.object) if resource.secret_paths else dict(resource.inputs)
        id_, computed = self._cloud.outputs(resource, inputs)
        self.resources[urn] = replace(resource, id=id_)
        outputs = struct_pb2.Struct()
        outputs.CopyFrom(request.object)
        _add_computed(outputs, computed, request.additionalSecretOutputs)
        self._states[urn] = {"urn": urn, "id": id_, "state": outputs}
        return resource_pb2.RegisterResourceResponse(urn=urn, id=id_, object=outputs)

    def ReadResource(self, request: Any) -> Any:  # noqa: N802 - name in the protocol
        """Record an existing resource, and return its properties as far as they are known."""
        urn = self.make_urn(request.parent, request.type, request.name)
        self._record(
            Resource(
                urn=urn,
                type=request.type,
                name=request.name,
                id=request.id,
                parent=request.parent if request.parent != self.root else "",
                inputs=self._reader.struct(request.properties),
                dependencies=sorted(set(request.dependencies)),
                provider=request.provider,
                source=_source(request.sourcePosition),
            )
        )
        self.reads.add(urn)
        properties = _struct(self._cloud.read(request.type, request.name, request.id))
        self._states[urn] = {"urn": urn, "id": request.id, "state": properties}
        return resource_pb2.ReadResourceResponse(urn=urn, properties=properties)

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - name in the protocol
        """Record the outputs of a component or of the stack."""
        reader = self._reader_with_keys if request.urn == self.root and self._cloud.known else self._reader
        self.outputs[request.urn] = reader.struct(request.outputs)
        return empty_pb2.Empty()

    def Invoke(self, request: Any) -> Any:  # noqa: N802 - name in the protocol
        """Return the result of a function, or report it as unknown."""
        if request.tok == "pulumi:pulumi:getResource":
            return _invoke_response(_struct(self._states[request.args["urn"]]))
        request = self._transforms.function(request)
        result = self._cloud.invoke(request.tok, PropertyReader(reveal=True).struct(request.args), request.provider)
        if result is None:
            self.unknown_functions.add(request.tok)
            return resource_pb2.ResourceInvokeResponse(unknown=True)
        return _invoke_response(_struct(result))

    def Call(self, request: Any) -> Any:  # noqa: N802 - name in the protocol
        """Reject the call of a method, which requires its provider."""
        raise pulumi.RunError(f"{request.tok}: the result of a resource method is unknown without an engine")

    def ExistsResource(self, request: Any) -> Any:  # noqa: N802 - name in the protocol
        """Reject the check whether a resource exists, which requires its provider."""
        raise pulumi.RunError(f"{request.type} {request.id}: unknown without an engine whether the resource exists")

    def RegisterStackTransform(self, request: Any) -> Any:  # noqa: N802 - name in the protocol
        """Add a transform of all resources."""
        self._transforms.of_stack.append(request)
        return empty_pb2.Empty()

    def RegisterStackInvokeTransform(self, request: Any) -> Any:  # noqa: N802 - name in the protocol
        """Add a transform of all function calls."""
        self._transforms.of_functions.append(request)
        return empty_pb2.Empty()

    def RegisterPackage(self, _: Any) -> Any:  # noqa: N802 - name in the protocol
        """Accept a parameterized package; it is not loaded."""
        return resource_pb2.RegisterPackageResponse(ref="package")

    def _accept(self, _: Any) -> Any:
        """Accept a request that needs no action: hooks run only during a deployment."""
        return empty_pb2.Empty()

    RegisterResourceHook = RegisterErrorHook = SignalAndWaitForShutdown = _accept

    def _record(self, resource: Resource) -> None:
        with self._lock:
            if resource.urn in self.resources:
                sources = sorted({self.resources[resource.urn].source, resource.source}, key=_by_line)
                raise DuplicateUrnError(
                    f"{resource.kind} {resource.name!r} is declared twice, at {' and at '.join(sources)}; "
                    "rename one of them"
                )
            self.resources[resource.urn] = resource

    def _resource(self, urn: str, request: Any) -> Resource:
        parent = self.resources.get(request.parent)
        reader = self._reader_with_keys if request.type == KUBERNETES_SECRET else self._reader
        return Resource(
            urn=urn,
            type=request.type,
            name=request.name,
            custom=request.custom,
            parent=request.parent if request.parent != self.root else "",
            inputs=reader.struct(request.object),
            secret_paths=secret_paths(request.object),
            secret_digests=secret_digests(request.object, self._digest_key) if self._digest_key else {},
            dependencies=sorted(set(request.dependencies)),
            property_dependencies={
                key: sorted(set(dependencies.urns))
                for key, dependencies in sorted(request.propertyDependencies.items())
                if dependencies.urns
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

    def _inherit_options(self, request: Any) -> None:
        """Copy options from the parent that an engine copies, and the SDK does not."""
        if (parent := self.resources.get(request.parent)) is None:
            return
        if not request.HasField("protect"):
            request.protect = parent.protect
        if not request.HasField("retainOnDelete"):
            request.retainOnDelete = parent.retain_on_delete

    def _ancestors(self, urn: str) -> Iterator[str]:
        while urn in self.resources:
            yield urn
            urn = self.resources[urn].parent


class RecordingEngine:
    """Engine log that records the messages of a program, each with its resource."""

    def __init__(self, monitor: RecordingMonitor) -> None:
        """Add messages to the log of a monitor."""
        self._monitor = monitor

    def Log(self, request: Any) -> None:  # noqa: N802 - name in the protocol
        """Record a message; debug messages of the SDK are dropped."""
        if request.severity in SEVERITIES:
            self._monitor.log.append((SEVERITIES[request.severity], request.message, request.urn))


def _add_computed(outputs: struct_pb2.Struct, computed: Mapping[str, Any], secret: Sequence[str] = ()) -> None:
    """Add computed outputs to the inputs, at any depth: ``metadata.name`` next to ``metadata.labels``."""
    for key, value in computed.items():
        if key not in outputs.fields:
            outputs[key] = {SIGNATURE: SECRET_SIGNATURE, "value": value} if key in secret else value
            continue
        field = outputs.fields[key]
        if is_object(value) and field.HasField("struct_value") and SIGNATURE not in field.struct_value.fields:
            _add_computed(field.struct_value, value)


def _invoke_response(result: struct_pb2.Struct) -> resource_pb2.ResourceInvokeResponse:
    fields: dict[str, Any] = {"return": result}  # "return" is a keyword in Python
    return resource_pb2.ResourceInvokeResponse(**fields)


def _struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(dict(values))
    return struct


def _source(position: Any) -> str:
    """Return file and line, relative to the import path that contains the file."""
    return f"{_file(position.uri, tuple(sys.path))}:{position.line}" if position.uri else ""


@cache
def _file(uri: str, import_paths: tuple[str, ...]) -> str:
    file = Path(uri.removeprefix("project://").removeprefix("file://"))
    for path in sorted((Path(path).resolve() for path in import_paths if path), key=lambda path: -len(path.parts)):
        if file.is_relative_to(path):
            return str(file.relative_to(path))
    return file.name


def _by_line(source: str) -> tuple[str, int]:
    file, _, line = source.rpartition(":")
    return file, int(line or 0)
