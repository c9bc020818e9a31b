// An interval divided among unit cells: what volume overlap along one axis comes down to.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace theratwin {

// The part of the interval [low, high) in each unit cell (centred on whole numbers) that it meets within the limits: visit(cell, share).
template <typename Visit>
void shareOut(double low, double high, std::int64_t limitLow, std::int64_t limitHigh, Visit visit) {
  // A body squeezed flat still lies somewhere.
  if (!(high - low > 1e-12)) {
    const auto cell = static_cast<std::int64_t>(std::floor((low + high) / 2 + 0.5));
    if (cell >= limitLow && cell <= limitHigh) visit(cell, 1.0);
    return;
  }
  const double perLength = 1 / (high - low);
  const auto first = std::max(static_cast<std::int64_t>(std::floor(low + 0.5)), limitLow);
  const auto last = std::min(static_cast<std::int64_t>(std::ceil(high - 0.5)), limitHigh);
  for (std::int64_t t = first; t <= last; ++t) {
    const auto centre = static_cast<double>(t);
    const double share = (std::min(high, centre + 0.5) - std::max(low, centre - 0.5)) * perLength;
    if (share > 0) visit(t, share);
  }
}

}  // namespace theratwin
