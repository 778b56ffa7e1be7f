"""What recipes do to our own state, through the API, with real users, teams and logins."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.e2e.account import Account, a_posted_mention, words
from tests.e2e.stack import Stack, wait_until
from tools.api_client import ApiError, Json

ARRIVAL = {"type": "arrival"}
IN_CASE = {"type": "mention_in_case"}
TO_PENDING = {"type": "case_status_changed", "to": "pending"}


class Staff:
    """Two users and a team that no other test knows, and what they do when they have logged in."""

    def __init__(self, account: Account, stack: Stack) -> None:
        self.account, self.stack = account, stack
        fresh = uuid.uuid4().hex[:8]
        self.nora, self.omar, self.team = f"nora-{fresh}", f"omar-{fresh}", f"line-{fresh}"
        account.put(f"/teams/{self.team}", {"name": "First line"})
        for user in (self.nora, self.omar):
            account.put(f"/users/{user}", {"name": user, "teams": [self.team], "role": "editor"})
            stack.person(user, "editor")

    def say(self, user: str, status: str) -> None:
        self.account.api.post(f"/users/{user}/status", {"status": status})

    def disable(self, user: str) -> None:
        self.account.put(f"/users/{user}", {"name": user, "disabled": True})

    def do(self, user: str, path: str, **patch: Any) -> None:
        """Change a mention or a case, logged in as that user."""
        token = self.stack.log_in(user)
        answer = self.stack.ask("PATCH", path, token, json=patch, headers={"If-Match": "*"})
        assert answer.ok, answer.text


@pytest.fixture
def staff(account: Account, stack: Stack) -> Staff:
    return Staff(account, stack)


@pytest.fixture
def cases_off(account: Account) -> Iterator[Callable[[], None]]:
    """Switches the cases feature off for the rest of the test."""

    def switch(on: bool) -> None:
        account.api.call("PATCH", "/account", {"cases": on}, headers={"If-Match": "*"})

    yield lambda: switch(False)
    switch(True)


def line(account: Account, path: str, recipe: str, kind: str) -> Json:
    """The line that an action of the recipe left in a history, when it is there."""
    return wait_until(
        lambda: next((each for each in account.lines(path, recipe) if each["type"] == kind), None)
    )


def assignees(account: Account, unique_id: str) -> tuple[str, ...]:
    assignment = account.mention(unique_id)["assignment"]
    return (*assignment["users"], *assignment["teams"])


def refused(account: Account, **recipe: Any) -> str:
    """Why a recipe is refused."""
    with pytest.raises(ApiError) as error:
        account.recipe(**recipe)
    assert error.value.status == 422
    return str(error.value)


def test_thirty_mentions_at_once_are_shared_out_evenly(account: Account, staff: Staff) -> None:
    """Rows 25, 26, 84; A3, A36: one in turn, however many runs there are at the same time."""
    turns = {"type": "assign", "mode": "one", "users": [staff.nora, staff.omar], "teams": [staff.team]}
    recipe = account.recipe(trigger=ARRIVAL, filter=words("partage"), actions=[turns])

    mentions = [a_posted_mention("Un partage", private=False) for _ in range(30)]
    with ThreadPoolExecutor(6) as threads:
        batches = [mentions[start : start + 5] for start in range(0, 30, 5)]
        sent = list(threads.map(lambda batch: account.api.post("/mentions", {"mentions": batch}), batches))
    ids = [each["unique_id"] for answer in sent for each in answer["data"]]

    told = [line(account, f"/mentions/{unique_id}", recipe, "assign") for unique_id in ids]
    assert {each["outcome"] for each in told} == {"done"}
    shares = Counter(assignees(account, unique_id) for unique_id in ids)
    assert shares == {(staff.nora,): 10, (staff.omar,): 10, (staff.team,): 10}


def test_who_is_away_is_passed_over_and_if_nobody_is_left_history_says_so(
    account: Account, staff: Staff
) -> None:
    """A3"""
    turns = {"type": "assign", "mode": "one", "users": [staff.nora, staff.omar]}
    recipe = account.recipe(trigger=ARRIVAL, filter=words("absence"), actions=[turns])
    staff.say(staff.nora, "busy")

    first = account.write("Une absence")
    passed = line(account, f"/mentions/{first}", recipe, "assign")["detail"]["passed_over"]
    staff.disable(staff.omar)
    second = account.write("Encore une absence")
    skipped = line(account, f"/mentions/{second}", recipe, "assign")

    assert assignees(account, first) == (staff.omar,)
    assert passed == [{"user": staff.nora, "because": "busy"}]
    assert (skipped["outcome"], assignees(account, second)) == ("skipped", ())
    assert skipped["reason"] == (
        f"nobody listed can take it: user {staff.nora} is busy, user {staff.omar} is disabled"
    )


def test_a_case_is_reassigned_and_both_assignments_are_told(account: Account, staff: Staff) -> None:
    """Rows 81, 82, 93; A31"""
    to = {"type": "assign_case", "users": [staff.nora, staff.omar], "mode": "one"}
    recipe = account.recipe(trigger=IN_CASE, filter=words("reprise"), actions=[to])
    team = account.recipe(trigger=TO_PENDING, actions=[{"type": "assign_case", "teams": [staff.team]}])
    author = {"id": f"u{uuid.uuid4().hex}"}

    unique_id = account.write("Une reprise", author=author)
    case = f"/cases/{account.mention(unique_id)['case_id']}"
    line(account, case, recipe, "assign_case")
    account.write("La reprise, encore", author=author)
    wait_until(lambda: len(account.lines(case, recipe)) == 2)
    account.set_case(case.rsplit("/", maxsplit=1)[-1], status="pending")
    line(account, case, team, "assign_case")

    told = [each for each in reversed(account.history(case)) if each["type"] == "assign_case"]
    assert [(each["detail"]["users"], each["detail"]["teams"]) for each in told] == [
        ([staff.nora], []), ([staff.omar], []), ([], [staff.team]),
    ]  # fmt: skip
    assert told[2]["detail"]["previous"] == {"users": [staff.omar], "teams": []}
    assert account.case_of(unique_id)["assignment"] == {"users": [], "teams": [staff.team]}


def test_a_follow_up_lands_on_the_agent_who_knows_the_customer(account: Account, staff: Staff) -> None:
    """Rows 29, 30, 32; A6: the agent, else the team, else nobody, and the history says who was looked at."""
    smart = {"type": "smart_assign", "within": "24h"}
    recipe = account.recipe(trigger=ARRIVAL, filter=words("suivi"), actions=[smart])
    author = {"id": f"u{uuid.uuid4().hex}"}

    def follow_up() -> tuple[tuple[str, ...], Json]:
        unique_id = account.write("Mon suivi", author=author, private=False)
        told = line(account, f"/mentions/{unique_id}", recipe, "smart_assign")
        return assignees(account, unique_id), told

    first = account.write("Bonjour", author=author, private=False)
    nobody, told = follow_up()
    assert (nobody, told["reason"]) == ((), "nobody handled this contact within 24h before it came")

    staff.do(staff.nora, f"/mentions/{first}", assignment={"teams": [staff.team]})
    assert follow_up()[0] == (staff.team,)

    staff.do(staff.omar, f"/mentions/{first}", status="done")
    agent, told = follow_up()
    assert agent == (staff.omar,)
    looked = told["detail"]["looked_at"]
    assert looked["within"] == "24h"
    assert [{**each, "at": None} for each in looked["handled_by"]] == [
        {"user": staff.omar, "did": "resolved", "mention": first, "at": None},
        {"team": staff.team, "did": "resolved", "mention": first, "at": None},
    ]

    staff.say(staff.omar, "unavailable")
    assert follow_up()[0] == (staff.team,)


def test_the_related_case_is_tagged_and_set_to_pending_by_the_words_of_a_mention(account: Account) -> None:
    """Rows 56, 57, 58; A23, A25, A33: what is so already is skipped with the reason."""
    actions = [{"type": "tag_case", "tags": ["attente"]}, {"type": "set_case_pending"}]
    recipe = account.recipe(trigger=ARRIVAL, filter=words("patienter"), actions=[*actions, actions[1]])
    follows = account.recipe(
        trigger={"type": "case_tag_added", "tag": "Attente"},
        actions=[{"type": "remove_tags", "tags": ["attente", "absent"]}],
    )

    unique_id = account.write("Je peux patienter")
    case = f"/cases/{account.mention(unique_id)['case_id']}"
    wait_until(lambda: len(account.lines(case, recipe)) == 2)
    line(account, case, follows, "remove_tags")
    skipped = line(account, f"/mentions/{unique_id}", recipe, "set_case_pending")

    assert (account.case_of(unique_id)["status"], account.case_of(unique_id)["tags"]) == ("pending", [])
    assert (skipped["outcome"], skipped["reason"]) == ("skipped", "the case is already pending")


def test_a_resolved_case_receives_nothing_from_a_mention(account: Account) -> None:
    """Row 85; A8, A22, A23: the earlier recipe has resolved the case, the later one leaves it alone."""
    resolved = [{"type": "set_case_status", "status": "resolved"}]
    first = account.recipe(trigger=IN_CASE, filter=words("clos"), actions=resolved)
    actions = [{"type": "tag_case", "tags": ["trop-tard"]}, {"type": "set_case_pending"}]
    second = account.recipe(trigger=ARRIVAL, filter=words("clos"), actions=actions)

    unique_id = account.write("Dossier clos")
    case = f"/cases/{account.mention(unique_id)['case_id']}"
    line(account, case, first, "set_case_status")
    skipped = wait_until(
        lambda: (len(found := account.lines(f"/mentions/{unique_id}", second)) == 2 and found) or None
    )

    assert (account.case_of(unique_id)["status"], account.case_of(unique_id)["tags"]) == ("resolved", [])
    assert account.mention(unique_id)["status"] == "done"
    assert {(each["outcome"], each["reason"]) for each in skipped} == {
        ("skipped", "the case is resolved, and a resolved case receives nothing more")
    }


def test_the_five_properties_are_edited_and_categories_are_the_accounts_own(account: Account) -> None:
    """Rows 33-37, 60; A27"""
    edits = [
        {"type": "edit", "property": name, "value": value}
        for name, value in (
            ("country", "BE"), ("language", "nl"), ("sentiment", "positive"), ("category", "merci"),
        )
    ]  # fmt: skip
    account.recipe(trigger=ARRIVAL, filter=words("remerciement"), actions=edits)
    priority = {"type": "edit", "property": "priority", "value": "low"}
    account.recipe(
        trigger={"type": "arrival", "objects": ["case"]}, filter=words("remerciement"), actions=[priority]
    )

    unique_id = account.write("Un remerciement")
    wait_until(lambda: account.mention(unique_id)["message"]["category"] == "merci")
    wait_until(lambda: account.case_of(unique_id)["priority"] == "low")
    mention = account.mention(unique_id)
    assert (mention["location"]["country"], mention["message"]["language"]) == ("BE", "nl")
    assert mention["message"]["sentiment"] == "positive"

    account.put("/categories/cat_merci", {"name": "merci"})
    try:
        assert "There is no category 'autre'" in refused(
            account, trigger=ARRIVAL, actions=[{"type": "edit", "property": "category", "value": "autre"}]
        )
        with pytest.raises(ApiError, match="There is no category 'autre'"):
            account.api.call(
                "PATCH", f"/mentions/{unique_id}", {"category": "autre"}, headers={"If-Match": "*"}
            )
        with pytest.raises(ApiError, match="is in use by"):
            account.api.call("DELETE", "/categories/cat_merci", headers={"If-Match": "*"})
    finally:
        account.tidy()
        account.api.call("DELETE", "/categories/cat_merci", headers={"If-Match": "*"})


@pytest.mark.parametrize(
    ("trigger", "action", "reason"),
    [
        (TO_PENDING, {"type": "assign", "teams": ["billing"]}, "the case is assigned by assign_case"),
        (ARRIVAL, {"type": "assign_case", "teams": ["billing"]}, "a new case is assigned by assign"),
        (IN_CASE, {"type": "smart_assign", "within": "3h"}, "looks back from an arrival"),
        (IN_CASE, {"type": "tag_case", "tags": ["a"]}, "elsewhere add_tags tags the case"),
        (TO_PENDING, {"type": "set_case_pending"}, "set_case_status sets it"),
        (IN_CASE, {"type": "set_case_status", "status": "pending"}, "can only be 'resolved'"),
        (ARRIVAL, {"type": "edit", "property": "priority", "value": "low"}, "a property of cases"),
        (ARRIVAL, {"type": "smart_assign", "within": "1h"}, "should be '3h', '24h'"),
        (ARRIVAL, {"type": "assign", "users": ["nobody-known"]}, "There is no user"),
    ],
)
def test_what_does_not_belong_to_a_trigger_is_refused_with_the_reason(
    account: Account, trigger: Json, action: Json, reason: str
) -> None:
    """Rows 80, 96; domain 3.1 and 3.3"""
    assert reason in refused(account, trigger=trigger, actions=[action])


def test_without_the_cases_feature_its_actions_are_hidden_refused_and_skipped(
    account: Account, cases_off: Callable[[], None]
) -> None:
    """A40, row 59"""
    actions = [{"type": "tag_case", "tags": ["a"]}, {"type": "add_tags", "tags": ["vu"]}]
    kept = account.recipe(trigger=ARRIVAL, filter=words("interrupteur"), actions=actions)
    cases_off()

    offered = {action["type"] for action in account.api.get("/catalog")["actions"]}
    assert "tag_case" not in offered
    assert "add_tags" in offered
    assert "cases feature is off" in refused(account, trigger=ARRIVAL, actions=actions)
    unique_id = account.write("Un interrupteur")
    skipped = line(account, f"/mentions/{unique_id}", kept, "tag_case")
    assert skipped["reason"] == "the account's cases feature is off"
    wait_until(lambda: account.mention(unique_id)["tags"] == ["vu"])
