"""Measures how many mutants of the code the tests kill.

    python tests/mutation/run.py                              a sample of each package
    python tests/mutation/run.py kafka msk/cluster.py         a sample of a package and of a file
    python tests/mutation/run.py --samples 200 --seed 7 kafka a larger sample with another seed
    python tests/mutation/run.py --again                      the survivors of the last run
    python tests/mutation/run.py --record tests/components/kafka/test_acls.py --again    after a change of this test

The first run, and each run after a change of the code or the tests, records which tests execute which lines.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Any

import yaml
from operators import Mutant, find_mutants, sample
from selection import Recording, load_recording
from worker import ERROR, KILLED, NOT_REPLACED, SURVIVED, TIMEOUT

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "components" / "moorings"
HERE = Path(__file__).parent
STATE = Path(os.environ.get("MOORINGS_MUTATION", ROOT / ".mutation"))
REASONS = HERE / "survivors.yaml"

PACKAGES = (
    "validation",
    "overrides",
    "aws",
    "kafka",
    "msk",
    "ecs",
    "kubernetes",
    "kubernetes/ingress",
    "apps",
    "preview",
    "sdk",
)
REQUIRED_PERCENT = 95
SAMPLES = 60
SEED = 13
TESTS = ["tests/components", "tests/rules", "tests/stacks", "tests/preview", "tests/test_plugin.py"]
"""The tests of ``make test`` that import the package, without those of the repository itself."""

MINIMUM_SECONDS = 30
CONTROL = -1
"""Number of the job that runs its test without a mutant."""


def package_of(file: str) -> str:
    """Return the innermost package of a file."""
    return max((package for package in PACKAGES if file.startswith(f"{package}/")), key=len, default="")


def find_files(targets: Sequence[str]) -> dict[str, list[str]]:
    """Return the files to mutate, grouped by target. The targets are all packages by default."""
    files = sorted(str(path.relative_to(SOURCES)) for path in SOURCES.rglob("*.py"))
    groups: dict[str, list[str]] = {}
    for target in targets or PACKAGES:
        name = target.removeprefix("components/moorings/").rstrip("/")
        groups[name] = [file for file in files if file == name or package_of(file) == name]
        if not groups[name]:
            sys.exit(f"{target}: expected a file below {SOURCES.relative_to(ROOT)} or one of {', '.join(PACKAGES)}")
    return groups


# Recording


def compute_digest() -> str:
    """Return a hash of the code and the tests."""
    hashed = hashlib.sha256()
    for path in sorted(path for folder in ("components", "tests") for path in (ROOT / folder).rglob("*.py")):
        hashed.update(path.read_bytes())
    return hashed.hexdigest()


def record(tests: Iterable[str], *, append: bool) -> None:
    """Run tests and record which lines they execute, in addition to the recording or instead of it."""
    folder = STATE / "recording"
    folder.mkdir(parents=True, exist_ok=True)
    if not append:
        for path in folder.iterdir():
            path.unlink()
    environment = {
        **os.environ,
        "MOORINGS_MUTATION_RECORDING": str(folder),
        "MOORINGS_ENGINE": "no",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH", "")])),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "record", "-p", "no:cacheprovider", *tests]
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
        sys.exit("the tests fail without a mutant; fix them first")
    (STATE / "digest").write_text(compute_digest())


def is_recorded() -> bool:
    """Whether the recording is that of the current code and tests."""
    return (STATE / "digest").exists() and (STATE / "digest").read_text() == compute_digest()


# Jobs


def make_job(number: int, mutant: Mutant, recording: Recording, budget: float) -> dict[str, Any]:
    """Return the job that tests a mutant."""
    path = SOURCES / mutant.file
    tests = recording.tests(mutant, budget)
    return {
        "number": number,
        "path": str(path),
        "file": mutant.file,
        "source": mutant.apply(path.read_bytes()).decode(),
        "tests": tests,
        "seconds": MINIMUM_SECONDS + 5 * sum(recording.durations[test] for test in tests),
    }


def run_jobs(jobs: Sequence[dict[str, Any]], mode: str, recording: Recording, processes: int) -> dict[int, list[str]]:
    """Run jobs in worker processes. Return status and test by job number."""
    results: dict[int, list[str]] = {}
    workers: list[tuple[subprocess.Popen[bytes], Path]] = []
    for part in range(min(processes, len(jobs))):
        jobs_file, results_file = STATE / f"jobs.{part}.json", STATE / f"results.{part}.jsonl"
        part_jobs = jobs[part::processes]
        # If a test fails in the first job, which has no mutant, the environment of the worker is broken.
        control = {**part_jobs[0], "number": CONTROL, "source": None, "tests": part_jobs[0]["tests"][:1]}
        document = {"modules": sorted(recording.modules), "jobs": [control, *part_jobs]}
        jobs_file.write_text(json.dumps(document))
        results_file.write_text("")
        command = [sys.executable, str(HERE / "worker.py"), mode, str(jobs_file), str(results_file)]
        with (STATE / f"worker.{part}.log").open("wb") as log:
            workers.append((subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log), results_file))
    for process, results_file in workers:
        process.wait()
        for line in results_file.read_text().splitlines():
            result = json.loads(line)
            results[result["number"]] = [result["status"], result["test"]]
        if results.pop(CONTROL, [ERROR])[0] != SURVIVED:
            sys.exit(f"the tests fail without a mutant; see {results_file.parent}/worker.*.log")
    return results


def run_mutants(mutants: Sequence[Mutant], recording: Recording, processes: int, budget: float) -> dict[str, list[str]]:
    """Return status and test of each mutant by identity."""
    jobs = {number: make_job(number, mutant, recording, budget) for number, mutant in enumerate(mutants)}
    results = {number: [SURVIVED, "0 tests"] for number, job in jobs.items() if not job["tests"]}
    replaceable = {number for number, mutant in enumerate(mutants) if recording.runs_late(mutant)} - results.keys()
    results |= run_jobs([jobs[number] for number in sorted(replaceable)], "replace", recording, processes)
    imported = [number for number in jobs if number not in results or results[number][0] == NOT_REPLACED]
    results |= run_jobs([jobs[number] for number in imported], "import", recording, processes)
    check_tests(mutants, jobs, results, recording, processes)
    return {mutant.identity: results.get(number, [ERROR, ""]) for number, mutant in enumerate(mutants)}


def check_tests(
    mutants: Sequence[Mutant],
    jobs: dict[int, dict[str, Any]],
    results: dict[int, list[str]],
    recording: Recording,
    processes: int,
) -> None:
    """Check that the tests that killed a mutant pass without it. If not, the status of the mutant is an error."""
    tests = sorted({test for status, test in results.values() if status == KILLED and test in recording.durations})
    names = dict(enumerate(tests))
    unchanged = [
        {
            "number": number,
            "path": "",
            "file": "",
            "source": None,
            "tests": [test],
            "seconds": MINIMUM_SECONDS + 5 * recording.durations[test],
        }
        for number, test in names.items()
    ]
    failing = {
        names[number]
        for number, (status, _) in run_jobs(unchanged, "replace", recording, processes).items()
        if status != SURVIVED
    }
    for test in sorted(failing):
        print(f"{test} fails without a mutant; the mutants that it killed are errors")
    for result in results.values():
        if result[1] in failing:
            result[:] = [ERROR, result[1]]


# Report


def load_reasons() -> dict[str, str]:
    """Return the accepted survivors: reason by identity."""
    document = yaml.safe_load(REASONS.read_text()) or {} if REASONS.exists() else {}
    return {identity: reason for entries in document.values() for identity, reason in entries.items()}


def format_survivor(mutant: Mutant, result: Sequence[str]) -> str:
    """Return the status, the identity and the diff of a survivor."""
    source = (SOURCES / mutant.file).read_bytes()
    before, after = source.decode().splitlines(), mutant.apply(source).decode().splitlines()
    diff = list(unified_diff(before, after, mutant.file, mutant.file, lineterm="", n=1))[2:]
    return "\n".join(
        [f"{result[0].upper()} ({result[1] or 'no test'}): {mutant.identity}", *(f"    {line}" for line in diff)]
    )


def report(groups: dict[str, list[Mutant]], results: dict[str, list[str]]) -> bool:
    """Print the result of each group. Return whether each has the required score and all survivors have a reason."""
    reasons, passed = load_reasons(), True
    rows: list[str] = []
    for name, mutants in groups.items():
        killed = [mutant for mutant in mutants if results[mutant.identity][0] in {KILLED, TIMEOUT}]
        survivors = [mutant for mutant in mutants if mutant not in killed]
        unexplained = [mutant for mutant in survivors if mutant.identity not in reasons]
        for mutant in survivors:
            print(format_survivor(mutant, results[mutant.identity]))
            print(f"    reason: {reasons.get(mutant.identity, 'none; add a test, or a reason to ' + REASONS.name)}\n")
        percent = 100 * len(killed) / len(mutants) if mutants else 100.0
        passed = passed and percent >= REQUIRED_PERCENT and not unexplained
        rows.append(f"{name:<24}{len(mutants):>8}{len(killed):>8}{percent:>8.1f} %{len(unexplained):>12}")
    print(f"{'package':<24}{'mutants':>8}{'killed':>8}{'score':>10}{'no reason':>12}", *rows, sep="\n")
    return passed


def main() -> int:
    """Run the mutants of the given packages or files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "targets", nargs="*", metavar="PACKAGE|FILE", help="packages or files to mutate (default: all packages)"
    )
    parser.add_argument("--samples", type=int, default=SAMPLES, help="number of mutants of each package or file")
    parser.add_argument("--seed", type=int, default=SEED, help="seed of the sample")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--budget", type=float, default=60, help="time limit for the tests of a mutant, in seconds")
    parser.add_argument("--again", action="store_true", help="run only the survivors of the last run")
    parser.add_argument("--only", default="", metavar="REGEX", help="run only mutants whose name matches")
    parser.add_argument(
        "--record", nargs="+", default=[], metavar="TEST", help="update the recording for these tests only"
    )
    parser.add_argument("--outdated", action="store_true", help="use the recording although the code has changed")
    options = parser.parse_args()
    STATE.mkdir(exist_ok=True)
    if options.record:
        record(options.record, append=True)
    elif not options.outdated and not is_recorded():
        print("Recording which tests execute which lines ...", flush=True)
        record(TESTS, append=False)
    start = time.monotonic()
    survivors_file = STATE / "survivors.json"
    last_survivors = set(json.loads(survivors_file.read_text())) if options.again else set[str]()
    groups: dict[str, list[Mutant]] = {}
    for name, files in find_files(options.targets).items():
        mutants = [mutant for file in files for mutant in find_mutants(file, (SOURCES / file).read_bytes())]
        mutants = [mutant for mutant in mutants if re.search(options.only, mutant.identity)]
        if options.again:
            groups[name] = [mutant for mutant in mutants if mutant.identity in last_survivors]
        else:
            groups[name] = sample(mutants, options.samples, options.seed, lambda file: (SOURCES / file).read_bytes())
    selected = [mutant for mutants in groups.values() for mutant in mutants]
    results = run_mutants(selected, load_recording(STATE / "recording", SOURCES), options.processes, options.budget)
    survivors = [identity for identity, (status, _) in results.items() if status not in {KILLED, TIMEOUT}]
    survivors_file.write_text(json.dumps(survivors, indent=1))
    (STATE / "results.json").write_text(json.dumps(results, indent=1))
    passed = report(groups, results)
    print(f"{len(selected)} mutants in {time.monotonic() - start:.0f} s")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
