#include "thread_pool.hpp"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include "harness.hpp"

using namespace theratwin;

TEST("every task runs exactly once, with any number of threads") {
  for (const unsigned threads : {0u, 1u, 2u, 3u, 8u}) {
    std::vector<std::atomic<int>> runs(1000);
    CHECK(parallelFor(runs.size(), threads, Control(), [&](std::size_t n) { runs[n].fetch_add(1); }) == Status::done);
    for (const auto& count : runs) CHECK(count.load() == 1);
  }
}

TEST("no task at all is done at once") {
  std::int32_t slots[2] = {0, 0};
  CHECK(parallelFor(0, 2, Control(slots, slots + 1), [](std::size_t) { CHECK(false); }) == Status::done);
  CHECK(slots[1] == 1000);
}

TEST("progress ends at 1000 per mille") {
  std::int32_t slots[2] = {0, 0};
  CHECK(parallelFor(37, 2, Control(slots, slots + 1), [](std::size_t) {}) == Status::done);
  CHECK(slots[1] == 1000);
}

TEST("progress never falls") {
  std::int32_t slots[2] = {0, 0};
  const Control control(slots, slots + 1);
  control.report(700);
  control.report(300);
  CHECK(slots[1] == 700);
}

TEST("a call cancelled beforehand runs nothing") {
  std::int32_t slots[2] = {1, 0};
  int runs = 0;
  CHECK(parallelFor(10, 1, Control(slots, slots + 1), [&](std::size_t) { ++runs; }) == Status::cancelled);
  CHECK(runs == 0);
}

TEST("cancel from another thread stops a long call") {
  std::int32_t slots[2] = {0, 0};
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::atomic_ref<std::int32_t>(slots[0]).store(1);
  });
  const Status status = parallelFor(100000, 2, Control(slots, slots + 1),
                                    [](std::size_t) { std::this_thread::sleep_for(std::chrono::milliseconds(1)); });
  canceller.join();
  CHECK(status == Status::cancelled);
  CHECK(slots[1] < 1000);
}

TEST("an exception in a task reaches the caller, from any thread, and the pool lives on") {
  for (const unsigned threads : {1u, 4u}) {
    bool caught = false;
    try {
      parallelFor(64, threads, Control(), [](std::size_t n) {
        if (n == 13) throw std::runtime_error("task 13");
      });
    } catch (const std::runtime_error&) {
      caught = true;
    }
    CHECK(caught);
    std::atomic<int> runs{0};
    CHECK(parallelFor(64, threads, Control(), [&](std::size_t) { ++runs; }) == Status::done);
    CHECK(runs.load() == 64);
  }
}

TEST("several callers share the pool") {
  std::vector<std::thread> callers;
  std::atomic<int> runs{0};
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&] {
      for (int round = 0; round < 50; ++round) parallelFor(20, 3, Control(), [&](std::size_t) { ++runs; });
    });
  }
  for (auto& caller : callers) caller.join();
  CHECK(runs.load() == 4 * 50 * 20);
}

TEST("after the call nothing touches the caller's control block or task") {
  // Short calls with more helpers than work: late helpers must find the job closed. Memory errors show under ASan.
  for (int round = 0; round < 2000; ++round) {
    auto slots = std::make_unique<std::int32_t[]>(2);
    auto sum = std::make_unique<std::atomic<int>>(0);
    slots[0] = 0;
    slots[1] = 0;
    parallelFor(2, 8, Control(slots.get(), slots.get() + 1), [&](std::size_t) { sum->fetch_add(1); });
    CHECK(sum->load() == 2);
  }
}
