#include "transport_input.hpp"

#include <array>
#include <cmath>
#include <utility>
#include <vector>

namespace theratwin::binding {
namespace {

using transport::Simulation;

bool positiveAndFinite(std::span<const double> values, bool zeroAllowed) {
  for (const double v : values)
    if (!(std::isfinite(v) && (v > 0 || (zeroAllowed && v == 0)))) return false;
  return true;
}

bool readSpacing(Fields& f, const char* name, std::array<double, 3>& out) {
  const auto values = f.array<double>(name);
  if (!f.require(values.size() == 3 && positiveAndFinite(values, false), name, "must be three positive lengths")) return false;
  out = {values[0], values[1], values[2]};
  return true;
}

std::unique_ptr<Simulation> makeVoxels(Fields f, const transport::MediaView& media, const transport::TransportSettings& settings,
                                       transport::SourceSpec source, std::uint64_t seed) {
  transport::VoxelSpec spec;
  const auto size = f.array<std::int32_t>("size");
  if (!f.require(size.size() == 3 && size[0] > 0 && size[1] > 0 && size[2] > 0, "size", "must be three numbers of voxels") ||
      !readSpacing(f, "spacingCm", spec.spacingCm))
    return nullptr;
  const double voxels = static_cast<double>(size[0]) * size[1] * size[2];
  if (!f.require(voxels < 2e9, "size", "describes more than 2e9 voxels")) return nullptr;
  spec.size = {size[0], size[1], size[2]};
  spec.media = f.copy<std::uint8_t>("mediumIndex");
  spec.densitiesGPerCm3 = f.copy<float>("densityGPerMl");
  spec.activity = f.array<float>("activity");
  const std::size_t count = static_cast<std::size_t>(voxels);
  if (!f.require(spec.media.size() == count && spec.densitiesGPerCm3.size() == count && spec.activity.size() == count,
                 "mediumIndex", "and the other maps must have as many voxels as size says"))
    return nullptr;
  bool active = false;
  for (std::size_t i = 0; i < count; ++i) {
    if (!f.require(spec.media[i] < media.mediumCount, "mediumIndex", "names a medium that is not there") ||
        !f.require(std::isfinite(spec.densitiesGPerCm3[i]) && spec.densitiesGPerCm3[i] > 0, "densityGPerMl", "must be positive") ||
        !f.require(std::isfinite(spec.activity[i]) && spec.activity[i] >= 0, "activity", "must not be negative"))
      return nullptr;
    active = active || spec.activity[i] > 0;
  }
  if (!f.require(active, "activity", "is zero everywhere")) return nullptr;
  spec.structures.count = f.integer("structureCount", 0, 10000);
  if (f.ok() && spec.structures.count > 0) {
    spec.structures.firstOfBin = f.copy<std::uint32_t>("structureFirst");
    spec.structures.structure = f.copy<std::uint32_t>("structureIndex");
    spec.structures.fraction = f.copy<float>("structureFraction");
    const auto& parts = spec.structures;
    if (!f.require(parts.firstOfBin.size() == count + 1 && parts.structure.size() == parts.fraction.size() &&
                       parts.firstOfBin.back() == parts.structure.size(),
                   "structureFirst", "does not fit structureIndex and structureFraction"))
      return nullptr;
    for (std::size_t i = 0; i < count; ++i)
      if (!f.require(parts.firstOfBin[i] <= parts.firstOfBin[i + 1], "structureFirst", "must not descend")) return nullptr;
    for (const std::uint32_t s : parts.structure)
      if (!f.require(s < static_cast<std::uint32_t>(parts.count), "structureIndex", "names a structure that is not there")) return nullptr;
  }
  if (!f.ok()) return nullptr;
  return transport::simulateVoxels(media, settings, std::move(source), std::move(spec), seed);
}

std::unique_ptr<Simulation> makeOther(const std::string& kind, Fields f, const transport::MediaView& media,
                                      const transport::TransportSettings& settings, transport::SourceSpec source,
                                      std::uint64_t seed) {
  if (kind == "shells") {
    const auto radii = f.array<double>("outerRadiiCm");
    const auto index = f.array<std::int32_t>("medium");
    const auto density = f.array<double>("densityGPerMl");
    const int start = f.integer("sourceShell", -1, 1 << 20);
    if (!f.require(!radii.empty() && radii.size() == index.size() && radii.size() == density.size() &&
                       start < static_cast<int>(radii.size()),
                   "outerRadiiCm", "must be as many as medium and densityGPerMl, and hold sourceShell"))
      return nullptr;
    transport::ShellSpec spec;
    spec.sourceShell = start;
    for (std::size_t i = 0; i < radii.size(); ++i) {
      if (!f.require(radii[i] > (i == 0 ? 0.0 : radii[i - 1]), "outerRadiiCm", "must ascend from above 0") ||
          !f.require(index[i] >= 0 && index[i] < media.mediumCount, "medium", "names a medium that is not there") ||
          !f.require(std::isfinite(density[i]) && density[i] >= 0, "densityGPerMl", "must not be negative"))
        return nullptr;
      spec.shells.push_back({radii[i], index[i], density[i]});
    }
    if (!f.require(start < 0 || std::isfinite(radii[static_cast<std::size_t>(start)]), "sourceShell", "must be finite")) return nullptr;
    return transport::simulateShells(media, settings, std::move(source), std::move(spec), seed);
  }
  const int medium = f.integer("medium", 0, media.mediumCount - 1);
  const double density = f.number("densityGPerMl", 1e-6, 1e3);
  if (kind == "radial") {
    auto radii = f.copy<double>("outerRadiiCm");
    for (std::size_t i = 0; i < radii.size(); ++i)
      f.require(std::isfinite(radii[i]) && radii[i] > (i == 0 ? 0.0 : radii[i - 1]), "outerRadiiCm", "must ascend from above 0");
    if (!f.require(!radii.empty(), "outerRadiiCm", "must not be empty")) return nullptr;
    return transport::simulateRadial(media, settings, std::move(source), {medium, density, std::move(radii)}, seed);
  }
  if (!f.require(kind == "lattice", "kind", "must be voxels, shells, radial or lattice")) return nullptr;
  transport::LatticeSpec spec{medium, density, {}, f.integer("reach", 0, 100)};
  if (!readSpacing(f, "cellCm", spec.cellCm) || !f.ok()) return nullptr;
  return transport::simulateLattice(media, settings, std::move(source), spec, seed);
}

}  // namespace

bool readMedia(Fields f, transport::MediaView& m) {
  m.mediumCount = f.integer("mediumCount", 1, 256);
  m.nominalDensityGPerMl = f.array<double>("nominalDensityGPerMl");
  m.electronsMolPerG = f.array<double>("electronsMolPerG");
  m.elementStart = f.array<std::int32_t>("elementStart");
  m.elementZ = f.array<std::int32_t>("elementZ");
  m.elementAtomicMass = f.array<double>("elementAtomicMass");
  m.elementMassFraction = f.array<double>("elementMassFraction");
  m.photonMinMev = f.number("photonMinMev", 1e-6, 1e3);
  m.photonMaxMev = f.number("photonMaxMev", 1e-6, 1e3);
  m.photonCount = f.integer("photonCount", 2, 1 << 20);
  m.coherent = f.array<double>("coherent");
  m.incoherent = f.array<double>("incoherent");
  m.photoelectric = f.array<double>("photoelectric");
  m.pair = f.array<double>("pair");
  m.formFactorCount = f.integer("formFactorCount", 2, 1 << 20);
  m.formFactorX = f.array<double>("formFactorX");
  m.formFactorSquared = f.array<double>("formFactorSquared");
  m.incoherentFunction = f.array<double>("incoherentFunction");
  m.fluorescenceStart = f.array<std::int32_t>("fluorescenceStart");
  m.fluorescenceZ = f.array<std::int32_t>("fluorescenceZ");
  m.fluorescenceEdgeMev = f.array<double>("fluorescenceEdgeMev");
  m.fluorescenceYield = f.array<double>("fluorescenceYield");
  m.fluorescenceLineMev = f.array<double>("fluorescenceLineMev");
  m.fluorescenceLineWeight = f.array<double>("fluorescenceLineWeight");
  m.fluorescenceShare = f.array<double>("fluorescenceShare");
  m.electronMinMev = f.number("electronMinMev", 1e-6, 1e3);
  m.electronMaxMev = f.number("electronMaxMev", 1e-6, 1e3);
  m.electronCount = f.integer("electronCount", 2, 1 << 20);
  m.collisionStopping = f.array<double>("collisionStopping");
  m.radiativeStopping = f.array<double>("radiativeStopping");
  m.bremsEnergyCount = f.integer("bremsEnergyCount", 2, 1 << 16);
  m.bremsEnergiesMev = f.array<double>("bremsEnergiesMev");
  m.bremsFractionCount = f.integer("bremsFractionCount", 2, 1 << 16);
  m.bremsFractions = f.array<double>("bremsFractions");
  m.bremsKDsigmaDk = f.array<double>("bremsKDsigmaDk");
  m.alphaMinMev = f.number("alphaMinMev", 1e-6, 1e3);
  m.alphaMaxMev = f.number("alphaMaxMev", 1e-6, 1e3);
  m.alphaCount = f.integer("alphaCount", 2, 1 << 20);
  m.alphaStopping = f.array<double>("alphaStopping");
  if (!f.ok()) return false;
  const std::size_t media = static_cast<std::size_t>(m.mediumCount);
  const auto size = [&](const char* name, std::size_t found, std::size_t wanted) {
    return f.require(found == wanted, name, "has " + std::to_string(found) + " entries instead of " + std::to_string(wanted));
  };
  const std::size_t photons = media * static_cast<std::size_t>(m.photonCount);
  const std::size_t electrons = media * static_cast<std::size_t>(m.electronCount);
  if (!size("electronsMolPerG", m.electronsMolPerG.size(), media) || !size("elementStart", m.elementStart.size(), media + 1) ||
      !size("coherent", m.coherent.size(), photons) || !size("incoherent", m.incoherent.size(), photons) ||
      !size("photoelectric", m.photoelectric.size(), photons) || !size("pair", m.pair.size(), photons) ||
      !size("formFactorSquared", m.formFactorSquared.size(), media * m.formFactorX.size()) ||
      !size("formFactorX", m.formFactorX.size(), static_cast<std::size_t>(m.formFactorCount)) ||
      !size("incoherentFunction", m.incoherentFunction.size(), media * m.formFactorX.size()) ||
      !size("collisionStopping", m.collisionStopping.size(), electrons) ||
      !size("radiativeStopping", m.radiativeStopping.size(), electrons) ||
      !size("bremsKDsigmaDk", m.bremsKDsigmaDk.size(),
            media * static_cast<std::size_t>(m.bremsEnergyCount) * static_cast<std::size_t>(m.bremsFractionCount)) ||
      !size("bremsEnergiesMev", m.bremsEnergiesMev.size(), static_cast<std::size_t>(m.bremsEnergyCount)) ||
      !size("bremsFractions", m.bremsFractions.size(), static_cast<std::size_t>(m.bremsFractionCount)) ||
      !size("fluorescenceStart", m.fluorescenceStart.size(), media + 1) ||
      !size("alphaStopping", m.alphaStopping.size(), media * static_cast<std::size_t>(m.alphaCount)))
    return false;
  const std::size_t elements = static_cast<std::size_t>(m.elementStart[media]);
  const std::size_t lines = static_cast<std::size_t>(m.fluorescenceStart[media]);
  return size("elementZ", m.elementZ.size(), elements) && size("elementAtomicMass", m.elementAtomicMass.size(), elements) &&
         size("elementMassFraction", m.elementMassFraction.size(), elements) &&
         size("fluorescenceEdgeMev", m.fluorescenceEdgeMev.size(), lines) &&
         size("fluorescenceYield", m.fluorescenceYield.size(), lines) &&
         size("fluorescenceLineMev", m.fluorescenceLineMev.size(), 2 * lines) &&
         size("fluorescenceLineWeight", m.fluorescenceLineWeight.size(), 2 * lines) &&
         size("fluorescenceShare", m.fluorescenceShare.size(), lines * static_cast<std::size_t>(m.photonCount));
}

bool readSettings(Fields f, transport::TransportSettings& s) {
  s.electronCutMev = f.number("electronCutMev", 1e-3, 10);
  s.photonCutMev = f.number("photonCutMev", 1e-3, 10);
  s.deltaCutMev = f.number("deltaCutMev", 1e-3, 10);
  s.bremsCutMev = f.number("bremsCutMev", 1e-3, 10);
  s.maxEnergyLossFraction = f.number("maxEnergyLossFraction", 1e-3, 0.5);
  s.maxScatteringPerStep = f.number("maxScatteringPerStep", 1e-3, 1);
  s.photonSplitting = f.integer("photonSplitting", 1, 1000);
  return f.ok();
}

bool readSource(Fields f, transport::SourceSpec& source) {
  source.recoilMev = f.number("recoilMev", 0, 1e3);
  for (Fields& one : f.list("lines")) {
    const std::string kind = one.text("kind");
    const int origin = one.integer("origin", 0, transport::originCount - 1);
    transport::LineSource line{transport::Kind::photon, static_cast<transport::Origin>(origin), one.copy<double>("energiesMev"),
                               one.copy<double>("yields")};
    if (kind == "electron") line.kind = transport::Kind::electron;
    else if (kind == "positron") line.kind = transport::Kind::positron;
    else if (kind == "alpha") line.kind = transport::Kind::alpha;
    else one.require(kind == "photon", "kind", "must be photon, electron, positron or alpha");
    one.require(line.energiesMev.size() == line.yields.size(), "yields", "must be as many as energiesMev");
    one.require(positiveAndFinite(line.energiesMev, false), "energiesMev", "must be positive");
    one.require(positiveAndFinite(line.yields, true), "yields", "must not be negative");
    for (const double e : line.energiesMev) one.require(e <= 16, "energiesMev", "must not exceed 16 MeV");
    if (!one.ok()) return false;
    if (!line.energiesMev.empty()) source.lines.push_back(std::move(line));
  }
  for (Fields& one : f.list("betas")) {
    transport::BetaSource beta{one.integer("positron", 0, 1) == 1, one.copy<double>("energiesMev"), one.copy<double>("perMevAndDecay")};
    one.require(beta.energiesMev.size() == beta.perMevAndDecay.size() && beta.energiesMev.size() >= 2, "perMevAndDecay",
                "must be as many as energiesMev, two at least");
    one.require(positiveAndFinite(beta.perMevAndDecay, true), "perMevAndDecay", "must not be negative");
    for (std::size_t i = 1; one.ok() && i < beta.energiesMev.size(); ++i)
      one.require(beta.energiesMev[i] > beta.energiesMev[i - 1] && beta.energiesMev[i] <= 16, "energiesMev",
                  "must ascend, up to 16 MeV at most");
    if (!one.ok()) return false;
    source.betas.push_back(std::move(beta));
  }
  return f.ok();
}

std::unique_ptr<Simulation> makeSimulation(const std::string& kind, Fields geometry, const transport::MediaView& media,
                                           const transport::TransportSettings& settings, transport::SourceSpec source,
                                           std::uint64_t seed) {
  return kind == "voxels" ? makeVoxels(geometry, media, settings, std::move(source), seed)
                          : makeOther(kind, geometry, media, settings, std::move(source), seed);
}

}  // namespace theratwin::binding
