"""The code of the README runs."""

import re
from pathlib import Path

import pytest

from moorings.preview.program import StackContext, preview

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_code_blocks_are_found():
    assert len(BLOCKS) == 5


@pytest.mark.parametrize("code", BLOCKS, ids=["cluster", "other stack", "kpow", "workload", "acknowledgement"])
def test_code_runs(code):
    plan, _ = preview(lambda: exec(compile(code, "README.md", "exec"), {}), StackContext("readme", "test"))
    assert plan.urns
