# SPDX-License-Identifier: Apache-2.0
"""The JSON Schemas of docs/schemas accept and refuse what the loader accepts and refuses.

Usage: check_schemas.py SOURCE_DIR VENV_DIR. Runs itself in VENV_DIR, which is made when it is missing.
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

REQUIREMENT = "jsonschema==4.23.0"


def in_venv(venv: Path) -> int:
    python = venv / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    has_it = subprocess.run([str(python), "-c", "import jsonschema"], capture_output=True)
    if has_it.returncode != 0:
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", REQUIREMENT], check=True)
    return subprocess.run([str(python), *sys.argv, "--inside"]).returncode


def cases(source: Path, kind: str, document: str):
    with open(source / "tests/vectors/toml" / f"{kind}.toml", "rb") as file:
        for case in tomllib.load(file)["case"]:
            yield case["name"], case["text"], case["accepted"]
    text = (source / "docs" / document).read_text(encoding="utf-8")
    examples = re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert examples, f"no examples in {document}"
    for number, example in enumerate(examples, 1):
        yield f"example {number} of {document}", example, True


def check(source: Path) -> int:
    import jsonschema

    wrong = 0
    for kind, document in (("features", "features.md"), ("metaxy", "configuration.md")):
        schema = json.loads((source / "docs/schemas" / f"{kind}.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        for name, text, accepted in cases(source, kind, document):
            faults = [error.message for error in validator.iter_errors(tomllib.loads(text))]
            if accepted == (not faults):
                continue
            wrong += 1
            print(f"{kind}: {name}: should be {'accepted' if accepted else 'refused'}; {faults[:3]}")
    return 1 if wrong else 0


if __name__ == "__main__":
    if "--inside" in sys.argv:
        sys.exit(check(Path(sys.argv[1])))
    sys.exit(in_venv(Path(sys.argv[2])))
