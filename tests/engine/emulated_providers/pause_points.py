"""Points at which a provider pauses, so that tests can kill it or the engine there."""

import json
import os
import time
from pathlib import Path

VARIABLE = "MOORINGS_DOUBLE_HALTS"
"""Environment variable ``<file> <moment> <name>``. At this moment, with the resource of this name, the provider
writes its process ID and the engine's to the file, and waits.
"""

BEFORE_CREATE, AFTER_CREATE, BEFORE_UPDATE, BEFORE_DELETE, AFTER_DELETE = MOMENTS = (
    "before-create",
    "after-create",
    "before-update",
    "before-delete",
    "after-delete",
)


def pause_if_requested(moment: str, urn: str) -> None:
    """Wait if the pause point is set."""
    asked = os.environ.get(VARIABLE, "").split(" ")
    if asked[1:] != [moment, urn.rpartition("::")[2]]:
        return
    file = Path(asked[0])
    made = file.with_suffix(".new")
    made.write_text(json.dumps({"provider": os.getpid(), "engine": os.getppid()}))
    made.replace(file)
    while True:
        time.sleep(60)
