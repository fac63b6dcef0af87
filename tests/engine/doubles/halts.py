"""Where a provider stops and waits to be killed, for tests of what a killed run leaves."""

import json
import os
import time
from pathlib import Path

VARIABLE = "MOORINGS_DOUBLE_HALTS"
"""Holds ``<file> <moment> <name>``: at that moment, with the resource of that name, the provider writes its process ID and the
engine's to the file, and waits."""

BEFORE_CREATE, AFTER_CREATE, BEFORE_UPDATE, BEFORE_DELETE, AFTER_DELETE = MOMENTS = (
    "before-create",
    "after-create",
    "before-update",
    "before-delete",
    "after-delete",
)


def pass_by(moment: str, urn: str) -> None:
    """Go on, or wait where that is asked for."""
    asked = os.environ.get(VARIABLE, "").split(" ")
    if asked[1:] != [moment, urn.rpartition("::")[2]]:
        return
    file = Path(asked[0])
    made = file.with_suffix(".new")
    made.write_text(json.dumps({"provider": os.getpid(), "engine": os.getppid()}))
    made.replace(file)
    while True:
        time.sleep(60)
