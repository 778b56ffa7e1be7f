"""What people are told of a receiver that fails: subject, text and HTML of the e-mail (R13). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from inbox_recipes.clock import stamp
from inbox_recipes.digests import SUBJECT_LENGTH, Letter, cut, one_line
from inbox_recipes.endpoints import DISABLED_AFTER, Endpoint, Notice


@dataclass(frozen=True)
class Sender:
    """A webhook that goes to the receiver, and the recipe that it stands in."""

    recipe: str
    mode: str
    webhook: str


def written(
    endpoint: Endpoint, notice: Notice, senders: Sequence[Sender], timezone: str, inbox_url: str
) -> Letter:
    """The letter about a receiver that was switched off, or will be; times are those of a time zone."""
    zone = ZoneInfo(timezone)
    off = notice.kind == "switched_off"
    host = one_line(endpoint.url)
    subject = f"Webhooks to {host} {'are switched off' if off else 'have been failing for a day'}"
    lines = [*_what(endpoint, notice, zone), "", *_whose(senders), "", *_help(endpoint, notice), ""]
    lines.append(
        f"Times are those of {timezone}. You get this because the account's settings name you or your team "
        "(receiver_notices), or because you are an administrator."
    )
    text = "\n".join(lines)
    return Letter(
        subject=cut(subject, SUBJECT_LENGTH),
        text=f"{text}\n",
        html=_html(lines),
        brief=subject,
        link=inbox_url or None,
    )


def _what(endpoint: Endpoint, notice: Notice, zone: ZoneInfo) -> list[str]:
    host, since = one_line(endpoint.url), _at(endpoint.first_failure_at or notice.at, zone)
    if notice.kind == "failing":
        ends = _at((endpoint.first_failure_at or notice.at) + DISABLED_AFTER, zone)
        return [
            f"Webhooks to {host} have failed since {since}, {endpoint.failures} times in a row.",
            f"What failed last: {one_line(endpoint.reason or '')}.",
            f"They are still tried again. If none succeeds, the receiver is switched off after {ends}.",
        ]
    return [
        f"Inbox Recipes sends nothing more to {host} since {_at(notice.at, zone)}.",
        f"Why: {one_line(endpoint.reason or '')}. It has failed since {since}.",
        "What would go there fails at once, and the history of each message or case says so.",
    ]


def _whose(senders: Sequence[Sender]) -> list[str]:
    if not senders:
        return ["No recipe sends there any more."]
    named = [
        f"- “{one_line(each.recipe)}” ({each.mode}), webhook “{one_line(each.webhook)}”" for each in senders
    ]
    return ["Recipes that send there:", *named]


def _help(endpoint: Endpoint, notice: Notice) -> list[str]:
    since = stamp(endpoint.first_failure_at or notice.at)
    replay = f'POST /deliveries/replay {{"since": "{since}", "endpoint_id": "{endpoint.id}"}}'
    look = f"GET /deliveries?endpoint_id={endpoint.id}&since={since} shows what was sent and what came back."
    if notice.kind == "failing":
        return [look, "When it works again there is nothing to do."]
    return [
        look,
        f"When it works again: POST /endpoints/{endpoint.id}/enable",
        f"To send what was missed: {replay}",
    ]


def _at(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"


def _html(lines: Sequence[str]) -> str:
    body = "<br>".join(escape(line) for line in lines)
    return (
        '<!doctype html><html><head><meta charset="utf-8"></head>'
        f'<body style="font-family:sans-serif;color:#222;max-width:40em"><p>{body}</p></body></html>'
    )
