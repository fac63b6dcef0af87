"""Runs a program with a monitor and an engine over gRPC, as with a real engine."""

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor

import grpc
import pulumi
from google.protobuf import empty_pb2
from pulumi.runtime import settings, stack
from pulumi.runtime.proto import engine_pb2_grpc, resource_pb2_grpc

from moorings.preview.program import DEFAULT_REGION, build_plan
from moorings.preview.recorder import RecordingEngine, RecordingMonitor
from moorings.preview.simulated_cloud import SimulatedCloud


class Engine(engine_pb2_grpc.EngineServicer):
    """Passes log messages to a recording engine."""

    def __init__(self, recorder):
        self._log = RecordingEngine(recorder)

    def Log(self, request, context):  # noqa: N802 - name in the protocol
        self._log.Log(request)
        return empty_pb2.Empty()


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Passes calls of the SDK to a recording monitor, and counts them."""

    def __init__(self, recorder):
        self.calls = {}
        for name in vars(resource_pb2_grpc.ResourceMonitorServicer):
            if hasattr(recorder, name) and not name.startswith("_"):
                setattr(self, name, self._pass_on(name, getattr(recorder, name)))

    def _pass_on(self, name, method):
        def call(request, context):
            self.calls[name] = self.calls.get(name, 0) + 1
            try:
                return method(request)
            except Exception as error:  # noqa: BLE001 - every error is returned to the program
                context.abort(grpc.StatusCode.UNKNOWN, str(error))

        return call


@contextlib.contextmanager
def serve(recorder):
    """Serves a monitor and an engine; returns a channel to them and the monitor."""
    monitor = Monitor(recorder)
    with ThreadPoolExecutor(max_workers=16) as threads:
        server = grpc.server(threads)
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
        engine_pb2_grpc.add_EngineServicer_to_server(Engine(recorder), server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                yield channel, monitor
        finally:
            server.stop(grace=None).wait()


def run_over_grpc(program, context, *, known=True):
    """Returns the plan of a program, as ``moorings.preview.program.run`` does, and the calls by method."""
    cloud = SimulatedCloud(context.config.get("aws:region", DEFAULT_REGION), known=known, references=context.references)
    recorder = RecordingMonitor(cloud, context.project, context.stack, reveal=True)
    with serve(recorder) as (channel, monitor):
        settings.reset_options(
            project=context.project,
            stack=context.stack,
            organization=context.organization,
            preview=True,
            monitor_address=resource_pb2_grpc.ResourceMonitorStub(channel),
            engine_address=engine_pb2_grpc.EngineStub(channel),
        )
        pulumi.runtime.set_all_config(dict(context.config), list(context.secret_keys))
        try:
            asyncio.run(stack.run_in_stack(program))
        finally:
            recorder.close()
            settings.reset_options()
    return build_plan(recorder, context), monitor.calls
