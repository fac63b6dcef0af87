"""Serves a double: ``python -m doubles <package> <version>``, as the engine starts it."""

import gc
import importlib
import os
import sys
from concurrent import futures

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

PROVIDERS = {
    "aws": ("doubles.aws_provider", "AwsProvider"),
    "random": ("doubles.random_provider", "RandomProvider"),
    "kubernetes": ("doubles.kubernetes_provider", "KubernetesProvider"),
}


def main(package: str, version: str) -> None:
    """Serve until the engine goes, by whatever way it goes."""
    engine = os.getppid()
    gc.disable()  # it lives for seconds, and half of them go into imports
    home, name = PROVIDERS[package]
    provider = getattr(importlib.import_module(home), name)()
    provider.version = version
    server = grpc.server(futures.ThreadPoolExecutor(16), options=[("grpc.max_receive_message_length", 2**28)])
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while os.getppid() == engine:
        server.wait_for_termination(0.2)
    os._exit(0)  # at once, whatever a thread still waits for


if __name__ == "__main__":
    main(*sys.argv[1:])
