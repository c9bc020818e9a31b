// Registration for JavaScript.
#pragma once

#include <napi.h>

namespace theratwin::binding {

void addRegistration(Napi::Env env, Napi::Object exports);

}  // namespace theratwin::binding
