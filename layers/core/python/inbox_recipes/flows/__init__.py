"""Orchestration: ports in, results out. Decisions are made in the core, effects behind the ports."""
