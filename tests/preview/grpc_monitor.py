"""Runs a program against a monitor and an engine that are reached over the wire, as a real engine is."""

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
    """Hands what is logged to a recorder's log."""

    def __init__(self, recorder):
        self._log = RecordingEngine(recorder)

    def Log(self, request, context):  # noqa: N802 - the protocol's name
        self._log.Log(request)
        return empty_pb2.Empty()


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Hands whatever the SDK calls to a recorder, and counts the calls."""

    def __init__(self, recorder):
        self.calls = {}
        for name in vars(resource_pb2_grpc.ResourceMonitorServicer):
            if hasattr(recorder, name) and not name.startswith("_"):
                setattr(self, name, self._handed_over(name, getattr(recorder, name)))

    def _handed_over(self, name, method):
        def handled(request, context):
            self.calls[name] = self.calls.get(name, 0) + 1
            try:
                answer = method(request)
            except Exception as error:  # noqa: BLE001 - the program is told, whatever it is
                context.abort(grpc.StatusCode.UNKNOWN, str(error))
            return answer

        return handled


@contextlib.contextmanager
def served(recorder):
    """A channel to a server on this machine, and the monitor that it serves."""
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


def run_over_the_wire(program, setting, *, known=True):
    """The plan of a program, as ``moorings.preview.program.run`` gives it, and the calls that were made for it."""
    answers = SimulatedCloud(
        setting.config.get("aws:region", DEFAULT_REGION), known=known, references=setting.references
    )
    recorder = RecordingMonitor(answers, setting.project, setting.stack, reveal=True)
    with served(recorder) as (channel, monitor):
        settings.reset_options(
            project=setting.project,
            stack=setting.stack,
            organization=setting.organization,
            preview=True,
            monitor_address=resource_pb2_grpc.ResourceMonitorStub(channel),
            engine_address=engine_pb2_grpc.EngineStub(channel),
        )
        pulumi.runtime.set_all_config(dict(setting.config), list(setting.secret_keys))
        try:
            asyncio.run(stack.run_in_stack(program))
        finally:
            recorder.close()
            settings.reset_options()
    return build_plan(recorder, setting), monitor.calls
