"""Existing programs of a suitable version are used. Missing ones are built once."""

import fcntl
import re
import subprocess
import sys
import threading

import binaries
import pytest
from binaries import BINARIES, BinariesMissingError

PINNED = {
    "etcd": "3.6.8",
    "kube-apiserver": "1.36.3",
    "kube-controller-manager": "1.36.3",
    "kube-scheduler": "1.36.3",
    "kwok": "0.8.0",
    "pulumi": "3.256.0",
    "traefik": "3.6.7",
}


def write_program(folder, name, output, exit_status=0):
    """Write a program that prints a version."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\necho '{output}'\nexit {exit_status}\n")
    file.chmod(0o755)
    return file


def write_go(folder, version="go1.26.0", build=""):
    """Write a fake Go with a build command."""
    file = write_program(folder, "go", "")
    file.write_text(f'#!/bin/sh\nif [ "$1" = env ]; then echo {version}; exit; fi\n{build}\n')
    return file


# Writes a program to the file after -o.
BUILD_COMMAND = 'while [ "$1" != -o ]; do shift; done; printf "#!/bin/sh\\necho 3.6.8\\n" > "$2"; chmod +x "$2"'


@pytest.fixture
def environ(tmp_path):
    """Environment variables without the programs and the cache of this machine."""
    return {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "MOORINGS_CACHE": str(tmp_path / "cache")}


@pytest.mark.parametrize("name", PINNED)
def test_pinned_versions(name):
    assert BINARIES[name].version == PINNED[name]


@pytest.mark.parametrize("folder", sorted({binary.folder for binary in BINARIES.values()}))
def test_modules_are_pinned_with_hashes(folder):
    sums = (binaries.TOOLS / folder / "go.sum").read_text()
    for binary in BINARIES.values():
        if binary.folder == folder:
            assert f"{binary.module} v{binary.version} h1:" in sums


@pytest.mark.parametrize(
    ("name", "version", "suitable"),
    [
        ("kube-apiserver", "1.36.0", True),
        ("kube-apiserver", "1.35.9", False),
        ("kube-apiserver", "1.37.0", False),
        ("kube-apiserver", "1.36.3-eks-1234", True),
        ("etcd", "3.4.23", True),
        ("etcd", "3.3.0", False),
        ("etcd", "4.0.0", False),
        ("pulumi", "3.272.0", True),
        ("pulumi", "3.224.9", False),
        ("traefik", "3.6.0", True),
        ("traefik", "3.7.0", False),
    ],
)
def test_suitable_versions(name, version, suitable):
    assert BINARIES[name].is_suitable(version) is suitable


def test_programs_on_the_path_are_used(tmp_path, environ):
    file = write_program(tmp_path / "bin", "etcd", "etcd Version: 3.5.1")
    program = binaries.find("etcd", environ)
    assert program == binaries.Program("etcd", file, "3.5.1", "PATH")


def test_kubebuilder_assets_take_precedence_over_the_path(tmp_path, environ):
    write_program(tmp_path / "bin", "kube-apiserver", "Kubernetes v1.36.1")
    file = write_program(tmp_path / "assets", "kube-apiserver", "Kubernetes v1.36.2")
    program = binaries.find("kube-apiserver", environ | {"KUBEBUILDER_ASSETS": str(tmp_path / "assets")})
    assert program == binaries.Program("kube-apiserver", file, "1.36.2", "KUBEBUILDER_ASSETS")


@pytest.mark.parametrize(
    ("output", "exit_status"), [("Kubernetes v1.30.0", 0), ("Kubernetes v1.36.1", 1), ("hello", 0)]
)
def test_unsuitable_versions_are_ignored(tmp_path, environ, output, exit_status):
    write_program(tmp_path / "bin", "kube-apiserver", output, exit_status)
    assert binaries.find("kube-apiserver", environ) is None
    assert binaries.missing(["kube-apiserver"], environ) == ["kube-apiserver"]


def test_a_missing_go_is_reported_with_the_fix(environ):
    environ["PATH"] = ""
    with pytest.raises(BinariesMissingError) as error:
        binaries.fetch(["etcd", "pulumi"], environ)
    assert str(error.value) == (
        "etcd, pulumi not found: put them on PATH or into KUBEBUILDER_ASSETS, "
        "or run `make test-engine`, which builds them once (Go 1.26.0 or newer, about 12 minutes)"
    )


def test_the_fix_for_a_missing_program_is_the_target_that_builds_it():
    assert "run `make test-sessions`, which builds" in binaries.missing_message(["etcd", "traefik"])
    assert "run `make test-engine` and `make test-sessions`, which" in binaries.missing_message(["pulumi", "traefik"])


def test_an_old_go_is_reported(tmp_path, environ):
    file = write_go(tmp_path / "bin", "go1.19.8")
    with pytest.raises(BinariesMissingError) as error:
        binaries.fetch(["etcd"], environ)
    assert str(error.value) == (
        f"Building etcd requires Go {BINARIES['etcd'].go} or newer: {file} is Go 1.19.8; "
        "install it, or set GOTOOLCHAIN=auto"
    )


def test_programs_are_built_once(tmp_path, environ):
    file = write_go(tmp_path / "bin", build=BUILD_COMMAND)
    lines = []
    first = binaries.fetch(["etcd"], environ, lines.append)["etcd"]
    assert first.source == "cache"
    assert first.path.is_relative_to(tmp_path / "cache")
    assert [line.partition(" in ")[0] for line in lines] == ["[1/1] etcd 3.6.8: building", "[1/1] etcd 3.6.8: built"]
    file.unlink()
    assert binaries.fetch(["etcd"], environ)["etcd"] == first


def test_a_failed_build_leaves_no_files(tmp_path, environ):
    write_go(tmp_path / "bin", build='echo "no such module" >&2; exit 1')
    with pytest.raises(BinariesMissingError) as error:
        binaries.fetch(["etcd"], environ)
    assert str(error.value) == "etcd 3.6.8 could not be built:\nno such module"
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["lock"]


def test_the_cache_folder_depends_on_the_pinned_versions(monkeypatch):
    before = BINARIES["etcd"].folder_name
    monkeypatch.setattr(
        binaries.Binary, "_pins", lambda self, file: b"go 1.26.0\n\tgo.etcd.io/etcd/server/v3 v3.6.8\n" + file.encode()
    )
    assert BINARIES["etcd"].folder_name != before


def test_concurrent_builds_wait_for_each_other(tmp_path, environ):
    write_go(tmp_path / "bin", build=BUILD_COMMAND)
    (tmp_path / "cache").mkdir()
    waiting = threading.Event()
    with (tmp_path / "cache" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = threading.Thread(target=binaries.fetch, args=(["etcd"], environ, lambda _: waiting.set()))
        second.start()
        assert waiting.wait(30)
        assert binaries.find("etcd", environ) is None
    second.join(30)
    assert binaries.find("etcd", environ) is not None


def test_the_script_lists_available_programs(tmp_path, environ):
    write_program(tmp_path / "bin", "etcd", "etcd Version: 3.5.1")
    result = subprocess.run(
        [sys.executable, binaries.__file__, "--check", "etcd", "kwok"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert re.split(r" +|\n", result.stdout)[:3] == ["etcd", "3.5.1", "PATH"]
    assert "kwok                     -          not found" in result.stdout
    assert result.stderr.startswith("kwok not found: put them on PATH")


def test_the_script_accepts_a_target_of_the_makefile(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("MOORINGS_CACHE", str(tmp_path))
    assert binaries.main(["--check", "test-sessions"]) == 1
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok", "traefik"]
