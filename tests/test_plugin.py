"""What programs in other languages see: the schema that the plugin host infers, as the plugin itself serves it."""

import contextlib
import json
import runpy
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import grpc
import pulumi
import pytest
import yaml
from pulumi.provider.experimental.analyzer import Analyzer
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

import moorings

COMPONENTS = Path(__file__).parent.parent / "components"
ENGINE = "127.0.0.1:9"  # what a plugin is told first; it is not asked for a schema


@pytest.fixture(scope="module")
def schema():
    """Start the plugin as Pulumi does, and ask it."""
    with subprocess.Popen([sys.executable, COMPONENTS, ENGINE], stdout=subprocess.PIPE, text=True) as plugin:
        try:
            port = int(plugin.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                stub = provider_pb2_grpc.ResourceProviderStub(channel)
                answer = stub.GetSchema(provider_pb2.GetSchemaRequest(), timeout=30, wait_for_ready=True)
        finally:
            plugin.terminate()
    return json.loads(answer.schema)


def components():
    return runpy.run_path(str(COMPONENTS / "__main__.py"))["COMPONENTS"]


def test_the_schema_is_what_was_reviewed(schema, golden):
    golden("schema.json", json.dumps(schema, indent=2, sort_keys=True) + "\n")


def test_the_schema_has_the_name_and_the_version_of_the_package(schema):
    assert (schema["name"], schema["version"]) == ("moorings", version("moorings"))


def test_every_public_component_is_served(schema):
    public = [getattr(moorings, name) for name in moorings.__all__]
    made = {each.__name__ for each in public if isinstance(each, type) and issubclass(each, pulumi.ComponentResource)}
    assert {"EncryptionKey", "MskCluster", "MskScramUser"} <= made
    assert set(schema["resources"]) == {f"moorings:index:{name}" for name in made}


def test_an_argument_with_a_default_is_optional_and_one_without_is_required(schema):
    for component in components():
        args = getattr(moorings, f"{component.__name__}Args")
        required = {name for name, field in args.model_fields.items() if field.is_required()}
        served = schema["resources"][f"moorings:index:{component.__name__}"]
        assert {_snake(name) for name in served.get("requiredInputs", [])} == required
        assert {_snake(name) for name in served["inputProperties"]} == set(args.model_fields)


def test_every_argument_output_and_component_is_described(schema):
    undescribed = [
        f"{token}.{name}"
        for token, resource in schema["resources"].items()
        for name, described in {**resource["inputProperties"], **resource["properties"], "": resource}.items()
        if not described.get("description")
    ]
    assert undescribed == []


def test_another_field_would_change_the_schema():
    """The check above is no mirror of itself: the analyzer sees what is added to an argument class."""

    class MoreArgs(moorings.EncryptionKeyArgs):
        purpose: str = ""
        """What it is for."""

    class More(pulumi.ComponentResource):
        def __init__(self, name: str, args: MoreArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...

    plain = Analyzer("moorings").analyze_component(moorings.EncryptionKey)
    more = Analyzer("moorings").analyze_component(More)
    assert set(more.inputs) - set(plain.inputs) == {"purpose"}
    assert more.inputs["purpose"].optional


def test_the_plugin_is_declared_beside_its_program():
    declared = yaml.safe_load((COMPONENTS / "PulumiPlugin.yaml").read_text("utf-8"))
    assert declared == {"runtime": "python"}
    assert not (COMPONENTS / "Pulumi.yaml").exists()
    assert not (COMPONENTS.parent / "PulumiPlugin.yaml").exists()


def test_the_plugin_installs_this_checkout():
    with contextlib.chdir(COMPONENTS):
        lines = Path("requirements.txt").read_text("utf-8").splitlines()
        (path,) = (line for line in lines if not line.startswith("#"))
        assert (Path(path) / "pyproject.toml").is_file()


def _snake(name):
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
