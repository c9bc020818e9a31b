#include "resample_conservative.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "share_out.hpp"
#include "thread_pool.hpp"

namespace theratwin {
namespace {

constexpr double parallelDrift = 1e-3;

// Which target axis each source axis runs along; false if the grids are oblique to each other.
bool parallelAxes(const Affine& map, const Size& size, std::array<int, 3>& axes) {
  std::array<bool, 3> used{};
  for (int a = 0; a < 3; ++a) {
    int along = 0;
    for (int row = 1; row < 3; ++row) {
      if (std::abs(map.linear(row, a)) > std::abs(map.linear(along, a))) along = row;
    }
    for (int row = 0; row < 3; ++row) {
      if (row != along && !(std::abs(map.linear(row, a)) * static_cast<double>(size[a]) < parallelDrift)) return false;
    }
    if (used[static_cast<std::size_t>(along)]) return false;
    used[static_cast<std::size_t>(along)] = true;
    axes[static_cast<std::size_t>(a)] = along;
  }
  return true;
}

// For each target index along one axis: the source indices that reach into it, and the part of each that does.
struct AxisTable {
  struct Entry {
    std::int64_t source;
    double share;
  };
  std::vector<std::vector<Entry>> byTarget;
};

AxisTable makeTable(double scale, double offset, std::int64_t sourceCount, std::int64_t targetCount) {
  AxisTable table;
  table.byTarget.resize(static_cast<std::size_t>(targetCount));
  for (std::int64_t n = 0; n < sourceCount; ++n) {
    const double p = scale * (static_cast<double>(n) - 0.5) + offset;
    const double q = scale * (static_cast<double>(n) + 0.5) + offset;
    const double low = std::min(p, q);
    const double high = std::max(p, q);
    const double firstInside = std::max(std::floor(low + 0.5), 0.0);
    const double lastInside = std::min(std::ceil(high - 0.5), static_cast<double>(targetCount - 1));
    for (double t = firstInside; t <= lastInside; t += 1) {
      const double share = (std::min(high, t + 0.5) - std::max(low, t - 0.5)) / (high - low);
      if (share > 0) table.byTarget[static_cast<std::size_t>(t)].push_back({n, share});
    }
  }
  return table;
}

Status resampleParallel(const float* source, const Size& sourceSize, float* target, const Size& targetSize,
                        const Affine& map, const std::array<int, 3>& axes, double scale, unsigned threads,
                        const Control& control) {
  // Tables by target axis, and the stride in the source that belongs to it.
  std::array<AxisTable, 3> tables;
  std::array<std::int64_t, 3> stride{};
  for (int a = 0; a < 3; ++a) {
    const auto t = static_cast<std::size_t>(axes[static_cast<std::size_t>(a)]);
    tables[t] = makeTable(map.linear(static_cast<int>(t), a), map.offset(static_cast<int>(t)), sourceSize[a],
                          targetSize[static_cast<int>(t)]);
    stride[t] = a == 0 ? 1 : a == 1 ? sourceSize.x : sourceSize.x * sourceSize.y;
  }
  const auto renderPlane = [&](std::size_t k) {
    float* out = target + k * static_cast<std::size_t>(targetSize.x * targetSize.y);
    for (std::int64_t j = 0; j < targetSize.y; ++j) {
      if (control.cancelled()) return;
      for (std::int64_t i = 0; i < targetSize.x; ++i, ++out) {
        double sum = 0;
        for (const auto& z : tables[2].byTarget[k]) {
          for (const auto& y : tables[1].byTarget[static_cast<std::size_t>(j)]) {
            const double yz = y.share * z.share;
            const std::int64_t base = y.source * stride[1] + z.source * stride[2];
            for (const auto& x : tables[0].byTarget[static_cast<std::size_t>(i)]) {
              sum += x.share * yz * static_cast<double>(source[base + x.source * stride[0]]);
            }
          }
        }
        *out = static_cast<float>(scale * sum);
      }
    }
  };
  const Status status = parallelFor(static_cast<std::size_t>(targetSize.z), threads, control, renderPlane);
  return control.cancelled() ? Status::cancelled : status;
}

// Target planes of one task: fixed, so that results do not depend on the number of threads; several, since a source voxel
// is looked at again for each slab it reaches into.
constexpr std::int64_t slabPlanes = 6;

Status resampleOblique(const float* source, const Size& sourceSize, float* target, const Size& targetSize,
                       const Affine& map, const std::array<int, 3>& cells, double scale, unsigned threads,
                       const Control& control) {
  std::array<double, 3> half{};   // half width of a cell's box along each target axis
  std::array<double, 3> reach{};  // of a whole source voxel, box included
  for (int row = 0; row < 3; ++row) {
    double squares = 0;
    double sum = 0;
    for (int a = 0; a < 3; ++a) {
      const double side = map.linear(row, a) / cells[static_cast<std::size_t>(a)];
      squares += side * side;
      sum += std::abs(map.linear(row, a));
    }
    half[static_cast<std::size_t>(row)] = std::sqrt(squares) / 2;
    reach[static_cast<std::size_t>(row)] = sum / 2 + half[static_cast<std::size_t>(row)];
  }
  const double perCell = scale / (static_cast<double>(cells[0]) * cells[1] * cells[2]);
  const auto planeVoxels = static_cast<std::size_t>(targetSize.x * targetSize.y);
  const auto slabs = static_cast<std::size_t>((targetSize.z + slabPlanes - 1) / slabPlanes);

  const auto renderSlab = [&](std::size_t slab) {
    const auto kLow = static_cast<std::int64_t>(slab) * slabPlanes;
    const auto kHigh = std::min(kLow + slabPlanes, targetSize.z) - 1;
    std::vector<double> sums(planeVoxels * static_cast<std::size_t>(kHigh - kLow + 1), 0.0);

    const auto deposit = [&](double cx, double cy, double cz, double value) {
      shareOut(cz - half[2], cz + half[2], kLow, kHigh, [&](std::int64_t k, double shareZ) {
        double* plane = sums.data() + static_cast<std::size_t>(k - kLow) * planeVoxels;
        shareOut(cy - half[1], cy + half[1], 0, targetSize.y - 1, [&](std::int64_t j, double shareY) {
          double* row = plane + j * targetSize.x;
          const double part = value * shareY * shareZ;
          shareOut(cx - half[0], cx + half[0], 0, targetSize.x - 1,
                   [&](std::int64_t i, double shareX) { row[i] += part * shareX; });
        });
      });
    };
    const auto mayTouch = [&](double x, double y, double z) {
      const double tz = map.at(2, x, y, z);
      if (tz + reach[2] < static_cast<double>(kLow) - 0.5 || tz - reach[2] > static_cast<double>(kHigh) + 0.5) return false;
      const double ty = map.at(1, x, y, z);
      if (ty + reach[1] < -0.5 || ty - reach[1] > static_cast<double>(targetSize.y) - 0.5) return false;
      const double tx = map.at(0, x, y, z);
      return tx + reach[0] >= -0.5 && tx - reach[0] <= static_cast<double>(targetSize.x) - 0.5;
    };

    const float* voxel = source;
    for (std::int64_t z = 0; z < sourceSize.z; ++z) {
      for (std::int64_t y = 0; y < sourceSize.y; ++y) {
        if (control.cancelled()) return;
        for (std::int64_t x = 0; x < sourceSize.x; ++x, ++voxel) {
          const auto value = static_cast<double>(*voxel);
          if (value == 0) continue;
          if (!mayTouch(static_cast<double>(x), static_cast<double>(y), static_cast<double>(z))) continue;
          for (int c = 0; c < cells[2]; ++c) {
            const double sz = static_cast<double>(z) - 0.5 + (c + 0.5) / cells[2];
            for (int b = 0; b < cells[1]; ++b) {
              const double sy = static_cast<double>(y) - 0.5 + (b + 0.5) / cells[1];
              for (int a = 0; a < cells[0]; ++a) {
                const double sx = static_cast<double>(x) - 0.5 + (a + 0.5) / cells[0];
                deposit(map.at(0, sx, sy, sz), map.at(1, sx, sy, sz), map.at(2, sx, sy, sz), value * perCell);
              }
            }
          }
        }
      }
    }
    float* out = target + static_cast<std::size_t>(kLow) * planeVoxels;
    for (std::size_t n = 0; n < sums.size(); ++n) out[n] = static_cast<float>(sums[n]);
  };
  const Status status = parallelFor(slabs, threads, control, renderSlab);
  return control.cancelled() ? Status::cancelled : status;
}

}  // namespace

Status resampleConservative(const float* source, Size sourceSize, float* target, Size targetSize,
                            const Affine& sourceToTarget, double scale, std::array<int, 3> cells, unsigned threads,
                            const Control& control) {
  std::array<int, 3> axes{};
  if (parallelAxes(sourceToTarget, sourceSize, axes)) {
    return resampleParallel(source, sourceSize, target, targetSize, sourceToTarget, axes, scale, threads, control);
  }
  return resampleOblique(source, sourceSize, target, targetSize, sourceToTarget, cells, scale, threads, control);
}

}  // namespace theratwin
