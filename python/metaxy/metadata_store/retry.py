# SPDX-License-Identifier: Apache-2.0
"""Writes that meet another writer of the same table."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from metaxy.metadata_store.object_storage import is_explained

Result = TypeVar("Result")

TRIES = 12


def retried(work: Callable[[], Result], conflicts: tuple[type[BaseException], ...]) -> Result:
    """Does the work again, after waits that grow, while it ends in one of `conflicts`; the last one is raised. A
    storage that refuses or cannot be reached is no conflict, whatever the error's class."""
    for attempt in range(TRIES - 1):
        try:
            return work()
        except conflicts as error:
            if is_explained(error):
                raise
            time.sleep(random.uniform(0.5, 1.0) * min(0.02 * 2**attempt, 2.0))
    return work()
