"""The mutation operators, the sample, and the replacement of code in a process."""

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import run
from injection import module_name, replace_code
from operators import find_mutants, sample
from selection import find_lines


def changes(source):
    """Return the changed versions of a module."""
    mutants = find_mutants("aws/cidrs.py", source.encode())
    return [mutant.apply(source.encode()).decode() for mutant in mutants]


@pytest.mark.parametrize(
    ("source", "change"),
    [
        ("limit = count < 3", "limit = (count <= 3)"),
        ("x = name in names", "x = (name not in names)"),
        ("x = a and b", "x = (a or b)"),
        ("x = not a", "x = (a)"),
        ("x = True", "x = (False)"),
        ("x = 3", "x = (4)"),
        ("x = 'ARM64'", "x = ('ARM64~')"),
        ("x = f'{name}-key'", "x = (f'{name}-key' + '~')"),
        ("x = create(name, protect=True)", "x = (create(name))"),
        ("x = create('a', b)", "x = (create(b, 'a'))"),
        ("x = {'a': b, **c}", "x = ({**c})"),
        ("x = {'a': b, **c}", "x = ({'a': b})"),
        ("x = a + b", "x = (a - b)"),
        ("self.arn = key.arn", "pass"),
        ("log(x)", "pass"),
        ("def f():\n    yield x", "def f():\n    yield from ()"),
        ("def f():\n    return x", "def f():\n    return None"),
        ("if a:\n    b = c", "if (not a):\n    b = c"),
        ("x = [a for a in b if a]", "x = [a for a in b if (not a)]"),
        ("def f(x=1): ...", "def f(x=(2)): ..."),
    ],
)
def test_each_operator_changes_the_code(source, change):
    assert change in changes(source)


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring."""',
        "raise ValueError('a message with spaces')",
        "def f():\n    x: int",
        "x = Change('in place', 'A note.')",
        "__all__ = ['name']",
        "if TYPE_CHECKING:\n    x = 1",
    ],
)
def test_documentation_and_messages_are_not_changed(source):
    assert not [change for change in changes(source) if "~" in change or "2" in change]


def test_a_message_stays_and_its_finding_is_dropped():
    assert changes("def f():\n    yield 'too small; increase it'") == ["def f():\n    yield from ()"]


def test_a_change_keeps_the_numbers_of_the_following_lines():
    source = "x = create(\n    a,\n    b=1,\n)\ny = 2\n"
    assert {change.splitlines().index("y = 2") for change in changes(source) if "y = 2" in change} == {4}


def test_mutants_that_look_alike_have_different_names():
    mutants = find_mutants("aws/cidrs.py", b"x = 1\ny = 1\n")
    assert len({mutant.identity for mutant in mutants}) == len(mutants)


def test_a_sample_depends_on_the_seed_only():
    source = "\n".join(f"x{number} = {number} < y" for number in range(50)).encode()
    mutants = find_mutants("aws/cidrs.py", source)
    chosen = sample(mutants, 10, 1, lambda _: source)
    assert chosen == sample(mutants[::-1], 10, 1, lambda _: source)
    assert len(chosen) == 10
    assert chosen != sample(mutants, 10, 2, lambda _: source)


def test_a_file_is_a_module():
    assert module_name("aws/cidrs.py") == "moorings.aws.cidrs"
    assert module_name("aws/__init__.py") == "moorings.aws"


def test_unchanged_lines_have_a_current_number():
    assert find_lines("a\nb\nc", "a\nc") == {1: 1, 3: 2}


def test_a_change_of_a_function_reaches_decorated_and_nested_functions(tmp_path):
    path = tmp_path / "example.py"
    path.write_text(
        "def outer(limit):\n    def inner(x):\n        return x < limit\n    return inner\nkept = outer(3)\n"
    )
    program = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(Path(__file__).parent)!r}]; import example; from injection import find_functions, replace_code\n"
        f"from pathlib import Path; path = Path({str(path)!r}); source = path.read_bytes()\n"
        "functions = find_functions()[str(path)]\n"
        "assert replace_code(functions, path, source, source.replace(b'<', b'<='))\n"
        "assert example.kept(3) and example.outer(3)(3)\n"
        "assert not replace_code(functions, path, source, source.replace(b'x < limit', b'True'))\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_code_of_a_module_that_is_not_imported_cannot_be_replaced(tmp_path):
    path = tmp_path / "example.py"
    path.write_text("def outer():\n    return 1\n")
    assert not replace_code([], path, path.read_bytes(), b"def outer():\n    return 2\n")


def test_every_listed_survivor_is_a_mutant_of_the_current_code():
    for identity, reason in run.load_reasons().items():
        file = identity.partition(" | ")[0]
        mutants = find_mutants(file, (run.SOURCES / file).read_bytes())
        assert identity in {mutant.identity for mutant in mutants}, f"the code has changed; remove {identity}"
        assert reason


def test_packages_contain_all_files_of_the_package():
    files = {file for group in run.find_files([]).values() for file in group}
    every = {str(path.relative_to(run.SOURCES)) for path in run.SOURCES.rglob("*.py")}
    assert every - files == {"__init__.py", "lazy_names.py"}
    assert run.find_files(["msk/cluster.py"]) == {"msk/cluster.py": ["msk/cluster.py"]}
