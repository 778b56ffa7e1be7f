"""/surveys/{token}: answered by customers, who have no login. Whoever has the link may answer (R15).

A link that is forged, unknown or over gets the same page as any other, whatever else is asked.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from urllib.parse import parse_qs

from inbox_recipes.errors import NotFound, Retryable, Stale
from inbox_recipes.feedback import SCALES
from inbox_recipes.flows.survey_answers import Counter
from inbox_recipes.http import survey_page as page
from inbox_recipes.http.request import Answer, Request
from inbox_recipes.surveys import LONGEST_COMMENT

HTML = "text/html; charset=utf-8"
LONGEST_FORM = 50_000
"""Characters: a comment of the greatest length, percent-encoded, and some more."""


def show(request: Request) -> Answer:
    """The question. Reading it changes nothing: platforms look at links before their users do."""
    tongue = _accepted(request)
    try:
        _, survey, wording = _counter(request).opened(request.path["token"], request.services.now())
    except NotFound:
        return _page(page.gone(tongue), 404)
    except Retryable:
        return _page(page.busy(tongue), 503)
    return _page(page.form(survey, wording, page.language(wording.language, _header(request))))


def take(request: Request) -> Answer:
    """An answer, or what is wrong with it."""
    tongue, counter, token = _accepted(request), _counter(request), request.path["token"]
    try:
        _, survey, wording = counter.opened(token, request.services.now())
        tongue = page.language(wording.language, _header(request))
        given = _form(request)
        score, comment = given.get("score", ""), given.get("comment", "").replace("\r\n", "\n").strip()
        if score not in map(str, SCALES[survey.kind]):
            return _page(page.form(survey, wording, tongue, "choose"), 422)
        if len(comment) > LONGEST_COMMENT:
            return _page(page.form(survey, wording, tongue, "long"), 422)
        counter.answer(token, int(score), comment or None, request.services.now())
    except NotFound:
        return _page(page.gone(tongue), 404)
    except (Retryable, Stale):
        return _page(page.busy(tongue), 503)
    return _page(page.thanks(tongue))


def _counter(request: Request) -> Counter:
    services = request.services
    return Counter(services.inbox, services.surveys, services.survey_keys)


def _form(request: Request) -> dict[str, str]:
    """The fields that were sent, the last of each; none of a body that is not a form."""
    body = request.event.get("body") or ""
    if request.event.get("isBase64Encoded"):
        try:
            body = b64decode(body).decode("utf-8", "replace")
        except NotBase64:
            return {}
    if len(body) > LONGEST_FORM:
        return {}
    try:
        return {name: values[-1] for name, values in parse_qs(body, max_num_fields=10).items()}
    except ValueError:
        return {}


def _header(request: Request) -> str | None:
    return request.headers.get("accept-language")


def _accepted(request: Request) -> str:
    return page.language(None, _header(request))


def _page(html: str, status: int = 200) -> Answer:
    return Answer(html, status, page.HEADERS, HTML)
