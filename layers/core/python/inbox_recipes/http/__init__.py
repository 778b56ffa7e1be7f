"""The HTTP API: requests in, flows called, answers and problems out. No decisions here.

`routes` is the one table of what exists and which scope it needs; `app` mounts it for the api function,
`mentions_in` is the ingest function's one route, and `tools/openapi.py` writes the documentation from
the same table.
"""
