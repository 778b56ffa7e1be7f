"""Which profile of ours a message belongs to (domain 1.1)."""

from typing import Any

import pytest

from inbox_recipes.profiles import ConnectedProfile, profile_of
from tests.builders import a_mention


def a_profile(native_id: str, service: str = "facebook", topic: str = "46283") -> ConnectedProfile:
    body: dict[str, Any] = {"name": "Orvane", "service": service, "native_id": native_id, "topic": topic}
    return ConnectedProfile.model_validate(body)


PROFILES = {
    "fr": a_profile("77"),
    "nl": a_profile("78"),
    "x": a_profile("501", "twitter"),
    "other": a_profile("502", "twitter", "7"),
}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ({"service": "facebook", "profile": "nl"}, "nl"),
        ({"service": "facebook", "profile": "77"}, "fr"),
        ({"service": "facebook", "profile": "x"}, None),
        ({"service": "facebook", "profile": "unheard of"}, None),
        ({"service": "facebook"}, None),
        ({"service": "twitter"}, "x"),
        ({"service": "email"}, None),
    ],
    ids=["our id", "the platform's id", "of another service", "unknown", "two to choose from", "one", "none"],
)
def test_a_message_belongs_to_the_profile_that_it_names_or_to_the_only_one(
    source: dict[str, str], found: str | None
) -> None:
    mention = a_mention(incoming={f"source__{name}": value for name, value in source.items()})

    assert profile_of(mention, PROFILES) == found
