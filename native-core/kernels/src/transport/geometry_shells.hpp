// Concentric spheres about the origin: tumours in their surroundings, layered phantoms of one dimension. The last radius may be infinite.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "particle.hpp"

namespace theratwin::transport {

struct Shell {
  double outerRadiusCm;
  int medium;
  double densityGPerCm3;  // 0: vacuum, in which nothing is followed
};

class ShellGeometry {
 public:
  struct Crossing {
    double distanceCm;
    int region;
  };

  ShellGeometry(std::vector<Shell> shells, int mediumCount) : shells_(std::move(shells)), highest_(mediumCount, 0.0) {
    for (const Shell& shell : shells_)
      highest_[shell.medium] = std::max(highest_[shell.medium], shell.densityGPerCm3);
  }

  int regionAt(const Vec3& p) const {
    const double r2 = p.x * p.x + p.y * p.y + p.z * p.z;
    for (std::size_t i = 0; i < shells_.size(); ++i)
      if (r2 < shells_[i].outerRadiusCm * shells_[i].outerRadiusCm) return static_cast<int>(i);
    return -1;
  }

  int medium(int region) const { return shells_[region].medium; }
  double densityGPerCm3(int region) const { return shells_[region].densityGPerCm3; }
  double maxDensityGPerCm3(int medium) const { return highest_[medium]; }
  const std::vector<double>& maxDensities() const { return highest_; }
  const std::vector<Shell>& shells() const { return shells_; }

  Crossing cross(const Vec3& p, const Vec3& d, int region) const {
    const double b = p.x * d.x + p.y * d.y + p.z * d.z;
    const double r2 = p.x * p.x + p.y * p.y + p.z * p.z;
    const double outer = shells_[region].outerRadiusCm;
    const int beyond = region + 1 < static_cast<int>(shells_.size()) ? region + 1 : -1;
    if (region > 0 && b < 0) {
      const double inner = shells_[region - 1].outerRadiusCm;
      const double disc = b * b - (r2 - inner * inner);
      if (disc > 0) return {std::max(0.0, -b - std::sqrt(disc)), region - 1};
    }
    if (std::isinf(outer)) return {1e30, -1};
    const double disc = std::max(0.0, b * b - (r2 - outer * outer));
    return {std::max(0.0, -b + std::sqrt(disc)), beyond};
  }

  double safetyCm(const Vec3& p, int region) const {
    const double r = std::sqrt(p.x * p.x + p.y * p.y + p.z * p.z);
    double safety = shells_[region].outerRadiusCm - r;
    if (region > 0) safety = std::min(safety, r - shells_[region - 1].outerRadiusCm);
    return std::max(0.0, safety);
  }

 private:
  std::vector<Shell> shells_;
  std::vector<double> highest_;
};

}  // namespace theratwin::transport
