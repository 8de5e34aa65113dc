// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/folder.hpp"

namespace metaxy::testing {

using test::ScratchFolder;

}  // namespace metaxy::testing
