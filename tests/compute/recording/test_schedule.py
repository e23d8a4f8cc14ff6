"""The schedule against a reference that decides each call from the whole history, by the words of its docstring."""

from itertools import pairwise

import numpy as np
import pytest

from compute.errors import BadInputError
from compute.recording.schedule import Policy, Schedule, superfluous


class History:
    """All that has happened; every question is answered by going through it from the start."""

    def __init__(self, policy: Policy, start: float) -> None:
        self.policy, self.start = policy, start
        self.calls: list[int] = []  # steps
        self.written: list[tuple[int, float, float]] = []  # step, when it was known to be written, cost
        self.thinnings: list[float] = []  # when
        self.there: list[int] = []  # steps of the checkpoints
        self.taken: list[int] = []  # places of the calls that took one

    def due(self, k: int) -> bool:
        every = self.policy.every
        if every is None or k == 0:
            return True
        return any(mark % every == 0 for mark in range(self.calls[k - 1] + 1, self.calls[k] + 1))

    def takes(self, now: float, busy: bool) -> bool:
        """For the latest call."""
        k = len(self.calls) - 1
        if not self.due(k) or busy:
            return False
        if not self.written:
            return True
        stride = 2 ** len(self.thinnings)
        ahead = stride == 1 and len(self.taken) < 16
        paid = sum(cost for _, _, cost in self.written) + self.written[-1][2] <= 60 * self.policy.share
        if ahead and paid and sum(map(self.due, range(k + 1))) >= 1.5 * self.due_until_latest:
            return True
        if sum(map(self.due, range(k))) % stride:
            return False
        begin = self.thinnings[-1] if self.thinnings else self.start
        cost = sum(cost for _, when, cost in self.written if when > begin or not self.thinnings)
        return cost + self.written[-1][2] <= self.policy.share / stride * (now - begin)

    @property
    def due_until_latest(self) -> int:
        return sum(map(self.due, range(self.taken[-1] + 1)))

    def finish(self, step: int, now: float, cost: float) -> None:
        self.written.append((step, now, cost))
        self.there.append(step)
        if len(self.there) > self.policy.most:
            last = len(self.there) - 1
            self.there = [kept for place, kept in enumerate(self.there) if place % 2 == 0 or place == last]
            self.thinnings.append(now)


@pytest.mark.parametrize("seed", range(60))
def test_it_decides_as_its_docstring_says(seed):
    random = np.random.default_rng(seed)
    policy = Policy(
        every=[None, 1, 3, 10][random.integers(4)],
        most=int(random.integers(2, 12)),
        share=random.choice([0.02, 0.3, 1]),
    )
    now = float(random.uniform(0, 1e6))
    history, schedule = History(policy, now), Schedule(policy, now)
    there: list[int] = []
    pending: tuple[int, float, float] | None = None
    spent, step, taken = 0.0, int(random.integers(3)), 0
    for _ in range(1500):
        now += float(random.exponential(1.0))
        if pending and now >= pending[1]:
            written, _, cost = pending
            pending = None
            spent += cost
            schedule.took(cost)
            there.append(written)
            gone = superfluous(there, policy.most)
            there = [kept for kept in there if kept not in gone]
            if gone:
                schedule.thinned(now, spent)
            history.finish(written, now, cost)
            assert there == history.there and schedule.stride == 2 ** len(history.thinnings)
        history.calls.append(step)
        expected = history.takes(now, pending is not None)
        assert schedule.takes(step, now, spent, free=pending is None) == expected
        if expected:
            taken += 1
            history.taken.append(len(history.calls) - 1)
            pending = step, now + float(random.exponential(1.0)), float(random.uniform(0.1, 0.5))
        step += int(random.integers(1, 4))
    assert taken >= 3 and len(there) <= policy.most


@pytest.mark.parametrize("share", [0.02, 0.1])
def test_the_cost_stays_below_the_share_and_the_checkpoints_at_even_distances(share):
    """Steps of 10 ms, checkpoints of 7 ms: after the first 16 the cost never exceeds the share of the time."""
    cost, policy = 0.007, Policy(most=32, share=share)
    schedule, there, spent = Schedule(policy, 0.0), [], 0.0
    for step in range(100_000):
        now = 0.01 * step
        if schedule.takes(step, now, spent):
            spent += cost
            there.append(step)
            schedule.took(cost)
            if gone := superfluous(there, policy.most):
                there = [kept for kept in there if kept not in gone]
                schedule.thinned(now, spent)
        assert spent <= max(16 * cost, share * now) + 1e-9
    gaps = np.diff(there)
    assert 16 <= len(there) <= 32 and there[0] == 0
    assert gaps[1:-1].max() <= 2.1 * gaps[1:-1].min()


@pytest.mark.parametrize(("cost", "count"), [(0.003, 14), (0.1, 12), (0.5, 2), (2.0, 1)])
def test_at_the_start_checkpoints_lie_close_and_are_paid_for_within_the_first_minute(cost, count):
    """Steps of 5 ms: the n-th is half as many steps again from the start, as far as 1.2 s of the minute's pay for."""
    schedule, there, spent = Schedule(Policy(), 0.0), [], 0.0
    for step in range(60_000):
        now = 0.005 * step
        if schedule.takes(step, now, spent):
            spent += cost
            there.append(step)
            schedule.took(cost)
        assert spent <= max(0.02 * max(now, 60), cost) + 1e-9
    assert there[: min(count, 9)] == [0, 1, 2, 4, 7, 11, 17, 26, 40][: min(count, 9)]
    early = [step for step in there if 0.02 * 0.005 * step < (there.index(step) + 1) * cost - 1e-9]
    assert len(early) == count
    assert count < 14 or max(b / a for a, b in pairwise(there[4:])) < 1.6  # no gap behind them


@pytest.mark.parametrize("stride", [1, 2])
def test_ahead_of_the_share_there_are_sixteen_at_most_and_none_after_a_thinning(stride):
    """No time passes, and the cost is next to nothing."""
    schedule, taken = Schedule(Policy(), 0.0, stride), []
    for step in range(5000):
        if schedule.takes(step, 0.0, 1e-6 * len(taken)):
            taken.append(step)
            schedule.took(1e-6)
    assert len(taken) == (16 if stride == 1 else 1)


@pytest.mark.parametrize("count", range(12))
@pytest.mark.parametrize("most", [2, 3, 10])
def test_every_second_goes_but_never_the_first_or_the_newest(count, most):
    steps = [3 * k + 1 for k in range(count)]
    gone = superfluous(steps, most)
    if count <= most:
        assert gone == []
    else:
        assert gone == [step for place, step in enumerate(steps) if place % 2 == 1 and place != count - 1]
        assert steps[0] not in gone and steps[-1] not in gone


@pytest.mark.parametrize(
    ("wrong", "named"),
    [({"every": 0}, "every=0"), ({"every": 1.5}, "every=1.5"), ({"every": True}, "every=True"), ({"most": 1}, "most=1"),
     ({"most": None}, "most=None"), ({"share": 0}, "share=0"), ({"share": 1.5}, "share=1.5"),
     ({"share": float("nan")}, "share=nan"), ({"share": "2 %"}, "share=2 %")],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_one_line(wrong, named):
    with pytest.raises(BadInputError) as caught:
        Policy(**wrong)
    assert named in str(caught.value) and "give" in str(caught.value) and "\n" not in str(caught.value)
