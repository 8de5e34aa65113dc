# SPDX-License-Identifier: Apache-2.0
"""A text with one name per language (`fr.utf8=Une grenouille.`) → its title and what there is to count."""
import sys
import unicodedata

from rows import process


def script_of(letter):
    """The writing system of a letter: the first word of its Unicode name."""
    return unicodedata.name(letter, "UNKNOWN").split(" ")[0]


def statistics(row):
    with open(row["path"], encoding="utf-8", errors="replace") as file:
        title, *lines = file.read().splitlines() or [""]
    names = dict(line.split(".utf8=", 1) for line in lines if ".utf8=" in line)
    letters = [c for name in names.values() for c in name if c.isalpha()]
    longest = max(names, key=lambda language: len(names[language]), default=None)
    return {
        "title": title.strip(),
        "languages": len(names),
        "words": sum(len(name.split()) for name in names.values()),
        "distinct_letters": len(set(letters)),
        "writing_systems": len({script_of(letter) for letter in set(letters)}),
        "longest": longest,
    }


process(statistics, keep=[sys.argv[3]])
