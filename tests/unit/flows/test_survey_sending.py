"""Surveys from the recipe to the answer, over in-memory ports (rows 88, 89, 98; A26, A37, A38)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from inbox_recipes.errors import Conflict, NotFound
from inbox_recipes.feedback import shares
from inbox_recipes.flows.erase import ask as erase
from inbox_recipes.flows.outbox import edit, send_again, settle
from inbox_recipes.flows.survey_answers import Counter
from inbox_recipes.outbox import Decision, OutboxPatch, Settlement
from inbox_recipes.replay import replay, state_of
from tests.builders import NORA, a_private
from tests.fakes import Crash, CrashAt, World
from tests.fakes.surveys import SURVEY_KEY
from tests.replies import only, sent_texts, told, written
from tests.surveying import NPS, RESPONSES, ask, click, lines, send, sending, surveying

TO_RESOLVED = {"type": "case_status_changed", "to": "resolved"}
SURVEYS = sending(send("csat"))


def by_link(world: World) -> Counter:
    return Counter(world.inbox, world.surveys, lambda: [SURVEY_KEY])


def test_csat_goes_out_with_a_button_for_each_score_and_a_click_answers_it(now: datetime) -> None:
    """Row 88: Messenger's quick replies."""
    world = surveying(now, SURVEYS)
    ask(world)

    item = only(world)
    sent = world.platforms.facebook.messages[item.native_id or ""]
    assert sent.text == "Dear Ana,\n\nHappy?"
    assert [title for title, _ in sent.buttons] == ["1", "2", "3", "4", "5"]
    assert item.purpose is not None
    assert item.purpose.type == "survey"
    assert [each.title for each in world.mention(item.sent_as or "").buttons] == ["1", "2", "3", "4", "5"]
    [survey] = world.case().feedback.surveys
    assert (survey.kind, survey.score, survey.sent_at) == ("csat", None, now)

    world.now += timedelta(minutes=3)
    answer = click(world, "4")
    world.settle()

    case = world.case()
    assert (case.feedback.csat, case.fence, case.status) == (4, 1, "unresolved")
    assert (world.mention(answer).status, world.mention(answer).case_id) == ("done", case.id)
    assert lines(world, None, "survey_asked", "survey_answered") == [
        ("survey_asked", "done"), ("survey_answered", "done"),
    ]  # fmt: skip
    assert replay(world.case_history()) == (state_of(case), case.revision)
    assert replay(world.mention_history(answer)) == (state_of(world.mention(answer)), 1)


def test_nps_goes_out_as_a_link_where_there_are_no_buttons_and_the_page_answers_it(now: datetime) -> None:
    """Row 89: X."""
    world = surveying(now, sending(send("nps")))
    ask(world, service="twitter")

    [text] = sent_texts(world, "twitter")
    question, _, link = text.partition("\n\n")
    assert (question, link.startswith("https://care.example/surveys/")) == ("Would you recommend us?", True)
    assert only(world).buttons == ()
    counter, token = by_link(world), link.rsplit("/", 1)[1]
    assert counter.opened(token, now)[2].question == "Would you recommend us?"

    counter.answer(token, 9, "Good", world.now)
    world.settle()

    assert world.case().feedback.nps == 9
    assert world.case().feedback.surveys[0].comment == "Good"
    assert replay(world.case_history()) == (state_of(world.case()), world.case().revision)


def test_a_case_gets_one_survey_of_a_kind_whoever_asks(now: datetime) -> None:
    """A37: a second one is skipped and told, also by another recipe or with another response."""
    other = RESPONSES["csat"].model_copy(update={"name": "Another"})
    world = surveying(
        now, SURVEYS, sending(send("csat", "other"), send("nps"), recipe_id="rec_2"),
        responses={**RESPONSES, "other": other},
    )  # fmt: skip
    first = ask(world)

    assert [each.kind for each in world.case().feedback.surveys] == ["csat", "nps"]
    skipped = [reason for outcome, reason in told(world, first, "send_private_reply") if outcome == "skipped"]
    assert skipped == ["this case got its CSAT survey on 2026-11-22T12:00:00.000Z"]
    assert len(sent_texts(world)) == 2

    world.now += timedelta(hours=30)
    ask(world, "Hello again")
    assert len(sent_texts(world)) == 2


def test_a_redelivered_answer_counts_once(now: datetime) -> None:
    world = surveying(now, SURVEYS)
    ask(world)
    click(world, "2")
    [mention_id] = [each for each in world.store.mentions if world.mention(each).clicked_buttons]
    mention = world.mention(mention_id)
    again = a_private(
        mention.id, "2", source__service="facebook", author__id=mention.author.id,
        clicked_buttons=[each.model_dump() for each in mention.clicked_buttons],
    )  # fmt: skip

    [done] = world.take_in(again)

    assert done.result == "duplicate"
    assert lines(world, None, "survey_answered") == [("survey_answered", "done")]


def test_a_resolved_case_is_surveyed_and_answered_and_stays_resolved(now: datetime) -> None:
    """The usual use: ask when all is done. Nothing is opened by the answer (A26; domain 1.3, rule 5)."""
    world = surveying(now, sending(send("csat"), trigger=TO_RESOLVED))
    ask(world)
    world.patch_case(status="resolved")
    world.settle()
    world.now += timedelta(hours=2)

    click(world, "5")
    world.settle()

    case = world.case()
    assert (case.status, case.feedback.csat) == ("resolved", 5)


def test_a_typed_score_answers_until_an_agent_writes(now: datetime) -> None:
    world = surveying(now, SURVEYS)
    ask(world)
    world.now += timedelta(hours=1)
    ask(world, "3")
    assert (world.case().feedback.csat, world.case().feedback.surveys[0].answered_by) == (3, "message")
    assert world.case().fence == 1


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"responses": {}}, "there is no csat 'csat' any more"),
        ({"responses": {"csat": RESPONSES["nps"]}}, "there is no csat 'csat' any more"),
        (
            {"responses": {"csat": RESPONSES["csat"].model_copy(update={"for_tags": ("vip", "VIP2")})}},
            "'Satisfied?' is only for what is tagged vip or VIP2",
        ),
    ],
)
def test_a_survey_that_is_not_for_this_case_is_skipped_and_told(
    changed: dict[str, Any], reason: str, now: datetime
) -> None:
    world = surveying(now, SURVEYS, **changed)

    assert told(world, ask(world), "send_private_reply") == [("skipped", reason)]
    assert sent_texts(world) == []
    assert world.case().feedback.surveys == ()


def test_mail_has_no_private_messages_so_nothing_is_asked(now: datetime) -> None:
    """A38."""
    world = surveying(now, SURVEYS)

    unique_id = ask(world, service="email")

    assert told(world, unique_id, "send_private_reply") == [("skipped", "email has no private messages")]


def test_a_prepared_message_goes_out_with_its_buttons_and_its_values(now: datetime) -> None:
    """Row 87; A28."""
    world = surveying(now, sending(send("message", "thanks")))
    ask(world)

    item = only(world)
    assert (item.text, [each.title for each in item.buttons]) == ("Bye, Ana!", ["Bye"])
    click(world, "Bye")
    assert world.case().fence == 2


def test_a_value_that_looks_like_a_variable_is_not_read_again(now: datetime) -> None:
    """R19."""
    content = NPS["content"] | {"question": "About [mention.content]?"}  # type: ignore[operator]
    asks = RESPONSES["nps"].model_validate(NPS | {"content": content})
    world = surveying(now, sending(send("nps")), responses={"nps": asks})
    ask(world, "[author.id] [case.id]")

    assert sent_texts(world) == ["About [author.id] [case.id]?"]


def test_who_is_erased_leaves_the_score_and_nothing_that_was_said(now: datetime) -> None:
    """R20: the question named the customer, the comment is the customer's; the link leads nowhere."""
    world = surveying(now, sending(send("csat")))
    ask(world, service="twitter")
    token = sent_texts(world, "twitter")[0].rsplit("/", 1)[1]
    by_link(world).answer(token, 2, "Ana was here", now)
    world.now += timedelta(minutes=1)

    contact_id = world.case().contact_id or ""
    erase(contact_id, NORA, world.inbox, world.personal_data, world.queue, world.now)
    world.pass_time(hours=1)

    [kept] = world.store.surveys.values()
    left = f"{world.store.surveys} {world.store.wordings} {world.case()} {world.case_history()}"
    assert "Ana" not in left
    assert (world.case().feedback.csat, kept.survey.score) == (2, 2)
    with pytest.raises(NotFound):
        by_link(world).opened(token, world.now)
    assert replay(world.case_history()) == (state_of(world.case()), world.case().revision)


def test_a_crash_at_any_moment_leaves_one_survey_sent_once(now: datetime) -> None:
    """R3, A37: each call of each port, before, within and after."""
    moments = 0
    for nth in range(1, 400):
        world = surveying(now, SURVEYS)
        watch, crashed, unique_id = CrashAt(nth), 0, written(world)
        for step in (world.evaluate, world.work, world.evaluate, world.work):
            try:
                step(watch=watch)
            except Crash:
                crashed += 1
                step()
        world.pass_time(hours=2)
        if not crashed:
            break
        moments += 1
        assert len(sent_texts(world)) <= 1, watch.at
        assert len(world.case().feedback.surveys) == 1, watch.at
        outcomes = [outcome for outcome, _ in told(world, unique_id, "send_private_reply")]
        assert outcomes in (["done"], ["unknown"], ["unknown", "done"]), (watch.at, outcomes)
    assert moments > 30


def test_a_survey_that_surely_was_not_sent_may_be_asked_again(now: datetime) -> None:
    """A37: a case has had its survey when the customer has, or may have."""
    world = given_up(now)

    [survey] = world.case().feedback.surveys
    [beside] = world.surveys.asked_between(now, now + timedelta(days=1))
    assert beside.survey == survey
    assert shares("csat", [survey]).asked == 0

    world.now += timedelta(minutes=5)
    world.patch_case(status="resolved")
    world.settle()

    [survey] = world.case().feedback.surveys
    assert (survey.not_sent_at, survey.asked_at) == (None, world.now)
    assert sent_texts(world) == ["Dear Ana,\n\nHappy?"]
    assert lines(world, None, "survey_asked", "survey_not_sent") == [
        ("survey_asked", "done"), ("survey_not_sent", "done"), ("survey_asked", "done"),
    ]  # fmt: skip
    click(world, "5")
    assert world.case().feedback.csat == 5
    assert replay(world.case_history()) == (state_of(world.case()), world.case().revision)


def test_a_survey_of_which_nobody_knows_whether_it_was_sent_is_not_asked_again(now: datetime) -> None:
    world = surveying(now, SURVEYS)
    world.platforms.facebook.failures.append("silence")
    ask(world)

    [survey] = world.case().feedback.surveys
    assert (only(world).state, survey.not_sent_at) == ("unknown", None)

    settle(only(world).id, Settlement(sent=False), world.desk())

    assert world.case().feedback.surveys[0].not_sent_at == world.now
    assert replay(world.case_history()) == (state_of(world.case()), world.case().revision)


def test_a_survey_that_a_person_has_sent_again_is_had(now: datetime) -> None:
    world = given_up(now)

    world.now += timedelta(minutes=1)
    send_again(only(world).id, Decision(), world.desk())
    world.settle()

    [survey] = world.case().feedback.surveys
    assert (only(world).state, survey.not_sent_at, survey.sent_at) == ("sent", None, world.now)
    [beside] = world.surveys.asked_between(now, now + timedelta(days=1))
    assert shares("csat", [beside.survey]).asked == 1
    assert lines(world, None, "survey_asked", "survey_not_sent") == [
        ("survey_asked", "done"), ("survey_not_sent", "done"), ("survey_asked", "done"),
    ]  # fmt: skip
    assert replay(world.case_history()) == (state_of(world.case()), world.case().revision)


def test_a_survey_that_was_sent_again_and_is_unknown_is_not_asked_by_another(now: datetime) -> None:
    """A37: the customer may have it."""
    world = given_up(now)
    world.platforms.facebook.failures.append("silence")
    send_again(only(world).id, Decision(), world.desk())
    world.settle()

    world.now += timedelta(minutes=5)
    world.patch_case(status="resolved")
    world.settle()

    assert (only(world).state, world.case().feedback.surveys[0].not_sent_at) == ("unknown", None)
    assert sent_texts(world) == []


def test_a_survey_that_another_message_has_asked_since_is_not_sent_again(now: datetime) -> None:
    """A37."""
    world = given_up(now)
    first = only(world)
    world.now += timedelta(minutes=5)
    world.patch_case(status="resolved")
    world.settle()

    with pytest.raises(Conflict, match="asked again on"):
        send_again(first.id, Decision(), world.desk())

    assert len(sent_texts(world)) == 1


def test_a_survey_that_was_given_up_is_given_up_once(now: datetime) -> None:
    world = given_up(now)

    edit(only(world).id, OutboxPatch(comment="Another try?"), world.desk())

    assert lines(world, None, "survey_not_sent") == [("survey_not_sent", "done")]


def given_up(now: datetime) -> World:
    """A survey that could not be sent, and another recipe that asks when the case is resolved."""
    world = surveying(now, SURVEYS, sending(send("csat"), recipe_id="rec_2", trigger=TO_RESOLVED))
    world.platforms.facebook.failures.append("deleted_post")
    ask(world)
    assert (only(world).state, world.case().feedback.surveys[0].not_sent_at) == ("failed", now)
    return world
