"""Locations in the user's program: where arguments and components were created, for messages.

A location is stored as a code object and the offset of an instruction. File and line are only computed when a message
is written, because most locations are never shown.
"""

import os
import sysconfig
from inspect import currentframe
from types import CodeType
from typing import NamedTuple

import pulumi

_LIBRARIES = frozenset(
    {"moorings", "pulumi", "pulumi_aws", "pulumi_kubernetes", "pulumi_random", "pydantic", "pydantic_core"}
)
_STANDARD_LIBRARY = (sysconfig.get_path("stdlib") + os.sep, "<frozen")
_PLUGIN_HOST = "pulumi.provider."


class Location(NamedTuple):
    """Position of an instruction."""

    code: CodeType
    offset: int

    def __str__(self) -> str:
        """Return ``stacks/kafka.py:14``. The path is relative if the file is below the folder of ``Pulumi.yaml``."""
        lines = (line for start, end, line in self.code.co_lines() if start <= self.offset < end and line)
        file = os.path.realpath(self.code.co_filename)
        path = os.path.relpath(file, _project_folder())
        return f"{file if path.startswith('..') else path}:{next(lines, self.code.co_firstlineno)}"


def _project_folder() -> str:
    """Return the folder of ``Pulumi.yaml``, or the working directory outside of a stack."""
    folder: str | None = pulumi.get_root_directory()
    return os.path.realpath(folder or os.curdir)


def user_location() -> Location | None:
    """Return the location of the innermost call outside of libraries. None for a program in another language.

    ``inspect.stack()`` takes 500 times as long, because it reads the source of each frame.
    """
    frame = currentframe()
    while frame is not None:
        module, code = frame.f_globals.get("__name__", ""), frame.f_code
        if module.startswith(_PLUGIN_HOST):
            return None
        if module.partition(".")[0] not in _LIBRARIES and (
            not code.co_filename.startswith(_STANDARD_LIBRARY) or "site-packages" in code.co_filename
        ):
            return Location(code, frame.f_lasti)
        frame = frame.f_back
    return None
