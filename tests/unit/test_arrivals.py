"""The six rules of automatic cases, and the roads back to unresolved (domain 1.3; A18, A26)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from inbox_recipes.arrivals import View, admit
from inbox_recipes.case_life import TITLE_LENGTH
from inbox_recipes.inbox import Case, IncomingMention, LastAction, Mention, Profile
from inbox_recipes.ports import Transaction
from tests.builders import TOPIC, a_case, a_mention, a_private, an_incoming, our_reply

IDLE = timedelta(days=28)


def a_view(case: Case | None = None) -> View:
    """A customer whose last message is 46283_1000, in the case if there is one."""
    mention = a_mention("1000", case_id=case.id if case else None)
    profile = Profile(
        service="facebook",
        author_id="u77",
        contact_id="con_1",
        case_id=case.id if case else None,
        revision=3,
    )
    cases = {case.id: case} if case else {}
    return View({mention.unique_id: mention}, cases, {("facebook", "u77"): profile})


def the_case(transaction: Transaction) -> Case | None:
    return next((w.after for w in transaction.writes if isinstance(w.after, Case)), None)


def the_mention(transaction: Transaction) -> Mention:
    return next(w.after for w in transaction.writes if isinstance(w.after, Mention))


def lines(transaction: Transaction, log: str = "case") -> list[tuple[str, str | None]]:
    return [(line.entry.type, line.entry.reason) for line in transaction.lines if line.log == log]


def test_a_public_message_enters_no_case(now: datetime) -> None:
    """Rule 1"""
    transaction = admit(an_incoming(), View(), now)

    mention = the_mention(transaction)
    arrived = LastAction(type="arrived", by="customer", by_id=mention.contact_id or "", at=now)
    assert mention == a_mention(contact_id=mention.contact_id, case_id=None, last_action=arrived)
    assert len(transaction.writes) == 1
    [(_, profile)] = transaction.profiles
    assert profile.case_id is None


def test_a_public_message_leaves_the_authors_case_alone(now: datetime) -> None:
    transaction = admit(an_incoming(), a_view(a_case()), now)

    assert the_case(transaction) is None
    assert transaction.profiles == ()


def test_the_first_private_message_of_an_author_opens_a_case(now: datetime) -> None:
    """Rule 2; A18: the case takes the topic of its first mention."""
    transaction = admit(a_private(project={"id": "9"}), View(), now)

    case = the_case(transaction)
    assert case
    assert (case.status, case.fence, case.topic.id, case.project and case.project.id) == (
        "unresolved", 1, TOPIC, "9",
    )  # fmt: skip
    assert (case.last_incoming_id, case.last_message_by, case.linked_case_id) == (
        "46283_1001",
        "customer",
        None,
    )
    [(known, profile)] = transaction.profiles
    assert (known, profile.case_id) == (None, case.id)
    assert lines(transaction) == [
        ("case_created", "a private conversation without an open case"),
        ("mention_added", None),
    ]
    assert lines(transaction, "mention") == [("arrived", None)]


@pytest.mark.parametrize(
    "other", [{"author__id": "u78"}, {"source__service": "twitter"}], ids=["author", "service"]
)
def test_another_author_gets_another_case(now: datetime, other: dict[str, str]) -> None:
    """Rule 2"""
    transaction = admit(a_private(**other), a_view(a_case()), now)

    case = the_case(transaction)
    assert case
    assert case.id != "cas_1"
    assert case.contact_id != "con_1"


@pytest.mark.parametrize("case", [None, a_case(), a_case(status="pending"), a_case(status="resolved")])
def test_without_the_cases_feature_nothing_opens_or_joins_a_case(now: datetime, case: Case | None) -> None:
    """A40: what is there stays as it is, and the customer's next message after the switch joins it."""
    view = a_view(case)
    view.cases_on = False

    transaction = admit(a_private(), view, now)

    assert the_case(transaction) is None
    assert (the_mention(transaction).case_id, the_mention(transaction).other_case_ids) == (None, ())
    assert lines(transaction) == []
    assert transaction.profiles == ()


def test_without_the_cases_feature_answers_stay_out_of_cases_too(now: datetime) -> None:
    """A40: a customer's answer in a case opened by hand, and an answer of ours that a platform tells."""
    view = a_view(a_case(manual=True))
    view.cases_on = False
    theirs = an_incoming(source__in_reply_to_message_id="1000")

    assert the_case(admit(theirs, view, now)) is None
    assert the_case(admit(our_reply("1002", to="1000"), view, now)) is None


@pytest.mark.parametrize("topic", [TOPIC, "7"])
def test_a_further_message_joins_the_open_case_also_from_another_topic(now: datetime, topic: str) -> None:
    """Rule 3; A18"""
    before = a_case(last_message_at=now - timedelta(days=1))

    transaction = admit(a_private(topic__id=topic), a_view(before), now)

    case = the_case(transaction)
    assert case
    assert (case.id, case.fence, case.revision, case.topic.id) == ("cas_1", 2, 2, TOPIC)
    assert (case.last_incoming_id, case.last_message_at) == (f"{topic}_1001", now)
    assert transaction.profiles == ()
    assert transaction.writes[1].before == before


@pytest.mark.parametrize(
    ("idle", "joins"),
    [(IDLE - timedelta(milliseconds=1), True), (IDLE, False), (IDLE * 2, False)],
)
def test_after_28_days_without_anything_new_the_next_message_opens_a_new_case(
    now: datetime, idle: timedelta, joins: bool
) -> None:
    """Rule 4"""
    transaction = admit(a_private(), a_view(a_case(last_message_at=now - idle)), now)

    case = the_case(transaction)
    assert case
    assert (case.id == "cas_1") is joins
    assert (case.linked_case_id == "cas_1") is not joins


def test_a_message_of_ours_keeps_a_case_from_growing_idle(now: datetime) -> None:
    """Rule 4: nothing was *added*, by whomever."""
    ours = admit(our_reply("1001", to="1000"), a_view(a_case(last_message_at=now - IDLE)), now)
    case = the_case(ours)
    assert case

    later = admit(a_private("1002"), a_view(case), now + timedelta(days=27))

    joined = the_case(later)
    assert joined
    assert joined.id == "cas_1"


def test_a_resolved_case_receives_nothing_and_the_new_one_is_linked_to_it(now: datetime) -> None:
    """Rule 5; A26"""
    view = a_view(a_case(status="resolved"))

    transaction = admit(a_private(), view, now)

    case = the_case(transaction)
    assert case
    assert (case.id == "cas_1", case.linked_case_id, case.status) == (False, "cas_1", "unresolved")
    [(_, profile)] = transaction.profiles
    assert (profile.case_id, profile.revision) == (case.id, 4)
    assert [write.before for write in transaction.writes] == [None, None]


def test_a_pending_case_goes_back_to_unresolved_and_says_why(now: datetime) -> None:
    """A26, row 99"""
    transaction = admit(a_private(), a_view(a_case(status="pending")), now)

    case = the_case(transaction)
    assert case
    assert (case.id, case.status) == ("cas_1", "unresolved")
    assert lines(transaction) == [("mention_added", None), ("status_changed", "the customer wrote again")]
    assert transaction.lines[-1].entry.detail == {"status": "unresolved", "previous": "pending"}
    assert transaction.actor.kind == "customer"


def test_our_reply_joins_the_case_of_what_it_answers_and_changes_no_status(now: datetime) -> None:
    """Rule 6"""
    before = a_case(status="pending", last_incoming_id="46283_1000", fence=4)

    transaction = admit(our_reply("1001", to="1000"), a_view(before), now)

    case = the_case(transaction)
    assert case
    assert (case.status, case.fence, case.last_message_by, case.last_reply_at) == ("pending", 4, "us", now)
    assert (case.last_mention_id, case.last_incoming_id) == ("46283_1001", "46283_1000")
    assert the_mention(transaction).case_id == case.id
    assert (transaction.actor.kind, transaction.profiles) == ("agent", ())


@pytest.mark.parametrize(
    ("reply", "case"),
    [
        (our_reply("1001", to="1000"), a_case(status="resolved")),
        (our_reply("1001", to="999"), a_case()),
        (an_incoming(author__managed=True), a_case()),
    ],
    ids=["resolved", "answers nothing known", "answers nothing"],
)
def test_a_message_of_ours_without_an_open_case_is_kept_beside_it(
    now: datetime, reply: IncomingMention, case: Case
) -> None:
    transaction = admit(reply, a_view(case), now)

    mention = the_mention(transaction)
    assert (mention.status, mention.case_id, the_case(transaction)) == ("sent", None, None)
    assert lines(transaction) == []


def test_the_profile_of_somebody_known_is_not_written_for_nothing(now: datetime) -> None:
    assert admit(an_incoming(), a_view(), now).profiles == ()


@pytest.mark.parametrize(
    ("changed", "title"),
    [
        ({"message__title": "Invoice 12"}, "Invoice 12"),
        ({"text": "two\n lines   and spaces"}, "two lines and spaces"),
        ({"text": "x" * TITLE_LENGTH}, "x" * TITLE_LENGTH),
        ({"text": "x" * (TITLE_LENGTH + 1)}, "x" * (TITLE_LENGTH - 1) + "…"),
        ({"text": ""}, ""),
    ],
)
def test_a_case_is_called_what_its_first_message_says(
    now: datetime, changed: dict[str, str], title: str
) -> None:
    case = the_case(admit(a_private(**changed), View(), now))

    assert case
    assert case.title == title


def test_what_was_posted_is_kept_as_it_was(now: datetime) -> None:
    incoming = a_private(tags=["vip"], location={"country": "FR"}, message__language="fr")

    mention = the_mention(admit(incoming, View(), now))

    kept = {name: getattr(mention, name) for name in IncomingMention.model_fields if name != "date"}
    assert kept == {name: getattr(incoming, name) for name in kept}
    assert (mention.date.published, mention.date.added) == (incoming.date.published, now)


@pytest.mark.parametrize(
    ("posted", "name", "email"),
    [
        ({}, "customer77", None),
        ({"author__fullname": "Customer 77"}, "Customer 77", None),
        ({"author__name": None}, None, None),
        ({"source__service": "email", "author__id": "ada@x.example"}, "customer77", "ada@x.example"),
        ({"source__service": "email"}, "customer77", None),
    ],
)
def test_a_first_message_makes_the_contact_known(
    posted: dict[str, Any], name: str | None, email: str | None, now: datetime
) -> None:
    first = admit(an_incoming(**posted), View(), now)

    [(_, contact)] = first.contacts
    assert (contact.name, contact.email) == (name, email)
    [(_, profile)] = first.profiles
    assert contact.id == profile.contact_id
    assert [(each.service, each.id) for each in contact.socialprofiles] == [
        (profile.service, profile.author_id)
    ]
    later = View(profiles={(profile.service, profile.author_id): profile})
    assert admit(an_incoming("1002", **posted), later, now).contacts == ()


def test_a_message_of_ours_makes_no_contact(now: datetime) -> None:
    assert admit(our_reply("900", to="1001"), View(), now).contacts == ()


def test_a_case_says_what_was_last_done_to_it(now: datetime) -> None:
    opened = the_case(admit(a_private(), View(), now))

    assert opened is not None
    assert opened.last_action is not None
    assert (opened.last_action.type, opened.last_action.by) == ("case_created", "customer")
