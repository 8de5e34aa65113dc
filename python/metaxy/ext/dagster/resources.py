# SPDX-License-Identifier: Apache-2.0
"""Stores as resources of Dagster."""

from typing import Any

import dagster as dg

from metaxy.metadata_store.base import MetadataStore


class MetaxyStoreFromConfigResource(dg.ConfigurableResource[MetadataStore]):
    """A store of the active configuration, made anew for every step. What it writes carries the run's id.

    Args:
        name: which store; absent: the configuration's default one.
    """

    name: str | None = None

    def create_resource(self, context: dg.InitResourceContext) -> MetadataStore:
        return self.make_store(context.run_id)

    def make_store(self, run_id: str | None) -> MetadataStore:
        """The store, not open. Raises: InvalidConfigError."""
        from metaxy.config import MetaxyConfig

        return MetaxyConfig.get().get_store(self.name, materialization_id=run_id)


def store_of(given: Any, context: Any) -> MetadataStore:
    """A store, where users may give the resource instead."""
    return given.make_store(context.run_id) if isinstance(given, MetaxyStoreFromConfigResource) else given
