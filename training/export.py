#!/usr/bin/env python3
"""Turn trained weights into what ships: graphs without weights, two files of packed weights, tokenizers, judge.json.

    python training/export.py RUN/last.pt assets/judge --large RUN [--calibration FILE] [--version N]

`hear.onnx` is each layer of the small reader that reads a text by itself (a reply or points), `ask.onnx` each in which
points read a reply, `answer.onnx` what they make of it; `attend.onnx`, `widen.onnx` and `narrow.onnx` are each layer of
the large reader. They take their weights from `weights.bin` and `large.bin` by the names that `judge.json` lists.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path

import large as larger
import numpy as np
import onnx
import torch
from corpus import NAMES
from onnx import TensorProto, helper
from packing import pack
from reader import HEAD, HEADS, SIZE, is_linear
from train import base_folder, cutter_of

OPSET = 17
LAYERS_STEP, EMBEDDED = 0.12, 0.25  # steps, as shares of a row's deviation
LARGE_STEP, LARGE_WORDS = 0.26, 0.2
LONGEST = 132  # positions of the large reader


class Drawing:
    """A graph being drawn: each method adds a node and gives back its output's name."""

    def __init__(self, weights: dict[str, np.ndarray], heads: int = HEADS, head: int = HEAD, least: float = 1e-12):
        self.number, self.width, self.least = heads, head, least
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

    def held(self, name: str, kind: int, shape: list[int]) -> str:
        self.used[name] = helper.make_tensor_value_info(name, kind, shape)
        return name

    def weight(self, name: str) -> str:
        return self.held(name, TensorProto.FLOAT, list(self.weights[name].shape))

    def linear(self, x: str, name: str) -> str:
        """With whole numbers (as floats); each output's step comes after the sum.

        One product of all rows with the matrix as it stands: turned before, or a product for each text, it takes longer.
        """
        rows, columns = self.weights[f"{name}.weight"].shape
        floats = self.held(f"{name}.floats", TensorProto.FLOAT, [rows, columns])
        steps = self.held(f"{name}.steps", TensorProto.FLOAT, [rows])
        flat = self.op("Gemm", self.op("Reshape", x, self.constant([-1, columns])), floats, transB=1)
        done = self.op("Add", self.op("Mul", flat, steps), self.weight(f"{name}.bias"))
        return self.op("Reshape", done, self.op("Concat", self.op("Shape", x, end=-1), self.constant([rows]), axis=0))

    def norm(self, x: str, name: str) -> str:
        return self.op(
            "LayerNormalization", x, self.weight(f"{name}.weight"), self.weight(f"{name}.bias"), axis=-1,
            epsilon=self.least,
        )  # fmt: skip

    def gelu(self, x: str) -> str:
        half = self.op("Mul", x, self.constant(0.5))
        return self.op(
            "Mul",
            half,
            self.op("Add", self.op("Erf", self.op("Mul", x, self.constant(1 / math.sqrt(2)))), self.constant(1.0)),
        )

    def after(self, states: str, read: str) -> str:
        """What a layer does with what it read."""
        states = self.norm(self.op("Add", states, self.linear(read, "out")), "norm1")
        fed = self.linear(self.gelu(self.linear(states, "up")), "down")
        return self.norm(self.op("Add", states, fed), "norm2")

    def heads(self, x: str, keys: bool = False) -> str:
        x = self.op("Reshape", x, self.constant([0, 0, self.number, self.width]))
        return self.op("Transpose", x, perm=[0, 2, 3, 1] if keys else [0, 2, 1, 3])

    def model(self, name: str, inputs: list[tuple[str, int, list[object]]], outputs: dict[str, str]) -> onnx.ModelProto:
        for title, source in outputs.items():
            self.nodes.append(helper.make_node("Identity", [source], [title]))
        graph = helper.make_graph(
            self.nodes, name,
            [*(helper.make_tensor_value_info(n, t, s) for n, t, s in inputs), *self.used.values()],
            [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in outputs],
            self.constants,
        )  # fmt: skip
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)


def hear(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    """A layer of the small reader: states (N, L, S), bar (N, 1, 1, L) → done (N, L, S), its keys and its values."""
    g = Drawing(weights)
    keys, values = g.heads(g.linear("states", "key"), keys=True), g.heads(g.linear("states", "value"))
    asked = g.op("Mul", g.heads(g.linear("states", "query")), g.constant(1 / math.sqrt(HEAD)))
    heed = g.op("Softmax", g.op("Add", g.op("MatMul", asked, keys), "bar"), axis=-1)
    read = g.op("Transpose", g.op("MatMul", heed, values), perm=[0, 2, 1, 3])
    done = g.after("states", g.op("Reshape", read, g.constant([0, 0, SIZE])))
    inputs = [
        ("states", TensorProto.FLOAT, ["n", "length", SIZE]),
        ("bar", TensorProto.FLOAT, ["n", 1, 1, "length"]),
    ]
    return g.model("hear", inputs, {"done": done, "keys": keys, "values": values})


def ask(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    """A layer of the small reader in which P points with A askers and W tokens each read a reply of N tokens.

    The reply's keys and values have B rows: one that all points read, or one a point (B = P).
    `bar` (P, 1, 1, N+A+W) closes what is padding; `sizes` are N, A and W. states (P, A, S) → done (P, A, S).
    """
    g = Drawing(weights)
    f, i = TensorProto.FLOAT, TensorProto.INT64
    inputs = [("states", f, ["P", "A", SIZE]), ("bar", f, ["P", 1, 1, "K"]), ("sizes", i, [3])]
    inputs += [(f"{side}_{what}", f, None) for side in ("reply", "point") for what in ("keys", "values")]
    asked = g.op("Mul", g.heads(g.linear("states", "query")), g.constant(1 / math.sqrt(HEAD)))
    own_keys = g.heads(g.linear("states", "key"), keys=True)
    own_values = g.heads(g.linear("states", "value"))
    parts = [g.op("MatMul", asked, keys) for keys in ("reply_keys", own_keys, "point_keys")]
    heed = g.op("Softmax", g.op("Add", g.op("Concat", *parts, axis=-1), "bar"), axis=-1)
    pieces = g.op("Split", heed, "sizes", outputs=3, axis=-1)
    values = ["reply_values", own_values, "point_values"]
    reads = [g.op("MatMul", p, v) for p, v in zip(pieces, values, strict=True)]
    read = g.op("Add", g.op("Add", reads[0], reads[1]), reads[2])
    read = g.op("Reshape", g.op("Transpose", read, perm=[0, 2, 1, 3]), g.constant([0, 0, SIZE]))
    return g.model("ask", inputs, {"done": g.after("states", read)})


def answer(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    """What the askers' last states (P, A, S) say: logits (P), and scores (P, N) of the reply's tokens.

    A point has G parts (A = G + 1). `parts` (P, G, W) holds 1/n where one of a part's n tokens stands, `among` (P, G) 1/n for each
    of the n parts that are there; `inside` (P, W, 1), `shown` (P, G-1) and `own` (B, N) say which tokens, examples and
    reply tokens count; `examples` (P) how many. `closed` (P, N) is far below 0 where the reply has only padding.
    """
    g = Drawing(weights)
    f, t = TensorProto.FLOAT, TensorProto.BOOL
    inputs = [
        ("states", f, ["P", "A", SIZE]), ("closed", f, ["P", "N"]), ("own", t, ["B", "N"]),
        ("reply_last", f, ["B", "N", SIZE]), ("point_last", f, ["P", "W", SIZE]), ("parts", f, ["P", "G", "W"]),
        ("among", f, ["P", 1, "G"]), ("inside", t, ["P", "W", 1]), ("shown", t, ["P", "E"]), ("examples", f, ["P", 1]),
        ("decide", f, ["P", 3 * SIZE]), ("numbers", f, ["P", 7]),
    ]  # fmt: skip
    one, two, low = g.constant([1]), g.constant([2]), g.constant(-1.0)
    state = g.op("Gather", "states", g.scalar(0), axis=1)  # (P, S)
    rest = g.op("Slice", "states", one, g.constant([1 << 30]), one)
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
    scores = g.op("Add", scores, "closed")
    heed = g.op("Softmax", scores, axis=-1)
    seen = g.op("Squeeze", g.op("MatMul", g.op("Unsqueeze", heed, one), "reply_last"), one)
    both = g.op("Concat", state, among, seen, axis=-1)
    logit = g.op("Add", g.op("ReduceSum", g.op("Mul", both, "decide"), one, keepdims=1), number[0])
    logit = g.op("Add", logit, g.op("Mul", number[1], g.op("ReduceSum", g.op("Mul", heed, scores), one, keepdims=1)))
    for weight, by in zip(number[2:5], (by_label, best, mean), strict=True):
        logit = g.op("Add", logit, g.op("Mul", weight, by))
    return g.model("answer", inputs, {"logits": g.op("Squeeze", logit, one), "scores": scores})


def layer(weights: dict[str, np.ndarray]) -> dict[str, onnx.ModelProto]:
    """A layer of the large reader in three graphs, so that few of its matrices are floats at a time. All layers are alike.

    states (N, L, S), bias (N, heads, L, L) → done (N, L, S); states → done (N, L, F); states, fed → done (N, L, S).
    """
    states = ("states", TensorProto.FLOAT, ["n", "length", larger.SIZE])
    bias = ("bias", TensorProto.FLOAT, ["n", larger.HEADS, "length", "length"])
    fed = ("fed", TensorProto.FLOAT, ["n", "length", larger.FEED])

    def drawing() -> Drawing:
        return Drawing(weights, larger.HEADS, larger.SIZE // larger.HEADS, 1e-5)

    g = drawing()
    keys, values = g.heads(g.linear("states", "key"), keys=True), g.heads(g.linear("states", "value"))
    asked = g.op("Mul", g.heads(g.linear("states", "query")), g.constant(1 / math.sqrt(larger.SIZE // larger.HEADS)))
    heed = g.op("Softmax", g.op("Add", g.op("MatMul", asked, keys), "bias"), axis=-1)
    read = g.op("Transpose", g.op("MatMul", heed, values), perm=[0, 2, 1, 3])
    read = g.linear(g.op("Reshape", read, g.constant([0, 0, larger.SIZE])), "out")
    attend = g.model("attend", [states, bias], {"done": g.norm(g.op("Add", "states", read), "norm1")})
    g = drawing()
    widen = g.model("widen", [states], {"done": g.gelu(g.linear("states", "up"))})
    g = drawing()
    done = g.norm(g.op("Add", "states", g.linear("fed", "down")), "norm2")
    return {"attend": attend, "widen": widen, "narrow": g.model("narrow", [states, fed], {"done": done})}


def fineness(words: float, matrices: float) -> Callable[[str], float | None]:
    """The steps of a network's words and matrices, as `pack` asks for them."""
    return lambda name: words if name == "words.weight" else matrices if is_linear(name) else None


def arrays(state: dict[str, torch.Tensor]) -> dict[str, np.ndarray]:
    return {name: value.numpy() for name, value in state.items()}


def of_layer(weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The weights of a layer by the names that its graph has for them. All layers are alike."""
    return {name.removeprefix("layers.0."): value for name, value in weights.items() if name.startswith("layers.0.")}


def shifted(calibration: dict[str, dict[str, float]], cuts: list[float]) -> dict[str, dict[str, float]]:
    """The same sums for logits that have the network's own thresholds taken off."""
    for own, cut in zip((calibration["key_points"], calibration["donts"]), cuts, strict=True):
        own["bias"] = round(own["bias"] + (own["model"] + own.get("innocent", 0.0) + own.get("company", 0.0)) * cut, 3)
    return calibration


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--large", type=Path, required=True, help="the run of the large reader")
    parser.add_argument(
        "--cuts", type=float, nargs=2, default=[0.0, 0.0], help="logits from which the network alone says yes"
    )
    parser.add_argument("--steepness", type=float, nargs=2, default=[1.0, 1.0])
    parser.add_argument("--calibration", type=Path, help="what fit.py wrote")
    parser.add_argument("--version", default="1")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    weights, far = arrays(torch.load(options.weights)["model"]), arrays(torch.load(options.large / "last.pt")["model"])
    far["positions.weight"] = far["positions.weight"][: 2 + LONGEST]
    graphs = {"hear": hear(of_layer(weights)), "ask": ask(of_layer(weights)), "answer": answer(weights)}
    graphs |= layer(of_layer(far))
    for title, graph in graphs.items():
        (options.out / f"{title}.onnx").write_bytes(graph.SerializeToString())
    index = pack(options.out / "weights.bin", weights, fineness(EMBEDDED, LAYERS_STEP))
    large_index = pack(options.out / "large.bin", far, fineness(LARGE_WORDS, LARGE_STEP))
    shutil.copyfile(base_folder() / "tokenizer.json", options.out / "tokenizer.json")
    (options.out / "tokenizer.json").chmod(0o644)
    cutter = larger.cutter_for(vocab := larger.kept_by(options.large), cutter_of(base_folder()))
    words = {"first": cutter.first, "last": cutter.last, "spelling": cutter.spelling, "entries": vocab}
    (options.out / "words.json").write_text(json.dumps(words, separators=(",", ":")) + "\n", encoding="utf-8")
    files = (*(f"{n}.onnx" for n in graphs), "weights.bin", "large.bin", "tokenizer.json", "words.json")
    card = {
        "version": options.version,
        "files": {n: hashlib.sha256((options.out / n).read_bytes()).hexdigest() for n in files},
        "thresholds": {"key_point": options.cuts[0], "dont": options.cuts[1]},
        "steepness": {"key_point": options.steepness[0], "dont": options.steepness[1]},
        "names": {name: n + 1 for n, name in enumerate(NAMES)},
        "weights": index,
        "large": large_index,
    }
    if options.calibration:
        card["calibration"] = shifted(json.loads(options.calibration.read_text()), options.cuts)
    (options.out / "judge.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    sizes = {n: (options.out / n).stat().st_size for n in (*files, "judge.json")}
    print(sizes, sum(sizes.values()))


if __name__ == "__main__":
    main()
