# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Thirty units with random dependencies, from a seed: SOLOCTL_BOOT_SEEDS="1 2 3 …". Whatever a scenario shows can be had again from its number.

random_boot() {
	local u
	python3 "$repo/tests/oracle/boots/random.py" "$1" "$dir/random"
	for u in "$dir"/random/units/*; do
		unit "$(basename "$u")" <"$u"
	done
	wanted "$(cat "$dir/random/wanted")"
	play <"$dir/random/play"
	cat "$dir/random/rules" >>"$dir/rules"
}
for seed in ${SOLOCTL_BOOT_SEEDS:-1 2 3 4 5 6 7 8}; do
	eval "boot_random_$seed() { random_boot $seed; }"
done
