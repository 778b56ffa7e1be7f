"""Stories that are told three times: in memory, on moto's tables and on the local stack, and end the same.

So what the simulator proves over the fakes holds for the adapters and for the deployed stack too. A story
is steps of a teller; what it leaves is compared without ids and times, which differ.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from inbox_recipes.flows.agents import patch_case
from inbox_recipes.patches import CasePatch
from tests.builders import (
    ARRIVAL,
    IN_CASE,
    RESOLVE_CASE,
    TO_PENDING,
    TOPIC,
    a_private,
    a_recipe,
    a_rule_book,
    add_tags,
    our_reply,
    wait,
)
from tests.fakes import World

RECIPES: dict[str, dict[str, Any]] = {
    "tags": {"trigger": ARRIVAL, "actions": [add_tags("one"), add_tags("two")]},
    "marks": {"trigger": IN_CASE, "actions": [add_tags("seen", target="case")]},
    "follows": {"trigger": {"type": "case_tag_added", "tag": "seen"}, "actions": [add_tags("more")]},
    "closes": {"trigger": TO_PENDING, "actions": [add_tags("waiting"), wait(1), RESOLVE_CASE]},
    "watches": {"trigger": ARRIVAL, "actions": [add_tags("never")], "mode": "shadow"},
}
BOOK = a_rule_book(*(a_recipe(name, **body) for name, body in RECIPES.items()))
VARYING = re.compile(r"\S*\d\S*")
"""Times and ids in the words of a line."""

type Line = tuple[str, str, str, str]
type Told = dict[str, tuple[str, tuple[str, ...], Counter[Line]]]
"""By message, and by the case of a message: status, tags, and the lines of its history."""


class Teller(Protocol):
    """Where a story happens. Messages are named by the story."""

    def writes(self, name: str, author: str) -> None:
        """A customer writes to us privately; the same name twice is the same message twice."""

    def we_answer(self, name: str, to: str) -> None:
        """We answer a message."""

    def waits_for(self, name: str) -> None:
        """An agent sets the case of a message to pending."""

    def time_passes(self) -> None:
        """Until the waits of a minute are over."""


def an_answer_in_time(teller: Teller) -> None:
    teller.writes("first", "ada")
    teller.we_answer("ours", to="first")
    teller.waits_for("first")
    teller.writes("second", "ada")
    teller.time_passes()


def silence(teller: Teller) -> None:
    teller.writes("first", "ben")
    teller.writes("first", "ben")
    teller.we_answer("ours", to="first")
    teller.waits_for("first")
    teller.time_passes()
    teller.writes("later", "ben")


STORIES: tuple[Callable[[Teller], None], ...] = (an_answer_in_time, silence)


def line(kind: str, outcome: str, by: str, reason: str | None) -> Line:
    """A line of history, as far as it is the same wherever the story happens."""
    return kind, outcome, by, VARYING.sub("#", reason or "")


class InWorld:
    """A story over ports, fakes or adapters; everything that follows from a step is done in it."""

    def __init__(self, world: World) -> None:
        self.world = world

    def writes(self, name: str, author: str) -> None:
        self.world.take_in(a_private(name, author__id=author))
        self.world.settle()

    def we_answer(self, name: str, to: str) -> None:
        self.world.take_in(our_reply(name, to=to))
        self.world.settle()

    def waits_for(self, name: str) -> None:
        case_id = self._mention(name).case_id or ""
        case = self.world.inbox.cases([case_id])[case_id]
        patch_case(case.id, CasePatch(status="pending"), case.revision, self.world.agent())
        self.world.settle()

    def time_passes(self) -> None:
        self.world.pass_time(minutes=2)

    def _mention(self, name: str) -> Any:
        unique_id = f"{TOPIC}_{name}"
        return self.world.inbox.mentions([unique_id])[unique_id]

    def told(self, names: Iterable[str]) -> Told:
        """What there is of these messages and their cases."""
        found: Told = {}
        for name in names:
            mention = self._mention(name)
            found[name] = (mention.status, mention.tags, self._lines("mention", mention.unique_id))
            case = self.world.inbox.cases([mention.case_id])[mention.case_id]
            found[f"case of {name}"] = (case.status, case.tags, self._lines("case", case.id))
        return found

    def _lines(self, log: Any, item_id: str) -> Counter[Line]:
        entries = self.world.ledger.history(log, item_id, 100, None).data
        return Counter(line(each.type, each.outcome, each.by.kind, each.reason) for each in entries)


def differences(told: Mapping[str, object], expected: Mapping[str, object]) -> dict[str, object]:
    """What is told otherwise than it should be."""
    return {name: (told.get(name), what) for name, what in expected.items() if told.get(name) != what}
