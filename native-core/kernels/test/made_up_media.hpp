// Media for tests without data files: smooth, of the order of water's and bone's numbers, and no more than that.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "transport/media_view.hpp"

namespace theratwin::test {

// What a medium may leave out, so that closed forms hold.
struct Simplified {
  bool freeElectrons = false;   // incoherent scattering without binding
  bool absorptionOnly = false;  // photons are absorbed and nothing else
};

class MadeUpMedia {
 public:
  explicit MadeUpMedia(Simplified simple = {}) {
    const double scattering = simple.absorptionOnly ? 0 : 1;
    for (const double scale : {1.0, 0.9}) {
      for (int i = 0; i < count; ++i) {
        const double e = 1e-3 * std::pow(1e4, i / (count - 1.0));
        coherent.push_back(scattering * scale * 1e-6 / (e * e + 1e-5));
        incoherent.push_back(scattering * scale * 0.2 / (1 + 3 * e));
        photoelectric.push_back(scale * 4e-6 / (e * e * e));
        pair.push_back(e > 1.022 ? scattering * scale * 1e-3 * (e - 1.022) : 0);
        collision.push_back(scale * 1.9 * (1 + 0.06 / std::pow(e, 0.8)));
        radiative.push_back(scale * 0.01 * e);
        alpha.push_back(scale * 1800 / (1 + e / 2));
      }
      for (int i = 0; i < factors; ++i) {
        const double x = i * 0.2;
        squared.push_back(5 / ((1 + x * x) * (1 + x * x)));
        bound.push_back(simple.freeElectrons ? 1 : 1 - std::exp(-3 * x * x));
        if (scale == 1.0) transfers.push_back(x);
      }
      for (std::size_t r = 0; r < bremsEnergies.size(); ++r)
        for (const double x : bremsFractions) brems.push_back(scale * 1e-3 * (1 - 0.9 * x));
    }
  }

  transport::MediaView view() const {
    transport::MediaView v;
    v.mediumCount = 2;
    v.nominalDensityGPerMl = nominal;
    v.electronsMolPerG = electrons;
    v.elementStart = start;
    v.elementZ = z;
    v.elementAtomicMass = mass;
    v.elementMassFraction = fraction;
    v.photonMinMev = v.electronMinMev = v.alphaMinMev = 1e-3;
    v.photonMaxMev = v.electronMaxMev = v.alphaMaxMev = 10;
    v.photonCount = v.electronCount = v.alphaCount = count;
    v.coherent = coherent;
    v.incoherent = incoherent;
    v.photoelectric = photoelectric;
    v.pair = pair;
    v.formFactorCount = factors;
    v.formFactorX = transfers;
    v.formFactorSquared = squared;
    v.incoherentFunction = bound;
    v.fluorescenceStart = fluorescenceStart;
    v.collisionStopping = collision;
    v.radiativeStopping = radiative;
    v.bremsEnergyCount = static_cast<int>(bremsEnergies.size());
    v.bremsEnergiesMev = bremsEnergies;
    v.bremsFractionCount = static_cast<int>(bremsFractions.size());
    v.bremsFractions = bremsFractions;
    v.bremsKDsigmaDk = brems;
    v.alphaStopping = alpha;
    return v;
  }

 private:
  static constexpr int count = 200;
  static constexpr int factors = 60;
  std::vector<double> nominal{1, 1.8}, electrons{0.555, 0.52}, mass{1.008, 15.999, 15.999, 40.078}, fraction{0.112, 0.888, 0.6, 0.4};
  std::vector<std::int32_t> start{0, 2, 4}, z{1, 8, 8, 20}, fluorescenceStart{0, 0, 0};
  std::vector<double> coherent, incoherent, photoelectric, pair, collision, radiative, alpha, transfers, squared, bound, brems;
  std::vector<double> bremsEnergies{1e-3, 0.1, 1, 10}, bremsFractions{0.01, 0.1, 0.5, 1};
};

}  // namespace theratwin::test
