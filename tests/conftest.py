"""What every test may use."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from moorings.preview.plan import Plan
from moorings.preview.program import Setting, run


@pytest.fixture
def deploy() -> Callable[..., Plan]:
    """Run a program without an engine, and tell what it registered.

    Outputs are known, as after a deployment, unless it is a ``preview``. Secrets stand as ``Secret`` with their value, unless
    ``reveal_secrets`` is off.
    """

    def deployed(
        program: Callable[[], Any],
        *,
        preview: bool = False,
        config: Mapping[str, str] | None = None,
        stack: str = "test",
        project: str = "moorings",
        reveal_secrets: bool = True,
    ) -> Plan:
        setting = Setting(project, stack, config=dict(config or {}))

        def quietly() -> None:
            program()

        return run(quietly, setting, known=not preview, reveal=reveal_secrets)

    return deployed
