"""Arguments that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

PathArgument = Annotated[
    Path, typer.Argument(help="A landscape folder, or a .ply, .h5, .npz, .csv or .vtp file of a landscape.")
]
TrajectoryOption = Annotated[
    Path | None, typer.Option("--path", help="The descent path: a CSV file with one `x,y` row an epoch.")
]
