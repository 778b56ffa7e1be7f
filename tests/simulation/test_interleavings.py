"""Every order of what can happen to a wait, to a depth of six, each right (R5, A1, A20, A26, A30).

Not a sample: all of them. What is right is told by a few lines below that know nothing of the code: the
case is resolved if, and only if, the wait could end at some moment at which nothing spoke against it.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from inbox_recipes.flows.execute import execute
from inbox_recipes.messages import WaitDueMessage
from inbox_recipes.recipes import Recipe
from tests.builders import (
    RESOLVE_CASE,
    TO_PENDING,
    a_private,
    a_rule_book,
    a_silence_recipe,
    our_reply,
    wait,
)  # fmt: skip
from tests.fakes import Crash, Meanwhile, World

MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""16:00 in Paris: business hours end at 17:00, 60 minutes later."""
DUE = timedelta(minutes=30)
DEPTH = 6
EVENTS = ("reply", "fire", "second fire", "late fire", "delete fails", "edit", "disable", "hours end")


@dataclass
class Story:
    """A pending case in whose silence a recipe waits, and what is known of it without looking inside."""

    world: World
    case_id: str
    replied: bool = False
    disabled: bool = False
    longer: bool = False
    resolved: bool = False
    cancelled: bool = False

    def tell(self, event: str) -> None:
        """Let it happen."""
        {
            "reply": self._reply, "fire": self._fire, "second fire": self._fire_again,
            "late fire": self._fire_late, "delete fails": self._die_while_it_ends, "edit": self._edit,
            "disable": self._disable, "hours end": self._close,
        }[event]()  # fmt: skip

    def _reply(self) -> None:
        self.world.take_in(a_private(f"9{len(self.world.store.mentions)}"))
        self.world.settle()
        self.replied = True

    def _fire(self) -> None:
        self._to(MONDAY + DUE)
        self.world.fire()
        self.world.settle()
        self._expect_an_end()

    def _fire_again(self) -> None:
        """The scheduler delivers at least once: the same message once more, whenever."""
        self._send(MONDAY + DUE, self.world.now)

    def _fire_late(self) -> None:
        self._to(max(self.world.now, MONDAY + DUE) + timedelta(minutes=7))
        self._send(MONDAY + DUE, self.world.now)

    def _die_while_it_ends(self) -> None:
        """The schedule fires, the function dies after its transaction, and the message comes again."""
        self._to(max(self.world.now, MONDAY + DUE))
        message = self._message(MONDAY + DUE)
        with suppress(Crash):
            execute(message, self.world.ports(Meanwhile("inbox.commit", _die, when="after")), self.world.now)
        self._send(MONDAY + DUE, self.world.now)

    def _edit(self) -> None:
        self._put(actions=(wait(45), RESOLVE_CASE))
        self.longer = True

    def _disable(self) -> None:
        self._put(mode="disabled", on_since=None)
        self.disabled = True

    def _close(self) -> None:
        """Time goes by until the business has closed, and nothing comes meanwhile."""
        self._to(MONDAY + timedelta(minutes=61))

    def _to(self, moment: datetime) -> None:
        self.world.now = max(self.world.now, moment)

    def _message(self, scheduled_for: datetime) -> WaitDueMessage:
        [armed] = self.world.store.waits.values()
        return WaitDueMessage(wait_id=armed.wait_id, scheduled_for=scheduled_for)

    def _send(self, scheduled_for: datetime, now: datetime) -> None:
        if now >= scheduled_for:
            execute(self._message(scheduled_for), self.world.ports(), now)
        self.world.settle()
        self._expect_an_end()

    def _put(self, **changed: object) -> None:
        recipe = self.world.rule_books.current().recipe("rec_1")
        assert recipe is not None
        self.world.rule_books.put(Recipe.model_validate(recipe.model_dump() | changed))

    def _let_time_pass_to(self, moment: datetime) -> None:
        while due := [each.at for each in self.world.timers.armed.values() if each.at <= moment]:
            self._to(min(due))
            self.world.fire()
            self.world.settle()
            self._expect_an_end()
        self._to(moment)

    def _expect_an_end(self) -> None:
        """What must have become of the wait by now, if something has come for it."""
        now, due = self.world.now, MONDAY + (timedelta(minutes=45) if self.longer else DUE)
        if self.resolved or self.cancelled or now < MONDAY + DUE:
            return
        if self.replied or self.disabled:
            self.cancelled = True
        elif now >= due:
            closed = now >= MONDAY + timedelta(minutes=60)
            self.resolved, self.cancelled = not closed, closed

    def finish(self) -> None:
        """A day later, nothing is left to come."""
        self._let_time_pass_to(self.world.now + timedelta(days=1))

    def judge(self) -> str | None:
        """What is wrong, if something is."""
        store = self.world.store
        case, [run], [waited] = store.cases[self.case_id], store.runs.values(), store.waits.values()
        resolved = [
            each
            for each in store.journal
            if each.actor.kind == "recipe" and each.claim and each.claim[1].action == "set_case_status"
        ]
        status = "resolved" if self.resolved else "unresolved" if self.replied else "pending"
        wrong = {
            f"the case is {case.status} and not {status}": case.status != status,
            f"it was resolved {len(resolved)} times": len(resolved) != self.resolved,
            f"the run is {run.status}": run.status != ("done" if self.resolved else "cancelled"),
            f"the wait is {waited.state}": waited.state != ("fired" if self.resolved else "cancelled"),
            "it has no reason": not waited.reason,
            "it was resolved early": any(each.at < MONDAY + DUE for each in resolved),
        }
        return next((what for what, holds in wrong.items() if holds), None)


def _die() -> None:
    raise Crash


def begin() -> Story:
    """The customer wrote, we answered, the case is pending: at four on Monday."""
    recipe = a_silence_recipe(
        trigger=TO_PENDING, hours={"when": "during", "schedule_id": "sch_1"}, minutes=30
    )
    world = World(a_rule_book(recipe), MONDAY - timedelta(minutes=10))
    world.take_in(a_private())
    world.take_in(our_reply("1002", to="1001"))
    world.settle()
    world.now = MONDAY
    world.patch_case(status="pending")
    world.settle()
    return Story(world, world.case().id)


def told(events: tuple[str, ...]) -> str | None:
    """What is wrong with that order of events, if something is."""
    story = begin()
    for event in events:
        story.tell(event)
    story.finish()
    return story.judge()


def orders(first: str) -> Iterator[tuple[str, ...]]:
    """Every order of up to six of the events that begins with this one."""
    rest = [event for event in EVENTS if event != first]
    return ((first, *others) for length in range(DEPTH) for others in permutations(rest, length))


@pytest.mark.parametrize("first", EVENTS)
def test_every_order_of_events_ends_right(first: str) -> None:
    wrong = {order: what for order in orders(first) if (what := told(order))}

    assert not wrong, (
        f"{len(wrong)} orders, the shortest: {min(wrong.items(), key=lambda item: len(item[0]))}"
    )
