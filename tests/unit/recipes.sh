#!/bin/bash
# recipes.sh MMAUDIT - the blocks of docs/ci.md, as far as that takes no kernel: each is run by the suite `recipes` or says why
# not, each option and parameter exists, and what a fuzzer is told to ignore is what is known of the newest kernel.
set -eu
mmaudit=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
page=docs/ci.md bad=0

wrong() { echo "recipes.sh: error: $*"; bad=1; }

# refuses WHAT TEXT...: tests/recipes/blocks does not take such a page.
refuses() {
	local what=$1
	shift
	printf '%s\n' '```sh run one' 'true' '```' '' "$@" >"$work/page"
	if tests/recipes/blocks "$work/page" "$work/none" >/dev/null; then wrong "blocks takes a page with $what"; fi
}

harness() {
	mkdir "$work/none"
	refuses 'a block that is not run and no reason' 'So:' '' '```sh' 'true' '```'
	refuses 'the reason in another paragraph' 'Not run: why.' '' 'So:' '' '```sh' 'true' '```'
	refuses 'a name that is taken' '```sh run one' 'false' '```'
	refuses 'an indented block' '    true'
	refuses 'no end' '```sh run two' 'true'
	printf '%s\n' 'Not run: why.' '' '```sh' 'true' '```' '' '```sh run one' 'true' '```' >"$work/page"
	tests/recipes/blocks "$work/page" "$work/none" || wrong 'blocks refuses a good page'
	[ "$(cat "$work/none/one.sh")" = true ] || wrong 'blocks changes what it takes'
}

# Every block of shell, run or not: its mmaudit commands, a line each.
commands() {
	awk '/^```sh/ { on = 1; next } /^```/ { on = 0 } on' "$page" | sed -e ':a' -e '/\\$/{N;s/\\\n//;ba' -e '}' |
		sed -n 's/^[[:space:]]*\(mmaudit .*\)/\1/p' | sed -e 's/[[:space:]]-- .*//'
}

options() {
	local name rest word
	while read -r _ name rest; do
		"$mmaudit" "$name" --help >"$work/help" 2>&1 || { wrong "there is no mmaudit $name"; continue; }
		for word in $rest; do
			case $word in
			--*) grep -qE -- "(^| )${word%%=*}([ ,=[]|$)" "$work/help" || wrong "mmaudit $name has no ${word%%=*}" ;;
			*=*) [ "$name" != load ] || grep -qE -- "^  ${word%%=*}=" "$work/help" || wrong "mmaudit $name has no parameter ${word%%=*}" ;;
			esac
		done
	done < <(commands)
	[ "$(commands | wc -l)" -gt 10 ] || wrong "$page has only $(commands | wc -l) commands of mmaudit"
}

# Both ways: no title of the newest kernel is missing, and no pattern is of a bug that it has not.
ignored() {
	sed 's,^known=.*,known=known/7.3,' "$work/blocks/titles.sh" | sh >"$work/titles"
	[ -s "$work/titles" ] || wrong 'no title is known'
	sed -n '/^```json/,/^```/s/^\t\t"\(BUG: .*\)",\{0,1\}$/\1/p' "$page" |
		sed -E 's/^(.*)\((.*)\)$/\1|\2/' | awk -F '|' '{ if (NF == 1) print; for (i = 2; i <= NF; i++) print $1 $i }' | sort >"$work/patterns"
	diff "$work/titles" "$work/patterns" || wrong "$page does not ignore what is known of 7.3"
}

mkdir "$work/blocks"
harness
tests/recipes/blocks "$page" "$work/blocks" || bad=1
for file in "$work"/blocks/*.sh; do
	sh -n "$file" || wrong "$(basename "$file" .sh) is no shell"
done
options
ignored
exit $bad
