package io.diffucoder.core.tokenizer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that fails when more than a number of bytes is read from it. */
final class CappedInputStream extends FilterInputStream {
  private final int maxBytes;
  private long count;

  CappedInputStream(InputStream in, int maxBytes) {
    super(in);
    this.maxBytes = maxBytes;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    count(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = super.read(bytes, offset, length);
    count(Math.max(read, 0));
    return read;
  }

  private void count(int bytes) throws IOException {
    count += bytes;
    if (count > maxBytes) {
      throw new IOException("it is larger than " + maxBytes + " bytes, no tokenizer's file is");
    }
  }
}
