package io.diffucoder;

import io.diffucoder.api.CancellationToken;
import io.diffucoder.sampling.Canvas;
import io.diffucoder.sampling.DenoiseQuery;
import io.diffucoder.sampling.Denoiser;
import io.diffucoder.sampling.Window;
import io.diffucoder.spi.Scores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A network without tensors: its predictions are written down. */
final class ScriptedDenoiser implements Denoiser {

  /** What is predicted for a position. */
  interface Script {
    Prediction at(int position);
  }

  /** What is predicted for a position of a canvas. */
  interface CanvasScript {
    Prediction at(Canvas canvas, int position);
  }

  /** One position's five numbers, as seen by a rule that looks at the probability alone. */
  record Prediction(int token, float probability, float margin, float negativeEntropy) {}

  private final CanvasScript script;
  private final List<List<DenoiseQuery>> calls = new ArrayList<>();

  /** The same predictions in every step. */
  ScriptedDenoiser(Script script) {
    this((canvas, position) -> script.at(position));
  }

  /** Predictions that depend on what is decided. */
  ScriptedDenoiser(CanvasScript script) {
    this.script = script;
  }

  @Override
  public List<Scores> denoise(List<DenoiseQuery> batch, CancellationToken cancellation) {
    cancellation.throwIfCancelled();
    calls.add(batch);
    List<Scores> all = new ArrayList<>();
    for (DenoiseQuery query : batch) {
      Scores scores = Scores.ofRows(query.positions().length);
      for (int row = 0; row < scores.rows(); row++) {
        Prediction prediction = script.at(query.canvas(), query.positions()[row]);
        scores.token()[row] = prediction.token();
        scores.tokenProb()[row] = prediction.probability();
        scores.top1Prob()[row] = prediction.probability();
        scores.top2Prob()[row] = prediction.probability() - prediction.margin();
        scores.negativeEntropy()[row] = prediction.negativeEntropy();
      }
      all.add(scores);
    }
    return all;
  }

  /** The windows asked for, in order; of a batch the first. */
  List<Window> windows() {
    return calls.stream().map(batch -> batch.getFirst().window()).toList();
  }

  /** The positions asked for, in order; of a batch the first's. */
  List<List<Integer>> positions() {
    return calls.stream()
        .map(batch -> Arrays.stream(batch.getFirst().positions()).boxed().toList())
        .toList();
  }

  /** The batches asked for, in order. */
  List<List<DenoiseQuery>> calls() {
    return calls;
  }

  @Override
  public void close() {}
}
