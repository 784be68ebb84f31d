#!/bin/sh
# Runs Node.js, named by VIZLINK_NODE, in namespaces of its own. Network: no port and no abstract socket is shared with
# anybody. Mounts: X servers that choose their own number look at abstract sockets alone, so that two would choose the same
# one, and one would take the other's socket file away. Their keyboard maps are compiled into a file by the number, too.
node=$VIZLINK_NODE
unset VIZLINK_NODE
# shellcheck disable=SC2016
exec unshare --net --mount -- sh -ec '
  ip link set lo up
  # To the resolver, who has no address but 127.0.0.1 has no IPv4: Slurm then finds no address at all.
  ip address add 127.0.0.2/8 dev lo
  # Ports at which the portal puts its hosts without a look: no connection that goes out and no server on any port gets them.
  echo 47984-48589 > /proc/sys/net/ipv4/ip_local_reserved_ports
  mkdir -p -m 1777 /tmp/.X11-unix
  mount -t tmpfs -o mode=1777 none /tmp/.X11-unix
  [ ! -d /var/lib/xkb ] || mount -t tmpfs -o mode=755 none /var/lib/xkb
  exec "$@"' sh "$node" "$@"
