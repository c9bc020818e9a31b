// Photons: Woodcock tracking, photoelectric absorption, incoherent and coherent scattering, pair production. See README.md.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

#include "electron.hpp"
#include "particle.hpp"
#include "photon_tables.hpp"

namespace theratwin::transport {

// Polar cosine of a photoelectron: Sauter's distribution of the K shell (1931), sampled as in PENELOPE.
inline double samplePhotoelectronCosine(double energyMev, RandomStream& random) {
  const double gamma = 1 + energyMev / electronMassMev;
  const double beta = std::sqrt(1 - 1 / (gamma * gamma));
  const double a = 1 / beta - 1;
  const double b = 0.5 * beta * gamma * (gamma - 1) * (gamma - 2);
  const double top = 2 * (1 / a + b);
  for (;;) {
    const double u = random.uniform();
    const double v = 2 * a / ((a + 2) * (a + 2) - 4 * u) * (2 * u + (a + 2) * std::sqrt(u));
    if (random.uniform() * top <= (2 - v) * (1 / (a + v) + b)) return 1 - v;
  }
}

namespace detail {

// Puts an electron or positron on the stack, or its energy here where it is too slow to be followed.
template <class Scorer>
void emitElectron(const Particle& from, Kind kind, double energyMev, const Vec3& direction,
                  const TransportSettings& settings, RandomStream& random, ParticleStack& stack, Scorer& scorer) {
  Particle electron = from;
  electron.kind = kind;
  electron.energyMev = energyMev;
  electron.direction = direction;
  electron.annihilation = from.origin;
  if (energyMev > settings.electronCutMev) {
    stack.push_back(electron);
    return;
  }
  scorer.deposit(from.region, from.positionCm, energyMev * from.weight, from.origin);
  if (kind == Kind::positron) annihilateAtRest(electron, settings, random, stack, scorer);
}

}  // namespace detail

// Follows a photon until it is absorbed, cut off or outside. Energy is conserved: deposits, the stack and what leaves add up to what came in.
template <class Geometry, class Scorer>
void transportPhoton(const PhotonTables& tables, const Geometry& geometry, Particle p, RandomStream& random,
                     ParticleStack& stack, Scorer& scorer) {
  const TransportSettings& settings = tables.settings();
  PhotonGrid::Place at = PhotonGrid::locate(p.energyMev);
  double majorant = tables.majorantPerCm(at);
  for (;;) {
    if (p.energyMev <= settings.photonCutMev) {
      scorer.deposit(p.region, p.positionCm, p.energyMev * p.weight, p.origin);
      return;
    }
    if (!(majorant > 0)) return;
    p.positionCm = along(p.positionCm, p.direction, -std::log(random.uniform()) / majorant);
    const int region = geometry.regionAt(p.positionCm);
    if (region < 0) return;
    const int medium = geometry.medium(region);
    const PhotonTables::Looked now = PhotonTables::look(tables.rows(medium), at);
    if (random.uniform() * majorant > now.attenuation * geometry.densityGPerCm3(region)) continue;  // nothing happened here
    p.region = region;

    const double choice = random.uniform();
    const double phi = 2 * std::numbers::pi * random.uniform();
    if (choice < now.photoelectric) {
      const PhotonTables::Absorption absorbed = tables.sampleAbsorption(medium, p.energyMev, random);
      double local = absorbed.localMev;
      if (absorbed.photonMev > settings.photonCutMev) {
        Particle fluorescence = p;
        fluorescence.energyMev = absorbed.photonMev;
        fluorescence.direction = isotropicDirection(random);
        stack.push_back(fluorescence);
      } else {
        local += absorbed.photonMev;
      }
      if (local > 0) scorer.deposit(p.region, p.positionCm, local * p.weight, p.origin);
      const bool followed = absorbed.electronMev > settings.electronCutMev;
      detail::emitElectron(
          p, Kind::electron, absorbed.electronMev,
          followed ? rotated(p.direction, samplePhotoelectronCosine(absorbed.electronMev, random), phi) : p.direction,
          settings, random, stack, scorer);
      return;
    }
    if (choice < now.compton) {
      double t = 0;
      const double ratio = tables.sampleCompton(medium, p.energyMev, random, t);
      const double scattered = ratio * p.energyMev;
      const Vec3 before = p.direction;
      const Vec3 after = rotated(before, 1 - t, phi);
      const double electronMev = p.energyMev - scattered;
      // The electron takes the momentum that is missing.
      Vec3 d{p.energyMev * before.x - scattered * after.x, p.energyMev * before.y - scattered * after.y,
             p.energyMev * before.z - scattered * after.z};
      const double norm = std::sqrt(d.x * d.x + d.y * d.y + d.z * d.z);
      d = norm > 0 ? Vec3{d.x / norm, d.y / norm, d.z / norm} : before;
      detail::emitElectron(p, Kind::electron, electronMev, d, settings, random, stack, scorer);
      p.direction = after;
      p.energyMev = scattered;
    } else if (choice < now.coherent) {
      p.direction = rotated(p.direction, tables.sampleCoherent(medium, p.energyMev, random), phi);
      continue;
    } else {
      // Energies shared evenly; angles about m c²/E (the leading term of Sauter, Gluckstern & Hull, as in PENELOPE).
      const double kinetic = p.energyMev - 2 * electronMassMev;
      const double share = random.uniform();
      for (const bool positron : {false, true}) {
        const double energy = kinetic * (positron ? 1 - share : share);
        const double beta = detail::betaOf(std::max(energy, 1e-6));
        const double u = 2 * random.uniform() - 1;
        const double cosine = std::clamp((u + beta) / (u * beta + 1), -1.0, 1.0);
        detail::emitElectron(p, positron ? Kind::positron : Kind::electron, energy,
                             rotated(p.direction, cosine, phi + (positron ? std::numbers::pi : 0.0)), settings, random, stack,
                             scorer);
      }
      return;
    }
    at = PhotonGrid::locate(p.energyMev);
    majorant = tables.majorantPerCm(at);
  }
}

}  // namespace theratwin::transport
