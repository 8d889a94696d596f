"""A PulseAudio of our own with two null sinks, as a sound card that a test can speak into and listen to."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import threading
import time
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from trainer.core.speech import RATE, Recording

SPEAKER = ("module-null-sink sink_name=speaker rate=48000 channels=2",)
MICROPHONE = (
    "module-null-sink sink_name=micline rate=48000 channels=1",
    "module-remap-source master=micline.monitor source_name=mic",  # several libraries refuse a bare monitor
)


@dataclass
class VirtualCard:
    server: subprocess.Popen[bytes]
    environment: dict[str, str]
    folder: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @classmethod
    def start(cls, folder: Path, modules: tuple[str, ...] = (*SPEAKER, *MICROPHONE)) -> VirtualCard:
        runtime = tempfile.mkdtemp(prefix="pa-", dir="/tmp")  # a socket's path has to be short
        environment = {"XDG_RUNTIME_DIR": runtime, "HOME": str(folder), "PULSE_SERVER": f"unix:{runtime}/pulse/native"}
        server = subprocess.Popen(
            ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
            + [f"--load={module}" for module in ("module-native-protocol-unix", *modules)],
            env=os.environ | environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        card = cls(server, environment, folder)
        for _ in range(100):
            if card.control("info").returncode == 0:
                break
            time.sleep(0.1)
        else:
            server.kill()
            raise RuntimeError("PulseAudio does not start")
        card.control("set-default-sink", "speaker")
        card.control("set-default-source", "mic")
        if MICROPHONE[0] in modules:  # nobody else listens, and a null sink hands out its sound every two seconds
            card._run("parec", "-d", "micline.monitor", "--latency-msec=10", "--raw", "/dev/null")
        return card

    def control(self, *order: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(["pactl", *order], env=os.environ | self.environment, capture_output=True, timeout=20)

    def speak(self, recording: Recording) -> subprocess.Popen[bytes]:
        """Say it into the microphone; returns at once."""
        path = self.folder / f"said-{len(self.started)}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(recording.samples)
        return self._run("paplay", "-d", "micline", str(path))

    def listen(self) -> Listening:
        """Begin to record what the loudspeaker plays."""
        path = self.folder / f"heard-{len(self.started)}.raw"
        order = (
            "parec",
            "-d",
            "speaker.monitor",
            "--format=s16le",
            f"--rate={RATE}",
            "--channels=1",
            "--latency-msec=20",
        )
        return Listening(self._run(*order, "--raw", str(path)), path)

    def watch(self, source: str) -> Watching:
        """Begin to follow a monitor, with the moment at which each of its sounds came."""
        order = (
            "parec",
            "-d",
            source,
            "--format=s16le",
            f"--rate={RATE}",
            "--channels=1",
            "--latency-msec=10",
            "--raw",
        )
        return Watching(subprocess.Popen(order, env=os.environ | self.environment, stdout=subprocess.PIPE))

    @contextlib.contextmanager
    def microphone(self) -> Iterator[Any]:
        """The microphone as SpeechRecognition wants one, without PyAudio."""
        import speech_recognition as sr

        class Source(sr.AudioSource):  # type: ignore[misc]
            SAMPLE_RATE, SAMPLE_WIDTH, CHUNK = RATE, 2, 1024

            def __init__(self, stream: Any) -> None:
                self.stream = stream

        order = ("parec", "-d", "mic", "--format=s16le", f"--rate={RATE}", "--channels=1", "--latency-msec=20", "--raw")
        process = subprocess.Popen(order, env=os.environ | self.environment, stdout=subprocess.PIPE)
        assert process.stdout is not None
        stdout = process.stdout

        class Stream:
            def read(self, samples: int) -> bytes:
                return stdout.read(samples * 2)

        try:
            yield Source(Stream())
        finally:
            process.terminate()
            process.wait(5)

    def plug_in_microphone(self) -> None:
        """Again, after it was pulled out."""
        self.control("load-module", *MICROPHONE[1].split())
        self.control("set-default-source", "mic")

    @contextlib.contextmanager
    def other_devices(self, rate: int) -> Iterator[None]:
        """Whatever plays or records now goes on through devices of another rate, and back again at the end."""
        modules = (
            f"module-null-sink sink_name=other rate={rate} channels=2",
            f"module-remap-source master=micline.monitor source_name=othermic rate={rate} channels=2",
        )
        loaded = [self.control("load-module", *module.split()).stdout.decode().strip() for module in modules]
        self._move("other", "othermic")
        try:
            yield
        finally:
            self._move("speaker", "mic")
            for number in reversed(loaded):
                self.control("unload-module", number)

    def _move(self, sink: str, source: str) -> None:
        for kind, target in (("sink-input", sink), ("source-output", source)):
            listed = self.control("list", "short", f"{kind}s").stdout.decode().splitlines()
            for number, _, client, *_ in (line.split() for line in listed):
                if client != "-":  # the card's own
                    self.control(f"move-{kind}", number, target)
        self.control("set-default-sink", sink)
        self.control("set-default-source", source)

    def hush(self) -> None:
        """Nobody speaks into the microphone any more."""
        for process in self.started:
            if process.poll() is None and process.args[0] == "paplay":  # type: ignore[index]
                process.terminate()
                process.wait(5)

    def stop(self) -> None:
        for process in (*self.started, self.server):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()

    def _run(self, *order: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(order, env=os.environ | self.environment, stderr=subprocess.DEVNULL)
        self.started.append(process)
        return process


@dataclass
class Listening:
    process: subprocess.Popen[bytes]
    path: Path

    def heard(self) -> Recording:
        """Stop, and what was heard."""
        self.process.terminate()
        self.process.wait(5)
        data = self.path.read_bytes()
        return Recording(data[: len(data) // 2 * 2])


class PipeMicrophone:
    """A microphone without any loudspeaker: sound that is fed through a pipe, silence all the while nobody speaks."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "microphone"
        self.modules = (f"module-pipe-source source_name=mic file={self._path} format=s16le rate={RATE} channels=1",)
        self._waiting = b""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._feed, daemon=True)

    def start(self) -> None:
        """Once PulseAudio has made the pipe."""
        self._thread.start()

    def speak(self, recording: Recording) -> None:
        """Say it, and return when it has been said."""
        self._waiting += recording.samples
        while self._waiting:
            time.sleep(0.05)

    def stop(self) -> None:
        """After PulseAudio: while that does not read, a pipe that is full holds its writer."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _feed(self) -> None:
        part = RATE // 50 * 2
        with self._path.open("wb", buffering=0) as pipe:
            due = time.monotonic()
            while not self._over.is_set():
                piece, self._waiting = self._waiting[:part], self._waiting[part:]
                with contextlib.suppress(BlockingIOError, BrokenPipeError):
                    pipe.write(piece or b"\1\0" * (part // 2))  # faint, as a room is; no microphone sends zeros
                due += 0.02
                time.sleep(max(due - time.monotonic(), 0))


class Watching:
    """A monitor that is followed: its sound, and when each piece of it came (`time.perf_counter`)."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._pieces: list[tuple[float, bytes]] = []
        threading.Thread(target=self._follow, daemon=True).start()
        while not self._pieces:
            time.sleep(0.01)

    def first_loud(self, level: float, after: float = 0.0) -> float:
        """When something louder than this (of full scale) first came. Raises LookupError where nothing did."""
        for came, piece in list(self._pieces):
            sound = np.abs(np.frombuffer(piece, "<i2").astype(np.float32) / 32768)
            if came > after and (loud := np.flatnonzero(sound > level)).size:
                return came - (len(sound) - int(loud[0])) / RATE
        raise LookupError("nothing was heard")

    def stop(self) -> Watching:
        self._process.terminate()
        self._process.wait(5)
        return self

    def _follow(self) -> None:
        assert self._process.stdout is not None
        while piece := os.read(self._process.stdout.fileno(), 65536):
            self._pieces.append((time.perf_counter(), piece[: len(piece) // 2 * 2]))
