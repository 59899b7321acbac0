# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# PAMName=, with the real library and modules: environment, limits, a session that is opened and closed, refusals.

# pam_service LINE…: /etc/pam.d/soloctl.
pam_service() { printf '%s\n' "$@" >/etc/pam.d/soloctl; }
# Where both root and the service write events.
shared_log() { : >/ev/log; chmod 666 /ev/log; }
# A session whose beginning and end are events.
pam_session() {
	printf '#!/bin/sh\n/ev/ev "$PAM_TYPE" "$PAM_USER" "$PAM_SERVICE" uid "$(id -u)"\n' >/ev/session
	chmod 755 /ev/session
	shared_log
	pam_service 'account required pam_permit.so' 'session required pam_exec.so /ev/session' "$@"
}

scenario_pam_session_opens_and_closes() {
	pam_session
	unit a.service <<<$'[Service]\nType=oneshot\nUser=daemon\nPAMName=soloctl\nExecStart=/ev/ev main'
	run systemctl start a.service
	until_events 3
	events
	state a.service
}
scenario_pam_session_of_a_long_service() {
	pam_session
	unit a.service <<<$'[Service]\nUser=daemon\nPAMName=soloctl\nExecStart=/bin/sh -c "/ev/ev main; while [ ! -e /ev/go ]; do sleep 0.1; done; exit 3"'
	run systemctl start a.service
	for _ in $(seq 100); do grep -q main /ev/log && break; sleep 0.1; done
	events
	ps -o comm= --ppid "$(systemctl show -p MainPID --value a.service)" | grep -x '(sd-pam)'
	shared_log
	touch /ev/go
	wait_for a.service failed/failed
	state a.service
	until_events 1
	events
}
scenario_pam_environment() {
	printf 'FROM_PAM DEFAULT=pam\nBOTH DEFAULT=pam\nGONE DEFAULT=pam\n' >/ev/env.conf
	pam_service 'account required pam_permit.so' 'session required pam_env.so conffile=/ev/env.conf readenv=0'
	unit a.service <<'END'
[Service]
Type=oneshot
User=daemon
PAMName=soloctl
Environment=BOTH=unit MINE=unit
UnsetEnvironment=GONE
ExecStart=/bin/sh -c '/ev/ev "$$FROM_PAM $$BOTH $$MINE $${GONE-unset} $$USER $$HOME"'
END
	run systemctl start a.service
	events
}
scenario_pam_limits_win() {
	echo 'daemon - nofile 77' >/ev/limits.conf
	pam_service 'account required pam_permit.so' 'session required pam_limits.so conf=/ev/limits.conf'
	unit a.service <<<$'[Service]\nType=oneshot\nUser=daemon\nPAMName=soloctl\nLimitNOFILE=99\nExecStart=/bin/sh -c \'/ev/ev "$$(ulimit -n) $$(id -u):$$(id -g):$$(id -G)"\''
	run systemctl start a.service
	events
}
scenario_pam_group_is_added() {
	echo 'soloctl;*;*;Al0000-2400;games' >/ev/group.conf
	cp /etc/security/group.conf /ev/group.old
	cp /ev/group.conf /etc/security/group.conf
	pam_service 'auth required pam_group.so' 'account required pam_permit.so' 'session required pam_permit.so'
	unit a.service <<<$'[Service]\nType=oneshot\nUser=daemon\nPAMName=soloctl\nSupplementaryGroups=mail\nExecStart=/bin/sh -c \'/ev/ev "$$(id -G | tr " " "\\n" | sort -n | tr "\\n" " ")"\''
	run systemctl start a.service
	cp /ev/group.old /etc/security/group.conf
	events
}
scenario_pam_account_is_denied() {
	pam_service 'account required pam_deny.so' 'session required pam_permit.so'
	unit a.service <<<$'[Service]\nType=oneshot\nUser=daemon\nPAMName=soloctl\nExecStart=/ev/ev main'
	run systemctl start a.service
	state a.service
	events
	unit b.service <<<$'[Service]\nType=exec\nUser=daemon\nPAMName=soloctl\nExecStart=/ev/ev main'
	run systemctl start b.service
	state b.service
	events
}
scenario_pam_session_is_denied() {
	pam_service 'account required pam_permit.so' 'session required pam_deny.so'
	unit a.service <<<$'[Service]\nType=oneshot\nUser=daemon\nPAMName=soloctl\nExecStart=/ev/ev main'
	run systemctl start a.service
	state a.service
	events
}
scenario_pam_service_is_missing() {
	rm -f /etc/pam.d/soloctl
	printf 'account required pam_deny.so\n' >/ev/other.new
	cp /etc/pam.d/other /ev/other.old
	cp /ev/other.new /etc/pam.d/other
	unit a.service <<<$'[Service]\nType=oneshot\nUser=daemon\nPAMName=soloctl\nExecStart=/ev/ev main'
	run systemctl start a.service
	cp /ev/other.old /etc/pam.d/other
	state a.service
	events
}
scenario_pam_without_a_user() {
	pam_service 'account required pam_deny.so' 'session required pam_deny.so'
	unit a.service <<<$'[Service]\nType=oneshot\nPAMName=soloctl\nExecStart=/ev/ev main'
	run systemctl start a.service
	state a.service
	events
	pam_session
	unit b.service <<<$'[Service]\nType=oneshot\nPAMName=soloctl\nExecStart=/ev/ev main'
	run systemctl start b.service
	until_events 3
	events
}
scenario_pam_not_for_privileged_commands() {
	pam_service 'account required pam_deny.so' 'session required pam_deny.so'
	unit a.service <<<$'[Service]\nType=oneshot\nUser=daemon\nPAMName=soloctl\nExecStart=+/ev/ev full\nExecStart=!/ev/ev ids'
	run systemctl start a.service
	state a.service
	events
}
