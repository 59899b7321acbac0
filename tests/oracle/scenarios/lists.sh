# SPDX-License-Identifier: MIT
# Lists as JSON, and what else is said in more forms than one.

scenario_lists_as_json() {
	unit l1.service <<'EOF'
[Unit]
Description=One "quoted" \\ word
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
EOF
	unit l1.path <<'EOF'
[Path]
PathExists=/ev/never
Unit=l2.service
EOF
	unit l2.service <<'EOF'
[Service]
ExecStart=/bin/true
EOF
	unit l2.socket <<'EOF'
[Socket]
ListenStream=/ev/l2
ListenFIFO=/ev/l2.fifo
EOF
	unit l1.timer <<'EOF'
[Timer]
OnCalendar=2199-01-01 00:00:00 UTC
EOF
	unit l3.target <<'EOF'
[Unit]
DefaultDependencies=no
Wants=l1.service l1.path
EOF
	quietly systemctl start l1.service l1.path l2.socket l1.timer
	local form
	for form in json json-pretty json-sse json-seq; do
		run systemctl list-units -o $form 'l1.*'
		run systemctl list-sockets -o $form 'l2.*'
		run systemctl list-timers -o $form 'l1.*'
		run systemctl list-paths -o $form 'l1.*'
	done
	run systemctl list-sockets --show-types -o json 'l2.*'
	run systemctl list-units --plain -o json 'l1.s*'
	run systemctl list-units -o json --legend=yes 'nosuch*'
	run systemctl list-units -o json-pretty 'nosuch*'
	run systemctl list-jobs -o json
	run systemctl list-dependencies -o json l3.target
	quietly systemctl stop l1.timer l2.socket l1.path l1.service
}

scenario_environment_as_json() {
	local form
	quietly systemctl set-environment 'JSON_A=q"\ ä' $'JSON_B=tab\there'
	for form in json json-pretty json-sse json-seq; do
		run bash -c "systemctl show-environment -o $form | grep -a -o 'JSON_A.*'"
	done
	quietly systemctl unset-environment JSON_A JSON_B
}

scenario_properties_all_or_none() {
	unit p1.service <<'EOF'
[Service]
ExecStart=/bin/sleep infinity
EOF
	quietly systemctl start p1.service
	run systemctl set-property --runtime p1.service MemoryHigh=100M MemoryMax=nonsense
	props p1.service MemoryHigh MemoryMax DropInPaths
	run systemctl set-property --runtime p1.service MemoryHigh=100M Nonsense=1
	props p1.service MemoryHigh DropInPaths
	quietly systemctl stop p1.service
}

scenario_edit_without_units() {
	run systemctl edit --stdin 'nosuch*'
	run systemctl cat 'nosuch*'
	run systemctl edit --stdin nosuch.service
}

scenario_dependency_options() {
	unit d0.target <<'EOF'
[Unit]
DefaultDependencies=no
Wants=d1.service d2.target dmissing.service
Requires=d3.service
After=d1.service d3.service
EOF
	unit d1.service <<'EOF'
[Unit]
DefaultDependencies=no
BindsTo=d3.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
EOF
	unit d2.target <<'EOF'
[Unit]
DefaultDependencies=no
Wants=d4.service d0.target
Before=d1.service
EOF
	unit d3.service <<'EOF'
[Unit]
DefaultDependencies=no
PartOf=d2.target
[Service]
ExecStart=/bin/sleep infinity
EOF
	unit d4.service <<'EOF'
[Unit]
DefaultDependencies=no
Requisite=d1.service
[Service]
Type=oneshot
ExecStart=/bin/false
EOF
	quietly systemctl start d0.target
	wait_for d4.service failed/failed
	local options
	for options in '' --plain --all '--all --plain' --reverse --after --before '--after --before' '--reverse --all' \
		'--state=active' '--state=failed' '--type=service' '--type=target --all' --failed --no-legend --quiet -l --full; do
		run systemctl list-dependencies $options d0.target
	done
	run systemctl list-dependencies --reverse d3.service
	run systemctl list-dependencies d0.target d2.target
	run systemctl list-dependencies 'd2*.target'
	run systemctl list-dependencies --plain d0.target d2.target
	run systemctl list-dependencies nosuch.service
	run systemctl list-dependencies nosuch@.service
	run systemctl list-dependencies d1
	run systemctl list-dependencies --type=nonsense d1
	for options in '' --all --failed '--state=active' '--state=failed,active' '--type=target' '--type=service --state=failed' --plain --no-legend -q \
		'--legend=no --plain' --full '--state=running' '--state=not-found'; do
		run systemctl list-units $options 'd[0-9m]*'
	done
	run systemctl list-units d0.target d4.service
	run systemctl list-units d0
	run systemctl list-units --all dmissing.service
	quietly systemctl reset-failed d4.service
	quietly systemctl stop d0.target d1.service d2.target d3.service
}

scenario_show_options() {
	unit s1.service <<'EOF'
[Unit]
Description=S 1
[Service]
Environment="A=1 2" B=3
ExecStart=/bin/sleep infinity
EOF
	quietly systemctl start s1.service
	run systemctl show -p Description -p Id,LoadState s1.service
	run systemctl show -P Description s1
	run systemctl show -P Description -P Id s1
	run systemctl show --value -p Description,Id s1
	run systemctl show -p Environment s1
	run systemctl show -p NoSuchProperty s1
	run systemctl show -P NoSuchProperty s1
	run systemctl show -a -p NoSuchProperty s1
	run systemctl show -p Id s1 nosuch.service s1
	run systemctl show -p Id,LoadState,LoadError nosuch.service
	run systemctl show -p Id 's1*' 'nosuch*'
	run systemctl show -p Id s1@.service
	run systemctl show -p Id 12345678
	run systemctl show -p Id ''
	run systemctl show --property= s1
	run systemctl show --state=active -p Id s1
	run systemctl show -p Id --type=timer --state=nonsense
	run systemctl show -p Id --type=service --state=failed
	run systemctl is-active s1 nosuch.service
	run systemctl is-active 's1*'
	run systemctl is-active 'nosuch*'
	run systemctl is-active nosuch.service
	run systemctl is-active -q s1
	run systemctl is-failed s1
	run systemctl is-failed 's1*' nosuch.service
	run systemctl is-enabled s1 nosuch.service
	run systemctl cat s1 nosuch.service
	run systemctl cat s1@
	run systemctl cat ''
	run systemctl status nosuch.service s1@.service
	run systemctl status -n0 'nosuch*'
	run systemctl status 99999999
	run systemctl status 0
	run systemctl status -n0 ''
	run systemctl whoami 1x
	run systemctl kill -s 0 s1
	run systemctl kill -s NONSENSE s1
	run systemctl kill --kill-whom=nonsense s1
	run systemctl kill --kill-value=3 s1
	run systemctl reset-failed nosuch.service
	run systemctl reset-failed 'nosuch*'
	run systemctl freeze nosuch.service
	run systemctl clean s1
	run systemctl cancel 4711
	run systemctl cancel x
	run systemctl list-jobs s1.service
	run systemctl set-environment A
	run systemctl set-environment =A
	run systemctl unset-environment 'A B'
	run systemctl import-environment 'A B'
	run systemctl import-environment NO_SUCH_VARIABLE
	run systemctl show-environment x
	run systemctl log-level nonsense
	run systemctl start
	run systemctl start -- -x.service
	run systemctl start ''
	run systemctl start s1@.service
	run systemctl start 'nosuch*'
	run systemctl stop 'nosuch*'
	run systemctl isolate s1
	run systemctl isolate 'x*'
	run systemctl --wait stop s1
	run systemctl --now start s1
	run systemctl enable --now nosuch.service
	run systemctl revert nosuch.service
	run systemctl help nosuch.service
	run systemctl help s1
	run systemctl help
	run systemctl try-restart nosuch.service
	run systemctl reload s1
	run systemctl reload-or-restart
	run systemctl list-unit-files s1.service nosuch.service
	run systemctl list-unit-files 'nosuch*'
	run systemctl --marked restart s1
	run systemctl default x
	run systemctl daemon-reload x
	run systemctl list-machines nosuch
	run systemctl service-watchdogs
	run systemctl set-property
	run systemctl set-property s1
	run systemctl bind s1
	run systemctl switch-root a b c
	run systemctl service-watchdogs yes
	run systemctl service-watchdogs x
	run systemctl show -p Id s1@.service s1
	run systemctl list-timers --after --before nosuch
	quietly systemctl stop s1.service
}

scenario_words_of_companions() {
	run systemd-escape
	run systemd-escape a b/c ""
	run systemd-escape -p /a//b/../c
	run systemd-escape -u a-b 'x\x2d'
	run systemd-escape -u -p a-b -
	run systemd-escape -u 'x\xzz'
	run systemd-escape --suffix=x a
	run systemd-escape --suffix=mount -p /a/b
	run systemd-escape --template=foo a
	run systemd-escape --template=foo@.service a/b c
	run systemd-escape --template=foo@x.service a/b c
	run systemd-escape -u --instance foo@a-b.service
	run systemd-escape -u --instance foo.service
	run systemd-escape --instance foo
	run systemd-escape -m a/b /x/y foo.service 'a*'
	run systemd-escape -m ''
	run systemd-escape -m -p a
	run systemd-escape --suffix=service --template=a@.service x
	run systemd-escape -Z
	run systemd-escape --bogus
	run systemd-escape --inst
	run systemd-escape -- -a
	run systemd-escape a -u
	run systemd-notify --ready
	run systemd-notify --booted=1
	run systemd-notify --bogus
	run systemd-notify --pid=x
	run systemd-notify --fd=x
	run systemd-notify --fd=77
	run systemd-notify --fdname=x
	run systemd-notify --exec READY=1
	run systemd-notify --exec ";" true
	run systemd-notify --exec READY=1 ";"
	run systemd-notify --exec --no-block READY=1 ";" echo x
	run systemd-notify --status
	run systemd-notify -Z
	run systemd-cat --bogus
	run systemd-cat -p x true
	run systemd-cat -p 9 true
	run systemd-cat --stderr-priority=x true
	run systemd-cat --level-prefix=x true
	run systemd-cat -t
	run systemd-run --bogus
	run systemd-run
	run systemd-run --wait
	run systemd-run --scope
	run systemd-run --scope --wait true
	run systemd-run --scope --pty true
	run systemd-run --on-active=x true
	run systemd-run --on-calendar=x true
	run systemd-run --on-active=1 --scope true
	run systemd-run --on-active=1 --wait true
	run systemd-run --on-active=1 --pty true
	run systemd-run --nice=99 true
	run systemd-run --nice=x true
	run systemd-run -E
	run systemd-run -p x true
	run systemd-run -p Foo=bar true
	run systemd-run --service-type=bogus true
	run systemd-run --uid=x --scope --pty true
	run systemd-run --no-block --wait true
	run systemd-run --remain-after-exit --scope true
	run systemd-run --on-active=1 --path-property=PathExists=/x true
	run systemd-run --expand-environment=x true
}
