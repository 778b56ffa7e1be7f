"""A soak is recorded as it goes, goes on where it was stopped, and counts for the code that it names."""

import json
from pathlib import Path

import pytest

from tests.simulation import soak


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(soak, "RECORD", tmp_path / "soak.json")
    monkeypatch.setattr(soak, "CHUNK", 2)
    return tmp_path / "soak.json"


def test_it_goes_on_where_it_was(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    soak.soak(3, 1)
    begun = json.loads(record.read_text())
    soak.soak(5, 1)

    [run] = json.loads(record.read_text())
    assert [begun[0][name] for name in ("histories", "wrong")] == [3, []]
    assert [run[name] for name in ("histories", "lost", "duplicated", "unexpected")] == [5, 0, 0, 0]
    assert run["ok"] > begun[0]["ok"] > 0
    assert capsys.readouterr().out.count("histories:") == 3


def test_changed_code_begins_another_run(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soak.soak(2, 1)
    monkeypatch.setattr(soak, "code_digest", lambda: "another")
    soak.soak(1, 1)

    assert [run["histories"] for run in json.loads(record.read_text())] == [2, 1]
