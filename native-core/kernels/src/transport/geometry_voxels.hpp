// A patient: voxels with a medium and a density each. Index axes are the axes here; the corner of the first voxel is the origin.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "particle.hpp"

namespace theratwin::transport {

class VoxelGeometry {
 public:
  struct Crossing {
    double distanceCm;
    int region;
  };

  VoxelGeometry(std::array<int, 3> size, std::array<double, 3> spacingCm, std::span<const std::uint8_t> media,
                std::span<const float> densities, int mediumCount)
      : size_(size), spacing_(spacingCm), media_(media), densities_(densities), highest_(mediumCount, 0.0) {
    for (int axis = 0; axis < 3; ++axis) perCm_[axis] = 1 / spacing_[axis];
    stride_ = {1, size_[0], size_[0] * size_[1]};
    for (std::size_t i = 0; i < media_.size(); ++i)
      highest_[media_[i]] = std::max(highest_[media_[i]], static_cast<double>(densities_[i]));
  }

  int regionAt(const Vec3& p) const {
    const int x = cell(p.x, 0);
    const int y = cell(p.y, 1);
    const int z = cell(p.z, 2);
    if (static_cast<unsigned>(x) >= static_cast<unsigned>(size_[0]) ||
        static_cast<unsigned>(y) >= static_cast<unsigned>(size_[1]) ||
        static_cast<unsigned>(z) >= static_cast<unsigned>(size_[2]))
      return -1;
    return x + size_[0] * (y + size_[1] * z);
  }

  int medium(int region) const { return media_[region]; }
  double densityGPerCm3(int region) const { return densities_[region]; }
  double maxDensityGPerCm3(int medium) const { return highest_[medium]; }
  std::span<const double> maxDensities() const { return highest_; }

  Crossing cross(const Vec3& p, const Vec3& d, int region) const {
    const std::array<int, 3> at = indexOf(region);
    const double position[3] = {p.x, p.y, p.z};
    const double direction[3] = {d.x, d.y, d.z};
    double nearest = std::numeric_limits<double>::max();
    int through = 0;
    for (int axis = 0; axis < 3; ++axis) {
      if (direction[axis] == 0) continue;
      const double face = (at[axis] + (direction[axis] > 0 ? 1 : 0)) * spacing_[axis];
      // Rounding may have put the point a little beyond its face: then the way is none, and on it goes.
      const double distance = std::max(0.0, (face - position[axis]) / direction[axis]);
      if (distance < nearest) {
        nearest = distance;
        through = axis;
      }
    }
    const int next = at[through] + (direction[through] > 0 ? 1 : -1);
    if (next < 0 || next >= size_[through]) return {nearest, -1};
    return {nearest, region + (direction[through] > 0 ? stride_[through] : -stride_[through])};
  }

  double safetyCm(const Vec3& p, int region) const {
    const std::array<int, 3> at = indexOf(region);
    const double x = p.x - at[0] * spacing_[0];
    const double y = p.y - at[1] * spacing_[1];
    const double z = p.z - at[2] * spacing_[2];
    return std::max(0.0, std::min({x, spacing_[0] - x, y, spacing_[1] - y, z, spacing_[2] - z}));
  }

  double volumeCm3() const { return spacing_[0] * spacing_[1] * spacing_[2]; }
  std::size_t count() const { return media_.size(); }
  Vec3 pointIn(int region, double u, double v, double w) const {
    const std::array<int, 3> at = indexOf(region);
    return {(at[0] + u) * spacing_[0], (at[1] + v) * spacing_[1], (at[2] + w) * spacing_[2]};
  }

 private:
  int cell(double x, int axis) const {
    const double at = x * perCm_[axis];
    return at < 0 ? -1 : static_cast<int>(std::min(at, 1e9));
  }
  std::array<int, 3> indexOf(int region) const {
    const int z = region / stride_[2];
    const int rest = region - z * stride_[2];
    const int y = rest / size_[0];
    return {rest - y * size_[0], y, z};
  }

  std::array<int, 3> size_;
  std::array<double, 3> spacing_;
  std::array<double, 3> perCm_{};
  std::array<int, 3> stride_{};
  std::span<const std::uint8_t> media_;
  std::span<const float> densities_;
  std::vector<double> highest_;
};

}  // namespace theratwin::transport
