"""People are told of a receiver that fails: once before it is switched off, and once when it is (R13; R3)."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest

from inbox_recipes.account import Account, ReceiverNotices
from inbox_recipes.endpoints import Endpoint, after_failure
from inbox_recipes.errors import Permanent, Retryable, Unclear
from inbox_recipes.people import Team, User
from inbox_recipes.roles import Role
from tests.builders import a_recipe, a_rule_book, an_incoming, webhook
from tests.fakes import Crash, CrashAt, World

USERS = {
    "ada": User(name="Ada", email="ada@example.com", role="administrator"),
    "own": User(name="Own", email="own@example.com", role="lead"),
    "eve": User(name="Eve", email="eve@example.com", role="editor"),
    "tom": User(name="Tom", teams=("team_1",)),
    "lou": User(name="Lou", email="lou@example.com", teams=("team_1",)),
    "max": User(name="Max", email="max@example.com", role="administrator", disabled=True),
}
LEAD = {"lead": Role(name="Lead", permissions=("recipes.read", "recipes.write"))}


def a_world(now: datetime, *answers: int, users: dict[str, User] = USERS, **account: Any) -> World:
    recipes = (
        a_recipe(name="Refunds", actions=[webhook("IT channel")]),
        a_recipe(
            "rec_2", name="Elsewhere", mode="shadow", actions=[webhook("Other", url="https://example.org/x")]
        ),
    )
    book = a_rule_book(
        *recipes,
        users=users,
        teams={"team_1": Team(name="First line")},
        roles=LEAD,
        account=Account(**account),
    )
    world = World(book, now)
    world.webhooks.answers = list(answers)
    return world


def arrive(world: World, number: int = 1) -> None:
    world.take_in(an_incoming(str(number), author__id=f"u{number}"))
    world.settle()


def receiver(world: World) -> Endpoint:
    return next(iter(world.deliveries.receivers.values()))


def outcomes(world: World) -> list[tuple[str, str | None, str | None]]:
    notice = receiver(world).notice
    return [(each.user_id, each.outcome, each.reason) for each in (notice and notice.recipients) or ()]


def test_a_receiver_that_is_gone_is_told_of_once(now: datetime) -> None:
    world = a_world(now, 410)
    arrive(world)
    assert world.mail.sent == [], "the receiver is written first"

    world.pass_time(minutes=2)
    arrive(world, 2)
    world.pass_time(days=1)

    assert world.mail.to == ["ada@example.com", "own@example.com"], "users whose role may change recipes"
    letter = world.mail.sent[0][1]
    assert letter.subject == "Webhooks to https://example.com/hook are switched off"
    for said in (
        "the receiver answered 410", "“Refunds” (enabled), webhook “IT channel”",
        f"POST /endpoints/{receiver(world).id}/enable", "POST /deliveries/replay", "Times are those of UTC",
    ):  # fmt: skip
        assert said in letter.text
    assert "Elsewhere" not in letter.text
    assert "“IT channel”" in letter.html
    assert len(world.notices.disabled) == 1, "beside the alarm"
    assert outcomes(world) == [("ada", "done", None), ("own", "done", None)]


def test_whoever_the_account_names_is_told_instead(now: datetime) -> None:
    world = a_world(now, 410, receiver_notices=ReceiverNotices(users=("eve",), teams=("team_1",)))
    arrive(world)

    world.pass_time(minutes=2)

    assert world.mail.to == ["eve@example.com", "lou@example.com"]
    assert outcomes(world) == [
        ("eve", "done", None), ("tom", "skipped", "no e-mail address"), ("lou", "done", None),
    ]  # fmt: skip


def test_people_are_warned_after_a_day_and_told_again_when_it_is_switched_off(now: datetime) -> None:
    world = a_world(now, *[503] * 99)
    arrive(world)
    world.pass_time(hours=23)
    assert world.mail.sent == []

    world.pass_time(days=2)
    assert [letter.subject for to, letter in world.mail.sent if to == "ada@example.com"] == [
        "Webhooks to https://example.com/hook have been failing for a day"
    ]
    assert "the receiver answered 503" in world.mail.sent[0][1].text

    for number in range(2, 7):
        arrive(world, number)
        world.pass_time(days=1)
    assert receiver(world).state == "disabled"
    ends = [
        letter.subject.partition("/hook ")[2] for to, letter in world.mail.sent if to == "ada@example.com"
    ]
    assert ends == ["have been failing for a day", "are switched off"]


def test_a_receiver_that_works_again_in_time_is_not_told_of(now: datetime) -> None:
    world = a_world(now, 410)
    arrive(world)
    known = receiver(world)
    world.deliveries.receivers[known.id] = known.model_copy(update={"notice": None, "state": "closed"})

    world.pass_time(days=1)

    assert world.mail.sent == []


def test_two_attempts_that_meet_the_end_at_once_make_one_notice(now: datetime) -> None:
    """The second was on its way when the first switched the receiver off."""
    first = after_failure(Endpoint(id="end_1", url="https://example.com/"), now, "410", gone=True)

    second = after_failure(first, now + timedelta(seconds=1), "410 too", gone=True)

    assert (second.notice, second.disabled_at, second.reason) == (first.notice, now, "410")


@pytest.mark.parametrize(
    ("error", "outcome", "sent"),
    [
        (Permanent("SES refused it: MessageRejected"), "failed", 1),
        (Unclear("SES did not answer"), "unknown", 1),
        (Retryable("SES has no capacity"), "done", 2),
    ],
)
def test_what_becomes_of_a_mail_is_written_down(
    now: datetime, error: Exception, outcome: str, sent: int
) -> None:
    world = a_world(now, 410)
    world.mail.answers = [error]
    arrive(world)

    world.pass_time(hours=1)

    assert [each[:2] for each in outcomes(world)] == [("ada", outcome), ("own", "done")]
    assert len(world.mail.sent) == sent


def test_capacity_that_never_comes_ends_after_six_tries(now: datetime) -> None:
    world = a_world(now, 410)
    world.mail.answers = [Retryable("SES has no capacity")] * 99
    arrive(world)

    world.pass_time(days=1)

    assert {each[2] for each in outcomes(world)} == {"SES has no capacity; given up after 6 attempts"}
    assert world.timers.armed == {}


@pytest.mark.parametrize("nth", range(1, 30))
def test_a_mail_whose_end_is_not_known_is_not_sent_again(now: datetime, nth: int) -> None:
    """R3, class C: killed at every moment, before and after each call."""
    world = a_world(now, 410, receiver_notices=ReceiverNotices(users=("ada",)))
    arrive(world)
    world.now += timedelta(minutes=2)
    world.fire()
    crash = CrashAt(nth)
    with suppress(Crash):
        world.work(crash)
    world.pass_time(minutes=30)

    [(_, outcome, _)] = outcomes(world)
    assert len(world.mail.sent) <= 1
    assert outcome == "unknown" or (outcome == "done" and world.mail.sent)
    between = any(point in (crash.at or "") for point in ("mail.send", "deliveries."))
    assert outcome == "done" or between


def test_nobody_to_tell_is_said(now: datetime) -> None:
    world = a_world(now, 410, users={})
    arrive(world)

    world.pass_time(minutes=2)

    notice = receiver(world).notice
    assert notice is not None
    assert notice.recipients == ()
