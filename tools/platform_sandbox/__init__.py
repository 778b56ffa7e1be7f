"""X, Facebook and SES played on this machine: the same wire formats, with errors that can be switched on.

For demos and contract tests: a profile with `sandbox_url` speaks to it, and it tells the stack what
happened as the platforms do, signed.
"""
