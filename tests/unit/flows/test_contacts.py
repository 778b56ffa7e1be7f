"""Contacts with several profiles: what is written down of them, and two that are one person (domain 1.5)."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from inbox_recipes.contact_edits import MOST, ContactPatch
from inbox_recipes.errors import Conflict, InvalidInput, NotFound, Stale
from inbox_recipes.flows.cases import NewCase, create_case
from inbox_recipes.flows.contacts import Merge, contact_of, merge_contacts, patch_contact
from inbox_recipes.inbox import Contact, SocialProfile
from inbox_recipes.ports import Transaction
from inbox_recipes.replay import replay, state_of
from tests.builders import ARRIVAL, NOON, NORA, TOPIC, a_private, a_recipe, a_rule_book, condition, group
from tests.fakes import Crash, CrashAt, Meanwhile, World


@pytest.fixture
def world() -> World:
    """Ada writes from Facebook and, as nobody knows yet, from X; each opens a case."""
    world = World(a_rule_book(), NOON)
    world.take_in(
        a_private("1", author__id="ada", author__name="Ada"),
        a_private("2", author__id="@ada", source__service="twitter", author__name="ada!"),
    )
    return world


def ids(world: World) -> tuple[str, str]:
    return contact(world, "facebook", "ada"), contact(world, "twitter", "@ada")


def contact(world: World, service: str, author_id: str) -> str:
    return world.store.profiles[service, author_id].contact_id


def patch(world: World, **changed: Any) -> Contact:
    contact_id, _ = ids(world)
    seen = world.store.contacts[contact_id].revision
    wanted = ContactPatch.model_validate(changed)
    return patch_contact(contact_id, wanted, seen, NORA, world.inbox, world.now)


def merge(world: World, watch: Any = None) -> Contact:
    first, second = ids(world)
    return merge_contacts(
        first, Merge(contact_ids=(second,)), None, NORA, world.ports(watch).inbox, world.now
    )


def test_what_is_not_given_stays_and_null_takes_away(world: World) -> None:
    patch(world, company="Orvane", phone="+33 1", email="ada@x.example")

    after = patch(world, phone=None)

    assert (after.name, after.company, after.phone, after.email) == ("Ada", "Orvane", None, "ada@x.example")
    assert after.socialprofiles == (SocialProfile(service="facebook", id="ada"),)
    assert after.revision == 3
    assert patch(world, company="Orvane").revision == 3


@pytest.mark.parametrize(
    ("mode", "tags", "expected"),
    [
        ({}, ["c"], ("c",)),
        ({"tags_edit_mode": "update"}, [], ()),
        ({"tags_edit_mode": "add"}, ["B", "c"], ("a", "b", "c")),
        ({"tags_edit_mode": "delete"}, ["A", "x"], ("b",)),
    ],
)
def test_tags_are_edited_in_three_ways(
    world: World, mode: dict[str, str], tags: list[str], expected: tuple[str, ...]
) -> None:
    patch(world, tags=["a", "b"])

    assert patch(world, tags=tags, **mode).tags == expected


@pytest.mark.parametrize(
    ("mode", "values", "expected"),
    [
        ({}, {"plan": "silver", "x": "1"}, {"plan": "silver", "since": "2020", "x": "1"}),
        ({"customattributes_edit_mode": "update"}, {"plan": None}, {"since": "2020"}),
        ({"customattributes_edit_mode": "overwrite"}, {"x": "1"}, {"x": "1"}),
        ({"customattributes_edit_mode": "delete"}, {"plan": "gold", "y": None}, {"since": "2020"}),
    ],
)
def test_custom_attributes_are_edited_in_three_ways(
    world: World, mode: dict[str, str], values: dict[str, Any], expected: dict[str, str]
) -> None:
    patch(world, customattributes={"plan": "gold", "since": "2020"})

    assert patch(world, customattributes=values, **mode).customattributes == expected


def test_an_edit_on_what_has_changed_since_is_refused(world: World) -> None:
    first, _ = ids(world)
    patch(world, company="Orvane")

    with pytest.raises(Stale):
        patch_contact(first, ContactPatch.model_validate({"company": "X"}), 1, NORA, world.inbox, world.now)
    with pytest.raises(NotFound):
        contact_of("con_404", world.inbox)
    with pytest.raises(ValidationError):
        ContactPatch.model_validate({"email": "nonsense"})
    patch(world, tags=[f"1.{n}" for n in range(60)])
    with pytest.raises(InvalidInput) as error:
        patch(world, tags=[f"2.{n}" for n in range(60)], tags_edit_mode="add")
    assert [problem.pointer for problem in error.value.problems] == ["/tags"]


def test_a_merge_on_what_has_changed_since_is_refused(world: World) -> None:
    first, second = ids(world)
    patch(world, company="Orvane")

    with pytest.raises(Stale):
        merge_contacts(first, Merge(contact_ids=(second,)), 1, NORA, world.inbox, world.now)

    assert not [each for each in world.store.contacts.values() if each.merged_into]
    merge_contacts(first, Merge(contact_ids=(second,)), 2, NORA, world.inbox, world.now)
    assert world.store.contacts[second].merged_into == first


def test_filters_read_what_is_written_down(world: World) -> None:
    """Group Contact of domain 2: tags and custom attributes are there for the next message."""
    both = group(
        "and",
        condition("contact.tags", "is_any_of", ["vip"]),
        condition("contact.custom_attributes", "is_any_of", ["plan=gold"]),
    )
    world.rule_books.put(a_recipe(trigger=ARRIVAL, filter=both))
    world.seen = len(world.store.changes)
    patch(world, tags=["vip"], customattributes={"plan": "gold"})

    world.take_in(a_private("3", author__id="ada"), a_private("4", author__id="else"))
    world.settle()

    assert (world.mention(f"{TOPIC}_3").tags, world.mention(f"{TOPIC}_4").tags) == (("seen",), ())


def test_two_contacts_become_one_with_all_profiles_and_cases(world: World) -> None:
    first, second = ids(world)
    patch(world, tags=["vip"], customattributes={"plan": "gold"})
    theirs = world.store.contacts[second].model_copy(
        update={"tags": ("VIP", "late"), "customattributes": {"plan": "x", "y": "1"}, "phone": "12"}
    )
    world.store.contacts[second] = theirs

    after = merge(world)

    assert (after.id, after.name, after.phone, after.tags) == (first, "Ada", "12", ("vip", "late"))
    assert after.customattributes == {"plan": "gold", "y": "1"}
    assert [(each.service, each.id) for each in after.socialprofiles] == [
        ("facebook", "ada"), ("twitter", "@ada"),
    ]  # fmt: skip
    assert contact(world, "twitter", "@ada") == first
    assert {case.contact_id for case in world.store.cases.values()} == {first}
    assert contact_of(second, world.inbox) == after
    listed = world.inbox.cases_of_contacts(after.ids, 10, None).data
    assert len(listed) == 2
    told = world.case_history(listed[0].id) + world.case_history(listed[1].id)
    assert [line.detail for line in told if line.type == "contact_merged"] == [
        {"contact_id": first, "merged": [second]}
    ]
    agree(world)


def test_all_cases_move_however_many(world: World) -> None:
    """Domain 1.5: they come in pages of a hundred."""
    first, second = ids(world)
    by_hand = {"topic": {"id": TOPIC}, "title": "Invoice", "priority": "low", "contacts": (second,)}
    case = NewCase.model_validate(by_hand)
    for number in range(101):
        create_case(case, f"cas_{number:03}", NORA, world.inbox, world.rule_books, world.now)

    merge(world)

    assert {case.contact_id for case in world.store.cases.values()} == {first}


def test_a_contact_is_known_since_the_first_of_those_that_it_was(world: World) -> None:
    """R20: what is kept of somebody is looked for from then on."""
    world.now += timedelta(days=3)
    world.take_in(a_private("3", author__id="ada@x.example", source__service="email"))
    later = contact(world, "email", "ada@x.example")

    merged = merge_contacts(later, Merge(contact_ids=ids(world)[:1]), None, NORA, world.inbox, world.now)

    assert merged.date is not None
    assert merged.date.added == NOON


def test_a_later_message_finds_its_case_and_its_contact(world: World) -> None:
    first, _ = ids(world)
    before = world.mention(f"{TOPIC}_2").case_id
    merge(world)

    world.take_in(a_private("5", author__id="@ada", source__service="twitter"))

    assert (world.mention(f"{TOPIC}_5").case_id, world.mention(f"{TOPIC}_5").contact_id) == (before, first)
    assert world.store.cases[before or ""].contact_ids == (first,)


def test_a_merge_can_be_made_again_and_goes_on_with_others(world: World) -> None:
    first, second = ids(world)
    once = merge(world)
    world.take_in(a_private("6", author__id="third"))
    third = contact(world, "facebook", "third")

    assert merge_contacts(first, Merge(contact_ids=(second,)), None, NORA, world.inbox, world.now) == once
    last = merge_contacts(third, Merge(contact_ids=(second,)), None, NORA, world.inbox, world.now)

    assert (last.id, set(last.merged), len(last.socialprofiles)) == (third, {first, second}, 3)
    assert contact_of(second, world.inbox) == contact_of(first, world.inbox) == last
    assert {case.contact_id for case in world.store.cases.values()} == {third}
    agree(world)


def test_a_merge_that_crashes_at_any_moment_is_ended_by_the_next_call() -> None:
    """Nothing is lost, and nobody sees half a merge of profiles."""
    moments = 0
    for nth in range(1, 100):
        world = World(a_rule_book(), NOON)
        world.take_in(
            a_private("1", author__id="ada"), a_private("2", author__id="@ada", source__service="x")
        )
        first, second = contact(world, "facebook", "ada"), contact(world, "x", "@ada")
        watch = CrashAt(nth)
        wanted = Merge(contact_ids=(second,))
        try:
            merge_contacts(first, wanted, None, NORA, world.ports(watch).inbox, world.now)
        except Crash:
            moments += 1
            assert {contact_of(each, world.inbox).id for each in (first, second)} <= {first, second}
            merge_contacts(first, wanted, None, NORA, world.inbox, world.now)
        assert {case.contact_id for case in world.store.cases.values()} == {first}
        assert contact_of(second, world.inbox).id == first
        assert {profile.contact_id for profile in world.store.profiles.values()} == {first}
        agree(world)
        if watch.at is None:
            break
    assert moments >= 8


def test_messages_that_come_in_during_a_merge_are_not_lost(world: World) -> None:
    def more() -> None:
        world.take_in(a_private("7", author__id="@ada", source__service="twitter"))

    first, second = ids(world)
    for nth in (1, 2):
        watch = Meanwhile("inbox.commit", more, nth=nth)
        inbox = world.ports(watch).inbox
        merge_contacts(first, Merge(contact_ids=(second,)), None, NORA, inbox, world.now)

    assert ids(world) == (first, first)
    assert {case.contact_id for case in world.store.cases.values()} == {first}
    agree(world)


def test_a_contact_is_not_merged_into_itself(world: World) -> None:
    contact_id, _ = ids(world)

    with pytest.raises(InvalidInput, match="into itself") as refused:
        merge_contacts(contact_id, Merge(contact_ids=(contact_id,)), None, NORA, world.inbox, world.now)

    assert [problem.pointer for problem in refused.value.problems] == ["/contact_ids/0"]


def test_what_would_grow_too_large_is_not_merged(world: World) -> None:
    _, second = ids(world)
    other = world.store.contacts[second]
    many = tuple(SocialProfile(service="x", id=str(n)) for n in range(MOST["socialprofiles"]))
    large = other.model_copy(update={"socialprofiles": many, "revision": other.revision + 1})
    world.inbox.commit(Transaction(actor=NORA, at=NOON, contacts=((other, large),)))

    with pytest.raises(Conflict, match="socialprofiles"):
        merge(world)
    with pytest.raises(InvalidInput):
        merge_contacts(second, Merge(contact_ids=("con_404",)), None, NORA, world.inbox, world.now)


def agree(world: World) -> None:
    """Every history leads to the present state, across merges too."""
    for case in world.store.cases.values():
        assert replay(world.case_history(case.id)) == (state_of(case), case.revision)
