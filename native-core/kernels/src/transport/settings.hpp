// How finely to transport. Every number can be set by the caller and is recorded with the result.
#pragma once

namespace theratwin::transport {

struct TransportSettings {
  // Below these kinetic energies a particle deposits its energy where it is.
  double electronCutMev = 0.010;
  double photonCutMev = 0.002;
  // Delta electrons and bremsstrahlung photons above these are followed; below, they are part of the continuous energy loss.
  double deltaCutMev = 0.200;
  double bremsCutMev = 0.005;
  // Largest part of the energy that an electron may lose on a step, and largest step in units of the transport mean free path: what
  // bounds the error of condensed history.
  double maxEnergyLossFraction = 0.15;
  double maxScatteringPerStep = 0.15;
  // Each photon of a decay is followed this many times with a weight of one over it: less noise where photons make the dose, no bias.
  int photonSplitting = 1;
};

}  // namespace theratwin::transport
