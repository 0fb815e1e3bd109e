package dev.varve.core.signing;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/** A PEM block: bytes, and what they are. */
final class Pem {
  private static final String BEGIN = "-----BEGIN ";

  /** A block has one for its beginning, one or more for its content, and one for its end. */
  private static final int LINES = 3;

  private final String type;
  private final byte[] content;

  /** Takes the bytes, which nobody changes. */
  Pem(String type, byte[] content) {
    this.type = type;
    this.content = content;
  }

  /** What stands behind {@code BEGIN}. */
  String type() {
    return type;
  }

  /** The bytes, which nobody changes. */
  byte[] content() {
    return content;
  }

  /**
   * Reads the first block of a text.
   *
   * @param name what the text is, for messages
   * @param expected what it should be, for messages
   */
  static Pem parse(String text, String name, String expected) throws IOException {
    String problem = "reading " + name + ": expected " + expected + ", got ";
    if (text.contains(BEGIN) && text.strip().lines().count() < LINES) {
      throw new IOException(
          problem
              + "one that has lost its line breaks, as a variable does that a shell splits, or a"
              + " secret that was pasted into one line; keep them as they are in the file");
    }
    try (PemReader reader = new PemReader(new StringReader(text))) {
      PemObject block = reader.readPemObject();
      if (block == null) {
        throw new IOException(problem + (text.isBlank() ? "nothing" : "no PEM"));
      }
      return new Pem(block.getType(), block.getContent());
    } catch (IOException e) {
      String said = String.valueOf(e.getMessage());
      throw said.startsWith(problem) ? e : new IOException(problem + "broken PEM", e);
    }
  }

  @Override
  public String toString() {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(type, content));
    } catch (IOException e) {
      throw new IllegalStateException("nothing fails to be written to memory", e);
    }
    return text.toString().replace(System.lineSeparator(), "\n");
  }
}
