// What a callback holds is freed once, however its call ends.
#include "js_channel.h"

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <utility>

namespace {

using Queue = Napi::ThreadSafeFunction;

// A channel on an empty queue that takes everything.
struct Open {
  vizlink::JsChannel channel;

  Open() {
    Queue::queue.clear();
    Queue::refusal = napi_ok;
    channel.Open({}, {}, "test", 1);
  }
};

// Runs what waits, as Node.js does on its own thread.
void RunQueue(napi_env env) {
  for (const auto& call : std::exchange(Queue::queue, {})) call({env});
}

int environment;

}  // namespace

TEST_CASE("What a callback holds is freed after its call") {
  Open open;
  auto held = std::make_shared<int>();
  int calls = 0;
  REQUIRE(open.channel.Call([held, &calls](Napi::Env, Napi::Function) { calls++; }));
  CHECK(held.use_count() == 2);
  RunQueue(&environment);
  CHECK(calls == 1);
  CHECK(held.use_count() == 1);
}

TEST_CASE("What a callback holds is freed also where the callback throws") {
  Open open;
  auto held = std::make_shared<int>();
  REQUIRE(open.channel.Call([held](Napi::Env, Napi::Function) { throw std::runtime_error("from JavaScript"); }));
  CHECK_THROWS_AS(RunQueue(&environment), std::runtime_error);
  CHECK(held.use_count() == 1);
}

TEST_CASE("At the environment's end what a callback holds is freed, and the callback is not called") {
  Open open;
  auto held = std::make_shared<int>();
  int calls = 0;
  REQUIRE(open.channel.Call([held, &calls](Napi::Env, Napi::Function) { calls++; }));
  RunQueue(nullptr);
  CHECK(calls == 0);
  CHECK(held.use_count() == 1);
}

TEST_CASE("A full queue refuses one callback and frees it; a closing one refuses all that follow") {
  Open open;
  auto held = std::make_shared<int>();
  const auto callback = [held](Napi::Env, Napi::Function) {};
  const auto before = held.use_count();
  Queue::refusal = napi_queue_full;
  CHECK_FALSE(open.channel.Call(callback));
  Queue::refusal = napi_ok;
  CHECK(open.channel.Call(callback));
  Queue::refusal = napi_closing;
  CHECK_FALSE(open.channel.Call(callback));
  Queue::refusal = napi_ok;
  CHECK_FALSE(open.channel.Call(callback));
  RunQueue(&environment);
  CHECK(held.use_count() == before);
}
