package io.diffucoder;

import io.diffucoder.api.CancellationToken;
import io.diffucoder.api.GenerationCancelledException;
import io.diffucoder.sampling.DenoiseQuery;
import io.diffucoder.sampling.Denoiser;
import io.diffucoder.sampling.DiffusionSampler;
import io.diffucoder.sampling.SamplingOutcome;
import io.diffucoder.sampling.SamplingTask;
import io.diffucoder.spi.Scores;
import java.util.List;

/**
 * The denoising loop of masked diffusion: score every undecided position, commit the surest, again,
 * until none is left (Dream's {@code diffusion_generate}; reference 3.5). It stops before the last
 * step when no mask is left, which changes nothing but the time.
 */
public final class MaskedDiffusionSampler implements DiffusionSampler {

  /** A sampler; it has no state. */
  public MaskedDiffusionSampler() {}

  @Override
  public List<SamplingOutcome> sample(Denoiser denoiser, List<SamplingTask> tasks) {
    List<DiffusionRun> runs = tasks.stream().map(DiffusionRun::new).toList();
    while (step(denoiser, runs)) {
      // Each step is one network evaluation for all canvases that still have masks.
    }
    return runs.stream().map(DiffusionRun::outcome).toList();
  }

  /** One step of every active run; whether there was any. */
  static boolean step(Denoiser denoiser, List<DiffusionRun> runs) {
    List<DiffusionRun> active = runs.stream().filter(DiffusionRun::active).toList();
    if (active.isEmpty()) {
      return false;
    }
    List<DenoiseQuery> queries = active.stream().map(DiffusionRun::query).toList();
    List<Scores> scores;
    try {
      scores = denoiser.denoise(queries, whenAllAreCancelled(active));
    } catch (GenerationCancelledException e) {
      if (active.stream().anyMatch(DiffusionRun::active)) {
        throw e; // Nobody asked for it: the denoiser gave up by itself.
      }
      return false;
    }
    for (int i = 0; i < active.size(); i++) {
      active.get(i).apply(queries.get(i), scores.get(i));
    }
    return true;
  }

  private static CancellationToken whenAllAreCancelled(List<DiffusionRun> runs) {
    return CancellationToken.when(
        () -> runs.stream().allMatch(run -> run.task().cancellation().isCancelled()));
  }
}
