// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "store/mirrors.hpp"
#include "store/storage.hpp"

namespace metaxy::store {

/// Turns mutations of stored tables into mutations of the engine, where they can be checked, and then carries out what
/// they come to. In the engine a table that is written has its own name and holds what is to be appended.
class StagedCommit {
 public:
  StagedCommit(Storage& storage, Session& engine, Mirrors& mirrors, Inputs& inputs, const Watch& watch)
      : storage_(storage), engine_(engine), mirrors_(mirrors), inputs_(inputs), watch_(watch) {}

  /// False when a table to be created has come to be there since the mutations were planned, and `may_replan`.
  /// Throws: AlreadyExists otherwise, NotFound.
  bool add_all(const std::vector<Mutation>& mutations, bool may_replan);
  /// Throws what a requirement throws; then nothing was changed. A storage that fails between two tables leaves those
  /// before written.
  Session::Done carry_out();

  void operator()(const Create& create);
  void operator()(const Extend& extend);
  void operator()(const Append& append);
  void operator()(const Require& require);
  void operator()(const Erase& erase);
  void operator()(const Drop& drop);

 private:
  struct Appending {
    std::string table;
    bool is_new = false;
  };
  struct Erasing {
    std::string table;
    std::string keys;  ///< a table of the engine
  };
  struct Dropping {
    std::string table;
  };

  /// Makes room for rows of a table that is there.
  void stage(const std::string& table);
  rel::RelPtr to_read(const rel::RelPtr& relation, const std::function<bool()>& unneeded = nullptr);
  /// The stored and the staged rows of a table, as a table of the engine.
  std::string together(const rel::Scan& scan, const rel::RelPtr& relation, const std::function<bool()>& unneeded);
  Rows staged_rows(const std::string& table, const std::vector<std::string>& columns);
  std::uint64_t erase(const Erasing& erasing);
  void sweep() noexcept;

  Storage& storage_;
  Session& engine_;
  Mirrors& mirrors_;
  Inputs& inputs_;
  const Watch& watch_;
  std::vector<Mutation> prepared_ = {};
  std::vector<std::variant<Appending, Erasing, Dropping>> steps_ = {};
  std::set<std::string> staged_ = {};   ///< tables
  std::set<std::string> scratch_ = {};  ///< other tables of the engine
  std::vector<Mirrors::Lease> leases_ = {};
};

}  // namespace metaxy::store
