// Voxel arrays and affine maps between index spaces, as the kernels see them.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace theratwin {

// Number of voxels along x, y, z; voxels are stored with x fastest, centres at whole indices.
struct Size {
  std::int64_t x = 0;
  std::int64_t y = 0;
  std::int64_t z = 0;

  std::int64_t operator[](int axis) const { return axis == 0 ? x : axis == 1 ? y : z; }
  std::size_t count() const { return static_cast<std::size_t>(x * y * z); }
};

// Row-major 3×4: (i, j, k) of one grid to continuous (i, j, k) of another.
struct Affine {
  std::array<double, 12> m{};

  double at(int row, double x, double y, double z) const {
    const auto r = static_cast<std::size_t>(4 * row);
    return m[r] * x + m[r + 1] * y + m[r + 2] * z + m[r + 3];
  }
  double linear(int row, int column) const { return m[static_cast<std::size_t>(4 * row + column)]; }
  double offset(int row) const { return m[static_cast<std::size_t>(4 * row + 3)]; }
};

}  // namespace theratwin
