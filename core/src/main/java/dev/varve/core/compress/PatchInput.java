package dev.varve.core.compress;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdDictContentType;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Decodes one zstd frame, with a source that the frame's matches may refer to. */
final class PatchInput extends InputStream {
  private final InputStream frame;
  private final ZstdDecompressCtx context = new ZstdDecompressCtx();
  private final ByteBuffer input = ByteBuffer.allocate(1 << 16).limit(0);
  private long before;
  private boolean complete;

  PatchInput(byte[] source, InputStream frame) {
    this.frame = frame;
    context.setLongMax(ZstdPatch.MAX_WINDOW_LOG);
    if (source.length == 0) {
      return;
    }
    try {
      context.loadDict(source, ZstdDictContentType.RAW_CONTENT);
    } catch (ZstdException e) {
      context.close();
      throw e;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    ByteBuffer output = ByteBuffer.wrap(bytes, offset, length);
    while (output.position() == offset && length > 0) {
      if (complete) {
        return -1;
      }
      // The decoder may have content left for which it needs no more input.
      decode(output);
      if (!complete && output.position() == offset && !input.hasRemaining()) {
        fill();
      }
    }
    return output.position() - offset;
  }

  @Override
  public void close() {
    context.close();
  }

  private void decode(ByteBuffer output) throws IOException {
    try {
      complete = context.decompressByteBufferStream(output, input);
    } catch (ZstdException e) {
      throw new CorruptPatchException("decoding a zstd patch: " + explained(e), e);
    }
    if (complete && (input.hasRemaining() || frame.read() >= 0)) {
      throw new CorruptPatchException(
          "decoding a zstd patch: expected the end after a frame of "
              + count()
              + " bytes, got more");
    }
  }

  private void fill() throws IOException {
    before += input.position();
    input.clear();
    int n = frame.read(input.array(), 0, input.capacity());
    input.limit(Math.max(n, 0));
    if (n < 0) {
      throw new CorruptPatchException(
          "decoding a zstd patch: data ends early, after " + before + " bytes");
    }
  }

  private String explained(ZstdException failure) {
    // The streaming methods of this context negate the code.
    if (Math.abs(failure.getErrorCode()) == Zstd.errFrameParameterWindowTooLarge()) {
      return "expected a zstd window of at most " + Decompression.MAX_WINDOW + ", got a larger one";
    }
    return "data is corrupt, or made for another source: " + failure.getMessage();
  }

  /** The number of bytes of the frame that were decoded. */
  private long count() {
    return before + input.position();
  }
}
