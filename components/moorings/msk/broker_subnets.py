"""Subnets of the brokers: the type of the argument."""

from typing import Annotated

from pydantic import Field

from moorings.aws.resource_ids import SubnetId
from moorings.msk.broker_types import MAX_ZONES, MIN_ZONES
from moorings.validation.inputs import Input
from moorings.validation.types import Unique

SubnetIds = Annotated[list[Input[SubnetId]], Field(min_length=MIN_ZONES, max_length=MAX_ZONES), Unique]
"""One subnet in each of two or three Availability Zones.

Source: https://docs.aws.amazon.com/msk/1.0/apireference/clusters.html
"""
