"""Output of the commands: plans, and errors as one line each."""

import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from moorings.preview.documents import read_json, write_text
from moorings.validation.findings import escape

if TYPE_CHECKING:
    from moorings.preview.plan import Plan

REJECTED, USAGE = 1, 2
"""Exit status if the program or a check fails, and if the command line is wrong."""

UNLIMITED_WIDTH = 10_000
"""Columns of the output if it is not a terminal, so that lines are not wrapped."""


def print_plans(plans: "Sequence[Plan]", *, as_markdown: bool) -> None:
    """Print plans to standard output."""
    if as_markdown:
        from moorings.preview.markdown import render

        typer.echo(render(plans))
        return
    from rich.console import Console

    from moorings.preview.terminal import print_plan

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = UNLIMITED_WIDTH
    for plan in plans:
        print_plan(console, plan)


def write_page(plans: "Sequence[Plan]", file: Path | None) -> None:
    """Write plans to an HTML file, if one is requested."""
    if file is not None:
        from moorings.preview.html_page import render_page

        write_text(file, render_page(plans))


def read_plan(path: Path) -> "Plan":
    """Return the plan in a file, or end the command."""
    from moorings.preview.plan_json import plan_from_json

    try:
        return plan_from_json(read_json(path))
    except ValueError as error:
        fail(f"{path} is not a preview: {error}", USAGE)


def fail(message: str, status: int) -> NoReturn:
    """Print a message to standard error, and end the command."""
    try:
        for line in message.splitlines():
            typer.echo(f"moorings: {escape(line)}", err=True)
    except OSError:
        discard(sys.stderr)
    sys.exit(status)


def discard(stream: Any) -> None:
    """Discard the output that a stream has not written, so that the interpreter does not write it again at exit."""
    with contextlib.suppress(OSError, ValueError):  # a stream of a test has no file descriptor
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
