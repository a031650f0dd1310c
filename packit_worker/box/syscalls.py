"""The system calls that a step in the box has no use for, as a filter for the kernel.

They make memory that no limit counts (memfd, System V, io_uring), other namespaces, sockets, or
reach into the kernel. The filter is a program of classic BPF:
https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

import errno
import platform
import struct
from collections.abc import Iterator
from typing import NamedTuple


class _Machine(NamedTuple):
    """What differs from one kind of processor to another.

    Attributes:
        audit: how the kernel names it (linux/audit.h).
        clone: the number of clone(2), whose first argument holds the flags.
        clone3: the number of clone3(2), whose flags a filter cannot read.
        denied: the numbers of what is refused.
    """

    audit: int
    clone: int
    clone3: int
    denied: tuple[int, ...]


# From asm/unistd.h, in the order: socket, shmget, semget, msgget, mq_open, ptrace, unshare, setns,
# mount, umount2, pivot_root, chroot, add_key, request_key, keyctl, perf_event_open, fanotify_init,
# open_by_handle_at, process_vm_readv, process_vm_writev, memfd_create, bpf, userfaultfd,
# io_uring_setup, io_uring_enter, io_uring_register, then the newer ways to mount.
_NEWER = (425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442, 447)
_MACHINES = {
    "x86_64": _Machine(
        audit=0xC000003E,
        clone=56,
        clone3=435,
        denied=(
            *(41, 29, 64, 68, 240, 101, 272, 308, 165, 166, 155, 161, 248, 249, 250),
            *(298, 300, 304, 310, 311, 319, 321, 323),
            *_NEWER,
        ),
    ),
    "aarch64": _Machine(
        audit=0xC00000B7,
        clone=220,
        clone3=435,
        denied=(
            *(198, 194, 190, 186, 180, 117, 97, 268, 40, 39, 41, 51, 217, 218, 219),
            *(241, 262, 265, 270, 271, 279, 280, 282),
            *_NEWER,
        ),
    ),
}
# CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET (linux/sched.h).
_NEW_NAMESPACES = 0x7E020000
# x86-64 has a second numbering (x32) in the same table, from here on.
_X32 = 0x40000000

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _AUDIT, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)


def _program(machine: _Machine) -> Iterator[bytes]:
    yield _instruction(_LOAD, _AUDIT)
    yield _instruction(_JUMP_EQUAL, machine.audit, if_true=1)
    yield _instruction(_RETURN, _KILL)
    yield _instruction(_LOAD, _NUMBER)
    yield _instruction(_JUMP_AT_LEAST, _X32, if_false=1)
    yield _instruction(_RETURN, _KILL)
    # The C library then takes clone, whose flags can be read.
    yield _instruction(_JUMP_EQUAL, machine.clone3, if_false=1)
    yield _instruction(_RETURN, _ERRNO | errno.ENOSYS)
    for number in machine.denied:
        yield _instruction(_JUMP_EQUAL, number, if_false=1)
        yield _instruction(_RETURN, _ERRNO | errno.EPERM)
    yield _instruction(_JUMP_EQUAL, machine.clone, if_false=3)
    yield _instruction(_LOAD, _FIRST_ARGUMENT)
    yield _instruction(_JUMP_ANY_BIT, _NEW_NAMESPACES, if_false=1)
    yield _instruction(_RETURN, _ERRNO | errno.EPERM)
    yield _instruction(_RETURN, _ALLOW)


def program(machine: str | None = None) -> bytes | None:
    """Return the filter for this kind of processor, as `bwrap --seccomp` reads it.

    Returns:
        None for a kind that we have no numbers for: there is no box on it.
    """
    known = _MACHINES.get(machine or platform.machine())
    return b"".join(_program(known)) if known else None
