"""The rule book and what it refers to, as they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inbox_recipes.durations import BusinessTime
    from inbox_recipes.profiles import ConnectedProfile
    from inbox_recipes.recipes import Recipe
    from inbox_recipes.rule_book import RuleBook
    from inbox_recipes.topics import Topic


class RuleBooks(Protocol):
    """The rule book and the versions of its recipes."""

    def current(self) -> RuleBook:
        """The rule book as it is now; one small consistent read when it has not changed."""

    def recipe_at(self, recipe_id: str, version: int) -> Recipe:
        """A recipe at one version, also when it was edited or deleted since."""


class Topics(Protocol):
    """The account's topics."""

    def current(self) -> Mapping[str, Topic]:
        """The topics as they are now, by id; one small consistent read when nothing has changed."""

    def business_time(self, topic_id: str) -> BusinessTime | None:
        """The hours that the topic is measured by, if it or the account names a schedule."""

    def cases_on(self) -> bool:
        """Whether the account's cases feature is on (A40), as of the last `current`."""


class Profiles(Protocol):
    """The account's connected profiles."""

    def current(self) -> Mapping[str, ConnectedProfile]:
        """The profiles as they are now, by id; one small consistent read when nothing has changed."""
