"""Puts a mutant into a process, without changing a file."""

import gc
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

PACKAGE = "moorings"


def module_name(file: str) -> str:
    """Return the name of the module of a file below ``components/moorings``."""
    parts = [PACKAGE, *Path(file).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


class MutantImporter(importlib.abc.MetaPathFinder):
    """Imports one module from changed source. Install it before the package is imported."""

    def __init__(self, path: Path, name: str, source: bytes) -> None:
        self._path, self._name, self._source = path, name, source

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the module with the changed source; other modules are found as usual."""
        if name != self._name:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is not None:
            spec.loader = _Loader(name, str(self._path), self._source)
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, source: bytes) -> None:
        super().__init__(name, path)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:
        """Compile the changed source; bytecode files contain the original."""
        return compile(self._source, self.path, "exec", dont_inherit=True)


def import_mutant(path: Path, file: str, source: bytes) -> None:
    """Change a module that is not yet imported."""
    assert not any(name.partition(".")[0] == PACKAGE for name in sys.modules)
    sys.meta_path.insert(0, MutantImporter(path, module_name(file), source))


def find_functions() -> dict[str, list[FunctionType]]:
    """Return the functions of all imported modules by the name of their file, with those that other functions return."""
    functions: dict[str, list[FunctionType]] = {}
    for function in gc.get_objects():
        if isinstance(function, FunctionType):
            functions.setdefault(function.__code__.co_filename, []).append(function)
    return functions


def replace_code(functions: Iterable[FunctionType], path: Path, original: bytes, changed: bytes) -> bool:
    """Change the functions of an imported module; return False if the module must be imported again instead."""
    replacements = _replacements(str(path), original, changed)
    if replacements is None:
        return False
    changes = [
        (function, replacements[_key(function.__code__)])
        for function in functions
        if _key(function.__code__) in replacements
    ]
    if not changes:
        return False
    for function, code in changes:
        if len(function.__code__.co_freevars) != len(code.co_freevars):
            return False
        function.__code__ = code
    return True


def _replacements(path: str, original: bytes, changed: bytes) -> dict[tuple[object, ...], CodeType] | None:
    """Return the changed code of each function, or None if the functions of both versions differ."""
    before = list(_codes(compile(original, path, "exec", dont_inherit=True)))
    after = list(_codes(compile(changed, path, "exec", dont_inherit=True)))
    if [code.co_qualname for code in before] != [code.co_qualname for code in after]:
        return None
    replacements: dict[tuple[object, ...], CodeType] = {}
    for old, new in zip(before, after, strict=True):
        if old.co_name == "<module>" or _same(old, new):
            continue
        if _key(old) in replacements or sum(_key(code) == _key(old) for code in before) > 1:
            return None
        replacements[_key(old)] = new
    return replacements


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _key(code: CodeType) -> tuple[object, ...]:
    return code.co_qualname, code.co_firstlineno


def _same(old: CodeType, new: CodeType) -> bool:
    return old.co_code == new.co_code and old.co_consts == new.co_consts and old.co_names == new.co_names
