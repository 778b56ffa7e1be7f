"""Histories in French and English (rows 121-125): nothing that the code can write is without its words."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import inbox_recipes
from inbox_recipes.actions import ACTIONS
from inbox_recipes.history import HistoryDate, HistoryEntry, Line
from inbox_recipes.people import Actor
from inbox_recipes.wording import Reader, preferred, sentence, unworded
from inbox_recipes.wording.deeds import ROWS as DEEDS
from inbox_recipes.wording.reasons import ROWS as REASONS
from inbox_recipes.wording.reasons import in_french
from tests.builders import NOON
from tests.fakes import Store

SOURCES = Path(inbox_recipes.__file__).parent
PLACES = re.compile(r"\{(\w+)\}")
RECIPE = Actor(kind="recipe", id="rec_1", name="Panne", version=3)
ENGLISH = Reader("en", UTC)
FRENCH = Reader("fr", ZoneInfo("Europe/Paris"), {"nora": "Nora Quesnel"})
URL = "https://hooks.slack.com/…4f2a"


def an_entry(
    kind: str, outcome: Any = "done", reason: str | None = None, by: Actor = RECIPE, **detail: Any
) -> HistoryEntry:
    return HistoryEntry(
        id="1", type=kind, outcome=outcome, by=by, reason=reason, detail=detail, run_id=None, position=None,
        date=HistoryDate(added=NOON),
    )  # fmt: skip


@pytest.mark.parametrize("kind", sorted(ACTIONS))
def test_every_action_has_its_words(kind: str) -> None:
    assert kind in DEEDS


@pytest.mark.parametrize("kind", sorted(DEEDS))
def test_both_languages_tell_the_same_details(kind: str) -> None:
    english, french = DEEDS[kind]["en"], DEEDS[kind]["fr"]
    for one, other in zip(english, french, strict=True):
        assert one.strip()
        assert sorted(PLACES.findall(one)) == sorted(PLACES.findall(other))


@pytest.mark.parametrize(("english", "french"), REASONS)
def test_every_reason_is_told_with_all_that_it_holds(english: str, french: str) -> None:
    """And by its own row: no general one stands before it."""
    assert sorted(PLACES.findall(english)) == sorted(PLACES.findall(french))
    values = {name: _a_value(name) for name in PLACES.findall(english)}

    assert in_french(english.format(**values)) == french.format(**values)


def _a_value(name: str) -> str:
    kind = name.rstrip("0123456789")
    return {"at": "2026-11-22T12:00:00.000Z", "n": "7", "list": "Qq, Zz"}.get(kind, "Qq")


def literals() -> Iterator[tuple[str, str]]:
    """Reasons that stand in the code: of what is not done, never can be, or came back from a receiver."""
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Name(id="Nothing" | "Permanent" | "Unclear"), args=[first, *_]):
                    given = first
                case ast.Return(value=ast.Tuple(elts=[ast.Constant(value="failed" | "refused"), given, *_])):
                    pass
                case ast.Call(func=ast.Name(id="close"), args=[_, _, _, given, *_]):
                    pass
                case _:
                    continue
            for text in _texts(given):
                yield str(path.relative_to(SOURCES)), text


def _texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from (*_texts(one), *_texts(other))


@pytest.mark.parametrize(("module", "reason"), sorted(set(literals())))
def test_every_reason_that_stands_in_the_code_has_its_french(module: str, reason: str) -> None:
    assert in_french(reason), f"{module} says this: add a row beside wording/reasons.py"


def test_there_is_something_to_look_at() -> None:
    assert len(set(literals())) > 25


SENT: dict[str, Any] = {"webhook": "IT", "method": "POST", "url": URL}
LEA = Actor(kind="customer", id="u1", name="léa")
WHO = {
    "rec_1": ("recipe “Panne”:", "recette « Panne » :"),
    "ida": ("ida:", "ida :"),
    "u1": ("customer léa:", "client léa :"),
}
EXAMPLES = {
    "a webhook that was delivered": (
        an_entry("webhook", **SENT, attempts=2, status=204),
        [f"webhook “IT” was delivered to {URL} (POST, attempts: 2); the answer was 204"],
        [f"le webhook « IT » a été remis à {URL} (POST, tentatives : 2) ; la réponse était 204"],
    ),
    "a webhook that failed": (
        an_entry("webhook", "failed", "the receiver answered 503; given up after 10 attempts",
                 **SENT, attempts=10, status=503),
        [f"webhook “IT” to {URL} (POST, attempts: 10, last answer: 503): failed",
         "the receiver answered 503; given up after 10 attempts"],
        [f"webhook « IT » à {URL} (POST, tentatives : 10, dernière réponse : 503) : échec",
         "le destinataire a répondu 503 ; abandonné après 10 tentatives"],
    ),
    "a webhook whose recipe was switched off": (
        an_entry("webhook", "skipped", "not delivered after 1 attempts: the recipe was switched to disabled",
                 **SENT, attempts=1, status=None),
        [f"webhook “IT” to {URL} (POST, attempts: 1, last answer: none): not done",
         "not delivered after 1 attempts: the recipe was switched to disabled"],
        [f"webhook « IT » à {URL} (POST, tentatives : 1, dernière réponse : aucune) : pas fait",
         "non remis après 1 tentatives : la recette a été passée à l'état : désactivé"],
    ),
    "a webhook that could not be made": (
        an_entry("webhook", "failed", "the body would have 300000 bytes, and 262144 are the most",
                 webhook="IT"),
        ["webhook “IT”: failed", "the body would have 300000 bytes, and 262144 are the most"],
        ["webhook « IT » : échec", "le corps aurait 300000 octets, et 262144 est le maximum"],
    ),
    "a wait": (
        an_entry("wait", "skipped", "the customer replied at 2026-11-22T23:30:01.500Z"),
        ["wait: not done", "the customer replied at 22 Nov 2026, 23:30:01"],
        ["attente : pas fait", "le client a répondu le 23 nov. 2026, 00:30:01"],
    ),
    "an agent": (
        an_entry("assign", by=Actor(kind="agent", id="ida"), users=["nora"], previous={"teams": ["t1"]}),
        ["assigned to nora (was t1)"],
        ["attribué à Nora Quesnel (avant : t1)"],
    ),
    "a customer": (
        an_entry("status_changed", "done", "the customer wrote again", LEA,
                 status="unresolved", previous="pending"),
        ["status: unresolved (was pending)", "the customer wrote again"],
        ["statut : non résolu (avant : en attente)", "le client a de nouveau écrit"],
    ),
    "a shadow": (
        an_entry("recipe", "shadow", "the account is paused: it would have acted",
                 would=[{"type": "add_tags", "tags": ["it"]}, {"type": "webhook", "name": "IT"}]),
        ["would do: add tags, webhook “IT”", "the account is paused: it would have acted"],
        ["aurait fait : ajout de tags, webhook « IT »", "le compte est en pause : elle aurait agi"],
    ),
    "a notification": (
        an_entry("notify", "done",
                 "e-mail to Eve; no e-mail to Fred: SES answered X; given up after 6 attempts"),
        ["notification", "e-mail to Eve; no e-mail to Fred: SES answered X; given up after 6 attempts"],
        ["notification",
         "e-mail à Eve ; pas d'e-mail à Fred : SES a répondu X ; abandonné après 6 tentatives"],
    ),
    "hours": (
        an_entry("recipe", "skipped",
                 "wanted during Office, Paris; it was outside: Sunday 18:11 CET (Sunday: closed)"),
        ["the whole recipe: not done",
         "wanted during Office, Paris; it was outside: Sunday 18:11 CET (Sunday: closed)"],
        ["toute la recette : pas fait",
         "voulu : pendant Office, Paris ; c'était : hors des heures : dimanche 18:11 CET (dimanche: fermé)"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_entry_says_when_who_what_and_why(example: str) -> None:
    entry, english, french = EXAMPLES[example]
    who, qui = WHO[entry.by.id]

    assert sentence(entry, ENGLISH) == f"22 Nov 2026, 12:00:00 - {who} {' - '.join(english)}"
    assert sentence(entry, FRENCH) == f"22 nov. 2026, 13:00:00 - {qui} {' - '.join(french)}"


@pytest.mark.parametrize("kind", sorted(DEEDS))
@pytest.mark.parametrize("outcome", ["done", "skipped", "failed", "unknown", "shadow"])
def test_every_type_can_be_told_with_every_end_and_without_details(kind: str, outcome: str) -> None:
    for reader in (ENGLISH, FRENCH):
        assert "{" not in sentence(an_entry(kind, outcome), reader)


@pytest.mark.parametrize(
    "name", ["2026-13-40T99:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.123456789Z"]
)
def test_a_name_that_looks_like_a_time_and_is_none_is_told_as_it_is(name: str) -> None:
    customer = Actor(kind="customer", id="u77", name=name)
    reader = Reader("en", ZoneInfo("America/New_York" if name < "1" else "Europe/Paris"))

    assert f"customer {name}:" in sentence(an_entry("arrived", by=customer), reader)


def test_what_has_no_words_is_told_as_it_is_and_refused_by_the_tests_store() -> None:
    new = an_entry("teleport", reason="the moon was full")
    odd = an_entry("webhook", "failed", "the moon was full")

    assert sentence(new, FRENCH).endswith("teleport: done - the moon was full")
    assert unworded(new) == "the type 'teleport'"
    assert unworded(odd) == "the reason 'the moon was full'"
    assert unworded(an_entry("recipe", "shadow", would=[{"type": "teleport"}])) == "the type 'teleport'"
    with pytest.raises(AssertionError, match="has no words"):
        Store().add_lines((Line(log="mention", item_id="46283_1", entry=odd),))


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"), ("fr", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"), ("en-GB, fr;q=0.5", "en"), ("de, fr;q=0.3", "fr"),
        ("en;q=0.2, fr;q=0.7", "fr"), ("fr;q=0", "en"), ("*", "en"), ("FR", "fr"), ("fr;q=x, en;q=0.1", "en"),
    ],
)  # fmt: skip
def test_the_language_is_the_one_that_the_reader_likes_best(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


@pytest.mark.parametrize(
    ("kind", "detail", "english", "french"),
    [
        ("reply", {"state": "awaiting_approval"}, "answer: awaiting approval",
         "réponse : en attente d'approbation"),
        ("send_private_reply", {"state": "sent"}, "private answer: sent", "réponse privée : envoyée"),
        ("reply_approved", {}, "answer approved", "réponse approuvée"),
        ("reply_rejected", {"comment": "No."}, "answer rejected (comment: No.)",
         "réponse refusée (commentaire : No.)"),
        ("reply_settled", {"sent": True}, "somebody has seen that the answer was sent",
         "quelqu'un a constaté que la réponse est partie"),
        ("survey_asked", {"survey": "csat"}, "CSAT survey asked", "enquête CSAT envoyée"),
        ("flow_step", {"flow_id": "orders", "button": "Back", "step": "start"},
         "flow orders: button Back, next step start", "scénario orders : bouton Back, étape suivante start"),
        ("flow_step", {"flow_id": "orders", "fallback": True}, "flow orders: asked once more",
         "scénario orders : question posée de nouveau"),
        ("flow_step", {"flow_id": "orders", "end": "handed_over"}, "flow orders: handed over to agents",
         "scénario orders : remis aux agents"),
        ("flow_ended", {"flow_id": "orders", "end": "expired"}, "flow orders ended: no answer in time",
         "scénario orders terminé : sans réponse à temps"),
        ("remove_from_service", {"what": "block_author", "service": "facebook"},
         "moderation (block the author) on facebook", "modération (bloquer l'auteur) sur facebook"),
    ],
)  # fmt: skip
def test_answers_surveys_flows_and_moderation_are_told_in_words(
    kind: str, detail: dict[str, Any], english: str, french: str
) -> None:
    """No names of the code's, no "none" where there is nothing, and the gender of what is spoken of."""
    entry = an_entry(kind, **detail)
    assert sentence(entry, ENGLISH).endswith(f": {english}")
    assert sentence(entry, FRENCH).endswith(f" : {french}")


def test_what_a_recipe_would_do_on_a_platform_is_named() -> None:
    would = [{"type": "remove_from_service", "what": "hide"}]
    assert "would do: moderation (hide)" in sentence(an_entry("recipe", "shadow", would=would), ENGLISH)
