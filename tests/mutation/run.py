"""Measures how many changes of the code the tests notice.

    python tests/mutation/run.py                              a sample of each package
    python tests/mutation/run.py kafka msk/cluster.py         of a package and a file
    python tests/mutation/run.py --samples 200 --seed 7 kafka another, larger sample
    python tests/mutation/run.py --again                      the survivors of the last run
    python tests/mutation/run.py --record tests/components/kafka/test_acls.py --again    after a change of this test

The first run, and each run after the code has changed, records which tests execute which lines.
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

PACKAGES = ("validation", "aws", "kafka", "msk", "ecs", "kubernetes", "kubernetes/ingress", "apps", "preview", "sdk")
REQUIRED_PERCENT = 95
SAMPLES = 60
SEED = 13
TESTS = ["tests/components", "tests/rules", "tests/stacks", "tests/preview", "tests/test_plugin.py"]
"""The tests of ``make test`` that import the package. Those of the repository itself are left out."""

MINIMUM_SECONDS = 30
CONTROL = -1
"""Number of the job that changes nothing."""


def package_of(file: str) -> str:
    """Return the package of a file: the longest that contains it."""
    return max((package for package in PACKAGES if file.startswith(f"{package}/")), key=len, default="")


def find_files(targets: Sequence[str]) -> dict[str, list[str]]:
    """Return the files to change by package, or by file if single files are given."""
    files = sorted(str(path.relative_to(SOURCES)) for path in SOURCES.rglob("*.py"))
    groups: dict[str, list[str]] = {}
    for target in targets or PACKAGES:
        name = target.removeprefix("components/moorings/").rstrip("/")
        groups[name] = [file for file in files if file == name or package_of(file) == name]
        if not groups[name]:
            sys.exit(f"{target}: expected a file below {SOURCES.relative_to(ROOT)} or one of {', '.join(PACKAGES)}")
    return groups


# Recording


def digest() -> str:
    """Return a hash of the code and the tests."""
    hashed = hashlib.sha256()
    for path in sorted(path for folder in ("components", "tests") for path in (ROOT / folder).rglob("*.py")):
        hashed.update(path.read_bytes())
    return hashed.hexdigest()


def record(tests: Iterable[str], *, keep: bool) -> None:
    """Run tests, and record which lines they execute."""
    folder = STATE / "recording"
    folder.mkdir(parents=True, exist_ok=True)
    if not keep:
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
        sys.exit("the tests must pass before they are measured")
    (STATE / "digest").write_text(digest())


def is_recorded() -> bool:
    """Whether the recording belongs to the present code and tests."""
    return (STATE / "digest").exists() and (STATE / "digest").read_text() == digest()


# Jobs


def make_job(number: int, mutant: Mutant, recording: Recording, budget: float) -> dict[str, Any]:
    """Return the job of a mutant."""
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
    """Run jobs in worker processes; return status and test by number."""
    results: dict[int, list[str]] = {}
    workers: list[tuple[subprocess.Popen[bytes], Path]] = []
    for part in range(min(processes, len(jobs))):
        jobs_file, results_file = STATE / f"jobs.{part}.json", STATE / f"results.{part}.jsonl"
        chosen = jobs[part::processes]
        # The first job changes nothing: if its test fails, so would that of every mutant.
        control = {**chosen[0], "number": CONTROL, "source": None, "tests": chosen[0]["tests"][:1]}
        document = {"modules": sorted(recording.modules), "jobs": [control, *chosen]}
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
    """Return status and test of each mutant by its identity."""
    jobs = {number: make_job(number, mutant, recording, budget) for number, mutant in enumerate(mutants)}
    results = {number: [SURVIVED, "0 tests"] for number, job in jobs.items() if not job["tests"]}
    late = {number for number, mutant in enumerate(mutants) if recording.runs_late(mutant)} - results.keys()
    results |= run_jobs([jobs[number] for number in sorted(late)], "replace", recording, processes)
    early = [number for number in jobs if number not in results or results[number][0] == NOT_REPLACED]
    results |= run_jobs([jobs[number] for number in early], "import", recording, processes)
    check_tests(mutants, jobs, results, recording, processes)
    return {mutant.identity: results.get(number, [ERROR, ""]) for number, mutant in enumerate(mutants)}


def check_tests(
    mutants: Sequence[Mutant],
    jobs: dict[int, dict[str, Any]],
    results: dict[int, list[str]],
    recording: Recording,
    processes: int,
) -> None:
    """Check that the tests that noticed a mutant pass without it. A test that fails in any case notices nothing."""
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
        print(f"{test} fails without a mutant: it does not count")
    for result in results.values():
        if result[1] in failing:
            result[:] = [ERROR, result[1]]


# Report


def reasons() -> dict[str, str]:
    """Return why mutants survive, by identity."""
    document = yaml.safe_load(REASONS.read_text()) or {} if REASONS.exists() else {}
    return {identity: reason for entries in document.values() for identity, reason in entries.items()}


def show(mutant: Mutant, result: Sequence[str]) -> str:
    """Return a survivor as a diff."""
    source = (SOURCES / mutant.file).read_bytes()
    before, after = source.decode().splitlines(), mutant.apply(source).decode().splitlines()
    diff = list(unified_diff(before, after, mutant.file, mutant.file, lineterm="", n=1))[2:]
    return "\n".join(
        [f"{result[0].upper()} ({result[1] or 'no test'}): {mutant.identity}", *(f"    {line}" for line in diff)]
    )


def report(groups: dict[str, list[Mutant]], results: dict[str, list[str]]) -> bool:
    """Print the result of each group; return whether all reach the required share and all survivors have a reason."""
    known, passed = reasons(), True
    rows: list[str] = []
    for name, mutants in groups.items():
        killed = [mutant for mutant in mutants if results[mutant.identity][0] in {KILLED, TIMEOUT}]
        survivors = [mutant for mutant in mutants if mutant not in killed]
        unexplained = [mutant for mutant in survivors if mutant.identity not in known]
        for mutant in survivors:
            print(show(mutant, results[mutant.identity]))
            print(f"    reason: {known.get(mutant.identity, 'none; add a test, or a reason to ' + REASONS.name)}\n")
        percent = 100 * len(killed) / len(mutants) if mutants else 100.0
        passed = passed and percent >= REQUIRED_PERCENT and not unexplained
        rows.append(f"{name:<24}{len(mutants):>8}{len(killed):>8}{percent:>8.1f} %{len(unexplained):>12}")
    print(f"{'package':<24}{'mutants':>8}{'killed':>8}{'share':>10}{'no reason':>12}", *rows, sep="\n")
    return passed


def main() -> int:
    """Run the mutants of the given packages or files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="PACKAGE|FILE", help="all packages by default")
    parser.add_argument("--samples", type=int, default=SAMPLES, help="mutants of each package or file")
    parser.add_argument("--seed", type=int, default=SEED, help="selects other mutants")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--budget", type=float, default=60, help="seconds that the tests of a mutant may take")
    parser.add_argument("--again", action="store_true", help="only the survivors of the last run")
    parser.add_argument("--only", default="", metavar="REGEX", help="only mutants whose name matches")
    parser.add_argument("--record", nargs="+", default=[], metavar="TEST", help="record only these tests, in addition")
    parser.add_argument("--outdated", action="store_true", help="use the recording although the code has changed")
    options = parser.parse_args()
    STATE.mkdir(exist_ok=True)
    if options.record:
        record(options.record, keep=True)
    elif not options.outdated and not is_recorded():
        print("Recording which tests execute which lines ...", flush=True)
        record(TESTS, keep=False)
    start = time.monotonic()
    last = STATE / "survivors.json"
    wanted = set(json.loads(last.read_text())) if options.again else set[str]()
    groups: dict[str, list[Mutant]] = {}
    for name, files in find_files(options.targets).items():
        mutants = [mutant for file in files for mutant in find_mutants(file, (SOURCES / file).read_bytes())]
        mutants = [mutant for mutant in mutants if re.search(options.only, mutant.identity)]
        if options.again:
            groups[name] = [mutant for mutant in mutants if mutant.identity in wanted]
        else:
            groups[name] = sample(mutants, options.samples, options.seed, lambda file: (SOURCES / file).read_bytes())
    chosen = [mutant for mutants in groups.values() for mutant in mutants]
    results = run_mutants(chosen, load_recording(STATE / "recording", SOURCES), options.processes, options.budget)
    survivors = [identity for identity, (status, _) in results.items() if status not in {KILLED, TIMEOUT}]
    last.write_text(json.dumps(survivors, indent=1))
    (STATE / "results.json").write_text(json.dumps(results, indent=1))
    passed = report(groups, results)
    print(f"{len(chosen)} mutants in {time.monotonic() - start:.0f} s")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
