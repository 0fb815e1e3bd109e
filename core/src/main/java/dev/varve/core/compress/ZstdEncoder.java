package dev.varve.core.compress;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.IOException;
import java.io.OutputStream;

/**
 * One zstd frame, made by one thread, with a checksum. Up to level 19 libzstd's windows are of at
 * most 8 MiB, which every decoder takes.
 */
final class ZstdEncoder implements Encoder {
  private final ZstdOutputStreamNoFinalizer zstd;

  ZstdEncoder(OutputStream out, int level) throws IOException {
    zstd = new ZstdOutputStreamNoFinalizer(out, level);
    zstd.setChecksum(true);
  }

  @Override
  public void encode(byte[] bytes, int offset, int length) throws IOException {
    zstd.write(bytes, offset, length);
  }

  @Override
  public void finish() throws IOException {
    zstd.closeWithoutClosingParentStream();
  }
}
