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
# The job tells the client by $folder/ready.json and $folder/host.pem (both 0600) where its host listens and which
# certificate it shows. The folder must lie where login host and nodes both see it: the home folder on most clusters.

# ---- Directives: what a desktop may use. ----
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --gres=gpu:1
# A job that starts again on another node would be another desktop.
#SBATCH --no-requeue
# Thirty seconds before the time limit the script is told, and ends in order.
#SBATCH --signal=B:TERM@30

set -u
umask 077
: "${VIZLINK_SESSION:?}" "${VIZLINK_CLIENT_ID:?}" "${VIZLINK_CLIENT_CERT:?}"
folder="$HOME/.cache/vizlink/sessions/$VIZLINK_SESSION"
mkdir -p "$folder" && cd "$folder" || exit 1

# ---- site part: begin (how desktop and host start here; both run until they are told to end) ----
# Programs may run in a container: put `apptainer exec --nv IMAGE.sif` in front of them.
start_desktop() {
  # An X server of this job's own, with a cookie that nobody else has; -displayfd lets it choose a free number.
  export XAUTHORITY="$folder/xauthority"
  touch "$XAUTHORITY"
  Xorg -displayfd 3 -config xorg.conf.nvidia -auth "$XAUTHORITY" -nolisten tcp vt7 3> "$folder/display" &
  for _ in $(seq 100); do [ -s "$folder/display" ] && break; sleep 0.1; done
  [ -s "$folder/display" ] || return 1
  DISPLAY=":$(cat "$folder/display")"
  export DISPLAY
  xauth add "$DISPLAY" . "$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')"
  startxfce4 &
}
start_host() {
  # The configuration file is a plain first argument: `--config FILE` is taken for a command, and Sunshine ends.
  exec sunshine "$folder/sunshine.conf"
}
# ---- site part: end ----

# ---- Everything ends with this script. What an error leaves is the log, which the client reads and removes. ----
set -m # each background program gets a process group of its own, so that all of it can be ended
desktop='' host='' result=1
finish() {
  trap '' TERM EXIT
  for group in $host $desktop; do kill -TERM -- "-$group" 2> /dev/null; done
  for _ in $(seq 50); do
    alive=0
    for group in $host $desktop; do kill -0 -- "-$group" 2> /dev/null && alive=1; done
    [ $alive = 0 ] && break
    sleep 0.1
  done
  for group in $host $desktop; do kill -KILL -- "-$group" 2> /dev/null; done
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

# ---- The client's certificate goes into the host's state file, so nobody has to type a PIN. ----
client_lines=$(printf '%s' "$VIZLINK_CLIENT_CERT" | fold -w 64 | awk '{ printf "%s\\n", $0 }')
client_pem="-----BEGIN CERTIFICATE-----\\n${client_lines}-----END CERTIFICATE-----\\n"
# A web user whose password nobody knows: a host without one belongs to whoever comes first.
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

# ---- Ports. A host uses seven, from 5 below its base port to 21 above: bases 30 apart never meet. ----
used() { # protocol, port: whether any socket of this node has it
  awk '{ print $2 }' "/proc/net/$1" "/proc/net/${1}6" 2> /dev/null | grep -qi ":$(printf '%04X' "$2")$"
}
free() { # base port: whether all seven are free
  for offset in -5 0 1 21; do used tcp $(($1 + offset)) && return 1; done
  for offset in 9 10 11; do used udp $(($1 + offset)) && return 1; done
  return 0
}
# Jobs that start at the same moment begin at different places.
first=$((SLURM_JOB_ID % 20)) base=''
for step in $(seq 0 19); do
  candidate=$((47989 + 30 * ((first + step) % 20)))
  if free $candidate; then
    base=$candidate
    break
  fi
done
[ -n "$base" ] || die 'no seven free ports on this node'

# ---- Sunshine's configuration. Never lower min_log_level: at debug it writes the session's key. ----
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

# ---- Desktop, host, and the news that both are there. ----
echo "Session $VIZLINK_SESSION on $(hostname), base port $base"
export VIZLINK_BASE_PORT=$base
start_desktop || die 'the desktop did not start'
desktop=$(jobs -p | tr '\n' ' ')
(start_host) &
host=$!
for _ in $(seq 600); do
  used tcp "$base" && used tcp $((base - 5)) && break
  kill -0 "$host" 2> /dev/null || die "the host ended: $(tail -n 3 sunshine.log 2> /dev/null)"
  sleep 0.1
done
used tcp "$base" || die 'the host does not listen'
# Written beside and renamed: whoever reads it reads all of it.
printf '{"version": 1, "basePort": %s, "certificateSha256": "%s"}\n' "$base" "$fingerprint" > ready.part
mv ready.part ready.json
wait "$host"
result=$?
[ $result = 0 ] || echo "ERROR: the host ended with status $result"
exit $result
