"""Rules for the layout of the package. Each is applied to the whole tree and to a planted violation."""

import ast
import subprocess
import sys
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import moorings

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "components" / "moorings"
LAYERS = (
    ("lazy_names", "sdk"),
    ("validation",),
    ("overrides",),
    ("aws",),
    ("kafka",),
    ("ecs", "kubernetes", "msk"),
    ("apps",),
)
"""Subpackages from the bottom to the top. A module imports from its own subpackage and from lower layers only."""
MAX_LINES = 400
ENVIRONMENT_MODULES = {
    "datetime", "getpass", "io", "os", "pathlib", "platform", "random", "secrets", "shutil", "socket", "subprocess",
    "tempfile", "time", "uuid",
}  # fmt: skip
"""Modules that give access to the machine, the clock or random numbers."""
PROJECT_FUNCTIONS = {"Config", "get_stack", "get_project", "get_organization", "get_root_directory"}
VAGUE_NAMES = {"common", "helper", "helpers", "lib", "misc", "util", "utils"}


def imports(source):
    """Yield (module, name) of every import in a source, also below ``if TYPE_CHECKING``; a plain import has no name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (("." * node.level + (node.module or ""), alias.name) for alias in node.names)


def subpackage(module):
    """Return ``msk`` for ``moorings.msk.scram_user``."""
    return module.partition(".")[2].partition(".")[0]


def layer(name):
    return next((index for index, names in enumerate(LAYERS) if name in names), None)


def imports_only_lower_layers(module, source):
    """``preview`` runs any program: it may use ``sdk``, ``validation`` and itself, and no component uses it."""
    own = subpackage(module)
    if own != "preview" and layer(own) is None:
        yield f"{module} is in no layer"
        return
    for imported, name in imports(source):
        if imported.startswith("."):
            yield f"{module} uses a relative import"
        elif imported == "moorings" and name:
            yield f"{module} imports {name} from the public API"
        elif imported.startswith("moorings.") and subpackage(imported) not in {own, "lazy_names"}:
            other = layer(subpackage(imported))
            allowed = layer("validation") if own == "preview" else layer(own) - 1
            if other is None or other > allowed:
                yield f"{module} imports {imported}"


def imports_public_names_only(module, source):
    """A stack uses what any other program can use."""
    for imported, name in imports(source):
        if imported.startswith("moorings.") or (imported == "moorings" and name not in moorings.__all__):
            yield f"{module} imports {name} from {imported}"


def evaluates_annotations(module, source):
    """The plugin host reads annotations at run time."""
    if ("__future__", "annotations") in imports(source):
        yield f"{module} postpones its annotations"


def depends_on_arguments_only(module, source):
    """A component reads no configuration, environment variable, file or clock."""
    for imported, name in imports(source):
        if imported.split(".")[0] in ENVIRONMENT_MODULES or (
            imported.startswith("pulumi") and name in PROJECT_FUNCTIONS
        ):
            yield f"{module} imports {imported} {name}".rstrip()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in PROJECT_FUNCTIONS:
            yield f"{module} uses {node.attr}"
        if isinstance(node, ast.Name) and node.id in {"open", "input", "__import__"}:
            yield f"{module} calls {node.id}"


def is_short(module, source):
    if source.count("\n") > MAX_LINES:
        yield f"{module} is longer than {MAX_LINES} lines"


def is_named_by_its_subject(module, source):
    if VAGUE_NAMES & set(module.split(".")):
        yield f"{module} has a name that does not describe its content"


def publishes_components(module, source):
    """Other programs and the plugin host find every component, and its arguments, by its public name.

    A base class of components is named ``...Component``.
    """
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ClassDef) or node.name.endswith("Component"):
            continue
        is_component = any(ast.unparse(base).endswith(("ComponentResource", "Component")) for base in node.bases)
        if is_component and not {node.name, f"{node.name}Args"} <= set(moorings.__all__):
            yield f"{module} defines {node.name}, which is not public together with its arguments"


def rejects_with_rules(module, source):
    """A finding has an ID, so that it can be explained and acknowledged: no bare errors, and no warnings without a rule."""
    if subpackage(module) == "validation":
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Raise) and node.exc is not None:
            error = ast.unparse(node.exc).partition("(")[0]
            if error in {"ValueError", "InvalidInput", "pulumi.RunError"}:
                yield f"{module} raises {error}"
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"pulumi.log.warn", "pulumi.log.error"}:
            yield f"{module} calls {ast.unparse(node.func)}"


def modules(folder, package=""):
    for path in sorted(folder.rglob("*.py")):
        name = ".".join([*([package] if package else []), *path.relative_to(folder).with_suffix("").parts])
        yield name.removesuffix(".__init__"), path.read_text("utf-8")


PACKAGE_MODULES = dict(modules(PACKAGE, "moorings"))
SUBPACKAGE_MODULES = {name: source for name, source in PACKAGE_MODULES.items() if name != "moorings"}
COMPONENT_MODULES = {
    name: source
    for name, source in SUBPACKAGE_MODULES.items()
    if subpackage(name) not in {"lazy_names", "preview", "sdk"}
}
STACK_MODULES = dict(modules(ROOT / "stacks"))
ALL_MODULES = PACKAGE_MODULES | STACK_MODULES | dict(modules(ROOT / "tests")) | dict(modules(ROOT / "benchmarks"))

RULES = {
    imports_only_lower_layers: SUBPACKAGE_MODULES,
    imports_public_names_only: STACK_MODULES,
    evaluates_annotations: COMPONENT_MODULES,
    depends_on_arguments_only: COMPONENT_MODULES,
    is_short: PACKAGE_MODULES,
    is_named_by_its_subject: ALL_MODULES,
    publishes_components: PACKAGE_MODULES,
    rejects_with_rules: COMPONENT_MODULES,
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_tree_follows_the_rule(rule):
    assert RULES[rule], "the rule checks nothing"
    assert [finding for module, source in RULES[rule].items() for finding in rule(module, source)] == []


@pytest.mark.parametrize(
    ("rule", "module", "source", "finding"),
    [
        (imports_only_lower_layers, "moorings.aws.iam", "from moorings.msk.cluster import X", "moorings.aws.iam imports moorings.msk.cluster"),
        (imports_only_lower_layers, "moorings.validation.inputs", "import moorings.aws.iam", "moorings.validation.inputs imports moorings.aws.iam"),
        (imports_only_lower_layers, "moorings.msk.cluster", "from moorings.ecs.task import X", "moorings.msk.cluster imports moorings.ecs.task"),
        (imports_only_lower_layers, "moorings.msk.cluster", "from moorings.preview.plan import Plan", "moorings.msk.cluster imports moorings.preview.plan"),
        (imports_only_lower_layers, "moorings.preview.plan", "from moorings.aws.iam import X", "moorings.preview.plan imports moorings.aws.iam"),
        (imports_only_lower_layers, "moorings.aws.iam", "def late():\n    from moorings import MskCluster", "moorings.aws.iam imports MskCluster from the public API"),
        (imports_only_lower_layers, "moorings.msk.scram_user", "from .cluster import X", "moorings.msk.scram_user uses a relative import"),
        (imports_only_lower_layers, "moorings.extras", "", "moorings.extras is in no layer"),
        (imports_public_names_only, "kafka", "from moorings.aws.iam import X", "kafka imports X from moorings.aws.iam"),
        (imports_public_names_only, "kafka", "from moorings import _load", "kafka imports _load from moorings"),
        (evaluates_annotations, "moorings.aws.iam", "from __future__ import annotations", "moorings.aws.iam postpones its annotations"),
        (depends_on_arguments_only, "moorings.aws.iam", "import os", "moorings.aws.iam imports os"),
        (depends_on_arguments_only, "moorings.aws.iam", "from datetime import datetime", "moorings.aws.iam imports datetime datetime"),
        (depends_on_arguments_only, "moorings.aws.iam", "import os.path", "moorings.aws.iam imports os.path"),
        (depends_on_arguments_only, "moorings.aws.iam", "from pulumi import Config", "moorings.aws.iam imports pulumi Config"),
        (depends_on_arguments_only, "moorings.aws.iam", "import pulumi as p\np.Config()", "moorings.aws.iam uses Config"),
        (depends_on_arguments_only, "moorings.aws.iam", "pulumi.get_stack()", "moorings.aws.iam uses get_stack"),
        (depends_on_arguments_only, "moorings.aws.iam", "open('policy.json')", "moorings.aws.iam calls open"),
        (is_short, "moorings.aws.iam", "\n" * 401, "moorings.aws.iam is longer than 400 lines"),
        (is_named_by_its_subject, "moorings.msk.utils", "", "moorings.msk.utils has a name that does not describe its content"),
        (is_named_by_its_subject, "components.lib.test_iam", "", "components.lib.test_iam has a name that does not describe its content"),
        (publishes_components, "moorings.aws.iam", "class Vault(pulumi.ComponentResource): ...", "moorings.aws.iam defines Vault, which is not public together with its arguments"),
        (rejects_with_rules, "moorings.aws.iam", "raise ValueError('no')", "moorings.aws.iam raises ValueError"),
        (rejects_with_rules, "moorings.aws.iam", "raise InvalidInput('no') from None", "moorings.aws.iam raises InvalidInput"),
        (rejects_with_rules, "moorings.aws.iam", "pulumi.log.warn('no')", "moorings.aws.iam calls pulumi.log.warn"),
    ],
)  # fmt: skip
def test_rule_finds_a_violation(rule, module, source, finding):
    assert list(rule(module, source)) == [finding]


@pytest.mark.parametrize(
    ("rule", "module", "source"),
    [
        (imports_only_lower_layers, "moorings.apps.kpow.fargate", "from moorings.msk.cluster import MskCluster"),
        (imports_only_lower_layers, "moorings.preview.cli", "from moorings.preview.plan import Plan"),
        (imports_only_lower_layers, "moorings.preview.program", "from moorings.sdk.internals import X"),
        (imports_public_names_only, "kafka", "from moorings import MskCluster"),
        (depends_on_arguments_only, "moorings.msk.scram_user", "import pulumi_random as random"),
        (is_short, "moorings.aws.iam", "\n" * 400),
        (is_named_by_its_subject, "moorings.kafka.librdkafka", ""),
        (publishes_components, "moorings.aws.encryption_key", "class EncryptionKey(pulumi.ComponentResource): ..."),
        (publishes_components, "moorings.apps.kpow.component", "class KpowComponent(pulumi.ComponentResource): ..."),
        (rejects_with_rules, "moorings.aws.iam", "raise Violation(FORMAT, 'no')"),
        (rejects_with_rules, "moorings.aws.iam", "raise InvalidInput.of(violation, 'X')"),
        (rejects_with_rules, "moorings.validation.errors", "raise InvalidInput('no')"),
    ],
)
def test_rule_accepts_valid_code(rule, module, source):
    assert list(rule(module, source)) == []


def test_root_of_the_package_contains_only_the_public_api():
    files = {path.name for path in PACKAGE.iterdir() if path.is_file()}
    assert files == {"__init__.py", "__init__.pyi", "lazy_names.py", "py.typed"}


def import_cycle(sources):
    """Return one cycle among modules, imports below ``if TYPE_CHECKING`` included; empty if there is none."""
    graph = {
        module: {
            target
            for imported, name in imports(source)
            for target in (f"{imported}.{name}", imported)
            if target in sources and target != module
        }
        for module, source in sources.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_package_has_no_import_cycles():
    assert import_cycle(SUBPACKAGE_MODULES) == []


def test_import_cycle_is_found():
    hidden = "if TYPE_CHECKING:\n    from m.args import Args"
    assert import_cycle({"m.args": "from m import rules", "m.rules": hidden, "m.other": "import m.args"}) in (
        ["m.args", "m.rules", "m.args"],
        ["m.rules", "m.args", "m.rules"],
    )
    assert import_cycle({"m.args": "", "m.rules": hidden}) == []


def repeated_classes(sources):
    homes = defaultdict(list)
    for module, source in sources.items():
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef):
                homes[node.name.lstrip("_")].append(module)
    return {name: found for name, found in homes.items() if len(found) > 1}


def test_every_class_name_is_used_once():
    assert repeated_classes(PACKAGE_MODULES) == {}


def test_repeated_class_name_is_found():
    sources = {"a": "class Secret: ...", "b": "class _Secret: ...", "c": "class Other: ..."}
    assert repeated_classes(sources) == {"Secret": ["a", "b"]}


def loaded_sdks(program):
    """Return the provider SDKs that a program loads, in a process of its own."""
    program += "\nimport sys\nprint(*{name.partition('.')[0] for name in sys.modules if name.startswith('pulumi_')})"
    return set(
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    )


@pytest.mark.parametrize(
    ("program", "sdks"),
    [
        ("import moorings", set()),
        ("from moorings.validation import *", set()),
        ("from moorings.kafka import *", set()),
        ("from moorings.kubernetes import *", set()),
        ("from moorings.aws import *", {"pulumi_aws"}),
        ("from moorings.ecs import *", {"pulumi_aws"}),
        ("from moorings.msk import *", {"pulumi_aws", "pulumi_random"}),
        ("from moorings import KpowOnKubernetes, KpowOnKubernetesArgs, KpowCluster", set()),
        ("from moorings import KpowOnFargate", {"pulumi_aws"}),
        ("import pulumi_kubernetes", {"pulumi_kubernetes"}),  # shows that the check finds an SDK
    ],
)
def test_program_loads_only_the_sdks_of_its_components(program, sdks):
    assert loaded_sdks(program) == sdks


def test_every_public_name_is_covered_by_the_import_test():
    covered = [
        name
        for area in ("aws", "ecs", "kafka", "kubernetes", "msk", "overrides", "validation")
        for name in getattr(moorings, area).__all__
    ]
    kpow = [
        "KpowCluster",
        "KpowEndpoint",
        "KpowOnFargate",
        "KpowOnFargateArgs",
        "KpowOnKubernetes",
        "KpowOnKubernetesArgs",
        "kpow_acls",
    ]
    assert sorted([*covered, *kpow]) == moorings.__all__


def repeated_modules(paths):
    """Modules beside tests are imported by their name alone, so that one process must not find two of a name."""
    names = defaultdict(list)
    for path in sorted(paths):
        if not path.name.startswith(("test_", "conftest")) and not (path.parent / "__init__.py").exists():
            names[path.name].append(str(path))
    return [" and ".join(found) for found in names.values() if len(found) > 1]


def test_every_module_beside_tests_has_a_name_of_its_own():
    assert repeated_modules((ROOT / "tests").rglob("*.py")) == []


def test_repeated_module_is_found():
    paths = [Path("tests/engine/programs.py"), Path("tests/kafka/programs.py"), Path("tests/kafka/test_programs.py")]
    assert repeated_modules(paths) == ["tests/engine/programs.py and tests/kafka/programs.py"]
