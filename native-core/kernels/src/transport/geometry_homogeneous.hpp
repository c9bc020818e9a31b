// One medium without end. What is deposited is counted by place: in shells about the origin, or in the cells of a lattice.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "particle.hpp"

namespace theratwin::transport {

class HomogeneousGeometry {
 public:
  struct Crossing {
    double distanceCm;
    int region;
  };

  // `cellCm`: the lattice's cells, with a cell centred at the origin; zeros where the place of every deposit matters.
  HomogeneousGeometry(int medium, int mediumCount, double densityGPerCm3, std::array<double, 3> cellCm)
      : medium_(medium), density_(densityGPerCm3), cell_(cellCm), highest_(mediumCount, 0.0) {
    highest_[medium] = density_;
  }

  int regionAt(const Vec3&) const { return 0; }
  int medium(int) const { return medium_; }
  double densityGPerCm3(int) const { return density_; }
  double maxDensityGPerCm3(int medium) const { return highest_[medium]; }
  const std::vector<double>& maxDensities() const { return highest_; }
  Crossing cross(const Vec3&, const Vec3&, int) const { return {1e30, -1}; }

  double safetyCm(const Vec3& p, int) const {
    if (cell_[0] <= 0) return 0;
    const double position[3] = {p.x, p.y, p.z};
    double safety = 1e30;
    for (int axis = 0; axis < 3; ++axis) {
      const double at = position[axis] / cell_[axis] + 0.5;
      const double inside = (at - std::floor(at)) * cell_[axis];
      safety = std::min({safety, inside, cell_[axis] - inside});
    }
    return safety;
  }

 private:
  int medium_;
  double density_;
  std::array<double, 3> cell_;
  std::vector<double> highest_;
};

// Bins by distance from the origin; −1 beyond the last radius.
class RadialBins {
 public:
  explicit RadialBins(std::vector<double> radiiCm) : radii_(std::move(radiiCm)) {}
  int operator()(int, const Vec3& p) const {
    const double r = std::sqrt(p.x * p.x + p.y * p.y + p.z * p.z);
    const auto at = std::upper_bound(radii_.begin(), radii_.end(), r);
    return at == radii_.end() ? -1 : static_cast<int>(at - radii_.begin());
  }
  std::size_t count() const { return radii_.size(); }

 private:
  std::vector<double> radii_;
};

// Cells −n … n along each axis; −1 outside.
class LatticeBins {
 public:
  LatticeBins(std::array<double, 3> cellCm, int reach) : cell_(cellCm), reach_(reach) {}
  int operator()(int, const Vec3& p) const {
    const double x = std::floor(p.x / cell_[0] + 0.5);
    const double y = std::floor(p.y / cell_[1] + 0.5);
    const double z = std::floor(p.z / cell_[2] + 0.5);
    if (std::abs(x) > reach_ || std::abs(y) > reach_ || std::abs(z) > reach_) return -1;
    const int side = 2 * reach_ + 1;
    return static_cast<int>(x) + reach_ + side * (static_cast<int>(y) + reach_ + side * (static_cast<int>(z) + reach_));
  }
  std::size_t count() const {
    const std::size_t side = 2 * static_cast<std::size_t>(reach_) + 1;
    return side * side * side;
  }

 private:
  std::array<double, 3> cell_;
  int reach_;
};

// Where regions are bins.
struct RegionBins {
  std::size_t regions;
  int operator()(int region, const Vec3&) const { return region; }
  std::size_t count() const { return regions; }
};

}  // namespace theratwin::transport
