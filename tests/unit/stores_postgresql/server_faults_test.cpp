// SPDX-License-Identifier: Apache-2.0
// Servers that are killed, full, impatient or locked; each test has one of its own.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <metaxy/error.hpp>
#include <thread>

#include "arrow/build.hpp"
#include "arrow/read.hpp"
#include "store/session.hpp"
#include "support/errors.hpp"
#include "support/own_postgresql.hpp"

namespace metaxy::testing {
namespace {

using namespace store;
using std::chrono::milliseconds;
using test::error_of;
using test::OwnServer;

constexpr int kRowsOfBatch = 1000;

rel::RelPtr one(const std::string& text) { return rel::values({"id"}, {{rel::literal(text)}}); }

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::size_t count(Session& session) { return arrow::read_rows(session.run(*rel::scan("t", {"id"}))).size(); }

/// Batches of long texts; `each` is called before every one of them.
Inputs batches(int number, const std::function<void(int)>& each) {
  const std::vector<arrow::Field> columns = {arrow::Field("id")};
  auto at = std::make_shared<int>(0);
  Inputs out;
  out.emplace("in", arrow::make_stream(arrow::make_schema(columns), [=]() -> std::optional<arrow::Array> {
                if (*at == number) return std::nullopt;
                each((*at)++);
                return arrow::make_batch(columns, std::vector<Json>(kRowsOfBatch, Json{{"id", std::string(500, 'x')}}));
              }));
  return out;
}

void append(Session& session, Inputs inputs) {
  session.commit({Append{"t", rel::input("in", {"id"})}}, std::move(inputs));
}

TEST(PostgreSqlServer, KilledDuringAWriteLeavesNothingOfItAndIsReachedAgain) {
  const OwnServer server;
  const auto session = server.store()->open(Mode::Write);
  session->commit({Create{"t", one("a"), {}}, Append{"t", one("a")}});
  const auto error = error_of([&] {
    append(*session, batches(2000, [&](int at) {
      if (at == 5) server.kill();
    }));
  });
  EXPECT_EQ(error.code(), ErrorCode::Io) << error.what();
  EXPECT_TRUE(contains(error.message(), "the connection to PostgreSQL was lost")) << error.what();
  EXPECT_TRUE(contains(error.what(), "in the statement")) << error.what();
  EXPECT_EQ(count(*session), 1U) << "the session waits for the server and reaches it again";
  session->commit({Append{"t", one("b")}});
  EXPECT_EQ(count(*session), 2U);
}

TEST(PostgreSqlServer, KilledDuringAReadSaysSoAndIsReachedAgain) {
  const OwnServer server;
  const auto session = server.store()->open(Mode::Write);
  session->commit({Create{"t", one("a"), {}}});
  append(*session, batches(100, [](int) {}));
  auto rows = session->run(*rel::scan("t", {"id"}));
  ASSERT_TRUE(rows.next());
  server.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'metaxy'");
  const auto ended = error_of([&] {
    while (rows.next()) {
    }
  });
  EXPECT_EQ(ended.code(), ErrorCode::Io) << ended.what();
  // The farewell does not get through rows that nobody has read.
  EXPECT_TRUE(contains(ended.message(), "the connection to PostgreSQL was lost")) << ended.what();
  EXPECT_TRUE(contains(ended.what(), "COPY")) << ended.what();
  rows = session->run(*rel::scan("t", {"id"}));
  ASSERT_TRUE(rows.next());
  server.kill();
  EXPECT_EQ(error_of([&] {
              while (rows.next()) {
              }
            }).code(),
            ErrorCode::Io);
  EXPECT_EQ(count(*session), 100U * kRowsOfBatch);
}

TEST(PostgreSqlServer, WrongPasswordsAreRefusedAndNeverShown) {
  const OwnServer server;
  server.psql("CREATE ROLE writer LOGIN PASSWORD 'right-word'");
  std::ofstream(server.folder() + "/data/pg_hba.conf") << "local all metaxy trust\nlocal all all scram-sha-256\n";
  server.psql("SELECT pg_reload_conf()");
  std::this_thread::sleep_for(milliseconds(300));
  const auto open = [&](const stores::Options& options) {
    stores::Options all = options;
    all.emplace("user", "writer");
    all.emplace("schema", "public");
    return error_of([&] { server.store(all)->open(Mode::Read); });
  };
  for (const auto& options : {stores::Options{{"password", "wrong-word"}}, stores::Options{}}) {
    const auto error = open(options);
    EXPECT_EQ(error.code(), ErrorCode::Backend) << error.what();
    EXPECT_TRUE(contains(error.message(), "password")) << error.what();
    EXPECT_TRUE(contains(error.hint(), "password_env")) << error.what();
    EXPECT_FALSE(contains(error.what(), "wrong-word")) << error.what();
  }
  EXPECT_EQ(open({{"password", "right-word"}}).message(), "nothing was thrown");
}

TEST(PostgreSqlServer, SessionsThatItEndsForBeingIdleAreMadeAgain) {
  const OwnServer server({"idle_session_timeout=300ms"});
  const auto session = server.store()->open(Mode::Write);
  session->commit({Create{"t", one("a"), {}}, Append{"t", one("a")}});
  std::this_thread::sleep_for(milliseconds(600));
  EXPECT_EQ(count(*session), 1U) << "sooner than connections are asked whether they are there";
  std::this_thread::sleep_for(milliseconds(600));
  session->commit({Append{"t", one("b")}});
  EXPECT_EQ(count(*session), 2U);
}

TEST(PostgreSqlServer, TransactionsThatItEndsForBeingIdleLeaveNothing) {
  const OwnServer server({"idle_in_transaction_session_timeout=200ms"});
  const auto session = server.store()->open(Mode::Write);
  session->commit({Create{"t", one("a"), {}}, Append{"t", one("a")}});
  const auto slow = [] {
    std::this_thread::sleep_for(milliseconds(500));
    return false;
  };
  const auto error = error_of([&] {
    session->commit({Append{"t", one("b")}, Require{rel::scan("t", {"id"}), [](arrow::Stream&) {}, slow}});
  });
  EXPECT_EQ(error.code(), ErrorCode::Io) << error.what();
  EXPECT_TRUE(contains(error.message(), "idle-in-transaction timeout")) << error.what();
  EXPECT_EQ(count(*session), 1U);
}

/// A disk of 8 MiB as a tablespace, where the machine lets us mount one.
class SmallDisk {
 public:
  explicit SmallDisk(const OwnServer& server) : path_(server.folder() + "/small") {
    std::filesystem::create_directory(path_);
    mounted_ = ::mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=8m,mode=0777") == 0;
    if (!mounted_) return;
    std::filesystem::permissions(path_, std::filesystem::perms::all);
    struct stat owner {};
    ::stat((server.folder() + "/data").c_str(), &owner);
    if (::chown(path_.c_str(), owner.st_uid, owner.st_gid) != 0) return;
    server.psql("CREATE TABLESPACE small LOCATION '" + path_ + "'");
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  bool is_there() const { return mounted_; }
  void grow() const { ::mount("tmpfs", path_.c_str(), "tmpfs", MS_REMOUNT, "size=64m,mode=0777"); }

 private:
  std::string path_;
  bool mounted_ = false;
};

TEST(PostgreSqlServer, AFullDiskKeepsWhatWasThereAndNothingOfTheWrite) {
  const OwnServer server;
  const SmallDisk disk(server);
  if (!disk.is_there()) GTEST_SKIP() << "the machine lets nobody mount a small disk";
  const auto session = server.store({{"options", "-c default_tablespace=small"}})->open(Mode::Write);
  session->commit({Create{"t", one("a"), {}}, Append{"t", one("a")}});
  const auto error = error_of([&] { append(*session, batches(100, [](int) {})); });
  EXPECT_EQ(error.code(), ErrorCode::Io) << error.what();
  EXPECT_TRUE(contains(error.message(), "No space left on device")) << error.what();
  EXPECT_TRUE(contains(error.hint(), "free space on the server's disk")) << error.what();
  EXPECT_TRUE(contains(error.what(), "COPY")) << error.what();
  EXPECT_EQ(count(*session), 1U);
  disk.grow();
  append(*session, batches(2, [](int) {}));
  EXPECT_EQ(count(*session), 1U + 2U * kRowsOfBatch);
}

}  // namespace
}  // namespace metaxy::testing
