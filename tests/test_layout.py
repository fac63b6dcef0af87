"""How the files lie, held by rules: each is tried on the whole tree, and on something planted that breaks it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import moorings

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "components" / "moorings"
LAYERS = (
    ("validation",),
    ("aws",),
    ("kafka",),
    ("ecs", "kubernetes", "msk"),
    ("apps",),
)
LONGEST = 400
OUTSIDE = {
    "datetime", "getpass", "io", "os", "pathlib", "platform", "random", "secrets", "shutil", "socket", "subprocess",
    "tempfile", "time", "uuid",
}  # fmt: skip
"""Modules that look at the machine, the clock or chance."""
ASKS_PULUMI = {"Config", "get_stack", "get_project", "get_organization", "get_root_directory"}
NAMELESS = {"common", "helper", "helpers", "lib", "misc", "util", "utils"}


def imported(source):
    """Modules and names that a source imports, as pairs; the name is empty where the module itself is."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((each.name, "") for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (("." * node.level + (node.module or ""), each.name) for each in node.names)


def area(module):
    """The part of the package that a module belongs to: ``msk`` of ``moorings.msk.scram_user``."""
    return module.partition(".")[2].partition(".")[0]


def level(part):
    return next((index for index, parts in enumerate(LAYERS) if part in parts), None)


def imports_upwards(module, source):
    """``apps`` -> ``ecs``, ``kubernetes``, ``msk`` -> ``kafka``, ``kms``, ``network`` -> ``args``, ``inputs``."""
    own = area(module)
    if own != "preview" and level(own) is None:
        yield f"{module} stands in no layer"
        return
    for found, name in imported(source):
        if found.startswith("."):
            yield f"{module} imports relatively"
        elif found == "moorings" and name:
            yield f"{module} imports {name} from the package's top"
        elif found.startswith("moorings.") and area(found) != own:
            other = level(area(found))
            if own == "preview" or other is None or other >= level(own):
                yield f"{module} imports {found}"


def imports_private_names(module, source):
    """What a stack does, any user's program must be able to do."""
    for found, name in imported(source):
        if found.startswith("moorings.") or (found == "moorings" and name not in moorings.__all__):
            yield f"{module} imports {name} from {found}"


def postpones_annotations(module, source):
    """The plugin host reads annotations as they stand."""
    if ("__future__", "annotations") in imported(source):
        yield f"{module} postpones its annotations"


def looks_outside(module, source):
    """A component is told everything by its arguments."""
    for found, name in imported(source):
        if found.split(".")[0] in OUTSIDE or (found.startswith("pulumi") and name in ASKS_PULUMI):
            yield f"{module} imports {found} {name}".rstrip()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in ASKS_PULUMI:
            yield f"{module} uses {node.attr}"
        if isinstance(node, ast.Name) and node.id in {"open", "input", "__import__"}:
            yield f"{module} calls {node.id}"


def is_too_long(module, source):
    if source.count("\n") > LONGEST:
        yield f"{module} is longer than {LONGEST} lines"


def says_nothing(module, source):
    """A module is named after what the field calls it."""
    if NAMELESS & set(module.split(".")):
        yield f"{module} does not say what it holds"


def hides_a_component(module, source):
    """Every component is public: the plugin host and other programs find it by its name."""
    for node in ast.walk(ast.parse(source)):
        made = isinstance(node, ast.ClassDef) and any("ComponentResource" in ast.unparse(base) for base in node.bases)
        if made and not {node.name, f"{node.name}Args"} <= set(moorings.__all__):
            yield f"{module} holds {node.name}, which is not public with its arguments"


def modules(folder, top=""):
    for path in sorted(folder.rglob("*.py")):
        name = ".".join([*([top] if top else []), *path.relative_to(folder).with_suffix("").parts])
        yield name.removesuffix(".__init__"), path.read_text("utf-8")


PACKAGED = dict(modules(PACKAGE, "moorings"))
COMPONENTS = {name: source for name, source in PACKAGED.items() if name != "moorings" and area(name) != "preview"}
STACKS = dict(modules(ROOT / "stacks"))
EVERYTHING = PACKAGED | STACKS | dict(modules(ROOT / "tests")) | dict(modules(ROOT / "benchmarks"))

RULES = {
    imports_upwards: {name: source for name, source in PACKAGED.items() if name != "moorings"},
    imports_private_names: STACKS,
    postpones_annotations: COMPONENTS,
    looks_outside: COMPONENTS,
    is_too_long: PACKAGED,
    says_nothing: EVERYTHING,
    hides_a_component: PACKAGED,
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_tree_keeps_the_rule(rule):
    assert RULES[rule], "the rule looks at nothing"
    assert [finding for module, source in RULES[rule].items() for finding in rule(module, source)] == []


@pytest.mark.parametrize(
    ("rule", "module", "source", "finding"),
    [
        (imports_upwards, "moorings.aws.encryption_key", "from moorings.msk.scram_user import NAME", "moorings.aws.encryption_key imports moorings.msk.scram_user"),
        (imports_upwards, "moorings.validation.inputs", "import moorings.validation.args", "moorings.validation.inputs imports moorings.validation.args"),
        (imports_upwards, "moorings.msk.cluster", "from moorings.ecs.task_definition import X", "moorings.msk.cluster imports moorings.ecs.task_definition"),
        (imports_upwards, "moorings.msk.cluster", "from moorings.preview.plan import Plan", "moorings.msk.cluster imports moorings.preview.plan"),
        (imports_upwards, "moorings.preview.plan", "from moorings.aws.encryption_key import EncryptionKey", "moorings.preview.plan imports moorings.aws.encryption_key"),
        (imports_upwards, "moorings.aws.encryption_key", "def late():\n    from moorings import MskCluster", "moorings.aws.encryption_key imports MskCluster from the package's top"),
        (imports_upwards, "moorings.msk.scram_user", "from .cluster import X", "moorings.msk.scram_user imports relatively"),
        (imports_upwards, "moorings.extras", "", "moorings.extras stands in no layer"),
        (imports_private_names, "kafka", "from moorings.aws.encryption_key import EncryptionKey", "kafka imports EncryptionKey from moorings.aws.encryption_key"),
        (imports_private_names, "kafka", "from moorings import _HOMES", "kafka imports _HOMES from moorings"),
        (postpones_annotations, "moorings.aws.encryption_key", "from __future__ import annotations", "moorings.aws.encryption_key postpones its annotations"),
        (looks_outside, "moorings.aws.encryption_key", "import os", "moorings.aws.encryption_key imports os"),
        (looks_outside, "moorings.aws.encryption_key", "from datetime import datetime", "moorings.aws.encryption_key imports datetime datetime"),
        (looks_outside, "moorings.aws.encryption_key", "import os.path", "moorings.aws.encryption_key imports os.path"),
        (looks_outside, "moorings.aws.encryption_key", "from pulumi import Config", "moorings.aws.encryption_key imports pulumi Config"),
        (looks_outside, "moorings.aws.encryption_key", "import pulumi as p\np.Config()", "moorings.aws.encryption_key uses Config"),
        (looks_outside, "moorings.aws.encryption_key", "pulumi.get_stack()", "moorings.aws.encryption_key uses get_stack"),
        (looks_outside, "moorings.aws.encryption_key", "open('policy.json')", "moorings.aws.encryption_key calls open"),
        (is_too_long, "moorings.aws.encryption_key", "\n" * 401, "moorings.aws.encryption_key is longer than 400 lines"),
        (says_nothing, "moorings.msk.utils", "", "moorings.msk.utils does not say what it holds"),
        (says_nothing, "components.lib.test_kms", "", "components.lib.test_kms does not say what it holds"),
        (hides_a_component, "moorings.aws.encryption_key", "class Vault(pulumi.ComponentResource): ...", "moorings.aws.encryption_key holds Vault, which is not public with its arguments"),
    ],
)  # fmt: skip
def test_the_rule_finds_what_breaks_it(rule, module, source, finding):
    assert list(rule(module, source)) == [finding]


@pytest.mark.parametrize(
    ("rule", "module", "source"),
    [
        (imports_upwards, "moorings.apps.kpow.fargate", "from moorings.msk.cluster import MskCluster"),
        (imports_upwards, "moorings.preview.cli", "from moorings.preview.plan import Plan"),
        (imports_private_names, "kafka", "from moorings import MskCluster"),
        (looks_outside, "moorings.msk.scram_user", "import pulumi_random as random"),
        (is_too_long, "moorings.aws.encryption_key", "\n" * 400),
        (says_nothing, "moorings.kafka.librdkafka", ""),
        (hides_a_component, "moorings.aws.encryption_key", "class EncryptionKey(pulumi.ComponentResource): ..."),
    ],
)
def test_the_rule_lets_pass_what_keeps_it(rule, module, source):
    assert list(rule(module, source)) == []


def test_type_checkers_see_the_names_that_are_resolved_on_first_use():
    tree = ast.parse(PACKAGED["moorings"])
    (block,) = (node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    seen = {name: found.removeprefix("moorings.") for found, name in imported(ast.unparse(block.body))}
    assert seen == moorings._HOMES
    assert sorted(seen) == moorings.__all__


def loaded(program):
    """Vendor SDKs that a program loads, in an interpreter of its own."""
    asked = f"{program}\nimport sys\nprint(*sorted({{n.split('.')[0] for n in sys.modules}}))"
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    return {name for name in found if name.startswith("pulumi_")}


@pytest.mark.parametrize(
    ("program", "sdks"),
    [
        ("import moorings", set()),
        ("from moorings import Args, KafkaConnection", set()),
        ("from moorings import EncryptionKey", {"pulumi_aws"}),
        ("import pulumi_kubernetes", {"pulumi_kubernetes"}),  # what the check would find
    ],
)
def test_a_program_loads_the_vendor_sdks_of_what_it_makes(program, sdks):
    assert loaded(program) == sdks
