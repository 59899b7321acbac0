# SPDX-License-Identifier: MIT
# Sourced inside the container: the tests directory is /tests, this one is /t, our binary is /soloctl.
. /tests/lib.sh
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
cp /soloctl /usr/bin/systemctl
mkdir -p /usr/lib/systemd
not_booted() { rm -rf /run/systemd/system; }
look_booted() { mkdir -p /run/systemd/system; }
play_end() { echo END; suite_end; }
