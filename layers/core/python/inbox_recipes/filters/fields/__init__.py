"""All fields, by name: validation, evaluation, the catalog and the docs read these rows.

The fifteen groups are those of domain section 2; a field's name is `<group>.<attribute>`. Message
attributes come from the mention, case attributes from its case (A19); what is not there reads as nothing.
"""

from inbox_recipes.filters.fields import conversations, messages, work
from inbox_recipes.filters.fields.row import Field

__all__ = ["FIELDS", "ROWS", "Field"]

ROWS = (*messages.ROWS, *work.ROWS, *conversations.ROWS)

FIELDS = {row.name: row for row in ROWS}
