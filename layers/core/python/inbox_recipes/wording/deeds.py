"""What entries tell was done: for each type its name, and how it is said once it is done.

In braces stand details of the entry; `{who}` are users and teams, `{tags}` tags, `{was}` what was before,
`{said}` a comment, `{seen}` whether a message was sent, `{move}` what came of a message to a flow.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from inbox_recipes.history import HistoryEntry
from inbox_recipes.wording.terms import ENGLISH, term


class Words(NamedTuple):
    """A type of entry in one language."""

    name: str
    done: str


def _row(en: str, en_done: str, fr: str, fr_done: str) -> dict[str, Words]:
    return {"en": Words(en, en_done), "fr": Words(fr, fr_done)}


ROWS = {
    "arrived": _row("arrival", "the message arrived", "arrivée", "le message est arrivé"),
    "replied": _row("answer", "answered with {unique_id}", "réponse", "réponse donnée : {unique_id}"),
    "case_created": _row("new case", "case opened: {title}", "nouveau dossier", "dossier ouvert : {title}"),
    "mention_added": _row(
        "message in the case", "the message {unique_id} joined the case",
        "message dans le dossier", "le message {unique_id} a rejoint le dossier"),
    "mentions_linked": _row(
        "messages put in", "messages put into the case: {unique_ids}",
        "ajout de messages", "messages ajoutés au dossier : {unique_ids}"),
    "mentions_unlinked": _row(
        "messages taken out", "messages taken out of the case: {unique_ids}",
        "retrait de messages", "messages retirés du dossier : {unique_ids}"),
    "linked": _row("put into a case", "put into the case {case_id}",
                   "ajout à un dossier", "ajouté au dossier {case_id}"),
    "unlinked": _row("taken out of a case", "taken out of the case {case_id}",
                     "retrait d'un dossier", "retiré du dossier {case_id}"),
    "contact_merged": _row("contacts merged", "contacts {merged} became {contact_id}",
                           "fusion de contacts", "les contacts {merged} sont devenus {contact_id}"),
    "status_changed": _row("status", "status: {status}{was}", "statut", "statut : {status}{was}"),
    "note": _row("note", "a note was written", "note", "une note a été écrite"),
    "note_todo": _row("to-do note", "what a note asks for is: {todo}",
                      "note à traiter", "ce que demande une note : {todo}"),
    "recipe": _row("the whole recipe", "the recipe acted", "toute la recette", "la recette a agi"),
    "add_tags": _row("add tags", "tags added: {tags}", "ajout de tags", "tags ajoutés : {tags}"),
    "remove_tags": _row("remove tags", "tags removed: {tags}", "retrait de tags", "tags retirés : {tags}"),
    "tag_case": _row("tag the case", "case tagged: {tags}",
                     "tags du dossier", "tags ajoutés au dossier : {tags}"),
    "assign": _row("assign", "assigned to {who}{was}", "attribution", "attribué à {who}{was}"),
    "unassign": _row("unassign", "assigned to nobody any more{was}",
                     "retrait de l'attribution", "n'est plus attribué{was}"),
    "assign_case": _row("assign the case", "case assigned to {who}{was}",
                        "attribution du dossier", "dossier attribué à {who}{was}"),
    "smart_assign": _row("assign to who knows the customer", "assigned to {who}, who knows the customer{was}",
                         "attribution à qui connaît le client",
                         "attribué à {who}, qui connaît le client{was}"),
    "edit": _row("edit", "{property}: {value}{was}", "modification", "{property} : {value}{was}"),
    "resolve": _row("resolve", "resolved{was}", "résolution", "résolu{was}"),
    "set_case_pending": _row("set the case to pending", "case: {status}{was}",
                             "mise en attente du dossier", "dossier : {status}{was}"),
    "set_case_status": _row("set the case's status", "case: {status}{was}",
                            "statut du dossier", "dossier : {status}{was}"),
    "remove_from_service": _row("moderation ({what})", "moderation ({what}) on {service}",
                                "modération ({what})", "modération ({what}) sur {service}"),
    "notify": _row("notification", "notification", "notification", "notification"),
    "reply": _row("answer", "answer: {state}", "réponse", "réponse : {state}"),
    "send_private_reply": _row("private answer", "private answer: {state}",
                               "réponse privée", "réponse privée : {state}"),
    "send_public_reply": _row("public answer", "public answer: {state}",
                              "réponse publique", "réponse publique : {state}"),
    "reply_edited": _row("edit the answer", "answer edited{said}",
                         "modification de la réponse", "réponse modifiée{said}"),
    "reply_approved": _row("approve the answer", "answer approved{said}",
                           "approbation de la réponse", "réponse approuvée{said}"),
    "reply_rejected": _row("reject the answer", "answer rejected{said}",
                           "refus de la réponse", "réponse refusée{said}"),
    "reply_sent_again": _row("send the answer again", "answer to be sent again{said}",
                             "nouvel envoi de la réponse", "réponse à renvoyer{said}"),
    "reply_settled": _row("what became of the answer", "{seen}{said}",
                          "sort de la réponse", "{seen}{said}"),
    "survey_asked": _row("ask a survey", "{survey} survey asked", "enquête", "enquête {survey} envoyée"),
    "survey_not_sent": _row("give up a survey", "{survey} survey not sent: it may be asked again",
                            "abandon de l'enquête", "enquête {survey} non envoyée : elle peut être reposée"),
    "survey_answered": _row("answer to a survey", "{survey} survey answered: {score}{was}",
                            "réponse à l'enquête", "réponse à l'enquête {survey} : {score}{was}"),
    "flow_started": _row("start a flow", "flow {flow_id} started at its step {step}",
                         "début du scénario", "scénario {flow_id} commencé à l'étape {step}"),
    "flow_step": _row("step of a flow", "flow {flow_id}: {move}",
                      "étape du scénario", "scénario {flow_id} : {move}"),
    "flow_ended": _row("end of a flow", "flow {flow_id} ended: {end}",
                       "fin du scénario", "scénario {flow_id} terminé : {end}"),
    "contact_removed": _row("contact taken out", "an erased contact was taken out of the case",
                            "retrait d'un contact", "un contact effacé a été retiré du dossier"),
    "erased": _row("erasure", "the contact's data were erased", "effacement",
                   "les données du contact ont été effacées"),
    "wait": _row("wait", "wait", "attente", "attente"),
    "webhook": _row("webhook “{webhook}”",
                    "webhook “{webhook}” was delivered to {url} ({method}, attempts: {attempts}); "
                    "the answer was {status}",
                    "webhook « {webhook} »",
                    "le webhook « {webhook} » a été remis à {url} ({method}, tentatives : {attempts}) ; "
                    "la réponse était {status}"),
}  # fmt: skip
"""Type of entry -> its words in each language."""

ENDS = {
    "en": {"skipped": "{}: not done", "failed": "{}: failed", "unknown": "{}: perhaps done, nobody knows",
           "shadow": "would do: {}"},
    "fr": {"skipped": "{} : pas fait", "failed": "{} : échec",
           "unknown": "{} : peut-être fait, nul ne le sait", "shadow": "aurait fait : {}"},
}  # fmt: skip
SENT = {
    "en": " to {url} ({method}, attempts: {attempts}, last answer: {status})",
    "fr": " à {url} ({method}, tentatives : {attempts}, dernière réponse : {status})",
}
NOBODY = {"en": "nobody", "fr": "personne"}
NOTHING = {"en": "none", "fr": "aucune"}
WAS = {"en": " (was {})", "fr": " (avant : {})"}
COMMENT = {"en": " (comment: {})", "fr": " (commentaire : {})"}
SEEN = {
    "en": {True: "somebody has seen that the answer was sent", False: "somebody has seen that it was not"},
    "fr": {True: "quelqu'un a constaté que la réponse est partie",
           False: "quelqu'un a constaté que la réponse n'est pas partie"},
}  # fmt: skip
STATES = {
    "en": {"awaiting_approval": "awaiting approval", "skipped": "not sent"},
    "fr": {"sent": "envoyée"},
}
"""States of an answer, where they are said otherwise than other words."""
MOVES = {
    "en": {"button": "button {}", "step": "next step {}", "fallback": "asked once more"},
    "fr": {"button": "bouton {}", "step": "étape suivante {}", "fallback": "question posée de nouveau"},
}
FLOW_ENDS = {
    "en": {"finished": "at its end", "handed_over": "handed over to agents", "expired": "no answer in time"},
    "fr": {"finished": "arrivé à sa fin", "handed_over": "remis aux agents",
           "expired": "sans réponse à temps"},
}  # fmt: skip


def without_words(entry: HistoryEntry) -> str | None:
    """A type that there are no words for: the entry's, or of something that its recipe would have done."""
    would = [str(each["type"]) for each in entry.detail.get("would", ())]
    return next((kind for kind in (entry.type, *would) if kind not in ROWS), None)


def deed(entry: HistoryEntry, language: str, names: Mapping[str, str]) -> str:
    """What was done, or was not, in words."""
    if entry.type not in ROWS:
        return f"{entry.type}: {entry.outcome}"
    words, detail = ROWS[entry.type][language], _Details(entry.detail, language, names)
    if entry.outcome == "done":
        return words.done.format_map(detail)
    name = words.name.format_map(detail)
    if entry.type == "webhook" and entry.detail.get("url"):
        name += SENT[language].format_map(detail)
    if entry.outcome == "shadow" and "would" in entry.detail:
        name = ", ".join(_planned(each, language) for each in entry.detail["would"])
    return ENDS[language][entry.outcome].format(name)


def _planned(action: dict[str, Any], language: str) -> str:
    kind = str(action["type"])
    if kind not in ROWS:
        return kind
    named = {"webhook": action.get("name") or action.get("url", ""), "what": action.get("what")}
    return ROWS[kind][language].name.format_map(_Details(named, language, {}))


class _Details(dict[str, str]):
    """An entry's details in words; one that is not there is said to be none."""

    def __init__(self, detail: dict[str, Any], language: str, names: Mapping[str, str]) -> None:
        self._language = language
        self._names = names
        given = {name: self._said(value) for name, value in detail.items()}
        tags = detail.get("added") or detail.get("removed") or detail.get("tags")
        given["tags"] = self._said(tags)
        given["who"] = self._people(detail)
        given["was"] = self._before(detail)
        given |= self._of_answers(detail) | self._of_flows(detail)
        super().__init__(given)

    def __missing__(self, key: str) -> str:
        return NOTHING[self._language]

    def _said(self, value: Any) -> str:
        if value is None or value in ([], {}, ""):
            return NOTHING[self._language]
        if isinstance(value, list | tuple):
            return ", ".join(map(self._said, value))
        word = str(value)
        return term(word) if self._language == "fr" else ENGLISH.get(word, word)

    def _people(self, detail: dict[str, Any]) -> str:
        people = [*detail.get("users", ()), *detail.get("teams", ())]
        return ", ".join(self._names.get(each, each) for each in people) or NOBODY[self._language]

    def _of_answers(self, detail: dict[str, Any]) -> dict[str, str]:
        language, state, comment = self._language, detail.get("state"), detail.get("comment")
        given = {"said": COMMENT[language].format(comment) if comment else ""}
        given["seen"] = SEEN[language][bool(detail.get("sent"))]
        if state in STATES[language]:
            given["state"] = STATES[language][state]
        if "survey" in detail:
            given["survey"] = str(detail["survey"]).upper()
        return given

    def _of_flows(self, detail: dict[str, Any]) -> dict[str, str]:
        """How a flow went on, and how it ended if it did."""
        words = MOVES[self._language]
        parts = [words[name].format(detail[name]) for name in words if detail.get(name)]
        end = FLOW_ENDS[self._language].get(detail.get("end", ""))
        return {"move": ", ".join([*parts, *([end] if end else [])]), **({"end": end} if end else {})}

    def _before(self, detail: dict[str, Any]) -> str:
        before = detail.get("previous")
        if before is None or before in ("", {}, []):
            return ""
        said = self._people(before) if isinstance(before, dict) else self._said(before)
        return WAS[self._language].format(said)
