#include "electron_tables.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "../thread_pool.hpp"
#include "electron_kinematics.hpp"
#include "electron_scattering.hpp"

namespace theratwin::transport {
namespace {

double logInterpolated(std::span<const double> values, int row, int count, double minimum, double maximum, double energy) {
  const double place = std::log(energy / minimum) / std::log(maximum / minimum) * (count - 1);
  const int i = std::clamp(static_cast<int>(place), 0, count - 2);
  const double f = place - i;
  const double a = values[static_cast<std::size_t>(row) * count + i];
  const double b = values[static_cast<std::size_t>(row) * count + i + 1];
  if (a > 0 && b > 0) return std::exp(std::log(a) + f * (std::log(b) - std::log(a)));
  return a + f * (b - a);
}

// Steps with fewer elastic and soft inelastic collisions than this are no condensed history any more.
constexpr double fewestCollisions = 10;

// ∫ W^power dσ/dW dW over low…high per mole of electrons, cm²·MeV^power/mol, on a logarithmic grid.
template <class Shape>
double closeCollisionMoment(double energy, double low, double high, int power, Shape shape) {
  if (!(high > low)) return 0;
  const Kinematics k(energy);
  constexpr int steps = 64;
  const double width = std::log(high / low) / steps;
  double sum = 0;
  for (int i = 0; i < steps; ++i) {
    // Gauss–Legendre with two points in the logarithm of W.
    for (const double x : {-0.5773502691896257, 0.5773502691896257}) {
      const double w = low * std::exp((i + 0.5 + 0.5 * x) * width);
      sum += 0.5 * width * std::pow(w, power - 1) * shape(k, w / energy);
    }
  }
  return collisionConstant / k.beta2 * sum;
}

// Positron collision stopping power from the electron's: the same Bethe logarithm, another F (ICRU 37, equations 2.10 and 2.11).
double positronStopping(double electronStopping, double energy, double electronsMolPerG) {
  const Kinematics k(energy);
  const double factor = collisionConstant * electronsMolPerG / k.beta2;
  const double minus = 1 - k.beta2 + (k.tau * k.tau / 8 - (2 * k.tau + 1) * std::numbers::ln2) / (k.gamma * k.gamma);
  const double t2 = k.tau + 2;
  const double plus =
      2 * std::numbers::ln2 - k.beta2 / 12 * (23 + 14 / t2 + 10 / (t2 * t2) + 4 / (t2 * t2 * t2));
  return std::max(0.2 * electronStopping, electronStopping + factor * (plus - minus));
}

// Ratio of positron to electron bremsstrahlung (Kim, Pratt, Seltzer & Berger 1986, as fitted in PENELOPE).
double positronBremsFactor(double energy, double z2) {
  const double t = std::log(1 + 1e6 * energy / (z2 * electronMassMev));
  const double sum =
      t * (1.2359e-1 -
           t * (6.1274e-2 -
                t * (3.1516e-2 - t * (7.7446e-3 - t * (1.0595e-3 - t * (7.0568e-5 - t * 1.8080e-6))))));
  return 1 - std::exp(-sum);
}

}  // namespace

ElectronTables::ElectronTables(const MediaView& media, const TransportSettings& settings)
    : settings_(settings), mediumCount_(media.mediumCount) {
  const int n = LossGrid::count;
  rows_.resize(static_cast<std::size_t>(mediumCount_) * 2 * n);
  angles_.resize(static_cast<std::size_t>(mediumCount_) * AngleGrid::count * (quantiles + 1));
  bremsFractionCount_ = media.bremsFractionCount;
  bremsFractions_.assign(media.bremsFractions.begin(), media.bremsFractions.end());
  bremsShape_.resize(static_cast<std::size_t>(mediumCount_) * n * bremsFractionCount_);
  bremsEnvelope_.resize(static_cast<std::size_t>(mediumCount_) * n);

  const auto tabulate = [&](std::size_t medium) {
    const int m = static_cast<int>(medium);
    double z2 = 0;
    double weight = 0;
    for (int e = media.elementStart[m]; e < media.elementStart[m + 1]; ++e) {
      const double share = media.elementMassFraction[e] / media.elementAtomicMass[e] * media.elementZ[e];
      z2 += share * media.elementZ[e] * media.elementZ[e];
      weight += share;
    }
    z2 /= weight;
    for (int i = 0; i < n; ++i) {
      const double energy = LossGrid::energyMev(i);
      const double within = std::clamp(energy, media.electronMinMev, media.electronMaxMev);
      const double collision =
          logInterpolated(media.collisionStopping, m, media.electronCount, media.electronMinMev, media.electronMaxMev, within);
      const double radiative =
          logInterpolated(media.radiativeStopping, m, media.electronCount, media.electronMinMev, media.electronMaxMev, within);

      // Bremsstrahlung spectrum at this energy: logarithmic in T between the tabulated ones, scaled to the radiative stopping power.
      const auto rowsOfBrems = media.bremsKDsigmaDk.subspan(
          static_cast<std::size_t>(m) * media.bremsEnergyCount * bremsFractionCount_,
          static_cast<std::size_t>(media.bremsEnergyCount) * bremsFractionCount_);
      int r = 0;
      while (r < media.bremsEnergyCount - 2 && media.bremsEnergiesMev[r + 1] < energy) ++r;
      const double f = std::clamp(std::log(energy / media.bremsEnergiesMev[r]) /
                                      std::log(media.bremsEnergiesMev[r + 1] / media.bremsEnergiesMev[r]),
                                  0.0, 1.0);
      float* shape = bremsShape_.data() + (static_cast<std::size_t>(m) * n + i) * bremsFractionCount_;
      double area = 0;
      for (int j = 0; j < bremsFractionCount_; ++j) {
        const double a = rowsOfBrems[static_cast<std::size_t>(r) * bremsFractionCount_ + j];
        const double b = rowsOfBrems[static_cast<std::size_t>(r + 1) * bremsFractionCount_ + j];
        shape[j] = static_cast<float>(a > 0 && b > 0 ? std::exp(std::log(a) * (1 - f) + std::log(b) * f) : a * (1 - f) + b * f);
        if (j == 0) area += shape[0] * bremsFractions_[0];
        else area += 0.5 * (shape[j] + shape[j - 1]) * (bremsFractions_[j] - bremsFractions_[j - 1]);
      }
      const double scale = area > 0 ? radiative / (area * energy) : 0;
      for (int j = 0; j < bremsFractionCount_; ++j) shape[j] = static_cast<float>(shape[j] * scale);
      // Soft part (energy) and hard part (number) about the cut.
      const double cut = std::max(settings_.bremsCutMev / energy, 1e-6);
      double soft = 0;
      double hard = 0;
      double envelope = 0;
      const auto shapeAt = [&](double x) {
        if (x <= bremsFractions_[0]) return static_cast<double>(shape[0]);
        int j = 0;
        while (j < bremsFractionCount_ - 2 && bremsFractions_[j + 1] < x) ++j;
        const double g = std::clamp((x - bremsFractions_[j]) / (bremsFractions_[j + 1] - bremsFractions_[j]), 0.0, 1.0);
        return shape[j] + g * (shape[j + 1] - shape[j]);
      };
      if (cut >= 1) {
        soft = radiative;
      } else {
        constexpr int steps = 100;
        const double width = -std::log(cut) / steps;
        for (int s = 0; s < steps; ++s) {
          const double x = cut * std::exp((s + 0.5) * width);
          const double v = shapeAt(x);
          hard += width * v;
          soft += width * x * v;
          envelope = std::max({envelope, v, shapeAt(cut * std::exp(s * width))});
        }
        soft = std::max(0.0, radiative - soft * energy);
        envelope = std::max(envelope, shapeAt(1.0));
      }
      bremsEnvelope_[static_cast<std::size_t>(m) * n + i] = static_cast<float>(envelope);

      std::array<double, 2> scattering{};  // all of it, and the inverse transport mean free path
      scatteringCoefficients(media, m, energy, settings_.deltaCutMev, scattering);
      for (const bool positron : {false, true}) {
        Row& row = rows_[(static_cast<std::size_t>(m) * 2 + (positron ? 1 : 0)) * n + i];
        const double bremsFactor = positron ? positronBremsFactor(energy, z2) : 1;
        const double stopping = positron ? positronStopping(collision, energy, media.electronsMolPerG[m]) : collision;
        const double most = positron ? energy : energy / 2;
        const double electrons = media.electronsMolPerG[m];
        const double deltaCut = settings_.deltaCutMev;
        const auto shape2 = [&](const Kinematics& k, double kappa) { return positron ? bhabha(k, kappa) : moller(k, kappa); };
        // closeCollisionMoment integrates W^(power−1)·F dlnW… of dσ/dW = C/β² F/W².
        const double hardCount = electrons * closeCollisionMoment(energy, deltaCut, most, 0, shape2);
        const double hardLoss = electrons * closeCollisionMoment(energy, deltaCut, most, 1, shape2);
        const double softTop = std::min(deltaCut, most);
        const double variance = electrons * closeCollisionMoment(energy, softTop * 1e-4, softTop, 2, shape2);
        row.lossMevPerG = static_cast<float>(std::max(0.05 * stopping, stopping - hardLoss) + soft * bremsFactor);
        row.varianceMev2PerG = static_cast<float>(variance);
        row.hardPerG = static_cast<float>(hardCount);
        row.bremsPerG = static_cast<float>(hard * bremsFactor);
        row.scatteringPerG = static_cast<float>(scattering[1]);
        // The step: neither too much scattering nor too much energy loss, but some collisions, of which multiple scattering is made.
        const double bySlowing = settings_.maxEnergyLossFraction * energy / row.lossMevPerG * scattering[1];
        const double byCollisions = fewestCollisions * scattering[1] / scattering[0];
        row.stepScattering = static_cast<float>(std::max(std::min(settings_.maxScatteringPerStep, bySlowing), byCollisions));
        row.csdaRangeG = static_cast<float>(stopping + radiative * bremsFactor);  // the stopping power, integrated below
      }
    }
    for (const bool positron : {false, true}) {
      Row* row = rows_.data() + (static_cast<std::size_t>(m) * 2 + (positron ? 1 : 0)) * n;
      double range = 0;
      double photons = 0;
      double before = row[0].csdaRangeG;
      // From rest to the first energy: as if the stopping power were the first one's; less than a tenth of a micrometre of tissue.
      range = 0.5 * LossGrid::energyMev(0) / before;
      row[0].csdaRangeG = static_cast<float>(range);
      row[0].thickBrems = 0;
      for (int i = 1; i < n; ++i) {
        const double step = LossGrid::energyMev(i) - LossGrid::energyMev(i - 1);
        const double now = row[i].csdaRangeG;
        range += step * 0.5 * (1 / before + 1 / now);
        if (LossGrid::energyMev(i) > settings_.electronCutMev)
          photons += step * 0.5 * (row[i].bremsPerG / row[i].lossMevPerG + row[i - 1].bremsPerG / row[i - 1].lossMevPerG);
        before = now;
        row[i].csdaRangeG = static_cast<float>(range);
        row[i].thickBrems = static_cast<float>(photons);
      }
    }
    for (int i = 0; i < AngleGrid::count; ++i) {
      const double energy = AngleGrid::energyMev(i);
      if (energy < 0.5 * settings_.electronCutMev) continue;  // nothing is followed down to there
      const double strength = stepScatteringAt(rows(m, false), energy);
      const std::vector<double> coefficients = coefficientsFor(media, m, energy, settings_.deltaCutMev, strength);
      deflectionQuantiles(coefficients, strength / coefficients[1],
                          {angles_.data() + (medium * AngleGrid::count + static_cast<std::size_t>(i)) * (quantiles + 1), quantiles + 1});
    }
  };
  parallelFor(static_cast<std::size_t>(mediumCount_), 0, {}, tabulate);
}

double ElectronTables::sampleCosine(int medium, double energyMev, RandomStream& random) const {
  auto [i, f] = AngleGrid::locate(energyMev);
  if (f > 0 && random.uniform() < f) ++i;
  const float* table = angles_.data() + (static_cast<std::size_t>(medium) * AngleGrid::count + i) * (quantiles + 1);
  const double v = (1 - std::sqrt(1 - random.uniform())) * quantiles;
  const int j = std::min(static_cast<int>(v), quantiles - 1);
  return 1 - 2 * interpolated(table, j, static_cast<float>(v - j));
}

double ElectronTables::sampleDelta(double energyMev, bool positron, RandomStream& random) const {
  const Kinematics k(energyMev);
  const double low = settings_.deltaCutMev / energyMev;
  const double high = positron ? 1.0 : 0.5;
  // Both shapes are at most what they are at the ends of their ranges (Møller: convex; Bhabha: 1 at most).
  const double top = positron ? 1.0 : std::max(moller(k, low), moller(k, high));
  for (;;) {
    const double kappa = low * high / (high - random.uniform() * (high - low));
    const double accepted = positron ? bhabha(k, kappa) : moller(k, kappa);
    if (random.uniform() * top <= accepted) return kappa * energyMev;
  }
}

double ElectronTables::samplePhoton(int medium, double energyMev, RandomStream& random) const {
  const auto [i, f] = LossGrid::locate(energyMev);
  const std::size_t at = static_cast<std::size_t>(medium) * LossGrid::count + i;
  const float* shape = bremsShape_.data() + at * bremsFractionCount_;
  const float* next = shape + bremsFractionCount_;
  const double top = std::max(bremsEnvelope_[at], bremsEnvelope_[at + 1]) * 1.001;
  const double cut = settings_.bremsCutMev / energyMev;
  for (;;) {
    const double x = std::pow(cut, 1 - random.uniform());
    int j = 0;
    while (j < bremsFractionCount_ - 2 && bremsFractions_[j + 1] < x) ++j;
    const double g = x <= bremsFractions_[0] ? 0.0 : (x - bremsFractions_[j]) / (bremsFractions_[j + 1] - bremsFractions_[j]);
    const double a = shape[j] + g * (shape[j + 1] - shape[j]);
    const double b = next[j] + g * (next[j + 1] - next[j]);
    if (random.uniform() * top <= a + f * (b - a)) return x * energyMev;
  }
}

double ElectronTables::sampleEmissionEnergy(const Row* rows, double energyMev, RandomStream& random) const {
  const auto [top, f] = LossGrid::locate(energyMev);
  const double all = rows[top].thickBrems + f * (rows[top + 1].thickBrems - rows[top].thickBrems);
  const double wanted = all * random.uniform();
  int low = 0;
  int high = top + 1;
  while (high - low > 1) {
    const int middle = (low + high) / 2;
    if (rows[middle].thickBrems <= wanted) low = middle;
    else high = middle;
  }
  const double span = rows[high].thickBrems - rows[low].thickBrems;
  const double g = span > 0 ? (wanted - rows[low].thickBrems) / span : 0;
  const double energy = LossGrid::energyMev(low) + g * (LossGrid::energyMev(high) - LossGrid::energyMev(low));
  return std::min(energy, energyMev);
}

}  // namespace theratwin::transport
