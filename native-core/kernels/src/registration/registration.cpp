#include "registration.hpp"

#include <algorithm>
#include <cmath>

#include "../thread_pool.hpp"
#include "comparison.hpp"

namespace theratwin::registration {
namespace {

// Below this part of the fixed image's weight a match says little: chance decides.
constexpr double kLeastOverlap = 0.1;
// A field whose cells are squeezed to less than this is on the way to folding.
constexpr double kLeastJacobian = 0.05;

// Progress of all levels: each counts by the work of its lattice, and within it by iterations.
class Progress {
 public:
  Progress(const Problem& problem, const Control& control) : control_(control) {
    for (const Level& level : problem.levels) {
      const double work = static_cast<double>(level.lattice.count()) * level.optimiser.iterations;
      ends_.push_back((ends_.empty() ? 0 : ends_.back()) + work);
    }
  }
  void report(std::size_t level, double part) const {
    const double from = level == 0 ? 0 : ends_[level - 1];
    control_.report(static_cast<std::int32_t>(1000 * (from + std::min(1.0, part) * (ends_[level] - from)) / ends_.back()));
  }

 private:
  Control control_;
  std::vector<double> ends_;
};

// Rotation by |w| about w (Rodrigues), row-major.
std::array<double, 9> rotation(const Vec3& w) {
  const double angle = std::sqrt(w[0] * w[0] + w[1] * w[1] + w[2] * w[2]);
  const double s = angle < 1e-8 ? 1 : std::sin(angle) / angle;
  const double c = angle < 1e-8 ? 0.5 : (1 - std::cos(angle)) / (angle * angle);
  const std::array<double, 9> k = {0, -w[2], w[1], w[2], 0, -w[0], -w[1], w[0], 0};
  std::array<double, 9> r{};
  for (std::size_t row = 0; row < 3; ++row)
    for (std::size_t column = 0; column < 3; ++column) {
      double square = 0;
      for (std::size_t n = 0; n < 3; ++n) square += k[3 * row + n] * k[3 * n + column];
      r[3 * row + column] = (row == column ? 1.0 : 0.0) + s * k[3 * row + column] + c * square;
    }
  return r;
}

// Parameters of a linear change, all in mm: a shift, and rotations (or the entries of the matrix) times the radius of the points.
struct LinearModel {
  Kind kind;
  Affine start;
  // In moving patient coordinates: the middle of the points, about which is turned.
  Vec3 centre{};
  double radius = 1;

  std::size_t parameters() const { return kind == Kind::rigid ? 6 : 12; }

  Affine at(const std::vector<double>& p) const {
    std::array<double, 9> m{};
    if (kind == Kind::rigid) {
      m = rotation({p[3] / radius, p[4] / radius, p[5] / radius});
    } else {
      for (std::size_t n = 0; n < 9; ++n) m[n] = (n % 4 == 0 ? 1 : 0) + p[3 + n] / radius;
    }
    Affine change;
    for (std::size_t row = 0; row < 3; ++row) {
      double offset = centre[row] + p[row];
      for (std::size_t column = 0; column < 3; ++column) {
        change.m[4 * row + column] = m[3 * row + column];
        offset -= m[3 * row + column] * centre[column];
      }
      change.m[4 * row + 3] = offset;
    }
    return compose(change, start);
  }
};

// The points' middle and their root mean square distance from it, in moving coordinates.
void placeModel(const Level& level, const std::vector<float>& weight, LinearModel& model) {
  const Affine toMoving = compose(model.start, level.indexToPatient);
  double sum = 0;
  Vec3 first{};
  double second = 0;
  std::size_t at = 0;
  for (std::int64_t k = 0; k < level.lattice.z; ++k)
    for (std::int64_t j = 0; j < level.lattice.y; ++j)
      for (std::int64_t i = 0; i < level.lattice.x; ++i, ++at) {
        if (weight[at] == 0) continue;
        const double w = weight[at];
        sum += w;
        for (int axis = 0; axis < 3; ++axis) {
          const double x = toMoving.at(axis, static_cast<double>(i), static_cast<double>(j), static_cast<double>(k));
          first[static_cast<std::size_t>(axis)] += w * x;
          second += w * x * x;
        }
      }
  if (!(sum > 0)) return;
  double square = second / sum;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    model.centre[axis] = first[axis] / sum;
    square -= model.centre[axis] * model.centre[axis];
  }
  model.radius = std::max(1.0, std::sqrt(std::max(0.0, square)));
}

// Σ over the points of force ⊗ (x, 1), x in fixed patient coordinates: what the 12 numbers of the map do to the cost.
bool gatherAffine(const Level& level, const std::vector<float>& force, unsigned threads, const Control& control,
                  std::array<double, 12>& out) {
  const Size& n = level.lattice;
  const std::size_t count = n.count();
  std::vector<std::array<double, 12>> slices(static_cast<std::size_t>(n.z));
  if (parallelFor(slices.size(), threads, control.withoutProgress(), [&](std::size_t slice) {
        std::array<double, 12> sum{};
        std::size_t at = slice * static_cast<std::size_t>(n.x * n.y);
        const auto z = static_cast<double>(slice);
        for (std::int64_t j = 0; j < n.y; ++j)
          for (std::int64_t i = 0; i < n.x; ++i, ++at) {
            const double fx = force[at], fy = force[at + count], fz = force[at + 2 * count];
            if (fx == 0 && fy == 0 && fz == 0) continue;
            const auto x = static_cast<double>(i), y = static_cast<double>(j);
            const std::array<double, 4> p = {level.indexToPatient.at(0, x, y, z), level.indexToPatient.at(1, x, y, z),
                                             level.indexToPatient.at(2, x, y, z), 1};
            for (std::size_t column = 0; column < 4; ++column) {
              sum[column] += fx * p[column];
              sum[4 + column] += fy * p[column];
              sum[8 + column] += fz * p[column];
            }
          }
        slices[slice] = sum;
      }) != Status::done)
    return false;
  out.fill(0);
  for (const auto& slice : slices)
    for (std::size_t n12 = 0; n12 < 12; ++n12) out[n12] += slice[n12];
  return true;
}

// Why a cost is not finite.
Outcome failure(const Comparison& comparison) {
  return comparison.wasConstant() ? Outcome::constant : Outcome::noOverlap;
}

Outcome linearLevel(const Problem& problem, std::size_t index, const Progress& progress, const Control& control, Affine& map,
                    LevelResult& result) {
  const Level& level = problem.levels[index];
  Comparison comparison(problem, level, control);
  if (!comparison.ok()) return Outcome::cancelled;
  if (!(comparison.weight() > 0)) return Outcome::noOverlap;
  LinearModel model{problem.kind == Kind::deformable ? Kind::affine : problem.kind, map, {}, 1};
  std::vector<float> force;
  // The first call says which points count.
  if (!comparison({map, nullptr}, result.firstCost, force)) return Outcome::cancelled;
  if (!std::isfinite(result.firstCost)) return failure(comparison);
  if (comparison.overlap() < kLeastOverlap) return Outcome::noOverlap;
  placeModel(level, comparison.weights(), model);
  std::vector<double> at(model.parameters(), 0.0);
  int evaluations = 0;
  const CostFunction function = [&](const std::vector<double>& p, double& cost, std::vector<double>& gradient) {
    const Affine here = model.at(p);
    std::array<double, 12> perEntry{};
    if (!comparison({here, nullptr}, cost, force)) return false;
    // Images that part ways have nothing left to differ in.
    if (comparison.overlap() < kLeastOverlap) cost = INFINITY;
    if (!gatherAffine(level, force, problem.threads, control, perEntry)) return false;
    gradient.assign(p.size(), 0);
    for (std::size_t n = 0; n < p.size(); ++n) {
      // The map is linear in shifts and entries and smooth in rotations: differences of it are exact to 1e-10.
      constexpr double h = 1e-4;
      std::vector<double> q = p;
      q[n] = p[n] + h;
      const Affine ahead = model.at(q);
      q[n] = p[n] - h;
      const Affine behind = model.at(q);
      for (std::size_t e = 0; e < 12; ++e) gradient[n] += perEntry[e] * (ahead.m[e] - behind.m[e]) / (2 * h);
    }
    progress.report(index, ++evaluations / (1.3 * level.optimiser.iterations));
    return true;
  };
  result.optimiser = minimise(function, level.optimiser, at);
  if (result.optimiser.stop == Stop::cancelled) return Outcome::cancelled;
  if (result.optimiser.stop == Stop::impossible) return failure(comparison);
  map = model.at(at);
  double cost = 0;
  if (!comparison({map, nullptr}, cost, force)) return Outcome::cancelled;
  result.lastCost = cost;
  result.overlap = comparison.overlap();
  progress.report(index, 1);
  return Outcome::done;
}

std::array<double, 3> boxMm(const Level& level) {
  const Vec3 spacing = spacingMm(level.indexToPatient);
  return {spacing[0] * static_cast<double>(level.lattice.x), spacing[1] * static_cast<double>(level.lattice.y),
          spacing[2] * static_cast<double>(level.lattice.z)};
}

// Volumes of components to x, y, z of each voxel.
std::vector<float> interleaved(const std::vector<float>& field) {
  const std::size_t count = field.size() / 3;
  std::vector<float> out(field.size());
  for (std::size_t n = 0; n < count; ++n)
    for (std::size_t c = 0; c < 3; ++c) out[3 * n + c] = field[n + c * count];
  return out;
}

Outcome deformableLevel(const Problem& problem, std::size_t index, const Progress& progress, const Control& control,
                        Result& answer) {
  const Level& level = problem.levels[index];
  LevelResult& result = answer.levels[index];
  Comparison comparison(problem, level, control);
  if (!comparison.ok()) return Outcome::cancelled;
  if (!(comparison.weight() > 0)) return Outcome::noOverlap;
  const Bending bending(level.control, boxMm(level));
  const Coefficients before = answer.coefficients;
  const Control quiet = control.withoutProgress();
  std::vector<float> field, force, turned;
  double startCost = 0;
  if (!expand(level.control, before, level.lattice, problem.threads, quiet, field) ||
      !comparison({answer.fixedToMoving, &field}, startCost, force))
    return Outcome::cancelled;
  if (!std::isfinite(startCost)) return failure(comparison);
  if (comparison.overlap() < kLeastOverlap) return Outcome::noOverlap;
  comparison.keepPoints();
  Coefficients regular;
  result.regularisation = problem.regularisation;
  for (int attempt = 0;; ++attempt) {
    answer.coefficients = before;
    int evaluations = 0;
    bool isFirst = true;
    const CostFunction function = [&](const std::vector<double>& p, double& cost, std::vector<double>& gradient) {
      if (!expand(level.control, p, level.lattice, problem.threads, quiet, field)) return false;
      if (!comparison({answer.fixedToMoving, &field}, cost, force)) return false;
      if (comparison.overlap() < kLeastOverlap) cost = INFINITY;
      // A displacement goes through the linear part of the map.
      const std::size_t count = level.lattice.count();
      turned.resize(force.size());
      if (parallelFor(kParts, problem.threads, quiet, [&](std::size_t part) {
            for (std::size_t at = part * count / kParts; at < (part + 1) * count / kParts; ++at)
              for (int column = 0; column < 3; ++column) {
                double sum = 0;
                for (int row = 0; row < 3; ++row)
                  sum += answer.fixedToMoving.linear(row, column) * force[at + static_cast<std::size_t>(row) * count];
                turned[at + static_cast<std::size_t>(column) * count] = static_cast<float>(sum);
              }
          }) != Status::done)
        return false;
      if (!gather(level.control, turned, level.lattice, problem.threads, quiet, gradient)) return false;
      if (isFirst) result.firstCost = cost;
      isFirst = false;
      cost += result.regularisation * bending(p, regular);
      for (std::size_t n = 0; n < gradient.size(); ++n) gradient[n] += result.regularisation * regular[n];
      progress.report(index, ++evaluations / (1.3 * level.optimiser.iterations));
      return true;
    };
    result.optimiser = minimise(function, level.optimiser, answer.coefficients);
    if (result.optimiser.stop == Stop::cancelled) return Outcome::cancelled;
    if (result.optimiser.stop == Stop::impossible) return failure(comparison);
    if (!expand(level.control, answer.coefficients, level.lattice, problem.threads, quiet, field)) return Outcome::cancelled;
    answer.displacementMm = interleaved(field);
    if (deformation::cornerDeterminants(answer.displacementMm.data(), level.lattice, level.patientToIndex, answer.jacobian,
                                        problem.threads, quiet) != Status::done)
      return Outcome::cancelled;
    if (answer.jacobian.smallest > kLeastJacobian) break;
    if (attempt == problem.unfoldings) return Outcome::folded;
    result.regularisation = std::max(10 * result.regularisation, 0.01);
  }
  double cost = 0;
  if (!comparison({answer.fixedToMoving, &field}, cost, force)) return Outcome::cancelled;
  result.lastCost = cost;
  result.overlap = comparison.overlap();
  progress.report(index, 1);
  return Outcome::done;
}

}  // namespace

Result registerImages(const Problem& problem, const Control& control) {
  Result answer;
  answer.fixedToMoving = problem.start;
  answer.levels.resize(problem.levels.size());
  const Progress progress(problem, control);
  for (std::size_t index = 0; index < problem.levels.size(); ++index) {
    if (problem.kind != Kind::deformable) {
      answer.outcome = linearLevel(problem, index, progress, control, answer.fixedToMoving, answer.levels[index]);
    } else {
      if (index == 0) {
        answer.coefficients.assign(3 * problem.levels[0].control.count(), 0);
      } else if (problem.levels[index].control.intervals != problem.levels[index - 1].control.intervals) {
        answer.coefficients = refined(problem.levels[index - 1].control, answer.coefficients);
      }
      answer.outcome = deformableLevel(problem, index, progress, control, answer);
    }
    if (answer.outcome != Outcome::done) return answer;
  }
  return answer;
}

}  // namespace theratwin::registration
