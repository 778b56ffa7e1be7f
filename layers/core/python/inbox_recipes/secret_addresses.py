"""Addresses that are keys themselves: whoever knows one may write to the channel behind it (R9).

Pure. Such an address is taken apart: what is kept secret, and what people see of it, which is the host, how
the secret ends, and the pairs of the query that hold variables. Where secrets go is not decided here.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from inbox_recipes.spelling import hint
from inbox_recipes.templates import named
from inbox_recipes.web_addresses import origin

KEYED = (
    (r"hooks\.slack(-gov)?\.com", r"/"),
    (r"((ptb|canary)\.)?discord(app)?\.com", r"/api/(v\d+/)?webhooks/"),
    (r".+\.webhook\.office\.com|outlook\.office(365)?\.com", r"/webhook"),
    (r".+\.logic\.azure\.com|.+\.powerplatform\.com|.+\.azure-apihub\.net", r"/"),
    (r"chat\.googleapis\.com", r"/"),
    (r"hooks\.zapier\.com", r"/"),
    (r"hook\.([a-z0-9-]+\.)?make\.com|hook\.integromat\.com", r"/"),
    (r"maker\.ifttt\.com", r"/"),
    (r".+", r"/(.+/)?hooks/[A-Za-z0-9]"),
    (r".+", r"/(.+/)?webhook(-test)?/[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}"),
)
"""Host and beginning of the path where it is known that the address is the key: Slack, Discord, Teams, Power
Automate, Google Chat, Zapier, Make, IFTTT, Mattermost and Rocket.Chat, n8n."""

KEYS = frozenset({
    "sig", "signature", "token", "access_token", "auth_token", "key", "api_key", "apikey", "secret",
    "client_secret", "password", "code",
})  # fmt: skip
"""Names in a query whose values are keys."""

SEALED = re.compile(r"https?://[^/?#]+/(…[^/?#]{0,4})(?:\?.*)?")
LONG_ENOUGH = 12
"""Characters of a part of an address that nobody takes for an ordinary word."""


@dataclass(frozen=True)
class Sealed:
    """An address taken apart. `secret` is the whole of it but for what may be seen."""

    shown: str
    secret: str


def is_key(url: str) -> bool:
    """Whether an address is known to be a key, or has one in its query."""
    parts = urlsplit(url)
    for host, path in KEYED:
        if re.fullmatch(host, (parts.hostname or "").rstrip(".")) and re.match(path, parts.path):
            return True
    pairs = [pair.partition("=") for pair in parts.query.split("&")]
    return any(name.casefold() in KEYS and value and not named(value) for name, _, value in pairs)


def hint_in(url: str) -> str | None:
    """The hint in an address as people see it; nothing in one that is whole."""
    found = SEALED.fullmatch(url)
    return found[1] if found else None


def sealed(url: str) -> Sealed | None:
    """An address taken apart; nothing where a variable stands before the query, for it would be kept too."""
    address, _, query = url.partition("?")
    if named(address):
        return None
    pairs = query.split("&") if query else []
    secret = _with_query(address, "&".join(pair for pair in pairs if not named(pair)))
    seen = f"{origin(url)}/{hint(re.sub(r'[^A-Za-z0-9]', '', _beyond_host(secret)))}"
    return Sealed(_with_query(seen, "&".join(pair for pair in pairs if named(pair))), secret)


def whole(secret: str, seen: str) -> str:
    """The address that is called: the secret, with the query that people see."""
    return _with_query(secret, seen.partition("?")[2])


def presentable(url: str) -> str:
    """An address as people may see it, also one that was kept before such addresses were taken apart."""
    if hint_in(url) or not is_key(url):
        return url
    apart = sealed(url)
    return apart.shown if apart else f"{origin(url)}/…"


def pieces(url: str) -> tuple[str, ...]:
    """What must not be seen of a secret address, the longest first."""
    path = _beyond_host(url)
    parts = [part for part in re.split(r"[/?&=]", path) if len(part) >= LONG_ENOUGH]
    found = {path, path.partition("?")[0], *parts, *map(unquote, parts)} - {"", "/"}
    return tuple(sorted(found, key=len, reverse=True))


def _beyond_host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _with_query(address: str, query: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{query}" if query else address
