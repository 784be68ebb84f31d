#include "socket_program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace vizlink {

namespace {

// The end of the errors says most.
constexpr size_t kMostErrors = 16 * 1024;
// Descriptors of the shell that started this: an SSH channel would not end while one is open.
constexpr int kInherited = 256;
// An end that comes without a signal of its own is looked for so often.
constexpr int kLookMs = 200;

bool SendAll(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

[[noreturn]] void Become(char* const* command, int connection, int errors) {
  dup2(connection, STDIN_FILENO);
  dup2(connection, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  execv(command[0], command);
  std::perror(command[0]);
  _exit(127);
}

// Collects standard error until the program has ended: processes that it leaves behind may keep the pipe open.
std::string UntilEnd(pid_t child, int errors) {
  std::string said;
  int status = 0;
  bool open = true;
  for (bool ended = false;;) {
    pollfd poll_errors{open ? errors : -1, POLLIN, 0};
    const int ready = poll(&poll_errors, 1, ended ? 0 : kLookMs);
    if (ready > 0) {
      char bytes[4096];
      const ssize_t count = read(errors, bytes, sizeof bytes);
      if (count > 0) {
        said.append(bytes, static_cast<size_t>(count));
        if (said.size() > 2 * kMostErrors) said.erase(0, said.size() - kMostErrors);
        continue;
      }
      if (count == 0) open = false;
    }
    if (ended) break;
    ended = waitpid(child, &status, open ? WNOHANG : 0) == child;
  }
  if (said.size() > kMostErrors) said.erase(0, said.size() - kMostErrors);
  const bool killed = WIFSIGNALED(status);
  const char* signal = killed ? sigabbrev_np(WTERMSIG(status)) : nullptr;
  return said + (killed ? "\nsignal " + std::string(signal ? signal : "unknown")
                        : "\nexit " + std::to_string(WEXITSTATUS(status)));
}

}  // namespace

SocketProgram::~SocketProgram() { Remove(); }

bool SocketProgram::Listen(const char* const* folders) {
  for (; *folders != nullptr; folders++) {
    std::string folder = std::string(*folders) + "/vizlink-XXXXXX";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (folder.size() + sizeof "/socket" > sizeof address.sun_path || mkdtemp(folder.data()) == nullptr) continue;
    folder_ = folder;
    path_ = folder + "/socket";
    memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
    listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener_ >= 0 && bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
        chmod(path_.c_str(), 0600) == 0 && listen(listener_, 2) == 0)
      return true;
    Remove();
  }
  return false;
}

int SocketProgram::Serve(char* const* command) {
  const int connection = Accept();
  const int report = connection < 0 ? -1 : Accept();
  Remove();
  int errors[2];
  if (report < 0 || pipe2(errors, O_CLOEXEC) != 0) return 1;
  const pid_t child = fork();
  if (child < 0) return 1;
  if (child == 0) Become(command, connection, errors[1]);
  close(connection);
  close(errors[1]);
  const bool reported = SendAll(report, UntilEnd(child, errors[0]));
  close(errors[0]);
  close(report);
  return reported ? 0 : 1;
}

// The folder keeps other users out; who comes is looked at all the same.
int SocketProgram::Accept() {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait_ms_);
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd waiting{listener_, POLLIN, 0};
    if (left.count() <= 0) return -1;
    if (poll(&waiting, 1, static_cast<int>(left.count())) <= 0) continue;
    const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    ucred peer{};
    socklen_t size = sizeof peer;
    if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid()) return connection;
    close(connection);
  }
}

void SocketProgram::Remove() {
  if (listener_ >= 0) close(listener_);
  listener_ = -1;
  if (folder_.empty()) return;
  unlink(path_.c_str());
  rmdir(folder_.c_str());
  folder_.clear();
}

int RunOnSocket(char* const* command) {
  for (int descriptor = STDERR_FILENO + 1; descriptor < kInherited; descriptor++) close(descriptor);
  const char* runtime = getenv("XDG_RUNTIME_DIR");
  const char* temporary = getenv("TMPDIR");
  const char* folders[] = {runtime ? runtime : "/tmp", temporary ? temporary : "/tmp", "/tmp", "/dev/shm", nullptr};
  SocketProgram program;
  if (!program.Listen(folders)) {
    std::perror("no folder for a socket");
    return 1;
  }
  const pid_t server = fork();
  if (server < 0) {
    std::perror("fork");
    return 1;
  }
  if (server > 0) {
    std::puts(program.path().c_str());
    std::fflush(stdout);
    // Socket and folder are the server's now.
    _exit(0);
  }
  setsid();
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nothing, descriptor);
  _exit(program.Serve(command));
}

}  // namespace vizlink
