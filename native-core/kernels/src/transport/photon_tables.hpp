// What photon transport looks up: made once per call from the media's tables, const afterwards. README.md says after whom.
#pragma once

#include <span>
#include <vector>

#include "energy_grid.hpp"
#include "media_view.hpp"
#include "random.hpp"
#include "settings.hpp"

namespace theratwin::transport {

// 128 to an octave: 0.4 to 0.8 % from one energy to the next.
using PhotonGrid = EnergyGrid<7>;
// The same trick for momentum transfers, 1/Å: 0.001 to 16.
using TransferGrid = EnergyGrid<5>;

inline constexpr double mevAngstrom = 12.39841984e-3;  // h c

class PhotonTables {
 public:
  // `maxDensityGPerCm3`: the highest density with which each medium occurs (0: never); Woodcock's majorant comes from them.
  PhotonTables(const MediaView& media, const TransportSettings& settings, std::span<const double> maxDensityGPerCm3);

  struct Row {
    float attenuation;  // cm²/g, all interactions
    // Cumulative probabilities; the rest is pair production.
    float photoelectric;
    float compton;
    float coherent;
  };

  const Row* rows(int medium) const { return rows_.data() + static_cast<std::size_t>(medium) * PhotonGrid::count; }

  struct Looked {
    double attenuation, photoelectric, compton, coherent;
  };
  static Looked look(const Row* rows, PhotonGrid::Place at) {
    const Row& a = rows[at.index];
    const Row& b = rows[at.index + 1];
    const float f = at.fraction;
    return {a.attenuation + f * (b.attenuation - a.attenuation), a.photoelectric + f * (b.photoelectric - a.photoelectric),
            a.compton + f * (b.compton - a.compton), a.coherent + f * (b.coherent - a.coherent)};
  }

  // Largest attenuation in the geometry near this energy, 1/cm.
  double majorantPerCm(PhotonGrid::Place at) const { return majorant_[at.index]; }

  // Ratio of the scattered energy to the incident one, with 1 − cos θ: Klein & Nishina with the incoherent scattering function.
  double sampleCompton(int medium, double energyMev, RandomStream& random, double& oneMinusCosine) const;

  // Cosine of coherent scattering by the form factors.
  double sampleCoherent(int medium, double energyMev, RandomStream& random) const;

  // A photoelectric absorption: what goes to the electron, the fluorescence photon (0: none), and what stays.
  struct Absorption {
    double electronMev, photonMev, localMev;
  };
  Absorption sampleAbsorption(int medium, double energyMev, RandomStream& random) const;

  const TransportSettings& settings() const { return settings_; }

 private:
  TransportSettings settings_;
  std::vector<Row> rows_;
  std::vector<float> majorant_;
  std::vector<float> incoherent_;  // [medium][TransferGrid]
  std::vector<double> transfer2_;  // x² at the points of TransferGrid, with 0 before
  std::vector<double> coherent_;   // [medium][TransferGrid + 1]: ∫ F² d(x²)

  struct KVacancy {
    double edgeMev, yield, lineMev[2], firstWeight;
    std::vector<float> share;  // on PhotonGrid
  };
  std::vector<std::vector<KVacancy>> vacancies_;
};

}  // namespace theratwin::transport
