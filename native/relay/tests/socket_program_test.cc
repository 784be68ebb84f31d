// A program on a socket: for its own user, once, with an end that is reported and nothing left behind.
#include "socket_program.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <thread>
#include <vector>

static_assert(vizlink::SocketProgram::kWaitMs == 30 * 1000);

namespace {

constexpr const char* kFolders[] = {"/nowhere", "/tmp", nullptr};

int Connect(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  memcpy(address.sun_path, path.c_str(), path.size() + 1);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

std::string ReadAll(int fd) {
  std::string all;
  char bytes[4096];
  for (ssize_t count; (count = read(fd, bytes, sizeof bytes)) > 0;) all.append(bytes, static_cast<size_t>(count));
  close(fd);
  return all;
}

struct Serving {
  vizlink::SocketProgram program;
  std::thread thread;
  int status = -1;
  std::string path;

  Serving(std::initializer_list<const char*> words, int wait_ms = 30'000) : program(wait_ms) {
    REQUIRE(program.Listen(kFolders));
    path = program.path();
    thread = std::thread([this, command = std::vector<const char*>(words)]() mutable {
      command.push_back(nullptr);
      status = program.Serve(const_cast<char* const*>(command.data()));
    });
  }
};

bool Exists(const std::string& path) {
  struct stat information;
  return stat(path.c_str(), &information) == 0;
}

}  // namespace

TEST_CASE("A program speaks by the first connection, and the second one gets its errors and its end") {
  Serving serving({"/bin/sh", "-c", "read line; echo \"heard $line\"; echo careful >&2; exit 3"});
  const std::string folder = serving.path.substr(0, serving.path.rfind('/'));
  struct stat information;
  REQUIRE(stat(folder.c_str(), &information) == 0);
  CHECK((information.st_mode & 07777) == 0700);
  REQUIRE(stat(serving.path.c_str(), &information) == 0);
  CHECK((information.st_mode & 07777) == 0600);

  const int connection = Connect(serving.path);
  const int report = Connect(serving.path);
  REQUIRE(write(connection, "it\n", 3) == 3);
  CHECK(ReadAll(connection) == "heard it\n");
  CHECK(ReadAll(report) == "careful\n\nexit 3");
  serving.thread.join();
  CHECK(serving.status == 0);
  CHECK(!Exists(folder));
}

TEST_CASE("The socket takes two connections, and is gone then") {
  Serving serving({"/bin/cat"});
  const int connection = Connect(serving.path);
  const int report = Connect(serving.path);
  REQUIRE(write(connection, "x", 1) == 1);
  char answer;
  // It runs, so both were taken.
  REQUIRE(read(connection, &answer, 1) == 1);
  CHECK(!Exists(serving.path));
  CHECK(Connect(serving.path) < 0);
  // The end of its one client is the end of its input.
  close(connection);
  CHECK(ReadAll(report) == "\nexit 0");
  serving.thread.join();
}

TEST_CASE("What ends a program is named, and no process that it leaves behind keeps the report back") {
  Serving serving({"/bin/sh", "-c", "sleep 600 >/dev/null </dev/null & echo $!; kill -9 $$"});
  const int connection = Connect(serving.path);
  const int report = Connect(serving.path);
  const int left = std::stoi(ReadAll(connection));
  CHECK(ReadAll(report) == "\nsignal KILL");
  kill(left, SIGKILL);
  serving.thread.join();
}

TEST_CASE("Of many errors the end is reported") {
  Serving serving(
      {"/bin/sh", "-c", "i=0; while [ $i -lt 9000 ]; do echo 123456789 >&2; i=$((i+1)); done; echo last >&2"});
  const int connection = Connect(serving.path);
  const std::string report = ReadAll(Connect(serving.path));
  CHECK(report.size() == 16 * 1024 + std::strlen("\nexit 0"));
  CHECK(report.substr(report.size() - 12) == "last\n\nexit 0");
  close(connection);
  serving.thread.join();
}

TEST_CASE("A client that does not come is not waited for") {
  Serving serving({"/bin/cat"}, 50);
  serving.thread.join();
  CHECK(serving.status == 1);
  CHECK(!Exists(serving.path));
}

TEST_CASE("Another user is sent away") {
  // An ordinary user cannot become another one.
  if (geteuid() != 0) return;
  Serving serving({"/bin/cat"});
  const std::string folder = serving.path.substr(0, serving.path.rfind('/'));
  // As if the folder were open to all.
  REQUIRE(chmod(folder.c_str(), 0755) == 0);
  REQUIRE(chmod(serving.path.c_str(), 0666) == 0);
  const pid_t other = fork();
  if (other == 0) {
    if (setuid(65534) != 0) _exit(9);
    const int connection = Connect(serving.path);
    char byte;
    _exit(connection >= 0 && read(connection, &byte, 1) == 0 ? 0 : 1);
  }
  int status = -1;
  REQUIRE(waitpid(other, &status, 0) == other);
  CHECK(status == 0);
  const int connection = Connect(serving.path);
  const int report = Connect(serving.path);
  close(connection);
  CHECK(ReadAll(report) == "\nexit 0");
  serving.thread.join();
}
