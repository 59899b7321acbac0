# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Who says that it is over, and with which status.

two_services() {
	oneshot a
	daemon b -- "[Unit]" After=a.service Requires=a.service
	wanted b.service
	rule exact
}
boot_end_by_signal() {
	two_services
	end signal
}
boot_end_by_signal_from_inside() {
	two_services
	end kill -RTMIN+4 1
}
boot_end_exit() {
	two_services
	end systemctl exit 7
}
boot_end_halt() {
	two_services
	end systemctl halt
}
boot_end_poweroff_by_name() {
	two_services
	end poweroff
}
boot_end_shutdown_now() {
	two_services
	end shutdown -h now
}
boot_end_isolate() {
	two_services
	end systemctl isolate poweroff.target
}
boot_end_start_exit_target() {
	two_services
	end systemctl start exit.target
}
boot_end_forced() {
	two_services
	end systemctl poweroff --force
}
boot_end_by_a_service() {
	two_services
	service boss "systemctl --no-block exit 5" Type=oneshot "[Unit]" After=b.service
	wanted boss.service
	option wait=
	option shows=no
	end itself
}
boot_end_success_action() {
	two_services
	service boss "/bin/sleep 1" "[Unit]" After=b.service SuccessAction=exit SuccessActionExitStatus=42
	wanted boss.service
	option shows=no
	end itself
}
boot_end_failure_action() {
	two_services
	service boss "/bin/sh -c 'sleep 1; exit 3'" "[Unit]" After=b.service FailureAction=exit
	wanted boss.service
	option shows=no
	end itself
}
boot_end_failure_action_status() {
	two_services
	service boss "/bin/sh -c 'sleep 1; kill -KILL \$\$\$\$'" "[Unit]" After=b.service FailureAction=exit FailureActionExitStatus=13
	wanted boss.service
	option shows=no
	end itself
}
boot_end_failure_action_force() {
	two_services
	service boss "/bin/sh -c 'sleep 1; exit 9'" "[Unit]" After=b.service FailureAction=exit-force
	wanted boss.service
	option shows=no
	end itself
}
boot_end_success_action_poweroff() {
	two_services
	daemon boss life=1 -- "[Unit]" After=b.service SuccessAction=poweroff FailureAction=reboot
	wanted boss.service
	option shows=no
	end itself
}
boot_end_job_timeout_action() {
	two_services
	service boss "/bin/sleep 100" "[Unit]" After=b.service JobRunningTimeoutSec=2 JobTimeoutAction=exit "[Service]" Type=oneshot
	wanted boss.service
	option wait=
	option shows=no
	end itself
}
