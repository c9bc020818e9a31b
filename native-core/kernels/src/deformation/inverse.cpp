#include "deformation/inverse.hpp"

#include <limits>

#include "thread_pool.hpp"

namespace theratwin::deformation {
namespace {

// Residual at which a point counts as found, mm. Answers are single precision.
constexpr double toleranceMm = 1e-5;
constexpr int mostSteps = 80;

double length(const Vector& v) { return std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]); }

Vector plus(const Vector& a, double factor, const Vector& b) {
  return {a[0] + factor * b[0], a[1] + factor * b[1], a[2] + factor * b[2]};
}

// (I + ∂u/∂x)⁻¹ · r; false where there is none.
bool solve(const Gradient& byIndex, const Affine& patientToField, const Vector& r, Vector& out) {
  Gradient m{1, 0, 0, 0, 1, 0, 0, 0, 1};
  for (std::size_t row = 0; row < 3; ++row)
    for (std::size_t column = 0; column < 3; ++column)
      for (std::size_t k = 0; k < 3; ++k) {
        m[3 * row + column] += byIndex[3 * row + k] * patientToField.linear(static_cast<int>(k), static_cast<int>(column));
      }
  const double whole = determinant(m);
  if (!(std::abs(whole) > 1e-6)) return false;
  for (std::size_t c = 0; c < 3; ++c) {
    Gradient replaced = m;
    for (std::size_t row = 0; row < 3; ++row) replaced[3 * row + c] = r[row];
    out[c] = determinant(replaced) / whole;
  }
  return true;
}

class Solver {
 public:
  Solver(const Field& field, const Affine& patientToField) : field_(field), patientToField_(patientToField) {}

  bool covers(const Vector& x) const { return field_.covers(map(patientToField_, x)); }

  // Moves `x` to where x + u(x) = q; false where it does not get there.
  bool find(const Vector& q, Vector& x) const {
    Vector residual = residualAt(x, q);
    for (int step = 0; step < mostSteps; ++step) {
      const double size = length(residual);
      if (size <= toleranceMm) return true;
      Gradient gradient;
      field_.continuedWithGradient(map(patientToField_, x), gradient);
      Vector newton{};
      if (!solve(gradient, patientToField_, residual, newton)) newton = residual;
      if (!shorten(q, newton, size, x, residual)) return false;
    }
    return false;
  }

 private:
  Vector residualAt(const Vector& x, const Vector& q) const {
    return plus(plus(x, 1, field_.continued(map(patientToField_, x))), -1, q);
  }

  // A step along `newton`, or a plain one where that leads nowhere (across a kink of the field).
  bool shorten(const Vector& q, const Vector& newton, double size, Vector& x, Vector& residual) const {
    const Vector plain = residual;
    for (double part = 1; part > 1e-3; part /= 2) {
      for (const Vector& direction : {newton, plain}) {
        const Vector next = plus(x, -part, direction);
        const Vector nextResidual = residualAt(next, q);
        if (length(nextResidual) < size) {
          x = next;
          residual = nextResidual;
          return true;
        }
      }
    }
    return false;
  }

  const Field& field_;
  const Affine& patientToField_;
};

}  // namespace

Status invertField(std::span<float> displacements, Size lattice, const Affine& latticeToPatient, const Field& field,
                   const Affine& patientToField, std::array<std::int64_t, 2>& counts, unsigned threads, const Control& control) {
  const Solver solver(field, patientToField);
  std::atomic<std::int64_t> lost{0};
  std::atomic<std::int64_t> continued{0};
  const auto invertPlane = [&](std::size_t k) {
    float* out = displacements.data() + 3 * k * static_cast<std::size_t>(lattice.x * lattice.y);
    for (std::int64_t j = 0; j < lattice.y; ++j) {
      if (control.cancelled()) return;
      Vector shift{};
      for (std::int64_t i = 0; i < lattice.x; ++i, out += 3) {
        const Vector q = map(latticeToPatient, {static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)});
        Vector x = plus(q, 1, shift);
        bool isFound = solver.find(q, x);
        if (!isFound) {
          x = q;
          isFound = solver.find(q, x);
        }
        if (!isFound) {
          ++lost;
          std::fill(out, out + 3, std::numeric_limits<float>::quiet_NaN());
          continue;
        }
        shift = plus(x, -1, q);
        if (!solver.covers(x) && solver.covers(q)) ++continued;
        for (std::size_t row = 0; row < 3; ++row) out[row] = static_cast<float>(shift[row]);
      }
    }
  };
  const Status status = parallelFor(static_cast<std::size_t>(lattice.z), threads, control, invertPlane);
  counts = {lost.load(), continued.load()};
  return control.cancelled() ? Status::cancelled : status;
}

}  // namespace theratwin::deformation
