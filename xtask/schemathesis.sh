#!/usr/bin/env bash
# Sends the API what docs/api.json allows and forbids, as a stranger and as an officer: nothing may be answered as our own
# fault, and what is answered is as described. HUIYIN_BIN names the program. Without a network to install schemathesis from,
# it says so and passes.
set -euo pipefail
cd "$(dirname "$0")/.."

api=$PWD/docs/api.json
version=4.32.5
home=${XDG_CACHE_HOME:-$HOME/.cache}/huiyin/schemathesis
if [ "$("$home/bin/schemathesis" --version 2>/dev/null)" != "schemathesis, version $version" ]; then
  echo "schemathesis: installing $version into $home"
  if ! { python3 -m venv "$home" && "$home/bin/pip" install --quiet "schemathesis==$version"; }; then
    echo 'schemathesis: SKIPPED: it could not be installed (no network?); the API was not tried with odd requests' >&2
    exit 0
  fi
fi

work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
cat >"$work/story.jsonl" <<'STORY'
{"at":"2026-01-05T07:00:00+08:00","by":"admin","do":"story","id":"schemathesis","title":"青河县"}
{"at":"2026-01-05T08:00:00+08:00","by":"admin","do":"office","code":"c","name":"青河县","kind":"county","parent":null}
{"at":"2026-01-05T08:00:01+08:00","by":"admin","do":"office","code":"c-xf","name":"青河县信访局","kind":"petition_office","parent":"c"}
{"at":"2026-01-05T08:00:02+08:00","by":"admin","do":"office","code":"c-hr","name":"青河县人社局","kind":"department","parent":"c","fields":["农民工工资"]}
{"at":"2026-01-05T09:00:00+08:00","by":"admin","do":"officer","login":"clerk","name":"林小海","office":"c-xf","roles":["registrar","petition_chief"]}
{"at":"2026-01-06T09:00:00+08:00","by":"clerk","do":"register","ref":"R1","channel":"visit","people":3,"place":"c","category":"农民工工资","summary":"欠薪","text":"请求发放。","petitioner":{"name":"陈海生","phone":"1"}}
STORY
"$HUIYIN_BIN" replay "$work/story.jsonl" --data "$work/data" >/dev/null
echo 'a-password-for-tests' | "$HUIYIN_BIN" user add clerk --data "$work/data" >/dev/null
# There before the server is: what starts in the background may be slower than the first look.
: >"$work/said"
"$HUIYIN_BIN" serve --data "$work/data" --listen 127.0.0.1:0 --password-only 2>>"$work/said" &
server=$!
for _ in $(seq 100); do
  address=$(sed -n 's/.*serving on \(http:[^ ]*\).*/\1/p' "$work/said")
  [ -n "$address" ] && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.1
done
if [ -z "$address" ]; then
  cat "$work/said" >&2
  exit 1
fi
token=$("$home/bin/python" - "$address" <<'PYTHON'
import json, sys, urllib.request
body = json.dumps({"login": "clerk", "password": "a-password-for-tests"}).encode()
asked = urllib.request.Request(sys.argv[1] + "/api/v1/desk/token", body, {"Content-Type": "application/json"})
print(json.load(urllib.request.urlopen(asked, timeout=10))["token"])
PYTHON
)
[ -n "$token" ]

# The same requests each time, about a minute each; what it notes down stays in the folder that goes.
cd "$work"
try() {
  "$home/bin/schemathesis" run "$api" --url "$address" --seed 20260101 --max-examples 25 --max-time 50 \
    --phases examples,coverage,fuzzing --request-timeout 10 --generation-database none --no-color --warnings off \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance "$@"
}
failed=
echo 'schemathesis: as a stranger'
try || failed=1
echo 'schemathesis: as an officer'
try -H "Authorization: Bearer $token" || failed=1
[ -z "$failed" ]
