// Alphas: straight on, slowing down continuously. Straggling and scattering are a per cent of a path of some ten micrometres.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "energy_grid.hpp"
#include "media_view.hpp"
#include "particle.hpp"
#include "settings.hpp"

namespace theratwin::transport {

class AlphaTables {
 public:
  using Grid = EnergyGrid<5>;

  explicit AlphaTables(const MediaView& media) {
    stopping_.resize(static_cast<std::size_t>(media.mediumCount) * Grid::count);
    range_.resize(stopping_.size());
    for (int m = 0; m < media.mediumCount; ++m) {
      double range = 0;
      for (int i = 0; i < Grid::count; ++i) {
        const double energy = Grid::energyMev(i);
        const double place = std::clamp(std::log(energy / media.alphaMinMev) / std::log(media.alphaMaxMev / media.alphaMinMev), 0.0, 1.0) *
                             (media.alphaCount - 1);
        const int j = std::min(static_cast<int>(place), media.alphaCount - 2);
        const double* s = media.alphaStopping.data() + static_cast<std::size_t>(m) * media.alphaCount + j;
        const std::size_t at = static_cast<std::size_t>(m) * Grid::count + i;
        stopping_[at] = static_cast<float>(s[0] + (place - j) * (s[1] - s[0]));
        range += i == 0 ? energy / stopping_[at]
                        : 0.5 * (energy - Grid::energyMev(i - 1)) * (1 / stopping_[at] + 1 / stopping_[at - 1]);
        range_[at] = static_cast<float>(range);
      }
    }
  }

  double stopping(int medium, double energyMev) const { return look(stopping_, medium, energyMev); }
  double rangeG(int medium, double energyMev) const { return look(range_, medium, energyMev); }

 private:
  static double look(const std::vector<float>& table, int medium, double energyMev) {
    const auto [i, f] = Grid::locate(energyMev);
    return interpolated(table.data() + static_cast<std::size_t>(medium) * Grid::count, i, f);
  }
  std::vector<float> stopping_;
  std::vector<float> range_;
};

template <class Geometry, class Scorer>
void transportAlpha(const AlphaTables& tables, const Geometry& geometry, Particle p, RandomStream& random, ParticleStack&,
                    Scorer& scorer) {
  // Below this an alpha has less than a micrometre of tissue to go.
  constexpr double cutMev = 0.05;
  for (;;) {
    const int medium = geometry.medium(p.region);
    const double density = geometry.densityGPerCm3(p.region);
    const double safety = geometry.safetyCm(p.positionCm, p.region);
    if (p.energyMev <= cutMev || (safety > 0 && tables.rangeG(medium, p.energyMev) < safety * density)) {
      scorer.deposit(p.region, p.positionCm, p.energyMev * p.weight, p.origin);
      return;
    }
    const double stopping = tables.stopping(medium, p.energyMev);
    const auto crossing = geometry.cross(p.positionCm, p.direction, p.region);
    const double wanted = 0.04 * p.energyMev / stopping;
    const bool leaves = crossing.distanceCm * density < wanted;
    const double path = leaves ? crossing.distanceCm * density : wanted;
    // Loss by the stopping power in the middle of the path.
    const double middle = std::max(p.energyMev - 0.5 * path * stopping, 0.5 * p.energyMev);
    const double loss = std::min(p.energyMev, path * tables.stopping(medium, middle));
    const double length = path / density;
    scorer.deposit(p.region, along(p.positionCm, p.direction, random.uniform() * length), loss * p.weight, p.origin);
    p.energyMev -= loss;
    p.positionCm = along(p.positionCm, p.direction, length);
    if (leaves) {
      if (crossing.region < 0) return;
      p.region = crossing.region;
    }
  }
}

}  // namespace theratwin::transport
