package dev.varve.core.compress;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import dev.varve.core.bytes.IoFunction;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Wraps a decoder, and names the blob and the offset in its error messages. */
final class DecompressedInput extends InputStream {
  private final InputStream decoder;
  private final PeekedInput input;
  private final String format;
  private final String name;

  DecompressedInput(
      IoFunction<InputStream, InputStream> opener, PeekedInput input, String format, String name)
      throws IOException {
    this.input = input;
    this.format = format;
    this.name = name;
    try {
      this.decoder = opener.apply(input);
    } catch (IOException e) {
      throw explained(e);
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
    if (length == 0) {
      return 0;
    }
    try {
      return decoder.read(bytes, offset, length);
    } catch (IOException e) {
      throw explained(e);
    }
  }

  @Override
  public void close() throws IOException {
    decoder.close();
  }

  private IOException explained(IOException problem) {
    IOException failure = input.failure();
    if (failure != null) {
      return failure;
    }
    if (problem instanceof ZstdIOException e
        && e.getErrorCode() == Zstd.errFrameParameterWindowTooLarge()) {
      return new IOException(
          "decompressing "
              + name
              + ": expected a zstd window of at most "
              + Decompression.MAX_WINDOW
              + ", got a larger one; compress the blob with a smaller window (zstd --long=27)",
          problem);
    }
    // The decoders' messages differ; reading past the end is the reliable sign of truncation.
    String what =
        input.atEnd()
            ? "data ends early, after " + input.count() + " bytes"
            : "data is corrupt, somewhere before byte "
                + input.count()
                + ": "
                + problem.getMessage();
    // A stream that verifies the blob's digest knows at its end whether the blob is another one.
    input.drain();
    IOException corrupt = input.failure();
    return corrupt != null
        ? corrupt
        : new IOException("decompressing " + name + ": " + format + " " + what, problem);
  }
}
