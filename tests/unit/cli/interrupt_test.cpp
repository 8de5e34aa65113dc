// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupt.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

namespace metaxy::cli {
namespace {

bool stops_within(const std::stop_token& token, std::chrono::milliseconds time) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  while (!token.stop_requested() && std::chrono::steady_clock::now() < deadline) usleep(1000);
  return token.stop_requested();
}

TEST(Interrupt, TurnsTheFirstSignalIntoAStopRequest) {
  for (const int number : {SIGINT, SIGTERM}) {
    const Interrupt interrupt;
    EXPECT_FALSE(interrupt.token().stop_requested());
    raise(number);
    EXPECT_TRUE(stops_within(interrupt.token(), std::chrono::seconds(10)));
  }
}

TEST(Interrupt, EndsTheProcessAtTheSecondSignal) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(
      {
        const Interrupt interrupt;
        raise(SIGINT);
        raise(SIGINT);
        std::exit(0);
      },
      testing::ExitedWithCode(130), "");
}

TEST(Interrupt, LeavesTheSignalAsItWasAfterwards) {
  { const Interrupt interrupt; }
  struct sigaction action {};
  sigaction(SIGINT, nullptr, &action);
  EXPECT_EQ(action.sa_handler, SIG_DFL);
}

TEST(Interrupt, KeepsAnIgnoredSignalIgnored) {
  signal(SIGINT, SIG_IGN);
  {
    const Interrupt interrupt;
    raise(SIGINT);
    EXPECT_FALSE(stops_within(interrupt.token(), std::chrono::milliseconds(50)));
  }
  signal(SIGINT, SIG_DFL);
}

}  // namespace
}  // namespace metaxy::cli
