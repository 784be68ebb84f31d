#!/bin/bash
# Vizlink's job for a desktop session, for sites without the portal's own. Copy it, adapt the directives and the site part,
# and name the copy in the site profile (slurm.jobTemplate). The client submits it through SSH as the user:
#
#   sbatch --job-name=$VIZLINK_SESSION --partition=... --time=... --output=$folder/job.log --export=ALL,VIZLINK_...
#
# Variables that it sets:
#   VIZLINK_SESSION       name of the session and of the job
#   VIZLINK_CLIENT_ID     the client's GameStream id, 16 hexadecimal digits
#   VIZLINK_CLIENT_CERT   the client's certificate: base64 of its DER, on one line (public, no secret)
#
# The job reports to the client in $folder/ready.json and $folder/host.pem (both 0600) where its host listens and which
# certificate it shows. The folder must lie where login host and nodes both see it: the home folder on most clusters.

# ---- Directives: what a desktop may use. ----
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --gres=gpu:1
# A job that starts again on another node would be another desktop.
#SBATCH --no-requeue
# Thirty seconds before the time limit the script gets a signal, and ends in order.
#SBATCH --signal=B:TERM@30

set -u
umask 077
: "${VIZLINK_SESSION:?}" "${VIZLINK_CLIENT_ID:?}" "${VIZLINK_CLIENT_CERT:?}"
folder="$HOME/.cache/vizlink/sessions/$VIZLINK_SESSION"
mkdir -p "$folder" && cd "$folder" || exit 1

# ---- site part: begin (how desktop and host start here; both run until they get the signal to end) ----
# Each program that start_desktop leaves in the background is a part of the desktop: once one of them has ended (log out, the
# X server is gone), the job ends.
# Programs may run in a container: put `apptainer exec --nv IMAGE.sif` in front of them, and apptainer into this list.
programs='Xorg xauth dbus-run-session startxfce4 sunshine'
start_desktop() {
  # An X server of this job's own, with a cookie that no other user has. The cookie is there first: a server that starts
  # without one lets in every user of the node. It goes through a pipe, for everybody sees the words of a command.
  export XAUTHORITY="$folder/xauthority"
  cookie=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
  printf 'add :0 . %s\n' "$cookie" | xauth -q -f "$XAUTHORITY" source - || return 1
  # -displayfd lets it choose a free number; the log's name has no folder, which a privileged server would refuse.
  # Without MIT-SHM: Sunshine and many programs make that memory readable for all users of the node, and the picture is in it.
  Xorg -displayfd 3 -config xorg.conf.nvidia -auth "$XAUTHORITY" -logfile xorg.log -nolisten tcp -extension MIT-SHM vt7 \
    3> "$folder/display" &
  server=$!
  for _ in $(seq 300); do
    [ -s "$folder/display" ] && break
    kill -0 "$server" 2> /dev/null || return 1
    sleep 0.1
  done
  [ -s "$folder/display" ] || return 1
  DISPLAY=":$(cat "$folder/display")"
  export DISPLAY
  printf 'add %s . %s\n' "$DISPLAY" "$cookie" | xauth -q source - || return 1
  unset cookie
  # A session bus of its own: the one of the login host, which the job's environment may name, is not here.
  dbus-run-session -- startxfce4 &
}
start_host() {
  # The configuration file is a plain first argument: `--config FILE` is taken for a command, and Sunshine ends.
  exec sunshine "$folder/sunshine.conf"
}
# ---- site part: end ----

# ---- Everything ends with this script. What an error leaves is the log, which the client reads and removes. ----
set -m # each background program gets a process group of its own, so that all of it can be ended
desktop='' host='' result=1
end_groups() { # process groups: asked to end, killed after five seconds
  for group in "$@"; do kill -TERM -- "-$group" 2> /dev/null; done
  for _ in $(seq 50); do
    alive=0
    for group in "$@"; do kill -0 -- "-$group" 2> /dev/null && alive=1; done
    [ $alive = 0 ] && return
    sleep 0.1
  done
  for group in "$@"; do kill -KILL -- "-$group" 2> /dev/null; done
}
finish() {
  trap '' TERM EXIT
  # Also what start_desktop had started when it failed.
  end_groups $host $desktop $(jobs -p)
  # An X server that had to be killed leaves its socket, and its lock where it made one: its number is never used again.
  number=$(cat "$folder/display" 2> /dev/null)
  socket="/tmp/.X11-unix/X$number"
  if [ -n "$number" ] && ! grep -q " $socket\$" /proc/net/unix; then
    for file in "$socket" "/tmp/.X$number-lock"; do [ -O "$file" ] && rm -f -- "$file"; done
  fi
  # Sunshine makes this folder wherever its files are; one that holds something is the user's.
  rmdir "$HOME/.config/sunshine" 2> /dev/null
  cd /
  if [ "$result" = 0 ]; then
    rm -rf -- "$folder"
    rmdir "$HOME/.cache/vizlink/sessions" 2> /dev/null
  else
    find "$folder" -mindepth 1 -maxdepth 1 ! -name '*.log' -exec rm -rf -- {} +
  fi
  exit "$result"
}
trap 'result=0; finish' TERM
trap finish EXIT
die() {
  echo "ERROR: $*"
  exit 1
}
# A cancelled job sends the signal to all of its processes, to this script perhaps last: it is no failure then that one has ended.
wait_for_signal() { sleep 1; }

for program in ${programs-} openssl; do
  command -v "$program" > /dev/null || die "the program $program is not there on the node $(hostname)"
done

# ---- The client's certificate goes into the host's state file, so that no user has to type a PIN. ----
client_lines=$(printf '%s' "$VIZLINK_CLIENT_CERT" | fold -w 64 | awk '{ printf "%s\\n", $0 }')
client_pem="-----BEGIN CERTIFICATE-----\\n${client_lines}-----END CERTIFICATE-----\\n"
# A web user whose password is not kept: a host without one belongs to the first client.
salt=$(head -c 8 /dev/urandom | od -An -tx1 | tr -d ' \n')
password=$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')
# Sunshine's own form of a hash: upper case, the bytes in reverse order.
hash=$(printf '%s%s' "$password" "$salt" | sha256sum | cut -c 1-64 | tr a-f A-F | fold -w 2 | tac | tr -d '\n')
unset password
cat > state.json << END
{"username": "vizlink", "salt": "$salt", "password": "$hash",
 "root": {"uniqueid": "$(cat /proc/sys/kernel/random/uuid)",
  "devices": [{"uniqueid": "$VIZLINK_CLIENT_ID", "certs": ["$client_pem"]}]}}
END
echo '{"env": {}, "apps": [{"name": "Desktop"}]}' > apps.json
openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj '/CN=Sunshine Gamestream Host' \
  -keyout host.key -out host.pem 2> openssl.log || die "no certificate: $(tail -n 1 openssl.log)"
fingerprint=$(openssl x509 -in host.pem -outform DER | sha256sum | cut -c 1-64)

# ---- The desktop comes first: it takes its time, and ports that were free before may not be so after it. ----
start_desktop || die 'the desktop did not start'
desktop=$(jobs -p | tr '\n' ' ')

# ---- Ports. A host uses seven, from 5 below its base port to 21 above: bases 30 apart never meet. ----
# They lie among those that Linux gives to connections that go out: any program of the node may get one at any moment, also
# after this look and before the host has it. Then the host is started again on the next block.
tcp_offsets='-5 0 1 21' udp_offsets='9 10 11'
local_ports() { # protocol, state: a line of the local ports of sockets in this state, or (absent) in any
  awk -v state="${2-}" 'FNR > 1 && (state == "" || $4 == state) { sub(/.*:/, "", $2); printf " %s ", $2 }' \
    "/proc/net/$1" "/proc/net/${1}6" 2> /dev/null
}
is_among() { # port, such a line
  case $2 in *" $(printf '%04X' "$1") "*) ;; *) return 1 ;; esac
}
# Any socket counts: also the near end of a connection that goes out, and one in TIME_WAIT, which such a connection leaves
# and beside which no server can listen for a minute.
unused() { # base port: whether no socket of this node has one of the seven
  there=$(local_ports tcp)
  for offset in $tcp_offsets; do is_among $(($1 + offset)) "$there" && return 1; done
  there=$(local_ports udp)
  for offset in $udp_offsets; do is_among $(($1 + offset)) "$there" && return 1; done
  return 0
}
# What these tables do not show is a TCP socket that is bound and does no more. All seven are bound at once, on all
# addresses as Sunshine does, and without SO_REUSEADDR: Sunshine sets it for TCP, so it gets whatever can be had without.
bind_python='
import errno, socket, sys
held = []
try:
    for offset in sys.argv[2].split():
        held.append(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
        held[-1].bind(("", int(sys.argv[1]) + int(offset)))
    for offset in sys.argv[3].split():
        held.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        held[-1].bind(("", int(sys.argv[1]) + int(offset)))
except OSError as error:
    sys.exit(3 if error.errno == errno.EADDRINUSE else 1)
'
bind_perl='
my ($base, $tcp, $udp) = @ARGV;
my @held;
for ([SOCK_STREAM, $tcp], [SOCK_DGRAM, $udp]) {
  my ($kind, $offsets) = @$_;
  for my $offset (split " ", $offsets) {
    socket(my $socket, PF_INET, $kind, 0) or exit 1;
    bind($socket, pack_sockaddr_in($base + $offset, INADDR_ANY)) or exit($!{EADDRINUSE} ? 3 : 1);
    push @held, $socket;
  }
}
'
can_be_bound() { # base port: whether all seven can be bound, as far as this node has a program that shows it
  for program in python3 perl; do
    command -v $program > /dev/null || continue
    case $program in
      python3) timeout 10 python3 -I -S -c "$bind_python" "$1" "$tcp_offsets" "$udp_offsets" ;;
      perl) timeout 10 perl -MSocket -e "$bind_perl" -- "$1" "$tcp_offsets" "$udp_offsets" ;;
    esac 2> /dev/null
    case $? in 0) return 0 ;; 3) return 1 ;; esac
  done
  return 0
}
# Jobs that start at the same moment begin at different places.
first=$((SLURM_JOB_ID % 20)) tried=0 base=''
next_base() { # sets base to that of the next block that looks free; fails after the last of the twenty
  while [ $tried -lt 20 ]; do
    base=$((47989 + 30 * ((first + tried) % 20)))
    tried=$((tried + 1))
    unused "$base" && can_be_bound "$base" && return 0
  done
  return 1
}

# ---- Sunshine's configuration. Never lower min_log_level: at debug it writes the session's key. ----
configure() {
  cat > sunshine.conf << END
port = $base
address_family = ipv4
upnp = off
origin_web_ui_allowed = pc
min_log_level = info
sunshine_name = $VIZLINK_SESSION
file_state = $folder/state.json
credentials_file = $folder/state.json
file_apps = $folder/apps.json
pkey = $folder/host.key
cert = $folder/host.pem
log_path = $folder/sunshine.log
END
}

# ---- The host, and the news that it is there. ----
listens() { # whether something listens on each of the four TCP ports
  there=$(local_ports tcp 0A)
  for offset in $tcp_offsets; do is_among $((base + offset)) "$there" || return 1; done
}
is_ours() { # whether the certificate that is shown at the host's HTTPS port is this job's
  shown=$(timeout 5 openssl s_client -connect "127.0.0.1:$((base - 5))" < /dev/null 2> /dev/null |
    openssl x509 -outform DER 2> /dev/null | sha256sum | cut -c 1-64)
  [ "$shown" = "$fingerprint" ]
}
# Sunshine's words for a port that it did not get; it may end after them, or go on without.
lost_a_port() {
  tail -qc 65536 sunshine.log host.log 2> /dev/null |
    grep -Eqi "couldn't (bind|start) .* (on|to) ports? |address already in use|EADDRINUSE"
}
host_runs() { kill -0 "$host" 2> /dev/null && ! lost_a_port; }
desktop_runs() { # whether all parts of the desktop run, or are stopped for a moment; ended is the first that does not
  for ended in $desktop; do kill -0 "$ended" 2> /dev/null || return 1; done
}
comes_up() { # waits until the host listens, and is ours
  for _ in $(seq 600); do
    host_runs && desktop_runs || return 1
    listens && is_ours && return 0
    sleep 0.1
  done
  die 'the host does not listen'
}

while :; do
  # Jobs of one node look one after the other, until their hosts listen: two at once would find the same ports free. The
  # lock is on a folder that every node has and that is its own; where it cannot be had the job continues without.
  exec 9< /run && flock -w 90 9
  next_base || die 'no seven free ports on this node'
  configure
  echo "Session $VIZLINK_SESSION on $(hostname), base port $base"
  export VIZLINK_BASE_PORT=$base
  (start_host) > host.log 2>&1 9<&- &
  host=$!
  ready=no
  if comes_up; then
    ready=yes
    exec 9<&-
    # Written beside and renamed: a reader reads all of it.
    printf '{"version": 1, "basePort": %s, "certificateSha256": "%s"}\n' "$base" "$fingerprint" > ready.part
    mv ready.part ready.json
    while host_runs && desktop_runs; do sleep 1; done
  fi
  if ! desktop_runs; then
    wait "$ended"
    status=$?
    [ $status = 0 ] && echo 'The user has left the desktop.' && result=0 && exit
    wait_for_signal
    die "the desktop ended with status $status"
  fi
  if ! lost_a_port; then
    wait "$host"
    status=$?
    [ $ready = yes ] && [ $status = 0 ] && result=0 && exit
    wait_for_signal
    tail -c 4096 host.log
    [ $ready = yes ] && die "the host ended with status $status"
    # It may have ended before it opened its log, and have other words for a lost port than those known here.
    unused "$base" && die "the host ended: $(tail -n 3 sunshine.log 2> /dev/null || echo 'see the lines before this one')"
  fi
  echo "Somebody else got a port of the host's: $(tail -qn 3 sunshine.log host.log 2> /dev/null)"
  end_groups "$host"
  rm -f ready.json sunshine.log host.log
done
