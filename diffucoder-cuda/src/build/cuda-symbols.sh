#!/bin/bash
# Writes src/test/resources/io/diffucoder/cuda/cuda-13.0-symbols.txt, which says how. Needs g++ and binutils.
#
#   src/build/cuda-symbols.sh <13.0's include directory> <binding's jar for linux-x86_64> <libcublasLt.so.13> <libnvrtc.so.13>
set -euo pipefail
include=$1 jar=$2 blas=$3 nvrtc=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What 13.0 has: the declarations of cuda.h as the preprocessor leaves them, and what the two libraries define.
{
  echo '#include <cuda.h>' | g++ -E -P -x c++ -I "$include" - |
    tr '\n' ' ' | grep -oE '(CUresult|cudaError_enum) +cu[A-Z]\w*' | awk '{print $2}'
  nm -D --defined-only "$blas" | awk '$2 == "T" {print $3}' | sed 's/@.*//' | grep '^cublasLt'
  nm -D --defined-only "$nvrtc" | awk '$2 == "T" {print $3}' | sed 's/@.*//' | grep '^nvrtc'
} | sort -u > "$work/present"

# Which symbol each of the binding's methods calls: the calls in the code of Java_org_bytedeco_cuda_global_…_<method>.
(cd "$work" && unzip -q "$jar" 'org/bytedeco/cuda/linux-x86_64/libjni*')
for library in cudart cublas nvrtc; do
  objdump -d --no-show-raw-insn "$work/org/bytedeco/cuda/linux-x86_64/libjni$library.so" |
    awk -v class="$library" '
      /^[0-9a-f]+ <.*>:$/ {
        method = ""
        if (match($2, "Java_org_bytedeco_cuda_global_" class "_[A-Za-z0-9_]+")) {
          method = substr($2, RSTART, RLENGTH)
          sub("Java_org_bytedeco_cuda_global_" class "_", "", method)
          sub(/__.*/, "", method)
          gsub(/_1/, "_", method)
        }
      }
      method != "" && match($0, /<(cu[A-Z]|cublasLt|nvrtc)[A-Za-z0-9_]*@plt>/) {
        print method, substr($0, RSTART + 1, RLENGTH - 6)
      }'
done | sort -u > "$work/calls"

cat <<END
# The functions of CUDA 13.0 that the binding ($(basename "$jar" -linux-x86_64.jar)) can call: the name of its method, then the symbol
# that its machine code calls, if that is another. A method that is not here calls what 13.0 does not have; calling it
# ends the JVM on a machine with the oldest supported driver.
#
# Made by src/build/cuda-symbols.sh, never by hand:
#   libcuda      declared by the cuda.h of CUDA $(sed -n 's/#define CUDA_VERSION \([0-9]*\)/\1/p' "$include/cuda.h" | sed 's/^\(..\)0\(.\)0$/\1.\2/'), after its macros that rename functions to newer versions
#   libcublasLt  defined by the libcublasLt.so.13 of the wheel nvidia-cublas 13.1.1.3, which is CUDA 13.0 Update 3's
#   libnvrtc     defined by the libnvrtc.so.13 of the wheel nvidia-cuda-nvrtc 13.0.88
# and, for the names: the calls in the disassembled libjnicudart.so, libjnicublas.so and libjninvrtc.so.
END
awk 'NR == FNR {present[$1]; next} $2 in present {print ($1 == $2 ? $1 : $1 " " $2)}' "$work/present" "$work/calls"
