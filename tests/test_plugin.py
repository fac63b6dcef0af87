"""Schema of the plugin: the components as programs in other languages see them."""

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
ENGINE_ADDRESS = "127.0.0.1:9"  # first argument of a plugin; not used for the schema


@pytest.fixture(scope="module")
def schema():
    """Starts the plugin as Pulumi does, and requests its schema."""
    with subprocess.Popen([sys.executable, COMPONENTS, ENGINE_ADDRESS], stdout=subprocess.PIPE, text=True) as plugin:
        try:
            port = int(plugin.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                stub = provider_pb2_grpc.ResourceProviderStub(channel)
                response = stub.GetSchema(provider_pb2.GetSchemaRequest(), timeout=30, wait_for_ready=True)
        finally:
            plugin.terminate()
    return json.loads(response.schema)


def components():
    return runpy.run_path(str(COMPONENTS / "__main__.py"))["COMPONENTS"]


def test_schema_matches_the_golden_file(schema, golden):
    golden("schema.json", json.dumps(schema, indent=2, sort_keys=True) + "\n")


def test_schema_has_the_name_and_version_of_the_package(schema):
    assert (schema["name"], schema["version"]) == ("moorings", version("moorings"))


def test_every_public_component_is_in_the_schema(schema):
    public = [getattr(moorings, name) for name in moorings.__all__]
    names = {
        member.__name__
        for member in public
        if isinstance(member, type) and issubclass(member, pulumi.ComponentResource)
    }
    assert {"EncryptionKey", "MskCluster", "MskScramUser"} <= names
    assert set(schema["resources"]) == {f"moorings:index:{name}" for name in names}


def test_arguments_without_a_default_are_required(schema):
    for component in components():
        args = getattr(moorings, f"{component.__name__}Args")
        required = {name for name, field in args.model_fields.items() if field.is_required()}
        resource = schema["resources"][f"moorings:index:{component.__name__}"]
        assert {_snake_case(name) for name in resource.get("requiredInputs", [])} == required
        assert {_snake_case(name) for name in resource["inputProperties"]} == set(args.model_fields)


def test_every_argument_output_and_component_has_a_description(schema):
    without_description = [
        f"{token}.{name}"
        for token, resource in schema["resources"].items()
        for name, item in {**resource["inputProperties"], **resource["properties"], "": resource}.items()
        if not item.get("description")
    ]
    assert without_description == []


def test_a_new_argument_changes_the_schema():
    class MoreArgs(moorings.EncryptionKeyArgs):
        purpose: str = ""
        """Purpose of the key."""

    class More(pulumi.ComponentResource):
        def __init__(self, name: str, args: MoreArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...

    plain = Analyzer("moorings").analyze_component(moorings.EncryptionKey)
    more = Analyzer("moorings").analyze_component(More)
    assert set(more.inputs) - set(plain.inputs) == {"purpose"}
    assert more.inputs["purpose"].optional


def test_plugin_is_declared_next_to_its_program():
    plugin = yaml.safe_load((COMPONENTS / "PulumiPlugin.yaml").read_text("utf-8"))
    assert plugin == {"runtime": "python"}
    assert not (COMPONENTS / "Pulumi.yaml").exists()
    assert not (COMPONENTS.parent / "PulumiPlugin.yaml").exists()


def test_plugin_installs_this_checkout():
    with contextlib.chdir(COMPONENTS):
        lines = Path("requirements.txt").read_text("utf-8").splitlines()
        (path,) = (line for line in lines if not line.startswith("#"))
        assert (Path(path) / "pyproject.toml").is_file()


def _snake_case(name):
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
