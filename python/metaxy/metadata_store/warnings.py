# SPDX-License-Identifier: Apache-2.0
"""Warnings of stores."""


class PolarsMaterializationWarning(Warning):
    """Frames are brought into memory, although the store could have used them where they are."""


class MetaxyColumnMissingWarning(Warning):
    """A system column is missing and was computed."""
