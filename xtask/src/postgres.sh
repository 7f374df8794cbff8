# A private PostgreSQL for one run of tests. Runs as long as its standard input stays open, which is as long as the
# program that started it lives, however that one ends; then everything it made is gone.
# $1: folder of PostgreSQL's programs. $2: port. Prints "ready" when connections are accepted.
set -eu
trap '' INT HUP TERM
bin=$1
port=$2
dir=$(mktemp -d /tmp/lanyard-postgres.XXXXXX)
cd "$dir"
leave() {
  "$bin/pg_ctl" -D "$dir/data" -m immediate -s stop >/dev/null 2>&1 || :
  cd /
  rm -rf "$dir"
}
trap leave EXIT
exec 2>&1
"$bin/initdb" -D data -U lanyard -A trust -E UTF8 --locale=C.UTF-8 --no-sync >initdb.log || { cat initdb.log; exit 1; }
# Nothing here has to survive a power cut.
cat >>data/postgresql.conf <<SETTINGS
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
SETTINGS
"$bin/pg_ctl" -D data -l server.log -w -s start </dev/null >start.log || { cat start.log server.log; exit 1; }
echo ready
while read -r _; do :; done
