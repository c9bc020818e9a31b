#include "thread_pool.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

namespace theratwin {
namespace {

// One call of parallelFor. Helpers that come late find it closed and leave.
struct Job {
  Job(std::size_t count, const Control& jobControl, const std::function<void(std::size_t)>& jobTask)
      : taskCount(count), control(jobControl), task(&jobTask) {}

  const std::size_t taskCount;
  const Control control;
  // Belongs to the caller of parallelFor, as does what `control` points to.
  const std::function<void(std::size_t)>* task;
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> ended{0};
  std::mutex mutex;
  std::condition_variable allEnded;
  int running = 0;
  bool closed = false;
  std::exception_ptr failure;

  void work() {
    {
      // After the call has returned, neither the task nor the caller's control block may be touched.
      std::lock_guard<std::mutex> lock(mutex);
      if (closed) return;
      ++running;
    }
    while (!control.cancelled()) {
      const std::size_t n = next.fetch_add(1, std::memory_order_relaxed);
      if (n >= taskCount) break;
      try {
        (*task)(n);
      } catch (...) {
        std::lock_guard<std::mutex> lock(mutex);
        if (!failure) failure = std::current_exception();
        next.store(taskCount, std::memory_order_relaxed);
        break;
      }
      const std::size_t done = ended.fetch_add(1, std::memory_order_relaxed) + 1;
      control.report(static_cast<std::int32_t>(done * 1000 / taskCount));
    }
    std::lock_guard<std::mutex> lock(mutex);
    if (--running == 0) allEnded.notify_all();
  }
};

// Threads are started when first needed and then wait for jobs. The pool is never destroyed: at exit the operating system
// ends waiting threads, and joining them from a static destructor or while the addon is unloaded can deadlock.
class Pool {
 public:
  static Pool& instance() {
    static Pool* pool = new Pool();
    return *pool;
  }

  void help(const std::shared_ptr<Job>& job, unsigned helpers) {
    std::lock_guard<std::mutex> lock(mutex_);
    while (threads_ < helpers) {
      try {
        std::thread([this] { loop(); }).detach();
      } catch (const std::system_error&) {
        break;  // The calling thread does the work that helpers cannot be had for.
      }
      ++threads_;
    }
    for (unsigned n = 0; n < std::min(helpers, threads_); ++n) queue_.push_back(job);
    wake_.notify_all();
  }

 private:
  [[noreturn]] void loop() {
    for (;;) {
      std::shared_ptr<Job> job;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        wake_.wait(lock, [this] { return !queue_.empty(); });
        job = queue_.front();
        queue_.pop_front();
      }
      job->work();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Job>> queue_;
  unsigned threads_ = 0;
};

}  // namespace

unsigned hardwareThreads() { return std::max(1u, std::thread::hardware_concurrency()); }

Status parallelFor(std::size_t taskCount, unsigned threads, const Control& control,
                   const std::function<void(std::size_t)>& task) {
  if (control.cancelled()) return Status::cancelled;
  if (taskCount == 0) {
    control.report(1000);
    return Status::done;
  }
  const unsigned wanted = threads == 0 ? hardwareThreads() : threads;
  const auto helpers = static_cast<unsigned>(std::min<std::size_t>(wanted, taskCount)) - 1;
  const auto job = std::make_shared<Job>(taskCount, control, task);
  if (helpers > 0) Pool::instance().help(job, helpers);
  job->work();
  {
    std::unique_lock<std::mutex> lock(job->mutex);
    job->allEnded.wait(lock, [&job] { return job->running == 0; });
    job->closed = true;
    if (job->failure) std::rethrow_exception(job->failure);
  }
  return job->ended.load() == taskCount ? Status::done : Status::cancelled;
}

}  // namespace theratwin
