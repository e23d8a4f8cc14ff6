"""Undo and redo against a plain list of all states and a place in it."""

import random

from explorer.desk.history import History


def test_back_and_forth() -> None:
    history = History("a")
    assert not history.can_undo and not history.can_redo and history.now == "a"
    for state in "bcd":
        history.record(state)
    assert [history.undo(), history.undo(), history.undo(), history.undo()] == ["c", "b", "a", "a"]
    assert not history.can_undo and history.can_redo
    assert [history.redo(), history.redo(), history.redo(), history.redo()] == ["b", "c", "d", "d"]
    assert history.can_undo and not history.can_redo and history.now == "d"


def test_what_was_undone_is_gone_once_something_else_is_done() -> None:
    history = History("a")
    history.record("b")
    history.record("c")
    history.undo()
    history.record("x")
    assert not history.can_redo and history.redo() == "x"
    assert [history.undo(), history.undo()] == ["b", "a"]


def test_one_gesture_is_one_step() -> None:
    history = History(0)
    for state in (1, 2, 3):
        history.record(state, "drag")
    for state in (4, 5):
        history.record(state, "another drag")
    history.record(6)
    history.record(7)
    assert [history.undo() for _ in range(5)] == [6, 5, 3, 0, 0]
    assert [history.redo() for _ in range(5)] == [3, 5, 6, 7, 7]


def test_a_gesture_that_begins_with_no_change_still_has_its_step() -> None:
    history = History(0)
    history.record(0, "drag")
    history.record(1, "drag")
    history.record(1, "next drag")
    history.record(2, "next drag")
    assert [history.undo(), history.undo()] == [1, 0]


def test_the_same_again_is_no_step() -> None:
    history = History("a")
    history.record("a")
    assert not history.can_undo
    history.record("b")
    history.record("b")
    history.undo()
    history.record("a")
    assert history.can_redo, "nothing was done in between"


def test_a_gesture_that_ends_where_it_began_is_no_step() -> None:
    history = History(0)
    history.record(1)
    for state in (2, 3, 1):
        history.record(state, "drag")
    assert history.undo() == 0
    assert not history.can_undo
    other = History(0)
    for state in (5, 0):
        other.record(state, "drag")
    assert not other.can_undo and other.undo() == 0


def test_a_gesture_does_not_go_on_after_undo() -> None:
    history = History(0)
    history.record(1, "drag")
    history.record(2, "drag")
    history.undo()
    history.record(3, "drag")
    assert [history.undo(), history.redo()] == [0, 3]


def test_its_length_is_bounded_and_the_oldest_goes() -> None:
    history = History(0, longest=5)
    for state in range(1, 50):
        history.record(state)
    assert [history.undo() for _ in range(7)] == [48, 47, 46, 45, 44, 44, 44]


def test_it_is_a_list_with_a_place_in_it() -> None:
    rng = random.Random(3)
    history, states, place = History(-1), [-1], 0
    for number in range(3000):
        match rng.choice(["record", "record", "undo", "redo"]):
            case "record":
                del states[place + 1 :]
                states.append(number)
                states, place = states[-201:], min(place + 1, 200)
                history.record(number)
            case "undo":
                place = max(place - 1, 0)
                assert history.undo() == states[place]
            case "redo":
                place = min(place + 1, len(states) - 1)
                assert history.redo() == states[place]
        assert (history.now, history.can_undo, history.can_redo) == (
            states[place],
            place > 0,
            place < len(states) - 1,
        )


def test_what_is_forgotten_is_never_gone_back_to() -> None:
    history = History("a1")
    for state in ("b1", "a2", "b2", "a3"):
        history.record(state)
    history.undo()
    history.undo()  # now a2
    history.forget(lambda state: state.startswith("b"))
    assert history.redo() == "a3" and not history.can_redo
    assert [history.undo(), history.undo()] == ["a2", "a1"] and not history.can_undo
