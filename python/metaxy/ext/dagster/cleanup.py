# SPDX-License-Identifier: Apache-2.0
"""Deleting metadata from Dagster."""

from typing import Annotated, Any

import dagster as dg
from pydantic import BeforeValidator

from metaxy.metadata_store.base import MetadataStore
from metaxy.models.types import coerce_to_feature_key


def _parts(value: Any) -> list[str]:
    return list(coerce_to_feature_key(value).parts)


class DeleteMetadataConfig(dg.Config):
    """Which samples of a feature to delete.

    Args:
        feature_key: the parts of the feature's key.
        filters: conditions that all hold for them (docs/filters.md); none: every sample.
        soft: keep the records and mark the samples as deleted.
    """

    feature_key: Annotated[list[str], BeforeValidator(_parts)]
    filters: list[str]
    soft: bool = True


@dg.op(description="Deletes samples of a Metaxy feature.")
def delete(
    context: dg.OpExecutionContext, config: DeleteMetadataConfig, metaxy_store: dg.ResourceParam[MetadataStore]
) -> None:
    """Deletes samples of a feature from the store that is the resource `metaxy_store`."""
    key = coerce_to_feature_key(config.feature_key)
    with metaxy_store.open("w") as store:
        store.delete(key, filters=config.filters, soft=config.soft)
    context.log.info(f"Deleted samples of feature {key} from {metaxy_store!r}")
