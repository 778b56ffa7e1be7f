"""Who is to have an item: all, one in turn, or who knows the customer (A3, A6)."""

from datetime import datetime, timedelta
from typing import Any, Literal

import pytest

from inbox_recipes.assigning import Workforce, followed, given
from inbox_recipes.effects import Change, FollowUp, Give, Nothing
from inbox_recipes.handling import Did, Hand, Handled
from inbox_recipes.inbox import Assignment, Mention
from inbox_recipes.people import Availability, Team, User, UserStatus
from inbox_recipes.turns import Assignee, Turn
from tests.builders import NOON, a_mention

FREE = a_mention()
EVERYBODY = {name: User(name=name.title()) for name in ("nora", "omar", "pia")}
TEAMS = {"team_1": Team(name="First line"), "team_2": Team(name="Second line")}
MINUTE = timedelta(minutes=1)


def workforce(disabled: str = "", **status: UserStatus) -> Workforce:
    users = EVERYBODY | {name: User(name=name, disabled=True) for name in disabled.split()}
    said = {name: Availability(status=each) for name, each in status.items()}
    return Workforce(users=users, teams=TEAMS, availability=said)


def give(
    *users: str, teams: tuple[str, ...] = (), mode: Literal["all", "one"] = "one", item: Mention = FREE
) -> Give:
    return Give(item, users=users, teams=teams, mode=mode)


def turns(**ago: int) -> dict[Assignee, datetime]:
    """When users last had a turn, in minutes before noon."""
    return {Assignee("user", name): NOON - minutes * MINUTE for name, minutes in ago.items()}


def assignment(effect: Change | Nothing) -> Assignment:
    assert isinstance(effect, Change), effect
    [edit] = effect.edits
    return Assignment(users=edit.users or (), teams=edit.teams or ())


def detail(effect: Change | Nothing) -> dict[str, Any]:
    return effect.edits[0].detail if isinstance(effect, Change) else effect.detail


def test_all_that_are_listed_get_it_and_those_who_had_it_give_it_up() -> None:
    """A3 mode `all`, A31: before and after are told."""
    had = a_mention(assignment=Assignment(users=("nora",), teams=("team_1",)))

    effect = given(give("omar", "pia", teams=("team_2",), mode="all", item=had), workforce(), {}, NOON)

    assert assignment(effect) == Assignment(users=("omar", "pia"), teams=("team_2",))
    assert detail(effect) == {
        "users": ["omar", "pia"],
        "teams": ["team_2"],
        "previous": {"users": ["nora"], "teams": ["team_1"]},
    }
    assert isinstance(effect, Change)
    assert effect.turn is None


def test_giving_to_all_passes_over_only_those_who_cannot_work_any_more() -> None:
    """A3: busy keeps nobody from what everybody gets."""
    wanted = give("nora", "omar", "pia", mode="all")

    effect = given(wanted, workforce("omar", nora="busy", pia="unavailable"), {}, NOON)

    assert assignment(effect).users == ("nora", "pia")
    assert detail(effect)["passed_over"] == [{"user": "omar", "because": "disabled"}]


def test_the_same_assignees_in_another_order_are_no_change() -> None:
    had = a_mention(assignment=Assignment(users=("nora", "omar")))

    effect = given(give("omar", "nora", mode="all", item=had), workforce(), {}, NOON)

    assert effect == Nothing("it is already assigned so", {"users": ["nora", "omar"], "teams": []})


def test_one_is_whoever_has_waited_longest() -> None:
    """A3"""
    effect = given(give("nora", "omar", "pia"), workforce(), turns(nora=5, omar=9, pia=1), NOON)

    assert assignment(effect) == Assignment(users=("omar",))
    assert isinstance(effect, Change)
    assert effect.turn == (
        Turn(kind="user", id="omar", at=NOON - 9 * MINUTE),
        Turn(kind="user", id="omar", at=NOON),
    )


def test_those_who_never_had_a_turn_come_first_in_the_order_of_the_list() -> None:
    """A3"""
    effect = given(give("pia", "omar", "nora"), workforce(), turns(pia=5), NOON)

    assert assignment(effect) == Assignment(users=("omar",))
    assert isinstance(effect, Change)
    assert effect.turn == (None, Turn(kind="user", id="omar", at=NOON))


def test_users_and_teams_take_turns_with_each_other() -> None:
    """A3"""
    known: dict[Assignee, datetime] = {}
    chosen = []
    for _ in range(6):
        effect = given(give("nora", "omar", teams=("team_1",)), workforce(), known, NOON)
        assert isinstance(effect, Change)
        assert effect.turn
        turn = effect.turn[1]
        known[Assignee(turn.kind, turn.id)] = turn.at
        chosen.append(turn.id)

    assert chosen == ["nora", "omar", "team_1"] * 2


def test_a_turn_is_later_than_all_others_whatever_the_clock_says() -> None:
    """A3, R5: another function's clock was five seconds ahead."""
    ahead = {Assignee("user", "nora"): NOON + timedelta(seconds=5), Assignee("user", "omar"): NOON}

    effect = given(give("nora", "omar"), workforce(), ahead, NOON + timedelta(seconds=1))

    assert isinstance(effect, Change)
    assert effect.turn
    assert effect.turn[1] == Turn(kind="user", id="omar", at=NOON + timedelta(seconds=5, milliseconds=1))


@pytest.mark.parametrize(
    ("people", "because"),
    [
        (workforce(nora="busy"), "busy"),
        (workforce(nora="unavailable"), "unavailable"),
        (workforce("nora"), "disabled"),
        (Workforce(users={"omar": EVERYBODY["omar"]}), "not in the directory"),
    ],
)
def test_whoever_is_away_is_passed_over_and_history_says_so(people: Workforce, because: str) -> None:
    """A3"""
    effect = given(give("nora", "omar"), people, turns(omar=1), NOON)

    assert assignment(effect) == Assignment(users=("omar",))
    assert detail(effect)["passed_over"] == [{"user": "nora", "because": because}]
    assert detail(effect)["mode"] == "one"


def test_nobody_who_can_leaves_it_as_it_is_and_says_why() -> None:
    """A3"""
    effect = given(give("nora", "omar"), workforce("omar", nora="busy"), {}, NOON)

    assert effect == Nothing(
        "nobody listed can take it: user nora is busy, user omar is disabled",
        {"passed_over": [{"user": "nora", "because": "busy"}, {"user": "omar", "because": "disabled"}]},
    )


def test_a_turn_that_changes_nothing_is_not_used_up() -> None:
    """A3"""
    had = a_mention(assignment=Assignment(users=("nora",)))

    effect = given(give("nora", "omar", item=had), workforce(), turns(nora=9, omar=1), NOON)

    assert isinstance(effect, Nothing)
    assert effect.reason == "it is already assigned so"


def act(minutes: int, *hands: tuple[str, Did]) -> Handled:
    """Something that was done so long before noon; names with an underscore are teams'."""
    return Handled(
        at=NOON - minutes * MINUTE,
        about="mention",
        item_id=f"46283_{minutes}",
        revision=2,
        hands=tuple(Hand(kind="team" if "_" in who else "user", id=who, did=did) for who, did in hands),
    )


def follow(hours: int = 3) -> FollowUp:
    return FollowUp(FREE, f"{hours}h", since=NOON - timedelta(hours=hours))


def test_the_agent_who_last_handled_the_contact_gets_it() -> None:
    """Rows 29, 32; A6: the most recent action wins."""
    handled = [act(10, ("omar", "replied")), act(20, ("nora", "resolved")), act(30, ("omar", "resolved"))]

    effect = followed(follow(), workforce(), handled, NOON)

    assert assignment(effect) == Assignment(users=("omar",))
    assert detail(effect)["looked_at"] == {
        "within": "3h",
        "since": "2026-11-22T09:00:00.000Z",
        "until": "2026-11-22T12:00:00.000Z",
        "contacts": ["con_1"],
        "handled_by": [
            {"user": "omar", "did": "replied", "mention": "46283_10", "at": "2026-11-22T11:50:00.000Z"},
            {"user": "nora", "did": "resolved", "mention": "46283_20", "at": "2026-11-22T11:40:00.000Z"},
        ],
    }


def test_an_agent_comes_before_a_team_also_when_the_team_was_later() -> None:
    """Row 30, A6"""
    handled = [act(10, ("team_1", "was assigned")), act(60, ("nora", "replied"))]

    assert assignment(followed(follow(), workforce(), handled, NOON)) == Assignment(users=("nora",))
    assert assignment(followed(follow(), workforce(), handled[:1], NOON)) == Assignment(teams=("team_1",))


@pytest.mark.parametrize("away", [{"nora": "busy"}, {"nora": "unavailable"}, {"disabled": "nora"}])
def test_an_agent_who_is_away_leaves_it_to_the_agent_before_then_to_the_team(away: dict[str, Any]) -> None:
    """A6"""
    with_omar = [act(10, ("nora", "replied"), ("team_1", "replied")), act(60, ("omar", "replied"))]
    people = workforce(**away)

    assert assignment(followed(follow(), people, with_omar, NOON)) == Assignment(users=("omar",))
    effect = followed(follow(), people, with_omar[:1], NOON)
    assert assignment(effect) == Assignment(teams=("team_1",))
    [nora, _] = detail(effect)["looked_at"]["handled_by"]
    assert nora["passed_over"] in ("busy", "unavailable", "disabled")


def test_nobody_left_leaves_it_as_it_is_and_says_who_was_looked_at() -> None:
    """A6: then nobody."""
    effect = followed(follow(), workforce(nora="busy"), [act(10, ("nora", "replied"))], NOON)

    assert isinstance(effect, Nothing)
    assert effect.reason == (
        "nobody who handled this contact within 3h before it came can take it: user nora is busy"
    )
    assert effect.detail["looked_at"]["handled_by"][0]["passed_over"] == "busy"


@pytest.mark.parametrize(("minutes", "found"), [(0, True), (179, True), (180, True), (181, False)])
def test_the_window_is_measured_back_from_the_arrival(minutes: int, found: bool) -> None:
    """A6, row 31"""
    effect = followed(follow(3), workforce(), [act(minutes, ("nora", "replied"))], NOON)

    assert isinstance(effect, Change) is found
    if isinstance(effect, Nothing):
        assert effect.reason == "nobody handled this contact within 3h before it came"


def test_what_was_done_between_the_arrival_and_now_counts_too() -> None:
    """Row 32: three messages in one breath go to one agent."""
    assigned = [act(-1, ("nora", "was assigned"))]

    assert assignment(followed(follow(), workforce(), assigned, NOON + 2 * MINUTE)).users == ("nora",)
