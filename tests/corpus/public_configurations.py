"""Renders the page of public configurations."""

from collections.abc import Iterable, Sequence

from corpus import AREAS, Original

_INTRODUCTION = """# Public configurations

What people run elsewhere, and whether it can be expressed with moorings: configurations of public Terraform modules, CDK
and Pulumi programs, Helm charts, manifests and documentation. For each of them, a test deploys a program and compares
the resources with the facts of the original.

Lines are those of the configuration, without blank lines, comments, imports and the network that it is deployed to; the
lines of a program include the values that it shares with others. A configuration is expressed completely if everything
that it declares is deployed, apart from the deliberate differences, each of which has a reason. An
override sets what has no argument. This page is generated from the tests.
"""


def render_page(originals: Sequence[Original]) -> str:
    """Return the page."""
    areas = {area: [original for original in originals if original.area == area] for area in AREAS}
    summary = [
        f"| {AREAS[area][0]} | {len(members)} | {_percent(members)} % | {AREAS[area][1]} % | "
        f"{sum(one.lines or 0 for one in members)} | {sum(one.program_lines for one in members if one.lines)} |"
        for area, members in areas.items()
    ]
    lines = [
        _INTRODUCTION,
        "| area | configurations | expressed completely | target | lines there | lines here |",
        "| --- | --- | --- | --- | --- | --- |",
        *summary,
    ]
    for area, members in areas.items():
        lines += ["", f"## {AREAS[area][0]}", "", "| configuration | lines there | lines here | verdict |"]
        lines += ["| --- | --- | --- | --- |", *map(_row, members)]
        lines += ["", f"### Differences on {AREAS[area][0]}", "", *_differences(members)]
    return "\n".join(lines) + "\n"


def _row(original: Original) -> str:
    reasons = "; ".join(_sentence(item["original"]) for item in original.missing)
    verdict = f"{original.verdict}: {reasons}" if reasons else original.verdict
    return f"| [{original.name}]({original.source}) | {original.lines or 'not public'} | {original.program_lines} | {verdict} |"


def _differences(originals: Iterable[Original]) -> list[str]:
    """Return the differences and what is missing, each with its reason and the originals that have it."""
    found: dict[tuple[str, str], list[str]] = {}
    for original in originals:
        for item in [*original.missing, *original.differences]:
            found.setdefault((item["original"], item["reason"]), []).append(original.name)
    rows = [
        f"| {what} | {reason} | {names[0] if len(names) == 1 else f'{len(names)} configurations'} |"
        for (what, reason), names in found.items()
    ]
    return ["| original | reason for the difference | where |", "| --- | --- | --- |", *rows]


def _percent(originals: Sequence[Original]) -> int:
    return 100 * sum(original.verdict != "partly" for original in originals) // max(1, len(originals))


def _sentence(text: str) -> str:
    return text[0].lower() + text[1:]
