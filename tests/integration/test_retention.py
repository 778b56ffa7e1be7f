"""What has expired is not served, though DynamoDB has not yet taken it away (R20)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any

import pytest
import time_machine

from inbox_recipes.adapters.attribute_values import plain
from inbox_recipes.adapters.dynamo_inbox import DynamoInbox
from inbox_recipes.adapters.dynamo_moderations import DynamoModerations
from inbox_recipes.adapters.dynamo_outbox import DynamoOutbox
from inbox_recipes.adapters.dynamo_surveys import DynamoSurveys
from inbox_recipes.adapters.items import to_change
from inbox_recipes.endpoints import Endpoint
from inbox_recipes.errors import NotFound, Stale
from inbox_recipes.inbox import Assignment, Case, Mention
from inbox_recipes.ports import Transaction, Write
from tests.builders import NOON, NORA, TOPIC, a_private, an_outbox_item
from tests.builders import a_case as built_case
from tests.integration.aws import DELIVERY_DAYS, KEPT_DAYS, RAW_DAYS, Aws, pretended_aws
from tests.integration.contracts.test_deliveries_contract import REQUEST, a_delivery, an_attempt
from tests.integration.contracts.test_inbox_contract import a_wait
from tests.integration.contracts.test_ledger_contract import a_line, a_run
from tests.integration.contracts.test_moderations_contract import an_act
from tests.integration.contracts.test_surveys_contract import Both, ask
from tests.integration.contracts.test_whole_stories import OnMoto

MENTION = f"{TOPIC}_1"


@pytest.fixture
def aws() -> Iterator[Aws]:
    with pretended_aws() as aws:
        yield aws


def after(days: float) -> Any:
    return time_machine.travel(NOON + timedelta(days=days), tick=False)


def a_case(aws: Aws) -> tuple[Mention, Case]:
    world = OnMoto(aws)
    with after(0):
        world.take_in(a_private("1"))
        [mention] = aws.inbox.mentions([MENTION]).values()
        [case] = aws.inbox.cases([mention.case_id or ""]).values()
    return mention, case


@pytest.mark.parametrize(("days", "kept"), [(KEPT_DAYS - 0.01, True), (KEPT_DAYS, False)])
def test_mentions_and_cases_are_served_until_they_expire(aws: Aws, days: float, kept: bool) -> None:
    mention, case = a_case(aws)

    with after(days):
        assert bool(aws.inbox.mentions([MENTION])) == kept
        assert bool(aws.inbox.cases([case.id])) == kept
        assert bool(aws.inbox.list_mentions([TOPIC], 10, None).data) == kept
        assert bool(aws.inbox.list_cases([TOPIC], 10, None).data) == kept
        assert bool(aws.inbox.mentions_of_case(case.id, 10, None).data) == kept
        owner = mention.contact_id or ""
        assert bool(aws.inbox.cases_of_contacts([owner], 10, None).data) == kept
        assert bool(aws.inbox.mentions_of_contacts([owner], 10, None).data) == kept
        assert bool(aws.inbox.arrivals([TOPIC], NOON, NOON + timedelta(hours=1))) == kept


def test_a_case_lives_on_with_each_change_and_its_contact_stays(aws: Aws) -> None:
    mention, case = a_case(aws)
    world = OnMoto(aws)
    with after(20):
        world.now = NOON + timedelta(days=20)
        world.take_in(a_private("2"))

    with after(KEPT_DAYS + 1):
        assert aws.inbox.cases([case.id])
        assert aws.inbox.mentions([MENTION]) == {}
        assert [each.id for each in aws.inbox.mentions_of_case(case.id, 10, None).data] == ["2"]
        assert aws.inbox.contacts([mention.contact_id or ""])


def ends(aws: Aws, *, of_links: bool) -> list[int | None]:
    """When the cases expire, or the marks that they are their contacts', in the order of their contacts."""
    found = aws.dynamo.scan(TableName=aws.named("Inbox"))["Items"]
    items = sorted(map(plain, found), key=itemgetter("pk"))
    start = "CONTACT#" if of_links else "CASE#"
    kept = [each for each in items if each["pk"].startswith(start) and "case_id" in each]
    cases = [each for each in items if each.get("entity") == "case"]
    return [each.get("expires_at") for each in (kept if of_links else cases)]


def how_long_after(aws: Aws) -> int:
    """Seconds from the end of the only case to that of the mark that it is its contact's."""
    [case_ends], [link_ends] = ends(aws, of_links=False), ends(aws, of_links=True)
    return (link_ends or 0) - (case_ends or 0)


DAY = 86_400


@pytest.mark.parametrize("changed_after", [0.2, 1, 20])
def test_what_leads_from_a_contact_to_its_case_goes_with_the_case(aws: Aws, changed_after: float) -> None:
    """R20: it ends within a day after the case, however often that changes, and never before it."""
    a_case(aws)
    first = how_long_after(aws)
    world = OnMoto(aws)
    with after(changed_after):
        world.now = NOON + timedelta(days=changed_after)
        world.take_in(a_private("2"))

    assert 0 <= first <= DAY
    assert 0 <= how_long_after(aws) <= DAY


def test_what_leads_to_a_case_with_many_contacts_stays(aws: Aws) -> None:
    """All of them would have to be written with each change, and a transaction has an end."""
    case = case_of_many(2)
    for many, kept in ((3, None), (2, True)):
        before, case = case, case_of_many(many, revision=case.revision + 1)
        if many == 3:
            aws.inbox.commit(Transaction(actor=NORA, at=NOON, writes=(Write(None, before),)))
            assert all(ends(aws, of_links=True))
        aws.inbox.commit(Transaction(actor=NORA, at=NOON, writes=(Write(before, case),)))
        found = ends(aws, of_links=True)
        assert len(found) == many
        assert all(each is None for each in found) if kept is None else all(found)


def case_of_many(contacts: int, **changed: Any) -> Case:
    others = tuple(f"con_{number}" for number in range(1, contacts))
    return built_case(contact_id="con_0", other_contact_ids=others, manual=True, **changed)


def test_at_zero_days_mentions_and_cases_stay(aws: Aws) -> None:
    world = OnMoto(aws)
    tables = (aws.named("Inbox"), aws.named("Ledger"))
    world.inbox = DynamoInbox(aws.dynamo, *tables, KEPT_DAYS, 0)  # type: ignore[assignment]
    world.take_in(a_private("1"))

    with after(5000):
        assert aws.inbox.mentions([MENTION])
    assert ends(aws, of_links=True) == [None]


def test_a_mention_that_is_sent_again_while_it_expires_is_neither_lost_nor_an_error(aws: Aws) -> None:
    """R2: it is still there for the condition, and a repeat."""
    a_case(aws)
    world = OnMoto(aws)
    with after(KEPT_DAYS + 1):
        world.now = NOON + timedelta(days=KEPT_DAYS + 1)
        [again] = world.take_in(a_private("1"))

    assert again.result == "duplicate"


def test_histories_runs_and_waits_are_served_until_they_expire(aws: Aws) -> None:
    with after(0):
        aws.ledger.add_lines([a_line("1")])
        aws.ledger.start(a_run())
        aws.ledger.record(NOON, "b", ['{"n": 1}'])
    for days, kept in ((KEPT_DAYS - 0.01, True), (KEPT_DAYS, False)):
        with after(days):
            assert bool(aws.ledger.history("case", "cas_1", 10, None).data) == kept
            assert (aws.ledger.run("run_1") is not None) == kept
            assert bool(list(aws.ledger.records(NOON))) == kept


def test_a_case_that_takes_the_place_of_one_that_has_expired_is_a_new_one(aws: Aws) -> None:
    """R20: its first message may have been deleted before it, and comes again."""
    mention, case = a_case(aws)
    key = {"pk": {"S": f"MENTION#{MENTION}"}, "sk": {"S": "STATE"}}
    aws.dynamo.delete_item(TableName=aws.named("Inbox"), Key=key)
    world = OnMoto(aws)
    with after(KEPT_DAYS + 1):
        world.now = NOON + timedelta(days=KEPT_DAYS + 1)
        [again] = world.take_in(a_private("1"))
        [opened] = aws.inbox.cases([case.id]).values()

    assert again.result == "created"
    assert (opened.date.added, opened.revision) == (world.now, 1)
    assert [(each.before, each.after.revision) for each in aws.changes()[-2:]] == [(None, 1), (None, 1)]
    assert mention.case_id == case.id


def a_new_wait(aws: Aws) -> None:
    aws.inbox.commit(Transaction(actor=NORA, at=datetime.now(UTC), wait=(None, a_wait())))


def a_new_act(aws: Aws) -> None:
    at = datetime.now(UTC)
    aws.inbox.commit(Transaction(actor=NORA, at=at, moderation=(None, an_act(updated_at=at))))


def a_new_receiver(aws: Aws) -> None:
    aws.deliveries.save_endpoint(None, Endpoint(id="end_1", url="https://example.com/x"))


@pytest.mark.parametrize("write", [a_new_wait, a_new_act, a_new_receiver])
def test_something_new_takes_the_place_of_what_has_expired(aws: Aws, write: Callable[[Aws], None]) -> None:
    """R20: what nobody can read is not there for the condition of a write either.

    A wait of a recipe on a case, a receiver and an act on a platform have the same id when they come again.
    """
    with after(0):
        write(aws)
        with pytest.raises(Stale):
            write(aws)
    with after(KEPT_DAYS):
        write(aws)
        with pytest.raises(Stale):
            write(aws)


def test_a_delivery_takes_the_place_of_one_that_has_expired(aws: Aws) -> None:
    """R20"""
    with after(0):
        aws.deliveries.create(a_delivery(), REQUEST)
    with after(DELIVERY_DAYS):
        later = a_delivery(created_at=datetime.now(UTC))
        assert aws.deliveries.create(later, REQUEST) == later
        assert aws.deliveries.create(a_delivery(), REQUEST) == later


def test_what_was_put_aside_is_served_until_it_expires(aws: Aws) -> None:
    aws.ledger.quarantine(NOON, "1", {"raw": 1}, "why")
    for days, kept in ((RAW_DAYS - 0.01, True), (RAW_DAYS, False)):
        with after(days):
            assert bool(aws.ledger.quarantined(10, None).data) == kept


def test_deliveries_are_served_until_they_expire(aws: Aws) -> None:
    with after(0):
        made = aws.deliveries.create(a_delivery(), REQUEST)
        aws.deliveries.record(made, made.model_copy(update={"revision": 2}), an_attempt(1))
    for days, kept in ((DELIVERY_DAYS - 0.01, True), (DELIVERY_DAYS, False)):
        with after(days):
            assert (aws.deliveries.get("msg_1") is not None) == kept
            assert bool(aws.deliveries.attempts("msg_1")) == kept
            assert bool(aws.deliveries.listed(10, None).data) == kept
    with after(DELIVERY_DAYS), pytest.raises(NotFound):
        aws.deliveries.request("msg_1")


def test_what_expires_is_no_change_that_recipes_see(aws: Aws) -> None:
    """DynamoDB deletes it: a record without a new image, which the stream's filter leaves out."""
    a_case(aws)
    before = len(aws.changes())
    key = {"pk": {"S": f"MENTION#{MENTION}"}, "sk": {"S": "STATE"}}
    aws.dynamo.delete_item(TableName=aws.named("Inbox"), Key=key)

    assert len(aws.changes()) == before
    with pytest.raises(KeyError):
        to_change({"dynamodb": {"OldImage": {}, "Keys": key}})


def test_what_was_written_to_customers_is_served_until_it_expires(aws: Aws) -> None:
    outbox = DynamoOutbox(aws.dynamo, aws.named("Ledger"))
    with after(0):
        aws.inbox.commit(Transaction(actor=NORA, at=NOON, outbox=(None, an_outbox_item())))
    for days, kept in ((KEPT_DAYS - 0.01, True), (KEPT_DAYS, False)):
        with after(days):
            assert (outbox.get("out_1") is not None) == kept
            assert bool(outbox.listed(10, None).data) == kept


def test_acts_of_moderation_are_served_until_they_expire(aws: Aws) -> None:
    acts = DynamoModerations(aws.dynamo, aws.named("Ledger"))
    with after(0):
        aws.inbox.commit(Transaction(actor=NORA, at=NOON, moderation=(None, an_act())))
    for days, kept in ((KEPT_DAYS - 0.01, True), (KEPT_DAYS, False)):
        with after(days):
            assert (acts.get("mod_1") is not None) == kept
            assert bool(acts.overdue(NOON + timedelta(hours=1), 10)) == kept
            found = acts.listed(10, None, since=NOON - timedelta(days=1), until=NOON + timedelta(days=1))
            assert bool(found.data) == kept


def test_surveys_are_served_until_they_expire(aws: Aws) -> None:
    surveys = DynamoSurveys(aws.dynamo, aws.named("Ledger"))
    with after(0):
        [survey] = ask(Both(aws.inbox, surveys), 1, NOON).feedback.surveys
    for days, kept in ((KEPT_DAYS - 0.01, True), (KEPT_DAYS, False)):
        with after(days):
            assert (surveys.get(survey.id) is not None) == kept
            assert bool(list(surveys.asked_between(NOON, NOON + timedelta(hours=1)))) == kept


def test_what_waits_for_long_is_kept_from_its_end_on(aws: Aws) -> None:
    due = NOON + timedelta(days=300)
    acts = DynamoModerations(aws.dynamo, aws.named("Ledger"))
    wait, run = a_wait(due_at=due), a_run().waiting(due)
    aws.inbox.commit(Transaction(actor=NORA, at=NOON, wait=(None, wait), runs=(run,)))
    aws.inbox.commit(Transaction(actor=NORA, at=NOON, moderation=(None, an_act(due_at=due))))

    for days, kept in ((KEPT_DAYS + 299, True), (KEPT_DAYS + 300, False)):
        with after(days):
            assert bool(aws.ledger.wait("wait_1")) == kept
            assert bool(aws.ledger.run("run_1")) == kept
            assert bool(acts.get("mod_1")) == kept


def test_what_is_looked_back_at_for_a_week_is_kept_for_longer(aws: Aws) -> None:
    """A6, A9"""
    case = built_case()
    aws.inbox.commit(Transaction(actor=NORA, at=NOON, outbox=(None, an_outbox_item())))
    aws.inbox.commit(Transaction(actor=NORA, at=NOON, writes=(Write(None, case),)))
    given = case.model_copy(update={"assignment": Assignment(users=("omar",)), "revision": 2})
    aws.inbox.commit(Transaction(actor=NORA, at=NOON, writes=(Write(case, given),)))

    kept: dict[str, list[int]] = {"mark": [], "handled": []}
    for item in map(plain, aws.dynamo.scan(TableName=aws.named("Ledger"))["Items"]):
        kept.get(item["entity"], []).append(int(item["expires_at"]))

    week = (NOON + timedelta(days=7)).timestamp()
    assert all(kept.values())
    assert min(kept["mark"] + kept["handled"]) > week
