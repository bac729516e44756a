/** The facade, the model, the sampler, files, tokenizer and chat; sees no backend. */
module io.diffucoder.core {
  requires transitive io.diffucoder.api;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires static org.jspecify;

  exports io.diffucoder;

  uses io.diffucoder.spi.TensorBackendProvider;
}
