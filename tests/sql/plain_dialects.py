# SPDX-License-Identifier: Apache-2.0
"""The SQL kept for dialects whose databases no test runs is SQL at least to another's parser.

Usage: plain_dialects.py SOURCE_DIR VENV_DIR. Runs itself in VENV_DIR, which is made when it is missing.
"""

import subprocess
import sys
from pathlib import Path

REQUIREMENT = "sqlglot>=28,<29"

# DataFusion has no name there; its words are PostgreSQL's.
DIALECTS = {
    "mysql": "mysql",
    "mariadb": "mysql",
    "snowflake": "snowflake",
    "bigquery": "bigquery",
    "databricks": "databricks",
    "trino": "trino",
    "mssql": "tsql",
    "redshift": "redshift",
    "datafusion": "postgres",
    "sqlite_plain": "sqlite",
    "ansi": "",
}


def in_venv(venv: Path) -> int:
    python = venv / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    has_it = subprocess.run([str(python), "-c", "import sqlglot"], capture_output=True)
    if has_it.returncode != 0:
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", REQUIREMENT], check=True)
    return subprocess.run([str(python), *sys.argv, "--inside"]).returncode


def check(source: Path) -> int:
    import sqlglot
    from sqlglot import exp

    wrong = 0
    for dialect, parser in DIALECTS.items():
        files = sorted((source / "tests/golden/sql").glob(f"*.{dialect}.sql"))
        assert len(files) >= 15, f"{dialect} has only {len(files)} files"
        for file in files:
            text = file.read_text(encoding="utf-8")
            try:
                statements = sqlglot.parse(text, dialect=parser or None, error_level=sqlglot.ErrorLevel.RAISE)
                # What it does not know it takes for a command as a whole.
                fault = "" if [type(each) for each in statements] in ([exp.Select], [exp.Union]) else "is no query"
            except sqlglot.errors.SqlglotError as error:
                fault = str(error)
            if fault:
                wrong += 1
                print(f"{file.name}: {fault}")
    return 1 if wrong else 0


if __name__ == "__main__":
    if "--inside" in sys.argv:
        sys.exit(check(Path(sys.argv[1])))
    sys.exit(in_venv(Path(sys.argv[2])))
