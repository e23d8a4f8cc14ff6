"""What is said of text that cannot be written as it was given."""

from pathlib import Path

import typer


def tell_lacking(output: Path, letters: str) -> None:
    """One line on the error stream, if there are any."""
    if letters:
        shown = " ".join(letter if letter.isprintable() else f"U+{ord(letter):04X}" for letter in letters)
        typer.echo(f"basin: {output}: the typeface lacks {shown}: boxes stand in their place", err=True)
