"""Notifications through the emulated SES and SNS: a mail for each, a digest when it is due, devices."""

from typing import Any

import requests

from tests.e2e.account import Account, words
from tests.e2e.stack import Stack, wait_until


def mails(stack: Stack, to: str) -> list[dict[str, Any]]:
    """What the emulator's SES has taken for somebody, oldest first."""
    answer = requests.get(f"{stack['endpoint_url']}/_ministack/ses/messages", timeout=10).json()
    return [mail for sent in answer["messages"].values() for mail in sent if to in mail["To"]]


def notified(account: Account, unique_id: str, recipe: str) -> list[str]:
    """What the history of a mention says of notifications, oldest first."""
    lines = account.lines(f"/mentions/{unique_id}", recipe)
    return [str(line["reason"]) for line in lines if line["type"] == "notify"]


def test_people_get_a_mail_and_those_without_an_address_are_named(account: Account, stack: Stack) -> None:
    """Rows 18-20: by e-mail and push, to users and a team's members; skipped with the reason."""
    account.put("/users/eve", {"name": "Eve", "email": "eve@example.com", "teams": ["billing"]})
    account.put("/users/fred", {"name": "Fred"})
    recipe = account.recipe(
        name="Outage é",
        trigger={"type": "arrival"},
        filter=words("notifypanne"),
        actions=[{"type": "notify", "channels": ["email", "push"], "users": ["fred"], "teams": ["billing"]}],
    )
    unique_id = account.write("<b>notifypanne</b> depuis 9 h & plus rien")

    [mail] = wait_until(lambda: mails(stack, "eve@example.com"))
    assert mail["Subject"] == "Outage é: 1 new mention"
    assert "notifypanne depuis 9 h & plus rien" in mail["BodyText"]
    assert "notifypanne depuis 9 h &amp; plus rien" in mail["BodyHtml"]
    last = wait_until(lambda: notified(account, unique_id, recipe)[1:])[-1]
    assert "e-mail to Eve" in last
    assert "no e-mail to Fred: no e-mail address" in last
    assert "no push to Fred: no device is registered" in last


def test_what_comes_between_is_in_the_next_mail_though_nobody_writes_then(
    account: Account, stack: Stack
) -> None:
    """Row 21, A7: at most one in a minute; a schedule sends the second when it is due."""
    account.put("/users/gina", {"name": "Gina", "email": "gina@example.com"})
    account.recipe(
        name="Digest",
        trigger={"type": "arrival"},
        filter=words("notifydigest"),
        actions=[{"type": "notify", "channels": ["email"], "users": ["gina"], "interval_minutes": 1}],
    )
    account.write("notifydigest 1")
    wait_until(lambda: mails(stack, "gina@example.com"))
    for number in (2, 3, 4):
        account.write(f"notifydigest {number}")

    wait_until(lambda: len(mails(stack, "gina@example.com")) > 1 or None, 90)
    subjects = [mail["Subject"] for mail in mails(stack, "gina@example.com")]
    assert subjects == ["Digest: 1 new mention", "Digest: 3 new mentions"]


def test_a_device_is_registered_with_sns_and_gets_a_push(account: Account, stack: Stack) -> None:
    """Row 18: the emulator takes the push and delivers nothing; that it was taken is in the history."""
    account.put("/users/hugo", {"name": "Hugo"})
    device = account.api.call(
        "PUT", "/users/hugo/devices/phone", {"platform": "apple", "token": "abc123"}
    ).json()
    assert (device["id"], "token" in device) == ("phone", False)
    recipe = account.recipe(
        trigger={"type": "arrival"},
        filter=words("notifypush"),
        actions=[{"type": "notify", "channels": ["push"], "users": ["hugo"]}],
    )
    unique_id = account.write("notifypush")

    said = wait_until(lambda: notified(account, unique_id, recipe)[1:])
    assert said == ["push to Hugo"]
    account.api.call("DELETE", "/users/hugo/devices/phone")


def test_a_paused_account_does_nothing_and_a_budget_stops_a_flood(account: Account) -> None:
    """R6, R25, through the API: both are told in the history."""
    recipe = account.recipe(
        trigger={"type": "arrival"},
        filter=words("notifyflood"),
        actions=[{"type": "add_tags", "tags": ["x"]}],
    )

    def settings(**changed: Any) -> None:
        account.api.call("PATCH", "/account", changed, headers={"If-Match": "*"})

    def said(unique_id: str) -> str:
        [line] = wait_until(lambda: account.lines(f"/mentions/{unique_id}", recipe))
        return f"{line['outcome']}: {line['reason']}"

    try:
        settings(paused=True)
        assert said(account.write("notifyflood 1")) == "shadow: the account is paused: it would have acted"
        settings(paused=False, budgets={"actions_per_recipe": 2})
        first = [said(account.write(f"notifyflood {number}")) for number in (2, 3)]
        assert first == ["done: None", "done: None"]
        assert said(account.write("notifyflood 4")).startswith("skipped: the budget is used up: 2 actions")
    finally:
        settings(paused=None, budgets=None)
