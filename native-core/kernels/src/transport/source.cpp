#include "source.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace theratwin::transport {

AliasTable::AliasTable(std::span<const double> weights) : keep_(weights.size()), other_(weights.size()) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  const double scale = static_cast<double>(weights.size()) / sum;
  std::vector<double> share(weights.size());
  std::vector<std::uint32_t> small;
  std::vector<std::uint32_t> large;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    share[i] = weights[i] * scale;
    other_[i] = static_cast<std::uint32_t>(i);
    (share[i] < 1 ? small : large).push_back(static_cast<std::uint32_t>(i));
  }
  while (!small.empty() && !large.empty()) {
    const std::uint32_t less = small.back();
    const std::uint32_t more = large.back();
    small.pop_back();
    keep_[less] = static_cast<float>(share[less]);
    other_[less] = more;
    share[more] -= 1 - share[less];
    if (share[more] < 1) {
      large.pop_back();
      small.push_back(more);
    }
  }
  for (const std::uint32_t i : small) keep_[i] = 1;
  for (const std::uint32_t i : large) keep_[i] = 1;
}

DecaySource::DecaySource(std::vector<LineSource> lines, std::vector<BetaSource> betas, double recoilMev)
    : recoilMev_(recoilMev), meanMev_(recoilMev), largestMev_(recoilMev) {
  for (LineSource& one : lines) {
    const double yield = std::accumulate(one.yields.begin(), one.yields.end(), 0.0);
    if (!(yield > 0)) continue;
    const double mass = one.kind == Kind::positron ? 2 * electronMassMev : 0;
    for (std::size_t i = 0; i < one.yields.size(); ++i) meanMev_ += one.yields[i] * (one.energiesMev[i] + mass);
    largestMev_ += std::ceil(yield) * (*std::max_element(one.energiesMev.begin(), one.energiesMev.end()) + mass);
    AliasTable table(one.yields);
    lines_.push_back({one.kind, one.origin, yield, std::move(one.energiesMev), std::move(table)});
  }
  for (BetaSource& one : betas) {
    Beta beta{one.positron, 0, std::move(one.energiesMev), std::move(one.perMevAndDecay), {0.0}};
    double energy = 0;
    for (std::size_t i = 1; i < beta.energies.size(); ++i) {
      const double a = beta.energies[i - 1];
      const double b = beta.energies[i];
      const double f = beta.density[i - 1];
      const double g = beta.density[i];
      beta.cumulative.push_back(beta.cumulative.back() + 0.5 * (b - a) * (f + g));
      energy += (b - a) * (f * (2 * a + b) + g * (a + 2 * b)) / 6;
    }
    beta.yield = beta.cumulative.back();
    if (!(beta.yield > 0)) continue;
    const double mass = beta.positron ? 2 * electronMassMev : 0;
    meanMev_ += energy + beta.yield * mass;
    largestMev_ += std::ceil(beta.yield) * (beta.energies.back() + mass);
    betas_.push_back(std::move(beta));
  }
}

double DecaySource::Beta::sample(RandomStream& random) const {
  const double wanted = random.uniform53() * cumulative.back();
  const auto after = std::upper_bound(cumulative.begin(), cumulative.end(), wanted);
  const std::size_t i = std::clamp<std::size_t>(static_cast<std::size_t>(after - cumulative.begin()), 1, cumulative.size() - 1);
  const double width = energies[i] - energies[i - 1];
  const double f = density[i - 1];
  const double slope = (density[i] - f) / width;
  const double part = wanted - cumulative[i - 1];
  // part = f s + slope s²/2, the stable root.
  const double root = std::sqrt(std::max(0.0, f * f + 2 * slope * part));
  const double s = f + root > 0 ? 2 * part / (f + root) : width;
  return energies[i - 1] + std::clamp(s, 0.0, width);
}

}  // namespace theratwin::transport
