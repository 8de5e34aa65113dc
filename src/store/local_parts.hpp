// SPDX-License-Identifier: Apache-2.0
// What a database lacks is computed by a local engine: a relation is parted in what the database runs, as much as it
// can, and the rest, which reads the rows of these parts.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rel/relation.hpp"
#include "store/session.hpp"

namespace metaxy::store {

/// Makes the engine: a session that writes an empty store of its own.
using EngineMaker = std::function<std::unique_ptr<Session>()>;

struct Part {
  std::string name;      ///< of the input that stands for it
  rel::RelPtr rows;      ///< for the database
  bool is_kept = false;  ///< it is looked at as a table, not read once
};
struct Parted {
  rel::RelPtr rest;  ///< for the local engine
  std::vector<Part> parts;
};
/// Parts a relation that the database cannot run as it is; `can` tells what it can. Streams are read by the rest.
/// Throws: Unsupported when stored rows cannot be read at all.
Parted part(const rel::RelPtr& relation, const std::function<bool(const rel::RelPtr&)>& can);

/// Whether values of these types are the same after they went through the local engine.
bool passes_unchanged(const ArrowSchema& schema);

/// The local engine of one session, made when it is first needed.
class LocalEngine {
 public:
  explicit LocalEngine(EngineMaker make) : make_(std::move(make)) {}

  explicit operator bool() const { return static_cast<bool>(make_); }
  /// One whose tables are nobody else's.
  LocalEngine another() const { return LocalEngine(make_); }
  /// Runs what is left of a parted relation.
  arrow::Stream run(const Parted& parted, Inputs inputs, const Watch& watch);
  /// Keeps the rows of a part in the engine, until `sweep`, and has the rest read them from there: a connection gives
  /// one stream at a time and takes none meanwhile.
  void keep(Parted& parted, const Part& part, arrow::Stream rows, const Watch& watch);
  void sweep() noexcept;
  /// What `run` would do, for people.
  std::string explain(const Parted& parted);

 private:
  Session& engine();

  EngineMaker make_;
  std::unique_ptr<Session> engine_;
  std::vector<std::string> kept_;  ///< tables
};

}  // namespace metaxy::store
