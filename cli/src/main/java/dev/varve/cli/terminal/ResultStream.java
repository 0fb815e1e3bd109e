package dev.varve.cli.terminal;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The standard output. Unlike a {@link PrintStream}, it records the failure of a write. */
public final class ResultStream extends PrintStream {
  private final Target target;

  /**
   * Creates a stream that writes UTF-8 and flushes each line.
   *
   * @param out the target, never closed
   */
  public ResultStream(OutputStream out) {
    this(new Target(out));
  }

  private ResultStream(Target target) {
    super(target, true, StandardCharsets.UTF_8);
    this.target = target;
  }

  /** The reason why the output is incomplete; empty if everything was written. */
  Optional<IOException> failure() {
    flush();
    return Optional.ofNullable(target.failure);
  }

  /** Records the first failure. */
  private static final class Target extends OutputStream {
    private final OutputStream out;
    private @Nullable IOException failure;

    Target(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        failure = failure == null ? e : failure;
        throw e;
      }
    }

    @Override
    public void flush() throws IOException {
      try {
        out.flush();
      } catch (IOException e) {
        failure = failure == null ? e : failure;
        throw e;
      }
    }
  }
}
