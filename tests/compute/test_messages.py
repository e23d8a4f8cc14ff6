"""What crosses between the two processes: every message, whole, and nothing but plain types."""

import dataclasses
import json
import math
import typing
from collections.abc import Callable

import numpy as np
import pytest

from compute import messages
from compute.messages import Demo, Failed, Finished, Measuring, Message, decode, encode

KINDS = [kind for kind in Message.__subclasses__() if kind.__module__ == messages.__name__]

TEXTS = ("", "pca", "a b/ü\\n", 'quote " and \\', "line\nline", "π∂θ", "\u2028", "\0", "🌄", '{"type": "Stop"}')
# A new plain type of field needs its sample here; anything else has no business in a message.
NUMBERS = (None, [], [0.5, -1e308])
SAMPLES: dict[object, Callable[[np.random.Generator], object]] = {
    str: lambda rng: TEXTS[rng.integers(len(TEXTS))],
    int: lambda rng: int(rng.integers(-(2**62), 2**62)),
    float: lambda rng: float(rng.choice([rng.normal(), 0.0, -0.0, 1e-308, 1e308, math.inf, -math.inf])),
    bool: lambda rng: bool(rng.integers(2)),
    int | None: lambda rng: (None, 7)[rng.integers(2)],
    float | None: lambda rng: (None, 0.25)[rng.integers(2)],
    list[str]: lambda rng: list(TEXTS[: rng.integers(len(TEXTS))]),
    list[int]: lambda rng: [int(n) for n in rng.integers(-1, 2**40, size=rng.integers(3))],
    list[float]: lambda rng: list(rng.normal(size=rng.integers(3))),
    list[float] | None: lambda rng: NUMBERS[rng.integers(len(NUMBERS))],
    dict[str, typing.Any]: lambda rng: {"model": "mlp", "seed": int(rng.integers(9)), "milestones": [1, 2], "x": None},
}


def sample(kind: type[Message], rng: np.random.Generator) -> Message:
    hints = typing.get_type_hints(kind)
    return kind(**{name: SAMPLES[hint](rng) for name, hint in hints.items()})


def test_all_that_is_defined_there_is_a_message() -> None:
    defined = [thing for thing in vars(messages).values() if dataclasses.is_dataclass(thing)]
    assert defined and set(defined) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_message_arrives_as_it_was_sent(kind: type[Message]) -> None:
    rng = np.random.default_rng(5)
    for _ in range(100):
        message = sample(kind, rng)
        arrived = decode(encode(message))
        assert type(arrived) is kind
        assert arrived == message
        assert [type(value) for value in vars(arrived).values()] == [type(value) for value in vars(message).values()]


@pytest.mark.parametrize("kind", KINDS)
def test_messages_are_frozen_and_made_of_plain_types(kind: type[Message]) -> None:
    assert dataclasses.is_dataclass(kind) and kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert set(typing.get_type_hints(kind).values()) <= set(SAMPLES)
    assert kind.__doc__ and not kind.__doc__.startswith(f"{kind.__name__}("), "has no docstring of its own"


def test_a_message_is_one_json_object() -> None:
    assert json.loads(encode(Demo("here"))) == {"type": "Demo", **dataclasses.asdict(Demo("here"))}
    assert json.loads(encode(Finished())) == {"type": "Finished"}


def test_a_number_that_is_none_arrives_too() -> None:
    message = decode(encode(Measuring("pca", 0, 4, 0, 100, 0.0, math.nan)))
    assert isinstance(message, Measuring) and math.isnan(message.seconds_left)


def test_a_long_traceback_arrives_whole() -> None:
    message = Failed("RuntimeError: no", "line\n" * 100_000)
    assert decode(encode(message)) == message


@pytest.mark.parametrize("value", [np.float32(1), np.int64(1), np.zeros(2), {1, 2}, b"bytes", object()])
def test_other_types_do_not_cross(value: object) -> None:
    with pytest.raises(TypeError):
        encode(Failed(value, ""))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'"Stop"',
        b"\xff",
        b"{}",
        b'{"type": "object"}',
        b'{"type": "Stop", "now": 1}',
        b'{"type": "Look"}',
    ],
    ids=str,
)
def test_what_is_no_message_is_not_taken_for_one(data: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        decode(data)


def test_decoding_makes_messages_and_nothing_else() -> None:
    """Only names in the table are looked up: no import, no attribute, no pickle."""
    for name in ("Message", "eval", "os.system", "__import__", "asdict"):
        with pytest.raises(KeyError):
            decode(json.dumps({"type": name}).encode())
