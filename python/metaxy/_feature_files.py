# SPDX-License-Identifier: Apache-2.0
"""Features that are declared in files instead of classes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from metaxy import _core
from metaxy._errors import with_code
from metaxy.models.feature_definition import FeatureDefinition

if TYPE_CHECKING:
    from metaxy.config import MetaxyConfig


def load_feature_files(config: MetaxyConfig) -> list[FeatureDefinition]:
    """The definitions in the files that the configuration's `features` name, in the order written; without that
    setting those that lie beside the configuration file (docs/features.md).

    Raises:
        InvalidConfigError: a pattern names no file, or files have faults; all of them are told.
    """
    from metaxy.config import InvalidConfigError

    if not config.features and config.config_file is None:
        return []
    folder = config.config_file.parent if config.config_file is not None else Path.cwd()
    project = config.project or "default"
    try:
        found = _core.load_feature_files(patterns=config.features or None, folder=folder, project=project)
    except ValueError as error:
        raise with_code(InvalidConfigError.from_config(config, str(error)), "invalid_spec", "") from error
    return [_definition(*parts) for parts in found]


def _definition(
    spec: _core.FeatureSpec,
    schema: str,
    project: str,
    source: str,
    is_external: bool,
    provenance: dict[str, str] | None,
    on_version_mismatch: str,
) -> FeatureDefinition:
    if is_external:
        return FeatureDefinition.external(
            spec=spec,
            project=project,
            feature_schema=json.loads(schema),
            provenance_by_field=provenance,
            on_version_mismatch="error" if on_version_mismatch == "error" else "warn",
            source=source,
        )
    return FeatureDefinition.from_stored_data(spec, schema, None, project, source)
