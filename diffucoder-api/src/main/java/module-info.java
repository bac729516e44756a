/** Records, sampling contracts and the tensor backend SPI; depends on nothing. */
module io.diffucoder.api {
  requires static transitive org.jspecify;

  exports io.diffucoder.api;
  exports io.diffucoder.sampling;
  exports io.diffucoder.spi;
}
