"""Benchmarks of the components against hand-written resources, the AWS CDK and cdk8s, and of their scaling.

Each benchmark runs two commands alternately, each time in a new process, and compares the fastest run of each, because
other processes can only add time. Components are compared in CPU seconds of their program, tools in wall-clock seconds
of the process. Memory is the largest resident set of the process. The exit status is 1 if a ratio exceeds its limit.
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

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent
Measurement = Callable[[], float]


@dataclass(frozen=True)
class Benchmark:
    """A comparison of a command with a baseline."""

    name: str
    command: Measurement
    baseline_name: str
    baseline: Measurement
    max_ratio: float
    group: str
    runs: int = 3
    unit: str = "s"


def run(*command: object, timed_in: str = "wall") -> tuple[float, str]:
    """Run a command, and return its duration in seconds and its output."""
    # Use cached byte code, as in normal use.
    environ = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:  # the CDK writes to the working directory
        result = subprocess.run(
            list(map(str, command)), cwd=folder, env=environ, capture_output=True, text=True, check=False
        )
    if result.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{result.stderr}")
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (wall if timed_in == "wall" else cpu), result.stdout


def result_of(name: str, count: int, measurement: str) -> Measurement:
    """A measurement that a program in ``programs.py`` prints."""
    return lambda: float(
        json.loads(run(sys.executable, FOLDER / "programs.py", name, count, "--in-process")[1])[measurement]
    )


def cpu_seconds(name: str, count: int) -> Measurement:
    """CPU seconds of a program, without imports."""
    return result_of(name, count, "seconds")


def yaml_seconds(name: str, count: int) -> Measurement:
    """CPU seconds of the YAML export, after the program has run."""
    return result_of(name, count, "writing")


def peak_mebibytes(name: str, count: int) -> Measurement:
    """Largest resident set of a program, which also exports YAML."""
    return result_of(name, count, "mebibytes")


def wall_clock_seconds(script: str, *arguments: object) -> Measurement:
    """Wall-clock seconds of a script in a new process."""
    return lambda: run(sys.executable, FOLDER / script, *arguments)[0]


def import_seconds(statement: str) -> Measurement:
    """CPU seconds of import statements in a new process."""
    return lambda: run(sys.executable, "-c", statement, timed_in="cpu")[0]


def fixed_limit(limit: float) -> Measurement:
    """A fixed limit, as a baseline."""
    return lambda: limit


BENCHMARKS = [
    *(
        Benchmark(
            f"100 {component}s",
            cpu_seconds(f"{component}_component", 100),
            "by hand",
            cpu_seconds(f"{component}_by_hand", 100),
            max_ratio,
            "hand",
            5,
        )
        for component, max_ratio in (("key", 1), ("cluster", 1.05), ("singleton", 1.05), ("workload", 1))
    ),
    Benchmark(
        "1,000 clusters",
        cpu_seconds("cluster_component", 1000),
        "100 clusters",
        cpu_seconds("cluster_component", 100),
        10.3,
        "growth",
    ),
    Benchmark(
        "1,000 workloads",
        cpu_seconds("workload_component", 1000),
        "100 workloads",
        cpu_seconds("workload_component", 100),
        10.3,
        "growth",
    ),
    Benchmark(
        "writing the YAML of 500 workloads",
        yaml_seconds("workload_component", 500),
        "limit",
        fixed_limit(0.6),
        1,
        "yaml",
    ),
    Benchmark(
        "memory of 1,000 workloads",
        peak_mebibytes("workload_component", 1000),
        "limit",
        fixed_limit(600),
        1,
        "memory",
        1,
        "MiB",
    ),
    Benchmark(
        "import moorings",
        import_seconds("import moorings"),
        "import pulumi, pydantic",
        import_seconds("import pulumi, pydantic"),
        1.15,
        "import",
        9,
    ),
    Benchmark(
        "preview of every stack",
        lambda: run(Path(sys.executable).parent / "moorings", "preview", "--project", ROOT)[0],
        "limit",
        fixed_limit(4),
        1,
        "preview",
    ),
    Benchmark(
        "preview of a cluster with 1,000 users",
        wall_clock_seconds("programs.py", "cluster_with_1000_users", 1),
        "limit",
        fixed_limit(20),
        1,
        "users",
    ),
    Benchmark(
        "preview of kpow-production",
        lambda: run(Path(sys.executable).parent / "moorings", "preview", "kpow-production", "--project", ROOT)[0],
        "limit",
        fixed_limit(1),
        1,
        "preview",
    ),
    *(
        Benchmark(
            f"{count} cluster{'s' * (count > 1)}, whole process",
            wall_clock_seconds("programs.py", "cluster_component", count),
            "AWS CDK",
            wall_clock_seconds("with_cdk.py", count),
            max_ratio,
            "cdk",
        )
        for count, max_ratio in ((1, 0.2), (100, 0.25))
    ),
    *(
        Benchmark(
            f"{count} workload{'s' * (count > 1)} with YAML, whole process",
            wall_clock_seconds("programs.py", "workload_component", count),
            "cdk8s",
            wall_clock_seconds("with_cdk8s.py", count),
            0.75,
            "cdk8s",
        )
        for count in (1, 500)
    ),
]


def measure(benchmark: Benchmark) -> tuple[float, float]:
    """Return the smallest measurement of the command and of the baseline."""
    pairs = [(benchmark.command(), benchmark.baseline()) for _ in range(benchmark.runs)]
    return min(measured for measured, _ in pairs), min(measured for _, measured in pairs)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run benchmarks and print a table."""
    groups = list(dict.fromkeys(benchmark.group for benchmark in BENCHMARKS))
    parser = argparse.ArgumentParser(description="Benchmarks of the components.")
    parser.add_argument(
        "groups", nargs="*", metavar="GROUP", help=f"groups of benchmarks: {', '.join(groups)} (default: all)"
    )
    selected = parser.parse_args(arguments).groups or groups
    if unknown := set(selected) - set(groups):
        parser.error(f"unknown group {', '.join(sorted(unknown))}; use {', '.join(groups)}")
    if not shutil.which("node"):
        print("node is not on PATH: skipping the benchmarks of the AWS CDK and cdk8s", file=sys.stderr)
        selected = [group for group in selected if not group.startswith("cdk")]

    table = Table("benchmark", "result", "baseline", "result", "ratio", "limit", "", title="Benchmarks")
    failures = 0
    with Console(stderr=True).status("") as status:
        for benchmark in (benchmark for benchmark in BENCHMARKS if benchmark.group in selected):
            status.update(benchmark.name)
            measured, baseline = measure(benchmark)
            ratio, limit = measured / baseline, benchmark.max_ratio
            failures += ratio > limit
            digits = 2 if benchmark.unit == "s" else 0
            table.add_row(
                benchmark.name,
                f"{measured:.{digits}f} {benchmark.unit}",
                benchmark.baseline_name,
                f"{baseline:.{digits}f} {benchmark.unit}",
                f"{ratio:.2f}",
                f"{limit:.2f}",
                "ok" if ratio <= limit else "FAILED",
            )
    Console().print(table)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
