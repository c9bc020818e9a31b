// Multiple scattering after Goudsmit & Saunderson (1940): transport coefficients of a medium, and the distribution of the deflection
// after a path.
#pragma once

#include <span>
#include <vector>

#include "media_view.hpp"

namespace theratwin::transport {

// Transport coefficients Σ_l = ∫ (1 − P_l) dΣ per mass, l = 1 … out.size() − 1, cm²/g; out[0] is the whole cross section Σ. Nuclei: screened
// Rutherford with Molière's screening and the spin factor of McKinley & Feshbach. Electrons: Møller collisions below the delta cut.
void scatteringCoefficients(const MediaView& media, int medium, double energyMev, double deltaCutMev, std::span<double> out);

// As many coefficients as the distribution after `strength` (path over the first transport mean free path) needs.
std::vector<double> coefficientsFor(const MediaView& media, int medium, double energyMev, double deltaCutMev, double strength);

// Quantiles of μ = (1 − cos θ)/2 after a path `thicknessG` (g/cm²): out[j] belongs to the probability 1 − (1 − j/(n − 1))², n = out.size().
void deflectionQuantiles(std::span<const double> coefficients, double thicknessG, std::span<float> out);

}  // namespace theratwin::transport
