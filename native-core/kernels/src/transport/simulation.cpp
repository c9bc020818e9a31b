#include "simulation.hpp"

#include <algorithm>
#include <cmath>

#include "../thread_pool.hpp"
#include "alpha.hpp"
#include "electron.hpp"
#include "geometry_homogeneous.hpp"
#include "geometry_voxels.hpp"
#include "photon.hpp"

namespace theratwin::transport {
namespace {

// Histories of one task: small, so that cancelling and progress are quick also where a history takes long.
constexpr std::uint64_t historiesPerTask = 256;

struct Start {
  Vec3 positionCm;
  int region;
};

template <class Geometry, class BinOf, class StartAt>
class SimulationOf final : public Simulation {
 public:
  SimulationOf(const MediaView& media, const TransportSettings& settings, DecaySource source, Geometry geometry, BinOf binOf,
               StartAt startAt, StructureParts parts, std::uint64_t seed)
      : settings_(settings),
        source_(std::move(source)),
        geometry_(std::move(geometry)),
        binOf_(std::move(binOf)),
        startAt_(std::move(startAt)),
        parts_(std::move(parts)),
        electrons_(media, settings),
        photons_(media, settings, geometry_.maxDensities()),
        alphas_(media),
        seed_(seed),
        // Photons of hard events and positrons from pairs keep the origin of their primary: only these can occur.
        used_{originsOf(source_)},
        bins_(binOf_.count(), used_, Quanta(std::max(source_.largestMev(), 1e-3))),
        structures_(static_cast<std::size_t>(parts_.count), used_, bins_.quanta()) {}

  Status run(std::uint64_t first, std::uint64_t count, unsigned threads, const Control& control) override {
    const std::size_t tasks = static_cast<std::size_t>((count + historiesPerTask - 1) / historiesPerTask);
    return parallelFor(tasks, threads, control, [&](std::size_t task) {
      HistoryScorer<BinOf> scorer(binOf_, bins_, structures_, parts_);
      scorer.begin();
      ParticleStack stack;
      stack.reserve(64);
      std::int64_t emitted = 0;
      std::int64_t deposited = 0;
      const std::uint64_t from = first + task * historiesPerTask;
      const std::uint64_t to = std::min(first + count, from + historiesPerTask);
      for (std::uint64_t history = from; history < to; ++history) {
        RandomStream random(seed_, history);
        emitted += std::llround(decay(random, stack, scorer) / bins_.quanta().energyMev);
        deposited += scorer.flush();
      }
      emitted_.fetch_add(emitted, std::memory_order_relaxed);
      deposited_.fetch_add(deposited, std::memory_order_relaxed);
    });
  }

  Tally& bins() override { return bins_; }
  Tally& structures() override { return structures_; }

 private:
  static std::array<bool, originCount> originsOf(const DecaySource& source) { return source.origins(); }

  double decay(RandomStream& random, ParticleStack& stack, HistoryScorer<BinOf>& scorer) const {
    const Start start = startAt_(random, geometry_);
    double emitted = source_.recoilMev();
    if (emitted > 0) scorer.deposit(start.region, start.positionCm, emitted, Origin::recoil);
    source_.decay(random, [&](Kind kind, Origin origin, double energyMev) {
      emitted += energyMev + (kind == Kind::positron ? 2 * electronMassMev : 0);
      const int copies = kind == Kind::photon ? settings_.photonSplitting : 1;
      for (int i = 0; i < copies; ++i)
        stack.push_back({kind, origin, energyMev, 1.0 / copies, start.positionCm, isotropicDirection(random), start.region});
    });
    while (!stack.empty()) {
      const Particle p = stack.back();
      stack.pop_back();
      // In vacuum nothing happens: what is there has left.
      if (!(geometry_.densityGPerCm3(p.region) > 0)) continue;
      switch (p.kind) {
        case Kind::photon:
          transportPhoton(photons_, geometry_, p, random, stack, scorer);
          break;
        case Kind::alpha:
          transportAlpha(alphas_, geometry_, p, random, stack, scorer);
          break;
        default:
          transportElectron(electrons_, geometry_, p, random, stack, scorer);
      }
    }
    scorer.takeOutside();
    return emitted;
  }

  TransportSettings settings_;
  DecaySource source_;
  Geometry geometry_;
  BinOf binOf_;
  StartAt startAt_;
  StructureParts parts_;
  ElectronTables electrons_;
  PhotonTables photons_;
  AlphaTables alphas_;
  std::uint64_t seed_;
  std::array<bool, originCount> used_;
  Tally bins_;
  Tally structures_;
};

// Voxels with activity, drawn by their share; uniform inside.
class StartInVoxels {
 public:
  explicit StartInVoxels(std::span<const float> activity) : voxels_(positive(activity)), table_(weightsOf(activity, voxels_)) {}
  template <class Geometry>
  Start operator()(RandomStream& random, const Geometry& geometry) const {
    const int voxel = static_cast<int>(voxels_[table_.draw(random)]);
    const double u = random.uniform();
    const double v = random.uniform();
    const double w = random.uniform();
    return {geometry.pointIn(voxel, u, v, w), voxel};
  }

 private:
  static std::vector<std::uint32_t> positive(std::span<const float> activity) {
    std::vector<std::uint32_t> found;
    for (std::size_t i = 0; i < activity.size(); ++i)
      if (activity[i] > 0) found.push_back(static_cast<std::uint32_t>(i));
    return found;
  }
  static std::vector<double> weightsOf(std::span<const float> activity, const std::vector<std::uint32_t>& voxels) {
    std::vector<double> weights;
    weights.reserve(voxels.size());
    for (const std::uint32_t i : voxels) weights.push_back(activity[i]);
    return weights;
  }
  std::vector<std::uint32_t> voxels_;
  AliasTable table_;
};

struct StartInShell {
  int shell;
  double innerCm;
  double outerCm;
  template <class Geometry>
  Start operator()(RandomStream& random, const Geometry&) const {
    if (shell < 0) return {{0, 0, 0}, 0};
    const double a = innerCm * innerCm * innerCm;
    const double b = outerCm * outerCm * outerCm;
    const double r = std::min(std::cbrt(a + (b - a) * random.uniform53()), outerCm * (1 - 1e-12));
    return {along({0, 0, 0}, isotropicDirection(random), r), shell};
  }
};

struct StartInCell {
  std::array<double, 3> cellCm;
  template <class Geometry>
  Start operator()(RandomStream& random, const Geometry&) const {
    const double x = (random.uniform() - 0.5) * cellCm[0];
    const double y = (random.uniform() - 0.5) * cellCm[1];
    const double z = (random.uniform() - 0.5) * cellCm[2];
    return {{x, y, z}, 0};
  }
};

DecaySource sourceOf(SourceSpec&& spec) { return {std::move(spec.lines), std::move(spec.betas), spec.recoilMev}; }

// Owns what its geometry looks at.
class OwnedVoxels : public VoxelGeometry {
 public:
  OwnedVoxels(std::shared_ptr<VoxelSpec> spec, int mediumCount)
      : VoxelGeometry(spec->size, spec->spacingCm, spec->media, spec->densitiesGPerCm3, mediumCount), spec_(std::move(spec)) {}

 private:
  std::shared_ptr<VoxelSpec> spec_;
};

}  // namespace

std::unique_ptr<Simulation> simulateVoxels(const MediaView& media, const TransportSettings& settings, SourceSpec source,
                                           VoxelSpec spec, std::uint64_t seed) {
  StartInVoxels start(spec.activity);
  StructureParts parts = std::move(spec.structures);
  auto kept = std::make_shared<VoxelSpec>(std::move(spec));
  const std::size_t count = kept->media.size();
  return std::make_unique<SimulationOf<OwnedVoxels, RegionBins, StartInVoxels>>(
      media, settings, sourceOf(std::move(source)), OwnedVoxels(std::move(kept), media.mediumCount), RegionBins{count},
      std::move(start), std::move(parts), seed);
}

std::unique_ptr<Simulation> simulateShells(const MediaView& media, const TransportSettings& settings, SourceSpec source,
                                           ShellSpec spec, std::uint64_t seed) {
  const int shell = spec.sourceShell;
  const StartInShell start{shell, shell > 0 ? spec.shells[shell - 1].outerRadiusCm : 0.0,
                           shell >= 0 ? spec.shells[shell].outerRadiusCm : 0.0};
  const std::size_t count = spec.shells.size();
  return std::make_unique<SimulationOf<ShellGeometry, RegionBins, StartInShell>>(
      media, settings, sourceOf(std::move(source)), ShellGeometry(std::move(spec.shells), media.mediumCount), RegionBins{count},
      start, StructureParts{}, seed);
}

std::unique_ptr<Simulation> simulateRadial(const MediaView& media, const TransportSettings& settings, SourceSpec source,
                                           RadialSpec spec, std::uint64_t seed) {
  return std::make_unique<SimulationOf<HomogeneousGeometry, RadialBins, StartInShell>>(
      media, settings, sourceOf(std::move(source)),
      HomogeneousGeometry(spec.medium, media.mediumCount, spec.densityGPerCm3, {0, 0, 0}), RadialBins(std::move(spec.radiiCm)),
      StartInShell{-1, 0, 0}, StructureParts{}, seed);
}

std::unique_ptr<Simulation> simulateLattice(const MediaView& media, const TransportSettings& settings, SourceSpec source,
                                            LatticeSpec spec, std::uint64_t seed) {
  return std::make_unique<SimulationOf<HomogeneousGeometry, LatticeBins, StartInCell>>(
      media, settings, sourceOf(std::move(source)),
      HomogeneousGeometry(spec.medium, media.mediumCount, spec.densityGPerCm3, spec.cellCm), LatticeBins(spec.cellCm, spec.reach),
      StartInCell{spec.cellCm}, StructureParts{}, seed);
}

}  // namespace theratwin::transport
