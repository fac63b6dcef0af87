"""Runs an emulated provider: ``python -m emulated_providers <package> <version>``, as the engine starts it."""

import gc
import importlib
import os
import sys
from concurrent import futures

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

PROVIDERS = {
    "aws": ("emulated_providers.aws_provider", "AwsProvider"),
    "random": ("emulated_providers.random_provider", "RandomProvider"),
    "kubernetes": ("emulated_providers.kubernetes_provider", "KubernetesProvider"),
}


def main(package: str, version: str, *engine_arguments: str) -> None:
    """Serve requests until the engine exits, even if it is killed. Its last argument is its own address."""
    engine_pid = os.getppid()
    gc.disable()  # the process runs for seconds, half of them for imports
    module_name, class_name = PROVIDERS[package]
    provider = getattr(importlib.import_module(module_name), class_name)()
    provider.version = version
    provider.engine_address = engine_arguments[-1] if engine_arguments else ""
    server = grpc.server(futures.ThreadPoolExecutor(64), options=[("grpc.max_receive_message_length", 2**28)])
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while os.getppid() == engine_pid:
        server.wait_for_termination(0.2)
    os._exit(0)  # does not wait for threads


if __name__ == "__main__":
    main(*sys.argv[1:])
