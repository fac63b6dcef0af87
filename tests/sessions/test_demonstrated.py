"""Every mechanism that the guide calls demonstrated has a test."""

from pathlib import Path

import pytest
from demonstrated import DEMONSTRATED


@pytest.mark.parametrize(("proxy", "mode"), DEMONSTRATED)
def test_a_demonstrated_mechanism_has_a_test(proxy, mode):
    source = (Path(__file__).parent / f"test_{proxy.lower()}.py").read_text()
    assert f'DEMONSTRATED[{proxy.upper()}, "{mode}"]' in source
