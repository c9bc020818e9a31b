// What JavaScript says of a Monte Carlo run, checked: media, settings, source and geometry. After a wrong field, which has been named in a
// TypeError, the answers are false or null.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "fields.hpp"
#include "transport/simulation.hpp"

namespace theratwin::binding {

bool readMedia(Fields fields, transport::MediaView& media);
bool readSettings(Fields fields, transport::TransportSettings& settings);
bool readSource(Fields fields, transport::SourceSpec& source);

// `kind`: voxels, shells, radial or lattice.
std::unique_ptr<transport::Simulation> makeSimulation(const std::string& kind, Fields geometry, const transport::MediaView& media,
                                                      const transport::TransportSettings& settings,
                                                      transport::SourceSpec source, std::uint64_t seed);

}  // namespace theratwin::binding
