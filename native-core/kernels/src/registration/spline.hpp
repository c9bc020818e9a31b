// Free-form deformations: displacements as tensor products of cubic B-splines over a grid of control points. D. Rueckert et al., IEEE
// Trans Med Imaging 18 (1999) 712.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "../control.hpp"
#include "../volume.hpp"

namespace theratwin::registration {

// Control points over the box of a lattice of voxels: `intervals` equal parts along each axis, from half a voxel before the first centre
// to half a voxel behind the last; three more control points than parts, the first one part before the box.
struct ControlGrid {
  std::array<std::int64_t, 3> intervals{};

  std::array<std::int64_t, 3> points() const { return {intervals[0] + 3, intervals[1] + 3, intervals[2] + 3}; }
  std::size_t count() const {
    const auto n = points();
    return static_cast<std::size_t>(n[0] * n[1] * n[2]);
  }
};

// Coefficients of the three displacement components (mm, LPS), one volume after the other, x fastest.
using Coefficients = std::vector<double>;

// The same field on twice as many intervals (Lane and Riesenfeld's subdivision): exact.
Coefficients refined(const ControlGrid& grid, const Coefficients& coefficients);

// Weights of the four control points at each voxel centre of a lattice along one axis.
struct AxisWeights {
  std::vector<std::int64_t> first;
  std::vector<std::array<float, 4>> weight;
};
AxisWeights axisWeights(std::int64_t voxels, std::int64_t intervals);

// The field at the centres of a lattice's voxels, three volumes one after the other. False when cancelled.
bool expand(const ControlGrid& grid, const Coefficients& coefficients, const Size& lattice, unsigned threads,
            const Control& control, std::vector<float>& field);

// Transposed `expand`: from what each voxel's displacement does to a cost to what each coefficient does. False when cancelled.
bool gather(const ControlGrid& grid, const std::vector<float>& force, const Size& lattice, unsigned threads,
            const Control& control, Coefficients& gradient);

// Mean over the box of the squared second derivatives of the displacement (bending energy of a thin sheet of metal, Rueckert equation 6), in
// 1/mm², and its gradient. `sideMm`: the box. Exact: the integrals of products of B-splines over the box, not sums over voxels.
class Bending {
 public:
  Bending(const ControlGrid& grid, const std::array<double, 3>& sideMm);
  double operator()(const Coefficients& coefficients, Coefficients& gradient) const;

 private:
  // Of each axis and each order of derivative, the products of control point i with i − 3 … i + 3.
  using Band = std::vector<std::array<double, 7>>;
  ControlGrid grid_;
  std::array<std::array<Band, 3>, 3> products_;
  double volume_;
};

}  // namespace theratwin::registration
