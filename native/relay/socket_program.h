// A program whose standard input and output are a connection to a Unix socket. Where an SSH server allows one session
// in a connection, the program is reached by forwarded channels instead: servers do not count those.
#pragma once

#include <string>

namespace vizlink {

class SocketProgram {
 public:
  // A client that does not come within this time has gone.
  static constexpr int kWaitMs = 30'000;

  explicit SocketProgram(int wait_ms = kWaitMs) : wait_ms_(wait_ms) {}
  ~SocketProgram();
  SocketProgram(const SocketProgram&) = delete;
  SocketProgram& operator=(const SocketProgram&) = delete;

  // Listens in a new folder that is the user's alone, below the first of these folders where that works.
  bool Listen(const char* const* folders);
  const std::string& path() const { return path_; }

  // Takes two connections of this user, and no more: the first one is the program's, the second one gets the end of its
  // standard error and, on the last line, how it ended ("exit 0", "signal KILL"). Nothing is left of socket and folder
  // then. Returns the exit status for a process that does nothing else.
  int Serve(char* const* command);

 private:
  int Accept();
  void Remove();

  int wait_ms_;
  int listener_ = -1;
  std::string folder_;
  std::string path_;
};

// Serves in a process of its own that outlives this one, and prints the socket's path. Returns the exit status.
int RunOnSocket(char* const* command);

}  // namespace vizlink
