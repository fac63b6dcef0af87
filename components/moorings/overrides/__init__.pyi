from moorings.overrides.transform import Override as Override
from moorings.overrides.transform import override as override
