"""What users say about taking new work: the fake and the adapter agree."""

from datetime import timedelta

import pytest

from inbox_recipes.adapters.dynamo_availabilities import DynamoAvailabilities
from inbox_recipes.people import Availability
from inbox_recipes.ports import Availabilities
from tests.builders import NOON
from tests.fakes import FakeAvailabilities
from tests.integration.aws import Aws


@pytest.fixture(params=["fake", "dynamo"])
def said(request: pytest.FixtureRequest) -> Availabilities:
    if request.param == "fake":
        return FakeAvailabilities()
    aws: Aws = request.getfixturevalue("aws")
    return DynamoAvailabilities(aws.dynamo, aws.created("Recipes"))


def test_the_last_word_of_each_user_counts(said: Availabilities) -> None:
    busy = Availability(status="busy", since=NOON)
    away = Availability(status="unavailable", since=NOON + timedelta(minutes=1))
    said.put("nora", busy)
    said.put("nora", away)
    said.put("omar", busy)

    assert said.of(["nora", "omar", "zoe"]) == {"nora": away, "omar": busy}
    assert said.of(["omar"]) == {"omar": busy}
    assert said.of([]) == {}
