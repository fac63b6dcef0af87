"""Each mechanism that the guide lists as verified has a test."""

from pathlib import Path

import pytest
from verified_mechanisms import VERIFIED_CONTROLLERS


@pytest.mark.parametrize(("proxy", "mode"), VERIFIED_CONTROLLERS)
def test_a_verified_mechanism_has_a_test(proxy, mode):
    source = (Path(__file__).parent / f"test_{proxy.lower()}.py").read_text()
    assert f'VERIFIED_CONTROLLERS[{proxy.upper()}, "{mode}"]' in source
