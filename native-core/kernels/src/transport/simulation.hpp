// A Monte Carlo run that can be gone on with: geometry, source and tables made once, histories by their index, sums kept.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "../control.hpp"
#include "geometry_shells.hpp"
#include "media_view.hpp"
#include "score.hpp"
#include "settings.hpp"
#include "source.hpp"

namespace theratwin::transport {

struct SourceSpec {
  std::vector<LineSource> lines;
  std::vector<BetaSource> betas;
  double recoilMev = 0;
};

struct VoxelSpec {
  std::array<int, 3> size{};
  std::array<double, 3> spacingCm{};
  std::vector<std::uint8_t> media;
  std::vector<float> densitiesGPerCm3;
  // Relative number of decays in each voxel.
  std::span<const float> activity;
  StructureParts structures;
};

struct ShellSpec {
  std::vector<Shell> shells;
  // Decays uniform in this shell; −1: at the origin.
  int sourceShell = 0;
};

// One medium without end; decays at the origin, counted in shells of these outer radii.
struct RadialSpec {
  int medium = 0;
  double densityGPerCm3 = 1;
  std::vector<double> radiiCm;
};

// One medium without end; decays uniform in the cell at the origin, counted in cells up to `reach` away along each axis.
struct LatticeSpec {
  int medium = 0;
  double densityGPerCm3 = 1;
  std::array<double, 3> cellCm{};
  int reach = 0;
};

class Simulation {
 public:
  virtual ~Simulation() = default;

  // Histories first … first + count − 1. A history depends on the seed and its index only. Where it is cancelled, what ran is not counted
  // consistently any more: the caller throws the simulation away.
  virtual Status run(std::uint64_t first, std::uint64_t count, unsigned threads, const Control& control) = 0;

  virtual Tally& bins() = 0;
  virtual Tally& structures() = 0;
  // Energies of all histories so far, in quanta of `bins()`: sent out, and deposited within bins.
  std::int64_t emittedQuanta() const { return emitted_.load(std::memory_order_relaxed); }
  std::int64_t depositedQuanta() const { return deposited_.load(std::memory_order_relaxed); }
  void restore(std::int64_t emitted, std::int64_t deposited) {
    emitted_ = emitted;
    deposited_ = deposited;
  }

 protected:
  std::atomic<std::int64_t> emitted_{0};
  std::atomic<std::int64_t> deposited_{0};
};

std::unique_ptr<Simulation> simulateVoxels(const MediaView&, const TransportSettings&, SourceSpec, VoxelSpec, std::uint64_t seed);
std::unique_ptr<Simulation> simulateShells(const MediaView&, const TransportSettings&, SourceSpec, ShellSpec, std::uint64_t seed);
std::unique_ptr<Simulation> simulateRadial(const MediaView&, const TransportSettings&, SourceSpec, RadialSpec, std::uint64_t seed);
std::unique_ptr<Simulation> simulateLattice(const MediaView&, const TransportSettings&, SourceSpec, LatticeSpec, std::uint64_t seed);

}  // namespace theratwin::transport
