// The tables of the media, as the caller made them (MediaPack in native-core/physics/media/types.ts, same names, same meaning, same
// order). Views only: the arrays live as long as the call.
#pragma once

#include <cstdint>
#include <span>

namespace theratwin::transport {

struct MediaView {
  int mediumCount = 0;
  std::span<const double> nominalDensityGPerMl;
  std::span<const double> electronsMolPerG;
  std::span<const std::int32_t> elementStart;
  std::span<const std::int32_t> elementZ;
  std::span<const double> elementAtomicMass;
  std::span<const double> elementMassFraction;

  double photonMinMev = 0;
  double photonMaxMev = 0;
  int photonCount = 0;
  std::span<const double> coherent;
  std::span<const double> incoherent;
  std::span<const double> photoelectric;
  std::span<const double> pair;

  int formFactorCount = 0;
  std::span<const double> formFactorX;
  std::span<const double> formFactorSquared;
  std::span<const double> incoherentFunction;

  std::span<const std::int32_t> fluorescenceStart;
  std::span<const std::int32_t> fluorescenceZ;
  std::span<const double> fluorescenceEdgeMev;
  std::span<const double> fluorescenceYield;
  std::span<const double> fluorescenceLineMev;
  std::span<const double> fluorescenceLineWeight;
  std::span<const double> fluorescenceShare;

  double electronMinMev = 0;
  double electronMaxMev = 0;
  int electronCount = 0;
  std::span<const double> collisionStopping;
  std::span<const double> radiativeStopping;
  int bremsEnergyCount = 0;
  std::span<const double> bremsEnergiesMev;
  int bremsFractionCount = 0;
  std::span<const double> bremsFractions;
  std::span<const double> bremsKDsigmaDk;

  double alphaMinMev = 0;
  double alphaMaxMev = 0;
  int alphaCount = 0;
  std::span<const double> alphaStopping;
};

}  // namespace theratwin::transport
