"""Selects the tests that run for a mutant, from a recording of the lines that each test executes."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

import coverage
from injection import module_name
from operators import Mutant

RARE_TESTS = 5
"""Number of tests of each rarely executed line that run first."""

CONTRACT_TESTS = ("tests/components/test_component_contract.py::test_the_inputs", "tests/stacks/")
"""Tests of all inputs of a component, which kill most mutants."""


@dataclass(frozen=True)
class Recording:
    """Which tests execute a line, and how long each test takes."""

    root: Path
    """Folder of the package."""

    durations: Mapping[str, float]
    modules: frozenset[str]
    """Modules that the tests import."""

    lines: Mapping[str, Mapping[int, frozenset[str]]]
    """Tests by file and line. An empty name stands for the import of the module."""

    importers: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """Files that import a file."""

    def tests(self, mutant: Mutant, budget: float) -> list[str]:
        """Return the tests of a mutant, beginning with those that most likely kill it.

        Tests that execute rarely executed lines of the function come first, because they cover its branches. Then come
        those of all inputs of a component, those of its file, those of its package, and the others. Each test function
        runs with its first parameters before any runs with the second.

        Args:
            mutant: the mutant.
            budget: seconds that the tests may take in total. A mutant that is not killed until then survives.

        """
        found = self._of_lines(mutant) if self.runs_late(mutant) else self._of_module(mutant)
        folder = f"tests/components/{Path(mutant.file).parent}".removesuffix("/.")
        own = f"{folder}/test_{Path(mutant.file).stem}"

        groups = (CONTRACT_TESTS, (own,), (folder,), ("",))
        counts: Counter[str] = Counter()

        def priority(test: str) -> tuple[int, int, float]:
            function = test.partition("[")[0]
            counts[function] += 1
            group = next(number for number, prefixes in enumerate(groups) if test.startswith(prefixes))
            return group, counts[function], self.durations[test]

        known = found & self.durations.keys()
        ordered = sorted(sorted(known, key=self.durations.__getitem__), key=priority)
        rare = self._rare_tests(mutant, known)
        selected: list[str] = []
        seconds = 0.0
        for test in dict.fromkeys([*rare, *ordered]):
            seconds += self.durations[test]
            if selected and seconds > budget:
                break
            selected.append(test)
        return selected

    def _rare_tests(self, mutant: Mutant, tests: AbstractSet[str]) -> list[str]:
        """Return the tests that execute the least executed lines of the function of a mutant."""
        executed = self.lines.get(mutant.file, {})
        first, last = mutant.function
        sets = sorted((executed[line] & tests for line in range(first, last + 1) if line in executed), key=len)
        by_rarity = [sorted(found, key=self.durations.__getitem__)[:RARE_TESTS] for found in sets]
        return list(dict.fromkeys(test for found in by_rarity for test in found))[: 3 * RARE_TESTS]

    def runs_late(self, mutant: Mutant) -> bool:
        """Whether the code runs during tests only, so that it can be changed after the import of its module."""
        return mutant.in_function and "" not in self._of_lines(mutant)

    def _of_lines(self, mutant: Mutant) -> frozenset[str]:
        lines = self.lines.get(mutant.file, {})
        found = frozenset[str]().union(*(lines.get(line, ()) for line in range(mutant.line, mutant.end_line + 1)))
        if found:
            return found
        # The first lines of a statement that spans several lines are not always recorded.
        before = [line for line in lines if line < mutant.line]
        return lines[max(before)] if before else frozenset()

    def _of_module(self, mutant: Mutant) -> frozenset[str]:
        """Return the tests that execute a function of the module, or of modules that import it."""
        found: set[str] = set()
        for file in (mutant.file, *self.importers.get(mutant.file, ())):
            found.update(*self.lines.get(file, {}).values())
        return frozenset(found - {""})


def load_recording(folder: Path, root: Path) -> Recording:
    """Return the merged recordings of a folder. Later ones take precedence."""
    durations: dict[str, float] = {}
    modules: set[str] = set()
    lines: dict[str, dict[int, set[str]]] = {}
    for path in sorted(folder.glob("tests.*.json"), key=lambda path: path.stat().st_mtime):
        document = json.loads(path.read_text())
        durations.update(document["durations"])
        modules.update(document["modules"])
        data = coverage.CoverageData(str(folder / path.stem.replace("tests", ".coverage")))
        data.read()
        for measured in data.measured_files():
            file = str(Path(measured).relative_to(document["root"]))
            if not (root / file).exists():
                continue
            present = find_lines(document["sources"][file], (root / file).read_text())
            for line, contexts in data.contexts_by_lineno(measured).items():
                if line in present:
                    lines.setdefault(file, {}).setdefault(present[line], set()).update(contexts)
    frozen = {file: {line: frozenset(tests) for line, tests in by_line.items()} for file, by_line in lines.items()}
    return Recording(root, durations, frozenset(modules), frozen, find_importers(root, frozen))


def find_lines(recorded: str, present: str) -> dict[int, int]:
    """Return the current line number of each recorded line that is unchanged."""
    if recorded == present:
        return {number: number for number in range(1, recorded.count("\n") + 2)}
    matcher = SequenceMatcher(None, recorded.splitlines(), present.splitlines(), autojunk=False)
    return {
        block.a + offset + 1: block.b + offset + 1
        for block in matcher.get_matching_blocks()
        for offset in range(block.size)
    }


def find_importers(root: Path, files: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the files that import each file."""
    sources = {file: (root / file).read_text() for file in files if (root / file).exists()}
    return {
        file: frozenset(other for other, source in sources.items() if f"from {module_name(file)} import" in source)
        for file in sources
    }
