"""The ports on AWS. Only `bootstrap` builds these, with their clients."""
