"""Memory and CPU of a process and its children, from /proc (Linux, `man 5 proc`)."""

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
# Of the fields after the name: utime, stime, and those of the children it has waited for.
_UTIME, _CSTIME = 11, 14


@dataclass(frozen=True, slots=True)
class Tree:
    """A process and all below it."""

    pid: int

    def memory(self) -> tuple[float, float]:
        """Return MB resident: the share of each process (Pss) summed, and Rss summed.

        Pages shared with other programs are split in Pss, and counted again for each in Rss.
        """
        pss = rss = 0
        for pid in self.pids():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                key, _, value = line.partition(":")
                if key == "Pss":
                    pss += int(value.split()[0])
                elif key == "Rss":
                    rss += int(value.split()[0])
        return pss * 1024 / 1e6, rss * 1024 / 1e6

    def cpu_seconds(self) -> float:
        """Return the seconds of CPU of all processes, ended children included."""
        ticks = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(int(value) for value in fields[_UTIME : _CSTIME + 1])
        return ticks / _TICKS

    def pids(self) -> list[int]:
        """Return the pids of the process and all its descendants."""
        found = [self.pid]
        for pid in found:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                found += [int(child) for child in children.read_text().split()]
        return found
