# SPDX-License-Identifier: Apache-2.0
"""The work itself; it knows nothing of metaxy."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any


def chapters(path: str) -> list[dict[str, Any]]:
    """The chapters of a text: each begins with a line `# Title`."""
    out = []
    for number, part in enumerate(re.split(r"^# ", Path(path).read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]):
        title, _, body = part.partition("\n")
        found = re.findall(r"[a-z']+", body.lower())
        counts = json.dumps(Counter(found), sort_keys=True)
        out.append({"number": number, "title": title, "words": len(found), "counts": counts})
    return out


def summary(titles: list[str], words: list[int], counts: list[str]) -> dict[str, Any]:
    """What the chapters of one book say together."""
    total: Counter[str] = Counter()
    for chapter in counts:
        total.update(json.loads(chapter))
    long_words = sorted((-count, word) for word, count in total.items() if len(word) > 3)
    return {
        "chapters": len(titles),
        "words": sum(words),
        "longest": titles[words.index(max(words))],
        "favourite": long_words[0][1],
    }
