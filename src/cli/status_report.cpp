// SPDX-License-Identifier: Apache-2.0
#include "cli/status_report.hpp"

#include <fmt/format.h>

#include <cmath>

namespace metaxy::cli {

std::string category(const StatusResult& result) {
  if (result.error || !result.status) return "error";
  const ops::FeatureStatus& status = *result.status;
  if (!status.missing_upstreams.empty()) return status.exists ? "no_input" : "missing";
  if (!status.exists) return "missing";
  if (status.needs_update() && !status.is_root) return "needs_update";
  if (status.waiting > 0) return "waiting";
  return status.is_root ? "root_feature" : "up_to_date";
}

namespace {

// Counts say something only about a feature that has inputs.
bool has_counts(const StatusResult& result) {
  return result.status && !result.status->is_root && result.status->missing_upstreams.empty();
}

Json count(const StatusResult& result, std::uint64_t value) { return has_counts(result) ? Json(value) : Json(nullptr); }

std::optional<double> progress_of(const StatusResult& result) {
  if (!has_counts(result)) return std::nullopt;
  const ops::FeatureStatus& status = *result.status;
  const std::uint64_t all = status.up_to_date + status.new_samples + status.stale;
  if (all == 0) return std::nullopt;
  return 100.0 * static_cast<double>(status.up_to_date) / static_cast<double>(all);
}

Json feature_json(const StatusResult& result) {
  const ops::FeatureStatus status =
      result.status.value_or(ops::FeatureStatus{.key = result.key, .missing_upstreams = {}});
  const bool known = result.status.has_value();
  Json out = Json::object();
  out["feature_key"] = result.key.to_string();
  out["status"] = category(result);
  out["needs_update"] = result.needs_update();
  out["metadata_exists"] = known ? Json(status.exists) : Json(nullptr);
  out["store_rows"] = known ? Json(status.rows) : Json(nullptr);
  out["up_to_date"] = count(result, status.up_to_date);
  out["missing"] = count(result, status.new_samples);
  out["stale"] = count(result, status.stale);
  out["orphaned"] = count(result, status.orphaned);
  out["waiting"] = status.waiting > 0 ? Json(status.waiting) : count(result, 0);
  out["target_version"] = result.version;
  out["is_root_feature"] = known ? Json(status.is_root) : Json(nullptr);
  out["missing_upstreams"] = Json::array();
  for (const spec::FeatureKey& key : status.missing_upstreams) out["missing_upstreams"].push_back(key.to_string());
  const auto progress = progress_of(result);
  out["progress_percentage"] = progress ? Json(*progress) : Json(nullptr);
  out["error_message"] = result.error ? Json(result.error->what()) : Json(nullptr);
  return out;
}

struct Mark {
  std::string text;
  Style style;
};

Mark mark_of(const StatusResult& result) {
  const std::string name = category(result);
  if (name == "error") return {"! error", Style::Red};
  if (name == "no_input") return {"⚠ no input", Style::Yellow};
  if (name == "missing") return {"✗ missing", Style::Red};
  if (name == "root_feature") return {"○ root", Style::Cyan};
  if (name == "up_to_date") return {"✓ up to date", Style::Green};
  if (name == "waiting") return {"… waiting", Style::Yellow};
  return {"⚠ needs update", Style::Yellow};
}

}  // namespace

Json status_json(const std::vector<StatusResult>& results, const std::optional<std::string>& project_version) {
  Json out = Json::object();
  out["warning"] = results.empty() ? Json("No valid features to check") : Json(nullptr);
  out["project_version"] = project_version ? Json(*project_version) : Json(nullptr);
  out["features"] = Json::object();
  Json errors = Json::array();
  bool pending = false;
  for (const StatusResult& result : results) {
    out["features"][result.key.to_string()] = feature_json(result);
    pending = pending || result.needs_update();
    if (!result.error) continue;
    Json error = Json::object();
    error["feature"] = result.key.to_string();
    error["error"] = result.error->what();
    errors.push_back(std::move(error));
  }
  out["needs_update"] = pending;
  out["warnings"] = nullptr;
  if (!errors.empty()) out["warnings"] = Json{{"errors", std::move(errors)}};
  return out;
}

Table status_table(const std::vector<StatusResult>& results) {
  Table table{{{"Status"},
               {"Feature"},
               {"Stored", true},
               {"New", true},
               {"Stale", true},
               {"Orphaned", true},
               {"Waiting", true},
               {"Done", true}},
              {}};
  for (const StatusResult& result : results) {
    const Mark mark = mark_of(result);
    const auto number = [&](auto member) {
      return has_counts(result) ? std::to_string((*result.status).*member) : std::string("-");
    };
    const auto progress = progress_of(result);
    table.rows.push_back(
        {{mark.text, mark.style},
         {result.key.to_string()},
         {result.status ? std::to_string(result.status->rows) : "-"},
         {number(&ops::FeatureStatus::new_samples)},
         {number(&ops::FeatureStatus::stale)},
         {number(&ops::FeatureStatus::orphaned)},
         {result.waits() ? std::to_string(result.status->waiting) : number(&ops::FeatureStatus::waiting)},
         {progress ? fmt::format("{:.0f}%", std::floor(*progress)) : "-"}});
  }
  return table;
}

}  // namespace metaxy::cli
