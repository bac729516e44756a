package io.diffucoder;

import io.diffucoder.api.CancellationToken;
import io.diffucoder.api.GenerationCancelledException;
import io.diffucoder.sampling.DenoiseQuery;
import io.diffucoder.sampling.Denoiser;
import io.diffucoder.sampling.DiffusionSampler;
import io.diffucoder.sampling.SamplingOutcome;
import io.diffucoder.sampling.SamplingTask;
import io.diffucoder.spi.Scores;
import java.util.ArrayList;
import java.util.List;

/**
 * The denoising loop of masked diffusion: score undecided positions, commit the surest, again,
 * until none is left (Dream's {@code diffusion_generate}; reference 3.5). Which positions, with how
 * much of the network and how many of them committed is data: a {@link
 * io.diffucoder.sampling.DecodingPlan} and a commit rule. It stops before the last step when no
 * mask is left, which changes nothing but the time.
 */
public final class MaskedDiffusionSampler implements DiffusionSampler {

  /** A sampler; it has no state. */
  public MaskedDiffusionSampler() {}

  @Override
  public List<SamplingOutcome> sample(Denoiser denoiser, List<SamplingTask> tasks) {
    List<DiffusionRun> runs = new ArrayList<>(tasks.size());
    int storeRows = 0;
    for (SamplingTask task : tasks) {
      runs.add(new DiffusionRun(task, storeRows));
      storeRows = Math.addExact(storeRows, DiffusionRun.footprint(task).storeRows());
    }
    while (step(denoiser, runs)) {
      // Each is one network evaluation for all canvases that still have masks.
    }
    return runs.stream().map(DiffusionRun::outcome).toList();
  }

  /** One pass for every active run, and the steps that follow from it; whether there was any. */
  static boolean step(Denoiser denoiser, List<DiffusionRun> runs) {
    List<DiffusionRun> active = runs.stream().filter(DiffusionRun::active).toList();
    if (active.isEmpty()) {
      return false;
    }
    List<List<DenoiseQuery>> asked = active.stream().map(DiffusionRun::queries).toList();
    List<DenoiseQuery> queries = asked.stream().flatMap(List::stream).toList();
    long start = System.nanoTime();
    List<Scores> scores;
    try {
      scores = denoiser.denoise(queries, whenAllAreCancelled(active));
    } catch (GenerationCancelledException e) {
      if (active.stream().anyMatch(DiffusionRun::active)) {
        throw e; // Nobody asked for it: the denoiser gave up by itself.
      }
      return false;
    }
    long nanos = System.nanoTime() - start;
    int next = 0;
    for (int i = 0; i < active.size(); i++) {
      int end = next + asked.get(i).size();
      active.get(i).apply(asked.get(i), scores.subList(next, end), nanos);
      next = end;
    }
    return true;
  }

  private static CancellationToken whenAllAreCancelled(List<DiffusionRun> runs) {
    return CancellationToken.when(
        () -> runs.stream().allMatch(run -> run.task().cancellation().isCancelled()));
  }
}
