#include "photon_tables.hpp"

#include <algorithm>
#include <cmath>

#include "electron_tables.hpp"

namespace theratwin::transport {
namespace {

struct LogGrid {
  double minimum, maximum;
  int count;
  double value(std::span<const double> values, int row, double energy) const {
    const double place = std::clamp(std::log(energy / minimum) / std::log(maximum / minimum), 0.0, 1.0) * (count - 1);
    const int i = std::min(static_cast<int>(place), count - 2);
    const double f = place - i;
    const double a = values[static_cast<std::size_t>(row) * count + i];
    const double b = values[static_cast<std::size_t>(row) * count + i + 1];
    if (a > 0 && b > 0) return std::exp(std::log(a) + f * (std::log(b) - std::log(a)));
    return a + f * (b - a);
  }
};

double linear(std::span<const double> xs, const double* ys, double x) {
  const auto after = std::upper_bound(xs.begin(), xs.end(), x);
  if (after == xs.begin()) return ys[0];
  if (after == xs.end()) return ys[xs.size() - 1];
  const std::size_t i = static_cast<std::size_t>(after - xs.begin()) - 1;
  // Logarithmic where both are positive: form factors fall by powers.
  const double a = ys[i];
  const double b = ys[i + 1];
  if (a > 0 && b > 0 && xs[i] > 0) {
    const double f = std::log(x / xs[i]) / std::log(xs[i + 1] / xs[i]);
    return std::exp(std::log(a) + f * (std::log(b) - std::log(a)));
  }
  return a + (b - a) * (x - xs[i]) / (xs[i + 1] - xs[i]);
}

}  // namespace

PhotonTables::PhotonTables(const MediaView& media, const TransportSettings& settings,
                           std::span<const double> maxDensityGPerCm3)
    : settings_(settings) {
  const int n = PhotonGrid::count;
  rows_.resize(static_cast<std::size_t>(media.mediumCount) * n);
  const LogGrid grid{media.photonMinMev, media.photonMaxMev, media.photonCount};
  for (int m = 0; m < media.mediumCount; ++m) {
    for (int i = 0; i < n; ++i) {
      const double energy = PhotonGrid::energyMev(i);
      const double absorbed = grid.value(media.photoelectric, m, energy);
      const double scattered = grid.value(media.incoherent, m, energy);
      const double coherent = grid.value(media.coherent, m, energy);
      const double pair = energy > 2 * electronMassMev ? grid.value(media.pair, m, energy) : 0;
      const double total = absorbed + scattered + coherent + pair;
      rows_[static_cast<std::size_t>(m) * n + i] = {
          static_cast<float>(total), static_cast<float>(absorbed / total),
          static_cast<float>((absorbed + scattered) / total), static_cast<float>((absorbed + scattered + coherent) / total)};
    }
  }
  majorant_.resize(n);
  for (int i = 0; i < n; ++i) {
    double most = 0;
    for (int m = 0; m < media.mediumCount; ++m) {
      for (int j = i; j <= std::min(i + 1, n - 1); ++j)
        most = std::max(most, maxDensityGPerCm3[m] * rows_[static_cast<std::size_t>(m) * n + j].attenuation);
    }
    majorant_[i] = static_cast<float>(most * 1.00001);
  }

  const int t = TransferGrid::count;
  incoherent_.resize(static_cast<std::size_t>(media.mediumCount) * t);
  coherent_.resize(static_cast<std::size_t>(media.mediumCount) * (t + 1));
  transfer2_.assign(1, 0.0);
  for (int i = 0; i < t; ++i) transfer2_.push_back(TransferGrid::energyMev(i) * TransferGrid::energyMev(i));
  for (int m = 0; m < media.mediumCount; ++m) {
    const double* s = media.incoherentFunction.data() + static_cast<std::size_t>(m) * media.formFactorCount;
    const double* f2 = media.formFactorSquared.data() + static_cast<std::size_t>(m) * media.formFactorCount;
    double* sums = coherent_.data() + static_cast<std::size_t>(m) * (t + 1);
    double before = f2[0];
    sums[0] = 0;
    for (int i = 0; i < t; ++i) {
      const double x = TransferGrid::energyMev(i);
      incoherent_[static_cast<std::size_t>(m) * t + i] = static_cast<float>(std::clamp(linear(media.formFactorX, s, x), 0.0, 1.0));
      const double now = linear(media.formFactorX, f2, x);
      sums[i + 1] = sums[i] + 0.5 * (before + now) * (transfer2_[i + 1] - transfer2_[i]);
      before = now;
    }
  }

  vacancies_.resize(media.mediumCount);
  for (int m = 0; m < media.mediumCount; ++m) {
    for (int e = media.fluorescenceStart[m]; e < media.fluorescenceStart[m + 1]; ++e) {
      KVacancy vacancy{media.fluorescenceEdgeMev[e],
                       media.fluorescenceYield[e],
                       {media.fluorescenceLineMev[2 * e], media.fluorescenceLineMev[2 * e + 1]},
                       media.fluorescenceLineWeight[2 * e],
                       std::vector<float>(n)};
      for (int i = 0; i < n; ++i) {
        const double energy = PhotonGrid::energyMev(i);
        vacancy.share[i] = static_cast<float>(
            energy > vacancy.edgeMev ? std::clamp(grid.value(media.fluorescenceShare, e, energy), 0.0, 1.0) : 0.0);
      }
      vacancies_[m].push_back(std::move(vacancy));
    }
  }
}

double PhotonTables::sampleCompton(int medium, double energyMev, RandomStream& random, double& oneMinusCosine) const {
  const double kappa = energyMev / electronMassMev;
  const double least = 1 / (1 + 2 * kappa);
  const double first = -std::log(least);
  const double second = 0.5 * (1 - least * least);
  const float* binding = incoherent_.data() + static_cast<std::size_t>(medium) * TransferGrid::count;
  const double waves = energyMev / mevAngstrom;
  for (;;) {
    const double ratio = random.uniform() * (first + second) < first
                             ? std::exp(-first * random.uniform())
                             : std::sqrt(least * least + (1 - least * least) * random.uniform());
    const double t = std::clamp((1 - ratio) / (kappa * ratio), 0.0, 2.0);
    const double klein = 1 - ratio * t * (2 - t) / (1 + ratio * ratio);
    const double u = random.uniform();
    if (u > klein) continue;
    const double x = waves * std::sqrt(0.5 * t);
    if (x < 16) {
      const auto [i, f] = TransferGrid::locate(x);
      // Below the grid S goes to zero with x².
      const double least2 = TransferGrid::energyMev(0) * TransferGrid::energyMev(0);
      const double s = x * x < least2 ? binding[0] * x * x / least2 : interpolated(binding, i, f);
      if (u > klein * s) continue;
    }
    oneMinusCosine = t;
    return ratio;
  }
}

double PhotonTables::sampleCoherent(int medium, double energyMev, RandomStream& random) const {
  const double most = energyMev / mevAngstrom;
  const double most2 = most * most;
  const double* sums = coherent_.data() + static_cast<std::size_t>(medium) * (TransferGrid::count + 1);
  const int points = TransferGrid::count + 1;
  const auto place = [&](double x2) {
    const int i = static_cast<int>(std::upper_bound(transfer2_.begin(), transfer2_.end(), x2) - transfer2_.begin()) - 1;
    return std::clamp(i, 0, points - 2);
  };
  const int top = place(most2);
  const double whole =
      sums[top] + (sums[top + 1] - sums[top]) * std::clamp((most2 - transfer2_[top]) / (transfer2_[top + 1] - transfer2_[top]), 0.0, 1.0);
  for (;;) {
    const double wanted = random.uniform() * whole;
    const int i = std::clamp(static_cast<int>(std::upper_bound(sums, sums + top + 2, wanted) - sums) - 1, 0, top);
    const double span = sums[i + 1] - sums[i];
    const double f = span > 0 ? (wanted - sums[i]) / span : 0.5;
    const double x2 = std::min(most2, transfer2_[i] + f * (transfer2_[i + 1] - transfer2_[i]));
    const double cosine = 1 - 2 * x2 / most2;
    if (2 * random.uniform() <= 1 + cosine * cosine) return cosine;
  }
}

PhotonTables::Absorption PhotonTables::sampleAbsorption(int medium, double energyMev, RandomStream& random) const {
  const auto& known = vacancies_[medium];
  if (known.empty()) return {energyMev, 0, 0};
  const auto [i, f] = PhotonGrid::locate(energyMev);
  double u = random.uniform();
  for (const KVacancy& one : known) {
    if (energyMev <= one.edgeMev) continue;
    const double share = interpolated(one.share.data(), i, f);
    if (u >= share) {
      u -= share;
      continue;
    }
    const double electron = energyMev - one.edgeMev;
    if (random.uniform() >= one.yield) return {electron, 0, one.edgeMev};
    const double line = one.lineMev[random.uniform() < one.firstWeight ? 0 : 1];
    return {electron, line, one.edgeMev - line};
  }
  // Other shells of light elements: bound by less than anything that is followed; the electron gets it all.
  return {energyMev, 0, 0};
}

}  // namespace theratwin::transport
