"""The flights by name."""

from collections.abc import Mapping
from types import MappingProxyType

from explorer.pictures.descent import descent
from explorer.pictures.flights import rise, turntable
from explorer.pictures.instants import Flight
from explorer.pictures.refining import refine
from explorer.pictures.replay import training

FLIGHTS: Mapping[str, Flight] = MappingProxyType(
    {"turntable": turntable, "descent": descent, "rise": rise, "refine": refine, "training": training}
)
