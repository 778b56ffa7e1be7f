"""Generated lives of an inbox: customers, agents and recipes, two at the same time, over any world.

A step is a few small numbers: what is done, to what, how, and whether somebody else gets in between.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from hypothesis import strategies as st

from inbox_recipes.errors import Conflict, InvalidInput, NotFound, Stale
from inbox_recipes.flows.agents import patch_case, patch_mention
from inbox_recipes.flows.by_hand import Agent
from inbox_recipes.flows.cases import NewCase, create_case, link_mentions, unlink_mention
from inbox_recipes.flows.contacts import Merge, merge_contacts
from inbox_recipes.flows.ingest import ingest
from inbox_recipes.history import HistoryEntry
from inbox_recipes.inbox import Case, Mention, Object
from inbox_recipes.patches import CasePatch, MentionPatch
from inbox_recipes.ports import Inbox
from inbox_recipes.replay import replay, state_of
from inbox_recipes.rule_book import RuleBook
from tests.builders import (
    IN_CASE,
    NORA,
    RESOLVE_CASE,
    TOPIC,
    a_private,
    a_recipe,
    a_rule_book,
    add_tags,
    an_incoming,
    condition,
    group,
    our_reply,
)  # fmt: skip
from tests.fakes import Meanwhile, World

AUTHORS = (("facebook", "ada"), ("twitter", "@ada"), ("facebook", "ben"))
CASE_PATCHES: tuple[dict[str, Any], ...] = (
    {"status": "pending"}, {"status": "unresolved"}, {"status": "resolved"}, {"tags": ["a", "b"]},
    {"tags": []}, {"priority": "low"}, {"priority": None}, {"assignment": {"users": ["nora"]}},
)  # fmt: skip
MENTION_PATCHES: tuple[dict[str, Any], ...] = (
    {"status": "done"}, {"status": "new"}, {"tags": ["x"]}, {"tags": []}, {"language": "fr"},
    {"sentiment": None}, {"country": "FR"}, {"assignment": {"teams": ["team_1"]}},
)  # fmt: skip

type Step = tuple[int, int, int, bool]

STEPS = st.tuples(st.integers(0, 11), st.integers(0, 7), st.integers(0, 7), st.booleans())


def a_busy_rule_book() -> RuleBook:
    """Recipes that tag, edit, assign and resolve, some after others."""
    urgent = group("and", condition("content.text", "contains_any", ["urgent"]))
    return a_rule_book(
        a_recipe("tags", actions=[add_tags("seen"), {"type": "edit", "property": "language", "value": "de"}]),
        a_recipe("marks", trigger=IN_CASE, filter=urgent, actions=[add_tags("urgent", target="case")]),
        a_recipe("ends", trigger={"type": "case_tag_added", "tag": "urgent"},
                 actions=[{"type": "remove_tags", "tags": ["a"]}, add_tags("b", target="mention")]),
        a_recipe("closes", trigger={"type": "case_status_changed", "to": "pending"}, filter=urgent,
                 actions=[RESOLVE_CASE]),
    )  # fmt: skip


class Life:
    """One life in a world. `settle` lets the recipes act."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.messages = 0

    def live(self, steps: Sequence[Step]) -> None:
        """Every step, one after the other; what people are refused changes nothing."""
        for index, step in enumerate(steps):
            inbox: Inbox = self.world.inbox
            if step[3]:
                other = steps[(index + 1) % len(steps)]
                meanwhile = Meanwhile("inbox.commit", partial(self._do, other, self.world.inbox))
                inbox = self.world.ports(meanwhile).inbox
            self._do(step, inbox)
            self.world.now += timedelta(seconds=step[1])
        self.world.settle()

    def _do(self, step: Step, inbox: Inbox) -> None:
        with suppress(Conflict, InvalidInput, NotFound, Stale):
            self._does(step, inbox)

    def _does(self, step: Step, inbox: Inbox) -> None:
        kind, which, how, _ = step
        match kind:
            case 0 | 1 | 2:
                self._a_customer_writes(which, how, inbox)
            case 3 | 4:
                self._we_reply(which, inbox)
            case 5:
                self._change_case(which, how, inbox)
            case 6:
                self._change_mention(which, how, inbox)
            case 7:
                self._open_a_case(which, how, inbox)
            case 8 | 9:
                self._link(which, how, inbox, unlink=kind == 9)
            case 10:
                self._merge(which, how, inbox)
            case _:
                self.world.settle()

    def _a_customer_writes(self, which: int, how: int, inbox: Inbox) -> None:
        self.messages += 1
        service, author = AUTHORS[which % len(AUTHORS)]
        text = "This is urgent" if how % 2 else "Where is it?"
        build = an_incoming if how == 6 else a_private
        parts: dict[str, Any] = {"author__id": author, "source__service": service}
        if how == 7 and (answered := self._mention(which)):
            parts["source__in_reply_to_message_id"] = answered.id
        ingest([build(str(self.messages), text, **parts)], inbox, self.world.now)

    def _we_reply(self, which: int, inbox: Inbox) -> None:
        answered = self._mention(which)
        if answered:
            self.messages += 1
            ingest([our_reply(f"r{self.messages}", to=answered.id)], inbox, self.world.now)

    def _change_case(self, which: int, how: int, inbox: Inbox) -> None:
        case = self._case(which)
        if case:
            patch = CasePatch.model_validate(CASE_PATCHES[how])
            patch_case(case.id, patch, case.revision, self._agent(inbox))

    def _change_mention(self, which: int, how: int, inbox: Inbox) -> None:
        mention = self._mention(which)
        if mention:
            patch = MentionPatch.model_validate(MENTION_PATCHES[how])
            patch_mention(mention.unique_id, patch, mention.revision, self._agent(inbox))

    def _agent(self, inbox: Inbox) -> Agent:
        return Agent(NORA, inbox, self.world.rule_books, self.world.now)

    def _open_a_case(self, which: int, how: int, inbox: Inbox) -> None:
        mentions = [each.unique_id for each in self.mentions()[which : which + how % 3]]
        new = {"topic": {"id": TOPIC}, "title": "By hand", "priority": "high", "mentions": mentions}
        case_id = f"cas_m{self.messages}{which}{how}"
        books = self.world.rule_books
        create_case(NewCase.model_validate(new), case_id, NORA, inbox, books, self.world.now)

    def _link(self, which: int, how: int, inbox: Inbox, *, unlink: bool) -> None:
        cases = [case for case in self.cases() if case.manual]
        mention = self._mention(how)
        if not cases or not mention:
            return
        case = cases[which % len(cases)]
        if unlink:
            unlink_mention(case.id, mention.unique_id, None, NORA, inbox, self.world.now)
        else:
            link_mentions(case.id, [mention.unique_id], None, NORA, inbox, self.world.now)

    def _merge(self, which: int, how: int, inbox: Inbox) -> None:
        known = self.world.inbox.profiles(AUTHORS)
        ids = [profile.contact_id for profile in known.values()]
        if ids:
            wanted = Merge(contact_ids=(ids[how % len(ids)],))
            merge_contacts(ids[which % len(ids)], wanted, None, NORA, inbox, self.world.now)

    def cases(self) -> Sequence[Case]:
        """Every case, newest first."""
        return self.world.inbox.list_cases([TOPIC], 100, None).data

    def mentions(self) -> Sequence[Mention]:
        """Every mention, newest first."""
        return self.world.inbox.list_mentions([TOPIC], 100, None).data

    def _case(self, which: int) -> Case | None:
        cases = self.cases()
        return cases[which % len(cases)] if cases else None

    def _mention(self, which: int) -> Mention | None:
        mentions = self.mentions()
        return mentions[which % len(mentions)] if mentions else None

    def disagreements(self) -> list[str]:
        """Items that are not what their histories tell; links that are not what mentions say."""
        found = []
        items: list[Case | Mention] = [*self.cases(), *self.mentions()]
        for item in items:
            log: Object = "case" if isinstance(item, Case) else "mention"
            item_id = item.id if isinstance(item, Case) else item.unique_id
            if replay(self.history(log, item_id)) != (state_of(item), item.revision):
                found.append(f"{log} {item_id}")
        said = {(case_id, each.unique_id) for each in self.mentions() for case_id in each.case_ids}
        linked = {
            (case.id, each.unique_id)
            for case in self.cases()
            for each in self.world.inbox.mentions_of_case(case.id, 100, None).data
        }
        return found + [f"link {pair}" for pair in sorted(said ^ linked)]

    def history(self, log: Object, item_id: str) -> Sequence[HistoryEntry]:
        """A whole history."""
        return self.world.ledger.history(log, item_id, 1000, None).data
