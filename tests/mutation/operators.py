"""Mutation operators, which change the code of a module. A test should kill each mutant."""

import ast
import copy
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
}
DOCUMENTATION_FUNCTIONS = {"Change", "Deprecated", "TypeVar", "NewType", "matches", "cast", "isinstance", "issubclass"}
"""Functions whose arguments are documentation, types or parts of messages, and are not changed."""

DOCUMENTATION_KEYWORDS = {
    "source",
    "invalid",
    "valid",
    "docs",
    "drawback",
    "title",
    "note",
    "help",
    "example",
    "rationale",
}
"""Keyword arguments that are documentation, and are not changed."""

MESSAGE_FUNCTIONS = {"warn", "info", "error", "debug", "echo", "print"}
"""Functions whose arguments are messages. The call can be removed, but the text is not changed."""


@dataclass(frozen=True)
class Mutant:
    """A module with one change."""

    file: str
    """Path below ``components/moorings``."""

    scope: str
    """Qualified name of the changed function or class. Empty at the level of the module."""

    change: str
    """Operator, and the code before and after the change."""

    occurrence: int
    """Number of earlier mutants with the same scope and change."""

    line: int
    end_line: int
    start: int
    """First byte of the replaced code."""

    end: int
    replacement: str
    function: tuple[int, int]
    """First and last line of the function that contains the code. (0, 0) outside of functions."""

    in_function: bool
    """Whether the code runs when a function is called, not when the module is imported."""

    @property
    def identity(self) -> str:
        """Unique name of the mutant, which does not depend on line numbers."""
        number = f" #{self.occurrence + 1}" if self.occurrence else ""
        return f"{self.file} | {self.scope or 'module'} | {self.change}{number}"

    def rank(self, seed: int) -> str:
        """Return a pseudo-random sort key, so that a change of one file does not change the sample of other files."""
        return hashlib.sha256(f"{seed} {self.identity}".encode()).hexdigest()

    def apply(self, source: bytes) -> bytes:
        """Return the source of the changed module. The line numbers of the code after the change stay the same."""
        before = source[self.start : self.end]
        text, closing = self.replacement.removesuffix(")"), ")" * self.replacement.endswith(")")
        lines = "\n" * max(0, before.count(b"\n") - text.count("\n"))
        return source[: self.start] + f"{text}{lines}{closing}".encode() + source[self.end :]


def find_mutants(file: str, source: bytes) -> list[Mutant]:
    """Return all mutants of a module, including a few that do not compile."""
    finder = _Finder(source)
    finder.visit(ast.parse(source))
    occurrences: dict[tuple[str, str], int] = {}
    mutants: list[Mutant] = []
    for scope, function, in_function, node, change, replacement in finder.changes:
        start, end = finder.span(node)
        occurrence = occurrences.get((scope, change), 0)
        line, end_line = node.lineno, node.end_lineno or node.lineno
        mutants.append(
            Mutant(file, scope, change, occurrence, line, end_line, start, end, replacement, function, in_function)
        )
        occurrences[scope, change] = occurrence + 1
    return mutants


class _Finder(ast.NodeVisitor):
    """Collects the changes of a module."""

    def __init__(self, source: bytes) -> None:
        self.changes: list[tuple[str, tuple[int, int], bool, ast.expr | ast.stmt, str, str]] = []
        self._line_starts = [0]
        for line in source.splitlines(keepends=True):
            self._line_starts.append(self._line_starts[-1] + len(line))
        self._scope: list[str] = []
        self._function_depth = 0
        self._lines = (0, 0)
        self._in_message = False
        self._in_value = False

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Return the byte offsets of the start and the end of a node."""
        start = self._line_starts[node.lineno - 1] + node.col_offset
        return start, self._line_starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)

    def _add(self, operator: str, node: ast.expr | ast.stmt, changed: ast.AST, change: str = "") -> None:
        text = ast.unparse(changed)
        description = change or f"{ast.unparse(node)} -> {text}"
        replacement = f"({text})" if isinstance(node, ast.expr) else text
        scope = ".".join(self._scope)
        self.changes.append(
            (scope, self._lines, self._function_depth > 0, node, f"{operator}: {description}", replacement)
        )

    # Definitions

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for default in (*node.args.defaults, *(default for default in node.args.kw_defaults if default)):
            self.visit(default)
        self._scope.append(node.name)
        self._function_depth += 1
        outer_lines, self._lines = self._lines, (node.lineno, node.end_lineno or node.lineno)
        self._visit_all(node.body)
        self._function_depth, self._lines = self._function_depth - 1, outer_lines
        self._scope.pop()

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - name in the base class

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._scope.append(node.name)
        for keyword in node.keywords:
            self.visit(keyword.value)
        self._visit_all(node.body)
        self._scope.pop()

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._function_depth += 1
        self.visit(node.body)
        self._function_depth -= 1

    def _visit_all(self, nodes: list[ast.stmt]) -> None:
        for node in nodes:
            self.visit(node)

    # Statements

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant):  # a docstring or an ellipsis
            return
        if isinstance(node.value, ast.Yield):
            self._add("no yield", node, ast.parse("yield from ()").body[0], f"{_short(node)} -> nothing")
        elif isinstance(node.value, ast.Call | ast.Await | ast.YieldFrom):
            empty = "yield from ()" if isinstance(node.value, ast.YieldFrom) else "pass"
            self._add("no call", node, ast.parse(empty).body[0], f"{_short(node)} -> nothing")
        self.visit(node.value)

    def visit_Yield(self, node: ast.Yield) -> None:
        self._visit_message(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        self._visit_message(node)

    def _visit_message(self, node: ast.AST) -> None:
        outer, self._in_message = self._in_message, True
        self.generic_visit(node)
        self._in_message = outer

    def visit_Assign(self, node: ast.Assign) -> None:
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        if names & {"__all__", "__slots__"}:
            return
        if all(isinstance(target, ast.Attribute | ast.Subscript) for target in node.targets):
            self._add("no assignment", node, ast.Pass(), f"{_short(node)} -> nothing")
        self.visit(node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._add("no assignment", node, ast.Pass(), f"{_short(node)} -> nothing")
        self.visit(node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if not self._function_depth:
            self.visit(node.annotation)  # constraints of an argument
        if node.value is not None:
            self.visit(node.value)

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is None:
            return
        if not (isinstance(node.value, ast.Constant) and node.value.value is None):
            self._add("return None", node, ast.parse("return None").body[0], f"{_short(node)} -> return None")
        self.visit(node.value)

    def visit_If(self, node: ast.If) -> None:
        if ast.unparse(node.test) == "TYPE_CHECKING" or "__name__" in ast.unparse(node.test):
            return
        self._negate(node.test)
        self.generic_visit(node)

    def visit_While(self, node: ast.While) -> None:
        self._negate(node.test)
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._negate(node.test)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for condition in node.ifs:
            self._negate(condition)
        self.generic_visit(node)

    def _negate(self, test: ast.expr) -> None:
        if not isinstance(test, ast.Compare) or len(test.ops) > 1:  # visit_Compare negates single comparisons
            self._add("negated", test, ast.UnaryOp(ast.Not(), test))

    # Expressions

    def visit_Compare(self, node: ast.Compare) -> None:
        for number, operator in enumerate(node.ops):
            changed = copy.deepcopy(node)
            changed.ops[number] = COMPARISONS[type(operator)]()
            self._add("comparison", node, changed)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        changed = copy.deepcopy(node)
        changed.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        self._add("boolean", node, changed)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            self._add("boolean", node, node.operand)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        texts = any(isinstance(side, ast.JoinedStr) or _is_text(side) for side in (node.left, node.right))
        if isinstance(node.op, ast.BitOr) and self._function_depth:
            self._add("operand", node, node.left)
        elif type(node.op) in ARITHMETIC and not texts:
            changed = copy.deepcopy(node)
            changed.op = ARITHMETIC[type(node.op)]()
            self._add("arithmetic", node, changed)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        function = ast.unparse(node.func)
        name = function.rpartition(".")[2]
        if name in DOCUMENTATION_FUNCTIONS:
            return
        for number, keyword in enumerate(node.keywords):
            if keyword.arg not in DOCUMENTATION_KEYWORDS:
                changed = copy.deepcopy(node)
                del changed.keywords[number]
                self._add("keyword", node, changed, f"{function}({ast.unparse(keyword)}) -> dropped")
        if len(node.args) > 1 and not any(isinstance(argument, ast.Starred) for argument in node.args[:2]):
            changed = copy.deepcopy(node)
            changed.args[:2] = [changed.args[1], changed.args[0]]
            self._add("swapped", node, changed, f"{_short(node)} -> first two arguments swapped")
        self.visit(node.func)
        outer = self._in_message
        self._in_message = outer or name in MESSAGE_FUNCTIONS
        for argument in node.args:
            self.visit(argument)
        for keyword in node.keywords:
            if keyword.arg not in DOCUMENTATION_KEYWORDS:
                self._visit_value(keyword.value)
        self._in_message = outer

    def visit_Dict(self, node: ast.Dict) -> None:
        for number, key in enumerate(node.keys):
            changed = copy.deepcopy(node)
            del changed.keys[number], changed.values[number]
            entry = f"**{ast.unparse(node.values[number])}" if key is None else ast.unparse(key)
            self._add("entry", node, changed, f"{{{entry}: ...}} -> dropped")
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                self.visit(key)
            self._visit_value(value)

    def _visit_value(self, node: ast.expr) -> None:
        """Visit the value of a keyword argument or dict entry, in which strings are inputs, not messages."""
        outer, self._in_value = self._in_value, True
        self.visit(node)
        self._in_value = outer

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        literal = "".join(part.value for part in node.values if isinstance(part, ast.Constant))
        if self._is_input(literal):
            self._add("string", node, ast.BinOp(node, ast.Add(), ast.Constant("~")))

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, bool):
            self._add("constant", node, ast.Constant(not value))
        elif isinstance(value, int | float):
            self._add("constant", node, ast.Constant(value + 1))
        elif isinstance(value, str) and value not in {"", "utf-8"} and self._is_input(value):
            self._add("string", node, ast.Constant(value + "~"))

    def _is_input(self, text: str) -> bool:
        """Whether a string is an input of a resource or an identifier, not a text for users."""
        return (self._in_value and not self._in_message) or not any(map(str.isspace, text))


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _short(node: ast.AST, length: int = 100) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= length else f"{text[:length]}..."


def sample(mutants: list[Mutant], count: int, seed: int, source: Callable[[str], bytes]) -> list[Mutant]:
    """Return a pseudo-random sample that depends only on the seed and the code.

    Two thirds of the mutants of strings are excluded: they are nearly half of all mutants, and the easiest to kill.
    """
    selected: list[Mutant] = []
    for mutant in sorted(mutants, key=lambda mutant: mutant.rank(seed)):
        if len(selected) == count:
            break
        excluded = mutant.change.startswith("string:") and int(mutant.rank(seed + 1)[:2], 16) >= 256 // 3
        if not excluded and _compiles(mutant.apply(source(mutant.file))):
            selected.append(mutant)
    return selected


def _compiles(source: bytes) -> bool:
    try:
        compile(source, "mutant", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True
