"""From signs to a likelihood: the one place where everything that speaks for and against a point is weighed.

A logistic sum per kind of point. The words-only figures were fitted on labelled replies of other calls; a trained model
brings its own as `calibration`, where its reading is one more sign.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from trainer.core.signs import Signs
from trainer.core.verdict import Kind

SUREST = 6.0  # logit beyond which nothing gets surer


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign adds to the logit; 0 is the threshold that decides."""

    bias: float
    likeness: float = 0.0
    mass: float = 0.0
    best: float = 0.0  # the better of nearest example and further ways of saying it
    second: float = 0.0
    label: float = 0.0
    against: float = 0.0
    asked: float = 0.0
    fact: float = 0.0
    slot: float = 0.0
    count: float = 0.0
    brief: float = 0.0  # few words give few chances to accuse without cause
    few: float = 0.0  # … and so do few don'ts
    denied: float = 0.0
    quoted: float = 0.0
    later: float = 0.0
    supposed: float = 0.0
    model: float = 0.0  # times the model's logit
    innocent: float = 0.0  # times the model's mean logit on what the turn wants to be said
    company: float = 0.0  # times the highest logit that the model gives another don't on the same reply
    large: float = 0.0  # times the large reader's logit, where it knows the don't
    known: float = 0.0  # … and added there
    akin: float = 0.0  # times its logit for the don't which this one is like
    related: float = 0.0  # … and added there
    band: float = 0.3  # logits on either side of the threshold within which the judge is not sure


@dataclass(frozen=True, slots=True)
class Calibration:
    """The weights of one judge."""

    key_points: Weights
    donts: Weights

    def of(self, kind: Kind) -> Weights:
        return self.key_points if kind == "key_point" else self.donts


# Logistic regression on 1,920 labelled replies of 40 calls, cross-validated by call; the biases put the threshold where
# F1 is best for key points, and where few innocent replies are accused for don'ts.
WORDS_ONLY = Calibration(
    key_points=Weights(
        bias=-2.35,
        likeness=1.78,
        mass=1.34,
        best=2.81,
        second=4.46,
        label=0.46,
        against=-2.0,  # no labelled reply has `misses`: set by hand
        asked=-0.43,
        fact=0.93,
        slot=1.22,
        denied=-0.81,
        quoted=-1.79,
        later=-1.81,
        band=0.25,
    ),
    donts=Weights(
        bias=-5.43,
        likeness=1.41,
        mass=2.39,
        best=2.67,
        second=5.06,
        against=-0.93,
        count=2.33,
        denied=-0.35,
        quoted=-1.43,
        later=-0.30,
        band=0.5,
    ),
)

# A model that brings no figures of its own decides, but for names and numbers.
MODEL_ALONE = Calibration(
    key_points=Weights(bias=0.0, model=1.0, slot=1.5, band=0.4), donts=Weights(bias=0.0, model=1.0, band=0.4)
)


@dataclass(frozen=True, slots=True)
class Combined:
    """How likely it is that the point was told (0.5 decides), and whether that is too close to call."""

    likelihood: float
    unsure: bool = field(default=False)

    @property
    def hit(self) -> bool:
        return self.likelihood >= 0.5


def combine(
    signs: Signs,
    weights: Weights,
    model: float | None,
    innocent: float = 0.0,
    company: float = 0.0,
    large: float | None = None,
    *,
    akin: bool = False,
) -> Combined:
    """The likelihood of one point; `model` is the trained model's, where there is one.

    `innocent` is that model's mean logit for the same don't on replies that say nothing but the turn's key points,
    `company` its highest logit for another don't on this reply; `large` is the large reader's logit, for this
    don't or one that it is `akin` to.
    """
    s, w = signs, weights
    logit = (
        w.bias
        + w.likeness * s.likeness
        + w.mass * s.mass
        + w.best * max(s.told, s.saying)
        + w.second * s.second
        + w.label * s.label
        + w.against * s.against
        + w.asked * s.asked
        + w.fact * s.fact
        + w.slot * s.slot
        + w.count * s.count
        + w.brief * s.brief
        + w.few * s.few
        + w.denied * s.stance.denied
        + w.quoted * s.stance.quoted
        + w.later * s.stance.later
        + w.supposed * s.stance.supposed
    )
    if model is not None:
        logit += w.model * logit_of(model) + w.innocent * innocent + w.company * company
    if large is not None:
        look = large * weight_of_look(s.brief)
        logit += w.akin * look + w.related if akin else w.large * look + w.known
    return Combined(_likelihood(logit), abs(logit) < w.band)


def weight_of_look(brief: float) -> float:
    """The large reader learnt from sentences: of one (`brief` near 1) it is to be believed five times as much."""
    return 1 + 4 * brief


def logit_of(likelihood: float) -> float:
    inside = min(max(likelihood, 1e-6), 1 - 1e-6)
    return max(-SUREST, min(SUREST, math.log(inside / (1 - inside))))


def _likelihood(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-SUREST, min(SUREST, logit))))
