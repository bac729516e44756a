// Which tokens of a row are kept, and which is drawn. Both are one search: tokens in some order, each with an amount,
// and the question at which of them the running total first exceeds a target. The orders are "most likely first" and
// "ascending id", the amounts weight and count:
//   top-p  most likely first, weight, topP · total;  its equal last ones: ascending id, count
//   top-k  most likely first, count,  topK − 1
//   draw   ascending id,      weight, uniform · total
// A search is a radix select by 4 bits: each thread adds up its tokens in 16 bins of its own, a warp adds up a bin,
// and the bin in which the total exceeds the target is divided again. Without a sort, and without atomics that
// thousands of tokens of a few bins would queue for.
//
// Weights are 2^((z − max) · scale) in units of 2^-40: integers, so that totals are exact, the same whatever order
// threads come in, and the same for tokens from the list or from the row. 152064 roundings come to at most 7e-8 of
// the likeliest token's weight. What is below half a unit has no share.
//
// Tokens that can matter are listed in shared memory, in no order. If they do not fit, a search goes over the row in
// global memory until those up to the undecided bin do.
#pragma once
#include "score_row.cuh"

constexpr float WEIGHT_UNIT_LOG2 = -40.f;
constexpr float WEIGHT_UNITS = 0x1p40f;
constexpr int SEARCH_DIGIT = 4;
constexpr int SEARCH_BINS = 1 << SEARCH_DIGIT;
constexpr int LISTED_TOKENS = 4096;
// A thread's bin holds both amounts, weight << COUNT_BITS | count: a thread sees less than 2^12 tokens of a
// vocabulary of up to 2^20, of a weight of at most 2^40 each.
constexpr int COUNT_BITS = 12;
static_assert(SEARCH_BINS == SCORE_WARPS, "a warp adds up a bin");

// The shared memory of a block: SCRATCH_BYTES of it if there is nothing to search, all but the list if nothing is cut.
constexpr int SCRATCH_BYTES = 1024;
constexpr int BINS_BYTES = SEARCH_BINS * SCORE_THREADS * 8;
constexpr int LIST_BYTES = LISTED_TOKENS * 8;

enum class TokenOrder { LIKELIEST, ID };
enum class Amount { WEIGHT, COUNT };

// Where a search ended: a token's place in the order (an id, or a likelihood_order that tokens may share), the amount
// before it, and both amounts of the tokens there.
struct Found {
  u32 place;
  u64 before;
  u64 weight;
  u64 count;
};

// A search among the places first … last of an order, for the target of an amount. If the kept tokens up to the last
// place may fit the list, that is tried first; else once they are known to.
struct Question {
  TokenOrder order;
  Amount amount;
  u32 first;
  u32 last;
  u64 target;
  bool mayFit;
};

struct KeptTotals {
  u64 weight;
  u64 moment;  // Σ weight · −e
  u64 count;
};

template <typename T>
struct TokenSearch {
  const LogitRow<T>& row;
  float max;
  float scale;
  unsigned char* shared;

  // What is kept: tokens of a likelihood_order from `from` to `bound`, at the bound only ids up to lastEqual.
  u32 from;
  u32 bound;
  u32 lastEqual;

  bool isListed = false;
  int listed = 0;

  DC_DEVICE TokenSearch(const LogitRow<T>& source, float largest, float logitScale, unsigned char* memory)
      : row(source), max(largest), scale(logitScale), shared(memory) {
    from = likelihood_order(max);
    bound = order_of_weight(WEIGHT_UNIT_LOG2);
    lastEqual = ~0u;
  }

  // The last likelihood_order of tokens with at least this weight, in units of log 2, and of some with half as much:
  // the sum is rounded.
  DC_DEVICE u32 order_of_weight(float log2Weight) const {
    float least = max + (log2Weight - 1.f) / scale;
    return likelihood_order(fmaxf(least, -3.402823466e38f));
  }

  // Lists the kept tokens up to this order if they fit. Once they do not, nobody queues for the counter any more.
  DC_DEVICE void list(u32 last) {
    int* count = (int*)(shared + 512);
    if (threadIdx.x == 0) *count = 0;
    __syncthreads();
    row.each(0, row.vocabulary - 1, from, last, [&](float z, u32 id) {
      bool takes = is_kept(z, id) && *(volatile int*)count <= LISTED_TOKENS;
      int slot = takes ? atomicAdd(count, 1) : LISTED_TOKENS;
      if (slot < LISTED_TOKENS) {
        logits()[slot] = z;
        ids()[slot] = id;
      }
    });
    __syncthreads();
    listed = *count;
    isListed = listed <= LISTED_TOKENS;
  }

  // The place at which the total amount of the kept tokens exceeds the target.
  DC_DEVICE Found search(Question q) {
    Found found{q.first, 0, 0, 0};
    u64 countBefore = 0;
    int shift;
    do {
      if (q.mayFit && !isListed) list(q.last);
      int width = 32 - __clz((int)(q.last - q.first));
      shift = width > SEARCH_DIGIT ? width - SEARCH_DIGIT : 0;
      fill_bins(q, shift);
      q.first += (u32)choose(q, found, countBefore) << shift;
      u32 rest = (1u << shift) - 1u;
      q.last = q.last - q.first < rest ? q.last : q.first + rest;
      q.mayFit = q.order == TokenOrder::LIKELIEST && countBefore + found.count <= LISTED_TOKENS;
    } while (shift > 0);
    found.place = q.first;
    return found;
  }

  DC_DEVICE KeptTotals totals() {
    KeptTotals own{0, 0, 0};
    each(0, row.vocabulary - 1, from, bound, [&](float z, u32 id) {
      if (is_kept(z, id)) {
        float e = (z - max) * scale;
        float weight = exp2_approx(e);
        own.weight += in_units(weight);
        own.moment += in_units(weight * -e);
        own.count++;
      }
    });
    u64* scratch = (u64*)(shared + 256);
    return KeptTotals{
        block_total(own.weight, scratch), block_total(own.moment, scratch), block_total(own.count, scratch)};
  }

 private:
  DC_DEVICE u64* bins() const { return (u64*)(shared + SCRATCH_BYTES); }
  DC_DEVICE float* logits() const { return (float*)(shared + SCRATCH_BYTES + BINS_BYTES); }
  DC_DEVICE u32* ids() const { return (u32*)(shared + SCRATCH_BYTES + BINS_BYTES) + LISTED_TOKENS; }
  DC_DEVICE u64* bin_weights() const { return (u64*)(shared + 256); }
  DC_DEVICE u64* bin_counts() const { return (u64*)(shared + 256) + SEARCH_BINS; }

  DC_DEVICE static u64 in_units(float weight) { return (u64)fmaf(weight, WEIGHT_UNITS, 0.5f); }

  DC_DEVICE bool is_kept(float z, u32 id) const {
    u32 order = likelihood_order(z);
    return order >= from && (order < bound || (order == bound && id <= lastEqual));
  }

  // The same from the list, which may have others, too.
  template <typename Visit>
  DC_DEVICE void each(u32 first, u32 last, u32 low, u32 high, Visit visit) const {
    if (isListed) {
      for (int i = threadIdx.x; i < listed; i += SCORE_THREADS) visit(logits()[i], ids()[i]);
    } else {
      row.each(first, last, low, high, visit);
    }
  }

  // Both amounts of the kept tokens whose place is in first … last, in bins of 2^shift places.
  DC_DEVICE void fill_bins(const Question& q, int shift) {
    u64* own = bins() + threadIdx.x;
#pragma unroll
    for (int b = 0; b < SEARCH_BINS; b++) own[b * SCORE_THREADS] = 0;
    bool byId = q.order == TokenOrder::ID;
    u32 firstId = byId ? q.first : 0u;
    u32 lastId = byId ? q.last : row.vocabulary - 1u;
    u32 low = byId ? from : q.first;
    u32 high = !byId && q.last < bound ? q.last : bound;
    each(firstId, lastId, low, high, [&](float z, u32 id) {
      u32 place = (byId ? id : likelihood_order(z)) - q.first;
      if (place <= q.last - q.first && is_kept(z, id)) {
        u64 both = in_units(exp2_approx((z - max) * scale)) << COUNT_BITS | 1u;
        own[(place >> shift) * SCORE_THREADS] += both;
      }
    });
    add_up_bins();
  }

  // A warp adds up a bin of all threads.
  DC_DEVICE void add_up_bins() const {
    __syncthreads();
    u64 weight = 0;
    u64 count = 0;
    int bin = threadIdx.x >> 5;
    int lane = threadIdx.x & 31;
#pragma unroll 4
    for (int i = 0; i < SCORE_THREADS / 32; i++) {
      u64 both = bins()[bin * SCORE_THREADS + 32 * i + lane];
      weight += both >> COUNT_BITS;
      count += both & ((1u << COUNT_BITS) - 1u);
    }
#pragma unroll
    for (int offset = 16; offset > 0; offset >>= 1) {
      weight += __shfl_xor_sync(0xffffffffu, weight, offset);
      count += __shfl_xor_sync(0xffffffffu, count, offset);
    }
    if (lane == 0) {
      bin_weights()[bin] = weight;
      bin_counts()[bin] = count;
    }
    __syncthreads();
  }

  // The bin in which the total exceeds the target: the last one that has an amount if it never does, as a target from
  // sums that were rounded may be too large.
  DC_DEVICE int choose(const Question& q, Found& found, u64& countBefore) const {
    int chosen = 0;
    u64 total = found.before;
    u64 seen = countBefore;
#pragma unroll 4
    for (int b = 0; b < SEARCH_BINS; b++) {
      u64 weight = bin_weights()[b];
      u64 count = bin_counts()[b];
      u64 here = q.amount == Amount::WEIGHT ? weight : count;
      if (here > 0 && total <= q.target) {
        chosen = b;
        found = Found{0, total, weight, count};
        countBefore = seen;
        total += here;
      }
      seen += count;
    }
    return chosen;
  }
};
