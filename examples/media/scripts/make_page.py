# SPDX-License-Identifier: Apache-2.0
"""Picture, loudness and, where there are some, words → a small page that shows them together."""
import html
import sys

from rows import id_column, output_file, process

PAGE = """<!doctype html><meta charset="utf-8"><title>{title}</title>
<body style="background:{colour}"><img src="{image}" alt=""><h1>{title}</h1><p>{facts}</p>
"""


def page(row):
    key = id_column(row)
    name = output_file(key, row[key], ".html")
    title = row.get("title") or row[key]
    facts = [f"{row['level_db']} dB"] + ([f"{row['languages']} languages"] if "languages" in row else [])
    text = PAGE.format(title=html.escape(title), colour=row["colour"], facts=", ".join(facts),
                       image=html.escape("../../" + row["image"]))
    with open(name, "w", encoding="utf-8") as out:
        out.write(text)
    return {"page": name, "bytes": len(text.encode())}


process(page, keep=[sys.argv[3]])
