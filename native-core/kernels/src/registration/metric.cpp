#include "metric.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "../thread_pool.hpp"

namespace theratwin::registration {
namespace {

constexpr int kBins = 32;
// Two more on either side hold the feet of the Parzen windows.
constexpr int kMovingBins = kBins + 4;

std::size_t begin(std::size_t part, std::size_t count) { return part * count / kParts; }

bool correlation(const Pairs& pairs, unsigned threads, const Control& control, double& cost, double& weightSum,
                 std::vector<float>& derivative) {
  const std::size_t count = pairs.fixed.size();
  struct Sums {
    double w = 0, f = 0, m = 0, ff = 0, mm = 0, fm = 0;
  };
  std::array<Sums, kParts> parts{};
  if (parallelFor(kParts, threads, control, [&](std::size_t part) {
        Sums s;
        for (std::size_t n = begin(part, count); n < begin(part + 1, count); ++n) {
          const double w = pairs.weight[n];
          if (w == 0) continue;
          const double f = pairs.fixed[n], m = pairs.moving[n];
          s.w += w;
          s.f += w * f;
          s.m += w * m;
          s.ff += w * f * f;
          s.mm += w * m * m;
          s.fm += w * f * m;
        }
        parts[part] = s;
      }) != Status::done)
    return false;
  Sums s;
  for (const Sums& part : parts) {
    s.w += part.w;
    s.f += part.f;
    s.m += part.m;
    s.ff += part.ff;
    s.mm += part.mm;
    s.fm += part.fm;
  }
  weightSum = s.w;
  cost = std::numeric_limits<double>::infinity();
  if (!(s.w > 0)) return true;
  const double meanF = s.f / s.w, meanM = s.m / s.w;
  const double varF = s.ff - s.w * meanF * meanF;
  const double varM = s.mm - s.w * meanM * meanM;
  const double covariance = s.fm - s.w * meanF * meanM;
  // Differences of large sums: what is left of a constant image is rounding.
  if (!(varF > 1e-10 * s.ff) || !(varM > 1e-10 * s.mm)) return true;
  const double norm = std::sqrt(varF * varM);
  cost = -covariance / norm;
  const double ratio = covariance / varM;
  return parallelFor(kParts, threads, control, [&](std::size_t part) {
           for (std::size_t n = begin(part, count); n < begin(part + 1, count); ++n) {
             const double w = pairs.weight[n];
             derivative[n] = w == 0 ? 0.0F
                                    : static_cast<float>(-w * ((pairs.fixed[n] - meanF) - ratio * (pairs.moving[n] - meanM)) /
                                                         norm);
           }
         }) == Status::done;
}

// Cubic B-spline and its derivative at the four bins around a position; t in [0, 1) is the part beyond the second of them.
inline void parzen(double t, std::array<double, 4>& value, std::array<double, 4>& slope) {
  const double u = 1 - t, tt = t * t;
  value = {u * u * u / 6, (4 - 6 * tt + 3 * tt * t) / 6, (1 + 3 * t + 3 * tt - 3 * tt * t) / 6, tt * t / 6};
  slope = {-0.5 * u * u, 1.5 * tt - 2 * t, 0.5 + t - 1.5 * tt, 0.5 * tt};
}

struct Place {
  int bin;
  double t;
};

inline Place placeOf(double value, const Range& range) {
  double position = (value - range.low) / (range.high - range.low) * (kBins - 1);
  position = position < 0 ? 0 : position > kBins - 1 ? kBins - 1 : position;
  int bin = static_cast<int>(position);
  if (bin > kBins - 2) bin = kBins - 2;
  return {bin, position - bin};
}

bool information(const Pairs& pairs, const Range& fixedRange, const Range& movingRange, unsigned threads,
                 const Control& control, double& cost, double& weightSum, std::vector<float>& derivative) {
  using Joint = std::array<double, static_cast<std::size_t>(kBins * kMovingBins)>;
  const std::size_t count = pairs.fixed.size();
  cost = std::numeric_limits<double>::infinity();
  weightSum = 0;
  if (!(fixedRange.high > fixedRange.low) || !(movingRange.high > movingRange.low)) return true;
  std::vector<Joint> parts(kParts);
  const auto fixedBin = [&](float value) {
    const double position = (value - fixedRange.low) / (fixedRange.high - fixedRange.low) * kBins;
    const int bin = static_cast<int>(position);
    return bin < 0 ? 0 : bin > kBins - 1 ? kBins - 1 : bin;
  };
  if (parallelFor(kParts, threads, control, [&](std::size_t part) {
        Joint& joint = parts[part];
        joint.fill(0);
        std::array<double, 4> value{}, slope{};
        for (std::size_t n = begin(part, count); n < begin(part + 1, count); ++n) {
          const double w = pairs.weight[n];
          if (w == 0) continue;
          const Place place = placeOf(pairs.moving[n], movingRange);
          parzen(place.t, value, slope);
          double* row = joint.data() + fixedBin(pairs.fixed[n]) * kMovingBins + place.bin + 1;
          for (int b = 0; b < 4; ++b) row[b] += w * value[static_cast<std::size_t>(b)];
        }
      }) != Status::done)
    return false;
  Joint joint{};
  for (const Joint& part : parts)
    for (std::size_t n = 0; n < joint.size(); ++n) joint[n] += part[n];
  for (double p : joint) weightSum += p;
  if (!(weightSum > 0)) return true;
  std::array<double, kBins> fixedShare{};
  std::array<double, kMovingBins> movingShare{};
  for (int f = 0; f < kBins; ++f)
    for (int m = 0; m < kMovingBins; ++m) {
      double& p = joint[static_cast<std::size_t>(f * kMovingBins + m)];
      p /= weightSum;
      fixedShare[static_cast<std::size_t>(f)] += p;
      movingShare[static_cast<std::size_t>(m)] += p;
    }
  double total = 0;
  // log(p / p_moving), which the derivative needs; the fixed image's share does not change.
  Joint logarithm{};
  for (int f = 0; f < kBins; ++f)
    for (int m = 0; m < kMovingBins; ++m) {
      const auto n = static_cast<std::size_t>(f * kMovingBins + m);
      const double p = joint[n];
      if (p < 1e-14) continue;
      logarithm[n] = std::log(p / movingShare[static_cast<std::size_t>(m)]);
      total += p * (logarithm[n] - std::log(fixedShare[static_cast<std::size_t>(f)]));
    }
  cost = -total;
  const double perValue = (kBins - 1) / (movingRange.high - movingRange.low) / weightSum;
  return parallelFor(kParts, threads, control, [&](std::size_t part) {
           std::array<double, 4> value{}, slope{};
           for (std::size_t n = begin(part, count); n < begin(part + 1, count); ++n) {
             const double w = pairs.weight[n];
             if (w == 0) {
               derivative[n] = 0;
               continue;
             }
             const Place place = placeOf(pairs.moving[n], movingRange);
             parzen(place.t, value, slope);
             const double* row = logarithm.data() + fixedBin(pairs.fixed[n]) * kMovingBins + place.bin + 1;
             double sum = 0;
             for (int b = 0; b < 4; ++b) sum += slope[static_cast<std::size_t>(b)] * row[b];
             derivative[n] = static_cast<float>(-w * perValue * sum);
           }
         }) == Status::done;
}

}  // namespace

bool costOf(MetricKind kind, const Pairs& pairs, const Range& fixedRange, const Range& movingRange, unsigned threads,
            const Control& control, double& cost, double& weightSum, std::vector<float>& derivative) {
  derivative.resize(pairs.fixed.size());
  return kind == MetricKind::normalisedCorrelation
             ? correlation(pairs, threads, control, cost, weightSum, derivative)
             : information(pairs, fixedRange, movingRange, threads, control, cost, weightSum, derivative);
}

}  // namespace theratwin::registration
