"""What agents do to mentions and cases, in the same histories as recipes (row 122; A8, A23, A25)."""

from datetime import datetime
from typing import Any

import pytest
from pydantic import ValidationError

from inbox_recipes.errors import Conflict, InvalidInput, NotFound, Stale
from inbox_recipes.flows.agents import patch_case, patch_mention
from inbox_recipes.inbox import Assignment, Mention
from inbox_recipes.patches import CasePatch, MentionPatch
from inbox_recipes.people import User
from tests.builders import (
    NORA,
    TO_PENDING,
    a_private,
    a_recipe,
    a_rule_book,
    add_tags,
    an_incoming,
    our_reply,
)  # fmt: skip
from tests.fakes import Crash, Meanwhile, World

MENTION = "46283_1001"


@pytest.fixture
def world(now: datetime) -> World:
    world = World(a_rule_book(), now)
    world.take_in(a_private())
    return world


def patch(world: World, *, seen: int = 1, unique_id: str = MENTION, **changed: Any) -> Mention:
    wanted = MentionPatch.model_validate(changed)
    return patch_mention(unique_id, wanted, seen, world.agent())


def test_every_change_has_its_line_with_the_agent_and_what_was_there_before(world: World) -> None:
    mention = patch(
        world, status="done", tags=["vip"], language="fr", assignment={"users": ["nora"], "teams": ["team_1"]}
    )

    assert (mention.status, mention.tags, mention.message.language, mention.revision) == (
        "done",
        ("vip",),
        "fr",
        2,
    )
    lines = {e.type: e for e in world.mention_history(MENTION)[1:]}
    assert {kind: entry.detail for kind, entry in lines.items()} == {
        "status_changed": {"status": "done", "previous": "new"},
        "edit": {"property": "language", "value": "fr", "previous": None},
        "add_tags": {"added": ["vip"]},
        "assign": {"users": ["nora"], "teams": ["team_1"], "previous": {"users": [], "teams": []}},
    }
    assert {entry.by for entry in lines.values()} == {NORA}


def test_tags_are_what_the_agent_lists(world: World) -> None:
    patch(world, tags=["a", "b", "B"])
    mention = patch(world, seen=2, tags=["b", "c"])

    assert mention.tags == ("b", "c")
    assert {e.type: e.detail for e in world.mention_history(MENTION)[-2:]} == {
        "add_tags": {"added": ["c"]},
        "remove_tags": {"removed": ["a"]},
    }


def test_what_is_not_given_stays_and_nothing_changed_is_nothing_written(world: World) -> None:
    """A25"""
    patch(world, tags=["vip"], sentiment="negative")

    same = patch(world, seen=2, status="new", tags=["vip"], assignment={}, sentiment="negative")

    assert same.revision == 2
    assert len(world.store.journal) == 2


def test_a_property_can_be_taken_away(world: World) -> None:
    patch(world, language="fr", country="FR")

    mention = patch(world, seen=2, language=None, country=None)

    assert (mention.message.language, mention.location.country) == (None, None)


@pytest.mark.parametrize("model", [MentionPatch, CasePatch])
@pytest.mark.parametrize("name", ["status", "tags", "assignment"])
def test_what_every_item_has_cannot_be_taken_away(model: type[MentionPatch], name: str) -> None:
    with pytest.raises(ValidationError):
        model.model_validate({name: None})


def test_an_item_that_has_changed_since_it_was_read_is_not_overwritten(world: World) -> None:
    patch(world, tags=["vip"])

    with pytest.raises(Stale, match="at version 2 by now, not 1"):
        patch(world, tags=["other"])

    assert world.mention(MENTION).tags == ("vip",)


def test_an_item_that_changes_in_that_moment_is_not_overwritten(world: World) -> None:
    together = world.ports(Meanwhile("inbox.commit", lambda: patch(world, tags=["vip"])))

    with pytest.raises(Stale):
        patch_mention(
            MENTION,
            MentionPatch(tags=("other",)),
            1,
            world.agent(together),
        )

    assert world.mention(MENTION).tags == ("vip",)


def test_users_and_teams_must_exist(world: World) -> None:
    with pytest.raises(InvalidInput) as refused:
        patch(world, assignment={"users": ["nora", "nobody"]})

    [problem] = refused.value.problems
    assert (problem.pointer, problem.allowed) == ("/assignment/users/1", ("nora", "omar"))


def test_a_message_of_ours_keeps_its_status(world: World) -> None:
    world.take_in(our_reply("1002", to="1001"))

    with pytest.raises(Conflict):
        patch(world, unique_id="46283_1002", status="done")

    assert world.mention("46283_1002").status == "sent"


def test_what_is_not_there_cannot_be_changed(world: World) -> None:
    with pytest.raises(NotFound, match="mention with the id '46283_9'"):
        patch(world, unique_id="46283_9", tags=["vip"])
    with pytest.raises(NotFound, match="case with the id 'cas_9'"):
        patch_case("cas_9", CasePatch(), 1, world.agent())


def test_resolving_a_mention_leaves_its_case_alone(world: World) -> None:
    """A8"""
    patch(world, status="done")

    assert world.case().status == "unresolved"


def test_a_resolved_mention_can_be_taken_up_again(world: World) -> None:
    patch(world, status="done")

    assert patch(world, seen=2, status="new").status == "new"


def test_resolving_a_case_resolves_its_mentions_however_many(world: World) -> None:
    """A8"""
    world.take_in(*(a_private(f"2{number:03d}") for number in range(119)))

    world.patch_case(status="resolved", tags=["a", "b"], priority="high", assignment={"users": ["nora"]})

    assert {mention.status for mention in world.store.mentions.values()} == {"done"}
    assert [e.by for e in world.mention_history("46283_2118") if e.type == "status_changed"] == [NORA]


def test_resolving_again_finishes_what_a_crash_left_undone(world: World) -> None:
    """A8: the case was resolved, the call died before the last of its mentions."""
    world.take_in(*(a_private(f"2{number:03d}") for number in range(119)))
    case = world.case()

    def crash() -> None:
        raise Crash

    dies = world.ports(Meanwhile("inbox.commit", crash, nth=2))
    with pytest.raises(Crash):
        patch_case(
            case.id,
            CasePatch(status="resolved"),
            case.revision,
            world.agent(dies),
        )
    assert world.case().status == "resolved"
    world.patch_case(status="resolved")

    assert {mention.status for mention in world.store.mentions.values()} == {"done"}


def test_a_mention_that_changes_while_its_case_is_resolved_is_resolved_all_the_same(world: World) -> None:
    world.take_in(*(a_private(f"2{number:03d}") for number in range(60)))
    case = world.case()

    changes = Meanwhile("inbox.commit", lambda: patch(world, unique_id="46283_2059", tags=["vip"]), nth=2)
    patch_case(
        case.id,
        CasePatch(status="resolved"),
        case.revision,
        world.agent(world.ports(changes)),
    )

    assert {mention.status for mention in world.store.mentions.values()} == {"done"}
    assert world.mention("46283_2059").tags == ("vip",)


@pytest.mark.parametrize("status", ["unresolved", "pending"])
def test_a_resolved_case_stays_resolved(world: World, status: str) -> None:
    """A23, A26"""
    world.patch_case(status="resolved")

    with pytest.raises(Conflict):
        world.patch_case(status=status)


def test_a_change_of_a_public_mention_is_nobodys_doing_but_the_agents(now: datetime) -> None:
    """The chain is empty, so that recipes may follow."""
    world = World(a_rule_book(), now)
    world.take_in(an_incoming())

    patch(world, tags=["vip"])

    change = world.store.changes[-1]
    assert (change.actor, change.chain, change.before, change.after) == (
        NORA,
        (),
        world.store.changes[0].after,
        world.mention(MENTION),
    )


def test_tags_can_be_added_and_removed_without_knowing_the_others_a33(world: World) -> None:
    patch(world, tags=["vip", "late"])

    mention = patch(world, seen=2, add_tags=["VIP", "billing"], remove_tags=["LATE", "never"])

    assert mention.tags == ("vip", "billing")
    assert {e.type: e.detail for e in world.mention_history(MENTION)[-2:]} == {
        "add_tags": {"added": ["billing"]},
        "remove_tags": {"removed": ["late"]},
    }
    assert patch(world, seen=3, add_tags=["Vip"], remove_tags=["x"]).revision == 3


def test_an_item_has_at_most_a_hundred_tags_r17(world: World) -> None:
    patch(world, tags=[f"t{number}" for number in range(100)])

    with pytest.raises(InvalidInput, match="at most 100 tags; it would have 101"):
        patch(world, seen=2, add_tags=["one"])


def test_an_assignment_can_say_why_and_the_history_keeps_it(world: World) -> None:
    patch(world, assignment={"users": ["nora"], "comment": "You know her"})

    assert world.mention_history(MENTION)[-1].detail == {
        "users": ["nora"],
        "teams": [],
        "previous": {"users": [], "teams": []},
        "comment": "You know her",
    }
    with pytest.raises(InvalidInput, match="write a note"):
        patch(world, seen=2, assignment={"users": ["nora"], "comment": "Really"})


def test_what_is_assigned_can_be_taken_from_everybody(world: World) -> None:
    patch(world, assignment={"users": ["nora"], "teams": ["team_1"]})

    mention = patch(world, seen=2, assignment={})

    assert (mention.assignment.users, mention.assignment.teams) == ((), ())
    line = world.mention_history(MENTION)[-1]
    assert (line.type, line.detail["previous"]) == ("unassign", {"users": ["nora"], "teams": ["team_1"]})
    assert mention.last_action
    assert mention.last_action.type == "unassign"


def test_a_disabled_user_keeps_work_and_gets_none(now: datetime) -> None:
    """Domain 1.6."""
    users = {"nora": User(name="Nora"), "omar": User(name="Omar", disabled=True)}
    world = World(a_rule_book(users=users), now)
    world.take_in(a_private())
    with pytest.raises(InvalidInput) as refused:
        patch(world, assignment={"users": ["omar"]})
    assert refused.value.problems[0].pointer == "/assignment/users/0"

    mention = world.mention(MENTION)
    had = mention.model_copy(update={"assignment": Assignment(users=("omar",))})
    world.store.mentions[MENTION] = had
    assert patch(world, assignment={"users": ["omar", "nora"]}).assignment.users == ("omar", "nora")


def test_a_change_of_any_version_is_decided_again_when_somebody_else_was_first(world: World) -> None:
    meanwhile = Meanwhile("inbox.commit", lambda: patch(world, add_tags=["vip"]))

    after = patch_mention(
        MENTION, MentionPatch(add_tags=("late",)), None, world.agent(world.ports(meanwhile))
    )

    assert after.tags == world.mention(MENTION).tags == ("vip", "late")


def test_agents_set_recipes_off_as_anybody_does(now: datetime) -> None:
    """A24, A25: the chain starts with the agent."""
    tag = a_recipe(
        trigger={"type": "case_tag_added", "tag": "vip"}, actions=[add_tags("seen", target="case")]
    )
    pending = a_recipe("rec_2", trigger=TO_PENDING, actions=[add_tags("waits", target="case")])
    world = World(a_rule_book(tag, pending), now)
    world.take_in(a_private())

    world.patch_case(add_tags=["vip"])
    world.settle()
    world.patch_case(status="pending")
    world.settle()

    assert world.case().tags == ("vip", "seen", "waits")
