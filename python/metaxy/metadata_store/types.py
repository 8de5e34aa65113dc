# SPDX-License-Identifier: Apache-2.0
from typing import Literal

AccessMode = Literal["r", "w"]
