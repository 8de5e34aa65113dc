# SPDX-License-Identifier: Apache-2.0
"""Commands that change stores and files: metadata delete, rebase and copy, push, lock."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from metaxy.cli.words import CommandError, fail, say, tell
from metaxy.metadata_store.exceptions import FeatureNotFoundError
from metaxy.metadata_store.system import SystemTableStorage

if TYPE_CHECKING:
    from metaxy._core import FeatureKey
    from metaxy.cli.app import Context
    from metaxy.metadata_store.base import MetadataStore
    from metaxy.utils.lock_file import LockFileResult


def _known(context: Context, given: dict[str, Any]) -> list[FeatureKey]:
    keys, missing = context.selected(given)
    if missing:
        say(f"Warning: Feature(s) not found: {', '.join(missing)}")
    return keys


def delete(context: Context, given: dict[str, Any]) -> int:
    """Deletes samples."""
    hard, filters = given["hard"], given["filter"]
    if not given["words"] and not given["all_features"]:
        context.selected(given)
    if hard and not filters and not given["yes"]:
        raise CommandError(
            "Hard deleting all metadata requires --yes flag to prevent accidental deletion.",
            "MISSING_CONFIRMATION",
            hint="Use --yes to confirm, or provide --filter to restrict deletion.",
        )
    keys = _known(context, given)
    if not keys:
        raise CommandError("No valid features selected for deletion.", "NO_FEATURES")
    history = given["with_feature_history"]
    if given["dry_run"]:
        with context.store(given) as store:
            _tell_what_would_go(store, keys, given)
        return 0
    failed = False
    with context.store(given, "w") as store:
        for key in keys:
            try:
                store.delete(key, filters or None, soft=not hard, with_feature_history=history)
            except Exception as error:
                failed = True
                tell(f"Error deleting {key}: {error}")
    tell(f"✓ Deletion complete ({'hard' if hard else 'soft'} delete)")
    return 1 if failed else 0


def _tell_what_would_go(store: MetadataStore, keys: list[FeatureKey], given: dict[str, Any]) -> None:
    history = given["with_feature_history"]
    counts = {}
    for key in keys:
        try:
            counts[key] = len(store.read(key, filters=given["filter"], with_feature_history=history).collect())
        except FeatureNotFoundError:
            counts[key] = 0
    kind = "hard" if given["hard"] else "soft"
    tell(f"Dry run ({kind} delete, with_feature_history={'yes' if history else 'no'})\n\nStore: {store.name}\n")
    tell(f"Features ({len(keys)}):\n" + "\n".join(f"  • {key} ({n} rows)" for key, n in counts.items()))
    tell(f"\nTotal rows to delete: {sum(counts.values())}")
    if given["filter"]:
        tell("\nFilters:\n" + "\n".join(f"  • {it!r}" for it in given["filter"]))


def rebase(context: Context, given: dict[str, Any]) -> None:
    """Records of an older feature version for the one of now, or another."""
    import narwhals as nw

    key = given["words"][0]
    with context.store(given, "r" if given["dry_run"] else "w") as store:
        try:
            rows = store.read(key, with_feature_history=True, feature_version=given["from"], allow_fallback=False)
            found = rows.collect()
        except FeatureNotFoundError:
            tell(f"Warning: No metadata found for feature {key}")
            found = None
        count = 0
        if found is not None and len(found):
            out = store.rebase(key, found, to_feature_version=given["to"])
            eager = out.collect() if isinstance(out, nw.LazyFrame) else out
            count = len(eager)
            if not given["dry_run"] and count:
                store.write(key, eager, preserve_feature_version=True)
    tell(f"Dry run: {count} row(s) would be rebased" if given["dry_run"] else f"✓ Rebased {count} row(s)")


def copy(context: Context, given: dict[str, Any]) -> None:
    """Copies records to another store."""
    keys = _known(context, given)
    if not keys:
        say("Warning: No valid features to copy.")
        return
    source, target = context.config.get_store(given["from"]), context.config.get_store(given["to"])
    with source.open("r"), target.open("w"):
        done = target.copy_metadata(
            source,
            keys,
            global_filters=given["filter"] or None,
            with_feature_history=given["with_feature_history"],
            with_sample_history=given["with_sample_history"],
        )
    say(f"✓ Copy complete: {done['features_copied']} feature(s), {done['rows_copied']} row(s) copied")


def _own_project(context: Context, given: dict[str, Any], command: str) -> str:
    project = context.config.project
    if project is None:
        fail(f"The 'project' field must be set in metaxy.toml for 'metaxy {command}'.")
    if given["project"] is not None or given["all_projects"]:
        fail(f"This command can only be used with the project from Metaxy configuration: {project}.")
    return project


def push(context: Context, given: dict[str, Any]) -> None:
    """Records the project's definitions."""
    project = _own_project(context, given, "push")
    if "metaxy" in given["tags"]:
        fail("The tag `metaxy` is metaxy's own; give another key.")
    with context.store(given, "w") as store:
        done = SystemTableStorage(store).push_graph_snapshot(project=project, tags=given["tags"])
        tell(f"Recorded at: {store.get_store_metadata('metaxy-system/feature_versions')}")
    if not done.already_pushed:
        tell("✓ Recorded feature graph")
    elif done.updated_features:
        tell("ℹ Updated feature information (no topological changes)")
        tell("\n".join(f"  • {key}" for key in done.updated_features))
    else:
        tell("✓ Snapshot already recorded (no changes)")
    say(done.project_version)


def lock(context: Context, given: dict[str, Any]) -> None:
    """Writes metaxy.lock: what the project depends on and other projects define."""
    from metaxy.utils.lock_file import generate_lock_file

    project = _own_project(context, given, "lock")
    config = context.config
    path = Path(given["output"]) if given["output"] else config.lock_file or Path.cwd() / "metaxy.lock"
    selection = None
    for entry in config.extra_features:
        selection = entry if selection is None else selection | entry
    begin = time.monotonic()
    with context.store(given) as store:
        try:
            result = generate_lock_file(store, path, exclude_project=project, selection=selection)
        except FeatureNotFoundError as error:
            tell(f"Error: {error}")
            tell("Hint: Run `metaxy push` in the project that defines these features.")
            raise SystemExit(1) from None
        name = store.name
    took = f"{time.monotonic() - begin:.2f}s"
    changes = list(_changes(result))
    for line in changes:
        tell(line)
    tell(f"Updated {path.name} from {name} in {took}." if changes else f"Lock file {path.name} is up to date ({took}).")


def _changes(result: LockFileResult) -> list[str]:
    lines: list[tuple[str, str]] = [(it.project, f" + {it.key} ({it.version})") for it in result.added]
    for it in result.updated:
        if it.metadata_only:
            lines.append((it.project, f" ~ {it.key} ({it.new_version}, non-versioning metadata update)"))
        else:
            lines.append((it.project, f" ~ {it.key} ({it.old_version} -> {it.new_version})"))
    lines += [(it.project, f" - {it.key} ({it.version})") for it in result.removed]
    projects = sorted({project for project, _ in lines})
    if len(projects) < 2:
        return [text for _, text in lines]
    return [text for one in projects for text in (one, *(line for project, line in lines if project == one))]
