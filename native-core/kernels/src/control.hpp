// Progress and cancel between C++ and whoever waits for it, through two 32-bit integers in shared memory.
#pragma once

#include <atomic>
#include <cstdint>

namespace theratwin {

enum class Status { done, cancelled };

// View of the caller's control block: slot 0 becomes non-zero to cancel, slot 1 holds progress in per mille. Either may be
// absent (null). The memory is a JavaScript Int32Array on a SharedArrayBuffer, written there with Atomics.
class Control {
 public:
  Control() = default;
  Control(std::int32_t* cancelSlot, std::int32_t* progressSlot) : cancel_(cancelSlot), progress_(progressSlot) {}

  // For a part of the work, whose own progress is not that of the whole.
  Control withoutProgress() const { return {cancel_, nullptr}; }

  bool cancelled() const {
    return cancel_ != nullptr && std::atomic_ref<std::int32_t>(*cancel_).load(std::memory_order_relaxed) != 0;
  }

  // Raises progress to `perMille`; never lowers it, whichever thread comes last.
  void report(std::int32_t perMille) const {
    if (progress_ == nullptr) return;
    std::atomic_ref<std::int32_t> slot(*progress_);
    std::int32_t seen = slot.load(std::memory_order_relaxed);
    while (seen < perMille && !slot.compare_exchange_weak(seen, perMille, std::memory_order_relaxed)) {
    }
  }

 private:
  std::int32_t* cancel_ = nullptr;
  std::int32_t* progress_ = nullptr;
};

}  // namespace theratwin
