"""Notifications: counted once, sent when full and not more often than asked, nothing between lost (A7)."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from inbox_recipes.devices import Device
from inbox_recipes.errors import Permanent, Retryable, Unclear
from inbox_recipes.flows.execute import execute
from inbox_recipes.people import Team, User
from tests.builders import a_private, a_recipe, a_rule_book, add_tags, an_incoming
from tests.fakes import Crash, CrashAt, World

USERS = {
    "nora": User(name="Nora", email="nora@example.com"),
    "omar": User(name="Omar", email="omar@example.com", teams=("team_1",), schedule_id="sch_1"),
    "bea": User(name="Bea"),
    "max": User(name="Max", email="max@example.com", disabled=True),
}


def notify(*users: str, channels: tuple[str, ...] = ("email",), **changed: Any) -> dict[str, Any]:
    """The action's JSON."""
    return {"type": "notify", "channels": list(channels), "users": list(users or ("nora",)), **changed}


def a_world(
    now: datetime, action: dict[str, Any], *, actions: list[dict[str, Any]] | None = None, **recipe: Any
) -> World:
    made = a_recipe(name="Urgent", actions=actions or [action], **recipe)
    return World(a_rule_book(made, users=USERS, teams={"team_1": Team(name="First line")}), now)


def arrive(world: World, *numbers: int) -> None:
    for number in numbers:
        world.take_in(an_incoming(str(number), f"Message {number}", author__id=f"u{number}"))
        world.settle()


def lines(world: World, number: int) -> list[tuple[str, str | None]]:
    history = world.mention_history(f"46283_{number}")
    return [(entry.outcome, entry.reason) for entry in history if entry.type == "notify"]


def subjects(world: World) -> list[str]:
    return [letter.subject for _, letter in world.mail.sent]


def test_a_threshold_of_one_at_once_is_a_message_for_each_arrival_row_20(now: datetime) -> None:
    world = a_world(now, notify())
    arrive(world, 1, 2)

    assert subjects(world) == ["Urgent: 1 new mention"] * 2
    assert "Message 1" in world.mail.sent[0][1].text
    assert lines(world, 1) == [
        ("done", "counted: a notification goes out at once"),
        ("done", "e-mail to Nora"),
    ]


def test_a_burst_is_still_a_message_for_each(now: datetime) -> None:
    world = a_world(now, notify())
    world.take_in(*(an_incoming(str(number), author__id=f"u{number}") for number in range(3)))
    world.settle()

    assert subjects(world) == ["Urgent: 1 new mention"] * 3


def test_it_waits_until_the_threshold_is_reached_and_begins_to_count_anew_row_20(now: datetime) -> None:
    world = a_world(now, notify(threshold=3))
    arrive(world, 1, 2)
    assert subjects(world) == []
    assert lines(world, 1) == [("done", "counted: a notification goes out for every 3")]

    arrive(world, 3, 4, 5)
    assert subjects(world) == ["Urgent: 3 new mentions"]
    arrive(world, 6)
    assert subjects(world) == ["Urgent: 3 new mentions"] * 2
    assert [text in world.mail.sent[1][1].text for text in ("Message 3", "Message 4", "Message 6")] == [
        False, True, True,
    ]  # fmt: skip


def test_not_more_often_than_asked_and_what_comes_between_is_in_the_next_row_21(now: datetime) -> None:
    world = a_world(now, notify(interval_minutes=60))
    arrive(world, 1)
    world.pass_time(minutes=10)
    arrive(world, 2, 3)
    world.pass_time(minutes=49)
    assert subjects(world) == ["Urgent: 1 new mention"]

    world.pass_time(minutes=2)
    assert subjects(world) == ["Urgent: 1 new mention", "Urgent: 2 new mentions"]
    world.pass_time(days=2)
    assert len(subjects(world)) == 2
    assert lines(world, 3)[-1] == ("done", "e-mail to Nora")


def test_when_the_interval_is_over_the_threshold_still_holds(now: datetime) -> None:
    world = a_world(now, notify(threshold=2, interval_minutes=60))
    arrive(world, 1, 2)
    world.pass_time(minutes=10)
    arrive(world, 3)
    world.pass_time(hours=3)
    assert subjects(world) == ["Urgent: 2 new mentions"]

    arrive(world, 4)
    assert subjects(world) == ["Urgent: 2 new mentions"] * 2


def test_a_clock_that_is_slow_by_seconds_does_not_lose_a_notification(now: datetime) -> None:
    """R5: a schedule never fires early, so what seems early is due."""
    world = a_world(now, notify(interval_minutes=60))
    arrive(world, 1, 2)
    [schedule] = world.timers.armed.values()

    execute(schedule.message, world.ports(), schedule.at - timedelta(seconds=5))

    assert subjects(world) == ["Urgent: 1 new mention"] * 2


def test_an_arrival_by_a_slow_clock_after_the_schedule_has_fired_is_not_lost(now: datetime) -> None:
    """R5: the schedule found too few; the one that makes enough is read by a clock before its time."""
    world = a_world(now, notify(threshold=2, interval_minutes=60))
    arrive(world, 1, 2, 3)
    world.pass_time(minutes=60)
    world.now -= timedelta(seconds=5)
    arrive(world, 4)
    assert subjects(world) == ["Urgent: 2 new mentions"]

    world.pass_time(minutes=2)

    assert subjects(world) == ["Urgent: 2 new mentions"] * 2


def test_two_reasons_to_look_at_the_same_moment_are_not_taken_for_one(now: datetime) -> None:
    """R5: at the time of a second try the next one was begun, and a slow clock has to wait for that time."""
    world = a_world(now, notify())
    world.mail.answers = [Retryable("SES answered TooManyRequestsException")]
    arrive(world, 1, 2)
    world.pass_time(minutes=1)
    world.now -= timedelta(seconds=5)
    arrive(world, 3)
    assert subjects(world) == ["Urgent: 1 new mention"] * 2

    world.pass_time(minutes=2)

    assert subjects(world) == ["Urgent: 1 new mention"] * 3


def test_one_schedule_serves_all_arrivals_of_an_interval(now: datetime) -> None:
    world = a_world(now, notify(interval_minutes=60))
    arrive(world, *range(20))

    assert len(world.timers.armed) == 1


def test_each_action_of_a_recipe_counts_for_itself_row_60(now: datetime) -> None:
    both = [notify("nora"), notify("omar", threshold=2)]
    world = a_world(now, both[0], actions=both)
    arrive(world, 1, 2)

    assert world.mail.to == ["nora@example.com", "nora@example.com", "omar@example.com"]


def test_new_cases_are_told_of_too(now: datetime) -> None:
    both = {"type": "arrival", "objects": ["mention", "case"]}
    world = a_world(now, notify(threshold=2, interval_minutes=5), trigger=both)
    world.take_in(a_private())
    world.settle()

    assert subjects(world) == ["Urgent: 1 new mention and 1 new case"]
    assert [entry.reason for entry in world.case_history() if entry.type == "notify"][-1] == "e-mail to Nora"


def test_teams_stand_for_their_members_and_nobody_gets_it_twice_row_19(now: datetime) -> None:
    world = a_world(now, notify("omar", teams=["team_1"]))
    arrive(world, 1)

    assert world.mail.to == ["omar@example.com"]


def test_who_cannot_be_reached_is_skipped_and_history_says_why(now: datetime) -> None:
    world = a_world(now, notify("nora", "bea", "max"))
    arrive(world, 1)

    assert world.mail.to == ["nora@example.com"]
    assert lines(world, 1)[-1] == (
        "done", "e-mail to Nora; no e-mail to Bea: no e-mail address; no e-mail to Max: the user is disabled",
    )  # fmt: skip
    detail = world.mention_history("46283_1")[-1].detail
    assert [(each["user"], each["outcome"]) for each in detail["recipients"]] == [
        ("nora", "done"), ("bea", "skipped"), ("max", "skipped"),
    ]  # fmt: skip


def test_without_a_sender_address_all_mail_is_skipped_with_the_reason(now: datetime) -> None:
    world = a_world(now, notify("nora"))
    world.mail.not_set_up = "no sender address is set up (NotificationSender)"
    arrive(world, 1)

    assert lines(world, 1)[-1] == (
        "skipped", "no e-mail to Nora: no sender address is set up (NotificationSender)"
    )  # fmt: skip


def test_push_goes_to_each_device_and_both_means_both_row_18(now: datetime) -> None:
    world = a_world(now, notify("nora", "bea", channels=("push", "email")))
    for name in ("phone", "tablet"):
        world.devices.put(
            Device(id=name, user_id="nora", platform="apple", endpoint=f"arn:{name}", added=now)
        )
    arrive(world, 1)

    assert (world.push.to, world.mail.to) == (["arn:phone", "arn:tablet"], ["nora@example.com"])
    assert "no push to Bea: no device is registered" in (lines(world, 1)[-1][1] or "")


def test_times_are_those_of_the_reader(now: datetime) -> None:
    """Omar works by the hours of Paris, Nora by the account's clock."""
    world = a_world(now, notify("nora", "omar"))
    arrive(world, 1)
    nora, omar = (letter.text for _, letter in world.mail.sent)

    assert ("10:00" in nora, "UTC" in nora) == (True, True)
    assert ("11:00" in omar, "Europe/Paris" in omar) == (True, True)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(Permanent("SES answered MessageRejected"), "failed"), (Unclear("no answer"), "unknown")],
)
def test_one_who_is_refused_does_not_keep_the_others_from_theirs(
    now: datetime, error: Exception, outcome: str
) -> None:
    world = a_world(now, notify("nora", "omar"))
    world.mail.answers = [error]
    arrive(world, 1)
    world.pass_time(days=1)

    assert world.mail.to == ["omar@example.com"]
    recipients = world.mention_history("46283_1")[-1].detail["recipients"]
    assert [each["outcome"] for each in recipients] == [outcome, "done"]


def test_what_the_service_has_no_capacity_for_is_tried_again_and_given_up_in_the_end(now: datetime) -> None:
    world = a_world(now, notify("nora", "omar"))
    world.mail.answers = [Retryable("SES answered TooManyRequestsException")]
    arrive(world, 1)
    assert world.mail.to == ["omar@example.com"]
    world.pass_time(minutes=2)
    assert world.mail.to == ["omar@example.com", "nora@example.com"]
    assert lines(world, 1)[-1] == ("done", "e-mail to Nora; e-mail to Omar")

    world.mail.answers = [Retryable("SES answered TooManyRequestsException")] * 12
    arrive(world, 2)
    world.pass_time(hours=2)
    assert lines(world, 2)[-1][0] == "failed"
    assert "given up after 6 attempts" in (lines(world, 2)[-1][1] or "")


def test_a_run_that_comes_again_counts_nothing_twice_a36(now: datetime) -> None:
    world = a_world(now, notify(threshold=2), actions=[notify(threshold=2), add_tags("late")])
    world.take_in(an_incoming("1"))
    world.evaluate()
    with pytest.raises(Crash):
        world.work(CrashAt(30))
    world.settle()
    assert subjects(world) == []
    arrive(world, 2)
    assert subjects(world) == ["Urgent: 2 new mentions"]


def test_wherever_it_dies_each_is_counted_once_and_nobody_gets_it_twice(now: datetime) -> None:
    """R3, class C: at every call, before and after it. What was interrupted is `unknown`, not sent again."""
    crashes = 0
    for nth in count(1):
        world = a_world(now, notify("nora", "omar", threshold=2))
        world.take_in(an_incoming("1"), an_incoming("2", author__id="u2"))
        world.evaluate()
        crash = CrashAt(nth)
        try:
            world.work(crash)
        except Crash:
            crashes += 1
            world.now += timedelta(minutes=10)
        world.settle()
        each_is_told_once(world, crash)
        if crash.at is None:
            break
    assert crashes > 90


def each_is_told_once(world: World, crash: CrashAt) -> None:
    assert sorted(world.mail.to) == sorted(set(world.mail.to))
    recipients = world.mention_history("46283_1")[-1].detail["recipients"]
    outcomes = {each["user"]: each["outcome"] for each in recipients}
    assert set(outcomes) == {"nora", "omar"}, crash.at
    for user, outcome in outcomes.items():
        between = any(point in (crash.at or "") for point in ("mail.send", "notifications.put"))
        assert outcome == "done" or (outcome == "unknown" and between)
        assert outcome == "unknown" or f"{user}@example.com" in world.mail.to
    assert subjects(world) == ["Urgent: 2 new mentions"] * len(world.mail.sent)
    assert world.store.counted == {}


def test_off_means_off_and_what_was_counted_is_in_the_first_message_after_r25(now: datetime) -> None:
    world = a_world(now, notify(interval_minutes=60))
    arrive(world, 1, 2)
    world.rule_books.set_account(paused=True)
    world.pass_time(hours=2)
    assert len(subjects(world)) == 1
    world.rule_books.set_account(paused=False)
    arrive(world, 3)

    assert subjects(world)[1:] == ["Urgent: 2 new mentions"]


def test_a_pause_while_it_is_being_sent_keeps_it_from_the_rest(now: datetime) -> None:
    world = a_world(now, notify("nora", "omar"))
    world.mail.answers = [Retryable("SES answered TooManyRequestsException")]
    arrive(world, 1)
    world.rule_books.set_account(paused=True)
    world.pass_time(hours=1)

    assert world.mail.to == ["omar@example.com"]
    assert lines(world, 1)[-1] == ("done", "no e-mail to Nora: the account is paused; e-mail to Omar")


def test_an_edited_recipe_notifies_as_it_now_says_a30(now: datetime) -> None:
    world = a_world(now, notify(threshold=5))
    arrive(world, 1, 2)
    world.rule_books.put(a_recipe(name="Calmer", actions=[notify("omar", threshold=3)]))
    arrive(world, 3)

    assert (world.mail.to, subjects(world)) == (["omar@example.com"], ["Calmer: 3 new mentions"])


def test_a_shorter_interval_holds_from_the_next_arrival_on_a30(now: datetime) -> None:
    """R5: and the schedule of the long one, when it comes, brings nothing before its time."""
    world = a_world(now, notify(interval_minutes=28 * 24 * 60))
    arrive(world, 1, 2)
    world.rule_books.put(a_recipe(name="Urgent", actions=[notify(interval_minutes=60)]))
    world.pass_time(minutes=10)
    arrive(world, 3)
    world.pass_time(minutes=50)
    assert subjects(world) == ["Urgent: 1 new mention", "Urgent: 2 new mentions"]

    world.pass_time(days=27, hours=22, minutes=50)
    arrive(world, 4, 5)
    world.pass_time(minutes=20)
    assert len(subjects(world)) == 3
    world.pass_time(minutes=40)
    assert subjects(world)[2:] == ["Urgent: 1 new mention"] * 2


def test_a_longer_interval_holds_at_once_a30(now: datetime) -> None:
    world = a_world(now, notify(interval_minutes=60))
    arrive(world, 1, 2)
    world.rule_books.put(a_recipe(name="Urgent", actions=[notify(interval_minutes=120)]))
    world.pass_time(minutes=119)
    assert len(subjects(world)) == 1

    world.pass_time(minutes=1)
    assert subjects(world) == ["Urgent: 1 new mention"] * 2


def test_looks_by_a_slow_clock_arm_one_schedule_more(now: datetime) -> None:
    """R5: however many there are in the minute by which clocks may differ."""
    world = a_world(now, notify(threshold=2, interval_minutes=60))
    arrive(world, 1, 2, 3)
    world.pass_time(minutes=60)
    world.now -= timedelta(seconds=5)
    arrive(world, 4, 5, 6)

    assert [schedule.at for schedule in world.timers.armed.values()] == [now + timedelta(minutes=61)]


def test_a_recipe_that_no_longer_notifies_sends_nothing_more(now: datetime) -> None:
    world = a_world(now, notify(interval_minutes=60))
    arrive(world, 1, 2)
    world.rule_books.put(a_recipe(actions=[add_tags("seen")]))
    world.pass_time(hours=2)

    assert len(subjects(world)) == 1


def test_hundreds_make_one_message_that_lists_fifty_and_counts_the_rest(now: datetime) -> None:
    world = a_world(now, notify(interval_minutes=60))
    world.rule_books.set_account(budgets={})
    arrive(world, 0)
    world.take_in(*(an_incoming(str(n), f"Message {n}", author__id=f"u{n}") for n in range(1, 251)))
    world.settle()
    world.pass_time(hours=2)

    letter = world.mail.sent[-1][1]
    assert letter.subject == "Urgent: 250 new mentions"
    assert "... and 200 more." in letter.text
    assert letter.text.count("Message ") == 50


def test_what_comes_just_before_the_time_goes_out_at_that_time(now: datetime) -> None:
    """Row 21: less than clocks differ by is still before, and no reason to be late."""
    world = a_world(now, notify(interval_minutes=1))
    arrive(world, 1)
    arrive(world, 2, 3)
    assert len(world.mail.to) == 1

    world.pass_time(minutes=1)
    assert len(world.mail.to) == 2


def test_arrivals_do_not_use_up_the_attempts_of_whom_there_was_no_capacity_for(now: datetime) -> None:
    world = a_world(now, notify())
    world.mail.answers = [Retryable("SES answered TooManyRequestsException")]
    arrive(world, *range(1, 9))
    assert world.mail.to == []

    world.pass_time(minutes=2)
    assert world.mail.to == ["nora@example.com"] * 8


def test_a_flood_of_single_notifications_is_sent_to_the_end(now: datetime) -> None:
    """What had piled up under a high threshold is more than one message on the queue sends."""
    world = a_world(now, notify(threshold=100))
    arrive(world, *range(1, 36))
    assert world.mail.to == []
    world.rule_books.put(a_recipe(actions=[notify()]))
    arrive(world, 36)

    assert len(world.mail.to) == 36
    assert world.store.counted == {}


def test_more_than_a_hundred_are_left_out_by_name(now: datetime) -> None:
    """R17: of so many, history says how many they are."""
    world = a_world(now, notify("nora", teams=["team_1"]))
    many = {f"u{n}": User(name=f"User {n}", email=f"u{n}@example.com", teams=("team_1",)) for n in range(120)}
    world = World(a_rule_book(*world.book.recipes, users=USERS | many, teams=world.book.teams), now)
    arrive(world, 1)

    assert len(world.mail.to) == 100
    left_out = "no e-mail to 22 recipients: a notification goes to 100 at most"
    assert lines(world, 1)[-1][1] == f"e-mail to 100 recipients; {left_out}"


def test_who_cannot_be_told_takes_no_place_from_those_who_can(now: datetime) -> None:
    """R17: a hundred get it; history names the others, as many again at most."""
    gone = {f"a{n}": User(name=f"Gone {n}", disabled=True, teams=("team_1",)) for n in range(60)}
    here = {f"b{n}": User(name=f"U{n}", email=f"b{n}@example.com", teams=("team_1",)) for n in range(90)}
    late = {f"c{n}": User(name=f"Late {n}", disabled=True, teams=("team_1",)) for n in range(60)}
    world = a_world(now, notify(teams=["team_1"]))
    users = {"nora": USERS["nora"], **gone, **here, **late}
    world = World(a_rule_book(*world.book.recipes, users=users, teams=world.book.teams), now)
    arrive(world, 1)

    assert world.mail.to == ["nora@example.com", *(f"b{n}@example.com" for n in range(90))]
    said = "e-mail to 91 recipients; no e-mail to 100 recipients: the user is disabled"
    assert lines(world, 1)[-1] == ("done", said)
