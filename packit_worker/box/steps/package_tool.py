"""The package tool, in the box: it writes down what fedpkg or centpkg would upload.

https://docs.pagure.org/rpkg/ Its command `new-sources` writes the files `sources` and `.gitignore`.
The worker uploads the archives outside, where the credentials are.
"""

import shlex
import sys
from hashlib import sha512
from pathlib import Path

# The archives, one a line.
LIST = "archives"


def install(folder: Path, name: str) -> Path:
    """Make the command, and return the folder for PATH.

    Args:
        folder: the work directory, where the list of archives is kept.
        name: of the tool.
    """
    programs = folder / "bin"
    programs.mkdir()
    words = [sys.executable, "-I", str(Path(__file__)), str(folder / LIST)]
    program = programs / name
    program.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return programs


def archives(folder: Path) -> list[Path]:
    """Return the archives that packit wanted to upload."""
    kept = folder / LIST
    if not kept.exists():
        return []
    return [Path(line) for line in dict.fromkeys(kept.read_text(encoding="utf-8").splitlines())]


def main(kept: Path, words: list[str]) -> int:
    """Do what the tool does for `new-sources`; it knows no other command."""
    if not words or words[0] != "new-sources":
        sys.stderr.write(f"not in the box: {shlex.join(words)}\n")
        return 1
    paths = [Path(word).resolve() for word in words[1:] if not word.startswith("--")]
    lines = [f"SHA512 ({path.name}) = {sha512(path.read_bytes()).hexdigest()}\n" for path in paths]
    Path("sources").write_text("".join(lines), encoding="utf-8")
    ignored = Path(".gitignore")
    before = ignored.read_text(encoding="utf-8").splitlines() if ignored.exists() else []
    names = [f"/{path.name}" for path in paths if f"/{path.name}" not in before]
    ignored.write_text("".join(f"{line}\n" for line in [*before, *names]), encoding="utf-8")
    if "--offline" not in words:
        with kept.open("a", encoding="utf-8") as file:
            file.writelines(f"{path}\n" for path in paths)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
