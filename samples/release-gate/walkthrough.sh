#!/usr/bin/env bash
# From a ledger to a decision, on the traffic of the demo: samples/release-gate/walkthrough.sh [DIRECTORY] [DEMO OPTIONS]
# Needs the jars of `mvn package`. Writes into a new directory, target/walkthrough unless given. With the Azure traces as options:
#   samples/release-gate/walkthrough.sh /some/new/directory --trace azure-llm-2023-conv.csv:chat --trace azure-llm-2023-code.csv:code-assist
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
out=${1:-$here/target/walkthrough}
shift || true
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
unitcost=("$java" -jar "$root/cost-cli/target/unitcost.jar")

for jar in "$root/cost-cli/target/unitcost.jar" "$root/samples/demo/target/demo.jar"; do
  [ -f "$jar" ] || { echo "$jar is not there; run mvn -q -DskipTests package first" >&2; exit 2; }
done
if [ -e "$out" ]; then
  echo "$out is there already; name a new directory" >&2
  exit 2
fi
mkdir -p "$out"

# run EXPECTED COMMAND...: shows the command, runs it, and minds its exit code
run() {
  local expected=$1 code=0
  shift
  printf '\n$ unitcost %s\n\n' "${*//$out\//}"
  "${unitcost[@]}" "$@" || code=$?
  if [ "$code" -ne "$expected" ]; then
    echo "exit code $code, $expected expected" >&2
    exit 1
  fi
  printf '(exit code %d)\n' "$code"
}

echo "1. A ledger: the demo's traffic, before and after its code-assist moves to a model at three times the price"
"$java" -jar "$root/samples/demo/target/demo.jar" --ledger "$out/costs" "$@" >"$out/demo.txt" 2>"$out/demo.err" ||
  { cat "$out/demo.err" >&2; exit 1; }
tail -n 1 "$out/demo.txt"

printf '\n2. Why does a request cost more? The bill is about the same\n'
run 0 explain --before "$out/costs/before" --after "$out/costs/after" --by feature

printf '\n3. May such a release go out? code-assist, against what it earns and against the release before it\n'
run 1 gate --candidate "$out/costs/after" --baseline "$out/costs/before" --slo "$root/samples/demo/cost-slo.json" \
  --feature code-assist --markdown "$out/gate.md" --junit "$out/gate.xml" --json "$out/gate.json"

printf '\n4. What would the same traffic have cost on the model before? (3: a few calls of chat have no price at all)\n'
run 3 reprice --ledger "$out/costs/after" --map anthropic/claude-sonnet-4-6=anthropic/claude-haiku-4-5 \
  --out "$out/repriced.jsonl"

printf '\n5. A page to look at\n'
run 0 report --ledger "$out/costs/after" --before "$out/costs/before" --slo "$root/samples/demo/cost-slo.json" \
  --html "$out/report.html"

printf '\nEverything is in %s\n' "$out"
