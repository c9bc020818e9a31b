#include "optimise.hpp"

#include <algorithm>
#include <cmath>
#include <deque>

namespace theratwin::registration {
namespace {

constexpr std::size_t kMemory = 8;
constexpr int kBacktracks = 12;
constexpr double kArmijo = 1e-4;

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t n = 0; n < a.size(); ++n) sum += a[n] * b[n];
  return sum;
}

double largest(const std::vector<double>& a) {
  double top = 0;
  for (double value : a) top = std::max(top, std::abs(value));
  return top;
}

struct Pair {
  std::vector<double> step;
  std::vector<double> change;
  double inverse;
};

// −H·gradient by the two loops.
std::vector<double> direction(const std::deque<Pair>& memory, const std::vector<double>& gradient) {
  std::vector<double> q = gradient;
  std::vector<double> alpha(memory.size());
  for (std::size_t i = memory.size(); i-- > 0;) {
    alpha[i] = memory[i].inverse * dot(memory[i].step, q);
    for (std::size_t n = 0; n < q.size(); ++n) q[n] -= alpha[i] * memory[i].change[n];
  }
  if (!memory.empty()) {
    const Pair& last = memory.back();
    const double scale = dot(last.step, last.change) / dot(last.change, last.change);
    for (double& value : q) value *= scale;
  }
  for (std::size_t i = 0; i < memory.size(); ++i) {
    const double beta = memory[i].inverse * dot(memory[i].change, q);
    for (std::size_t n = 0; n < q.size(); ++n) q[n] += (alpha[i] - beta) * memory[i].step[n];
  }
  for (double& value : q) value = -value;
  return q;
}

}  // namespace

OptimiserResult minimise(const CostFunction& function, const OptimiserSettings& settings, std::vector<double>& at) {
  OptimiserResult result;
  std::vector<double> gradient(at.size()), nextGradient(at.size()), next(at.size());
  double cost = 0;
  if (!function(at, cost, gradient)) {
    result.stop = Stop::cancelled;
    return result;
  }
  result.cost = cost;
  if (!std::isfinite(cost)) {
    result.stop = Stop::impossible;
    return result;
  }
  std::deque<Pair> memory;
  for (; result.iterations < settings.iterations; ++result.iterations) {
    if (largest(gradient) == 0) {
      result.stop = Stop::converged;
      return result;
    }
    std::vector<double> move = direction(memory, gradient);
    double slope = dot(move, gradient);
    if (!(slope < 0)) {
      memory.clear();
      move = direction(memory, gradient);
      slope = dot(move, gradient);
    }
    const double reach = largest(move);
    // Without curvature the length of the gradient says nothing: begin with a tenth of the longest step.
    const double scale = memory.empty() ? 0.1 * settings.longestStep / reach : std::min(1.0, settings.longestStep / reach);
    for (double& value : move) value *= scale;
    slope *= scale;
    double fraction = 1, nextCost = 0;
    bool isAccepted = false;
    for (int tries = 0; tries < kBacktracks; ++tries) {
      for (std::size_t n = 0; n < at.size(); ++n) next[n] = at[n] + fraction * move[n];
      if (!function(next, nextCost, nextGradient)) {
        result.stop = Stop::cancelled;
        return result;
      }
      if (std::isfinite(nextCost) && nextCost <= cost + kArmijo * fraction * slope) {
        isAccepted = true;
        break;
      }
      // The parabola through both costs and the slope has its lowest point here.
      const double parabola = -slope * fraction * fraction / (2 * (nextCost - cost - slope * fraction));
      fraction = std::isfinite(parabola) ? std::clamp(parabola, 0.1 * fraction, 0.5 * fraction) : 0.25 * fraction;
      if (fraction * largest(move) < 0.1 * settings.shortestStep) break;
    }
    if (!isAccepted) {
      if (memory.empty()) {
        result.stop = Stop::noProgress;
        return result;
      }
      memory.clear();
      continue;
    }
    Pair pair{std::vector<double>(at.size()), std::vector<double>(at.size()), 0};
    double moved = 0;
    for (std::size_t n = 0; n < at.size(); ++n) {
      pair.step[n] = next[n] - at[n];
      pair.change[n] = nextGradient[n] - gradient[n];
      moved = std::max(moved, std::abs(pair.step[n]));
    }
    const double curvature = dot(pair.step, pair.change);
    if (curvature > 1e-12 * std::sqrt(dot(pair.step, pair.step) * dot(pair.change, pair.change))) {
      pair.inverse = 1 / curvature;
      memory.push_back(std::move(pair));
      if (memory.size() > kMemory) memory.pop_front();
    }
    const double before = cost;
    at.swap(next);
    gradient.swap(nextGradient);
    cost = nextCost;
    result.cost = cost;
    const bool isFlat = std::abs(before - cost) <= settings.relativeChange * std::abs(cost);
    if (moved <= settings.shortestStep || isFlat) {
      ++result.iterations;
      result.stop = Stop::converged;
      return result;
    }
  }
  result.stop = Stop::iterations;
  return result;
}

}  // namespace theratwin::registration
