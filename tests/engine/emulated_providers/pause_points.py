"""Points at which a provider pauses, so that tests can kill it or the engine there."""

import json
import os
import time
from pathlib import Path

VARIABLE = "MOORINGS_PAUSE_POINT"
"""Environment variable with the value ``<file> <moment> <name>``. At this moment in the operation on the resource of
this name, the provider writes its process ID and that of the engine to the file, and waits."""

BEFORE_CREATE, AFTER_CREATE, BEFORE_UPDATE, BEFORE_DELETE, AFTER_DELETE = MOMENTS = (
    "before-create",
    "after-create",
    "before-update",
    "before-delete",
    "after-delete",
)


def pause_if_requested(moment: str, urn: str) -> None:
    """Wait if the pause point is set."""
    requested = os.environ.get(VARIABLE, "").split(" ")
    if requested[1:] != [moment, urn.rpartition("::")[2]]:
        return
    file = Path(requested[0])
    temporary = file.with_suffix(".new")
    temporary.write_text(json.dumps({"provider": os.getpid(), "engine": os.getppid()}))
    temporary.replace(file)
    while True:
        time.sleep(60)
