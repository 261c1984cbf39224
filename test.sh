#!/usr/bin/env bash
# Builds everything with warnings as errors, checks the formatting, runs every suite and a minute of fresh simulation seeds.
# --long adds what takes over a quarter of an hour. The last line is "N passed, N failed"; the exit code says the same.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

long=0
for argument in "$@"; do
    case "$argument" in
        --long) long=1 ;;
        -h | --help)
            sed -n '2,3s/^# //p' "$0"
            exit 0
            ;;
        *)
            echo "test.sh: unknown argument '$argument'; there is only --long" >&2
            exit 2
            ;;
    esac
done

passed=0
failed=0
begin=$SECONDS
results=artifacts/test-results
mkdir -p "$results"

# Says how a step ended: name, seconds, and what it counted.
tell() {
    printf '%-32s %5d s  %s\n' "$1" "$2" "$3"
}

finish() {
    echo "total: $((SECONDS - begin)) s"
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}

# A step that passes or fails as a whole; without it nothing that follows means anything if it is given as essential.
step() {
    local name=$1 essential=$2 started=$SECONDS
    shift 2
    if "$@" >"$results/$name.log" 2>&1; then
        tell "$name" $((SECONDS - started)) ok
        return 0
    fi
    failed=$((failed + 1))
    cat "$results/$name.log"
    tell "$name" $((SECONDS - started)) FAILED
    if [ "$essential" = essential ]; then
        finish
    fi
}

# The servers and clients that the suites run against. They are wanted as programs only: no service may start.
packages=(zookeeper libslf4j-java libthrift-java default-jdk-headless redis-server redis-tools etcd-server
    python3-thrift python3-kazoo python3-redis thrift-compiler iproute2 util-linux
    gcc libc6-dev libzookeeper-mt-dev libprotobuf-c-dev protobuf-c-compiler protobuf-compiler python3-protobuf)

install_packages() {
    command -v dpkg-query >/dev/null || return 0
    local missing=() package
    for package in "${packages[@]}"; do
        [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0

    echo "installing ${missing[*]}"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! sudo -n true 2>/dev/null; then
            echo "these need root to install; suites that want them will fail"
            return 0
        fi
        as_root=(sudo -n)
    fi

    local policy=/usr/sbin/policy-rc.d made=0
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null
        "${as_root[@]}" chmod +x $policy
        made=1
    fi
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
    local code=$?
    if [ $made -eq 1 ]; then
        "${as_root[@]}" rm -f $policy
    fi
    return $code
}

# npm's clients that the suites run against, at the versions that tests/npm pins.
install_npm_clients() {
    local into=artifacts/npm
    mkdir -p $into
    if cmp -s tests/npm/package-lock.json $into/package-lock.json && [ -d $into/node_modules/redis ]; then
        return 0
    fi
    cp tests/npm/package.json tests/npm/package-lock.json $into/
    npm ci --prefix $into --no-audit --no-fund
}

# Runs one suite and adds up what its report counted. A suite that ran nothing has failed: its tests did not.
suite() {
    local name=$1 started=$SECONDS
    local program=artifacts/bin/$name/release/$name report=$results/$name.xml
    rm -f "$report"
    if [ ! -x "$program" ]; then
        failed=$((failed + 1))
        tell "$name" 0 "FAILED: it was not built"
        return
    fi

    # Several times what a suite should take: a hang, not a slow machine.
    local limit=900
    [ $long -eq 1 ] && limit=7200
    CATENA_LONG_TESTS=$long timeout --kill-after=10 $limit "$program" -noLogo -noColor -xml "$report" >"$results/$name.log" 2>&1
    local code=$? total=0 good=0 bad=0 counts
    if counts=$(count "$report"); then
        read -r total good bad <<<"$counts"
    fi

    # What the report does not own up to: a crash, a time limit, a suite without tests.
    if [ "$bad" -eq 0 ] && { [ $code -ne 0 ] || [ "$good" -eq 0 ]; }; then
        bad=1
    fi
    passed=$((passed + good))
    failed=$((failed + bad))
    if [ "$bad" -gt 0 ]; then
        tail -n 200 "$results/$name.log"
        tell "$name" $((SECONDS - started)) "$good passed, $bad FAILED (exit code $code, $total tests)"
    else
        tell "$name" $((SECONDS - started)) "$good passed"
    fi
}

# Prints the sums of an xunit report: total, passed, and everything that is neither, for a test that was skipped has shown nothing.
count() {
    [ -s "$1" ] || return 1
    grep -o '<assembly [^>]*>' "$1" | awk '
        function number(name,   text) {
            if (!match($0, " " name "=\"[0-9]+\"")) return 0
            text = substr($0, RSTART, RLENGTH)
            gsub(/[^0-9]/, "", text)
            return text + 0
        }
        { total += number("total"); good += number("passed"); errors += number("errors") }
        END { print total + 0, good + 0, total - good + errors }'
}

# Seeds that nobody has run before, for a minute (--long: an hour), in batches; counts as one case.
simulate() {
    local started=$SECONDS seed code last seeds=0 batch=20 limit=60 mode
    local modes=(primary-backup chain apportioned-chain changing-mode transactions tables)
    seed=$(date +%s)000
    [ $long -eq 1 ] && limit=3600 batch=500
    while [ $((SECONDS - started)) -lt $limit ]; do
        mode=${modes[$((seeds / batch % ${#modes[@]}))]}
        timeout --kill-after=10 $((limit + 240)) eng/sim --mode "$mode" --seeds $batch --start "$seed" >"$results/sim.log" 2>&1
        code=$?
        last=$(tail -n 1 "$results/sim.log")
        if [ $code -ne 0 ] || ! [[ $last =~ ^$batch\ seeds,\ 0\ violations ]]; then
            failed=$((failed + 1))
            tail -n 60 "$results/sim.log"
            tell simulation $((SECONDS - started)) "FAILED in mode $mode (exit code $code): $last"
            return
        fi
        seeds=$((seeds + batch))
        seed=$((seed + batch))
    done
    passed=$((passed + 1))
    tell simulation $((SECONDS - started)) "1 passed ($seeds fresh seeds)"
}

# Real processes, killed, paused, cut off and with a full disk under three foreign clients and two loads of transactions, every kind once, in one of the modes of replication: the clock says
# which. --long takes a quarter of an hour of everything in each. Counts as one case.
hurt() {
    local started=$SECONDS code last mode minutes=1 rounds=0 as_root=() only=()
    local modes=(primary-backup chain apportioned-chain changing)
    if [ $long -eq 1 ]; then
        minutes=15
    else
        modes=("${modes[$(date +%s) / 60 % ${#modes[@]}]}")
        only=(--only kill,pause,cut,one-way,disk-full)
        [ "${modes[0]}" = primary-backup ] || only=(--only kill-tail,pause,cut-link,one-way,disk-full)
    fi
    # Network namespaces and a small file system need it.
    [ "$(id -u)" -eq 0 ] || as_root=(sudo -n --preserve-env=PATH)
    for mode in "${modes[@]}"; do
        "${as_root[@]}" timeout --kill-after=30 $((minutes * 60 + 600)) eng/faults --mode "$mode" --minutes $minutes "${only[@]}" >"$results/faults-$mode.log" 2>&1
        code=$?
        last=$(tail -n 1 "$results/faults-$mode.log")
        if [ $code -ne 0 ] || ! [[ $last =~ ^[1-9][0-9]*\ rounds,\ 0\ violations$ ]]; then
            failed=$((failed + 1))
            tail -n 100 "$results/faults-$mode.log"
            tell faults $((SECONDS - started)) "FAILED in mode $mode (exit code $code): $last"
            return
        fi
        rounds=$((rounds + ${last%% *}))
    done
    passed=$((passed + 1))
    tell faults $((SECONDS - started)) "1 passed ($rounds rounds, ${modes[*]})"
}

# One function, so that the whole script has been read before it begins: it may be edited while it runs.
main() {
    step packages optional install_packages
    step npm optional install_npm_clients
    step build essential dotnet build Catena.slnx --configuration Release --verbosity quiet -warnaserror -nodeReuse:false
    step format optional dotnet format Catena.slnx --verify-no-changes --no-restore

    local project
    for project in tests/*.Tests/*.csproj; do
        suite "$(basename "$project" .csproj)"
    done

    if [ -x eng/sim ]; then
        simulate
    fi

    if [ -x eng/faults ]; then
        hurt
    fi

    finish
}

main
