"""Secrets: read once in five minutes, two live keys for a day, credentials in a store (R9, R11)."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from unittest.mock import Mock

import pytest
import time_machine

from inbox_recipes.adapters import secrets
from inbox_recipes.adapters.secrets import KEPT_SECONDS, SigningKeys, StoredSecrets, SurveyKeys
from inbox_recipes.errors import Permanent
from tests.builders import NOON


class Gone(Exception):
    """What the client calls ResourceNotFoundException."""


class Exceptions:
    ResourceNotFoundException = Gone


class Manager:
    """Gives another secret each time it is asked, unless it holds some."""

    exceptions: ClassVar[type] = Exceptions

    def __init__(self, created: datetime = NOON - timedelta(days=9), previous: str | None = None) -> None:
        self.asked: list[str] = []
        self.created, self.previous = created, previous
        self.held: dict[str, str] = {}

    def get_secret_value(self, **asked: str) -> dict[str, Any]:
        name = asked["SecretId"]
        self.asked.append(name)
        if asked.get("VersionStage") == "AWSPREVIOUS":
            if self.previous is None:
                raise Gone
            return {"SecretString": self.previous, "CreatedDate": self.created - timedelta(days=100)}
        if name.startswith("ours/") and name not in self.held:
            raise Gone
        text = self.held.get(name, f"key-{len(self.asked)}")
        return {"SecretString": text, "CreatedDate": self.created}

    def create_secret(self, **made: str) -> None:
        self.held[made["Name"]] = made["SecretString"]

    def delete_secret(self, **gone: Any) -> None:
        del self.held[gone["SecretId"]]


@pytest.mark.parametrize(("seconds", "text"), [(KEPT_SECONDS, "key-1"), (KEPT_SECONDS + 1, "key-2")])
def test_a_key_is_kept_for_five_minutes(monkeypatch: pytest.MonkeyPatch, seconds: int, text: str) -> None:
    clock = iter([1000.0, 1000.0 + seconds, 1000.0 + seconds])
    monkeypatch.setattr(secrets, "monotonic", lambda: next(clock))
    keys: Any = SigningKeys(Manager(), "arn:signing")  # type: ignore[arg-type]

    assert (keys(), keys()) == (("key-1",), (text,))


def test_nothing_is_read_before_it_is_needed() -> None:
    manager = Manager()

    SigningKeys(manager, "arn:signing")  # type: ignore[arg-type]

    assert manager.asked == []


@pytest.mark.parametrize(
    ("age", "previous", "live"),
    [
        (timedelta(hours=23, minutes=59), "old", ("key-1", "old")),
        (timedelta(hours=24), "old", ("key-1",)),
        (timedelta(minutes=1), None, ("key-1",)),
        (timedelta(minutes=1), "old whsk_older", ("key-1", "old", "whsk_older")),
    ],
)
def test_after_a_rotation_both_keys_are_live_for_a_day(
    age: timedelta, previous: str | None, live: tuple[str, ...]
) -> None:
    """R11"""
    with time_machine.travel(NOON, tick=False):
        keys = SigningKeys(Manager(datetime.now(UTC) - age, previous), "arn:signing")  # type: ignore[arg-type]

        assert keys() == live


def test_credentials_are_kept_under_a_name_that_tells_nothing() -> None:
    manager = Manager()
    store = StoredSecrets(manager, "ours/")  # type: ignore[arg-type]

    names = [store.keep("Bearer same"), store.keep("Bearer same")]

    assert len(set(names)) == 2
    assert set(manager.held) == {f"ours/{name}" for name in names}
    assert store.read(names[0]) == store.read(names[0]) == "Bearer same"
    assert manager.asked == [f"ours/{names[0]}"], "read once"


def test_credentials_that_are_gone_are_a_reason_to_give_up() -> None:
    store = StoredSecrets(Manager(), "ours/")  # type: ignore[arg-type]
    name = store.keep("Bearer x")
    store.forget(name)

    with pytest.raises(Permanent, match="write them into the recipe again"):
        store.read(name)


@pytest.mark.parametrize(("previous", "live"), [("old", (b"new", b"old")), (None, (b"new",))])
def test_links_to_surveys_live_on_with_the_key_before(previous: str | None, live: tuple[bytes, ...]) -> None:
    manager = Manager(previous=previous)
    manager.held = {"arn:surveys": "new"}

    assert SurveyKeys(manager, "arn:surveys")() == live  # type: ignore[arg-type]


def test_a_fingerprint_is_made_with_the_stacks_own_pepper() -> None:
    """R9: without it nobody can try out what a credential may be."""
    one, other = (StoredSecrets(Manager(), "ours/", pepper=pepper) for pepper in "ab")  # type: ignore[arg-type]

    assert one.fingerprint("x") == one.fingerprint("x") != other.fingerprint("x")
    with pytest.raises(ValueError, match="pepper"):
        StoredSecrets(Manager(), "ours/").fingerprint("x")  # type: ignore[arg-type]


def test_credentials_are_encrypted_with_the_stacks_key() -> None:
    """R9"""
    client = Mock()

    StoredSecrets(client, "ours/", key="arn:kms").keep("x")

    assert client.create_secret.call_args.kwargs["KmsKeyId"] == "arn:kms"
