"""Packs are taken in like any input: checked whole, nothing outside, nothing that is no scenario."""

from __future__ import annotations

import stat
import time
import zipfile
from pathlib import Path

import pytest

from trainer.errors import FileFaults, TrainerError
from trainer.library import Library, packs
from trainer.settings import shipped

MINIMAL = (Path(__file__).parents[1] / "data" / "library" / "minimal.yaml").read_text(encoding="utf-8")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(shipped("scenarios"), tmp_path / "home" / "scenarios")


def zipped(path: Path, files: dict[str, str | bytes], **info: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            for key, value in info.items():
                setattr(entry, key, value)
            archive.writestr(entry, data)
    return path


def named(id: str) -> str:
    return MINIMAL.replace("call-back-later", id)


def nothing_taken(library: Library) -> bool:
    return packs.packs(library) == () and not list(library.packs.glob(".adding-*"))


def test_a_zip_is_taken_in_listed_played_and_removed(library: Library, tmp_path: Path) -> None:
    source = zipped(
        tmp_path / "my friends.zip",
        {
            "a/one.yaml": named("one"),
            "two.yml": named("two"),
            "README.md": "hi",
            "run.py": "import os",
            ".x.yaml": "no",
        },
    )
    pack = packs.add(library, source)
    assert (pack.name, pack.scenarios, pack.left_out) == ("my-friends", ("one", "two"), 3)
    assert sorted(p.name for p in (library.packs / "my-friends").iterdir()) == ["one.yaml", "two.yml"]
    assert (library.packs / "my-friends" / "one.yaml").read_text(encoding="utf-8") == named("one")
    assert library.load("two").id == "two"
    assert [e.origin for e in library.entries() if e.scenario.id == "one"] == ["pack my-friends"]
    with pytest.raises(TrainerError, match="pack my-friends already"):
        packs.add(library, source)
    packs.remove(library, "my-friends")
    assert nothing_taken(library)
    with pytest.raises(TrainerError, match="There is no scenario 'one'"):
        library.load("one")


def test_a_folder_is_taken_in(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "deck"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "x.yaml").write_text(named("one"), encoding="utf-8")
    assert packs.add(library, folder, "mine").scenarios == ("one",)
    assert packs.packs(library)[0].name == "mine"


def test_one_mistake_and_nothing_is_taken_in(library: Library, tmp_path: Path) -> None:
    source = zipped(
        tmp_path / "p.zip", {"a.yaml": named("one"), "b.yaml": named("two").replace("title:", "titel:"), "c.yaml": "x"}
    )
    with pytest.raises(FileFaults) as caught:
        packs.add(library, source)
    assert [f for f in caught.value.faults if f.startswith(f"{source}/b.yaml:2:1: unknown key")]
    assert [f for f in caught.value.faults if f.startswith(f"{source}/c.yaml:1:1: ")]
    assert nothing_taken(library)


@pytest.mark.parametrize("second", ["one", "One"])
def test_two_of_one_id(library: Library, tmp_path: Path, second: str) -> None:
    source = zipped(tmp_path / "p.zip", {"a.yaml": named("one"), "b.yaml": named(second)})
    with pytest.raises(FileFaults, match=rf'p\.zip/b\.yaml:1:5: the id "{second}" stands in a\.yaml, too'):
        packs.add(library, source)
    assert nothing_taken(library)


@pytest.mark.parametrize(
    "name", ["../evil.yaml", "a/../../evil.yaml", "/etc/evil.yaml", "C:\\evil.yaml", "..\\evil.yaml"]
)
def test_a_path_that_leaves_the_pack(library: Library, tmp_path: Path, name: str) -> None:
    source = zipped(tmp_path / "p.zip", {name: named("one")})
    with pytest.raises(TrainerError, match="leads out of the pack"):
        packs.add(library, source)
    assert nothing_taken(library)
    assert not list(tmp_path.rglob("evil.yaml"))


def test_links_are_refused(library: Library, tmp_path: Path) -> None:
    source = zipped(
        tmp_path / "p.zip", {"a.yaml": "/etc/passwd"}, create_system=3, external_attr=(stat.S_IFLNK | 0o777) << 16
    )
    with pytest.raises(TrainerError, match="is a link"):
        packs.add(library, source)
    folder = tmp_path / "deck"
    folder.mkdir()
    (folder / "a.yaml").symlink_to("/etc/passwd")
    with pytest.raises(TrainerError, match="is a link"):
        packs.add(library, folder)
    assert nothing_taken(library)


def test_a_zip_bomb_is_read_no_further_than_a_scenario(library: Library, tmp_path: Path) -> None:
    source = zipped(tmp_path / "bomb.zip", {"a.yaml": b" " * 60_000_000})
    started = time.process_time()
    with pytest.raises(FileFaults, match="larger than 1,000,000 bytes"):
        packs.add(library, source)
    assert time.process_time() - started < 2
    many = zipped(tmp_path / "many.zip", {f"{i}.yaml": b"#" + b" " * 999_000 for i in range(60)})
    with pytest.raises(TrainerError, match="50 MB at most"):
        packs.add(library, many)
    assert nothing_taken(library)


def test_too_many_scenarios_or_files(library: Library, tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match="1,000 scenarios at most"):
        packs.add(library, zipped(tmp_path / "a.zip", {f"{i}.yaml": "x" for i in range(1001)}))
    with pytest.raises(TrainerError, match="5,000 files at most"):
        packs.add(library, zipped(tmp_path / "b.zip", {f"{i}.txt": "x" for i in range(5001)}))


def test_a_thousand_scenarios_are_taken_in_and_listed_at_once(library: Library, tmp_path: Path) -> None:
    packs.add(library, zipped(tmp_path / "big.zip", {f"{i}.yaml": named(f"call-{i}") for i in range(1000)}))
    started = time.process_time()
    assert len(Library(library.shipped, library.own).all()) >= 1000
    assert time.process_time() - started < 2


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 cut", b"not a zip", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_pack(library: Library, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "p.zip"
    path.write_bytes(data)
    with pytest.raises(TrainerError, match=r"cannot be read|no scenario in this pack"):
        packs.add(library, path)
    with pytest.raises(TrainerError, match="no such file or folder"):
        packs.add(library, tmp_path / "none.zip")
    assert nothing_taken(library)


def test_damaged_content(library: Library, tmp_path: Path) -> None:
    source = zipped(tmp_path / "p.zip", {"a.yaml": named("one") * 3})
    data = bytearray(source.read_bytes())
    data[60:90] = b"\xff" * 30
    source.write_bytes(bytes(data))
    with pytest.raises(TrainerError, match="cannot be read"):
        packs.add(library, source)


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "x\n"])
def test_a_name_that_cannot_be(library: Library, tmp_path: Path, name: str) -> None:
    source = zipped(tmp_path / "p.zip", {"a.yaml": named("one")})
    with pytest.raises(TrainerError, match="A pack's name"):
        packs.add(library, source, name)
    with pytest.raises(TrainerError, match="There is no pack"):
        packs.remove(library, name)
