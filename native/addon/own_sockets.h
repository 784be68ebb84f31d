// Whose UDP sockets of this machine's loopback are, by the kernel's tables (proc_pid_net(5)).
#pragma once

#include <cstdint>
#include <string_view>

namespace vizlink {

// Whether every socket in the table (text of /proc/net/udp or udp6) that can send from 127.0.0.1:`port` is of `user`
// and held by a process. False too where there is none.
bool IsPortOf(std::string_view table, uint16_t port, unsigned user);

// The same for this user and this machine; true where the system does not say (decision 0011).
bool IsOwnUdpPort(uint16_t port);

}  // namespace vizlink
