"""The local stack: the real template, built and deployed by SAM into MiniStack, an AWS emulator.

`python -m tools.local_stack up`, `down`, `status` and `env`. No container engine, no AWS account.

place       where everything of one local stack is kept
emulator    starts and stops MiniStack (patched_ministack.py, in its own environment)
deployment  sam build and sam deploy, skipped when nothing changed
api_gaps    what the emulator leaves out of an API's definition
stack_file  stack.json: what a client needs to speak to the stack
lifecycle   up, down, status and env, made of the above
"""
