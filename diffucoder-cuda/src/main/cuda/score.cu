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
DC_DEVICE float logit_scale(const ScoreArgs& a) { return a.draws ? fminf(DC_LOG2E / a.temperature, 1e30f) : DC_LOG2E; }

struct RowScore {
  int token;
  float tokenProb;
  float top1;
  float top2;
  float negativeEntropy;
};

DC_DEVICE float negative_entropy(double sum, double moment) {
  return 0.69314718056f * (float)(moment / sum) - logf((float)sum);
}

// What may be searched for, in this order; a loop over them so that the search is there once.
enum Stage { TOP_P, EQUALS, TOP_K, DRAW, STAGES };

template <typename T>
DC_DEVICE RowScore score_row(const ScoreArgs& a, unsigned char* shared) {
  LogitRow<T> row((const T*)a.logits + (long long)blockIdx.x * a.pitch, a.banned, a.vocabulary);
  float drawScale = logit_scale(a);
  float scale = a.raw ? DC_LOG2E : drawScale;
  Softmax softmax = scale != drawScale ? SoftmaxPass<T, true>(row, scale, drawScale).run(shared)
                                       : SoftmaxPass<T, false>(row, scale, drawScale).run(shared);
  if (!(softmax.sum > 0.)) {  // a NaN or +∞ made it NaN; without a finite logit it is 0
    float nan = __uint_as_float(0x7fc00000u);
    return RowScore{-1, nan, nan, nan, nan};
  }

  bool cutsP = a.topP < 1.f && (a.draws || !a.raw);
  bool cutsK = a.topK > 0 && a.topK < a.vocabulary && (a.draws || !a.raw);
  bool hasSecond = true;
  int token = softmax.likeliest;
  double total = softmax.drawSum;
  TokenSearch<T> tokens(row, softmax.max, drawScale, shared);
  u64 equals = 0;  // that top-p keeps of its last ones, besides the first
  bool splitsEquals = false;
#pragma unroll 1
  for (int stage = TOP_P; stage < STAGES; stage++) {
    bool byId = stage == EQUALS || stage == DRAW;
    bool byCount = stage == EQUALS || stage == TOP_K;
    u64 target = equals;
    if (stage == TOP_P) {
      if (!cutsP) continue;
      // Tokens so unlikely that all of them together cannot reach what top-p leaves out are not looked at.
      float least = log2f((float)((1. - a.topP) * total / a.vocabulary));
      tokens.bound = tokens.order_of_weight(fmaxf(least, WEIGHT_UNIT_LOG2));
      target = (u64)(a.topP * total * WEIGHT_UNITS);
    } else if (stage == EQUALS) {
      if (!splitsEquals) continue;
      tokens.from = tokens.bound;
    } else if (stage == TOP_K) {
      if (!cutsK) continue;
      target = a.topK - 1;
    } else {
      if (cutsP || cutsK) {
        KeptTotals kept = tokens.totals();
        total = (double)kept.weight / WEIGHT_UNITS;
        if (!a.raw) {
          softmax.sum = total;
          softmax.moment = (double)kept.moment / -WEIGHT_UNITS;
          hasSecond = kept.count > 1;
        }
      }
      if (!a.draws) continue;
      target = (u64)(uniform(a.seed, (u32)a.step, (u32)a.positions[blockIdx.x]) * total * WEIGHT_UNITS);
    }
    Found found = tokens.search(byId ? TokenOrder::ID : TokenOrder::LIKELIEST, byId ? 0u : tokens.from,
                                byId ? a.vocabulary - 1u : tokens.bound, byCount ? Amount::COUNT : Amount::WEIGHT,
                                target, stage == TOP_P);
    if (stage == TOP_P) {
      tokens.bound = found.place;
      // Of equal ones, top-p keeps those before which the total does not exceed its target.
      u64 left = target > found.before ? target - found.before : 0;
      equals = found.weight > 0 ? left / (found.weight / found.count) : 0;
      splitsEquals = equals + 1 < found.count;
    } else if (stage == EQUALS) {
      tokens.from = likelihood_order(tokens.max);
      tokens.lastEqual = found.place;
    } else if (stage == TOP_K) {
      if (found.place != tokens.bound) tokens.lastEqual = ~0u;  // all that equal the topK-th
      tokens.bound = found.place;
    } else {
      token = (int)found.place;
    }
  }
  float tokenWeight = exp2_approx((row.at(token) - softmax.max) * scale);
  float secondWeight = hasSecond ? exp2_approx((softmax.second - softmax.max) * scale) : 0.f;
  return RowScore{token, (float)(tokenWeight / softmax.sum), (float)(1. / softmax.sum),
                  (float)(secondWeight / softmax.sum), negative_entropy(softmax.sum, softmax.moment)};
}

// The kernels are declared for twice the threads of a block: that leaves 64 registers a thread, so two blocks share a
// multiprocessor, and while one searches the other one reads.
constexpr int SCORE_REGISTER_THREADS = 2 * SCORE_THREADS;

template <typename T>
DC_DEVICE void score(const ScoreArgs& a, unsigned char* shared) {
  RowScore score = score_row<T>(a, shared);
  if (threadIdx.x == 0) {
    int r = blockIdx.x;
    a.token[r] = score.token;
    a.numbers[r] = score.tokenProb;
    a.numbers[a.rows + r] = score.top1;
    a.numbers[2 * a.rows + r] = score.top2;
    a.numbers[3 * a.rows + r] = score.negativeEntropy;
  }
}

DC_KERNEL(dc_score_f32, ScoreArgs, SCORE_REGISTER_THREADS) {
  DC_SHARED(shared);
  score<float>(a, shared);
}
DC_KERNEL(dc_score_bf16, ScoreArgs, SCORE_REGISTER_THREADS) {
  DC_SHARED(shared);
  score<Bf16>(a, shared);
}
