"""Kubernetes objects of a plan as YAML files."""

import pulumi
import pytest
import yaml
from plans import KEY, plan, resource

from moorings.preview import kubernetes_yaml
from moorings.preview.kubernetes_yaml import write_yaml
from moorings.preview.plan import Resource


def manifest(kind, logical_name, **metadata):
    inputs = {"apiVersion": "v1", "kind": kind, "metadata": metadata, "data": {"a": "[secret]"}}
    return resource(logical_name, f"kubernetes:core/v1:{kind}", inputs=inputs)


def test_every_object_is_a_file(tmp_path):
    crd = {"apiVersion": "v1", "kind": "CustomResourceDefinition", "metadata": None}
    files = write_yaml(
        plan(
            manifest("Secret", "s", name="named", namespace="space"),
            manifest("ConfigMap", "unnamed"),
            resource("crd", "kubernetes:x", inputs=crd),
            resource("chart", "kubernetes:helm.sh/v4:Chart"),
            KEY,
        ),
        tmp_path,
    )
    assert sorted(str(path.relative_to(tmp_path)) for path in files) == [
        "0-crd/v1-customresourcedefinition-default-crd.yaml",
        "1-manifest/v1-configmap-default-unnamed.yaml",
        "1-manifest/v1-secret-space-named.yaml",
    ]
    assert yaml.safe_load((tmp_path / "1-manifest/v1-configmap-default-unnamed.yaml").read_text()) == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "unnamed"},
        "data": {"a": "[secret]"},
    }


@pytest.mark.parametrize(
    ("ignored", "spec"),
    [([], {"replicas": 2, "paused": False}), (["spec.replicas"], {"paused": False}), (["spec"], None)],
    ids=["no", "one field", "an object"],
)
def test_ignored_fields_are_left_out(tmp_path, ignored, spec):
    inputs = {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replicas": 2, "paused": False}}
    options = {"inputs": inputs, "ignore_changes": [*ignored, "spec.template.spec", "status"]}
    (file,) = write_yaml(plan(resource("orders", "kubernetes:apps/v1:Deployment", **options)), tmp_path)
    assert yaml.safe_load(file.read_text()).get("spec") == spec


def test_a_generated_name_is_that_to_which_other_objects_refer(tmp_path):
    unnamed = resource("c", "kubernetes:core/v1:ConfigMap", id="space/c-1a2b", inputs=manifest("ConfigMap", "c").inputs)
    (file,) = write_yaml(plan(unnamed), tmp_path)
    assert yaml.safe_load(file.read_text())["metadata"]["name"] == "c-1a2b"


def test_objects_that_others_require_come_first(tmp_path):
    kinds = ("Deployment", "Namespace", "CustomResourceDefinition")
    files = write_yaml(plan(*(manifest(kind, kind.lower()) for kind in kinds)), tmp_path)
    assert [file.parent.name for file in sorted(files)] == ["0-crd", "0-namespace", "1-manifest"]


@pytest.mark.parametrize("written", [0, 1])
def test_failed_write_changes_nothing(tmp_path, monkeypatch, written):
    write_yaml(plan(manifest("ConfigMap", "a")), tmp_path)
    before = {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    texts = ["new"] * written

    def emit(*_, **__):
        if not texts:
            raise OSError("disk full")
        return texts.pop()

    monkeypatch.setattr(kubernetes_yaml.yaml, "emit", emit)
    with pytest.raises(OSError, match="disk full"):
        write_yaml(plan(manifest("ConfigMap", "a"), manifest("ConfigMap", "b")), tmp_path)
    assert {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_files_of_removed_objects_are_deleted_and_no_others(tmp_path):
    write_yaml(plan(manifest("ConfigMap", "removed"), manifest("ConfigMap", "remaining")), tmp_path)
    (tmp_path / "1-manifest" / "notes.yaml").write_text("mine: true\n")
    write_yaml(plan(manifest("ConfigMap", "remaining")), tmp_path)
    files = sorted(path.name for path in tmp_path.rglob("*.yaml"))
    assert files == ["notes.yaml", "v1-configmap-default-remaining.yaml"]


def test_files_outside_the_folder_are_never_deleted(tmp_path):
    outside = tmp_path / "mine.yaml"
    outside.write_text("mine: true\n")
    folder = tmp_path / "out"
    write_yaml(plan(manifest("ConfigMap", "c")), folder)
    (folder / kubernetes_yaml.FILE_LIST).write_text(f"../mine.yaml\n{outside}\n1-manifest/notes.txt\n")
    write_yaml(plan(), folder)
    assert outside.exists()


def test_a_plan_without_objects_writes_nothing(tmp_path):
    assert write_yaml(plan(KEY), tmp_path) == []
    assert not list(tmp_path.iterdir())


def test_objects_of_several_providers_have_separate_folders(tmp_path):
    urn = "urn:pulumi:dev::demo::pulumi:providers:kubernetes::"
    blue = Resource(**{**vars(manifest("ConfigMap", "first", name="c")), "provider": f"{urn}blue::1"})
    green = Resource(**{**vars(manifest("ConfigMap", "second", name="c")), "provider": f"{urn}green::2"})
    assert [str(path.relative_to(tmp_path)) for path in sorted(write_yaml(plan(blue, green), tmp_path))] == [
        "blue/1-manifest/v1-configmap-default-c.yaml",
        "green/1-manifest/v1-configmap-default-c.yaml",
    ]


def test_duplicate_object_is_an_error(tmp_path):
    with pytest.raises(pulumi.RunError) as error:
        write_yaml(plan(manifest("ConfigMap", "a", name="c"), manifest("ConfigMap", "b", name="c")), tmp_path)
    assert str(error.value) == ("a and b declare the same Kubernetes object v1-configmap-default-c; rename one of them")
    assert not list(tmp_path.iterdir())


AMBIGUOUS = ["yes", "on", "1", "0x1f", "1e3", "null", "~", "2026-01-01", "12:30:00", "=", "<<"]
SPECIAL = [
    " led", "trail ", "a: b", "- a", "# no", "line\nline\n", "\ttab", "é ✓", "'q'", '"q"', "{a}", "%x"
]  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        ["", *AMBIGUOUS],
        SPECIAL,
        [1, 1.5, 1e300, float("inf"), True, False, None, 0, 1, -7],
        [{}, [], {"a": {}, "b": []}],
        {"a": [{"b": [1, [2, {"c": "d"}]]}]},
    ],
    ids=["ambiguous", "special", "scalars", "empty", "nested"],
)
def test_yaml_is_identical_to_that_of_pyyaml(value):
    document = {"value": value}  # keys are sorted in both
    assert kubernetes_yaml._to_yaml(document) == yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
