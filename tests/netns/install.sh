#!/bin/sh
# Install the Debian packages that the tests in network namespaces lack: `install.sh PACKAGE...`.
# Without root or apt-get it says so and leaves everything as it is; the tests then skip, and say why.
set -eu
[ $# -gt 0 ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
  echo "Tests in network namespaces need: $* (root and apt-get can install them)" >&2
  exit 0
fi
# Debian starts a server when it is installed; no server of these tests may run outside its namespace.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' > "$policy"
  chmod 755 "$policy"
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" > /dev/null
