// What one decay of the parent sends out, its whole chain together.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "electron.hpp"
#include "particle.hpp"
#include "random.hpp"

namespace theratwin::transport {

// Draws an index with the probability of its weight, by two looks (Walker 1977; Vose 1991).
class AliasTable {
 public:
  explicit AliasTable(std::span<const double> weights);
  std::size_t draw(RandomStream& random) const {
    const double at = random.uniform53() * static_cast<double>(keep_.size());
    const std::size_t i = std::min(static_cast<std::size_t>(at), keep_.size() - 1);
    return at - static_cast<double>(i) < keep_[i] ? i : other_[i];
  }
  std::size_t size() const { return keep_.size(); }

 private:
  std::vector<float> keep_;
  std::vector<std::uint32_t> other_;
};

struct LineSource {
  Kind kind;
  Origin origin;
  std::vector<double> energiesMev;
  std::vector<double> yields;
};

struct BetaSource {
  bool positron;
  std::vector<double> energiesMev;
  std::vector<double> perMevAndDecay;
};

// Particles of each class: a whole number of them, the yield rounded up or down at random, so that its mean is the yield.
class DecaySource {
 public:
  DecaySource(std::vector<LineSource> lines, std::vector<BetaSource> betas, double recoilMev);

  // Calls emit(kind, origin, energyMev) for each particle of a decay. The recoil energy stays where the decay is: recoilMev().
  template <class Emit>
  void decay(RandomStream& random, Emit emit) const {
    for (const Lines& one : lines_) {
      const int count = static_cast<int>(one.yield + random.uniform());
      for (int i = 0; i < count; ++i) emit(one.kind, one.origin, one.energies[one.table.draw(random)]);
    }
    for (const Beta& one : betas_) {
      const int count = static_cast<int>(one.yield + random.uniform());
      for (int i = 0; i < count; ++i)
        emit(one.positron ? Kind::positron : Kind::electron, Origin::electron, one.sample(random));
    }
  }

  double recoilMev() const { return recoilMev_; }
  // Which origins it has.
  std::array<bool, originCount> origins() const {
    std::array<bool, originCount> used{};
    for (const Lines& one : lines_) {
      used[static_cast<int>(one.origin)] = true;
      if (one.kind == Kind::positron) used[static_cast<int>(Origin::photon)] = true;
    }
    for (const Beta& one : betas_) {
      used[static_cast<int>(Origin::electron)] = true;
      // Its annihilation photons.
      if (one.positron) used[static_cast<int>(Origin::photon)] = true;
    }
    used[static_cast<int>(Origin::recoil)] = recoilMev_ > 0;
    return used;
  }
  // Mean energy per decay, MeV; annihilation photons included.
  double meanMev() const { return meanMev_; }
  // Largest energy that one decay can set free (bounds the counters).
  double largestMev() const { return largestMev_; }

 private:
  struct Lines {
    Kind kind;
    Origin origin;
    double yield;
    std::vector<double> energies;
    AliasTable table;
  };
  struct Beta {
    bool positron;
    double yield;
    std::vector<double> energies;
    std::vector<double> density;
    std::vector<double> cumulative;
    double sample(RandomStream& random) const;
  };
  std::vector<Lines> lines_;
  std::vector<Beta> betas_;
  double recoilMev_;
  double meanMev_ = 0;
  double largestMev_ = 0;
};

}  // namespace theratwin::transport
