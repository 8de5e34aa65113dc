# SPDX-License-Identifier: Apache-2.0
"""Readings of a station on a day, and what is made from them."""

import metaxy as mx


class Readings(
    mx.BaseFeature, spec=mx.FeatureSpec(key="weather/readings", id_columns=["station", "day"], fields=["celsius"])
):
    """A file `STATION_DAY.csv` of the folder `stations`."""

    station: str
    day: str
    path: str


class Daily(
    mx.BaseFeature,
    spec=mx.FeatureSpec(
        key="weather/daily",
        id_columns=["station", "day"],
        deps=[Readings],
        fields=[
            mx.FieldSpec(key="mean", code_version="1", deps=[mx.FieldDep(feature=Readings, fields=["celsius"])]),
            mx.FieldSpec(key="spread", code_version="1", deps=[mx.FieldDep(feature=Readings, fields=["celsius"])]),
        ],
    ),
):
    """Mean and standard deviation of a day."""

    station: str
    day: str
    mean: float
    spread: float


class Frost(
    mx.BaseFeature,
    spec=mx.FeatureSpec(
        key="weather/frost",
        id_columns=["station", "day"],
        deps=[Daily],
        fields=[mx.FieldSpec(key="frost", code_version="1", deps=[mx.FieldDep(feature=Daily, fields=["mean"])])],
    ),
):
    """Whether a day was below zero on average."""

    station: str
    day: str
    frost: bool


class Unrest(
    mx.BaseFeature,
    spec=mx.FeatureSpec(
        key="weather/unrest",
        id_columns=["station", "day"],
        deps=[Daily],
        fields=[mx.FieldSpec(key="unrest", code_version="1", deps=[mx.FieldDep(feature=Daily, fields=["spread"])])],
    ),
):
    """Whether temperatures went up and down."""

    station: str
    day: str
    unrest: bool
