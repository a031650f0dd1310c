"""Runs other people's code in a box: a child process under bubblewrap that keeps nothing.

What a repository brings may run commands: actions of `.packit.yaml`, macros of a spec file, git's
attributes and filters. So packit's whole step runs in the box, and never on the worker. The step
gets a folder that it may read (`/input`, with the request as JSON), a work directory in memory
that vanishes with it, and one pipe for its answer. It has no network, no environment, no
credentials, no home and nowhere else to write; what it hands over is checked before use.

- `running` starts it, watches it and ends it: the worker's side;
- `command`, `syscalls` and `lowering` make the walls; `limits` says how much of what;
- `answer` reads what comes back as if an enemy had written it: often one has;
- `child` and `confined` run inside, with what stands in `steps`.
"""
