"""How values are computed: where, in what precision, and in what portions. Imports no torch.

Another choice changes the last bits of a value, so it is kept in landscape.json and a resumed sweep uses it again.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from compute.errors import BadInputError

PRECISIONS = ("fp32", "fp64", "bf16", "fp16")
CHUNK = 128  # examples per forward pass: on a CPU larger ones fall out of the cache
_DEVICE = re.compile(r"cpu|mps|cuda(:\d+)?")


@dataclass(frozen=True)
class Execution:
    """Choices that change the speed, and the last bits, but not what is measured.

    device          cpu, cuda, cuda:N or mps
    precision       fp32: the model's own numbers, no shortcuts such as TF32; fp64: model and examples converted;
                    bf16, fp16: autocast. Sums are float64 in any case
    chunk           examples per forward pass, at most; a user's own batches are taken as they are
    channels_last   images and convolution weights in this memory format; else in the one that they have
    points_at_once  weight vectors that go through the network side by side
    threads         of the CPU; None: as many as the process has set

    Raises BadInputError for a device or precision of another name, and for counts below one.
    """

    device: str = "cpu"
    precision: str = "fp32"
    chunk: int = CHUNK
    channels_last: bool = False
    points_at_once: int = 1
    threads: int | None = None

    def __post_init__(self) -> None:
        if not _DEVICE.fullmatch(self.device):
            raise BadInputError(f"--device {self.device}: no such device; choose cpu, cuda or mps")
        if self.precision not in PRECISIONS:
            raise BadInputError(f"--precision {self.precision}: choose one of {', '.join(PRECISIONS)}")
        for name in ("chunk", "points_at_once", "threads"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise BadInputError(f"execution: {name} is {value}, and must be 1 at least")

    def as_dict(self) -> dict[str, Any]:
        """Plain types, for landscape.json."""
        return asdict(self)

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> "Execution":
        """The inverse of ``as_dict``. What is missing is as usual. Raises BadInputError for anything else."""
        kinds = {"device": str, "precision": str, "channels_last": bool}
        for name, value in found.items():
            kind = kinds.get(name, int)
            known = name in {field.name for field in fields(cls)}
            if not known or (type(value) is not kind and not (name == "threads" and value is None)):
                raise BadInputError(f"execution: cannot use {name} = {value!r}; remove it to have it chosen anew")
        return cls(**found)


USUAL = Execution()
