"""Jars are downloaded once and verified. Here a program in place of Maven supplies them."""

import os
from pathlib import Path

import pytest
from distributions import NEWEST, DistributionError, fetch, find, java

FAKE_MAVEN = """#!/bin/sh
for argument; do case "$argument" in -DoutputDirectory=*) folder="${argument#*=}";; esac; done
mkdir -p "$folder" && printf changed > "$folder/kafka.jar"
"""


@pytest.fixture
def environ(tmp_path):
    """Environment variables with an empty cache, and without Maven."""
    (tmp_path / "bin").mkdir()
    return {"MOORINGS_CACHE": str(tmp_path / "cache"), "PATH": f"{tmp_path}/bin"}


def add_program(environ, name, text):
    program = Path(environ["PATH"], name)
    program.write_text(text, "utf-8")
    program.chmod(0o755)
    environ["PATH"] += os.pathsep + os.environ["PATH"]


def test_jars_with_other_hashes_are_rejected_and_not_kept(environ):
    add_program(environ, "mvn", FAKE_MAVEN)

    with pytest.raises(DistributionError, match=f"Kafka {NEWEST}: jars differ from the pinned hashes: .*kafka.jar"):
        fetch(NEWEST, environ)

    assert find(NEWEST, environ) is None


def test_a_failure_of_maven_is_reported(environ):
    add_program(environ, "mvn", "#!/bin/sh\necho no such repository; exit 1\n")

    with pytest.raises(DistributionError, match="Maven failed:\nno such repository"):
        fetch(NEWEST, environ)


def test_missing_programs_are_reported_with_the_fix(environ):
    with pytest.raises(DistributionError, match="mvn not found; install a JDK of version 17 or newer and Maven"):
        fetch(NEWEST, environ)
    with pytest.raises(DistributionError, match="java not found; install a JDK"):
        java(environ)


def test_an_old_java_is_rejected(environ):
    add_program(environ, "java", "#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")

    with pytest.raises(DistributionError, match="is too old"):
        java(environ)


def test_a_version_that_is_not_pinned_is_rejected(environ):
    with pytest.raises(DistributionError, match=r"Kafka 1\.0\.0 is not pinned; use 3\.6\.0"):
        fetch("1.0.0", environ)
