// The five numbers of io.diffucoder.spi.Scores for each row of logits: a token, likeliest or drawn, its probability,
// the two largest ones, and the negative entropy Σ q · ln q.
//
// Shapes: logits (R, V) of type T; positions, token (R); numbers (4, R): tokenProb, top1, top2, negativeEntropy.
// The distribution is TokenFilter's: temperature, then top-p, then top-k; the measured one is that or the softmax.
// Bound: memory. The row is read once (score_softmax.cuh); once more to list what a cut may keep, or to draw without
// a cut; searches go over the list (score_search.cuh). Flat rows, of which no list fits, are read a few times more.
// Grid: (R), SCORE_THREADS threads. Shared memory: SCRATCH_BYTES, + BINS_BYTES if it cuts or draws, + LIST_BYTES if
// it cuts: 1024, 66560 or 99328 bytes, which is within what every architecture has for a block.
//
// A row's bits depend on that row alone: float sums have an order that depends on V, all other sums are integers.
#pragma once
#include "score_random.cuh"
#include "score_row.cuh"
#include "score_search.cuh"
#include "score_softmax.cuh"

struct ScoreArgs {
  const void* logits;
  const u32* banned;
  const int* positions;
  int* token;
  float* numbers;
  u64 seed;
  int step;
  int rows;
  int vocabulary;
  int pitch;
  int topK;   // 0: none
  int draws;  // whether the temperature is positive
  int raw;    // whether the softmax at temperature 1 is measured, not what is drawn from
  float temperature;
  float topP;
};

// log2 e over the temperature. At temperatures that underflow, equal logits stay equal: 0 · ∞ would be NaN.
DC_DEVICE float draw_scale(const ScoreArgs& a) { return a.draws ? fminf(DC_LOG2E / a.temperature, 1e30f) : DC_LOG2E; }

DC_DEVICE bool cuts_p(const ScoreArgs& a) { return a.topP < 1.f; }
DC_DEVICE bool cuts_k(const ScoreArgs& a) { return a.topK > 0 && a.topK < a.vocabulary; }

// What is measured of a distribution with these sums, written as soon as it is known: a search has no registers for it.
DC_DEVICE void write_measures(const ScoreArgs& a, double sum, double moment, float secondWeight) {
  if (threadIdx.x != 0) return;
  float* numbers = a.numbers + blockIdx.x;
  numbers[a.rows] = (float)(1. / sum);
  numbers[2 * a.rows] = (float)(secondWeight / sum);
  numbers[3 * a.rows] = 0.69314718056f * (float)(moment / sum) - logf((float)sum);
}

// The token, and its part of what the likeliest one has.
DC_DEVICE void write_token(const ScoreArgs& a, int token, float weight) {
  if (threadIdx.x != 0) return;
  float* numbers = a.numbers + blockIdx.x;
  a.token[blockIdx.x] = token;
  numbers[0] = weight * numbers[a.rows];
}

// What may be searched for, in this order; a loop over them so that the search is there once.
enum Stage { TOP_P, EQUALS, TOP_K, DRAW, STAGES };

constexpr u32 ALL_EQUALS = ~0u;

template <typename T>
struct RowFilter {
  const ScoreArgs& a;
  TokenSearch<T> tokens;
  float second;
  double total;  // of the weights of the kept tokens
  int token;
  u32 equals = ALL_EQUALS;  // that top-p keeps of its equal last ones, besides the first

  DC_DEVICE RowFilter(const ScoreArgs& args, const LogitRow<T>& row, const Softmax& softmax, float scale,
                      unsigned char* shared)
      : a(args), tokens(row, softmax.max, scale, shared) {
    second = softmax.second;
    total = softmax.drawSum;
    token = softmax.likeliest;
  }

  // Returns the token that is drawn, or the likeliest one; writes what is measured if that is the kept tokens.
  DC_DEVICE int run() {
#pragma unroll 1
    for (int stage = TOP_P; stage < STAGES; stage++) {
      Question q;
      if (asks(stage, q)) apply(stage, tokens.search(q), q.target);
    }
    return token;
  }

 private:
  DC_DEVICE bool asks(int stage, Question& q) {
    u32 lastId = a.vocabulary - 1u;
    switch (stage) {
      case TOP_P:
        if (!cuts_p(a)) return false;
        // Tokens so unlikely that all of them together cannot reach what top-p leaves out are not looked at.
        tokens.bound = tokens.order_of_weight(
            fmaxf(log2f((float)((1. - a.topP) * total / a.vocabulary)), WEIGHT_UNIT_LOG2));
        q = Question{TokenOrder::LIKELIEST, Amount::WEIGHT, tokens.from, tokens.bound,
                     (u64)(a.topP * total * WEIGHT_UNITS), true};
        return true;
      case EQUALS:
        if (equals == ALL_EQUALS) return false;
        tokens.from = tokens.bound;
        q = Question{TokenOrder::ID, Amount::COUNT, 0, lastId, equals, false};
        return true;
      case TOP_K:
        if (!cuts_k(a)) return false;
        q = Question{TokenOrder::LIKELIEST, Amount::COUNT, tokens.from, tokens.bound, a.topK - 1u, false};
        return true;
      default:
        if (cuts_p(a) || cuts_k(a)) measure_kept();
        if (!a.draws) return false;
        float u = uniform(a.seed, (u32)a.step, (u32)a.positions[blockIdx.x]);
        q = Question{TokenOrder::ID, Amount::WEIGHT, 0, lastId, (u64)(u * total * WEIGHT_UNITS), false};
        return true;
    }
  }

  DC_DEVICE void apply(int stage, const Found& found, u64 target) {
    switch (stage) {
      case TOP_P: {
        tokens.bound = found.place;
        // Of equal ones, top-p keeps those before which the total does not exceed its target.
        u64 left = target > found.before ? target - found.before : 0;
        u64 kept = left / (found.weight / found.count);
        if (kept + 1 < found.count) equals = (u32)kept;
        return;
      }
      case EQUALS:
        tokens.from = likelihood_order(tokens.max);
        tokens.lastEqual = found.place;
        return;
      case TOP_K:
        if (found.place != tokens.bound) tokens.lastEqual = ~0u;  // all that equal the topK-th
        tokens.bound = found.place;
        return;
      default:
        token = (int)found.place;
    }
  }

  DC_DEVICE void measure_kept() {
    KeptTotals kept = tokens.totals();
    total = (double)kept.weight / WEIGHT_UNITS;
    float secondWeight = kept.count > 1 ? exp2_approx((second - tokens.max) * tokens.scale) : 0.f;
    if (!a.raw) write_measures(a, total, (double)kept.moment / -WEIGHT_UNITS, secondWeight);
  }
};

// The kernels are declared for twice the threads of a block: that leaves 64 registers a thread, so two blocks share a
// multiprocessor, and while one searches the other one reads.
constexpr int SCORE_REGISTER_THREADS = 2 * SCORE_THREADS;

template <typename T>
DC_DEVICE void score(const ScoreArgs& a, unsigned char* shared) {
  LogitRow<T> row((const T*)a.logits + (long long)blockIdx.x * a.pitch, a.banned, a.vocabulary);
  float drawScale = draw_scale(a);
  float scale = a.raw ? DC_LOG2E : drawScale;
  Softmax softmax = scale != drawScale ? SoftmaxPass<T, true>(row, scale, drawScale).run(shared)
                                       : SoftmaxPass<T, false>(row, scale, drawScale).run(shared);
  if (!(softmax.sum > 0.)) {  // a NaN or +∞ made it NaN; without a finite logit it is 0
    float nan = __uint_as_float(0x7fc00000u);
    write_measures(a, nan, nan, nan);
    write_token(a, -1, nan);
    return;
  }
  write_measures(a, softmax.sum, softmax.moment, exp2_approx((softmax.second - softmax.max) * scale));
  int token = softmax.likeliest;
  if (a.draws || (!a.raw && (cuts_p(a) || cuts_k(a)))) {
    token = RowFilter<T>(a, row, softmax, drawScale, shared).run();
  }
  write_token(a, token, exp2_approx((row.at(token) - softmax.max) * scale));
}

DC_KERNEL(dc_score_f32, ScoreArgs, SCORE_REGISTER_THREADS) {
  DC_SHARED(shared);
  score<float>(a, shared);
}
DC_KERNEL(dc_score_bf16, ScoreArgs, SCORE_REGISTER_THREADS) {
  DC_SHARED(shared);
  score<Bf16>(a, shared);
}
