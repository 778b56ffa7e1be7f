"""A secret is read once in five minutes: a rotated one is used soon, and no call pays for it."""

from typing import Any

import pytest

from inbox_recipes.adapters import secrets
from inbox_recipes.adapters.secrets import KEPT_SECONDS, Secret


class Manager:
    """Gives another secret each time it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get_secret_value(self, **asked: Any) -> dict[str, str]:
        self.asked.append(asked["SecretId"])
        return {"SecretString": f"secret {len(self.asked)}"}


@pytest.mark.parametrize(("seconds", "text"), [(KEPT_SECONDS, "secret 1"), (KEPT_SECONDS + 1, "secret 2")])
def test_a_secret_is_kept_for_five_minutes(monkeypatch: pytest.MonkeyPatch, seconds: int, text: str) -> None:
    clock = iter([1000.0, 1000.0 + seconds, 1000.0 + seconds])
    monkeypatch.setattr(secrets, "monotonic", lambda: next(clock))
    secret = Secret(Manager(), "arn:signing")  # type: ignore[arg-type]

    assert (secret(), secret()) == ("secret 1", text)


def test_nothing_is_read_before_it_is_needed() -> None:
    manager = Manager()

    Secret(manager, "arn:signing")  # type: ignore[arg-type]

    assert manager.asked == []
