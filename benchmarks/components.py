"""What the components cost: beside the same resources written by hand, beside the AWS CDK and cdk8s, and as they grow.

Each line compares two commands that run in turns, each time as a process of its own, and takes the fastest of
either: what else the machine does only ever adds time. Processor seconds where one program is compared with another
inside Pulumi, wall clock where a person waits. Exit status 1 where a bound is missed.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
ROOT = HERE.parent
Timed = Callable[[], float]


@dataclass(frozen=True)
class Figure:
    """One comparison, and the ratio that it may not exceed."""

    what: str
    ours: Timed
    beside: str
    theirs: Timed
    bound: float
    group: str
    runs: int = 3


def run(*command: object, timed_in: str = "wall") -> tuple[float, str]:
    """Run a command, and tell its seconds and its output."""
    # Byte code is kept, as it is where people use these.
    environ = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:  # the CDK writes where it runs
        done = subprocess.run(
            list(map(str, command)), cwd=folder, env=environ, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{done.stderr}")
    wall = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (wall if timed_in == "wall" else cpu), done.stdout


def inside(program: str, count: int, what: str = "seconds") -> Timed:
    """Processor seconds of a program, without imports."""
    return lambda: float(json.loads(run(sys.executable, HERE / "measured.py", program, count, "--inside")[1])[what])


def writing(program: str, count: int) -> Timed:
    """Processor seconds for which its YAML is written, after the run."""
    return inside(program, count, "writing")


def whole(script: str, *arguments: object) -> Timed:
    """Wall-clock seconds of a script."""
    return lambda: run(sys.executable, HERE / script, *arguments)[0]


def code(text: str) -> Timed:
    """Processor seconds of a line of Python, as a process."""
    return lambda: run(sys.executable, "-c", text, timed_in="cpu")[0]


def seconds(limit: float) -> Timed:
    """A fixed number of seconds."""
    return lambda: limit


FIGURES = [
    *(
        Figure(
            f"100 {thing}s",
            inside(f"{thing}_of_ours", 100),
            "by hand",
            inside(f"{thing}_by_hand", 100),
            1.15,
            "hand",
            5,
        )
        for thing in ("key", "cluster", "singleton", "workload")
    ),
    Figure(
        "1,000 clusters",
        inside("cluster_of_ours", 1000),
        "100 clusters",
        inside("cluster_of_ours", 100),
        11,
        "growth",
        1,
    ),
    Figure(
        "1,000 workloads",
        inside("workload_of_ours", 1000),
        "100 workloads",
        inside("workload_of_ours", 100),
        11,
        "growth",
        1,
    ),
    Figure("writing the YAML of 500 workloads", writing("workload_of_ours", 500), "limit", seconds(1), 1, "yaml"),
    Figure(
        "import moorings",
        code("import moorings"),
        "import pulumi, pydantic",
        code("import pulumi, pydantic"),
        1.15,
        "import",
        9,
    ),
    Figure(
        "preview of every stack",
        lambda: run(Path(sys.executable).parent / "moorings", "preview", "--project", ROOT)[0],
        "limit",
        seconds(4),
        1,
        "preview",
    ),
    Figure(
        "preview of a cluster with 1,000 users",
        whole("measured.py", "cluster_with_1000_users", 1),
        "limit",
        seconds(20),
        1,
        "users",
    ),
    Figure(
        "preview of kpow-production",
        lambda: run(Path(sys.executable).parent / "moorings", "preview", "kpow-production", "--project", ROOT)[0],
        "limit",
        seconds(2),
        1,
        "preview",
    ),
    *(
        Figure(
            f"{count} cluster{'s' * (count > 1)}, whole process",
            whole("measured.py", "cluster_of_ours", count),
            "AWS CDK",
            whole("with_cdk.py", count),
            bound,
            "cdk",
        )
        for count, bound in ((1, 1 / 4), (100, 1 / 3))
    ),
    *(
        Figure(
            f"{count} workload{'s' * (count > 1)} with YAML, whole process",
            whole("measured.py", "workload_of_ours", count),
            "cdk8s",
            whole("with_cdk8s.py", count),
            1,
            "cdk8s",
        )
        for count in (1, 500)
    ),
]


def measure(figure: Figure) -> tuple[float, float]:
    """The fastest of ours and of theirs, in turns."""
    pairs = [(figure.ours(), figure.theirs()) for _ in range(figure.runs)]
    return min(ours for ours, _ in pairs), min(theirs for _, theirs in pairs)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print a table."""
    groups = list(dict.fromkeys(figure.group for figure in FIGURES))
    parser = argparse.ArgumentParser(description="Measure what the components cost.")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(groups)}; all if none is named")
    wanted = parser.parse_args(arguments).groups or groups
    if unknown := set(wanted) - set(groups):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(groups)}")
    if not shutil.which("node"):
        print("The CDK and cdk8s need Node, which is not on PATH: they are left out.", file=sys.stderr)
        wanted = [group for group in wanted if not group.startswith("cdk")]

    table = Table("what", "seconds", "beside", "seconds", "ratio", "at most", "", title="What the components cost")
    missed = 0
    with Console(stderr=True).status("") as status:
        for figure in (each for each in FIGURES if each.group in wanted):
            status.update(figure.what)
            ours, theirs = measure(figure)
            ratio = ours / theirs
            missed += ratio > figure.bound
            cells = (figure.what, f"{ours:.2f}", figure.beside, f"{theirs:.2f}", f"{ratio:.2f}", f"{figure.bound:.2f}")
            table.add_row(*cells, "ok" if ratio <= figure.bound else "MISSED")
    Console().print(table)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
