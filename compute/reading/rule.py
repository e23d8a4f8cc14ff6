"""What a rule of the reading is: a condition on measured numbers, and the sentence that then holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from compute.reading.measured import Measured

Condition = Callable[[Measured], bool]


class Part(Enum):
    """Where a sentence stands; the value is the heading."""

    SEEN = "What is seen"
    NOISE = "What is likely noise"
    LIMITS = "What may not be concluded"
    RIGHT = "Is my plot right?"
    BOWL = "Why is it not a bowl?"
    PATH = "Why does the path not lie on the surface?"


class Tone(Enum):
    """How a sentence is meant."""

    PLAIN = "plain"  # a fact
    GOOD = "good"  # a check that holds
    CAUTION = "caution"  # something that misleads if it is not known
    UNKNOWN = "unknown"  # nobody measured it, or wrote it down


@dataclass(frozen=True)
class Rule:
    """``says`` is a template over the texts of ``compute.reading.told``. ``threshold`` is the number in ``when``."""

    id: str
    tone: Tone
    says: str
    when: Condition
    threshold: float | None = None


@dataclass(frozen=True)
class Sentence:
    """One sentence of the reading, and the rule that it follows."""

    rule_id: str
    part: Part
    text: str
    tone: Tone


Topic = tuple[Rule, ...]  # the first that holds speaks, so that no two of a topic can contradict each other
Rules = Mapping[Part, tuple[Topic, ...]]


def speaker(topic: Topic, measured: Measured) -> Rule | None:
    """The first rule that holds; None of a topic that says nothing."""
    return next((rule for rule in topic if rule.when(measured)), None)


def always(measured: Measured) -> bool:
    """The condition of the last rule of a topic."""
    return measured.points > 0


def of_losses(*topics: Topic) -> tuple[Topic, ...]:
    """Topics that are silent where the height is an accuracy."""
    return tuple(tuple(replace(rule, when=_of_a_loss(rule.when)) for rule in topic) for topic in topics)


def _of_a_loss(when: Condition) -> Condition:
    return lambda measured: measured.is_loss and when(measured)


def above(value: float | None, limit: float) -> bool:
    """Whether it is known, and larger; as the next three."""
    return value is not None and value > limit


def at_least(value: float | None, limit: float) -> bool:
    """Known, and not smaller."""
    return value is not None and value >= limit


def below(value: float | None, limit: float) -> bool:
    """Known, and smaller."""
    return value is not None and value < limit


def at_most(value: float | None, limit: float) -> bool:
    """Known, and not larger."""
    return value is not None and value <= limit
