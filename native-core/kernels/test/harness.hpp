// A test harness of a screenful: named cases, checks with values, a last line that counts.
#pragma once

#include <cmath>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>
#include <vector>

namespace theratwin::test {

struct Case {
  std::string name;
  std::function<void()> body;
};

inline std::vector<Case>& cases() {
  static std::vector<Case> all;
  return all;
}

inline int& failuresOfCase() {
  static int count = 0;
  return count;
}

struct Registration {
  Registration(const char* name, std::function<void()> body) { cases().push_back({name, std::move(body)}); }
};

inline void check(bool holds, const std::string& what, const char* file, int line) {
  if (holds) return;
  ++failuresOfCase();
  std::printf("  %s:%d: %s\n", file, line, what.c_str());
}

inline void checkNear(double found, double expected, double tolerance, const std::string& what, const char* file, int line) {
  const bool holds = std::abs(found - expected) <= tolerance;
  if (!holds) check(false, what + ": found " + std::to_string(found) + ", expected " + std::to_string(expected), file, line);
}

// Runs all cases; 0 if none failed. Last line: "N passed, N failed".
inline int runAll() {
  int passed = 0;
  int failed = 0;
  for (const Case& test : cases()) {
    failuresOfCase() = 0;
    try {
      test.body();
    } catch (const std::exception& error) {
      check(false, std::string("threw ") + error.what(), __FILE__, __LINE__);
    }
    if (failuresOfCase() == 0) {
      ++passed;
    } else {
      ++failed;
      std::printf("FAILED %s\n", test.name.c_str());
    }
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 && passed > 0 ? 0 : 1;
}

}  // namespace theratwin::test

#define THERATWIN_JOIN2(a, b) a##b
#define THERATWIN_JOIN(a, b) THERATWIN_JOIN2(a, b)
#define TEST(name) \
  static void THERATWIN_JOIN(test_, __LINE__)(); \
  static const ::theratwin::test::Registration THERATWIN_JOIN(registration_, __LINE__)(name, THERATWIN_JOIN(test_, __LINE__)); \
  static void THERATWIN_JOIN(test_, __LINE__)()
#define CHECK(condition) ::theratwin::test::check((condition), #condition, __FILE__, __LINE__)
#define CHECK_NEAR(found, expected, tolerance) \
  ::theratwin::test::checkNear((found), (expected), (tolerance), #found, __FILE__, __LINE__)
