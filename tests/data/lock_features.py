# SPDX-License-Identifier: Apache-2.0
"""Features that exercise all that a lock file can say; declared alike for the reference and for this package."""


def declare(mx):
    """Declares the features in the active graph. `mx`: the package `metaxy`, either one."""

    def feature(name, project, columns, doc=None, **spec):
        body = {"__annotations__": dict.fromkeys(columns, str), "__module__": "example", "__metaxy_project__": project}
        if doc is not None:
            body["__doc__"] = doc
        return type(mx.BaseFeature)(name, (mx.BaseFeature,), body, spec=mx.FeatureSpec(**spec))

    raw = feature(
        "Raw",
        "up",
        ["id"],
        doc="Clips as they\n\n    were “recorded”.",
        key="video/raw",
        id_columns=["id"],
        fields=["audio", mx.FieldSpec(key="frames/left", code_version="2")],
        metadata={
            "owner": 'é "q" \\ \t\x01\x7f',
            "sizes": [1, 2.5, True, -3, 1e100],
            "tables": [{"b": 1, "a": {"x": [1]}}, {"c": [[{"z": 1, "a": 2, "m": {"k": 1, "b": 2}}]]}, {}, {"d": {}}],
            "mixed": [1, {"b": {"y": 1, "x": 2}, "a": [{"q": 1, "p": 2}]}, ["a", {"z": [], "y": {}}]],
            "nested": {"é": {"deep": {"er": "x"}}, "empty": {}, "": 1, "list": []},
        },
    )
    parts = feature(
        "Parts",
        "up",
        ["id", "part"],
        key="video/parts-of",
        id_columns=["id", "part"],
        description="cut",
        deps=[
            mx.FeatureDep(
                feature=raw,
                lineage=mx.LineageRelationship.expansion(on=["id"], id_generation_pattern="{id}-{n}"),
                fields_mapping=mx.FieldsMapping.default(match_suffix=True, exclude_fields=["audio"]),
                optional=True,
                select=(),
            )
        ],
    )
    feature(
        "Report",
        "reports",
        ["id"],
        key="report",
        id_columns=["id"],
        deps=[
            mx.FeatureDep(
                feature=raw,
                fields_mapping=mx.FieldsMapping.specific({"text": {"audio", "frames/left"}, "all": set()}),
                filters=["size > 1", "name = 'it''s'"],
                rename={"title": "name"},
                select=("size",),
            ),
            mx.FeatureDep(
                feature=parts,
                fields_mapping=mx.FieldsMapping.all(),
                lineage=mx.LineageRelationship.aggregation(on=["id"]),
            ),
        ],
        fields=[
            mx.FieldSpec(key="text"),
            mx.FieldSpec(key="all", code_version="1", deps=mx.SpecialFieldDep.ALL),
            mx.FieldSpec(key="some", deps=[mx.FieldDep(feature="video/raw", fields=["audio"])]),
        ],
    )
