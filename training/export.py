#!/usr/bin/env python3
"""Turn trained weights into what ships: two graphs without weights, one file of 16-bit weights, tokenizer, judge.json.

    python training/export.py RUN/last.pt assets/judge [--cuts KP DONT] [--version N]

`alone.onnx` reads a text by itself (a reply or points), `ask.onnx` lets points read a reply. Both take their weights
from `weights.bin` (float16, cast to float32 when loaded, so that machines agree) by the names that `judge.json` lists.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import shutil
from pathlib import Path

import numpy as np
import onnx
import torch
from corpus import NAMES
from onnx import TensorProto, helper
from reader import HEAD, HEADS, LAYERS, SIZE, SPLIT, is_linear
from train import base_folder

OPSET = 17


class Drawing:
    """A graph being drawn: each method adds a node and gives back its output's name."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self.weights, self.used, self.nodes, self.constants, self.count = weights, {}, [], [], 0

    def op(self, kind: str, *inputs: str, outputs: int = 1, **attributes: object) -> str | list[str]:
        self.count += 1
        names = [f"{kind}_{self.count}_{n}" for n in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names if outputs > 1 else names[0]

    def constant(self, value: list[int] | float) -> str:
        self.count += 1
        name = f"constant_{self.count}"
        kind = np.int64 if isinstance(value, list) else np.float32
        self.constants.append(onnx.numpy_helper.from_array(np.array(value, kind), name))
        return name

    def scalar(self, value: int) -> str:
        self.count += 1
        self.constants.append(onnx.numpy_helper.from_array(np.array(value, np.int64), f"constant_{self.count}"))
        return f"constant_{self.count}"

    def weight(self, name: str) -> str:
        shape = self.weights[name].shape
        if name not in self.used:
            held = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape, data_location=TensorProto.EXTERNAL)
            held.external_data.add(key="location", value="weights")
            self.used[name] = held
        return name

    def linear(self, x: str, name: str) -> str:
        return self.op("Add", self.op("MatMul", x, self.weight(f"{name}.weight")), self.weight(f"{name}.bias"))

    def norm(self, x: str, name: str) -> str:
        return self.op(
            "LayerNormalization", x, self.weight(f"{name}.weight"), self.weight(f"{name}.bias"), axis=-1, epsilon=1e-12
        )

    def gelu(self, x: str) -> str:
        half = self.op("Mul", x, self.constant(0.5))
        return self.op(
            "Mul",
            half,
            self.op("Add", self.op("Erf", self.op("Mul", x, self.constant(1 / math.sqrt(2)))), self.constant(1.0)),
        )

    def after(self, layer: str, states: str, read: str) -> str:
        states = self.norm(self.op("Add", states, self.linear(read, f"{layer}.out")), f"{layer}.norm1")
        fed = self.linear(self.gelu(self.linear(states, f"{layer}.up")), f"{layer}.down")
        return self.norm(self.op("Add", states, fed), f"{layer}.norm2")

    def heads(self, x: str, keys: bool = False) -> str:
        x = self.op("Reshape", x, self.constant([0, 0, HEADS, HEAD]))
        return self.op("Transpose", x, perm=[0, 2, 3, 1] if keys else [0, 2, 1, 3])

    def model(self, name: str, inputs: list[tuple[str, int, list[object]]], outputs: dict[str, str]) -> onnx.ModelProto:
        for title, source in outputs.items():
            self.nodes.append(helper.make_node("Identity", [source], [title]))
        graph = helper.make_graph(
            self.nodes, name,
            [helper.make_tensor_value_info(n, t, s) for n, t, s in inputs],
            [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in outputs],
            [*self.constants, *self.used.values()],
        )  # fmt: skip
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)


def alone(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    """embedded (N, L, S), added (N, L, S) at the split, bar (N, 1, 1, L) → entry, last, keys and values of the upper layers."""
    g = Drawing(weights)
    outputs = {}
    states = g.norm("embedded", "norm")
    scale = g.constant(1 / math.sqrt(HEAD))
    for n in range(LAYERS):
        if n == SPLIT:
            states = g.op("Add", states, "added")
            outputs["entry"] = states
        layer = f"layers.{n}"
        keys, values = g.heads(g.linear(states, f"{layer}.key"), keys=True), g.heads(g.linear(states, f"{layer}.value"))
        if n >= SPLIT:
            outputs |= {f"keys{n}": keys, f"values{n}": values}
        asked = g.op("Mul", g.heads(g.linear(states, f"{layer}.query")), scale)
        heed = g.op("Softmax", g.op("Add", g.op("MatMul", asked, keys), "bar"), axis=-1)
        read = g.op("Transpose", g.op("MatMul", heed, values), perm=[0, 2, 1, 3])
        states = g.after(layer, states, g.op("Reshape", read, g.constant([0, 0, SIZE])))
    outputs["last"] = states
    size = ["n", "length", SIZE]
    inputs = [
        ("embedded", TensorProto.FLOAT, size),
        ("added", TensorProto.FLOAT, size),
        ("bar", TensorProto.FLOAT, ["n", 1, 1, "length"]),
    ]
    return g.model("alone", inputs, outputs)


def ask(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    """P points with A askers, G parts (A = G + 1) and W tokens each, a reply of N tokens → logits (P), scores (P, N).

    The reply's values have B rows: one that all points read, or one a point (B = P).
    `bar` (P, 1, 1, N+A+W) closes what is padding; `parts` (P, G, W) holds 1/n where one of a part's n tokens stands,
    `among` (P, G) 1/n for each of the n parts that are there; `inside` (P, W, 1), `shown` (P, G-1) and `own` (B, N) say
    which tokens, examples and reply tokens count; `examples` (P) how many.
    """
    g = Drawing(weights)
    f, i, t = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
    inputs = [("askers", f, ["P", "A", SIZE]), ("bar", f, ["P", 1, 1, "K"]), ("sizes", i, [3]), ("own", t, ["B", "N"])]
    inputs += [
        (f"{side}_{what}{n}", f, None)
        for n in range(SPLIT, LAYERS)
        for side in ("reply", "point")
        for what in ("keys", "values")
    ]
    inputs += [
        ("reply_last", f, ["B", "N", SIZE]),
        ("point_last", f, ["P", "W", SIZE]),
        ("parts", f, ["P", "G", "W"]),
        ("among", f, ["P", 1, "G"]),
    ]
    inputs += [("inside", t, ["P", "W", 1]), ("shown", t, ["P", "E"]), ("examples", f, ["P", 1])]
    inputs += [("decide", f, ["P", 3 * SIZE]), ("numbers", f, ["P", 7])]
    states = "askers"
    scale = g.constant(1 / math.sqrt(HEAD))
    for n in range(SPLIT, LAYERS):
        layer = f"layers.{n}"
        asked = g.op("Mul", g.heads(g.linear(states, f"{layer}.query")), scale)
        own_keys = g.heads(g.linear(states, f"{layer}.key"), keys=True)
        own_values = g.heads(g.linear(states, f"{layer}.value"))
        parts = [g.op("MatMul", asked, keys) for keys in (f"reply_keys{n}", own_keys, f"point_keys{n}")]
        heed = g.op("Softmax", g.op("Add", g.op("Concat", *parts, axis=-1), "bar"), axis=-1)
        pieces = g.op("Split", heed, "sizes", outputs=3, axis=-1)
        values = [f"reply_values{n}", own_values, f"point_values{n}"]
        reads = [g.op("MatMul", p, v) for p, v in zip(pieces, values, strict=True)]
        read = g.op("Add", g.op("Add", reads[0], reads[1]), reads[2])
        read = g.op("Reshape", g.op("Transpose", read, perm=[0, 2, 1, 3]), g.constant([0, 0, SIZE]))
        states = g.after(layer, states, read)
    one, two, low = g.constant([1]), g.constant([2]), g.constant(-1.0)
    state = g.op("Gather", states, g.scalar(0), axis=1)  # (P, S)
    rest = g.op("Slice", states, one, g.constant([1 << 30]), one)
    among = g.op("Squeeze", g.op("MatMul", "among", rest), one)
    turned = g.op("Transpose", g.op("LpNormalization", "reply_last", axis=-1, p=2), perm=[0, 2, 1])
    like = g.op("MatMul", g.op("LpNormalization", "point_last", axis=-1, p=2), turned)
    like = g.op("Where", g.op("Unsqueeze", "own", one), like, low)  # (P, W, N)
    answered = g.op("Squeeze", g.op("MatMul", "parts", g.op("ReduceMax", like, axes=[2], keepdims=1)), two)  # (P, G)
    by_label = g.op("Slice", answered, g.constant([0]), one, one)  # (P, 1)
    by_example = g.op("Slice", answered, one, g.constant([1 << 30]), one)
    has = g.op("Min", "examples", g.constant(1.0))
    best = g.op("Mul", g.op("ReduceMax", g.op("Where", "shown", by_example, low), axes=[1], keepdims=1), has)
    summed = g.op("ReduceSum", g.op("Mul", by_example, g.op("Cast", "shown", to=f)), one, keepdims=1)
    mean = g.op("Div", summed, g.op("Max", "examples", g.constant(1.0)))
    wanted = g.op("ReduceMax", g.op("Where", "inside", like, low), axes=[1], keepdims=0)  # (P, N)
    number = g.op("Split", "numbers", g.constant([1] * 7), outputs=7, axis=1)
    found = g.op("Transpose", g.linear("reply_last", "found"), perm=[0, 2, 1])
    asks = g.op("Unsqueeze", g.linear(state, "finder"), one)  # (P, 1, S)
    scores = g.op("Squeeze", g.op("MatMul", asks, found), one)  # (P, N)
    scores = g.op("Mul", scores, g.constant(4 / math.sqrt(SIZE)))
    scores = g.op("Add", g.op("Add", scores, number[5]), g.op("Mul", number[6], wanted))
    closed = g.op("Split", "bar", "sizes", outputs=3, axis=-1)[0]
    scores = g.op("Add", scores, g.op("Squeeze", closed, g.constant([1, 2])))
    heed = g.op("Softmax", scores, axis=-1)
    seen = g.op("Squeeze", g.op("MatMul", g.op("Unsqueeze", heed, one), "reply_last"), one)
    both = g.op("Concat", state, among, seen, axis=-1)
    logit = g.op("Add", g.op("ReduceSum", g.op("Mul", both, "decide"), one, keepdims=1), number[0])
    logit = g.op("Add", logit, g.op("Mul", number[1], g.op("ReduceSum", g.op("Mul", heed, scores), one, keepdims=1)))
    for weight, by in zip(number[2:5], (by_label, best, mean), strict=True):
        logit = g.op("Add", logit, g.op("Mul", weight, by))
    return g.model("ask", inputs, {"logits": g.op("Squeeze", logit, one), "scores": scores})


def shipped(state: dict[str, torch.Tensor]) -> dict[str, np.ndarray]:
    """The weights by name; linear ones turned, so that the graphs need no transposing."""
    out = {}
    for name, value in state.items():
        array = value.numpy()
        out[name] = np.ascontiguousarray(array.T if is_linear(name) else array).astype(np.float16)
    return out


def shifted(calibration: dict[str, dict[str, float]], cuts: list[float]) -> dict[str, dict[str, float]]:
    """The same sums for logits that have the network's own thresholds taken off."""
    for own, cut in zip((calibration["key_points"], calibration["donts"]), cuts, strict=True):
        own["bias"] = round(own["bias"] + (own["model"] + own.get("innocent", 0.0) + own.get("company", 0.0)) * cut, 3)
    return calibration


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--cuts", type=float, nargs=2, default=[0.0, 0.0], help="logits from which the network alone says yes"
    )
    parser.add_argument("--steepness", type=float, nargs=2, default=[1.0, 1.0])
    parser.add_argument("--calibration", type=Path, help="what fit.py wrote")
    parser.add_argument("--version", default="1")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    weights = shipped(torch.load(options.weights)["model"])
    for title, graph in (("alone", alone(weights)), ("ask", ask(weights))):
        (options.out / f"{title}.onnx").write_bytes(graph.SerializeToString())
    index, at = {}, 0
    with (options.out / "weights.bin").open("wb") as file:
        for name, array in weights.items():
            file.write(array.tobytes())
            index[name] = [at, list(array.shape)]
            at += array.nbytes
    shutil.copyfile(base_folder() / "tokenizer.json", options.out / "tokenizer.json")
    (options.out / "tokenizer.json").chmod(0o644)
    files = ("alone.onnx", "ask.onnx", "weights.bin", "tokenizer.json")
    card = {
        "version": options.version,
        "files": {n: hashlib.sha256((options.out / n).read_bytes()).hexdigest() for n in files},
        "thresholds": {"key_point": options.cuts[0], "dont": options.cuts[1]},
        "steepness": {"key_point": options.steepness[0], "dont": options.steepness[1]},
        "names": {name: n + 1 for n, name in enumerate(NAMES)},
        "weights": index,
    }
    if options.calibration:
        card["calibration"] = shifted(json.loads(options.calibration.read_text()), options.cuts)
    (options.out / "judge.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    print({n: (options.out / n).stat().st_size for n in (*files, "judge.json")})


if __name__ == "__main__":
    main()
