"""A step of training: the optimiser, its pace and the running average of the weights."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

import torch
from torch import Tensor, nn


class Stepper:
    """`body` are the layers that a base brings, `head` all else that is trained; each has its own rate."""

    def __init__(
        self, model: nn.Module, body: list[nn.Parameter], rate: float, head: float, warm: int, ema: float
    ) -> None:
        known = {id(p) for p in body}
        others = [p for p in model.parameters() if p.requires_grad and id(p) not in known]
        self.model, self.average = model, deepcopy(model)
        self.parameters = body + others
        self.rates, self.warm, self.ema = (rate, rate * head), warm, ema
        groups = [{"params": body, "lr": rate}, {"params": others, "lr": rate * head}]
        self.best = torch.optim.AdamW(groups, weight_decay=0.01, foreach=True)
        self.step = 0

    def take(self, gradients: Sequence[Tensor | None], progress: float) -> None:
        """One step on a gradient a parameter. `progress` runs from 0 to 1 over the whole training."""
        for p, gradient in zip(self.parameters, gradients, strict=True):
            p.grad = gradient
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        pace = min(1.0, (self.step + 1) / self.warm) * max(0.01, 1 - progress)
        for group, rate in zip(self.best.param_groups, self.rates, strict=True):
            group["lr"] = rate * pace
        self.best.step()
        self.step += 1
        keep = min(self.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for a, b in zip(self.average.parameters(), self.model.parameters(), strict=True):
                if b.requires_grad:
                    a.lerp_(b, 1 - keep)
