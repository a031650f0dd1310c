"""Which lines of Markdown are plain text: neither quoted, nor code, nor hidden by HTML.

Blocks as https://spec.commonmark.org/0.31.2/ has them, as far as they decide about whole lines. A
line that could be both is no plain text.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

# A line break as people's editors and forges write it; `str.splitlines` knows eight more.
_LINE_BREAK = re.compile("\r\n|\n|\r")
_FENCE = re.compile(r"(`{3,}(?=[^`]*$)|~{3,})(.*)")
_BULLET = re.compile(r"([-+*]|\d{1,9}[.)])( +|$)")
_QUOTE = re.compile(r"(?: {0,3}> ?)+")
_HEADING = re.compile(r"#{1,6}(?: |$)")
_RULE = re.compile(r"([-*_])(?: *\1){2,} *")
_MAX_INDENT = 3  # what is indented by more is code
_CODE_SPAN = re.compile("`[^`]*`")
_RUN = re.compile("`+")
_RUN_OR_ESCAPED = re.compile(r"`+|\\[^`]|\\`")
# What is not shown as text from its beginning to its end, on whatever lines they stand.
_HIDING = (("<!--", "-->"), ("<pre", "</pre"))
# Quotes in lists in quotes, or bullets on a line: nobody means more.
_MAX_DEPTH = 20


def plain_lines(text: str) -> list[str]:
    """Return the lines of a text that are plain text, in order, as they are."""
    blocks = _Blocks()
    for line in _LINE_BREAK.split(text):
        blocks.feed(line)
    blocks.end_paragraph()
    return blocks.plain


@dataclass(slots=True)
class _Blocks:
    """Reads a text, or what is quoted in one, line by line.

    Attributes:
        plain: the lines found so far.
        paragraph: the lines of the one that is open, and whether each may be plain.
        items: how far the content of each open list item is indented.
        fence: the run that opened a code block, and how far the list item that holds it is
            indented.
        hidden_until: what ends a block of HTML.
        quote: what is quoted, if the line before was.
        depth: in how many quotes this lies.
    """

    plain: list[str] = field(default_factory=list)
    paragraph: list[tuple[str, bool]] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    fence: tuple[str, int] | None = None
    hidden_until: str = ""
    quote: "_Blocks | None" = None
    depth: int = 0

    def feed(self, line: str) -> None:
        """Read the next line."""
        content = line.expandtabs(4)
        if self.hidden_until:
            if self.hidden_until in line.lower():
                self.hidden_until = _left_open(line)
        elif not content.strip(" "):
            self.end_paragraph()
            self.quote = None
        elif not (self.fence and self._is_in_fence(content, *self.fence)):
            self._read(line, content)

    def end_paragraph(self) -> None:
        """Keep the plain lines of the paragraph that is open."""
        starts = _starts_outside_code([line for line, _ in self.paragraph])
        for (line, may_be_plain), is_outside in zip(self.paragraph, starts, strict=True):
            if may_be_plain and is_outside and _indent(line.expandtabs(4)) <= _MAX_INDENT:
                self.plain.append(line)
        self.paragraph.clear()

    def is_in_paragraph(self) -> bool:
        """Whether a line of text would belong to what came before."""
        return bool(self.paragraph) or (self.quote is not None and self.quote.is_in_paragraph())

    def _is_in_fence(self, content: str, run: str, offset: int) -> bool:
        if _indent(content) < offset:  # the list item ends, and all that is in it
            self.fence = None
            return False
        mark = _FENCE.fullmatch(content.strip(" "))
        is_flush = _indent(content) - offset <= _MAX_INDENT
        if mark and is_flush and mark[1].startswith(run) and not mark[2].strip():
            self.fence = None
        return True

    def _read(self, line: str, content: str) -> None:
        is_flush = _indent(content) - self._offset() <= _MAX_INDENT
        begins_block = is_flush and _begins_block(content.lstrip(" "))
        if not begins_block and self.quote and self.quote.is_in_paragraph():
            return  # it goes on without the mark of a quote
        if begins_block or not self.paragraph:
            self._leave_items(_indent(content))
        is_first = False
        for _ in range(_MAX_DEPTH):
            bullet = self._bullet(content)
            if bullet is None:
                break
            self._enter_item(content, bullet)
            content, is_first = _after_bullet(content, bullet), True
        rest = content.lstrip(" ")
        is_flush = _indent(content) - self._offset() <= _MAX_INDENT
        if is_flush and rest.startswith(">"):
            self._read_quote(rest)
            return
        self.quote = None
        if is_flush and _ends_paragraph(rest):
            self._read_mark(rest)
        elif rest and (is_flush or self.paragraph):
            self._read_text(line, rest, may_be_plain=not is_first)

    def _read_quote(self, rest: str) -> None:
        self.end_paragraph()
        if self.quote is None:
            self.quote = _Blocks(depth=self.depth + 1)
        text = _QUOTE.sub("", rest, count=1)
        if self.depth < _MAX_DEPTH:
            self.quote.feed(text)
        else:
            self.quote.paragraph = [(text, False)]

    def _read_mark(self, rest: str) -> None:
        self.end_paragraph()
        mark = _FENCE.fullmatch(rest)
        if mark:
            self.fence = (mark[1], self._offset())

    def _read_text(self, line: str, rest: str, *, may_be_plain: bool) -> None:
        self.paragraph.append((line, may_be_plain))
        self.hidden_until = _left_open(line)
        if self.hidden_until and rest.startswith("<"):
            self.end_paragraph()

    def _bullet(self, content: str) -> re.Match[str] | None:
        rest = content.lstrip(" ")
        if _indent(content) - self._offset() > _MAX_INDENT or _RULE.fullmatch(rest):
            return None
        return _BULLET.match(rest)

    def _enter_item(self, content: str, bullet: re.Match[str]) -> None:
        self.end_paragraph()
        self.quote = None
        blanks = len(bullet[2]) if 1 <= len(bullet[2]) <= _MAX_INDENT + 1 else 1
        self.items.append(_indent(content) + len(bullet[1]) + blanks)

    def _leave_items(self, indent: int) -> None:
        while self.items and self.items[-1] > indent:
            self.items.pop()

    def _offset(self) -> int:
        return self.items[-1] if self.items else 0


def _after_bullet(content: str, bullet: re.Match[str]) -> str:
    """Return the line with blanks in place of its bullet."""
    end = _indent(content) + bullet.end()
    return " " * end + content[end:]


def _begins_block(rest: str) -> bool:
    """Whether a line, but for its indent, begins something, even in the middle of a paragraph."""
    return (
        _ends_paragraph(rest)
        or _BULLET.match(rest) is not None
        or rest.lower().startswith((">", *(begin for begin, _ in _HIDING)))
    )


def _ends_paragraph(rest: str) -> bool:
    """Whether a line is a fence, a heading or a rule."""
    marks = (_FENCE.fullmatch(rest), _HEADING.match(rest), _RULE.fullmatch(rest))
    return any(mark is not None for mark in marks)


def _left_open(line: str) -> str:
    """Return the end of the block of HTML that a line leaves open, or ""."""
    shown = _CODE_SPAN.sub("", line).lower()
    ends = (end for begin, end in _HIDING if shown.rfind(begin) > shown.rfind(end))
    return next(ends, "")


def _indent(content: str) -> int:
    return len(content) - len(content.lstrip(" "))


def _starts_outside_code(lines: list[str]) -> Iterator[bool]:
    """Tell of each line of a paragraph whether it begins outside of a code span."""
    spans = _code_spans("\n".join(lines))
    begin, end = next(spans, (0, 0))
    start = 0
    for line in lines:
        while end and end <= start:
            begin, end = next(spans, (0, 0))
        yield not begin < start < end
        start += len(line) + 1


def _code_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each code span begins and ends: it ends with a run as long as its first."""
    ends: dict[int, list[int]] = defaultdict(list)
    for run in _RUN.finditer(text):
        ends[len(run[0])].append(run.end())
    position = 0
    while found := _RUN_OR_ESCAPED.search(text, position):
        position, length = found.end(), len(found[0])
        if found[0].startswith("\\"):
            continue
        closing = bisect_left(ends[length], position + length)
        if closing < len(ends[length]):
            position = ends[length][closing]
            yield found.start(), position
