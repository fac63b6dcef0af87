"""The command line: ``moorings preview``, ``stacks``, ``compare``, ``report``."""

import atexit
import gc
import json
import sys
import traceback
from difflib import get_close_matches
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from moorings.preview.plan import Plan
    from moorings.preview.project import Project, StackPreview

REFUSED, USAGE = 1, 2
"""Exit status where the program or a rule refuses, and where the command is wrong."""

UNBROKEN = 10_000
"""Columns where nobody looks: what reads a line wants all of it."""

app = typer.Typer(
    help="Show what Pulumi stacks would deploy, without an engine or an account.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

ProjectFolder = Annotated[
    Path | None,
    typer.Option("--project", metavar="DIR", help="Folder of the project; this one or one above by default."),
]
AsMarkdown = Annotated[bool, typer.Option("--markdown", help="Print Markdown for a pull request.")]


def main() -> None:
    """Run the command line, without the collector: the process ends before it would free much."""
    gc.disable()
    atexit.register(gc.freeze)  # the interpreter would walk everything once more
    app()


def _version(wanted: bool) -> None:  # noqa: FBT001 - as typer calls it
    if wanted:
        typer.echo(version("moorings"))
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
def preview(
    stacks: Annotated[list[str] | None, typer.Argument(metavar="[STACK]...", help="Stacks; all by default.")] = None,
    project: ProjectFolder = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print the shape of 'pulumi preview --json'; of several stacks, an object by name."
        ),
    ] = False,
    as_markdown: AsMarkdown = False,
    yaml: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write the Kubernetes objects to files in DIR/STACK.")
    ] = None,
    config: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help="Give a setting, such as one that is encrypted, for this preview; may be repeated.",
        ),
    ] = None,
    debug: Annotated[bool, typer.Option(help="Print the traceback of an error.")] = False,
) -> None:
    """Show what stacks would deploy, without an engine."""
    if as_json and as_markdown:
        _fail("choose one of --json and --markdown", USAGE)
    found = _project(project)
    found.given = _pairs(config or [])
    names = _known(found, stacks or found.stacks)
    previewed = _run(found, names, debug=debug)
    plans = [each.plan for each in previewed]
    if yaml is not None:
        _write_yaml(previewed, yaml)
    if as_json:
        documents = {plan.stack: plan.to_json() for plan in plans}
        _print_json(next(iter(documents.values())) if len(documents) == 1 else documents)
    elif as_markdown:
        _print_markdown(plans)
    else:
        _show(plans)


@app.command()
def stacks(
    project: ProjectFolder = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
    in_order: Annotated[
        bool, typer.Option(help="Run their programs, and put each after those that it refers to.")
    ] = False,
) -> None:
    """List the stacks that have settings."""
    found = _project(project)
    names = found.stacks
    if in_order:
        _run(found, names, debug=False)
        names = found.in_order
    typer.echo(json.dumps(names) if as_json else "\n".join(names))


@app.command()
def compare(before: Path, after: Path, as_markdown: AsMarkdown = False) -> None:
    """Show what changed between two files that 'preview --json' wrote for one stack."""
    from moorings.preview.compare import compare as compared

    old, new = _plan(before), _plan(after)
    if old.stack != new.stack and old.stack and new.stack:
        _fail(f"{before} is of {old.stack} and {after} of {new.stack}; compare two previews of one stack", USAGE)
    _render([compared(old, new)], as_markdown=as_markdown)


@app.command()
def report(
    file: Path,
    as_markdown: AsMarkdown = False,
    meant: Annotated[
        list[str] | None,
        typer.Option(metavar="CHANGE", help="Let through a change that is refused otherwise; may be repeated."),
    ] = None,
) -> None:
    """Show what 'pulumi preview --json' wrote, and refuse changes that lose data or lock clients out."""
    from moorings.preview.checks import refusals

    plan = _plan(file)
    _render([plan], as_markdown=as_markdown)
    refused = refusals(plan, meant or [])
    if refused:
        _fail("\n".join(refused), REFUSED)


def _render(plans: "list[Plan]", *, as_markdown: bool) -> None:
    if as_markdown:
        _print_markdown(plans)
    else:
        _show(plans)


def _project(folder: Path | None) -> "Project":
    from moorings.preview.project import Project, ProjectError

    try:
        return Project(folder) if folder else Project.find(Path.cwd())
    except ProjectError as error:
        _fail(str(error), USAGE)


def _known(project: "Project", names: list[str]) -> list[str]:
    there = project.stacks
    if not there:
        _fail(
            f"project {project.name} has no stacks: none has settings (Pulumi.<stack>.yaml); an empty file makes one",
            USAGE,
        )
    for name in names:
        if name not in there:
            near = get_close_matches(name, there, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(there)}"
            _fail(f"there is no stack {name}; {hint}", USAGE)
    return names


def _run(project: "Project", names: list[str], *, debug: bool) -> "list[StackPreview]":
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    from moorings.preview.project import ProjectError

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.completed}/{task.total} {task.description}"))
    found: list[StackPreview] = []
    with Progress(
        *columns, console=console, transient=True, disable=len(names) == 1 or not console.is_terminal
    ) as progress:
        task = progress.add_task("", total=len(names))
        for name in names:
            progress.update(task, description=name)
            try:
                found.append(project.preview(name))
            except ProjectError as error:
                progress.stop()
                _fail(f"{name}: {error}", USAGE)
            except Exception as error:  # noqa: BLE001 - whatever a program raises, one line says it
                progress.stop()
                if debug:
                    traceback.print_exc()
                lines = [*_told(error), *_hints(project, name, str(error))]
                _fail("\n".join(f"{name}: {line}" for line in lines), REFUSED)
            progress.advance(task)
    return found


def _told(error: Exception) -> list[str]:
    """An error's own words; one that was not meant for people is named."""
    import pulumi

    from moorings.preview.recorder import DuplicateUrnError

    text = str(error).strip()
    if isinstance(error, pulumi.RunError | DuplicateUrnError) and text:
        return text.splitlines()
    return [f"{type(error).__name__}: {' '.join(text.split())}; --debug shows where"]


def _hints(project: "Project", stack: str, text: str) -> list[str]:
    """What is not read here, where that may be why a program fails."""
    from moorings.preview.project import STAND_IN

    found: list[str] = []
    if STAND_IN in text:
        found.append("encrypted settings are not read here; give one that has to have a form with --config KEY=VALUE")
    if environments := project.environments(stack):
        found.append(f"the settings of {', '.join(environments)} are not read here; give them with --config KEY=VALUE")
    return found


def _pairs(texts: list[str]) -> dict[str, str]:
    for text in texts:
        if "=" not in text.strip("="):
            _fail(f"{text} is no setting; write KEY=VALUE", USAGE)
    return dict(text.split("=", 1) for text in texts)


def _write_yaml(previewed: "list[StackPreview]", folder: Path) -> None:
    import pulumi

    from moorings.preview.kubernetes_yaml import write_yaml

    for each in previewed:
        try:
            files = write_yaml(each.known, folder / each.plan.stack)
        except pulumi.RunError as error:
            _fail(f"{each.plan.stack}: {error}", REFUSED)
        except OSError as error:
            _fail(f"{folder} cannot be written: {error.strerror}", USAGE)
        typer.echo(
            f"{each.plan.stack}: {len(files)} Kubernetes objects written to {folder / each.plan.stack}", err=True
        )


def _show(plans: "list[Plan]") -> None:
    from rich.console import Console

    from moorings.preview.terminal import print_plan

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = UNBROKEN
    for plan in plans:
        print_plan(console, plan)


def _print_markdown(plans: "list[Plan]") -> None:
    from moorings.preview.markdown import render

    typer.echo(render(plans))


def _print_json(document: Any) -> None:
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))


def _plan(path: Path) -> "Plan":
    from moorings.preview.plan import Plan

    try:
        return Plan.from_json(json.loads(path.read_text("utf-8")))
    except OSError as error:
        _fail(f"{path} cannot be read: {error.strerror}", USAGE)
    except (ValueError, AttributeError, TypeError) as error:
        _fail(f"{path} is no preview: {error}", USAGE)


def _fail(message: str, status: int) -> NoReturn:
    for line in message.splitlines():
        typer.echo(f"moorings: {line}", err=True)
    sys.exit(status)
