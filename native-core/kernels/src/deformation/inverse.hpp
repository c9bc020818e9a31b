// Points back through a displacement field.
#pragma once

#include <atomic>
#include <span>

#include "control.hpp"
#include "deformation/field.hpp"

namespace theratwin::deformation {

// For each point of a lattice, `latticeToPatient` · index = q, the displacement x − q (mm) of the point x with x + u(x) = q.
//
// Newton steps on the trilinear field with its own gradient, halved until they bring the point nearer, each point begun from its
// neighbour's answer in the row. Beyond the outermost centres the field is taken to go on as at the nearest of them, also where u is zero by
// definition: a step at the edge of the grid would be a fold of the way back.
//
// `counts`: points without an answer (their displacement is NaN), and points in gaps at the edge, where only the continued field has an
// answer. One task per plane of the lattice; cancel is looked at once a row.
Status invertField(std::span<float> displacements, Size lattice, const Affine& latticeToPatient, const Field& field,
                   const Affine& patientToField, std::array<std::int64_t, 2>& counts, unsigned threads, const Control& control);

}  // namespace theratwin::deformation
