// A grid of kinetic energies that is found without a logarithm: equal steps within each power of two.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace theratwin::transport {

// Points E_i from 2^firstExponent MeV on, 2^Bits to an octave. `locate` gives the point below an energy and how far it is to the next, so
// that tables are interpolated linearly. Relative spacing: between 2^−Bits and 2^−(Bits+1).
template <int Bits>
struct EnergyGrid {
  static constexpr int firstExponent = -10;  // 0.977 keV
  static constexpr int lastExponent = 4;     // 16 MeV
  static constexpr int perOctave = 1 << Bits;
  static constexpr int count = (lastExponent - firstExponent) * perOctave + 1;

  static double energyMev(int index) {
    const int octave = index / perOctave;
    const int step = index % perOctave;
    double base = 1;
    for (int e = firstExponent + octave; e > 0; --e) base *= 2;
    for (int e = firstExponent + octave; e < 0; ++e) base /= 2;
    return base * (1 + static_cast<double>(step) / perOctave);
  }

  struct Place {
    int index;
    float fraction;
  };

  // Energies outside the grid get its first or last interval.
  static Place locate(double energyMev) {
    const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(energyMev));
    constexpr int shift = 23 - Bits;
    const std::int32_t cell = static_cast<std::int32_t>(bits >> shift) - ((127 + firstExponent) << Bits);
    if (cell < 0) return {0, 0.0F};
    if (cell >= count - 1) return {count - 2, 1.0F};
    const std::uint32_t rest = bits & ((1U << shift) - 1);
    return {cell, static_cast<float>(rest) * (1.0F / static_cast<float>(1U << shift))};
  }
};

template <class T>
inline double interpolated(const T* table, int index, float fraction) {
  return table[index] + fraction * (table[index + 1] - table[index]);
}

}  // namespace theratwin::transport
