// What the system's ssh starts when it has a question: it passes the question on to the app by a socket of the app
// alone and prints the answer. As SSH_ASKPASS it is called with a prompt, and VIZLINK_ASKPASS names the socket; as
// KnownHostsCommand with `--host-key SOCKET ROLE REASON NAME TYPE KEY`.
//
// A question is the length of what follows, in decimal digits, a newline, and fields that end with a zero byte. The
// answer is `+` with what is printed; anything else, and an end without an answer, mean that there is none.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#include <windows.h>
#else
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#endif

namespace {

constexpr size_t kMostAnswer = 1024 * 1024;

#ifdef _WIN32
class Connection {
 public:
  explicit Connection(const char* path) {
    pipe_ = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, 0, nullptr, OPEN_EXISTING, 0, nullptr);
  }
  ~Connection() {
    if (pipe_ != INVALID_HANDLE_VALUE) CloseHandle(pipe_);
  }
  [[nodiscard]] bool Open() const { return pipe_ != INVALID_HANDLE_VALUE; }
  long Write(const char* bytes, size_t size) {
    DWORD written = 0;
    return WriteFile(pipe_, bytes, static_cast<DWORD>(size), &written, nullptr) ? static_cast<long>(written) : -1;
  }
  long Read(char* bytes, size_t size) {
    DWORD read = 0;
    return ReadFile(pipe_, bytes, static_cast<DWORD>(size), &read, nullptr) ? static_cast<long>(read) : 0;
  }

 private:
  HANDLE pipe_;
};
#else
class Connection {
 public:
  explicit Connection(const char* path) : socket_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (std::strlen(path) >= sizeof address.sun_path) return;
    std::strcpy(address.sun_path, path);
    open_ = socket_ >= 0 && connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~Connection() {
    if (socket_ >= 0) close(socket_);
  }
  [[nodiscard]] bool Open() const { return open_; }
  long Write(const char* bytes, size_t size) { return write(socket_, bytes, size); }
  long Read(char* bytes, size_t size) { return read(socket_, bytes, size); }

 private:
  int socket_;
  bool open_ = false;
};
#endif

void AddField(std::string& question, const char* text) {
  question += text;
  question += '\0';
}

std::string QuestionOf(int count, char** arguments) {
  std::string question;
  if (count == 2) {
    const char* hint = std::getenv("SSH_ASKPASS_PROMPT");
    AddField(question, "prompt");
    AddField(question, hint == nullptr ? "" : hint);
    AddField(question, arguments[1]);
  } else if (count == 8 && std::strcmp(arguments[1], "--host-key") == 0) {
    AddField(question, "host-key");
    for (int index = 3; index < count; ++index) AddField(question, arguments[index]);
  }
  return question;
}

bool WriteAll(Connection& connection, const std::string& bytes) {
  for (size_t at = 0; at < bytes.size();) {
    const long written = connection.Write(bytes.data() + at, bytes.size() - at);
    if (written <= 0) return false;
    at += static_cast<size_t>(written);
  }
  return true;
}

}  // namespace

int main(int count, char** arguments) {
  const char* path = count == 8 ? arguments[2] : std::getenv("VIZLINK_ASKPASS");
  const std::string question = QuestionOf(count, arguments);
  if (path == nullptr || question.empty()) {
    std::fputs("vizlink-askpass is started by ssh, for Vizlink\n", stderr);
    return 2;
  }
  Connection connection(path);
  if (!connection.Open() || !WriteAll(connection, std::to_string(question.size()) + '\n' + question)) return 1;
  std::string answer;
  char buffer[4096];
  for (long size = 0; (size = connection.Read(buffer, sizeof buffer)) > 0;) {
    answer.append(buffer, static_cast<size_t>(size));
    if (answer.size() > kMostAnswer) return 1;
  }
  if (answer.empty() || answer[0] != '+') return 1;
#ifdef _WIN32
  _setmode(_fileno(stdout), _O_BINARY);
#endif
  const size_t printed = std::fwrite(answer.data() + 1, 1, answer.size() - 1, stdout);
  return printed == answer.size() - 1 && std::fflush(stdout) == 0 ? 0 : 1;
}
