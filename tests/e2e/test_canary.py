"""Secrets never leave (R9): one of its own in every field that holds one, and every sink searched."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any
from urllib.parse import quote

import pytest

from tests import wire
from tests.e2e.account import TOPIC, Account, words
from tests.e2e.sinks import forms, hits, log, queues, tables
from tests.e2e.stack import Stack, wait_until
from tests.e2e.test_least_privilege import without
from tests.receiver import Receiver, listening
from tools.api_client import ApiError

BEARER = 'cAn4ry-"bearer"/-5f1c2d'
SHARED = "cAn4ry-sh&red+secret-77aa"
QUERY = "cAn4ry-query-t0ken-31"
APP = "cAn4ry-app+secret/0d3e"
VERIFY = "cAn4ry-verify-t0ken-9a"
ACCESS = "cAn4ry-access=t0ken-42"
DEVICE = "cAn4ryDev1ceT0ken0815"
PASSWORD = "Correct-Horse-42-Battery"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as made:
        yield made


class Heard:
    """Every answer of the API that this test was given."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.token = stack, stack.token()
        self.answers: list[tuple[str, str]] = []

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = self.stack.ask(method, path, self.token, json=body, headers=headers)
        self.answers.append((f"{method} {path}", f"{answer.headers}\n{answer.text}"))
        return answer.json() if answer.text else None

    def everything(self, path: str) -> None:
        cursor: Any = None
        while True:
            page = self.ask("GET", path + (f"?cursor={cursor}" if cursor else ""))
            cursor = page["paging"]["next"]
            if cursor is None:
                return


def test_the_search_finds_a_secret_in_any_form() -> None:
    for secret in (BEARER, SHARED, APP):
        for form in forms(secret):
            assert hits(iter([("somewhere", f"... {form} ...")]), [secret]) == [("somewhere", secret)]


def test_no_secret_is_found_anywhere_but_in_its_store(
    account: Account, stack: Stack, receiver: Receiver
) -> None:
    api = Heard(stack)
    hook = {
        "type": "webhook", "name": "CRM", "authorization": f"Bearer {BEARER}", "x_signature": SHARED,
        "url": f"{receiver.url}/status/503?about=[topic.id]&key={quote(QUERY, safe='')}",
    }  # fmt: skip
    works = {**hook, "name": "Works", "url": hook["url"].replace("status/503", "ok")}
    gone = {**hook, "name": "Gone", "url": hook["url"].replace("503", "410")}
    recipe = account.recipe(trigger={"type": "arrival"}, filter=words("geheim"), actions=[hook, works, gone])
    body = {"name": "R", "trigger": {"type": "arrival"}, "topics": [TOPIC], "actions": [hook]}
    api.ask("PUT", f"/recipes/{recipe}", {**body, "topics": ["nowhere"]}, **{"If-Match": "*"})
    api.ask("PUT", f"/recipes/{recipe}", {**body, "actions": [{**hook, "authorization": f"{BEARER} é"}]},
            **{"If-Match": "*"})  # fmt: skip
    api.ask("PATCH", f"/recipes/{recipe}", {"name": "Renamed"}, **{"If-Match": "*"})
    for service, secrets in (
        ("facebook", {"app_secret": APP, "verify_token": VERIFY, "access_token": ACCESS}),
        ("twitter", {"app_secret": APP, "access_token": ACCESS}),
    ):
        whole = {"name": "P", "service": service, "native_id": wire.NATIVE[service], "topic": TOPIC,
                 "credentials": secrets}  # fmt: skip
        account.profiles.add(f"/profiles/canary-{service}")
        api.ask("PUT", f"/profiles/canary-{service}", whole, **{"If-None-Match": "*"})
        api.ask("PUT", f"/profiles/canary-{service}", {**whole, "topic": "nowhere"}, **{"If-Match": "*"})
    api.ask(
        "GET", f"/platforms/facebook/webhook?hub.mode=subscribe&hub.challenge=1&hub.verify_token={VERIFY}x"
    )
    account.put("/users/hugo", {"name": "Hugo"})
    api.ask("PUT", "/users/hugo/devices/phone", {"platform": "apple", "token": DEVICE})
    api.ask("POST", "/signing-keys/rotate", {})
    stack.person("canary", "viewer")
    login = stack.log_in("canary")

    unique_id = account.write("streng geheim")
    account.write("streng geheim zwei")
    forged = stack.ask(
        "POST", "/platforms/facebook/webhook", data=b"{}", headers={"x-hub-signature-256": APP}
    )
    assert forged.status_code == 403
    with without("secretsmanager:GetSecretValue", stack["roles"]["executor"], stack.aws("iam")):
        account.write("streng geheim drei")
        wait_until(lambda: "AccessDenied" in next(log(stack))[1], 30)
    wait_until(lambda: len(account.lines(f"/mentions/{unique_id}", recipe)) == 2)
    wait_until(lambda: len(receiver.got) >= 5, 60)
    assert any(BEARER in got.headers["authorization"] for got in receiver.got), "there was something to tell"
    assert any(QUERY in got.path for got in receiver.got)

    api.ask("POST", "/deliveries/test", {"action": hook})
    for path in ("/recipes", "/profiles", "/deliveries", "/endpoints", "/runs", "/quarantine", "/waits"):
        api.everything(path)
    for path in (f"/recipes/{recipe}", f"/recipes/{recipe}/versions/1", f"/recipes/{recipe}/receivers",
                 "/profiles/canary-facebook", "/users/hugo/devices", "/signing-keys", "/account",
                 f"/mentions/{unique_id}/history", "/catalog"):  # fmt: skip
        api.ask("GET", path)
    for each in account.api.get("/deliveries?state=pending")["data"]:
        api.ask("GET", f"/deliveries/{each['id']}")
    api.ask("POST", "/explain", {"recipe_id": recipe, "unique_id": unique_id})

    signing = stack.aws("secretsmanager").get_secret_value(SecretId=stack["signing_secret_arn"])
    canaries = [
        BEARER,
        SHARED,
        APP,
        VERIFY,
        ACCESS,
        DEVICE,
        PASSWORD,
        stack["client_secret"],
        login,
        api.token,
    ]
    canaries += [key for key in re.split(r"[^A-Za-z0-9+/=_-]", signing["SecretString"]) if len(key) > 30]
    # New keys are shown once, to whoever asked for them.
    answers = (each for each in api.answers if each[0] != "POST /signing-keys/rotate")
    everywhere = chain(tables(stack), queues(stack), log(stack), answers)
    assert hits(everywhere, canaries) == []
    _the_query_stands_in_recipes_and_in_what_is_sent_and_nowhere_else(stack, api)


def _the_query_stands_in_recipes_and_in_what_is_sent_and_nowhere_else(stack: Stack, api: Heard) -> None:
    """Its author wrote it into the recipe; whoever may read recipes reads it there, and it is sent."""
    found = {where for where, _ in hits(chain(tables(stack), queues(stack), log(stack)), [QUERY])}
    allowed = ("recipes ", "ledger DELIVERY#")
    assert {where for where in found if not where.startswith(allowed)} == set()
    assert {where.split()[-1] for where in found if where.startswith("ledger")} <= {"REQUEST"}
    told = {where for where, _ in hits(iter(api.answers), [QUERY])}
    assert {where for where in told if "/recipes" not in where and "/explain" not in where} == set()


def test_an_error_of_the_api_quotes_no_secret(account: Account) -> None:
    with pytest.raises(ApiError) as refused:
        account.recipe(
            trigger={"type": "arrival"},
            actions=[{"type": "webhook", "url": "https://x", "authorization": f"Bearer {BEARER}"}],
        )
    assert "cAn4ry" not in str(refused.value)
