#include "electron_scattering.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "electron_kinematics.hpp"

namespace theratwin::transport {
namespace {

constexpr double pi = std::numbers::pi;
constexpr double avogadro = 6.02214076e23;
constexpr double classicalRadiusCm = 2.8179403262e-13;
constexpr double fineStructure = 1 / 137.035999;
// h-bar c in MeV·cm, and the Bohr radius.
constexpr double hbarC = 197.3269804e-13;
constexpr double bohrRadiusCm = 5.29177210903e-9;
// Distant collisions transfer some 20 eV at least: below, nothing is deflected.
constexpr double leastTransferMev = 20e-6;

constexpr std::size_t fewestOrders = 32;
constexpr std::size_t mostOrders = 512;
// A term of the series that is smaller than this, against 1 for the isotropic part, changes nothing.
constexpr double negligibleTerm = 1e-3;

// Adds `weight` times 1 − P_l(1 − 2μ) to each coefficient.
void addAngle(double mu, double weight, std::span<double> out) {
  const double x = 1 - 2 * mu;
  double previous = 0;      // 1 − P_0
  double current = 2 * mu;  // 1 − P_1
  out[0] += weight;
  out[1] += weight * current;
  for (std::size_t l = 1; l + 1 < out.size(); ++l) {
    // (l+1)P_{l+1} = (2l+1)xP_l − lP_{l−1}, written for d_l = 1 − P_l, so that small angles lose no digits.
    const double order = static_cast<double>(l);
    const double next = ((2 * order + 1) * (2 * mu + x * current) - order * previous) / (order + 1);
    previous = current;
    current = next;
    out[l + 1] += weight * current;
  }
}

// (2l + 1)·(e^{−tΣ_l} − e^{−tΣ}): the scattered part; what has not been scattered at all, e^{−tΣ}, is left out.
double term(std::span<const double> coefficients, double thickness, std::size_t l, double unscattered) {
  return (2 * static_cast<double>(l) + 1) * (std::exp(-thickness * coefficients[l]) - unscattered);
}

}  // namespace

void scatteringCoefficients(const MediaView& media, int medium, double energyMev, double deltaCutMev, std::span<double> out) {
  const Kinematics k(energyMev);
  std::fill(out.begin(), out.end(), 0.0);
  const auto at = static_cast<std::size_t>(medium);
  for (auto e = static_cast<std::size_t>(media.elementStart[at]); e < static_cast<std::size_t>(media.elementStart[at + 1]); ++e) {
    const double z = media.elementZ[e];
    const double perGram = avogadro * media.elementMassFraction[e] / media.elementAtomicMass[e];
    const double radius = 0.88534 * bohrRadiusCm / std::cbrt(z);
    const double alphaZ = fineStructure * z;
    const double screening = hbarC * hbarC / (4 * k.momentum2 * radius * radius) * (1.13 + 3.76 * alphaZ * alphaZ / k.beta2);
    const double strength = classicalRadiusCm * z * electronMassMev * k.gamma * electronMassMev / k.momentum2;
    // dσ/dμ = π (Z r_e m c²/(pβ c))² / (μ + η)² with μ = sin²(θ/2), integrated over the logarithm of μ + η/1000.
    const double factor = perGram * pi * strength * strength;
    constexpr int steps = 40;
    const double shift = screening * 1e-3;
    const double low = std::log(shift);
    const double width = (std::log(1 + shift) - low) / steps;
    for (int i = 0; i < steps; ++i) {
      for (const double g : {-0.7745966692414834, 0.0, 0.7745966692414834}) {
        const double share = g == 0.0 ? 8.0 / 18 : 5.0 / 18;
        const double shifted = std::exp(low + (i + 0.5 + 0.5 * g) * width);
        const double mu = shifted - shift;
        if (mu <= 0 || mu >= 1) continue;
        const double root = std::sqrt(mu);
        const double spin = 1 - k.beta2 * mu + pi * alphaZ * std::sqrt(k.beta2) * (root - mu);
        addAngle(mu, share * width * shifted * factor * std::max(0.0, spin) / ((mu + screening) * (mu + screening)), out);
      }
    }
  }
  // Deflections by electrons follow from two-body kinematics.
  const double high = std::min(deltaCutMev, energyMev / 2);
  const double low = std::min(leastTransferMev, high / 2);
  constexpr int steps = 40;
  const double width = std::log(high / low) / steps;
  for (int i = 0; i < steps; ++i) {
    const double w = low * std::exp((i + 0.5) * width);
    const double cosine2 =
        (energyMev - w) * (energyMev + 2 * electronMassMev) / (energyMev * (energyMev - w + 2 * electronMassMev));
    const double mu = (1 - std::sqrt(std::clamp(cosine2, 0.0, 1.0))) / 2;
    addAngle(mu, width * w * collisionConstant / k.beta2 * moller(k, w / energyMev) / (w * w) * media.electronsMolPerG[at], out);
  }
}

std::vector<double> coefficientsFor(const MediaView& media, int medium, double energyMev, double deltaCutMev, double strength) {
  for (std::size_t orders = fewestOrders;; orders *= 2) {
    std::vector<double> coefficients(orders + 1);
    scatteringCoefficients(media, medium, energyMev, deltaCutMev, coefficients);
    const double thickness = strength / coefficients[1];
    const double unscattered = std::exp(-thickness * coefficients[0]);
    if (orders >= mostOrders || std::abs(term(coefficients, thickness, orders, unscattered)) < negligibleTerm)
      return coefficients;
  }
}

void deflectionQuantiles(std::span<const double> coefficients, double thicknessG, std::span<float> out) {
  constexpr std::size_t points = 400;
  const double unscattered = std::exp(-thicknessG * coefficients[0]);
  std::vector<double> weights(coefficients.size());
  std::size_t last = 1;
  for (std::size_t l = 1; l < coefficients.size(); ++l) {
    weights[l] = term(coefficients, thicknessG, l, unscattered);
    if (std::abs(weights[l]) > 0.01 * negligibleTerm) last = l;
  }
  const auto density = [&](double mu) {
    const double x = 1 - 2 * mu;
    double p0 = 1;
    double p1 = x;
    double sum = 1 - unscattered + weights[1] * x;
    for (std::size_t l = 1; l < last; ++l) {
      const double order = static_cast<double>(l);
      const double p2 = ((2 * order + 1) * x * p1 - order * p0) / (order + 1);
      p0 = p1;
      p1 = p2;
      sum += weights[l + 1] * p2;
    }
    return std::max(0.0, sum);
  };
  // Cumulative over points that crowd at small angles; Simpson's rule between them.
  std::vector<double> mu(points + 1);
  std::vector<double> cumulative(points + 1, 0.0);
  for (std::size_t i = 0; i <= points; ++i) {
    const double u = static_cast<double>(i) / points;
    mu[i] = u * u * u;
  }
  double before = density(0);
  for (std::size_t i = 1; i <= points; ++i) {
    const double here = density(mu[i]);
    const double middle = density(0.5 * (mu[i] + mu[i - 1]));
    cumulative[i] = cumulative[i - 1] + (mu[i] - mu[i - 1]) * (before + 4 * middle + here) / 6;
    before = here;
  }
  const double scattered = cumulative[points];
  const std::size_t n = out.size() - 1;
  std::size_t j = 0;
  out[0] = 0;
  for (std::size_t q = 1; q <= n; ++q) {
    const double left = 1 - static_cast<double>(q) / static_cast<double>(n);
    const double probability = 1 - left * left;
    const double wanted = std::max(0.0, probability - unscattered) / (1 - unscattered) * scattered;
    while (j < points - 1 && cumulative[j + 1] < wanted) ++j;
    const double span = cumulative[j + 1] - cumulative[j];
    const double f = span > 0 ? std::clamp((wanted - cumulative[j]) / span, 0.0, 1.0) : 1.0;
    out[q] = wanted > 0 ? static_cast<float>(mu[j] + f * (mu[j + 1] - mu[j])) : 0.0F;
  }
  // The mean of the table as it is sampled (linear between quantiles) is made exactly that of the theory: (1 − e^{−tΣ₁})/2.
  double mean = 0;
  const double h = 1 / static_cast<double>(n);
  for (std::size_t q = 0; q < n; ++q) {
    // ∫ (a + (b − a)s)·2(1 − v − hs)·h ds over s = 0 … 1: the density of v is 2(1 − v).
    const double v = static_cast<double>(q) * h;
    const double a = out[q];
    const double b = out[q + 1];
    mean += 2 * h * ((1 - v) * (a + b) / 2 - h * (a / 2 + (b - a) / 3));
  }
  const double wanted = 0.5 * (1 - std::exp(-thicknessG * coefficients[1]));
  if (!(mean > 0)) return;
  const double ratio = wanted / mean;
  for (float& value : out) value = static_cast<float>(std::min(1.0, value * ratio));
}

}  // namespace theratwin::transport
