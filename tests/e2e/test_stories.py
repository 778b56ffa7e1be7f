"""The stories that the fakes and moto tell, on the local stack: step by step, it all comes out the same."""

from collections import Counter
from collections.abc import Callable
from uuid import uuid4

import pytest

from tests.builders import NOON
from tests.e2e.account import Account
from tests.e2e.stack import wait_until
from tests.fakes import World
from tests.stories import BOOK, RECIPES, STORIES, InWorld, Line, Teller, Told, differences, line

LATEST = 150
"""Seconds: a wait of a minute ends within 90 s after it is due (R5)."""


class OnStack:
    """A story in memory and on the stack: after each step, the stack must come to tell the same."""

    def __init__(self, account: Account) -> None:
        self.account, self.in_memory = account, InWorld(World(BOOK, NOON))
        self.tale = uuid4().hex[:12]
        self.names: dict[str, str] = {}

    def writes(self, name: str, author: str) -> None:
        self.in_memory.writes(name, author)
        native = f"{self.tale}{name}"
        parts = {"id": native, "author": {"id": f"{author}{self.tale}", "name": author}}
        self.names[name] = self.account.write("Where is my invoice?", **parts)
        self._same()

    def we_answer(self, name: str, to: str) -> None:
        self.in_memory.we_answer(name, to)
        self.names[name] = self.account.answer(self.names[to], "We are on it.")
        self._same()

    def waits_for(self, name: str) -> None:
        self.in_memory.waits_for(name)
        self.account.set_case(self.account.case_of(self.names[name])["id"], status="pending")
        self._same()

    def time_passes(self) -> None:
        self.in_memory.time_passes()
        self._same(LATEST)

    def _same(self, seconds: float = 60) -> None:
        expected = self.in_memory.told(self.names)
        try:
            wait_until(lambda: not differences(self._told(), expected), seconds)
        except AssertionError:
            assert not differences(self._told(), expected)

    def _told(self) -> Told:
        found: Told = {}
        for name, unique_id in self.names.items():
            mention, case = self.account.mention(unique_id), self.account.case_of(unique_id)
            found[name] = (mention["status"], tuple(mention["tags"]), self._lines(f"/mentions/{unique_id}"))
            lines = self._lines(f"/cases/{case['id']}")
            found[f"case of {name}"] = (case["status"], tuple(case["tags"]), lines)
        return found

    def _lines(self, path: str) -> Counter[Line]:
        entries = self.account.history(path)
        return Counter(
            line(each["type"], each["outcome"], each["by"]["kind"], each["reason"]) for each in entries
        )


@pytest.mark.parametrize("story", STORIES)
def test_a_story_is_the_same_on_the_stack_as_in_memory(
    account: Account, story: Callable[[Teller], None]
) -> None:
    for name, body in RECIPES.items():
        account.recipe(**{"name": f"Recipe {name}", **body})

    story(OnStack(account))
