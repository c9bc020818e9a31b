// Electrons and positrons by condensed history of class II: hard collisions and hard bremsstrahlung one by one, all else along steps that
// are measured in scattering strength, each with one deflection at a random hinge (Sempau, Wilderman & Bielajew 2000). See README.md.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

#include "electron_tables.hpp"
#include "particle.hpp"

namespace theratwin::transport {

// Loss with the mean and the variance of the soft collisions on a path; never negative (Salvat, PENELOPE, section on soft energy loss).
inline double sampleSoftLoss(double mean, double variance, RandomStream& random) {
  const double mean2 = mean * mean;
  if (variance <= 1e-6 * mean2) return mean;
  if (mean2 > 9 * variance) {
    // A normal distribution cut at three sigma, its width made up for the cut.
    double x;
    do {
      x = std::sqrt(-2 * std::log(random.uniform())) * std::cos(2 * std::numbers::pi * random.uniform());
    } while (std::abs(x) > 3);
    return mean + 1.015387 * std::sqrt(variance) * x;
  }
  if (mean2 > 3 * variance) return mean + std::sqrt(3 * variance) * (2 * random.uniform() - 1);
  const double nothing = (3 * variance - mean2) / (3 * variance + 3 * mean2);
  if (random.uniform() < nothing) return 0;
  return (3 * variance + 3 * mean2) / (2 * mean) * random.uniform();
}

// Direction of a bremsstrahlung photon: a dipole at rest, boosted with the electron (Kirkpatrick & Wiedmann 1945 in the form of PENELOPE).
inline double sampleDipoleCosine(double beta, RandomStream& random) {
  double x;
  do {
    x = 2 * random.uniform() - 1;
  } while (random.uniform() * 2 > 1 + x * x);
  return (x + beta) / (1 + beta * x);
}

inline Vec3 isotropicDirection(RandomStream& random) {
  const double z = 2 * random.uniform() - 1;
  const double phi = 2 * std::numbers::pi * random.uniform();
  const double r = std::sqrt(std::max(0.0, 1 - z * z));
  return {r * std::cos(phi), r * std::sin(phi), z};
}

// The two photons of a positron at rest, back to back; energy below the photon cut stays here.
template <class Scorer>
void annihilateAtRest(const Particle& positron, const TransportSettings& settings, RandomStream& random,
                      ParticleStack& stack, Scorer& scorer) {
  if (settings.photonCutMev >= electronMassMev) {
    scorer.deposit(positron.region, positron.positionCm, 2 * electronMassMev * positron.weight, positron.annihilation);
    return;
  }
  Particle photon = positron;
  photon.kind = Kind::photon;
  photon.energyMev = electronMassMev;
  photon.origin = positron.annihilation;
  photon.direction = isotropicDirection(random);
  stack.push_back(photon);
  photon.direction = {-photon.direction.x, -photon.direction.y, -photon.direction.z};
  stack.push_back(photon);
}

namespace detail {

inline double betaOf(double energyMev) {
  const double gamma = 1 + energyMev / electronMassMev;
  return std::sqrt(1 - 1 / (gamma * gamma));
}

template <class Scorer>
void emitPhoton(const Particle& from, double photonMev, const TransportSettings& settings, RandomStream& random,
                ParticleStack& stack, Scorer& scorer) {
  if (photonMev <= settings.photonCutMev) {
    scorer.deposit(from.region, from.positionCm, photonMev * from.weight, from.origin);
    return;
  }
  Particle photon = from;
  photon.kind = Kind::photon;
  photon.energyMev = photonMev;
  photon.direction =
      rotated(from.direction, sampleDipoleCosine(betaOf(from.energyMev), random), 2 * std::numbers::pi * random.uniform());
  stack.push_back(photon);
}

}  // namespace detail

// Follows an electron or positron. Energy is conserved: deposits, the stack and what leaves the geometry add up to what came in (and
// 2 m c² for a positron that annihilates).
template <class Geometry, class Scorer>
void transportElectron(const ElectronTables& tables, const Geometry& geometry, Particle p, RandomStream& random,
                       ParticleStack& stack, Scorer& scorer) {
  const TransportSettings& settings = tables.settings();
  const bool positron = p.kind == Kind::positron;
  int medium = geometry.medium(p.region);
  double density = geometry.densityGPerCm3(p.region);
  const ElectronTables::Row* rows = tables.rows(medium, positron);

  const auto stopHere = [&] {
    scorer.deposit(p.region, p.positionCm, p.energyMev * p.weight, p.origin);
    if (positron) annihilateAtRest(p, settings, random, stack, scorer);
  };

  double toHard = -std::log(random.uniform());  // mean free paths to the next hard event
  for (;;) {
    if (p.energyMev <= settings.electronCutMev) return stopHere();

    // An electron that cannot leave its region need not be followed, but it may still make photons.
    const double safety = geometry.safetyCm(p.positionCm, p.region);
    if (safety > 0 && tables.rangeAt(rows, p.energyMev) < safety * density) {
      const auto [i, f] = LossGrid::locate(p.energyMev);
      const double photons = rows[i].thickBrems + f * (rows[i + 1].thickBrems - rows[i].thickBrems);
      if (random.uniform() < photons) {
        Particle emitting = p;
        emitting.energyMev = tables.sampleEmissionEnergy(rows, p.energyMev, random);
        if (emitting.energyMev > settings.bremsCutMev) {
          const double photonMev = std::min(tables.samplePhoton(medium, emitting.energyMev, random), p.energyMev);
          // Where the path is curled up the electron has forgotten where it came from.
          emitting.direction = isotropicDirection(random);
          detail::emitPhoton(emitting, photonMev, settings, random, stack, scorer);
          p.energyMev -= photonMev;
        }
      }
      return stopHere();
    }

    const double strength = ElectronTables::stepScatteringAt(rows, p.energyMev);
    const double begunMev = p.energyMev;
    const double atHinge = strength * random.uniform();
    double left = atHinge;
    bool deflected = false;
    for (;;) {
      const ElectronTables::Looked now = ElectronTables::look(rows, p.energyMev);
      const auto crossing = geometry.cross(p.positionCm, p.direction, p.region);
      const double toBoundary = crossing.distanceCm * density;
      const double hard = now.hard + now.brems;
      // Mass thickness to the three ends a path can have.
      double path = left / now.scattering;
      enum class End { node, collision, boundary } end = End::node;
      if (toHard < path * hard) {
        path = toHard / hard;
        end = End::collision;
      }
      if (toBoundary < path) {
        path = toBoundary;
        end = End::boundary;
      }
      // Soft loss by the stopping power in the middle of the path.
      double mean = path * now.loss;
      if (mean > 0.02 * p.energyMev)
        mean = path * ElectronTables::lossAt(rows, std::max(p.energyMev - 0.5 * mean, 0.25 * p.energyMev));
      double loss = sampleSoftLoss(mean, path * now.variance, random);
      if (loss > p.energyMev) loss = p.energyMev;
      const double length = path / density;
      if (loss > 0) {
        scorer.deposit(p.region, along(p.positionCm, p.direction, random.uniform() * length), loss * p.weight, p.origin);
        p.energyMev -= loss;
      }
      left -= path * now.scattering;
      toHard -= path * hard;
      p.positionCm = along(p.positionCm, p.direction, end == End::boundary ? crossing.distanceCm : length);

      if (end == End::boundary) {
        if (crossing.region < 0) return;  // gone, with what it has left; a positron annihilates elsewhere
        p.region = crossing.region;
        density = geometry.densityGPerCm3(p.region);
        const int next = geometry.medium(p.region);
        if (next != medium) {
          medium = next;
          rows = tables.rows(medium, positron);
        }
      }
      if (p.energyMev <= settings.electronCutMev) return stopHere();
      if (end == End::boundary) continue;

      if (end == End::collision) {
        toHard = -std::log(random.uniform());
        if (random.uniform() * hard < now.hard) {
          if (p.energyMev * (positron ? 1.0 : 0.5) <= settings.deltaCutMev) continue;
          const double e = p.energyMev;
          const double w = tables.sampleDelta(e, positron, random);
          const double m2 = 2 * electronMassMev;
          const double phi = 2 * std::numbers::pi * random.uniform();
          if (w > settings.electronCutMev) {
            Particle delta = p;
            delta.kind = Kind::electron;
            delta.energyMev = w;
            delta.direction = rotated(p.direction, std::sqrt(w * (e + m2) / (e * (w + m2))), phi);
            stack.push_back(delta);
          } else {
            scorer.deposit(p.region, p.positionCm, w * p.weight, p.origin);
          }
          p.energyMev = e - w;
          if (p.energyMev > settings.electronCutMev)
            p.direction = rotated(p.direction, std::sqrt((e - w) * (e + m2) / (e * (e - w + m2))), phi + std::numbers::pi);
        } else {
          if (p.energyMev <= settings.bremsCutMev) continue;
          const double k = tables.samplePhoton(medium, p.energyMev, random);
          detail::emitPhoton(p, k, settings, random, stack, scorer);
          p.energyMev -= k;
        }
        if (p.energyMev <= settings.electronCutMev) return stopHere();
        continue;
      }

      if (deflected) break;
      deflected = true;
      left = strength - atHinge;
      p.direction = rotated(p.direction, tables.sampleCosine(medium, begunMev, random),
                            2 * std::numbers::pi * random.uniform());
    }
  }
}

}  // namespace theratwin::transport
