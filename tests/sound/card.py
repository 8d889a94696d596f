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

MODULES = (
    "module-native-protocol-unix",
    "module-null-sink sink_name=speaker rate=48000 channels=2",
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
    def start(cls, folder: Path) -> VirtualCard:
        runtime = tempfile.mkdtemp(prefix="pa-", dir="/tmp")  # a socket's path has to be short
        environment = {"XDG_RUNTIME_DIR": runtime, "HOME": str(folder), "PULSE_SERVER": f"unix:{runtime}/pulse/native"}
        server = subprocess.Popen(
            ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
            + [f"--load={module}" for module in MODULES],
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
