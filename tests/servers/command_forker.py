"""The process that commands are forked from; `warm_commands` starts it and speaks with it.

For each JSON object, a line, over the socket whose number is the argument, it forks a process that
becomes `packit-worker …`, and answers with its id and at its end with its exit code, a line each.
"""

import gc
import io
import json
import os
import pkgutil
import runpy
import socket
import sys
from importlib import import_module

import packit_worker.cli

# What the modules of the commands import only when they are needed.
_LATER = ("assembly", "store.listing", "store.schema", "explaining", "following")


def serve(control):
    """Fork a process for each line until the other side is closed; return what a child is to do."""
    with control.makefile("rw") as lines:
        for line in lines:
            pid = os.fork()
            if pid == 0:
                return json.loads(line)
            lines.write(f"{pid}\n")
            lines.flush()
            _, status = os.waitpid(pid, 0)
            lines.write(f"{os.waitstatus_to_exitcode(status)}\n")
            lines.flush()
    return None


def become(asked):
    """Have this process be as one that was started so."""
    for number, file in enumerate(asked["files"]):
        flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        opened = os.open(file, flags)
        os.dup2(opened, number)
        os.close(opened)
        sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), encoding="utf-8")
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.argv = ["packit_worker", *asked["arguments"]]


def main():
    for module in pkgutil.iter_modules(packit_worker.cli.__path__, "packit_worker.cli."):
        import_module(module.name)
    for name in _LATER:
        import_module(f"packit_worker.{name}")
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as control:
        asked = serve(control)
    if asked is not None:
        become(asked)
        runpy.run_module("packit_worker", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
