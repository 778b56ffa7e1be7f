"""The Availabilities port in memory."""

from collections.abc import Iterable

from inbox_recipes.people import Availability


class FakeAvailabilities:
    """What each user said last."""

    def __init__(self) -> None:
        self.said: dict[str, Availability] = {}

    def of(self, user_ids: Iterable[str]) -> dict[str, Availability]:
        return {user_id: self.said[user_id] for user_id in user_ids if user_id in self.said}

    def put(self, user_id: str, availability: Availability) -> None:
        self.said[user_id] = availability
