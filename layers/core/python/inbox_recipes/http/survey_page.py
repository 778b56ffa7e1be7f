"""The page of a survey, as HTML: no script, no cookie, nothing from elsewhere. What it does is elsewhere."""

import hashlib
import re
from base64 import b64encode
from html import escape

from inbox_recipes.feedback import SCALES, Survey, SurveyKind, Wording
from inbox_recipes.surveys import LONGEST_COMMENT

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Your opinion",
        "csat 1": "very dissatisfied",
        "csat 2": "dissatisfied",
        "csat 3": "neither",
        "csat 4": "satisfied",
        "csat 5": "very satisfied",
        "nps 0": "not at all likely",
        "nps 10": "extremely likely",
        "comment": "Would you like to add something? (optional)",
        "send": "Send",
        "again": "You have answered already: you can change your answer here.",
        "choose": "Please choose one of the answers.",
        "long": "Please write {most} characters at most.",
        "thanks": "Thank you!",
        "kept": "We have your answer.",
        "gone": "This link does not work",
        "why": "It may be too old, or not complete. If you have a question, please write to us again.",
        "busy": "That did not work",
        "later": "Please try again in a moment.",
    },
    "fr": {
        "title": "Votre avis",
        "csat 1": "très insatisfait",
        "csat 2": "insatisfait",
        "csat 3": "ni l&rsquo;un ni l&rsquo;autre",
        "csat 4": "satisfait",
        "csat 5": "très satisfait",
        "nps 0": "pas du tout probable",
        "nps 10": "très probable",
        "comment": "Souhaitez-vous ajouter quelque chose ? (facultatif)",
        "send": "Envoyer",
        "again": "Vous avez déjà répondu : vous pouvez modifier votre réponse ici.",
        "choose": "Veuillez choisir une des réponses.",
        "long": "Veuillez écrire {most} caractères au plus.",
        "thanks": "Merci !",
        "kept": "Votre réponse est enregistrée.",
        "gone": "Ce lien ne fonctionne pas",
        "why": "Il est peut-être trop ancien ou incomplet. Si vous avez une question, écrivez-nous.",
        "busy": "Cela n&rsquo;a pas fonctionné",
        "later": "Veuillez réessayer dans un instant.",
    },
}

STYLE = """
:root{color-scheme:light dark}
body{font:1.125rem/1.5 system-ui,sans-serif;margin:0;padding:1rem}
main{max-width:34rem;margin:0 auto}
fieldset{border:0;margin:0 0 1.5rem;padding:0}
legend{font-size:1.4rem;font-weight:600;margin-bottom:1rem;padding:0}
.score{display:flex;gap:.75rem;align-items:center;min-height:2.75rem}
input[type=radio]{width:1.5rem;height:1.5rem}
textarea,button{font:inherit;width:100%;box-sizing:border-box;padding:.6rem;margin-top:.5rem}
:focus-visible{outline:3px solid currentColor;outline-offset:2px}
[role=alert]{border-left:.3rem solid #c00;padding-left:.75rem}
.text{white-space:pre-line}
"""
STYLE_HASH = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
"""Of every page: it is nobody else's business, and its address is a key."""


def language(preferred: str | None, accepted: str | None) -> str:
    """The language of a page: that of the conversation if it is spoken here, or else what is accepted."""
    wanted = [preferred or "", *_in_order(accepted or "")]
    return next((tag for each in wanted if (tag := each.lower()[:2]) in WORDS), "en")


def _in_order(accepted: str) -> list[str]:
    found = re.findall(r"([A-Za-z]{2})[A-Za-z-]*\s*(?:;\s*q=([0-9.]{1,5}))?", accepted[:200])
    return [tag for tag, _ in sorted(found, key=lambda each: -_weight(each[1]))]


def _weight(given: str) -> float:
    return float(given) if re.fullmatch(r"\d(\.\d+)?", given) else 1.0


def form(survey: Survey, wording: Wording, tongue: str, mistake: str | None = None) -> str:
    """The question, with the present answer if there is one. `mistake` is a key of the words."""
    words = WORDS[tongue]
    notice = f'<p role="alert">{words[mistake].format(most=LONGEST_COMMENT)}</p>' if mistake else ""
    again = f"<p>{words['again']}</p>" if survey.score is not None and not mistake else ""
    text = f'<p class="text">{escape(wording.text)}</p>' if wording.text else ""
    scores = "".join(_score(survey.kind, score, survey.score, words) for score in SCALES[survey.kind])
    inside = (
        f'{notice}{again}{text}<form method="post"><fieldset><legend>{escape(wording.question)}</legend>'
        f'{scores}</fieldset><label for="comment">{words["comment"]}</label>'
        f'<textarea id="comment" name="comment" rows="4" maxlength="{LONGEST_COMMENT}">'
        f"\n{escape(survey.comment or '')}</textarea>"
        f'<button type="submit">{words["send"]}</button></form>'
    )
    return _page(tongue, words["title"], inside)


def thanks(tongue: str) -> str:
    """The answer is kept."""
    return _said(tongue, "thanks", "kept")


def gone(tongue: str) -> str:
    """A link that leads nowhere, for whatever reason."""
    return _said(tongue, "gone", "why")


def busy(tongue: str) -> str:
    """Nothing was kept, and trying again may help."""
    return _said(tongue, "busy", "later")


def _score(kind: SurveyKind, score: int, present: int | None, words: dict[str, str]) -> str:
    meaning = words.get(f"{kind} {score}")
    shown = f"{score} &ndash; {meaning}" if meaning else str(score)
    checked = " checked" if score == present else ""
    return (
        f'<label class="score"><input type="radio" name="score" value="{score}" required{checked}>'
        f"{shown}</label>"
    )


def _said(tongue: str, heading: str, text: str) -> str:
    words = WORDS[tongue]
    return _page(tongue, words[heading], f"<h1>{words[heading]}</h1><p>{words[text]}</p>")


def _page(tongue: str, title: str, inside: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="{tongue}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><main>{inside}</main></body></html>"
    )
