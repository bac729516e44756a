#!/usr/bin/env bash
# Times llama.cpp's prompt processing on GGUF files from make_gguf.py, as ratios to what the machine gives in the same run.
#
#   bench_llama_cpp.sh LLAMA_BENCH MODEL.gguf...
#
# LLAMA_BENCH is the program llama-bench of a native build. From the environment: ROWS, THREADS, ROUNDS (visits to each case), LAYERS
# (of the models), SAMPLES (a file to keep the samples in), PYTHON. A visit is one llama-bench between two of fma_peak; it waits a
# while for other work to end, and is repeated at most twice if other work came.
set -euo pipefail
[[ $# -ge 2 ]] || { sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0" >&2; exit 2; }
bench=$1
shift
rows=${ROWS:-32 33 128 512} threads=${THREADS:-1 2} rounds=${ROUNDS:-2} layers=${LAYERS:-4}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
samples=${SAMPLES:-$work/samples.jsonl}
: > "$samples"
cc -O3 -march=native -pthread "$here/fma_peak.c" -o "$work/fma_peak"

layer=$((2 * 3584 * 3584 + 2 * 512 * 3584 + 3 * 3584 * 18944)) # weights in the matrices of a layer
feed_forward=$((3 * 3584 * 18944))

field() { grep -o "\"$1\": \(\[[^]]*\]\|\"[^\"]*\"\|[0-9.]*\)" "$work/json" | cut -d' ' -f2- | tr -d '"'; }
peak() { "$work/fma_peak" "$1" | sed 's/ /, /g'; }
busy_ticks() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 + $9 }' /proc/stat; }

# Two operations for each weight that a row meets. The head is half of what the layers do not have, the embedding the other half.
# dream takes all rows through everything; of qwen2's, one row alone leaves the last attention.
operations() {
  local head=$((($(field model_n_params) - layers * layer) / 2))
  case $(field model_type) in
    dream*) echo $((2 * $1 * (layers * layer + head))) ;;
    qwen2*) echo $((2 * ($1 * layers * layer - ($1 - 1) * feed_forward + head))) ;;
    *) echo "needs a dream or qwen2 model, got $(field model_type)" >&2; return 1 ;;
  esac
}

less() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a < b) }'; }

# Cores that other work took: busy ticks since then, less own seconds, over wall seconds.
others_since() { # ticks then, own seconds, wall seconds
  awk -v t=$(($(busy_ticks) - $1)) -v hz="$(getconf CLK_TCK)" -v own="$2" -v wall="$3" \
    'BEGIN { cores = (t / hz - own) / wall; printf "%.2f", (cores > 0 ? cores : 0) }'
}

wait_for_quiet() {
  local second ticks
  for second in {1..20}; do
    ticks=$(busy_ticks)
    sleep 1
    if less "$(others_since "$ticks" 0 1)" 0.15; then return; fi
  done
}

measure() { # model, threads, rows; prints a line of samples
  local before ticks cost user system wall others
  before=$(peak "$2")
  ticks=$(busy_ticks)
  TIMEFORMAT='%U %S %R'
  cost=$({ time "$bench" -m "$1" -p "$3" -n 0 -t "$2" -r $(($3 > 256 ? 2 : 4)) -ngl 0 -lm none --no-warmup -o jsonl \
    > "$work/json" 2> "$work/log"; } 2>&1) || { cat "$work/log" >&2; return 1; }
  read -r user system wall <<< "$cost"
  others=$(others_since "$ticks" "$(awk -v u="$user" -v s="$system" 'BEGIN { print u + s }')" "$wall")
  printf '{"name": "%s", "threads": %d, "rows": %d, "operations": %d, "samples_ns": %s, "before": [%s], "after": [%s], "others": %s}\n' \
    "$(basename "$1" .gguf)" "$2" "$3" "$(operations "$3")" "$(field samples_ns)" "$before" "$(peak "$2")" "$others"
}

visit() {
  local try line others
  for try in 1 2 3; do
    wait_for_quiet
    line=$(measure "$@")
    others=${line##*: }
    if less "${others%\}}" 0.2; then break; fi
  done
  echo "$line" | tee -a "$samples" >&2
}

for ((round = 0; round < rounds; round++)); do
  for model in "$@"; do
    for t in $threads; do
      for r in $rows; do
        visit "$model" "$t" "$r"
      done
    done
  done
done
echo "llama.cpp $(field build_commit) on $(field cpu_info)"
"${PYTHON:-python3}" "$here/table.py" "$samples"
