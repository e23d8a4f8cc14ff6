"""The form for measuring another plane of the same network."""

from dataclasses import replace

from imgui_bundle import imgui

from compute.directions.choice import KINDS, NORMALISATIONS
from compute.errors import BadInputError
from compute.folder import folder_of
from compute.messages import Sample
from explorer.desk.desk import Desk
from explorer.desk.resampling import Wishes, resampled, sample_of, wishes_of
from explorer.gui.fields import choice, coloured, explain, grey
from explorer.gui.window import answers, closing
from explorer.looks.theme import Rgba

_TEXTS = (
    ("metrics", "metrics", "What is measured, with commas: train_loss, train_accuracy, test_loss, test_accuracy"),
    ("examples", "examples", "Examples of each split behind every value, such as 1,500"),
    ("resolution", "points per axis", "At the finest level; 2^k + 1 nests best"),
    ("alpha", "range of α", "Two rising numbers, such as -1, 1; empty: chosen"),
    ("beta", "range of β", "Two rising numbers, such as -1, 1; empty: chosen"),
    ("tolerance", "tolerance", "Relative error at which measuring stops; 0 measures every point"),
    ("seed", "seed", "Of random directions"),
)


class ResampleForm:
    """What was typed, from the moment the form opens to that when it closes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._sample: Sample | None = None
        self._wishes: Wishes | None = None
        self._fault = ""

    def begin(self) -> None:
        """Fill it in with how the landscape in view was measured."""
        self._fault, self._sample, self._wishes = "", None, None
        landscape = self._desk.pane.stage.landscape
        try:
            self._sample = sample_of(landscape, folder_of(landscape))
            self._wishes = wishes_of(self._sample)
        except BadInputError as error:
            self._fault = str(error)

    def draw(self, scale: float, alert: Rgba) -> bool:
        """The fields and the buttons; True once measuring has begun, or is given up."""
        if self._sample is None or self._wishes is None:
            coloured(self._fault, alert)
            return closing("Nothing is measured", scale)
        imgui.push_item_width(-130 * scale)
        self._wishes = _fields(self._wishes, self._sample)
        imgui.pop_item_width()
        if self._fault:
            coloured(self._fault, alert)
        if self._sample.problem:
            grey(f"Runs the code of {self._sample.problem}.")
        grey("It gets a folder of its own. A measuring that is running ends; what it measured stays.")
        pressed, given_up = answers("Measure", "Begin at once, coarse to fine", scale)
        return given_up or (pressed and self._begin())

    def _begin(self) -> bool:
        assert self._sample is not None and self._wishes is not None
        try:
            order = resampled(self._sample, self._wishes)
        except BadInputError as error:
            self._fault = str(error)
            return False
        self._desk.measurement.resample(order)
        self._desk.say(f"measuring into {order.out}")
        return True


def _fields(wishes: Wishes, sample: Sample) -> Wishes:
    kinds = KINDS if wishes.directions in KINDS else (*KINDS, wishes.directions)
    directions = choice("plane", kinds, wishes.directions, str, "Which two directions through weight space span it")
    if directions != wishes.directions:  # a range is in units of the directions: that of others means nothing
        wishes = replace(wishes, directions=directions, alpha="", beta="")
    if "random" in directions:
        tip = "Length of random directions: as that of each filter, of each layer, or as drawn"
        wishes = replace(wishes, normalisation=choice("scaled by", NORMALISATIONS, wishes.normalisation, str, tip))
    for name, label, tip in _TEXTS:
        if name == "examples" and sample.problem:
            continue  # the user's own batches are what they are
        _, text = imgui.input_text(label, getattr(wishes, name))
        explain(tip)
        wishes = replace(wishes, **{name: text})
    return wishes
