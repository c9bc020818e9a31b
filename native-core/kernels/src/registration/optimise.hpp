// Limited-memory BFGS with a line search by backtracking. J. Nocedal, S. Wright, Numerical Optimization, 2nd ed. (2006), algorithms 7.4, 7.5
// and 3.1.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace theratwin::registration {

enum class Stop { converged, iterations, noProgress, cancelled, impossible };

struct OptimiserSettings {
  int iterations = 100;
  // The largest change of any parameter in one iteration.
  double longestStep = 1;
  // Converged when no parameter changes by more than this,
  double shortestStep = 1e-3;
  // or the cost by no more than this part of itself.
  double relativeChange = 1e-6;
};

struct OptimiserResult {
  Stop stop = Stop::iterations;
  int iterations = 0;
  double cost = 0;
};

// Cost at a point, and its gradient. False when cancelled; a cost that is not finite is a point that cannot be used.
using CostFunction = std::function<bool(const std::vector<double>& at, double& cost, std::vector<double>& gradient)>;

// Moves `at` to a smaller cost.
OptimiserResult minimise(const CostFunction& function, const OptimiserSettings& settings, std::vector<double>& at);

}  // namespace theratwin::registration
