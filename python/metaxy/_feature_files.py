# SPDX-License-Identifier: Apache-2.0
"""Features that are declared in files instead of classes."""

from __future__ import annotations

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
    read = getattr(_core, "load_feature_files", None)
    if read is None:
        if not config.features:
            return []
        raise with_code(
            InvalidConfigError.from_config(config, "`features` names feature files, which this build cannot read"),
            "unsupported",
            "declare features as classes and name their modules in `entrypoints`",
        )
    folder = config.config_file.parent if config.config_file is not None else Path.cwd()
    return [
        _definition(*parts)
        for parts in read(patterns=config.features or None, folder=folder, project=config.project or "default")
    ]


def _definition(
    spec: _core.FeatureSpec,
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
            provenance_by_field=provenance,
            on_version_mismatch="error" if on_version_mismatch == "error" else "warn",
            source=source,
        )
    return FeatureDefinition.from_stored_data(spec, {}, None, project, source)
