"""Commands of ``moorings``: ``preview``, ``stacks``, ``compare``, ``report`` and ``rules``."""

import atexit
import contextlib
import errno
import gc
import io
import json
import os
import sys
import traceback
from collections.abc import Collection
from dataclasses import replace
from difflib import get_close_matches
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from moorings.preview.documents import DocumentError
from moorings.preview.findings import publish_findings
from moorings.preview.output import REJECTED, USAGE, discard, fail, print_plans, read_plan, write_page
from moorings.preview.revisions import DIGEST_KEY, compare_with, preview_revision

if TYPE_CHECKING:
    from moorings.preview.plan import Plan
    from moorings.preview.project import Project, StackPreview


class _Commands(TyperGroup):
    """The commands. A file that cannot be read or written, and a full disk, end them with one line."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run a command, and report problems with files and with the output."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # names can contain what the terminal cannot show
        try:
            try:
                super().main(*args, **options)
            finally:
                sys.stdout.flush()  # otherwise the interpreter fails at exit
        except DocumentError as error:
            fail(str(error), USAGE)
        except OSError as error:
            discard(sys.stdout)
            if error.errno == errno.EPIPE:  # the reader has closed the pipe, as head does
                sys.exit(REJECTED)
            fail(f"the output cannot be written: {error.strerror}", USAGE)


app = typer.Typer(
    cls=_Commands,
    help="Show what Pulumi stacks would deploy, without an engine or an AWS account.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

ProjectFolder = Annotated[
    Path | None,
    typer.Option(
        "--project", metavar="DIR", help="Folder with Pulumi.yaml. Defaults to the current folder or a parent of it."
    ),
]
HtmlFile = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write an HTML page to FILE.")]
AsMarkdown = Annotated[bool, typer.Option("--markdown", help="Print Markdown for a pull request.")]


def main() -> None:
    """Run the command line without garbage collection: the process ends before it would free much."""
    gc.disable()
    atexit.register(gc.freeze)  # otherwise the interpreter collects garbage once more at exit
    app()


def _print_version(requested: bool) -> None:  # noqa: FBT001 - signature of a typer callback
    if requested:
        typer.echo(version("moorings"))
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
def preview(
    stacks: Annotated[
        list[str] | None, typer.Argument(metavar="[STACK]...", help="Stacks to preview. Defaults to all stacks.")
    ] = None,
    project: ProjectFolder = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="Print JSON in the format of 'pulumi preview --json'; with several stacks, keyed by stack name.",
        ),
    ] = False,
    as_markdown: AsMarkdown = False,
    html: HtmlFile = None,
    yaml: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write Kubernetes objects to files in DIR/STACK.")
    ] = None,
    config: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE", help="Set a config value, for example an encrypted one. Can be used several times."
        ),
    ] = None,
    sarif: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write rejections and warnings to FILE in the SARIF format.")
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(metavar="REF", help="Show the changes since a git revision, such as the base of a pull request."),
    ] = None,
    known: Annotated[
        bool, typer.Option("--known", help="Use example values for outputs that are known only after deployment.")
    ] = False,
    debug: Annotated[bool, typer.Option(help="Print the traceback of an error.")] = False,
) -> None:
    """Show what stacks would deploy, without an engine.

    In GitHub Actions, rejections and warnings are also annotations at the file and line.
    """
    if as_json and as_markdown:
        fail("--json and --markdown cannot be used together; choose one", USAGE)
    opened = _open_project(project)
    opened.config_overrides = _config_overrides(config or [])
    opened.digest_key = os.environ.get(DIGEST_KEY, "")
    names = stacks or opened.stacks
    with contextlib.ExitStack() as stack:
        revision = stack.enter_context(preview_revision(opened, against, stacks)) if against is not None else None
        # A revision can have stacks that no longer exist.
        checked = _check_stacks(opened, names) if names or revision is None else []
        previews, errors = _preview_stacks(opened, checked, debug=debug)
        plans = [_plan(preview, known=known or against is not None) for preview in previews]
        publish_findings(opened.root, plans, [message for _, message in errors], sarif)
        if errors:
            fail("\n".join(f"{stack}: {message}" for stack, message in errors), REJECTED)
        if revision is not None:
            plans = [_with_impacts(plan) for plan in compare_with(revision, plans)]
    if yaml is not None:
        _write_yaml(previews, yaml)
    write_page(plans, html)
    if as_json:
        from moorings.preview.plan_json import plan_to_json

        documents = {plan.stack: plan_to_json(plan) for plan in plans}
        document = next(iter(documents.values())) if len(documents) == 1 else documents
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        print_plans(plans, as_markdown=as_markdown)


def _plan(preview: "StackPreview", *, known: bool) -> "Plan":
    plan = preview.plan
    return replace(preview.known, log=plan.log, notes=plan.notes) if known else plan


@app.command()
def stacks(
    project: ProjectFolder = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
    in_order: Annotated[
        bool, typer.Option(help="Run the programs, and list each stack after the stacks that it refers to.")
    ] = False,
) -> None:
    """List the stacks that have a config file."""
    opened = _open_project(project)
    names = opened.stacks
    if in_order:
        _, errors = _preview_stacks(opened, names, debug=False)
        if errors:
            fail("\n".join(f"{stack}: {message}" for stack, message in errors), REJECTED)
        names = opened.stacks_in_order
    typer.echo(json.dumps(names) if as_json else "\n".join(names))


@app.command()
def compare(before: Path, after: Path, as_markdown: AsMarkdown = False, html: HtmlFile = None) -> None:
    """Show the differences between two previews of a stack.

    The files contain the output of 'moorings preview --json' or 'pulumi preview --json'.
    """
    from moorings.preview.compare import compare as compare_plans

    old, new = read_plan(before), read_plan(after)
    if old.stack != new.stack and old.stack and new.stack:
        fail(
            f"{before} is a preview of {old.stack}, {after} of {new.stack}; compare two previews of the same stack",
            USAGE,
        )
    plan = _with_impacts(compare_plans(old, new))
    write_page([plan], html)
    print_plans([plan], as_markdown=as_markdown)


@app.command()
def rules(
    rule: Annotated[str | None, typer.Argument(metavar="[ID]", help="Rule to explain. Defaults to a list.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
) -> None:
    """List the rules that reject arguments or warn about them, or explain one."""
    from moorings.preview import rule_catalog
    from moorings.validation.rule_index import all_rules

    if as_json and as_markdown:
        fail("--json and --markdown cannot be used together; choose one", USAGE)
    known = all_rules()
    if rule is not None and rule not in known:
        similar = get_close_matches(rule, known, 1)
        fail(f"no rule {rule}; {f'did you mean {similar[0]}?' if similar else 'moorings rules lists them'}", USAGE)
    if as_json:
        typer.echo(json.dumps([entry for entry in rule_catalog.to_json() if rule in {None, entry["id"]}], indent=2))
    elif as_markdown:
        typer.echo(rule_catalog.markdown_of(known[rule]) if rule else rule_catalog.markdown())
    elif rule is not None:
        typer.echo(rule_catalog.explain(known[rule]))
    else:
        typer.echo("\n".join(rule_catalog.overview()))


@app.command()
def report(
    file: Path,
    as_markdown: AsMarkdown = False,
    html: HtmlFile = None,
    acknowledge: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID=REASON",
            help="Allow the changes that violate a rule, and state why. Can be used several times.",
        ),
    ] = None,
) -> None:
    """Show a preview created by the Pulumi engine, and check its changes.

    The file contains the output of 'pulumi preview --show-sames --json'. Changes that lose data or lock clients out are
    rejected unless they are acknowledged, here or in the program.
    """
    from moorings.preview.checks import check_changes, installed_change_rules, parse_acknowledgements

    rules = installed_change_rules()
    try:
        acknowledged = parse_acknowledgements(acknowledge or [], rules)
    except ValueError as error:
        fail(f"--acknowledge: {error}", USAGE)
    plan = _with_impacts(check_changes(read_plan(file), rules, acknowledged))
    write_page([plan], html)
    print_plans([plan], as_markdown=as_markdown)
    if rejected := [str(found.finding) for found in plan.findings if found.rejected]:
        fail("\n".join(rejected), REJECTED)


def _with_impacts(plan: "Plan") -> "Plan":
    from moorings.preview.checks import installed_impacts
    from moorings.preview.impacts import add_impacts

    return add_impacts(plan, installed_impacts())


def _suggest(name: str, names: Collection[str]) -> str:
    similar = get_close_matches(name, names, 1)
    return f"did you mean {similar[0]}?" if similar else f"use one of {', '.join(sorted(names))}"


def _open_project(folder: Path | None) -> "Project":
    from moorings.preview.project import Project

    try:
        return Project(folder) if folder else Project.find(Path.cwd())
    except FileNotFoundError:
        fail("the current folder does not exist; change to another one", USAGE)


def _check_stacks(project: "Project", names: list[str]) -> list[str]:
    if not project.stacks:
        fail(f"project {project.name} has no stacks; create one with an empty file Pulumi.<stack>.yaml", USAGE)
    for name in names:
        if name not in project.stacks:
            fail(f"stack {name} does not exist; {_suggest(name, project.stacks)}", USAGE)
    return names


def _preview_stacks(
    project: "Project", names: list[str], *, debug: bool
) -> "tuple[list[StackPreview], list[tuple[str, str]]]":
    """Return the previews of all valid stacks, and the lines of the errors of the others with the name of the stack."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.completed}/{task.total} {task.description}"))
    previews: list[StackPreview] = []
    errors: list[tuple[str, str]] = []
    with Progress(
        *columns, console=console, transient=True, disable=len(names) == 1 or not console.is_terminal
    ) as progress:
        task = progress.add_task("", total=len(names))
        for name in names:
            progress.update(task, description=name)
            try:
                previews.append(project.preview(name))
            except DocumentError as error:
                progress.stop()
                fail(f"{name}: {error}", USAGE)
            except Exception as error:  # noqa: BLE001 - a program can raise anything
                if debug:
                    traceback.print_exc()
                errors += [(name, line) for line in (*_describe(error), *_hints(project, name, str(error)))]
            progress.advance(task)
    return previews, errors


def _describe(error: Exception) -> list[str]:
    """Return the message of an error; an unexpected error is preceded by its type."""
    import pulumi

    from moorings.preview.recorder import DuplicateUrnError

    text = str(error).strip()
    if isinstance(error, pulumi.RunError | DuplicateUrnError) and text:
        return text.splitlines()
    return [f"{type(error).__name__}: {' '.join(text.split())}; run with --debug for the traceback"]


def _hints(project: "Project", stack: str, message: str) -> list[str]:
    """Return hints about config values that a preview cannot read and that may have caused an error."""
    from moorings.preview.project import ENCRYPTED_PLACEHOLDER

    hints: list[str] = []
    if ENCRYPTED_PLACEHOLDER in message:
        hints.append("encrypted config values are not decrypted; set a valid value with --config KEY=VALUE")
    if environments := project.environments(stack):
        hints.append(
            f"Pulumi ESC environment {', '.join(environments)} is not read; set its values with --config KEY=VALUE"
        )
    return hints


def _config_overrides(texts: list[str]) -> dict[str, str]:
    for text in texts:
        if "=" not in text.strip("="):
            fail(f"--config: expected KEY=VALUE, got {text}", USAGE)
    return dict(text.split("=", 1) for text in texts)


def _write_yaml(previews: "list[StackPreview]", folder: Path) -> None:
    import pulumi

    from moorings.preview.kubernetes_yaml import file_name, write_yaml

    for preview in previews:
        stack = preview.plan.stack
        stack_folder = folder / file_name(stack)
        try:
            files = write_yaml(preview.known, stack_folder)
        except pulumi.RunError as error:
            fail(f"{stack}: {error}", REJECTED)
        except OSError as error:
            raise DocumentError(f"{folder} cannot be written: {error.strerror}") from None
        typer.echo(f"{stack}: {len(files)} Kubernetes objects written to {stack_folder}", err=True)
