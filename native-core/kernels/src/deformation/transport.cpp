#include "deformation/transport.hpp"

#include <limits>
#include <vector>

#include "share_out.hpp"
#include "thread_pool.hpp"

namespace theratwin::deformation {
namespace {

// Target planes of one task: fixed, so that results do not depend on the number of threads.
constexpr std::int64_t slabPlanes = 6;
constexpr int mostCells = 16;

// Range of a row of voxels along the target's z.
struct Reach {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
};

class Corners {
 public:
  Corners(const CornerLattice& lattice, Size voxels)
      : lattice_(lattice), nx_(voxels.x + 1), ny_(voxels.y + 1) {}

  Vector at(std::int64_t a, std::int64_t b, std::int64_t c) const {
    const float* d = lattice_.displacements.data() + 3 * (a + nx_ * (b + ny_ * c));
    const Vector moved = mapLinear(lattice_.displacementToTarget, {d[0], d[1], d[2]});
    Vector place = map(lattice_.nodeToTarget, {static_cast<double>(a), static_cast<double>(b), static_cast<double>(c)});
    for (std::size_t row = 0; row < 3; ++row) place[row] += moved[row];
    return place;
  }

 private:
  const CornerLattice& lattice_;
  std::int64_t nx_;
  std::int64_t ny_;
};

// A voxel as a trilinear body: its position is Σ coefficient · s^a t^b u^c for s, t, u from 0 to 1, coefficient (a, b, c) at a + 2b + 4c.
struct Body {
  std::array<Vector, 8> coefficient;

  explicit Body(const std::array<Vector, 8>& corner) : coefficient(corner) {
    for (std::size_t axis = 0; axis < 3; ++axis)
      for (std::size_t n = 0; n < 8; ++n) {
        if (((n >> axis) & 1u) == 0) continue;
        for (std::size_t row = 0; row < 3; ++row) coefficient[n][row] -= coefficient[n ^ (std::size_t{1} << axis)][row];
      }
  }

  double at(std::size_t row, double s, double t, double u) const {
    const auto c = [&](std::size_t n) { return coefficient[n][row]; };
    return c(0) + s * (c(1) + t * (c(3) + u * c(7)) + u * c(5)) + t * (c(2) + u * c(6)) + u * c(4);
  }
  // How far it is from a parallelepiped at most, in target voxels.
  double bend() const {
    double largest = 0;
    for (const std::size_t n : {3u, 5u, 6u, 7u})
      for (const double part : coefficient[n]) largest = std::max(largest, std::abs(part));
    return largest;
  }
  // ∂ position_row / ∂ axis in the middle.
  double slope(std::size_t row, std::size_t axis) const {
    const std::size_t bit = std::size_t{1} << axis;
    const std::size_t p = std::size_t{1} << ((axis + 1) % 3);
    const std::size_t q = std::size_t{1} << ((axis + 2) % 3);
    return coefficient[bit][row] + 0.5 * (coefficient[bit | p][row] + coefficient[bit | q][row]) + 0.25 * coefficient[7][row];
  }
};

// Cells along each axis, and the half widths of a cell's box along the target's axes.
struct Cut {
  std::array<int, 3> cells{};
  Vector half{};
};

Cut cutOf(const Body& body) {
  std::array<double, 9> slope{};
  double tilt = 0;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    std::array<double, 3> parts{};
    for (std::size_t row = 0; row < 3; ++row) {
      slope[3 * row + axis] = body.slope(row, axis);
      parts[row] = std::abs(slope[3 * row + axis]);
    }
    std::sort(parts.begin(), parts.end());
    tilt = std::max(tilt, parts[2] > 0 ? parts[1] / parts[2] : 0.0);
  }
  const double part = tilt < 0.1 ? 0.4 : 0.2;
  // A box along the target's axes is exact as one cell, whatever its size.
  const bool isBox = tilt < 1e-4 && body.bend() < 1e-3;
  Cut cut;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    double reach = 0;
    for (std::size_t row = 0; row < 3; ++row) reach = std::max(reach, std::abs(slope[3 * row + axis]));
    cut.cells[axis] = isBox ? 1 : static_cast<int>(std::clamp(std::ceil(reach / part - 1e-9), 1.0, static_cast<double>(mostCells)));
  }
  for (std::size_t row = 0; row < 3; ++row) {
    double squares = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const double side = slope[3 * row + axis] / cut.cells[axis];
      squares += side * side;
    }
    cut.half[row] = std::sqrt(squares) / 2;
  }
  return cut;
}

}  // namespace

Status transport(const float* source, Size sourceSize, float* target, Size targetSize, const CornerLattice& lattice, double scale,
                 unsigned threads, const Control& control) {
  const Corners corners(lattice, sourceSize);
  const auto rows = static_cast<std::size_t>(sourceSize.y * sourceSize.z);
  std::vector<Reach> reach(rows);
  const Status measured = parallelFor(static_cast<std::size_t>(sourceSize.z), threads, control.withoutProgress(), [&](std::size_t z) {
    for (std::int64_t y = 0; y < sourceSize.y; ++y) {
      if (control.cancelled()) return;
      Reach& row = reach[static_cast<std::size_t>(y) + z * static_cast<std::size_t>(sourceSize.y)];
      for (std::int64_t c = 0; c < 2; ++c)
        for (std::int64_t b = 0; b < 2; ++b)
          for (std::int64_t a = 0; a <= sourceSize.x; ++a) {
            const double place = corners.at(a, y + b, static_cast<std::int64_t>(z) + c)[2];
            row.low = std::min(row.low, place);
            row.high = std::max(row.high, place);
          }
      // A cell's box may stand out of its body by a part of the body's own size.
      const double margin = (row.high - row.low) / 2 + 1;
      row.low -= margin;
      row.high += margin;
    }
  });
  if (measured == Status::cancelled || control.cancelled()) return Status::cancelled;

  const auto planeVoxels = static_cast<std::size_t>(targetSize.x * targetSize.y);
  const auto slabs = static_cast<std::size_t>((targetSize.z + slabPlanes - 1) / slabPlanes);
  const auto renderSlab = [&](std::size_t slab) {
    const auto kLow = static_cast<std::int64_t>(slab) * slabPlanes;
    const auto kHigh = std::min(kLow + slabPlanes, targetSize.z) - 1;
    std::vector<double> sums(planeVoxels * static_cast<std::size_t>(kHigh - kLow + 1), 0.0);
    const auto deposit = [&](const Vector& c, const Vector& half, double value) {
      shareOut(c[2] - half[2], c[2] + half[2], kLow, kHigh, [&](std::int64_t k, double shareZ) {
        double* plane = sums.data() + static_cast<std::size_t>(k - kLow) * planeVoxels;
        shareOut(c[1] - half[1], c[1] + half[1], 0, targetSize.y - 1, [&](std::int64_t j, double shareY) {
          double* row = plane + j * targetSize.x;
          const double part = value * shareY * shareZ;
          shareOut(c[0] - half[0], c[0] + half[0], 0, targetSize.x - 1,
                   [&](std::int64_t i, double shareX) { row[i] += part * shareX; });
        });
      });
    };
    const auto mayTouch = [&](const std::array<Vector, 8>& corner) {
      for (std::size_t row = 0; row < 3; ++row) {
        double low = corner[0][row];
        double high = low;
        for (const Vector& one : corner) {
          low = std::min(low, one[row]);
          high = std::max(high, one[row]);
        }
        const double margin = (high - low) / 2;
        const double first = row == 2 ? static_cast<double>(kLow) : 0.0;
        const double last = row == 2 ? static_cast<double>(kHigh) : static_cast<double>(targetSize[static_cast<int>(row)] - 1);
        if (high + margin < first - 0.5 || low - margin > last + 0.5) return false;
      }
      return true;
    };
    for (std::int64_t z = 0; z < sourceSize.z; ++z) {
      for (std::int64_t y = 0; y < sourceSize.y; ++y) {
        if (control.cancelled()) return;
        const Reach& row = reach[static_cast<std::size_t>(y + z * sourceSize.y)];
        if (row.high < static_cast<double>(kLow) - 0.5 || row.low > static_cast<double>(kHigh) + 0.5) continue;
        const float* voxel = source + sourceSize.x * (y + sourceSize.y * z);
        for (std::int64_t x = 0; x < sourceSize.x; ++x, ++voxel) {
          const auto value = static_cast<double>(*voxel);
          if (value == 0) continue;
          std::array<Vector, 8> corner;
          for (std::int64_t n = 0; n < 8; ++n) corner[static_cast<std::size_t>(n)] = corners.at(x + (n & 1), y + ((n >> 1) & 1), z + (n >> 2));
          if (!mayTouch(corner)) continue;
          const Body body(corner);
          const Cut cut = cutOf(body);
          const double perCell = scale * value / (static_cast<double>(cut.cells[0]) * cut.cells[1] * cut.cells[2]);
          for (int c = 0; c < cut.cells[2]; ++c)
            for (int b = 0; b < cut.cells[1]; ++b)
              for (int a = 0; a < cut.cells[0]; ++a) {
                const double s = (a + 0.5) / cut.cells[0];
                const double t = (b + 0.5) / cut.cells[1];
                const double u = (c + 0.5) / cut.cells[2];
                deposit({body.at(0, s, t, u), body.at(1, s, t, u), body.at(2, s, t, u)}, cut.half, perCell);
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

}  // namespace theratwin::deformation
