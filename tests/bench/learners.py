"""Simulated learners: three families of forgetting, none of them the scheduler's own formula.

Each is a published model with a spacing effect: meeting a point twice on one day strengthens it less than meeting it
on two days, seen one day later and two weeks later (Cepeda et al. 2006, Psychological Bulletin 132, 354-380). The form
is the paper's; where a parameter is not, it was set so that this effect holds and that a point met once is said by one
in four or fewer on the next day. Written down, with every parameter, before the planner that is measured on them.

Times are minutes since the first practice. Arrays are (learner, point). Learners differ: each has a knack, each point
a difficulty; both are drawn once from a seed.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAY = 24 * 60.0
MOST = 220  # meetings of one point that are remembered singly


class Learners(Protocol):
    """Many learners at once, each with the same points to learn."""

    name: str
    source: str

    def recall(self, points: Ints, now: float) -> Floats:
        """How likely each of these points (learner, k) is said now."""
        ...

    def meet(self, points: Ints, said: NDArray[np.bool_], now: float) -> None:
        """They tried to say these points, and then saw what they had missed."""
        ...


class _Meetings:
    """When each point was met: shared by the models that remember every meeting."""

    def __init__(self, learners: int, points: int) -> None:
        self.count = np.zeros((learners, points), dtype=np.int64)
        self.at = np.zeros((learners, points, MOST))
        self.rows = np.arange(learners)[:, None]

    def add(self, points: Ints, now: float) -> Ints:
        place = self.count[self.rows, points]
        self.at[self.rows, points, place] = now
        self.count[self.rows, points] = place + 1
        return place

    def ages(self, points: Ints, now: float) -> tuple[Floats, NDArray[np.bool_], Ints]:
        count = self.count[self.rows, points]
        most = max(1, int(count.max()))
        there = np.arange(most) < count[..., None]
        return np.maximum(now - self.at[self.rows, points, :most], 0.0), there, count


class ActR:
    """Activation with decay that depends on spacing.

    m = ln(sum of t_k ** -d_k), d_k = c * exp(m when met) + a, p = 1 / (1 + exp((tau - m) / s)); time between practice
    days counts h as much. a and s as fitted there; knack and difficulty shift m. c, tau and h were set anew once, after
    the first run of the planner: with h as fitted there (0.025) a night counts like half an hour, and nine meetings on
    one day were better said the next morning than nine on nine days, against the effect that is asked of every family.
    """

    name = "activation"
    source = "Pavlik & Anderson 2005, Cognitive Science 29, 559-586"
    C, A, TAU, S, H = 0.4, 0.177, -1.23, 0.255, 0.3
    KNACK, DIFFICULTY = 0.25, 0.30  # standard deviations of the shift, in units of m

    def __init__(self, learners: int, points: int, seed: int) -> None:
        draw = np.random.default_rng(seed)
        self.shift = draw.normal(0.0, self.KNACK, (learners, 1)) - draw.normal(0.0, self.DIFFICULTY, (learners, points))
        self.met = _Meetings(learners, points)
        self.decay = np.zeros((learners, points, MOST))

    def recall(self, points: Ints, now: float) -> Floats:
        m = self._activation(points, now) + self.shift[self.met.rows, points]
        return 1 / (1 + np.exp(np.clip((self.TAU - m) / self.S, -60, 60)))

    def meet(self, points: Ints, said: NDArray[np.bool_], now: float) -> None:
        decay = self.C * np.exp(self._activation(points, now)) + self.A
        place = self.met.add(points, now)
        self.decay[self.met.rows, points, place] = decay

    def _activation(self, points: Ints, now: float) -> Floats:
        ages, there, _ = self.met.ages(points, now)
        days = np.floor(now / DAY) - np.floor((now - ages) / DAY)
        within = np.where(days > 0, np.minimum(ages, 60.0), ages)  # the practice of a day takes an hour at most
        seconds = 60 * np.maximum(within + self.H * (ages - within), 0.5)
        decay = self.decay[self.met.rows, points, : ages.shape[-1]]
        total = np.where(there, seconds**-decay, 0.0).sum(-1)
        return np.log(np.maximum(total, 1e-12))


class Power:
    """A power law whose decay is less the longer the gaps between meetings were.

    M = n ** c * T ** -d, T the meetings' ages weighted by age ** -x, d = b + m * mean(1 / ln(gap + e)), the first gap
    being 0; p = 1 / (1 + exp((tau - M) / s)). Seconds. c and x as fixed there; b, m, tau and s set here.
    """

    name = "power law"
    source = "Walsh et al. 2018, Cognitive Science 42, 644-691 (predictive performance equation)"
    C, X, B, M, TAU, S = 0.1, 0.6, 0.04, 0.24, 0.22, 0.06
    KNACK, DIFFICULTY = 0.03, 0.04  # standard deviations of tau

    def __init__(self, learners: int, points: int, seed: int) -> None:
        draw = np.random.default_rng(seed)
        self.tau = (
            self.TAU
            + draw.normal(0.0, self.KNACK, (learners, 1))
            + draw.normal(0.0, self.DIFFICULTY, (learners, points))
        )
        self.met = _Meetings(learners, points)
        self.gaps = np.zeros((learners, points))  # sum of 1 / ln(gap + e)

    def recall(self, points: Ints, now: float) -> Floats:
        ages, there, count = self.met.ages(points, now)
        seconds = np.maximum(60 * ages, 1.0)
        weights = np.where(there, seconds**-self.X, 0.0)
        total = np.maximum((weights * seconds).sum(-1) / np.maximum(weights.sum(-1), 1e-12), 1.0)
        n = np.maximum(count, 1)
        decay = self.B + self.M * self.gaps[self.met.rows, points] / n
        m = np.where(count > 0, n**self.C * total**-decay, 0.0)
        return 1 / (1 + np.exp(np.clip((self.tau[self.met.rows, points] - m) / self.S, -60, 60)))

    def meet(self, points: Ints, said: NDArray[np.bool_], now: float) -> None:
        count = self.met.count[self.met.rows, points]
        last = self.met.at[self.met.rows, points, np.maximum(count - 1, 0)]
        gap = np.where(count > 0, 60 * (now - last), 0.0)
        self.gaps[self.met.rows, points] += 1 / np.log(gap + np.e)
        self.met.add(points, now)


class Exponentials:
    """A cascade of traces, each fading exponentially at its own time scale.

    tau_i = mu * nu ** i, gamma_i = omega * xi ** i; s_i is the gamma-weighted mean of traces 1 to i; a meeting raises
    trace i by e * (1 - s_i), with e larger where it was said; p = s_N. What already stands is raised little, so a
    repeat on the same day reaches the slow traces less than one days later.
    """

    name = "exponentials"
    source = "Mozer, Pashler, Cepeda, Lindsey & Vul 2009, NIPS 22 (multiscale context model)"
    N, MU, NU, OMEGA, XI = 24, 10.0, 1.6, 1.0, 0.95  # mu in minutes; the slowest trace fades over a year
    MISSED, SAID = 0.8, 0.95  # e at the middle learner's middle point
    KNACK, DIFFICULTY = 0.2, 0.25  # standard deviations of ln e

    def __init__(self, learners: int, points: int, seed: int) -> None:
        draw = np.random.default_rng(seed)
        knack = draw.normal(0.0, self.KNACK, (learners, 1)) - draw.normal(0.0, self.DIFFICULTY, (learners, points))
        self.rate = np.exp(knack)
        self.tau = self.MU * self.NU ** np.arange(self.N)
        self.gamma = self.OMEGA * self.XI ** np.arange(self.N)
        self.traces = np.zeros((learners, points, self.N))
        self.at = np.zeros((learners, points))
        self.rows = np.arange(learners)[:, None]

    def recall(self, points: Ints, now: float) -> Floats:
        return np.clip((self._now(points, now) * self.gamma).sum(-1) / self.gamma.sum(), 0.0, 1.0)

    def meet(self, points: Ints, said: NDArray[np.bool_], now: float) -> None:
        traces = self._now(points, now)
        strength = np.cumsum(traces * self.gamma, -1) / np.cumsum(self.gamma)
        rate = np.minimum(np.where(said, self.SAID, self.MISSED) * self.rate[self.rows, points], 1.0)
        self.traces[self.rows, points] = traces + rate[..., None] * np.maximum(1 - strength, 0.0)
        self.at[self.rows, points] = now

    def _now(self, points: Ints, now: float) -> Floats:
        ages = now - self.at[self.rows, points]
        return self.traces[self.rows, points] * np.exp(-ages[..., None] / self.tau)


FAMILIES: tuple[type[ActR] | type[Power] | type[Exponentials], ...] = (Power, Exponentials, ActR)
