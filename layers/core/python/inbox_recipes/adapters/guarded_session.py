"""The session that every call into the public internet is made with (R10).

`microsoft-antissrf` checks the address that a name resolves to and dials exactly that one. It knows nothing
of proxies, netrc and cookies, which are out.
"""

from http.cookiejar import DefaultCookiePolicy

from AntiSSRF import AntiSSRFPolicy, PolicyConfigOptions
from requests import Session

OLD_SPELLING = "::/96"
"""IPv4 addresses as IPv6 once wrote them (::127.0.0.1): no policy of the library knows them."""


def guarded_session(allowed_networks: tuple[str, ...] = ()) -> Session:
    """A session that reaches the public internet, and these networks if there are any (the local stack)."""
    policy = AntiSSRFPolicy(PolicyConfigOptions.EXTERNAL_ONLY_LATEST)
    policy.add_denied_addresses([OLD_SPELLING])
    policy.add_xff_header = False
    policy.allow_plain_text_http = bool(allowed_networks)
    if allowed_networks:
        policy.add_allowed_addresses(list(allowed_networks))
    session: Session = policy.get_antissrf_session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session
