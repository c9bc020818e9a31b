// What transport moves about. Lengths in cm, energies in MeV (kinetic), directions are unit vectors.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

namespace theratwin::transport {

struct Vec3 {
  double x = 0;
  double y = 0;
  double z = 0;
};

inline Vec3 along(const Vec3& p, const Vec3& d, double s) { return {p.x + s * d.x, p.y + s * d.y, p.z + s * d.z}; }

enum class Kind : std::uint8_t { photon, electron, positron, alpha };

// The radiation that the decay sent out; secondaries keep that of their primary. Order as RADIATIONS in engines/types.ts.
enum class Origin : std::uint8_t { electron = 0, photon = 1, alpha = 2, recoil = 3 };
inline constexpr int originCount = 4;

struct Particle {
  Kind kind = Kind::photon;
  Origin origin = Origin::photon;
  double energyMev = 0;
  double weight = 1;
  Vec3 positionCm;
  Vec3 direction{0, 0, 1};
  // Region of the geometry that holds the position; never outside while on a stack.
  std::int32_t region = 0;
  // What a positron's annihilation photons count as: photons of the decay, but where a photon made the positron, what that counts as.
  Origin annihilation = Origin::photon;
};

using ParticleStack = std::vector<Particle>;

// Turns `d` by the polar angle of `cosTheta` (against `d`) and the azimuth `phi`.
inline Vec3 rotated(const Vec3& d, double cosTheta, double phi) {
  const double sinTheta = std::sqrt(std::fmax(0.0, 1 - cosTheta * cosTheta));
  const double a = sinTheta * std::cos(phi);
  const double b = sinTheta * std::sin(phi);
  const double perp2 = d.x * d.x + d.y * d.y;
  Vec3 r;
  if (perp2 > 1e-20) {
    const double perp = std::sqrt(perp2);
    r = {d.x * cosTheta + (d.x * d.z * a - d.y * b) / perp, d.y * cosTheta + (d.y * d.z * a + d.x * b) / perp,
         d.z * cosTheta - perp * a};
  } else {
    r = {a, b, d.z > 0 ? cosTheta : -cosTheta};
  }
  const double n = 1 / std::sqrt(r.x * r.x + r.y * r.y + r.z * r.z);
  return {r.x * n, r.y * n, r.z * n};
}

}  // namespace theratwin::transport
