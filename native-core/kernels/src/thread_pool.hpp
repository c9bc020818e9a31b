// The kernels' own threads, shared by all callers of the process.
#pragma once

#include <cstddef>
#include <functional>

#include "control.hpp"

namespace theratwin {

// Runs task(0) … task(taskCount − 1), each exactly once, on the calling thread and up to `threads` − 1 helpers (0: as many as
// the machine has). Returns when all have ended, or, once `control` says cancel, when those under way have ended.
//
// The tasks are the units of work: what a task computes must not depend on which thread runs it or on the other tasks, and
// how work is cut into tasks must not depend on `threads`. Then results have the same bits whatever the number of threads.
// Where a task throws, the others under way end, no more are begun, and the first exception is thrown on here.
Status parallelFor(std::size_t taskCount, unsigned threads, const Control& control,
                   const std::function<void(std::size_t)>& task);

// Threads the machine runs at once (at least 1).
unsigned hardwareThreads();

}  // namespace theratwin
