#!/usr/bin/env bash
# Measures Catena beside redis-server and a three-server etcd on this machine, in one run, round by round in turn, and prints a
# Markdown table of medians. Usage: eng/compare/run.sh [rounds=3] [requests=100000]
# Needs redis-server, redis-benchmark, etcd and etcdctl (Debian: redis-server redis-tools etcd-server etcd-client).
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-3}
requests=${2:-100000}
work=$(mktemp -d)
pids=()
stop() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT

await_port() {
    for _ in $(seq 1 300); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return 0; fi
        sleep 0.1
    done
    echo "nothing listens on port $1" >&2
    return 1
}

start_catena() { # nodes replicas base durability
    ./catena up --nodes "$1" --replicas "$2" --base-port "$3" --durability "$4" --data "$work/catena-$3" >"$work/catena-$3.log" 2>&1 &
    pids+=($!)
    for _ in $(seq 1 600); do
        if grep -qx ready "$work/catena-$3.log"; then return 0; fi
        sleep 0.1
    done
    cat "$work/catena-$3.log" >&2
    return 1
}

start_redis() { # port appendonly
    mkdir -p "$work/redis-$1"
    redis-server --port "$1" --bind 127.0.0.1 --save '' --appendonly "$2" --appendfsync always --dir "$work/redis-$1" >"$work/redis-$1.log" 2>&1 &
    pids+=($!)
    await_port "$1"
}

start_etcd() {
    local cluster="e1=http://127.0.0.1:17381,e2=http://127.0.0.1:17382,e3=http://127.0.0.1:17383"
    for i in 1 2 3; do
        etcd --name "e$i" --data-dir "$work/etcd-$i" --listen-peer-urls "http://127.0.0.1:1738$i" --initial-advertise-peer-urls "http://127.0.0.1:1738$i" \
            --listen-client-urls "http://127.0.0.1:1737$i" --advertise-client-urls "http://127.0.0.1:1737$i" --initial-cluster "$cluster" \
            --initial-cluster-state new --logger zap --log-level error >"$work/etcd-$i.log" 2>&1 &
        pids+=($!)
    done
    for i in 1 2 3; do await_port "1737$i"; done
}

redis_rate() { # port test pipeline
    redis-benchmark -p "$1" -t "$2" -P "$3" -c 50 -n "$((requests * ($3 > 1 ? 4 : 1)))" -r 1000000 -d 100 --csv 2>/dev/null | tail -n 1 | cut -d, -f2 | tr -d '"'
}

etcd_put_rate() {
    ETCDCTL_API=3 etcdctl --endpoints=http://127.0.0.1:17371,http://127.0.0.1:17372,http://127.0.0.1:17373 check perf --load=l 2>/dev/null \
        | grep -oE 'Throughput[^0-9]*[0-9]+' | grep -oE '[0-9]+$'
}

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

echo "starting servers" >&2
start_catena 1 1 21000 os
start_catena 1 1 22000 always
start_catena 3 3 23000 always
start_redis 16399 no
start_redis 16398 yes
start_etcd

names=("Catena, 1 node, os:21101" "redis-server, no appendonly:16399" "Catena, 1 node, always:22101" "redis-server, appendfsync always:16398" "Catena, 3 nodes, always:23101")
for round in $(seq 1 "$rounds"); do
    echo "round $round of $rounds" >&2
    for name in "${names[@]}"; do
        for test in set get; do
            for pipeline in 1 16 64; do
                redis_rate "${name##*:}" "$test" "$pipeline" >>"$work/${name##*:}-$test-$pipeline"
            done
        done
    done
    etcd_put_rate >>"$work/etcd-put" || true
done

echo "| requests per second, median of $rounds rounds, 50 connections, 100-byte values | SET 1 | SET 16 | SET 64 | GET 1 | GET 16 | GET 64 |"
echo "| --- | --- | --- | --- | --- | --- | --- |"
for name in "${names[@]}"; do
    row="| ${name%%:*} |"
    for test in set get; do
        for pipeline in 1 16 64; do
            row+=" $(median <"$work/${name##*:}-$test-$pipeline" | cut -d. -f1) |"
        done
    done
    echo "$row"
done
echo "| etcd, 3 servers, put (\`etcdctl check perf --load=l\`: 500 clients, at most 8,000 a second) | $(median <"$work/etcd-put") | | | | | |"
