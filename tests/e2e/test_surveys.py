"""Surveys and flows on the running stack, with X and Facebook played on this machine (rows 68, 87-90, 98)."""

import re
import uuid
from collections.abc import Iterator

import pytest
import requests

from tests.e2e.account import TOPIC, Account
from tests.e2e.stack import Stack, wait_until
from tools.api_client import Json
from tools.platform_sandbox.played import ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN
from tools.platform_sandbox.server import Sandbox

FLOW = {
    "name": "Orders",
    "content": {
        "type": "flow",
        "fallback": "Please choose.",
        "steps": [
            {"id": "start", "text": "Hello! What is it about?", "buttons": [
                {"title": "My order", "next": "order", "tags": ["order"]},
                {"title": "A person", "next": "wait", "hand_over": True}]},
            {"id": "order", "text": "Which one?", "buttons": [{"title": "Back", "next": "start"}]},
            {"id": "wait", "text": "One moment."},
        ],
    },
}  # fmt: skip
RESPONSES: dict[str, Json] = {
    "e2e-csat": {"name": "CSAT", "content": {"type": "csat", "question": "Are you satisfied?"}},
    "e2e-nps": {"name": "NPS", "content": {"type": "nps", "question": "Would you recommend us?"}},
    "e2e-flow": FLOW,
}


@pytest.fixture
def sandbox(stack: Stack, account: Account) -> Iterator[Sandbox]:
    """X and Facebook, connected to the stack's topic, and the responses."""
    with Sandbox(stack["api_url"]) as played:
        secrets = {"app_secret": APP_SECRET, "access_token": ACCESS_TOKEN}
        for service in ("twitter", "facebook"):
            more = {"verify_token": VERIFY_TOKEN} if service == "facebook" else {}
            body = {
                "name": "Orvane", "service": service, "native_id": played.platforms[service].profile,
                "topic": TOPIC, "sandbox_url": played.url, "credentials": {**secrets, **more},
            }  # fmt: skip
            account.connect(f"our-{service}", body)
        for response_id, response in RESPONSES.items():
            account.put(f"/responses/{response_id}", response)
        yield played


def send(kind: str) -> Json:
    return {"type": "send_private_reply", "kind": kind, "response_id": f"e2e-{kind}"}


def ask(account: Account, sandbox: Sandbox, service: str, *actions: Json, to: str = "pending") -> Json:
    """Somebody writes, an agent sets the case, and a recipe does that; gives the case as it was."""
    account.recipe(trigger={"type": "case_status_changed", "to": to}, actions=list(actions))
    name = f"Ana {uuid.uuid4().hex[:8]}"
    message = sandbox.write(service, name, "Where is my order?")
    case = account.case_of(f"{TOPIC}_{message.id}")
    account.set_case(case["id"], status=to)
    return {**case, "name": name, "person": message.author}


def said(sandbox: Sandbox, service: str, person: str, number: int) -> str:
    """The text of our message of that number to somebody, when it has come."""

    def found() -> str | None:
        ours = [each.text for each in sandbox.platforms[service].messages.values() if each.to == person]
        return ours[number] if len(ours) > number else None

    return wait_until(found)


def now(account: Account, case: Json) -> Json:
    return account.api.get(f"/cases/{case['id']}")


def test_csat_by_a_quick_reply_of_messenger_is_asked_once(account: Account, sandbox: Sandbox) -> None:
    """Rows 88, 98; A26, A37: the click is kept in the case, which it does not open again."""
    case = ask(account, sandbox, "facebook", send("csat"), send("csat"))
    assert said(sandbox, "facebook", case["person"], 0) == "Are you satisfied?"

    click = sandbox.click("facebook", case["name"], "4")

    assert sandbox.told[-1][2] == 200
    after = now(account, case)
    assert (after["feedback"]["csat"], after["status"]) == (4, "pending")
    mention = account.mention(f"{TOPIC}_{click.id}")
    assert (mention["status"], mention["case_id"]) == ("done", case["id"])
    assert [each["title"] for each in mention["clicked_buttons"]] == ["4"]

    def outcomes() -> list[str] | None:
        lines = [
            each for each in account.history(f"/cases/{case['id']}") if each["type"] == "send_private_reply"
        ]
        return sorted(each["outcome"] for each in lines) if len(lines) > 1 else None

    assert wait_until(outcomes) == ["done", "skipped"]
    kinds = [each["type"] for each in reversed(account.history(f"/cases/{case['id']}"))]
    assert kinds.index("survey_asked") < kinds.index("survey_answered")


def test_nps_by_the_page_behind_a_link(account: Account, sandbox: Sandbox, stack: Stack) -> None:
    """Rows 89, 98: also when the case is resolved; no login, and every wrong link looks the same (R15)."""
    case = ask(account, sandbox, "twitter", send("nps"), to="resolved")
    text = said(sandbox, "twitter", case["person"], 0)
    link = text.split()[-1]
    assert link.startswith(f"{stack['api_url']}/surveys/")

    shown = requests.get(link, headers={"Accept-Language": "fr"}, timeout=30)
    assert (shown.status_code, "Would you recommend us?" in shown.text) == (200, True)
    assert '<html lang="fr">' in shown.text
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    answered = requests.post(link, data={"score": "9", "comment": "Très bien"}, timeout=30)
    assert (answered.status_code, "merci" in answered.text.lower()) == (200, False)
    assert "Thank you" in answered.text

    after = now(account, case)
    assert (after["feedback"]["nps"], after["status"]) == (9, "resolved")
    assert after["feedback"]["surveys"][0]["comment"] == "Très bien"
    wrong = [requests.get(f"{link[:-3]}AAA", timeout=30), requests.get(f"{link}x", timeout=30)]
    assert [each.status_code for each in wrong] == [404, 404]
    assert wrong[0].text == wrong[1].text
    summary = account.api.get(f"/feedback?topic_id={TOPIC}")
    assert summary["nps"]["counts"]["9"] >= 1


def test_a_flow_of_three_steps_ends_with_an_agent(account: Account, sandbox: Sandbox) -> None:
    """Row 90; domain 1.2, `handled_by`."""
    case = ask(account, sandbox, "facebook", send("flow"))
    person, name = case["person"], case["name"]
    assert said(sandbox, "facebook", person, 0) == "Hello! What is it about?"
    assert now(account, case)["handled_by"] == {"type": "flow", "flow_id": "e2e-flow"}

    sandbox.click("facebook", name, "My order")
    assert said(sandbox, "facebook", person, 1) == "Which one?"
    sandbox.write("facebook", name, "back")
    assert said(sandbox, "facebook", person, 2) == "Hello! What is it about?"
    assert now(account, case)["status"] == "pending"
    last = sandbox.click("facebook", name, "A person")
    assert said(sandbox, "facebook", person, 3) == "One moment."

    after = now(account, case)
    assert (after["handled_by"]["type"], after["status"], after["tags"]) == ("agent", "unresolved", ["order"])
    assert account.mention(f"{TOPIC}_{last.id}")["status"] == "new"
    steps = [each for each in account.history(f"/cases/{case['id']}") if each["type"] == "flow_step"]
    assert [each["detail"].get("end") for each in steps] == ["handed_over", None, None]
    explained = account.api.post(
        "/explain",
        {
            "recipe": {
                "name": "By flows", "trigger": {"type": "mention_in_case"}, "topics": [TOPIC],
                "mode": "enabled", "actions": [{"type": "add_tags", "tags": ["x"]}],
                "filter": {"query": "status.handled_by:flow"},
            },
            "unique_id": f"{TOPIC}_{last.id}",
        },
    )  # fmt: skip
    assert explained["matched"]


def test_a_recipe_acts_on_bad_scores_alone(account: Account, sandbox: Sandbox) -> None:
    """Group Feedback: the answer itself is the message that sets it off."""
    rules = [
        {"field": "action.last_type", "operator": "is", "value": "survey_answered"},
        {"field": "feedback.csat_score", "operator": "lte", "value": 2},
    ]
    account.recipe(
        trigger={"type": "mention_in_case"},
        filter={"combinator": "and", "rules": rules},
        actions=[{"type": "add_tags", "target": "case", "tags": ["unhappy"]}],
    )
    tagged = {}
    for score in ("5", "2"):
        case = ask(account, sandbox, "facebook", send("csat"))
        said(sandbox, "facebook", case["person"], 0)
        sandbox.click("facebook", case["name"], score)
        tagged[score] = case

    wait_until(lambda: "unhappy" in now(account, tagged["2"])["tags"])
    assert now(account, tagged["5"])["tags"] == []


def test_the_key_of_links_stands_in_no_table(account: Account, sandbox: Sandbox, stack: Stack) -> None:
    """R9: and the api function may read it, and no other secret."""
    case = ask(account, sandbox, "twitter", send("nps"))
    link = said(sandbox, "twitter", case["person"], 0).split()[-1]
    assert re.fullmatch(r"[A-Za-z0-9_-]{44}", link.rsplit("/", 1)[1])

    secrets = stack.client("secretsmanager", **stack.role_of("api"))
    names = {
        each["Description"]: each["ARN"] for each in stack.aws("secretsmanager").list_secrets()["SecretList"]
    }
    key = secrets.get_secret_value(SecretId=names["Signs the links to surveys of Inbox Recipes"])[
        "SecretString"
    ]
    assert len(key) == 48
    with pytest.raises(secrets.exceptions.ClientError, match="AccessDenied"):
        secrets.get_secret_value(SecretId=names["Signs the webhooks of Inbox Recipes"])
