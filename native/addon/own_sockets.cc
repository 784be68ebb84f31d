#include "own_sockets.h"

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#ifdef __linux__
#include <unistd.h>
#endif

namespace vizlink {

namespace {

// Addresses in the tables are words of 32 bits in the machine's order, here little endian: any and 127.0.0.1, also of
// IPv6.
bool MaySendFromLoopback(std::string_view address) {
  return address == "00000000" || address == "0100007F" || address == "00000000000000000000000000000000" ||
         address == "0000000000000000FFFF00000100007F";
}

#ifdef __linux__
std::string Contents(const char* path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}
#endif

}  // namespace

bool IsPortOf(std::string_view table, uint16_t port, unsigned user) {
  bool found = false;
  std::istringstream lines{std::string(table)};
  for (std::string line; std::getline(lines, line);) {
    char address[33] = {};
    unsigned local_port = 0, owner = 0;
    unsigned long inode = 0;
    const int read = std::sscanf(line.c_str(), " %*u: %32[0-9A-F]:%4X %*s %*s %*s %*s %*s %u %*s %lu", address,
                                 &local_port, &owner, &inode);
    if (read != 4 || local_port != port || !MaySendFromLoopback(address)) continue;
    // A socket that no process has any more is shown as root's.
    if (owner != user || inode == 0) return false;
    found = true;
  }
  return found;
}

#ifdef __linux__
bool IsOwnUdpPort(uint16_t port) {
  const std::string tables = Contents("/proc/net/udp");
  if (tables.empty()) return true;
  // One of the two holds it; a stranger's in the other is a stranger's all the same.
  return IsPortOf(tables + Contents("/proc/net/udp6"), port, geteuid());
}
#else
bool IsOwnUdpPort(uint16_t) { return true; }
#endif

}  // namespace vizlink
