"""Sound files as replies: what can be used, and one sentence for what cannot."""

from __future__ import annotations

import os
import wave
from collections.abc import Callable, Sequence
from pathlib import Path

import av
import numpy as np
import pytest

from trainer.core.scenario import Turn
from trainer.core.speech import RATE, Recording, Reply, Transcript
from trainer.errors import OutOfReplies, TrainerError
from trainer.speech_in.recordings import LONGEST, Recordings, read

TURN = Turn.model_validate({"id": "t", "says": "Hello?"})


def sine(seconds: float, rate: int) -> np.ndarray:
    return (8000 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * rate)) / rate)).astype("<i2")


def write_wav(path: Path, seconds: float = 2.0, rate: int = RATE, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.repeat(sine(seconds, rate), channels).tobytes())
    return path


def write(path: Path, container: str, codec: str, rate: int = 48_000) -> Path:
    with av.open(str(path), "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(sine(2.0, rate).reshape(1, -1), "s16", "mono")
        frame.sample_rate = rate
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=rate, frame_size=960)
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            out.mux(stream.encode(part))
        out.mux(stream.encode(None))
    return path


def loudest(recording: Recording) -> float:
    """The strongest frequency, in hertz."""
    sound = np.frombuffer(recording.samples, "<i2")
    return float(np.abs(np.fft.rfft(sound)).argmax() / recording.seconds)


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (16_000, 2), (44_100, 2), (96_000, 1)])
def test_any_rate_becomes_16_khz_mono(tmp_path: Path, rate: int, channels: int) -> None:
    recording = read(write_wav(tmp_path / "a.wav", rate=rate, channels=channels))
    assert recording.seconds == pytest.approx(2.0, abs=0.02)
    assert loudest(recording) == pytest.approx(440, abs=2)


@pytest.mark.parametrize(
    ("name", "container", "codec"),
    [("a.flac", "flac", "flac"), ("a.mp3", "mp3", "libmp3lame"), ("a.opus", "ogg", "libopus"), ("a.m4a", "mp4", "aac")],
)
def test_other_containers_are_read(tmp_path: Path, name: str, container: str, codec: str) -> None:
    recording = read(write(tmp_path / name, container, codec))
    assert recording.seconds == pytest.approx(2.0, abs=0.1)
    assert loudest(recording) == pytest.approx(440, abs=3)


def test_a_recorder_in_a_pipe_leaves_its_length_open(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav")
    data = bytearray(path.read_bytes())
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    assert read(path).seconds == pytest.approx(2.0, abs=0.01)


def spoil(path: Path, how: str) -> Path:
    data = write_wav(path).read_bytes()
    path.write_bytes(
        {
            "empty": b"",
            "text": b"hello there, this is no sound\n" * 30,
            "playlist": b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/x.ts\n",
            "cut": data[:30_000],
            "header": data[:44],
            "noise": b"RIFF\xff\xff\xff\xffWAVE" + bytes(range(256)) * 8,
        }[how]
    )
    return path


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("empty", "is empty"),
        ("text", "is not a sound recording"),
        ("playlist", "is not a sound recording"),
        ("cut", "is cut short"),
        ("header", "no sound data"),
        ("noise", ""),
    ],
)
def test_a_file_that_is_no_reply_gets_one_sentence(tmp_path: Path, how: str, says: str) -> None:
    path = spoil(tmp_path / "a.wav", how)
    with pytest.raises(TrainerError) as fault:
        read(path)
    message = str(fault.value)
    assert message.startswith(f"{path}: ")
    assert says in message
    assert "\n" not in message
    assert fault.value.exit_code == 1


def test_a_flac_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", "flac", "flac")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(TrainerError, match="cut short"):
        read(path)


def test_over_five_minutes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(2 * 8000 * (int(LONGEST) + 5)))
    with pytest.raises(TrainerError, match="longer than 5 minutes"):
        read(path)


def test_a_missing_file_a_folder_and_a_pipe_are_named(tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match="there is no such file"):
        read(tmp_path / "none.wav")
    with pytest.raises(TrainerError, match="this is a folder"):
        read(tmp_path)
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(TrainerError, match="no ordinary file"):
        read(tmp_path / "pipe.wav")


class Echo:
    """A recogniser that hears how long a recording is."""

    name = "echo"
    gives_up = True

    def transcribe(
        self, recording: Recording, names: Sequence[str], wanted: Callable[[], bool] = lambda: True
    ) -> Transcript:
        return Transcript(f"{recording.seconds:.0f} {' '.join(names)}")


def test_recordings_are_given_in_turn_until_they_run_out(tmp_path: Path) -> None:
    ear = Recordings([write_wav(tmp_path / "a.wav", 1), write_wav(tmp_path / "b.wav", 2)], Echo())
    first = ear.listen(TURN, ("Grace",))
    assert isinstance(first, Reply)
    assert first.said == "1 Grace"
    assert ear.unused == (str(tmp_path / "b.wav"),)
    ear.listen(TURN, ())
    with pytest.raises(OutOfReplies):
        ear.listen(TURN, ())


def test_every_file_is_opened_before_the_call(tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match=r"b\.wav: is empty"):
        Recordings([write_wav(tmp_path / "a.wav"), spoil(tmp_path / "b.wav", "empty")], Echo())
