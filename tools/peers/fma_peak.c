/*
 * What this machine gives right now: float32 FMA and memory reads, all threads at once.
 *
 *   cc -O3 -march=native -pthread fma_peak.c -o fma_peak
 *   ./fma_peak THREADS
 *
 * Prints "median best" of each over short slices, summed over the threads: GFLOP/s, then GB/s. Bound: the FMA units (chains enough to
 * hide their latency, operands in registers), then memory (each thread reads 256 MiB of its own, more than a last-level cache).
 */
#include <immintrin.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined(__AVX512F__)
typedef __m512 lanes;
#define LOAD _mm512_loadu_ps
#define FMA _mm512_fmadd_ps
#define ADD _mm512_add_ps
#elif defined(__AVX2__) && defined(__FMA__)
typedef __m256 lanes;
#define LOAD _mm256_loadu_ps
#define FMA _mm256_fmadd_ps
#define ADD _mm256_add_ps
#else
#error "needs AVX-512 or AVX2 with FMA; compile with -march=native"
#endif

enum { CHAINS = 12, WIDTH = sizeof(lanes) / sizeof(float), SLICES = 9, MAX_THREADS = 256 };
static const long FMA_STEPS = 8000000, READ_FLOATS = 64L << 20;

static pthread_barrier_t barrier;
static double seconds[2][SLICES][MAX_THREADS];
static volatile float sink;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static lanes multiply_add(void) {
  float ones[WIDTH];
  lanes sums[CHAINS];
  for (int i = 0; i < WIDTH; i++) ones[i] = 1.0f;
  lanes factor = LOAD(ones);
  __asm__ volatile("" : "+x"(factor)); /* not a constant, so that nothing is computed ahead */
  for (int c = 0; c < CHAINS; c++) sums[c] = factor;
  for (long step = 0; step < FMA_STEPS; step++) {
#pragma GCC unroll 12
    for (int c = 0; c < CHAINS; c++) sums[c] = FMA(sums[c], factor, factor);
  }
  for (int c = 1; c < CHAINS; c++) sums[0] = ADD(sums[0], sums[c]);
  return sums[0];
}

static lanes read_all(const float *floats) {
  lanes sums[4] = {LOAD(floats), LOAD(floats), LOAD(floats), LOAD(floats)};
  for (long i = 0; i < READ_FLOATS; i += 4 * WIDTH) {
    for (int c = 0; c < 4; c++) sums[c] = ADD(sums[c], LOAD(floats + i + c * WIDTH));
  }
  return ADD(ADD(sums[0], sums[1]), ADD(sums[2], sums[3]));
}

static void *run(void *argument) {
  long thread = (long)argument;
  float *floats = malloc(READ_FLOATS * sizeof(float));
  if (floats == NULL) exit(1);
  memset(floats, 1, READ_FLOATS * sizeof(float));
  for (int slice = 0; slice < 2 * SLICES; slice++) {
    int reads = slice >= SLICES;
    pthread_barrier_wait(&barrier);
    double start = now();
    lanes result = reads ? read_all(floats) : multiply_add();
    seconds[reads][slice % SLICES][thread] = now() - start;
    sink = ((float *)&result)[0];
  }
  free(floats);
  return NULL;
}

static int ascending(const void *a, const void *b) {
  return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

int main(int count, char **arguments) {
  int threads = count > 1 ? atoi(arguments[1]) : 1;
  if (threads < 1 || threads > MAX_THREADS) return fprintf(stderr, "usage: fma_peak THREADS (1 to %d)\n", MAX_THREADS), 2;
  pthread_t ids[MAX_THREADS];
  pthread_barrier_init(&barrier, NULL, threads);
  for (long t = 0; t < threads; t++) pthread_create(&ids[t], NULL, run, (void *)t);
  for (int t = 0; t < threads; t++) pthread_join(ids[t], NULL);
  double work[2] = {2e-9 * FMA_STEPS * CHAINS * WIDTH, 1e-9 * READ_FLOATS * sizeof(float)};
  for (int kind = 0; kind < 2; kind++) {
    double rates[SLICES] = {0};
    for (int s = 0; s < SLICES; s++) {
      for (int t = 0; t < threads; t++) rates[s] += work[kind] / seconds[kind][s][t];
    }
    qsort(rates, SLICES, sizeof(double), ascending);
    printf("%.1f %.1f%s", rates[SLICES / 2], rates[SLICES - 1], kind == 0 ? " " : "\n");
  }
  return 0;
}
