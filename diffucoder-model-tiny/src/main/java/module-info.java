/**
 * A small trained model of DiffuCoder's architecture, as resources under {@code
 * META-INF/diffucoder/embedded-model}: what runs when no model is named.
 */
module io.diffucoder.model.tiny {}
