from moorings import apps as apps
from moorings import aws as aws
from moorings import ecs as ecs
from moorings import kafka as kafka
from moorings import kubernetes as kubernetes
from moorings import msk as msk
from moorings import overrides as overrides
from moorings import validation as validation
from moorings.apps import *
from moorings.aws import *
from moorings.ecs import *
from moorings.kafka import *
from moorings.kubernetes import *
from moorings.msk import *
from moorings.overrides import *
from moorings.validation import *

__version__: str
