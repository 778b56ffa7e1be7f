"""What every Inbox shows: one transaction over everything, once, and only on what was read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

import pytest

from inbox_recipes.errors import Stale
from inbox_recipes.history import HistoryDate, HistoryEntry, Line
from inbox_recipes.inbox import (
    Assignment,
    Case,
    Contact,
    ContactDates,
    InFlow,
    LastAction,
    Mention,
    ProjectRef,
    TopicRef,
)
from inbox_recipes.inbox import Profile as SocialProfile
from inbox_recipes.ports import Page, Transaction, Write
from inbox_recipes.runs import Claim, Wait
from inbox_recipes.turns import Assignee, Turn
from tests.builders import NOON, NORA, a_case, a_mention
from tests.integration.contracts.conftest import Stores

FULL = a_mention(
    incoming={
        "project": {"id": "9", "name": "Care"},
        "message__title": "Invoice",
        "message__language": "fr",
        "message__sentiment": "negative",
        "message__category": "billing",
        "message__entities": {"hashtag": ["#a"], "url": ["https://x.example"], "user": ["@u"]},
        "message__attachments": [{"type": "image", "url": None, "name": "é.png"}],
        "author__followers": 0,
        "location": {"country": "FR", "city": "Lille"},
        "private": True,
    },
    tags=("vip", "vip2"),
    assignment=Assignment(users=("nora",), teams=("team_1",)),
    case_id="cas_1",
    contact_id="con_1",
    last_action=LastAction(type="arrived", by="agent", by_id="nora", at=NOON),
)
CASE = a_case(
    project=ProjectRef(id="9"),
    priority="high",
    tags=("late",),
    linked_case_id="cas_0",
    last_reply_at=NOON,
    assignment=Assignment(teams=("team_1",)),
    last_action=LastAction(type="case_created", by="agent", by_id="nora", at=NOON),
)


def a_line(item_id: str = "46283_1001", entry_id: str = "1") -> Line:
    entry = HistoryEntry(
        id=entry_id,
        type="add_tags",
        outcome="done",
        by=NORA,
        reason=None,
        detail={"added": ["é"]},
        run_id="run_1",
        position=0,
        date=HistoryDate(added=NOON),
    )
    return Line(log="mention", item_id=item_id, entry=entry)


def a_profile(**changed: Any) -> SocialProfile:
    whole = {"service": "facebook", "author_id": "u77", "contact_id": "con_1", "case_id": None, "revision": 1}
    return SocialProfile.model_validate(whole | changed)


def a_wait(**changed: Any) -> Wait:
    whole: dict[str, Any] = {
        "wait_id": "wait_1",
        "run_id": "run_1",
        "case_id": "cas_1",
        "recipe_id": "rec_1",
        "position": 0,
        "state": "armed",
        "armed_at": NOON,
        "due_at": NOON,
        "scheduled_for": NOON,
        "fence": 1,
        "status": "pending",
    }
    return Wait(**whole | changed)


def transaction(*writes: Write, **parts: Any) -> Transaction:
    return Transaction(actor=NORA, at=NOON, writes=writes, **parts)


def new(*items: Mention | Case) -> Transaction:
    return transaction(*(Write(None, item) for item in items))


def changed[Item: (Mention, Case)](item: Item, **to: Any) -> Item:
    return item.model_copy(update={**to, "revision": item.revision + 1})


def claim(state: Any = "closed", **changed: Any) -> Claim:
    return Claim(position=0, action="add_tags", state=state, **changed)


def lines_of(stores: Stores, item_id: str = "46283_1001") -> Sequence[HistoryEntry]:
    return stores.ledger.history("mention", item_id, 10, None).data


def test_what_is_not_there_is_left_out(stores: Stores) -> None:
    assert stores.inbox.mentions(["46283_1"]) == {}
    assert stores.inbox.cases([]) == {}
    assert stores.inbox.profiles([("facebook", "u77")]) == {}
    assert stores.inbox.unresolved_mentions("cas_1") == []


def test_an_id_too_long_for_a_key_is_left_out_and_hides_no_other(stores: Stores) -> None:
    """R8"""
    stores.inbox.commit(new(FULL))
    too_long = "x" * 2048

    assert list(stores.inbox.mentions([too_long, FULL.unique_id])) == [FULL.unique_id]
    assert stores.inbox.contacts([too_long]) == {}
    assert stores.inbox.profiles([("facebook", too_long)]) == {}


def test_what_was_written_is_read_back(stores: Stores) -> None:
    together = transaction(
        Write(None, FULL), Write(None, CASE), profiles=((None, a_profile(case_id="cas_1")),)
    )

    assert stores.inbox.commit(together) == "done"

    assert stores.inbox.mentions([FULL.unique_id, "46283_9"]) == {FULL.unique_id: FULL}
    assert stores.inbox.cases([CASE.id]) == {CASE.id: CASE}
    profile = a_profile(case_id="cas_1")
    assert stores.inbox.profiles([("facebook", "u77")]) == {("facebook", "u77"): profile}


def test_a_contact_is_written_with_its_first_profile(stores: Stores) -> None:
    ada = Contact(
        id="con_1", name="Ada", email="ada@x.example", tags=("vip",), customattributes={"plan": "gold"}
    )
    stores.inbox.commit(transaction(profiles=((None, a_profile()),), contacts=((None, ada),)))

    assert stores.inbox.contacts(["con_1", "con_3"]) == {"con_1": ada}


@pytest.mark.parametrize(
    "to",
    [
        {"status": "done"},
        {"tags": ()},
        {"tags": ("é", "new")},
        {"assignment": Assignment()},
        {"message": FULL.message.model_copy(update={"language": None, "sentiment": "positive"})},
        {"location": FULL.location.model_copy(update={"country": None})},
        {},
    ],
)
def test_a_mention_is_changed_where_it_differs(stores: Stores, to: dict[str, Any]) -> None:
    stores.inbox.commit(new(FULL))
    after = changed(FULL, **to)

    assert stores.inbox.commit(transaction(Write(FULL, after))) == "done"

    assert stores.inbox.mentions([FULL.unique_id]) == {FULL.unique_id: after}


@pytest.mark.parametrize(
    "to",
    [
        {"status": "resolved", "priority": None},
        {"tags": (), "assignment": Assignment(users=("omar",))},
        {"fence": 2, "last_message_at": NOON + timedelta(days=1), "last_incoming_id": "46283_7"},
        {"last_reply_at": None, "last_message_by": "us"},
    ],
)
def test_a_case_is_changed_where_it_differs(stores: Stores, to: dict[str, Any]) -> None:
    stores.inbox.commit(new(CASE))
    after = changed(CASE, **to)

    assert stores.inbox.commit(transaction(Write(CASE, after))) == "done"

    assert stores.inbox.cases([CASE.id]) == {CASE.id: after}


def test_a_new_mention_that_is_there_already_is_repeated_and_changes_nothing(stores: Stores) -> None:
    """R2"""
    stores.inbox.commit(new(FULL))
    again = transaction(Write(None, changed(FULL, tags=())), Write(None, CASE), lines=(a_line(),))

    assert stores.inbox.commit(again) == "repeated"

    assert stores.inbox.mentions([FULL.unique_id]) == {FULL.unique_id: FULL}
    assert stores.inbox.cases([CASE.id]) == {}
    assert lines_of(stores) == []


@pytest.mark.parametrize(
    "stale",
    [
        transaction(Write(changed(FULL), changed(changed(FULL)))),
        transaction(Write(CASE, changed(CASE))),
        transaction(Write(None, a_case("cas_2", revision=5))),
        transaction(profiles=((None, a_profile()),)),
        transaction(profiles=((a_profile(revision=7), a_profile(revision=8)),)),
        transaction(wait=(None, a_wait())),
        transaction(wait=(a_wait(revision=2), a_wait(revision=3))),
    ],
    ids=["mention", "gone", "new case", "new profile", "profile", "new wait", "wait"],
)
def test_anything_that_has_changed_meanwhile_is_stale_and_nothing_is_done(
    stores: Stores, stale: Transaction
) -> None:
    stores.inbox.commit(
        transaction(Write(None, FULL), profiles=((None, a_profile()),), wait=(None, a_wait()))
    )
    stores.inbox.commit(new(a_case("cas_2")))
    bystander = Write(None, a_mention("7"))
    together = transaction(
        bystander,
        *stale.writes,
        profiles=stale.profiles,
        wait=stale.wait,
        lines=(a_line(),),
        claim=("run_1", claim()),
    )

    with pytest.raises(Stale):
        stores.inbox.commit(together)

    assert stores.inbox.mentions(["46283_7"]) == {}
    assert stores.inbox.mentions([FULL.unique_id]) == {FULL.unique_id: FULL}
    assert lines_of(stores) == []
    assert stores.ledger.open_claim("run_1", claim("open", attempts=1))


def test_a_closed_claim_is_closed_for_good(stores: Stores) -> None:
    """R3: the effect, its history and its claim are one."""
    stores.inbox.commit(new(FULL))
    once = transaction(
        Write(FULL, changed(FULL, tags=("x",))),
        lines=(a_line(),),
        claim=("run_1", claim()),
    )
    assert stores.inbox.commit(once) == "done"

    present = changed(FULL, tags=("x",))
    again = transaction(
        Write(present, changed(present, tags=("x", "y"))),
        lines=(a_line(entry_id="2"),),
        claim=("run_1", claim()),
    )

    assert stores.inbox.commit(again) == "repeated"
    assert stores.inbox.mentions([FULL.unique_id])[FULL.unique_id].tags == ("x",)
    assert [entry.id for entry in lines_of(stores)] == ["1"]


def test_done_before_is_told_before_stale(stores: Stores) -> None:
    """A repeat finds the item changed by what it did itself."""
    stores.inbox.commit(new(FULL))
    once = transaction(Write(FULL, changed(FULL, tags=("x",))), claim=("run_1", claim()))
    stores.inbox.commit(once)

    assert stores.inbox.commit(once) == "repeated"


def test_an_open_claim_can_be_closed(stores: Stores) -> None:
    stores.ledger.open_claim("run_1", claim("open", attempts=1, call={"name": "x"}))

    assert stores.inbox.commit(transaction(claim=("run_1", claim(outcome="done")))) == "done"
    assert not stores.ledger.open_claim("run_1", claim("open", attempts=2))


def test_the_unresolved_mentions_of_a_case_are_found(stores: Stores) -> None:
    in_case = [a_mention(str(number), case_id="cas_1") for number in range(20)]
    sent, elsewhere = a_mention("900", case_id="cas_1", status="sent"), a_mention("901", case_id="cas_2")
    stores.inbox.commit(new(*in_case, sent, elsewhere, a_mention("902")))
    first = a_mention("0", case_id="cas_1")
    stores.inbox.commit(transaction(Write(first, changed(first, status="done"))))

    found = {mention.id for mention in stores.inbox.unresolved_mentions("cas_1")}

    assert found == {str(number) for number in range(1, 20)}


def test_many_items_are_read_at_once_each_once(stores: Stores) -> None:
    for part in batched(range(105), 40, strict=False):
        stores.inbox.commit(new(*(a_mention(str(number)) for number in part)))

    wanted = [f"46283_{number}" for number in range(105)] + ["46283_3", "46283_3"]

    assert len(stores.inbox.mentions(wanted)) == 105


def in_topic(topic: str, minute: int) -> Mention:
    mention = a_mention(f"{minute}", incoming={"topic": {"id": topic}})
    added = mention.date.model_copy(update={"added": NOON + timedelta(minutes=minute)})
    return mention.model_copy(update={"date": added})


def walked[T](pages: Any) -> list[T]:
    items: list[T] = []
    cursor = None
    while True:
        page: Page[T] = pages(cursor)
        items += page.data
        cursor = page.next
        if cursor is None:
            return items


@pytest.mark.parametrize("limit", [1, 3, 7, 8])
def test_mentions_of_several_topics_are_listed_newest_first_page_by_page(stores: Stores, limit: int) -> None:
    topics = ["1", "2", "1", "3", "2", "1", "1", "2"]
    stores.inbox.commit(new(*(in_topic(topic, minute) for minute, topic in enumerate(topics))))

    found: list[Mention] = walked(lambda cursor: stores.inbox.list_mentions(["1", "2"], limit, cursor))

    assert [mention.id for mention in found] == ["7", "6", "5", "4", "2", "1", "0"]


def came(item: Any, minute: int) -> Any:
    """The item, as if it had come in so many minutes after noon."""
    dates = item.date.model_copy(update={"added": NOON + timedelta(minutes=minute)})
    return item.model_copy(update={"date": dates})


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_mentions_and_cases_of_a_contact_are_walked_each_for_itself(stores: Stores, limit: int) -> None:
    """Both stand in one index: cases take no place among the mentions of a page."""
    for n in range(4):
        mention = came(a_mention(str(n), contact_id="con_1"), 3 * n)
        both = (came(a_case(f"cas_{n}{each}"), 3 * n + place) for place, each in ((1, "a"), (2, "b")))
        stores.inbox.commit(new(mention, *both))

    mentions: list[Mention] = walked(
        lambda cursor: stores.inbox.mentions_of_contacts(["con_1"], limit, cursor)
    )
    cases: list[Case] = walked(lambda cursor: stores.inbox.cases_of_contacts(["con_1"], limit, cursor))

    assert [mention.id for mention in mentions] == ["3", "2", "1", "0"]
    assert [case.id for case in cases] == [f"cas_{n}{each}" for n in (3, 2, 1, 0) for each in "ba"]


@pytest.mark.parametrize("limit", [1, 3, 50])
def test_what_a_case_holds_is_walked_oldest_first(stores: Stores, limit: int) -> None:
    stores.inbox.commit(new(*(came(a_mention(str(n), case_id="cas_1"), n) for n in (2, 0, 1, 3))))

    found: list[Mention] = walked(lambda cursor: stores.inbox.mentions_of_case("cas_1", limit, cursor))

    assert [mention.id for mention in found] == ["0", "1", "2", "3"]


def a_contact(number: int, **changed: Any) -> Contact:
    moment = NOON + timedelta(minutes=number)
    dates = ContactDates(added=moment, updated=moment)
    return Contact(id=f"con_{number}", name=str(number), date=dates, **changed)


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_contacts_are_walked_newest_first_without_those_that_were_merged(stores: Stores, limit: int) -> None:
    """R17: they are kept in several parts of the index, and come in one order."""
    for n in range(24):
        stores.inbox.commit(transaction(contacts=((None, a_contact(n)),)))
    merged = a_contact(5, merged_into="con_6", revision=2)
    stores.inbox.commit(transaction(contacts=((a_contact(5), merged),)))

    found: list[Contact] = walked(lambda cursor: stores.inbox.list_contacts(limit, cursor))

    assert [contact.id for contact in found] == [f"con_{n}" for n in reversed(range(24)) if n != 5]


def test_whom_a_contact_became_is_found_however_often_it_was_merged(stores: Stores) -> None:
    """Domain 1.5"""
    ids = [f"con_{n}" for n in range(4)]
    for n in range(4):
        into = f"con_{n + 1}" if n < 3 else None
        stores.inbox.commit(transaction(contacts=((None, a_contact(n, merged_into=into)),)))

    for asked in (ids, ids[:1]):
        found = stores.inbox.contacts(asked)
        assert {each: contact.id for each, contact in found.items()} == dict.fromkeys(asked, "con_3")


def test_cases_are_listed_newest_first_page_by_page(stores: Stores) -> None:
    for hour in range(5):
        dates = a_case().date.model_copy(update={"added": NOON + timedelta(hours=hour)})
        stores.inbox.commit(new(a_case(f"cas_{hour}", date=dates, topic=TopicRef(id=str(hour % 2)))))

    found: list[Case] = walked(lambda cursor: stores.inbox.list_cases(["0", "1"], 2, cursor))
    even = stores.inbox.list_cases(["0"], 10, None)

    assert [case.id for case in found] == ["cas_4", "cas_3", "cas_2", "cas_1", "cas_0"]
    assert ([case.id for case in even.data], even.next) == (["cas_4", "cas_2", "cas_0"], None)


def test_a_list_of_nothing_is_empty(stores: Stores) -> None:
    assert stores.inbox.list_mentions(["1"], 10, None) == Page([], None)
    assert stores.inbox.list_mentions([], 10, None) == Page([], None)


def test_a_transaction_of_a_hundred_places_fits(stores: Stores, now: datetime) -> None:
    """45 mentions with their lines beside a case, its line and the claim: what resolving a case takes."""
    mentions = [a_mention(str(number), case_id="cas_1") for number in range(45)]
    stores.inbox.commit(new(CASE, *mentions))

    resolved = transaction(
        Write(CASE, changed(CASE, status="resolved")),
        *(Write(mention, changed(mention, status="done")) for mention in mentions),
        lines=(a_line("cas_1"), *(a_line(mention.unique_id) for mention in mentions)),
        claim=("run_1", claim()),
    )

    assert stores.inbox.commit(resolved) == "done"
    assert stores.inbox.unresolved_mentions("cas_1") == []


def test_the_stream_tells_every_write_of_a_mention_or_a_case_and_nothing_else(stores: Stores) -> None:
    at = NOON + timedelta(milliseconds=7)
    edit = LastAction(type="edit", by="agent", by_id="nora", at=at)
    message = FULL.message.model_copy(update={"language": None})
    after = changed(FULL, tags=(), message=message, last_action=edit)
    pending = changed(CASE, status="pending", priority=None, last_action=edit)
    stores.inbox.commit(transaction(Write(None, FULL), Write(None, CASE), profiles=((None, a_profile()),)))
    stores.inbox.commit(
        Transaction(
            actor=NORA,
            at=at,
            chain=("rec_1", "rec_2"),
            writes=(Write(FULL, after), Write(CASE, pending)),
            lines=(a_line(),),
        )
    )

    told = {(change.id, change.after.revision): change for change in stores.changes()}

    assert len(told) == 4
    assert (told[FULL.unique_id, 1].before, told[FULL.unique_id, 1].after) == (None, FULL)
    assert (told[FULL.unique_id, 2].before, told[FULL.unique_id, 2].after) == (FULL, after)
    assert (told[CASE.id, 1].before, told[CASE.id, 1].after) == (None, CASE)
    change = told[CASE.id, 2]
    assert (change.before, change.after, change.actor) == (CASE, pending, NORA)
    assert (change.at, change.chain) == (at, ("rec_1", "rec_2"))


def in_turn(before: datetime | None, after: datetime, who: str = "nora") -> Transaction:
    """A turn of a user, and a tag that tells whether the rest of the transaction was done."""
    seen = Turn(kind="user", id=who, at=before) if before else None
    return transaction(turn=(seen, Turn(kind="user", id=who, at=after)))


def test_a_turn_is_taken_only_as_it_was_read(stores: Stores) -> None:
    """A3: the rotation moves with the assignment, or neither does."""
    nora, omar = Assignee("user", "nora"), Assignee("team", "nora")
    later = NOON + timedelta(milliseconds=1)
    assert stores.inbox.turns([nora, omar]) == {}
    assert stores.inbox.commit(in_turn(None, NOON)) == "done"
    assert stores.inbox.turns([nora, omar]) == {nora: NOON}
    assert stores.inbox.commit(in_turn(NOON, later)) == "done"
    for stale in (in_turn(None, later), in_turn(NOON, later)):
        with pytest.raises(Stale):
            stores.inbox.commit(replace(stale, writes=(Write(None, FULL),)))
    assert stores.inbox.turns([nora]) == {nora: later}
    assert stores.inbox.mentions([FULL.unique_id]) == {}


def test_who_handled_a_contact_is_kept_with_what_was_done(stores: Stores) -> None:
    """A6: newest first, within the time that is asked for."""
    stores.inbox.commit(new(FULL, CASE))
    for minutes, item, to in (
        (1, CASE, {"assignment": Assignment(users=("omar",))}),
        (2, FULL, {"status": "done"}),
        (2, CASE, {"tags": ("a",)}),
    ):
        there: dict[str, Mention | Case] = {**stores.inbox.mentions([FULL.unique_id])}
        there |= stores.inbox.cases([CASE.id])
        before = there[_id(item)]
        write = Write(before, before.model_copy(update={**to, "revision": before.revision + 1}))
        at = NOON + timedelta(minutes=minutes)
        stores.inbox.commit(Transaction(actor=NORA, at=at, writes=(write,)))

    def handled(since: int, until: int) -> list[tuple[str, list[str]]]:
        first, last = NOON + timedelta(minutes=since), NOON + timedelta(minutes=until)
        found = stores.ledger.handled(["con_1", "con_3"], first, last)
        return [(act.about, [f"{hand.id} {hand.did}" for hand in act.hands]) for act in found]

    resolved, assigned = ("mention", ["nora resolved", "team_1 resolved"]), ("case", ["omar was assigned"])
    assert handled(0, 5)[:2] == [resolved, assigned]
    assert handled(1, 1) == [assigned]
    assert handled(2, 3) == [resolved]
    assert handled(3, 5) == []
    assert stores.ledger.handled(["con_2"], NOON, NOON + timedelta(minutes=5)) == []


def test_what_came_in_meanwhile_is_told_as_it_came(stores: Stores) -> None:
    """R1: for the sweeper, which holds it against what was evaluated."""
    stores.inbox.commit(new(FULL, CASE))
    there = {change.entity: change for change in stores.changes()}
    added, minute = FULL.date.added, timedelta(minutes=1)

    came = {change.entity: change for change in stores.inbox.arrivals([FULL.topic.id], added, added + minute)}

    assert came["mention"] == replace(there["mention"], at=added)
    assert stores.inbox.arrivals(["another"], added, added + minute) == []
    assert stores.inbox.arrivals([FULL.topic.id], added + minute, added + 2 * minute) == []
    of_case = stores.inbox.arrivals([CASE.topic.id], CASE.date.added, CASE.date.added + minute)
    assert [each.after for each in of_case if each.entity == "case"] == [CASE]


def test_what_came_in_and_was_changed_is_told_as_it_came(stores: Stores) -> None:
    """R1: at its first revision, so that its occurrence has the id that it always had."""
    stores.inbox.commit(new(FULL))
    write = Write(FULL, FULL.model_copy(update={"status": "done", "revision": FULL.revision + 1}))
    stores.inbox.commit(Transaction(actor=NORA, at=NOON, chain=("rec_1",), writes=(write,)))

    [came] = stores.inbox.arrivals([FULL.topic.id], FULL.date.added, FULL.date.added + timedelta(minutes=1))

    assert (came.after.revision, came.before, came.chain) == (1, None, ())
    assert came.after == FULL.model_copy(update={"status": "done"})
    assert (came.actor.kind, came.actor.id, came.at) == ("customer", FULL.contact_id, FULL.date.added)


def test_what_of_ours_came_in_and_was_changed_came_from_an_agent(stores: Stores) -> None:
    """R1, A29: after the same recipes as its latest change; nobody knows the first ones."""
    ours = FULL.model_copy(update={"author": FULL.author.model_copy(update={"managed": True})})
    stores.inbox.commit(new(ours))
    write = Write(ours, changed(ours, tags=()))
    stores.inbox.commit(Transaction(actor=NORA, at=NOON, chain=("rec_1",), writes=(write,)))

    [came] = stores.inbox.arrivals([FULL.topic.id], FULL.date.added, FULL.date.added + timedelta(minutes=1))

    assert (came.actor.kind, came.actor.id, came.chain) == ("agent", ours.author.id, ("rec_1",))


def test_flows_are_found_when_their_time_is_over_while_they_are_under_way(stores: Stores) -> None:
    """R5"""

    def in_flow(name: str, minutes: int) -> Case:
        until = NOON + timedelta(minutes=minutes)
        return a_case(id=name, flow=InFlow(flow_id="flow_1", step="start", until=until))

    def write(before: Case | None, after: Case) -> None:
        stores.inbox.commit(Transaction(actor=NORA, at=NOON, writes=(Write(before, after),)))

    def overdue(limit: int = 10) -> list[str]:
        return [case.id for case in stores.inbox.flows_overdue(NOON, limit)]

    soon, sooner, later = in_flow("cas_1", -6), in_flow("cas_2", -60), in_flow("cas_3", 1)
    for case in (soon, sooner, later, in_flow("cas_4", 0), a_case(id="cas_5")):
        write(None, case)
    assert overdue() == ["cas_2", "cas_1"]
    assert overdue(1) == ["cas_2"]

    write(sooner, ended := sooner.model_copy(update={"flow": None, "revision": 2}))
    write(soon, in_flow("cas_1", 30).model_copy(update={"revision": 2}))
    write(later, in_flow("cas_3", -1).model_copy(update={"revision": 2}))
    assert overdue() == ["cas_3"]

    write(ended, in_flow("cas_2", -2).model_copy(update={"revision": 3}))
    assert overdue() == ["cas_2", "cas_3"]


def test_a_transaction_holds_only_for_the_profile_that_was_seen(stores: Stores) -> None:
    """R5, row 4: whoever has written meanwhile wins."""
    known = a_profile()
    stores.inbox.commit(transaction(profiles=((None, known),)))
    moved = known.model_copy(update={"fence": 1, "watched_until": NOON, "revision": 2})
    assert stores.inbox.commit(transaction(Write(None, CASE), seen=known)) == "done"
    stores.inbox.commit(transaction(profiles=((known, moved),)))
    assert stores.inbox.profiles([("facebook", "u77")]) == {("facebook", "u77"): moved}

    with pytest.raises(Stale):
        stores.inbox.commit(transaction(Write(None, FULL), seen=known))

    assert stores.inbox.mentions([FULL.unique_id]) == {}


def _id(item: Mention | Case) -> str:
    return item.id if isinstance(item, Case) else item.unique_id
