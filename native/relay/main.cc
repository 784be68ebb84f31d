// vizlink-relay: turns a GameStream host's UDP flows and TCP ports into frames on standard input and output.
// It takes no arguments (the frames say everything), writes no files and ends with its standard input.
// As `vizlink-relay --on-socket PROGRAM ARGUMENTS...` it is no relay: it lets a program be reached by a Unix socket.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <string_view>

#include "relay.h"
#include "socket_program.h"

int main(int count, char** words) {
  if (count > 2 && words[1] == std::string_view("--on-socket")) return vizlink::RunOnSocket(words + 2);
  if (count != 1 || isatty(STDIN_FILENO) != 0) {
    std::fputs("vizlink-relay is started by Vizlink over SSH; it takes no arguments.\n", stderr);
    return 64;
  }
  signal(SIGPIPE, SIG_IGN);
  fcntl(STDOUT_FILENO, F_SETFL, fcntl(STDOUT_FILENO, F_GETFL) | O_NONBLOCK);
  return vizlink::Relay(STDIN_FILENO, STDOUT_FILENO).Run();
}
