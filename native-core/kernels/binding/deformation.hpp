// Deformations of images: warp, Jacobian determinant, inverse, conservative transport.
#pragma once

#include <napi.h>

namespace theratwin::binding {

void addDeformation(Napi::Env env, Napi::Object exports);

}  // namespace theratwin::binding
