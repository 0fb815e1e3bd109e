package dev.varve.core.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Splits the output of a program into lines. Of a line that is overwritten by carriage returns, as
 * a progress bar is, only the last version counts.
 */
final class Lines {
  private static final int LONGEST = 2000;

  private final StringBuilder line = new StringBuilder();
  private final Consumer<String> receiver;
  private boolean over;

  private Lines(Consumer<String> receiver) {
    this.receiver = receiver;
  }

  /** Reads a stream to its end. Long lines are truncated. */
  static void read(InputStream stream, Consumer<String> receiver) throws IOException {
    Lines lines = new Lines(receiver);
    Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8);
    char[] buffer = new char[8192];
    for (int n = reader.read(buffer); n >= 0; n = reader.read(buffer)) {
      for (int i = 0; i < n; i++) {
        lines.next(buffer[i]);
      }
    }
    lines.end();
  }

  private void next(char c) {
    if (c == '\n') {
      end();
    } else if (c == '\r') {
      over = true;
    } else {
      if (over) {
        line.setLength(0);
        over = false;
      }
      if (line.length() < LONGEST) {
        line.append(c);
      }
    }
  }

  private void end() {
    String text = line.toString().stripTrailing();
    if (!text.isEmpty()) {
      receiver.accept(text);
    }
    line.setLength(0);
    over = false;
  }
}
