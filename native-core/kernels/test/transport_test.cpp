#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "harness.hpp"
#include "made_up_media.hpp"
#include "transport/electron_scattering.hpp"
#include "transport/electron_tables.hpp"
#include "transport/geometry_shells.hpp"
#include "transport/geometry_voxels.hpp"
#include "transport/photon_tables.hpp"
#include "transport/random.hpp"
#include "transport/simulation.hpp"

using namespace theratwin;
using namespace theratwin::transport;

namespace {

const test::MadeUpMedia& media() {
  static const test::MadeUpMedia made;
  return made;
}

// An electron line, a photon line, a positron spectrum, an alpha and recoil: everything that is followed.
SourceSpec mixedSource() {
  SourceSpec source;
  source.lines.push_back({Kind::electron, Origin::electron, {0.05, 0.6}, {0.3, 0.9}});
  source.lines.push_back({Kind::photon, Origin::photon, {0.03, 0.4, 1.8}, {0.2, 0.8, 0.1}});
  source.lines.push_back({Kind::alpha, Origin::alpha, {5.5}, {0.25}});
  source.betas.push_back({true, {0, 0.3, 0.9}, {0, 1, 0}});
  source.recoilMev = 0.02;
  return source;
}

VoxelSpec patchyVoxels(std::span<const float> activity) {
  VoxelSpec spec;
  spec.size = {5, 4, 3};
  spec.spacingCm = {0.2, 0.3, 0.5};
  for (int i = 0; i < 60; ++i) {
    spec.media.push_back(static_cast<std::uint8_t>(i % 7 == 0));
    spec.densitiesGPerCm3.push_back(i % 5 == 0 ? 0.26F : i % 7 == 0 ? 1.7F : 1.0F);
  }
  spec.activity = activity;
  spec.structures.count = 1;
  for (std::uint32_t i = 0; i <= 60; ++i) spec.structures.firstOfBin.push_back(i < 30 ? i : 30);
  spec.structures.structure.assign(30, 0);
  spec.structures.fraction.assign(30, 1.0F);
  return spec;
}

std::vector<std::int64_t> stateOf(Simulation& simulation) {
  std::vector<std::int64_t> all(simulation.bins().energyState().begin(), simulation.bins().energyState().end());
  for (const auto part : {simulation.bins().squareState(), simulation.structures().energyState(), simulation.structures().squareState()})
    all.insert(all.end(), part.begin(), part.end());
  all.push_back(simulation.emittedQuanta());
  all.push_back(simulation.depositedQuanta());
  return all;
}

double binned(Simulation& simulation) {
  double sum = 0;
  for (std::size_t i = 0; i < simulation.bins().bins(); ++i) sum += simulation.bins().energyMev(i);
  return sum;
}

}  // namespace

TEST("Philox: known answers of the authors' library (Random123, kat_vectors, philox4x32 10)") {
  RandomStream zeros(0, 0, 0);
  for (const std::uint32_t word : {0x9b00dbd8u, 0xbc57ac4cu, 0xe169c58du, 0x6627e8d5u}) CHECK(zeros.word() == word);
}

TEST("Streams of one history differ by purpose, and of one seed by history") {
  CHECK(RandomStream(1, 5, 0).word() != RandomStream(1, 5, 1).word());
  CHECK(RandomStream(1, 5, 0).word() != RandomStream(1, 6, 0).word());
  CHECK(RandomStream(1, 5, 0).word() == RandomStream(1, 5, 0).word());
}

TEST("Alias table: every index as often as its weight says") {
  const std::vector<double> weights{0.5, 0, 3, 1.5, 5};
  const AliasTable table(weights);
  std::array<int, 5> counts{};
  RandomStream random(7, 0);
  constexpr int draws = 200000;
  for (int i = 0; i < draws; ++i) ++counts[table.draw(random)];
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double p = weights[i] / 10;
    CHECK_NEAR(counts[i] / static_cast<double>(draws), p, 4 * std::sqrt(p * (1 - p) / draws) + 1e-12);
  }
}

TEST("A decay sends out, on the average, what the source says") {
  SourceSpec spec = mixedSource();
  const DecaySource source(spec.lines, spec.betas, spec.recoilMev);
  // Mean of the triangular spectrum 0 – 0.3 – 0.9 is 0.4 MeV; its integral is 0.45 positrons.
  const double expected = 0.3 * 0.05 + 0.9 * 0.6 + 0.2 * 0.03 + 0.8 * 0.4 + 0.1 * 1.8 + 0.25 * 5.5 + 0.02 + 0.45 * (0.4 + 2 * electronMassMev);
  CHECK_NEAR(source.meanMev(), expected, 1e-12);
  double sum = 0;
  double squares = 0;
  constexpr int decays = 100000;
  for (int i = 0; i < decays; ++i) {
    RandomStream random(3, static_cast<std::uint64_t>(i));
    double one = source.recoilMev();
    source.decay(random, [&](Kind kind, Origin, double energyMev) {
      one += energyMev + (kind == Kind::positron ? 2 * electronMassMev : 0);
    });
    CHECK(one <= source.largestMev());
    sum += one;
    squares += one * one;
  }
  const double mean = sum / decays;
  CHECK_NEAR(mean, expected, 4 * std::sqrt((squares / decays - mean * mean) / decays));
}

TEST("Positrons of one energy bring the photons of their annihilation") {
  const DecaySource source({{Kind::positron, Origin::electron, {0.1}, {1.0}}}, {}, 0);
  CHECK(source.origins()[static_cast<int>(Origin::photon)]);
  CHECK_NEAR(source.meanMev(), 0.1 + 2 * electronMassMev, 1e-12);
  CHECK_NEAR(source.largestMev(), 0.1 + 2 * electronMassMev, 1e-12);
}

TEST("Deflections: the mean cosine of the table is that of the theory, whatever the step") {
  const MediaView view = media().view();
  for (const double energy : {0.02, 0.1, 0.5, 2.0}) {
    for (const double strength : {0.05, 0.15, 0.5}) {
      const std::vector<double> coefficients = coefficientsFor(view, 0, energy, 0.1, strength);
      for (std::size_t l = 2; l < coefficients.size(); ++l) CHECK(coefficients[l] <= 2 * coefficients[0] * (1 + 1e-9));
      std::vector<float> quantiles(97);
      deflectionQuantiles(coefficients, strength / coefficients[1], quantiles);
      double cosine = 0;
      constexpr int draws = 40000;
      for (int i = 0; i < draws; ++i) {
        const double v = (1 - std::sqrt(1 - (i + 0.5) / draws)) * 96;
        const auto j = std::min<std::size_t>(static_cast<std::size_t>(v), 95);
        cosine += 1 - 2 * (quantiles[j] + (v - static_cast<double>(j)) * (quantiles[j + 1] - quantiles[j]));
      }
      CHECK_NEAR(cosine / draws, std::exp(-strength), 2e-4);
      for (std::size_t j = 1; j < quantiles.size(); ++j) CHECK(quantiles[j] >= quantiles[j - 1] && quantiles[j] <= 1);
    }
  }
}

TEST("Voxels: crossings lead through neighbours, also from corners, and out at the end") {
  std::vector<std::uint8_t> medium(60, 0);
  std::vector<float> density(60, 1.0F);
  const VoxelGeometry geometry({5, 4, 3}, {0.2, 0.3, 0.5}, medium, density, 1);
  RandomStream random(11, 0);
  for (int i = 0; i < 2000; ++i) {
    Vec3 p = i % 4 == 0 ? Vec3{0.4, 0.6, 0.5} : geometry.pointIn(i % 60, random.uniform(), random.uniform(), random.uniform());
    const Vec3 d = i % 3 == 0 ? Vec3{0.6, -0.8, 0} : isotropicDirection(random);
    int region = geometry.regionAt(p);
    double way = 0;
    int crossings = 0;
    while (region >= 0 && crossings < 20) {
      const auto crossing = geometry.cross(p, d, region);
      CHECK(crossing.distanceCm >= 0);
      p = along(p, d, crossing.distanceCm);
      way += crossing.distanceCm;
      region = crossing.region;
      ++crossings;
    }
    CHECK(region < 0 && way <= std::sqrt(1.0 + 1.44 + 2.25) + 1e-9);
  }
  CHECK(geometry.regionAt({-1e-12, 0.1, 0.1}) == -1 && geometry.regionAt({1.0, 0.1, 0.1}) == -1);
}

TEST("Shells: chords add up to the way through the ball") {
  const ShellGeometry geometry({{0.5, 0, 1.0}, {1.0, 0, 1.0}, {std::numeric_limits<double>::infinity(), 0, 1.0}}, 1);
  Vec3 p{-0.999999, 0.2, 0};
  const Vec3 d{1, 0, 0};
  double way = 0;
  for (int region = geometry.regionAt(p); region >= 0 && region < 2;) {
    const auto crossing = geometry.cross(p, d, region);
    way += crossing.distanceCm;
    p = along(p, d, crossing.distanceCm);
    region = crossing.region;
  }
  // Starts outside the ball of 1 cm, in the last shell: crossing inwards counts from there.
  CHECK(geometry.regionAt({-0.999999, 0.2, 0}) == 2);
  const auto inwards = geometry.cross({-2, 0.2, 0}, d, 2);
  CHECK(inwards.region == 1);
  CHECK_NEAR(inwards.distanceCm, 2 - std::sqrt(1 - 0.04), 1e-12);
  CHECK_NEAR(geometry.safetyCm({0.7, 0, 0}, 1), 0.2, 1e-12);
  CHECK(way == 0);
}

TEST("Everything that is sent out in a medium without end is deposited") {
  auto simulation = simulateRadial(media().view(), {}, mixedSource(), {0, 1.0, {1e9}}, 5);
  CHECK(simulation->run(0, 2000, 1, {}) == Status::done);
  const double emitted = static_cast<double>(simulation->emittedQuanta()) * simulation->bins().quanta().energyMev;
  CHECK_NEAR(binned(*simulation) / emitted, 1, 1e-6);  // counted in whole quanta of about 1e-7 MeV
}

TEST("Pairs that bremsstrahlung makes, and their annihilation, count as the electron that sent it out") {
  SourceSpec source;
  source.lines.push_back({Kind::electron, Origin::electron, {8.0}, {1.0}});
  auto simulation = simulateRadial(media().view(), {}, std::move(source), {0, 1.0, {1e9}}, 11);
  CHECK(simulation->run(0, 3000, 1, {}) == Status::done);
  CHECK(!simulation->bins().has(static_cast<int>(Origin::photon)));
  const double emitted = static_cast<double>(simulation->emittedQuanta()) * simulation->bins().quanta().energyMev;
  CHECK_NEAR(simulation->bins().energyMev(0, static_cast<int>(Origin::electron)) / emitted, 1, 1e-6);
}

TEST("Voxels: the same bits on one thread and on three, in one run and in two, stopped and gone on with") {
  std::vector<float> activity(60, 0.0F);
  activity[22] = 2;
  activity[37] = 1;
  const auto make = [&] { return simulateVoxels(media().view(), {}, mixedSource(), patchyVoxels(activity), 9); };
  const auto whole = make();
  CHECK(whole->run(0, 3000, 1, {}) == Status::done);
  const auto threaded = make();
  CHECK(threaded->run(0, 1000, 3, {}) == Status::done);
  const auto resumed = make();
  const std::vector<std::int64_t> first = stateOf(*threaded);
  std::size_t at = 0;
  for (const auto part : {resumed->bins().energyState(), resumed->bins().squareState(), resumed->structures().energyState(),
                          resumed->structures().squareState()})
    for (std::int64_t& value : part) value = first[at++];
  resumed->restore(first[at], first[at + 1]);
  CHECK(resumed->run(1000, 2000, 2, {}) == Status::done);
  CHECK(stateOf(*whole) == stateOf(*resumed));
  const auto otherSeed = simulateVoxels(media().view(), {}, mixedSource(), patchyVoxels(activity), 10);
  CHECK(otherSeed->run(0, 3000, 1, {}) == Status::done);
  CHECK(stateOf(*whole) != stateOf(*otherSeed));
  // The structure is the first thirty voxels, wholly.
  double sum = 0;
  for (std::size_t i = 0; i < 30; ++i) sum += whole->bins().energyMev(i);
  CHECK_NEAR(whole->structures().energyMev(0) / sum, 1, 1e-6);
}

TEST("A cancelled run says so") {
  std::vector<float> activity(60, 1.0F);
  const auto simulation = simulateVoxels(media().view(), {}, mixedSource(), patchyVoxels(activity), 9);
  std::int32_t cancel = 1;
  std::int32_t progress = 0;
  CHECK(simulation->run(0, 100000, 2, Control(&cancel, &progress)) == Status::cancelled);
}

TEST("Lattice: what a cell does not keep is where its neighbours are, evenly on all six sides") {
  SourceSpec source;
  source.lines.push_back({Kind::electron, Origin::electron, {0.9}, {1.0}});
  auto simulation = simulateLattice(media().view(), {}, std::move(source), {0, 1.0, {0.3, 0.3, 0.3}, 2}, 3);
  constexpr std::uint64_t histories = 20000;
  CHECK(simulation->run(0, histories, 2, {}) == Status::done);
  Tally& bins = simulation->bins();
  double least = 1e9;
  double most = 0;
  for (const int step : {1, 5, 25}) {
    for (const int sign : {-1, 1}) {
      const double face = bins.energyMev(static_cast<std::size_t>(62 + sign * step));
      least = std::min(least, face);
      most = std::max(most, face);
    }
  }
  CHECK(least > 0 && most / least < 1.1);
  CHECK(bins.energyMev(62) > most);
}

TEST("Photons that are only absorbed: what they leave within a radius is 1 − e^(−μr) (4 σ)") {
  const test::MadeUpMedia absorbing({.freeElectrons = true, .absorptionOnly = true});
  TransportSettings settings;
  settings.electronCutMev = 1;  // electrons stay where they are set free
  SourceSpec source;
  constexpr double energy = 0.06;
  source.lines.push_back({Kind::photon, Origin::photon, {energy}, {1.0}});
  const std::vector<double> radii{10, 30, 60, 120};
  auto simulation = simulateRadial(absorbing.view(), settings, std::move(source), {0, 1.2, radii}, 21);
  constexpr std::uint64_t histories = 200000;
  CHECK(simulation->run(0, histories, 2, {}) == Status::done);
  const double mu = 4e-6 / (energy * energy * energy) * 1.2;
  double within = 0;
  for (std::size_t i = 0; i < radii.size(); ++i) {
    within += simulation->bins().energyMev(i) / (energy * static_cast<double>(histories));
    const double expected = 1 - std::exp(-mu * radii[i]);
    // 0.2 % for the table between its points.
    CHECK_NEAR(within, expected, 4 * std::sqrt(expected * (1 - expected) / static_cast<double>(histories)) + 2e-3 * expected);
  }
}

TEST("Incoherent scattering by free electrons: mean and variance of the energy are Klein and Nishina's (5 σ)") {
  const test::MadeUpMedia free({.freeElectrons = true});
  const std::vector<double> densities{1, 1};
  const PhotonTables tables(free.view(), {}, densities);
  for (const double energy : {0.03, 0.2, 0.662, 2.5}) {
    // dσ/dε ∝ (1/ε + ε)(1 − ε sin²θ/(1 + ε²)), integrated by the midpoint rule.
    const double kappa = energy / electronMassMev;
    const double least = 1 / (1 + 2 * kappa);
    double norm = 0;
    double mean = 0;
    double square = 0;
    constexpr int steps = 20000;
    for (int i = 0; i < steps; ++i) {
      const double e = least + (1 - least) * (i + 0.5) / steps;
      const double t = (1 - e) / (kappa * e);
      const double weight = (1 / e + e) * (1 - e * t * (2 - t) / (1 + e * e));
      norm += weight;
      mean += weight * e;
      square += weight * e * e;
    }
    mean /= norm;
    const double sigma = std::sqrt(square / norm - mean * mean);
    RandomStream random(4, static_cast<std::uint64_t>(1000 * energy));
    constexpr int draws = 100000;
    double found = 0;
    double foundSquare = 0;
    for (int i = 0; i < draws; ++i) {
      double t = 0;
      const double e = tables.sampleCompton(0, energy, random, t);
      CHECK(std::abs(e * (1 + kappa * t) - 1) < 1e-9);
      found += e / draws;
      foundSquare += e * e / draws;
    }
    CHECK_NEAR(found, mean, 5 * sigma / std::sqrt(draws));
    CHECK_NEAR((foundSquare - found * found) / (sigma * sigma), 1, 0.02);
  }
}
