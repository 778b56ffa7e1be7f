"""Starting the emulator: what a restart does not wait for."""

from pathlib import Path

from tools.local_stack.emulator import emptied


def test_what_the_last_start_unpacked_is_put_aside_to_be_removed_meanwhile(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    (scratch / "layer").mkdir(parents=True)
    left = tmp_path / "scratch-left-by-a-removal-that-was-broken-off"
    left.mkdir()
    (tmp_path / "state").mkdir()

    aside = emptied(scratch)

    assert list(scratch.iterdir()) == []
    assert left in aside
    assert [each.name for folder in aside for each in folder.iterdir()] == ["layer"]
    assert {each.name for each in tmp_path.iterdir()} - {each.name for each in aside} == {"scratch", "state"}
