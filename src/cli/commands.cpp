// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"

#include <array>

namespace metaxy::cli {

std::span<const Command* const> commands() {
  static constexpr std::array kAll = {
      &kInitCommand,        &kLintCommand,        &kIngestCommand,          &kListFeaturesCommand,
      &kListStoresCommand,  &kGraphRenderCommand, &kStatusCommand,          &kResolveCommand,
      &kWriteCommand,       &kReadCommand,        &kDeleteCommand,          &kDropCommand,
      &kRebaseCommand,      &kCopyCommand,        &kExplainCommand,         &kPushCommand,
      &kHistoryCommand,     &kLockCommand,        &kStorePreviewSqlCommand, &kStoreMaintainCommand,
      &kConfigPrintCommand, &kHelpCommand,
  };
  return kAll;
}

}  // namespace metaxy::cli
