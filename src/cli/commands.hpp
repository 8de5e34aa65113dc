// SPDX-License-Identifier: Apache-2.0
// All commands; each is defined in its own file command_<name>.cpp.
#pragma once

#include "cli/command.hpp"

namespace metaxy::cli {

extern const Command kInitCommand;
extern const Command kLintCommand;
extern const Command kIngestCommand;
extern const Command kListFeaturesCommand;
extern const Command kListStoresCommand;
extern const Command kGraphRenderCommand;
extern const Command kStatusCommand;
extern const Command kResolveCommand;
extern const Command kWriteCommand;
extern const Command kReadCommand;
extern const Command kDeleteCommand;
extern const Command kDropCommand;
extern const Command kRebaseCommand;
extern const Command kCopyCommand;
extern const Command kExplainCommand;
extern const Command kPushCommand;
extern const Command kHistoryCommand;
extern const Command kLockCommand;
extern const Command kStorePreviewSqlCommand;
extern const Command kStoreMaintainCommand;
extern const Command kConfigPrintCommand;
extern const Command kHelpCommand;

}  // namespace metaxy::cli
