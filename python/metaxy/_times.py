# SPDX-License-Identifier: Apache-2.0
"""Times as the core writes them."""

from __future__ import annotations

import re
from datetime import datetime


def read_time(text: str) -> datetime:
    """A time with or without an offset. CPython 3.10 reads but three or six digits behind the point, and no bare `+01`.

    Raises:
        ValueError: this is none that Python can read.

    Examples:
        >>> read_time("2025-01-31 18:30:00.5+01").isoformat()
        '2025-01-31T18:30:00.500000+01:00'
    """
    text = re.sub(r"\.(\d+)", lambda found: f".{found[1]:0<6}", text.replace("Z", "+00:00"))
    return datetime.fromisoformat(text + ":00" if text[-3:-2] in ("+", "-") and ":" in text else text)
