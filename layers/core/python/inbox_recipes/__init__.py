"""Inbox Recipes: the automation engine.

Start where you work: what recipes look at is in `inbox`, what starts them in `triggers`, how they
choose in `filters` (many at once: `matching`), what they do in `actions` and `effects`, how all is decided
in `rule_book`. What X, Facebook and mail say and are told is in `platforms`; what goes out to customers in
`outbox`, `responses`, `surveys` and `flow_definition`; what is done to what others wrote in `moderations`;
how histories are told in `wording`. `flows` puts these to work over the ports in `ports` (a customer's flow
of steps is another thing: `flow_walk`); `adapters` are the ports on AWS; `http` is the API; `bootstrap` is
the only place that builds clients. docs/architecture.md has the whole map.
"""

__version__ = "0.1.0"
