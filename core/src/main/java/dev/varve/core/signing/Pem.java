package dev.varve.core.signing;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.regex.Pattern;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/** A PEM block: bytes, and what they are. */
final class Pem {
  private static final String BEGIN = "-----BEGIN ";

  /** The line that a block begins with has nothing else on it. */
  private static final Pattern ALONE = Pattern.compile(BEGIN + "[^-]*-----");

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
    if (goesOnWhereItBegins(text)) {
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

  private static boolean goesOnWhereItBegins(String text) {
    String first = text.strip().lines().findFirst().orElse("");
    return first.startsWith(BEGIN) && !ALONE.matcher(first.strip()).matches();
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
