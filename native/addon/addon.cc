#include <napi.h>

#ifdef VIZLINK_ENDPOINT
#include "endpoint.h"
#endif
#include "stream_session.h"

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  vizlink::StreamSession::Init(env, exports);
#ifdef VIZLINK_ENDPOINT
  vizlink::Endpoint::Init(env, exports);
#endif
  return exports;
}

NODE_API_MODULE(vizlink_native, Init)
