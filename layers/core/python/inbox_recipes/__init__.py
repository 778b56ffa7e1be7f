"""Inbox Recipes: the automation engine.

Start where you work: what recipes look at is in `inbox`, what starts them in `triggers`, how they
choose in `filters`, what they do in `actions` and `effects`, how all is decided in `rule_book`.
`flows` puts these to work over the ports in `ports`; `adapters` are the ports on AWS; `http` is the
API; `bootstrap` is the only place that builds clients.
"""

__version__ = "0.1.0"
