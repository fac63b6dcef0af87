"""What the tests of the preview share."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # grpc_monitor
