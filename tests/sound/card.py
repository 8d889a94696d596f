"""A PulseAudio of our own with two null sinks, as a sound card that a test can speak into and listen to."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
import wave
from dataclasses import dataclass, field
from pathlib import Path

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
