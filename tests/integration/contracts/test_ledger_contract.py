"""What every Ledger shows: runs and claims that begin once, waits, histories, event records."""

import json
import random
import string
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from inbox_recipes.adapters import dynamo_ledger
from inbox_recipes.adapters.attribute_values import plain, typed
from inbox_recipes.adapters.dynamo_ledger import DynamoLedger
from inbox_recipes.adapters.event_pages import decompressed
from inbox_recipes.errors import InvalidInput
from inbox_recipes.history import HistoryDate, HistoryEntry, Line
from inbox_recipes.inbox import Assignment
from inbox_recipes.ports import Page, Quarantined, Transaction, Write
from inbox_recipes.runs import Claim, Run, Wait
from tests.builders import NOON, NORA, an_occurrence
from tests.integration.aws import Aws
from tests.integration.contracts.conftest import Stores
from tests.integration.contracts.test_inbox_contract import CASE, a_wait, changed, walked


def a_run(run_id: str = "run_1", **changed: Any) -> Run:
    whole: dict[str, Any] = {
        "run_id": run_id,
        "recipe_id": "rec_1",
        "recipe_version": 1,
        "recipe_name": "Billing é",
        "occurrence": an_occurrence(id=f"occurrence of {run_id}", chain=("rec_0",)),
        "conversation": "cas_1",
        "status": "running",
        "started_at": NOON,
    }
    return Run(**whole | changed)


def a_line(entry_id: str, item_id: str = "cas_1", **changed: Any) -> Line:
    whole: dict[str, Any] = {
        "id": entry_id,
        "type": "webhook",
        "outcome": "done",
        "by": NORA,
        "reason": "the profile é is disabled",
        "detail": {"list": [1, None, {"x": "y"}]},
        "run_id": None,
        "position": None,
        "date": HistoryDate(added=NOON),
    }
    return Line(log="case", item_id=item_id, entry=HistoryEntry(**whole | changed))


def opened(attempts: int, **changed: Any) -> Claim:
    return Claim(position=2, action="webhook", state="open", attempts=attempts, **changed)


def move(stores: Stores, before: Wait | None, after: Wait) -> None:
    stores.inbox.commit(Transaction(actor=NORA, at=NOON, wait=(before, after)))


def test_a_run_is_opened_once_and_given_back_with_its_claims(stores: Stores) -> None:
    run = a_run()
    assert stores.ledger.run("run_1") is None
    assert stores.ledger.start(run) == run

    call = {"name": "x", "url": "https://example.com", "body": {"text": "é"}}
    stores.ledger.open_claim("run_1", opened(1, call=call))

    again = stores.ledger.start(a_run(started_at=NOON + timedelta(hours=1)))
    assert again == run.model_copy(update={"claims": (opened(1, call=call),)})
    assert stores.ledger.run("run_1") == again


def test_claims_come_in_the_order_of_their_positions(stores: Stores) -> None:
    stores.ledger.start(a_run())
    for position in (10, 2, 0):
        claim = Claim(position=position, action="x", state="open", attempts=1)
        stores.ledger.open_claim("run_1", claim)

    run = stores.ledger.run("run_1")

    assert run
    assert [claim.position for claim in run.claims] == [0, 2, 10]
    assert run.claim(2) == run.claims[1]
    assert run.claim(3) is None


def test_another_version_of_the_recipe_finds_that_it_has_acted(stores: Stores) -> None:
    """A4"""
    occurrence = an_occurrence()
    stores.ledger.start(a_run(occurrence=occurrence))

    assert stores.ledger.start(a_run("run_2", recipe_version=2, occurrence=occurrence)) is None

    assert stores.ledger.run("run_2") is None
    assert stores.ledger.start(a_run("run_3", recipe_id="rec_2", occurrence=occurrence))


def test_the_end_of_a_run_is_kept_beside_its_claims(stores: Stores) -> None:
    stores.ledger.start(a_run())
    stores.ledger.open_claim("run_1", opened(1))

    over = a_run(status="done", finished_at=NOON + timedelta(minutes=1))
    stores.ledger.finish(over)

    assert stores.ledger.run("run_1") == over.model_copy(update={"claims": (opened(1),)})


@pytest.mark.parametrize(
    ("earlier", "attempt", "begins"),
    [([], 1, True), ([1], 1, True), ([1], 2, True), ([1, 2], 1, False), ([3], 2, False), ([3], 3, True)],
)
def test_an_attempt_begins_unless_a_later_one_has(
    stores: Stores, earlier: list[int], attempt: int, begins: bool
) -> None:
    for before in earlier:
        stores.ledger.open_claim("run_1", opened(before))

    assert stores.ledger.open_claim("run_1", opened(attempt)) is begins


def test_a_wait_is_kept_and_moved_at_its_revision(stores: Stores) -> None:
    assert stores.ledger.wait("wait_1") is None
    move(stores, None, a_wait())
    assert stores.ledger.wait("wait_1") == a_wait()

    fired = a_wait(state="fired", reason="30 minutes passed", revision=2)
    move(stores, a_wait(), fired)

    assert stores.ledger.wait("wait_1") == fired


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_armed_waits_are_listed_the_next_due_first(stores: Stores, limit: int) -> None:
    for hours in (3, 1, 2, 4):
        move(stores, None, a_wait(wait_id=f"wait_{hours}", due_at=NOON + timedelta(hours=hours)))
    over = a_wait(wait_id="wait_2", due_at=NOON + timedelta(hours=2))
    move(stores, over, over.model_copy(update={"state": "cancelled", "revision": 2}))

    found: list[Wait] = walked(lambda cursor: stores.ledger.waits(limit, cursor))

    assert [wait.wait_id for wait in found] == ["wait_1", "wait_3", "wait_4"]


def test_lines_are_listed_newest_first_each_log_for_itself(stores: Stores) -> None:
    """Row 124"""
    stores.ledger.add_lines([a_line(f"2026-11-22T12:00:{second:02d}.000Z#x") for second in range(30)])
    other = a_line("2026-11-22T13:00:00.000Z#x")
    stores.ledger.add_lines([other.model_copy(update={"log": "mention"}), a_line("1", "cas_2")])

    found: list[HistoryEntry] = walked(lambda cursor: stores.ledger.history("case", "cas_1", 7, cursor))

    assert [entry.id[17:19] for entry in found] == [f"{second:02d}" for second in reversed(range(30))]
    assert found[0] == a_line("2026-11-22T12:00:29.000Z#x").entry


def test_a_line_that_is_written_twice_is_one_line(stores: Stores) -> None:
    stores.ledger.add_lines([a_line("1"), a_line("2")])
    stores.ledger.add_lines([a_line("1")])
    stores.inbox.commit(Transaction(actor=NORA, at=NOON, lines=(a_line("2"), a_line("3"))))

    assert [entry.id for entry in stores.ledger.history("case", "cas_1", 9, None).data] == ["3", "2", "1"]


@pytest.mark.parametrize("limit", [2, 3, 6])
def test_runs_are_listed_newest_first_over_the_days_without_their_claims(stores: Stores, limit: int) -> None:
    for days in range(6):
        stores.ledger.start(a_run(f"run_{days}", started_at=NOON - timedelta(days=days * 2)))
    stores.ledger.open_claim("run_0", opened(1))

    found: list[Run] = walked(lambda cursor: stores.ledger.runs(limit, cursor))

    assert [run.run_id for run in found] == [f"run_{days}" for days in range(6)]
    assert found[0].claims == ()


def records_at(stores: Stores, at: datetime) -> list[dict[str, Any]]:
    return list(stores.ledger.records(at))


def lines(*records: dict[str, Any]) -> list[str]:
    return [json.dumps(record, ensure_ascii=False) for record in records]


def noise(length: int, seed: int) -> str:
    """Text that cannot be compressed, the same every time."""
    return "".join(random.Random(seed).choices(string.printable, k=length))  # noqa: S311


def test_event_records_come_back_as_they_were_from_their_moment_on(stores: Stores) -> None:
    records = [{"n": n, "text": 'é\n"x"', "none": None, "list": [1.5, True]} for n in range(3)]
    stores.ledger.record(NOON, "b1", lines(*records))
    stores.ledger.record(NOON + timedelta(minutes=30), "b2", lines({"n": 9}))

    assert records_at(stores, NOON) == [*records, {"n": 9}]
    assert records_at(stores, NOON + timedelta(seconds=1)) == [{"n": 9}]
    assert records_at(stores, NOON - timedelta(minutes=30)) == [*records, {"n": 9}]
    assert records_at(stores, NOON - timedelta(days=1)) == []


def test_a_batch_that_is_recorded_twice_at_the_same_moment_is_there_once(stores: Stores) -> None:
    for _ in range(2):
        stores.ledger.record(NOON, "b1", lines({"n": 1}))

    assert records_at(stores, NOON) == [{"n": 1}]


def test_records_that_do_not_fit_into_one_item_take_several(stores: Stores) -> None:
    records = [{"n": n, "text": noise(40_000, n)} for n in range(20)]

    stores.ledger.record(NOON, "b1", lines(*records))

    assert records_at(stores, NOON) == records


@pytest.mark.parametrize("listed", ["runs", "waits"])
def test_a_list_of_nothing_is_empty(stores: Stores, listed: str) -> None:
    pages: Callable[[int, None], Page[Any]] = getattr(stores.ledger, listed)

    assert pages(10, None) == Page([], None)
    assert stores.ledger.history("case", "cas_9", 10, None) == Page([], None)


def test_what_is_put_aside_can_be_found_by_its_day_with_the_reason(aws: Aws) -> None:
    """R7; there is no port to read it: people look at the table (docs/why-nothing-happened.md)."""
    record = {"dynamodb": {"NewImage": {"body": {"S": "é{"}}}}

    for _ in range(2):
        aws.ledger.quarantine(NOON, "seq-1", record, "ValueError('no JSON')")

    key = typed({"pk": "QUARANTINE#2026-11-22", "sk": "seq-1"})
    item = plain(aws.dynamo.get_item(TableName=aws.named("Ledger"), Key=key)["Item"])
    assert item["reason"] == "ValueError('no JSON')"
    assert list(decompressed(item["record"])) == [record]


def test_armed_waits_are_found_by_recipe_and_by_case(stores: Stores) -> None:
    for number in range(7):
        named = {"recipe_id": f"rec_{number % 2}", "case_id": f"cas_{number % 3}"}
        move(stores, None, a_wait(wait_id=f"wait_{number}", due_at=NOON + timedelta(hours=number), **named))

    def found(**named: str) -> list[str]:
        waits: list[Wait] = walked(lambda cursor: stores.ledger.waits(2, cursor, **named))
        return [wait.wait_id for wait in waits]

    assert found(recipe_id="rec_1") == ["wait_1", "wait_3", "wait_5"]
    assert found(case_id="cas_0") == ["wait_0", "wait_3", "wait_6"]
    assert found(case_id="cas_0", recipe_id="rec_0") == ["wait_0", "wait_6"]
    assert found(recipe_id="rec_9") == []


def test_what_was_put_aside_is_listed_the_newest_day_first(stores: Stores) -> None:
    """R7"""
    for number in range(5):
        at = NOON - timedelta(days=number // 2)
        stores.ledger.quarantine(at, f"seq_{number}", {"number": number, "text": "é"}, f"reason {number}")

    found: list[Quarantined] = walked(lambda cursor: stores.ledger.quarantined(2, cursor))

    assert [each.id for each in found] == ["seq_1", "seq_0", "seq_3", "seq_2", "seq_4"]
    assert found[0] == Quarantined("seq_1", "2026-11-22", "reason 1", {"number": 1, "text": "é"})


def test_lists_go_on_where_dynamodb_ends_a_query_at_a_megabyte(stores: Stores) -> None:
    """R7, row 124: few are asked for at once, and they are large."""
    for number in range(20):
        big = noise(80_000, number)
        stores.ledger.quarantine(NOON, f"seq_{number:02d}", {"text": big}, "why")
        stores.ledger.add_lines([a_line(f"2026-11-22T12:00:{number:02d}.000Z#x", detail={"text": big})])
        occurrence = an_occurrence(id=str(number), actor=NORA.model_copy(update={"name": big}))
        stores.ledger.start(a_run(f"run_{number:02d}", occurrence=occurrence))

    put_aside: list[Quarantined] = walked(lambda cursor: stores.ledger.quarantined(18, cursor))
    told: list[HistoryEntry] = walked(lambda cursor: stores.ledger.history("case", "cas_1", 18, cursor))
    runs: list[Run] = walked(lambda cursor: stores.ledger.runs(18, cursor))

    newest_first = [f"{number:02d}" for number in reversed(range(20))]
    assert [each.id[-2:] for each in put_aside] == newest_first
    assert [each.id[17:19] for each in told] == newest_first
    assert [each.run_id[-2:] for each in runs] == newest_first


def test_what_has_expired_takes_no_place_in_a_page_r20(aws: Aws) -> None:
    """DynamoDB takes its time to delete it: a history may begin again behind it."""
    old = [a_line(f"2026-11-22T12:00:{second:02d}.000Z#x") for second in range(4)]
    kept = [a_line(f"2026-11-22T11:00:{second:02d}.000Z#x") for second in range(4)]
    DynamoLedger(aws.dynamo, aws.named("Ledger"), 0).add_lines(old)
    aws.ledger.add_lines(kept)

    found: list[HistoryEntry] = walked(lambda cursor: aws.ledger.history("case", "cas_1", 2, cursor))

    assert found == [line.entry for line in reversed(kept)]


def test_the_records_of_a_span_of_time_are_found(stores: Stores) -> None:
    for minutes in range(0, 150, 10):
        stores.ledger.record(
            NOON + timedelta(minutes=minutes), f"batch {minutes}", lines({"minutes": minutes})
        )

    def found(since: int, until: int) -> list[int]:
        span = NOON + timedelta(minutes=since), NOON + timedelta(minutes=until)
        return [record["minutes"] for record in stores.ledger.records_between(*span)]

    assert found(0, 200) == list(range(0, 150, 10))
    assert found(50, 130) == list(range(50, 130, 10))
    assert found(1, 9) == []


FORGED = ["soon", "2026-11-22", "#", "99999-01-01T00:00:00.000Z#run_1", "0000-01-01T00:00:00.000Z#x", "é"]


@pytest.mark.parametrize("cursor", FORGED)
def test_a_cursor_of_runs_that_begins_with_no_moment_is_refused_r17(stores: Stores, cursor: str) -> None:
    with pytest.raises(InvalidInput):
        stores.ledger.runs(10, cursor)


@pytest.mark.parametrize("cursor", [*FORGED, "2026-11-22#", "2026-02-30#1", "22 November#1"])
def test_a_cursor_of_what_was_put_aside_that_names_no_day_is_refused_r17(stores: Stores, cursor: str) -> None:
    with pytest.raises(InvalidInput):
        stores.ledger.quarantined(10, cursor)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_cursor_of_a_day_that_nothing_is_from_finds_what_comes_after_it_r17(
    stores: Stores, day: str
) -> None:
    stores.ledger.start(a_run())
    stores.ledger.quarantine(NOON, "1", {}, "why")
    there = day > "2026"

    assert len(stores.ledger.runs(10, f"{day}T00:00:00.000Z#x").data) == there
    assert len(stores.ledger.quarantined(10, f"{day}#x").data) == there


@pytest.mark.parametrize("cursor", ["x", "MENTION", "CASE#2", "é"])
def test_a_cursor_that_is_of_another_list_of_links_is_refused_r17(stores: Stores, cursor: str) -> None:
    """DynamoDB goes on after nothing that its condition excludes."""
    with pytest.raises(InvalidInput):
        stores.inbox.mentions_of_case("cas_1", 10, cursor)
    with pytest.raises(InvalidInput):
        stores.inbox.cases_of_contacts(["con_1"], 10, cursor.replace("CASE", "MENTION"))


def test_a_cursor_of_a_history_that_no_line_can_have_is_refused_r17(stores: Stores) -> None:
    with pytest.raises(InvalidInput):
        stores.ledger.history("case", "cas_1", 10, "x" * 1020)


def test_it_is_known_which_runs_have_begun(stores: Stores) -> None:
    """R1: by recipe and occurrence, whatever the version."""
    stores.ledger.start(a_run("run_1", occurrence=an_occurrence(id="one")))

    begun = stores.ledger.begun([("rec_1", "one"), ("rec_2", "one"), ("rec_1", "three")])

    assert begun == {("rec_1", "one")}
    assert stores.ledger.begun([]) == set()


def test_it_is_known_of_hundreds_which_have_begun(stores: Stores) -> None:
    """R1: DynamoDB gives a hundred at once."""
    stores.ledger.start(a_run("run_1", occurrence=an_occurrence(id="one")))
    others = [("rec_1", f"other {number}") for number in range(150)]

    assert stores.ledger.begun([*others, ("rec_1", "one")]) == {("rec_1", "one")}


def test_of_many_acts_for_a_contact_the_latest_are_read(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """A6"""
    monkeypatch.setattr(dynamo_ledger, "MOST_READ", 2)
    before = CASE
    aws.inbox.commit(Transaction(actor=NORA, at=NOON, writes=(Write(None, CASE),)))
    for minutes, user in enumerate(("ada", "bea", "cem", "dan")):
        after = changed(before, assignment=Assignment(users=(user,)))
        at = NOON + timedelta(minutes=minutes)
        aws.inbox.commit(Transaction(actor=NORA, at=at, writes=(Write(before, after),)))
        before = after

    found = aws.ledger.handled([CASE.contact_ids[0]], NOON, NOON + timedelta(hours=1))

    assert [hand.id for act in found for hand in act.hands] == ["dan", "cem"]


def test_the_sweeper_notes_how_far_it_has_come(stores: Stores) -> None:
    assert stores.ledger.swept_until() is None
    for minutes in (0, 5):
        stores.ledger.sweep_done(NOON + timedelta(minutes=minutes))

    assert stores.ledger.swept_until() == NOON + timedelta(minutes=5)
