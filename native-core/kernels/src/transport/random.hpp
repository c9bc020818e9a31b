// Counter-based random numbers: Philox-4x32-10 (Salmon, Moraes, Dror & Shaw, SC 2011). A history's numbers depend on the seed and
// the history's index alone, so results are the same in whatever order and on however many threads histories run.
#pragma once

#include <cstdint>

namespace theratwin::transport {

class RandomStream {
 public:
  // `purpose` tells apart independent streams of one history (0: transport).
  RandomStream(std::uint64_t seed, std::uint64_t history, std::uint32_t purpose = 0)
      : key0_(static_cast<std::uint32_t>(seed)),
        key1_(static_cast<std::uint32_t>(seed >> 32)),
        history0_(static_cast<std::uint32_t>(history)),
        history1_(static_cast<std::uint32_t>(history >> 32)),
        purpose_(purpose) {}

  // Uniform in (0, 1), 32 bits: never 0 or 1.
  double uniform() { return (static_cast<double>(word()) + 0.5) * 0x1p-32; }

  // Uniform in (0, 1), 53 bits: for tables with many entries.
  double uniform53() {
    const std::uint64_t high = word() >> 5;
    const std::uint64_t low = word() >> 6;
    return (static_cast<double>(high * 67108864u + low) + 0.5) * 0x1p-53;
  }

  std::uint32_t word() {
    if (left_ == 0) refill();
    return block_[--left_];
  }

 private:
  void refill() {
    std::uint32_t c0 = counter_++;
    std::uint32_t c1 = purpose_;
    std::uint32_t c2 = history0_;
    std::uint32_t c3 = history1_;
    std::uint32_t k0 = key0_;
    std::uint32_t k1 = key1_;
    for (int round = 0; round < 10; ++round) {
      const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * c0;
      const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * c2;
      c0 = static_cast<std::uint32_t>(p1 >> 32) ^ c1 ^ k0;
      c1 = static_cast<std::uint32_t>(p1);
      c2 = static_cast<std::uint32_t>(p0 >> 32) ^ c3 ^ k1;
      c3 = static_cast<std::uint32_t>(p0);
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    block_[0] = c0;
    block_[1] = c1;
    block_[2] = c2;
    block_[3] = c3;
    left_ = 4;
  }

  std::uint32_t key0_, key1_, history0_, history1_, purpose_;
  std::uint32_t counter_ = 0;
  std::uint32_t block_[4] = {};
  int left_ = 0;
};

}  // namespace theratwin::transport
