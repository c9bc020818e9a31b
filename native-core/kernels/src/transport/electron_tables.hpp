// What electron and positron transport looks up: made once per call from the media's tables, const afterwards. README.md says after whom.
#pragma once

#include <vector>

#include "energy_grid.hpp"
#include "media_view.hpp"
#include "random.hpp"
#include "settings.hpp"

namespace theratwin::transport {

inline constexpr double electronMassMev = 0.51099895;

// 32 to an octave for what varies smoothly; 8 for angular distributions.
using LossGrid = EnergyGrid<5>;
using AngleGrid = EnergyGrid<3>;

class ElectronTables {
 public:
  ElectronTables(const MediaView& media, const TransportSettings& settings);

  // Per medium, mass thickness in g/cm². `lossMevPerG`: restricted stopping power (soft collisions and soft bremsstrahlung), MeV·cm²/g.
  // `varianceMev2PerG`: energy-loss variance of the soft collisions. `hardPerG`: Møller or Bhabha collisions above the cut.
  struct Row {
    float lossMevPerG;
    float varianceMev2PerG;
    float hardPerG;
    float bremsPerG;
    float scatteringPerG;  // inverse first transport mean free path
    float stepScattering;  // scattering strength (path over λ₁) of one condensed step begun at this energy
    float csdaRangeG;      // whole stopping power: nothing reaches farther
    float thickBrems;      // photons above the cut made while slowing down to the electron cut
  };

  struct Looked {
    double loss, variance, hard, brems, scattering;
  };

  const Row* rows(int medium, bool positron) const {
    return rows_.data() + (static_cast<std::size_t>(medium) * 2 + (positron ? 1 : 0)) * LossGrid::count;
  }

  static Looked look(const Row* rows, double energyMev) {
    const auto [i, f] = LossGrid::locate(energyMev);
    const Row& a = rows[i];
    const Row& b = rows[i + 1];
    return {a.lossMevPerG + f * (b.lossMevPerG - a.lossMevPerG),
            a.varianceMev2PerG + f * (b.varianceMev2PerG - a.varianceMev2PerG),
            a.hardPerG + f * (b.hardPerG - a.hardPerG), a.bremsPerG + f * (b.bremsPerG - a.bremsPerG),
            a.scatteringPerG + f * (b.scatteringPerG - a.scatteringPerG)};
  }

  static double lossAt(const Row* rows, double energyMev) {
    const auto [i, f] = LossGrid::locate(energyMev);
    return rows[i].lossMevPerG + f * (rows[i + 1].lossMevPerG - rows[i].lossMevPerG);
  }

  static double rangeAt(const Row* rows, double energyMev) {
    const auto [i, f] = LossGrid::locate(energyMev);
    return rows[i].csdaRangeG + f * (rows[i + 1].csdaRangeG - rows[i].csdaRangeG);
  }

  static double stepScatteringAt(const Row* rows, double energyMev) {
    const auto [i, f] = LossGrid::locate(energyMev);
    return rows[i].stepScattering + f * (rows[i + 1].stepScattering - rows[i].stepScattering);
  }

  // Cosine of the deflection over one condensed step that was begun with this energy (Goudsmit–Saunderson).
  double sampleCosine(int medium, double energyMev, RandomStream& random) const;

  // Energy of a delta electron; of a bremsstrahlung photon. Both above their cuts.
  double sampleDelta(double energyMev, bool positron, RandomStream& random) const;
  double samplePhoton(int medium, double energyMev, RandomStream& random) const;

  // Energy at which an electron that slows down from `energyMev` makes a photon, by where its thick-target photons are made.
  double sampleEmissionEnergy(const Row* rows, double energyMev, RandomStream& random) const;

  const TransportSettings& settings() const { return settings_; }
  // First transport mean free path, g/cm², of the elastic and soft inelastic scattering (for tests).
  double transportMeanFreePathG(int medium, double energyMev) const {
    return 1 / look(rows(medium, false), energyMev).scattering;
  }

  static constexpr int quantiles = 96;

 private:
  TransportSettings settings_;
  std::vector<Row> rows_;
  // [medium][AngleGrid][quantiles + 1]: (1 − cos)/2 at the quantile 1 − (1 − j/quantiles)².
  std::vector<float> angles_;
  int bremsFractionCount_ = 0;
  std::vector<double> bremsFractions_;
  std::vector<float> bremsShape_;     // [medium][LossGrid][fraction]: k·dσ/dk, cm²/g
  std::vector<float> bremsEnvelope_;  // [medium][LossGrid]: its largest value above the cut
  int mediumCount_ = 0;
};

}  // namespace theratwin::transport
