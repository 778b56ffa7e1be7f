"""What is kept about users beside the rule book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from inbox_recipes.devices import Device
    from inbox_recipes.people import Availability


class Availabilities(Protocol):
    """Which users take new work. Beside the rule book: a click must not make a new revision of it."""

    def of(self, user_ids: Iterable[str]) -> dict[str, Availability]:
        """What those of the users said who said anything, by id."""

    def put(self, user_id: str, availability: Availability) -> None:
        """Keep what a user says; the last word counts."""


class Devices(Protocol):
    """The devices of users. Beside the rule book: a new telephone must not make a new revision of it."""

    def of(self, user_id: str) -> Sequence[Device]:
        """A user's devices, by id."""

    def put(self, device: Device) -> None:
        """Keep a device, in the place of one with its id. Whoever had its endpoint before loses it."""

    def remove(self, user_id: str, device_id: str) -> None:
        """Forget a device; one that is not there is forgotten already."""
