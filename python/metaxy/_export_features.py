# SPDX-License-Identifier: Apache-2.0
"""Tells the program `mx` which features Python code declares.

`mx` starts this with the configuration file (empty: none) and the project's folder as arguments and reads one JSON
document from file descriptor 3. Whatever the loaded code prints goes to standard error.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from metaxy._core import FeatureKey
    from metaxy.models.feature_definition import FeatureDefinition

_CHANNEL = 3
_FRAMES = 3
_OWN = str(Path(__file__).parent)


def main() -> None:
    """Loads and tells. Ends Python with 130 when it is interrupted."""
    os.set_inheritable(_CHANNEL, False)
    try:
        told: dict[str, Any] = {"features": [_told(it) for it in _declared(sys.argv[1], sys.argv[2])]}
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        sys.exit(130)
    except BaseException as error:
        told = {"error": _fault(error)}
    with os.fdopen(_CHANNEL, "w", encoding="utf-8") as out:
        json.dump(told, out)


def _declared(config_file: str, folder: str) -> list[FeatureDefinition]:
    """What code adds to the features of files, which `mx` reads itself."""
    from metaxy.config import MetaxyConfig
    from metaxy.entrypoints import _load_files, load_features
    from metaxy.models.feature_graph import FeatureGraph
    from metaxy.utils.lock_file import load_lock_file

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `mx` has said what there is to say about the configuration
        config = MetaxyConfig.load(config_file or None, search_parents=False)
        locked: set[FeatureKey] = set()
        with suppress(ValueError):  # `mx` has read the lock file, or is about to make it anew
            locked = {it.key for it in load_lock_file(config)}
        _load_files(config, locked)
    graph = FeatureGraph.get_active()
    known = dict(graph.feature_definitions_by_key)
    sys.path.insert(0, folder)
    load_features(config.entrypoints, filter_project=config.project)
    return [it for key, it in graph.feature_definitions_by_key.items() if known.get(key) is not it]


def _told(definition: FeatureDefinition) -> dict[str, Any]:
    return {
        "definition": definition.model_dump(mode="json"),
        "is_external": definition.is_external,
        "provenance_by_field": definition._provenance,
        "on_version_mismatch": definition.on_version_mismatch,
        "source": definition.source,
    }


def _fault(error: BaseException) -> dict[str, Any]:
    """One message, the last lines of the traceback below it, and a remedy."""
    is_ours = isinstance(getattr(error, "hint", None), str)
    cause = error.__cause__ if is_ours and error.__cause__ is not None else error
    message = str(error) if is_ours else f"Python code that declares features fails: {_name(error)}"
    return {
        "message": _printable(message),
        "lines": [_printable(line) for part in _lines(cause) for line in part.rstrip().splitlines()],
        "hint": _printable(getattr(cause, "hint", "") or getattr(error, "hint", "")),
    }


def _name(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _lines(error: BaseException) -> list[str]:
    frames = [it for it in traceback.extract_tb(error.__traceback__) if not _is_machinery(it.filename)]
    told = traceback.format_list(frames[-_FRAMES:])
    # The message of a fault in the syntax is only where it is.
    return told + (traceback.format_exception_only(type(error), error)[:-1] if isinstance(error, SyntaxError) else [])


def _is_machinery(file: str) -> bool:
    return file.startswith(("<frozen importlib", _OWN)) or os.path.basename(os.path.dirname(file)) == "importlib"


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
