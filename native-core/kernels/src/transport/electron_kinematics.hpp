// Kinematics of electrons and positrons and the cross sections of close collisions, shared by the tables.
#pragma once

#include "electron_tables.hpp"

namespace theratwin::transport {

// 2π r_e² m_e c² N_A, MeV·cm²/mol.
inline constexpr double collisionConstant = 0.1535374581;

struct Kinematics {
  double tau, gamma, beta2, momentum2;
  explicit Kinematics(double energy)
      : tau(energy / electronMassMev),
        gamma(tau + 1),
        beta2(tau * (tau + 2) / (gamma * gamma)),
        momentum2(energy * (energy + 2 * electronMassMev)) {}
};

// E²·dσ/dW ·β²/(2π r_e² m c²) over 1/κ², κ = W/E: Møller and Bhabha (Salvat, PENELOPE, equations of close collisions).
inline double moller(const Kinematics& k, double kappa) {
  const double a = (k.tau / k.gamma) * (k.tau / k.gamma);
  const double ratio = kappa / (1 - kappa);
  return 1 + ratio * ratio - ratio + a * (kappa * kappa + ratio);
}

inline double bhabha(const Kinematics& k, double kappa) {
  const double a = (k.tau / k.gamma) * (k.tau / k.gamma);
  const double g1 = k.gamma + 1;
  const double b1 = a * (2 * g1 * g1 - 1) / (k.gamma * k.gamma - 1);
  const double b2 = a * (3 * g1 * g1 + 1) / (g1 * g1);
  const double b3 = a * 2 * k.gamma * (k.gamma - 1) / (g1 * g1);
  const double b4 = a * (k.gamma - 1) * (k.gamma - 1) / (g1 * g1);
  return 1 - kappa * (b1 - kappa * (b2 - kappa * (b3 - kappa * b4)));
}

}  // namespace theratwin::transport
