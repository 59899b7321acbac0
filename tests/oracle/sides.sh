# SPDX-License-Identifier: MIT
# Sourced by the suites that play scenarios on two sides and compare what happened. The left side is `oracle`, Debian 13's systemd, and
# the right one `ours`, where no option says otherwise:
#
# --oracle-twice  compares systemd with itself: a scenario that differs shows an accident (the order of a hash table, a race, a moment)
#                 and must be rewritten to show what is promised
# --ours-twice    the same with ours
# --load          keeps both sides busy with two spinning processes at low priority
# --pause S       the right side's player waits S seconds before each command and each question
# --lag S         the right side's services wait S seconds before each line that they write
# --print         prints what the left side did, too
#
# What a scenario did stands in $work/left/SCENARIO and $work/right/SCENARIO; `again SCENARIO SIDE DIR`, which the suite defines, plays it
# once more on one side, into DIR/SCENARIO.
# Where systemd itself does now this, now that, ours has to do one of these each time: what differs from it is played REPLAYS (5) times
# more by both, and each thing that ours did must be one that systemd did.
# What is expected to differ from systemd stands in tests/oracle/differences: scenario, page of the manual, sentence in it that
# gives the reason. Such a scenario must differ, at least in one of REPLAYS, or its row is stale; and the page must have the sentence.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

left=oracle right=ours load=no print=no pause='' lag=''
replays=${REPLAYS:-5}
spinning=()

# take_options WORD…: $n_options is the number of words that were options; --play is the business of the suite.
take_options() {
	local n=$#
	while [ $# -gt 0 ]; do
		case $1 in
		--oracle-twice) right=oracle ;;
		--ours-twice) left=ours ;;
		--load) load=yes ;;
		--pause) pause=$2; shift ;;
		--lag) lag=$2; shift ;;
		--print) print=yes ;;
		*) break ;;
		esac
		shift
	done
	n_options=$((n - $#))
	case ${1:-} in
	--play) ;;
	-*) echo "unknown option $1" >&2; exit 2 ;;
	esac
}
load_begin() {
	local i
	[ $load = yes ] || return 0
	for i in 1 2; do
		nice -n 5 sh -c 'while :; do :; done' &
		spinning+=($!)
	done
}
load_end() {
	[ ${#spinning[@]} -eq 0 ] || kill "${spinning[@]}" 2>/dev/null
}
# slow_words SIDE: PAUSE=… and LAG=… as the options say.
slow_words() { [[ $1 == left* ]] || echo ${pause:+PAUSE=$pause} ${lag:+LAG=$lag}; }

# reason_of SCENARIO: what differences says of it, if what is compared is ours and systemd's.
reason_of() { [ $left$right = oracleours ] && sed -n "s/^$1[[:blank:]]\+//p" "$repo/tests/oracle/differences"; }
# in_manual PAGE SENTENCE: whether the page has the words, however its lines are broken and marked up.
in_manual() { mandoc -T ascii -O width=1000 "$repo/man/$1" | sed 's/.\x08//g' | tr -s ' \n' ' ' | grep -qF -- "$2"; }
# replay SCENARIO
replay() {
	local i
	for ((i = 1; i <= replays; i++)); do
		mkdir -p "$work/left.again/$i" "$work/right.again/$i"
		again "$1" left "$work/left.again/$i" &
		again "$1" right "$work/right.again/$i"
		wait $!
	done
}
# differs_at_times SCENARIO
differs_at_times() {
	local i
	replay "$1"
	for ((i = 1; i <= replays; i++)); do
		cmp -s "$work/left.again/$i/$1" "$work/right.again/$i/$1" || return 0
	done
	return 1
}
# is_one_of SCENARIO: is each thing that ours did one that systemd did, though it does not always do the same?
is_one_of() {
	local mine theirs
	[ $left$right = oracleours ] || return 1
	replay "$1"
	for mine in "$work"/right{,.again/*}/"$1"; do
		for theirs in "$work"/left{,.again/*}/"$1" none; do
			cmp -s "$mine" "$theirs" && break
		done
		[ "$theirs" != none ] || return 1
	done
}
# judge SCENARIO: says what is to be said of it.
judge() {
	local page reason
	read -r page reason <<<"$(reason_of "$1")"
	[ $print = yes ] && sed 's/^/     /' "$work/left/$1"
	if diff -Nu "$work/left/$1" "$work/right/$1" >"$work/diff.$1" 2>&1; then
		[ -z "$reason" ] || differs_at_times "$1" || { fail "$1" "is listed as different, and is equal"; return; }
		pass "$1"
	elif [ -z "$reason" ] && is_one_of "$1"; then
		pass "$1 (systemd itself does now this, now that)"
	elif [ -z "$reason" ]; then
		fail "$1" "differs"
		sed 's/^/     /' "$work/diff.$1" | tail -n +3
	elif in_manual "$page" "$reason"; then
		pass "$1 (differs: $reason)"
	else
		fail "$1" "differs, and man/$page does not say: $reason"
	fi
}
