// Counts what histories deposit. Sums are 64-bit whole numbers of a small quantum of energy, added atomically: whole numbers add up to the
// same in any order, so results have the same bits however histories are spread over threads.
#pragma once

#include <atomic>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "particle.hpp"

namespace theratwin::transport {

// Quanta that cannot overflow for this many histories of at most `largestMev` each. A power of two, so that nothing is lost in scaling.
struct Quanta {
  double energyMev;
  double squareMev2;

  static constexpr double histories = 0x1p36;
  explicit Quanta(double largestMev) {
    const double room = 0x1p62;
    energyMev = std::exp2(std::ceil(std::log2(largestMev * histories / room)));
    squareMev2 = std::exp2(std::ceil(std::log2(largestMev * largestMev * histories / room)));
  }
};

// Σ energy per bin and origin, Σ energy² per bin, over all histories so far.
class Tally {
 public:
  Tally(std::size_t bins, std::span<const bool> originsUsed, Quanta quanta) : bins_(bins), quanta_(quanta) {
    for (int o = 0; o < originCount; ++o) {
      channel_[o] = -1;
      if (originsUsed[o]) channel_[o] = channels_++;
    }
    energy_.resize(bins * static_cast<std::size_t>(channels_));
    square_.resize(bins);
  }

  void add(std::size_t bin, int origin, std::int64_t quanta) {
    std::atomic_ref<std::int64_t>(energy_[static_cast<std::size_t>(channel_[origin]) * bins_ + bin])
        .fetch_add(quanta, std::memory_order_relaxed);
  }
  void addSquare(std::size_t bin, std::int64_t quanta) {
    std::atomic_ref<std::int64_t>(square_[bin]).fetch_add(quanta, std::memory_order_relaxed);
  }

  std::size_t bins() const { return bins_; }
  bool has(int origin) const { return channel_[origin] >= 0; }
  double energyMev(std::size_t bin, int origin) const {
    return has(origin) ? static_cast<double>(energy_[static_cast<std::size_t>(channel_[origin]) * bins_ + bin]) * quanta_.energyMev : 0;
  }
  double energyMev(std::size_t bin) const {
    double sum = 0;
    for (int o = 0; o < originCount; ++o) sum += energyMev(bin, o);
    return sum;
  }
  double squareMev2(std::size_t bin) const { return static_cast<double>(square_[bin]) * quanta_.squareMev2; }
  const Quanta& quanta() const { return quanta_; }

  // State, for stopping and going on.
  std::span<std::int64_t> energyState() { return energy_; }
  std::span<std::int64_t> squareState() { return square_; }

 private:
  std::size_t bins_;
  Quanta quanta_;
  int channels_ = 0;
  int channel_[originCount]{};
  std::vector<std::int64_t> energy_;
  std::vector<std::int64_t> square_;
};

// Structures over bins: for each bin the structures that hold a part of it. Empty where there are none.
struct StructureParts {
  int count = 0;
  std::vector<std::uint32_t> firstOfBin;  // bins + 1; empty: no structures
  std::vector<std::uint32_t> structure;
  std::vector<float> fraction;
};

// What one history deposits, by bin; one per thread. `flush` adds it to the tallies and makes ready for the next history.
template <class BinOf>
class HistoryScorer {
 public:
  HistoryScorer(const BinOf& binOf, Tally& bins, Tally& structures, const StructureParts& parts)
      : binOf_(binOf), bins_(bins), structures_(structures), parts_(parts), slots_(1024, -1) {}

  void deposit(int region, const Vec3& position, double energyMev, Origin origin) {
    if (!(energyMev > 0)) return;
    const int bin = binOf_(region, position);
    if (bin < 0) {
      outside_ += energyMev;
      return;
    }
    Entry& entry = entryOf(bin);
    entry.energy[static_cast<int>(origin)] += energyMev;
  }

  // Energy deposited where no bin is, since the last call.
  double takeOutside() {
    const double value = outside_;
    outside_ = 0;
    return value;
  }

  // Returns the energy of the history in bins, in quanta.
  std::int64_t flush() {
    const double perQuantum = 1 / bins_.quanta().energyMev;
    const double perSquare = 1 / bins_.quanta().squareMev2;
    std::int64_t whole = 0;
    for (const Entry& entry : touched_) {
      double total = 0;
      for (int o = 0; o < originCount; ++o) {
        if (entry.energy[o] == 0) continue;
        const std::int64_t quanta = std::llround(entry.energy[o] * perQuantum);
        bins_.add(static_cast<std::size_t>(entry.bin), o, quanta);
        whole += quanta;
        total += entry.energy[o];
      }
      bins_.addSquare(static_cast<std::size_t>(entry.bin), std::llround(total * total * perSquare));
      slots_[entry.slot] = -1;
      if (!parts_.firstOfBin.empty()) {
        for (std::uint32_t at = parts_.firstOfBin[entry.bin]; at < parts_.firstOfBin[entry.bin + 1]; ++at)
          for (int o = 0; o < originCount; ++o)
            structureEnergy_[parts_.structure[at] * originCount + o] += parts_.fraction[at] * entry.energy[o];
      }
    }
    touched_.clear();
    if (parts_.count > 0) {
      for (int s = 0; s < parts_.count; ++s) {
        double total = 0;
        for (int o = 0; o < originCount; ++o) {
          double& energy = structureEnergy_[static_cast<std::size_t>(s) * originCount + o];
          if (energy == 0) continue;
          structures_.add(static_cast<std::size_t>(s), o, std::llround(energy * perQuantum));
          total += energy;
          energy = 0;
        }
        if (total > 0) structures_.addSquare(static_cast<std::size_t>(s), std::llround(total * total * perSquare));
      }
    }
    return whole;
  }

  void begin() { structureEnergy_.assign(static_cast<std::size_t>(parts_.count) * originCount, 0.0); }

 private:
  struct Entry {
    int bin;
    std::size_t slot;
    double energy[originCount];
  };

  // Open addressing; the table is four times as large as what it ever held.
  std::size_t slotOf(int bin) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = (static_cast<std::uint32_t>(bin) * 2654435769u) >> 7 & mask;
    while (slots_[at] >= 0 && touched_[static_cast<std::size_t>(slots_[at])].bin != bin) at = (at + 1) & mask;
    return at;
  }

  Entry& entryOf(int bin) {
    std::size_t at = slotOf(bin);
    if (slots_[at] >= 0) return touched_[static_cast<std::size_t>(slots_[at])];
    if (4 * (touched_.size() + 1) > slots_.size()) {
      slots_.assign(slots_.size() * 2, -1);
      for (std::size_t i = 0; i < touched_.size(); ++i) {
        const std::size_t mask = slots_.size() - 1;
        std::size_t free = (static_cast<std::uint32_t>(touched_[i].bin) * 2654435769u) >> 7 & mask;
        while (slots_[free] >= 0) free = (free + 1) & mask;
        slots_[free] = static_cast<int>(i);
        touched_[i].slot = free;
      }
      at = slotOf(bin);
    }
    slots_[at] = static_cast<int>(touched_.size());
    touched_.push_back({bin, at, {}});
    return touched_.back();
  }

  const BinOf& binOf_;
  Tally& bins_;
  Tally& structures_;
  const StructureParts& parts_;
  std::vector<int> slots_;
  std::vector<Entry> touched_;
  std::vector<double> structureEnergy_;
  double outside_ = 0;
};

}  // namespace theratwin::transport
