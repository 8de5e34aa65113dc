# SPDX-License-Identifier: Apache-2.0
"""The reference's answers (format 0), through Python."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from conftest import CONFORMANCE
from every_store import KINDS, make_store

import metaxy as mx
from metaxy.ext.duckdb import DuckDBMetadataStore


# Every so manieth case runs on stores other than DuckDB; 1: all.
SAMPLE = int(os.environ.get("METAXY_CONFORMANCE_SAMPLE", "16"))


def cases(name: str) -> list[Any]:
    lines = (CONFORMANCE / name).read_text(encoding="utf-8").splitlines()
    known = [(number, json.loads(line)) for number, line in enumerate(lines, 1) if line.strip()]
    return [pytest.param(case, id=f"{name}:{number}:{case.get('kind', '')}") for number, case in known]


def add_features(graph: mx.FeatureGraph, case: dict[str, Any]) -> None:
    for spec in case["features"]:
        definition = mx.FeatureDefinition.from_stored_data(
            spec, case.get("feature_schema", {}), f"m.{spec['key']}", case["project"]
        )
        graph.add_feature_definition(definition)


@pytest.mark.usefixtures("compat")
@pytest.mark.parametrize("case", cases("versions.jsonl"))
def test_versions(case: dict[str, Any], fresh_graph: mx.FeatureGraph) -> None:
    add_features(fresh_graph, case)
    for key, wanted in case["expect"].items():
        definition = fresh_graph.get_feature_definition(key)
        assert fresh_graph.get_feature_version(key) == wanted["feature_version"]
        assert fresh_graph.get_feature_version_by_field(key) == wanted["field_versions"]
        assert definition.spec.code_version == wanted["code_version"]
        assert definition.spec.feature_spec_version == wanted["feature_spec_version"]
        assert definition.feature_definition_version == wanted["definition_version"]
        assert definition.table_name == wanted["table_name"]
    assert fresh_graph.get_project_version(case["project"]) == case["project_version"]
    assert [str(key) for key in fresh_graph.topological_sort_features()] == case["topological_order"]
    downstream = fresh_graph.get_downstream_features([mx.FeatureKey(case["downstream"]["of"])])
    assert [str(key) for key in downstream] == case["downstream"]["features"]


class AnyAlgorithm(DuckDBMetadataStore):
    """The cases were made by other stores of the reference too, which have more algorithms than its DuckDB."""

    def _supported_algorithms(self) -> list[str]:
        return self._description.info()["algorithms"]


IGNORED = {
    "metaxy_created_at",
    "metaxy_updated_at",
    "metaxy_deleted_at",
    "metaxy_deleted_at_right",
    "metaxy_feature_version",
    "metaxy_project_version",
    "metaxy_materialization_id",
}


def comparable(rows: list[dict[str, Any]]) -> Counter[str]:
    kept = [{name: value for name, value in row.items() if name not in IGNORED} for row in rows]
    return Counter(json.dumps(row, sort_keys=True) for row in kept)


def compare(case: dict[str, Any], state: str, found: pl.DataFrame, wanted: list[dict[str, Any]]) -> None:
    if case["kind"] == "expand" and state == "orphaned":
        parents = {name for row in wanted for name in row} & set(found.columns)
        parents = parents & {"video_id"}
        assert {tuple(row[name] for name in parents) for row in found.iter_rows(named=True)} == {
            tuple(row[name] for name in parents) for row in wanted
        }
        return
    assert comparable(list(found.iter_rows(named=True))) == comparable(wanted), state


@pytest.mark.usefixtures("compat")
@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("case", cases("increments.jsonl"))
def test_increments(case: dict[str, Any], lazy: bool, fresh_graph: mx.FeatureGraph) -> None:
    algorithm = mx.HashAlgorithm(case["hash_algorithm"])
    store = AnyAlgorithm(":memory:", hash_algorithm=algorithm, auto_create_tables=True)
    replay(case, lazy, fresh_graph, store)


@pytest.mark.usefixtures("compat")
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "duckdb"])
@pytest.mark.parametrize("case", cases("increments.jsonl")[::SAMPLE])
def test_increments_of_other_stores(
    case: dict[str, Any], kind: str, fresh_graph: mx.FeatureGraph, tmp_path: Path
) -> None:
    algorithm = mx.HashAlgorithm(case["hash_algorithm"])
    store = make_store(kind, tmp_path, hash_algorithm=algorithm, auto_create_tables=True)
    replay(case, False, fresh_graph, store)


def replay(case: dict[str, Any], lazy: bool, fresh_graph: mx.FeatureGraph, store: mx.MetadataStore) -> None:
    add_features(fresh_graph, case)
    config = mx.MetaxyConfig(project=case["project"], hash_truncation_length=case["hash_truncation_length"])
    with config.use(), store.open("w"):
        for step in case["steps"]:
            if step["op"] == "write" and not step["rows"]:
                continue  # without a row there are no columns either
            if step["op"] == "write":
                store.write(step["feature"], pl.DataFrame(step["rows"], infer_schema_length=None))
            elif step["op"] == "soft_delete":
                store.delete(step["feature"], step["where"])
            else:
                found = store.resolve_update(case["target"], lazy=lazy).collect().to_polars()
                for state in ("new", "stale", "orphaned"):
                    compare(case, state, getattr(found, state), step["expect"][state])
