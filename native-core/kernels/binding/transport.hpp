// The Node-API face of Monte Carlo transport.
#pragma once

#include <napi.h>

namespace theratwin::binding {

// createSimulation, runSimulation, readSimulation, saveSimulation, restoreSimulation.
void addTransport(Napi::Env env, Napi::Object exports);

}  // namespace theratwin::binding
