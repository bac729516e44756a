package io.diffucoder;

import io.diffucoder.api.CancellationToken;
import io.diffucoder.sampling.DenoiseQuery;
import io.diffucoder.sampling.Denoiser;
import io.diffucoder.spi.Scores;
import java.util.ArrayList;
import java.util.List;

/** A network without tensors: its predictions are written down, the same in every step. */
final class ScriptedDenoiser implements Denoiser {

  /** What is predicted for a position. */
  interface Script {
    Prediction at(int position);
  }

  /** One position's five numbers, as seen by a rule that looks at the probability alone. */
  record Prediction(int token, float probability, float margin, float negativeEntropy) {}

  private final Script script;
  private final List<List<DenoiseQuery>> calls = new ArrayList<>();

  ScriptedDenoiser(Script script) {
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
        Prediction prediction = script.at(query.positions()[row]);
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

  /** The batches asked for, in order. */
  List<List<DenoiseQuery>> calls() {
    return calls;
  }

  @Override
  public void close() {}
}
