#include "comparison.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "../thread_pool.hpp"

namespace theratwin::registration {
namespace {

Range rangeOf(const std::vector<float>& values, const std::vector<float>* weight) {
  Range range{INFINITY, -INFINITY};
  for (std::size_t n = 0; n < values.size(); ++n) {
    if (weight != nullptr && (*weight)[n] == 0) continue;
    range.low = std::min<double>(range.low, values[n]);
    range.high = std::max<double>(range.high, values[n]);
  }
  return range;
}

// Holds an index to the voxels of its axis; 0 where it had to, as nothing changes with it there.
float held(double& index, std::int64_t voxels) {
  const double last = static_cast<double>(voxels - 1);
  if (index >= 0 && index <= last) return 1;
  index = index < 0 ? 0 : last;
  return 0;
}

}  // namespace

Comparison::Comparison(const Problem& problem, const Level& level, const Control& control)
    : problem_(problem), level_(level), control_(control.withoutProgress()) {
  const Vec3 spacing = spacingMm(level.indexToPatient);
  const double step = std::min({spacing[0], spacing[1], spacing[2]});
  for (const Channel& channel : problem.channels) {
    Pair pair;
    pair.metric = channel.metric;
    pair.share = channel.weight;
    if (!prepare(channel.moving, channel.low, channel.high, level.sigmaMm, step, problem.threads, control_, pair.moving) ||
        !sampleFixed(channel, level, control_, pair))
      return;
    if (channel.movingMask.values != nullptr) {
      pair.hasMovingMask = true;
      if (!prepare(channel.movingMask, 0, 1, 0, 0, problem.threads, control_, pair.movingMask)) return;
    }
    pair.movingRange = rangeOf(pair.moving.values, nullptr);
    pair.fixedRange = rangeOf(pair.fixed, &pair.weight);
    pairs_.push_back(std::move(pair));
  }
  usedWeights_.resize(pairs_.size());
  for (float w : pairs_.front().weight) weight_ += w;
  ok_ = true;
}

bool Comparison::sampleFixed(const Channel& channel, const Level& level, const Control& control, Pair& pair) {
  Image fixed;
  const Vec3 spacing = spacingMm(level.indexToPatient);
  const double step = std::min({spacing[0], spacing[1], spacing[2]});
  if (!prepare(channel.fixed, channel.low, channel.high, level.sigmaMm, step, problem_.threads, control, fixed)) return false;
  Image mask;
  const bool hasMask = channel.fixedMask.values != nullptr;
  if (hasMask && !prepare(channel.fixedMask, 0, 1, 0, 0, problem_.threads, control, mask)) return false;
  const Affine toFixed = compose(fixed.patientToIndex, level.indexToPatient);
  const Affine toMask = hasMask ? compose(mask.patientToIndex, level.indexToPatient) : Affine{};
  const Size& n = level.lattice;
  pair.fixed.assign(n.count(), 0.0F);
  pair.weight.assign(n.count(), 0.0F);
  return parallelFor(static_cast<std::size_t>(n.z), problem_.threads, control, [&](std::size_t slice) {
           std::size_t at = slice * static_cast<std::size_t>(n.x * n.y);
           const auto z = static_cast<double>(slice);
           for (std::int64_t j = 0; j < n.y; ++j)
             for (std::int64_t i = 0; i < n.x; ++i, ++at) {
               const auto x = static_cast<double>(i), y = static_cast<double>(j);
               const double fx = toFixed.at(0, x, y, z), fy = toFixed.at(1, x, y, z), fz = toFixed.at(2, x, y, z);
               if (!inside(fixed.size, fx, fy, fz)) continue;
               float weight = 1;
               if (hasMask) {
                 const double mx = toMask.at(0, x, y, z), my = toMask.at(1, x, y, z), mz = toMask.at(2, x, y, z);
                 weight = inside(mask.size, mx, my, mz) ? valueAt(mask, mx, my, mz) : 0;
               }
               pair.fixed[at] = valueAt(fixed, fx, fy, fz);
               pair.weight[at] = weight > 1e-3F ? weight : 0;
             }
         }) == Status::done;
}

bool Comparison::operator()(const Map& map, double& cost, std::vector<float>& force) {
  const Size& n = level_.lattice;
  const std::size_t count = n.count();
  movingValues_.resize(count);
  gradient_.resize(3 * count);
  force.assign(3 * count, 0.0F);
  cost = 0;
  wasConstant_ = false;
  double shares = 0;
  for (const Pair& pair : pairs_) shares += pair.share;
  for (std::size_t c = 0; c < pairs_.size(); ++c) {
    const Pair& pair = pairs_[c];
    std::vector<float>& usedWeight = usedWeights_[c];
    usedWeight.resize(count);
    const bool areKept = !pair.kept.empty();
    const std::vector<float>& offered = areKept ? pair.kept : pair.weight;
    const Affine toMoving = compose(pair.moving.patientToIndex, map.linear);
    const Affine fromLattice = compose(toMoving, level_.indexToPatient);
    const Affine toMask = pair.hasMovingMask ? compose(pair.movingMask.patientToIndex, map.linear) : Affine{};
    const Affine maskFromLattice = pair.hasMovingMask ? compose(toMask, level_.indexToPatient) : Affine{};
    std::array<float, 9> back{};
    for (int row = 0; row < 3; ++row)
      for (int column = 0; column < 3; ++column)
        back[static_cast<std::size_t>(3 * row + column)] = static_cast<float>(pair.moving.patientToIndex.linear(column, row));
    const float* u = map.field == nullptr ? nullptr : map.field->data();
    std::vector<double> seen(static_cast<std::size_t>(n.z), 0.0);
    if (parallelFor(static_cast<std::size_t>(n.z), problem_.threads, control_, [&](std::size_t slice) {
          std::size_t at = slice * static_cast<std::size_t>(n.x * n.y);
          const auto z = static_cast<double>(slice);
          for (std::int64_t j = 0; j < n.y; ++j)
            for (std::int64_t i = 0; i < n.x; ++i, ++at) {
              usedWeight[at] = 0;
              if (offered[at] == 0) continue;
              const auto x = static_cast<double>(i), y = static_cast<double>(j);
              double mx = fromLattice.at(0, x, y, z), my = fromLattice.at(1, x, y, z), mz = fromLattice.at(2, x, y, z);
              double ux = 0, uy = 0, uz = 0;
              if (u != nullptr) {
                ux = u[at];
                uy = u[at + count];
                uz = u[at + 2 * count];
                mx += toMoving.linear(0, 0) * ux + toMoving.linear(0, 1) * uy + toMoving.linear(0, 2) * uz;
                my += toMoving.linear(1, 0) * ux + toMoving.linear(1, 1) * uy + toMoving.linear(1, 2) * uz;
                mz += toMoving.linear(2, 0) * ux + toMoving.linear(2, 1) * uy + toMoving.linear(2, 2) * uz;
              }
              std::array<float, 3> free = {1, 1, 1};
              if (areKept) {
                free = {held(mx, pair.moving.size.x), held(my, pair.moving.size.y), held(mz, pair.moving.size.z)};
              } else if (!inside(pair.moving.size, mx, my, mz)) {
                continue;
              }
              if (pair.hasMovingMask && !areKept) {
                const auto part = [&](int row) {
                  return maskFromLattice.at(row, x, y, z) + toMask.linear(row, 0) * ux + toMask.linear(row, 1) * uy +
                         toMask.linear(row, 2) * uz;
                };
                const double kx = part(0), ky = part(1), kz = part(2);
                if (!inside(pair.movingMask.size, kx, ky, kz) || valueAt(pair.movingMask, kx, ky, kz) < 0.5F) continue;
              }
              const Sample sample = sampleAt(pair.moving, mx, my, mz);
              movingValues_[at] = sample.value;
              usedWeight[at] = offered[at];
              if (free[0] * free[1] * free[2] > 0) seen[slice] += offered[at];
              const std::array<float, 3> g = {free[0] * sample.gradient[0], free[1] * sample.gradient[1],
                                              free[2] * sample.gradient[2]};
              gradient_[at] = back[0] * g[0] + back[1] * g[1] + back[2] * g[2];
              gradient_[at + count] = back[3] * g[0] + back[4] * g[1] + back[5] * g[2];
              gradient_[at + 2 * count] = back[6] * g[0] + back[7] * g[1] + back[8] * g[2];
            }
        }) != Status::done)
      return false;
    double channelCost = 0, used = 0, inMoving = 0;
    for (const double part : seen) inMoving += part;
    if (!costOf(pair.metric, {pair.fixed, movingValues_, usedWeight}, pair.fixedRange, pair.movingRange, problem_.threads,
                control_, channelCost, used, derivative_))
      return false;
    if (c == 0) overlap_ = weight_ > 0 ? inMoving / weight_ : 0;
    if (!std::isfinite(channelCost)) {
      wasConstant_ = used > 0;
      cost = channelCost;
      return true;
    }
    const auto share = static_cast<float>(pair.share / shares);
    cost += share * channelCost;
    if (parallelFor(kParts, problem_.threads, control_, [&](std::size_t part) {
          for (std::size_t at = part * count / kParts; at < (part + 1) * count / kParts; ++at) {
            if (usedWeight[at] == 0) continue;
            const float d = share * derivative_[at];
            for (std::size_t axis = 0; axis < 3; ++axis) force[at + axis * count] += d * gradient_[at + axis * count];
          }
        }) != Status::done)
      return false;
  }
  return true;
}

void Comparison::keepPoints() {
  for (std::size_t c = 0; c < pairs_.size(); ++c) pairs_[c].kept = usedWeights_[c];
}

}  // namespace theratwin::registration
