// A displacement field: vectors in mm on a grid, trilinear between its voxel centres.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "volume.hpp"

namespace theratwin::deformation {

using Vector = std::array<double, 3>;

// Row-major ∂u_row / ∂(index along column).
using Gradient = std::array<double, 9>;

constexpr double edgeGrace = 1e-6;

inline Vector map(const Affine& m, const Vector& p) {
  return {m.at(0, p[0], p[1], p[2]), m.at(1, p[0], p[1], p[2]), m.at(2, p[0], p[1], p[2])};
}

inline Vector mapLinear(const Affine& m, const Vector& v) {
  Vector out{};
  for (int row = 0; row < 3; ++row) {
    out[static_cast<std::size_t>(row)] = m.linear(row, 0) * v[0] + m.linear(row, 1) * v[1] + m.linear(row, 2) * v[2];
  }
  return out;
}

inline double determinant(const Gradient& m) {
  return m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) + m[2] * (m[3] * m[7] - m[4] * m[6]);
}

class Field {
 public:
  // `vectors`: x, y, z for each voxel, voxel after voxel, x fastest.
  Field(const float* vectors, Size size) : vectors_(vectors), size_(size) {}

  // Within the outer faces of the voxels.
  bool covers(const Vector& index) const {
    for (int axis = 0; axis < 3; ++axis) {
      const double x = index[static_cast<std::size_t>(axis)];
      if (!(x >= -0.5 - edgeGrace && x <= static_cast<double>(size_[axis]) - 0.5 + edgeGrace)) return false;
    }
    return true;
  }

  // At a continuous index; beyond the outermost centres as at the nearest of them.
  Vector continued(const Vector& index) const {
    const Cell cell = locate(index);
    Vector out{};
    for (std::size_t corner = 0; corner < 8; ++corner) {
      const double weight = cell.weight(corner);
      const float* u = vectors_ + 3 * cell.offset(corner);
      for (std::size_t row = 0; row < 3; ++row) out[row] += weight * static_cast<double>(u[row]);
    }
    return out;
  }

  Vector at(const Vector& index) const { return covers(index) ? continued(index) : Vector{}; }

  // The same, and its derivatives along the index axes (0 where the index was brought back to the outermost centres).
  Vector continuedWithGradient(const Vector& index, Gradient& gradient) const {
    const Cell cell = locate(index);
    Vector out{};
    gradient.fill(0);
    std::array<bool, 3> moves{};
    for (int axis = 0; axis < 3; ++axis) {
      const double x = index[static_cast<std::size_t>(axis)];
      moves[static_cast<std::size_t>(axis)] = x >= 0 && x <= static_cast<double>(size_[axis] - 1);
    }
    for (std::size_t corner = 0; corner < 8; ++corner) {
      const double weight = cell.weight(corner);
      const float* u = vectors_ + 3 * cell.offset(corner);
      for (std::size_t row = 0; row < 3; ++row) out[row] += weight * static_cast<double>(u[row]);
      for (std::size_t axis = 0; axis < 3; ++axis) {
        if (!moves[axis]) continue;
        const double slope = cell.slope(corner, axis);
        for (std::size_t row = 0; row < 3; ++row) gradient[3 * row + axis] += slope * static_cast<double>(u[row]);
      }
    }
    return out;
  }

  const Size& size() const { return size_; }

 private:
  struct Cell {
    std::array<std::size_t, 3> base;
    std::array<std::size_t, 3> step;
    Vector part;

    double side(std::size_t corner, std::size_t axis) const {
      return ((corner >> axis) & 1u) != 0 ? part[axis] : 1 - part[axis];
    }
    double weight(std::size_t corner) const { return side(corner, 0) * side(corner, 1) * side(corner, 2); }
    double slope(std::size_t corner, std::size_t axis) const {
      const double others = side(corner, (axis + 1) % 3) * side(corner, (axis + 2) % 3);
      return ((corner >> axis) & 1u) != 0 ? others : -others;
    }
    std::size_t offset(std::size_t corner) const {
      std::size_t out = 0;
      for (std::size_t axis = 0; axis < 3; ++axis) out += base[axis] + (((corner >> axis) & 1u) != 0 ? step[axis] : 0);
      return out;
    }
  };

  Cell locate(const Vector& index) const {
    Cell cell{};
    std::size_t stride = 1;
    for (int axis = 0; axis < 3; ++axis) {
      const auto a = static_cast<std::size_t>(axis);
      const std::int64_t n = size_[axis];
      const double clamped = std::clamp(index[a], 0.0, static_cast<double>(n - 1));
      const auto lower = std::min(static_cast<std::int64_t>(clamped), std::max<std::int64_t>(n - 2, 0));
      cell.base[a] = static_cast<std::size_t>(lower) * stride;
      cell.step[a] = n > 1 ? stride : 0;
      cell.part[a] = clamped - static_cast<double>(lower);
      stride *= static_cast<std::size_t>(n);
    }
    return cell;
  }

  const float* vectors_;
  Size size_;
};

}  // namespace theratwin::deformation
