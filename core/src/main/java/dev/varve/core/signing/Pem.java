package dev.varve.core.signing;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.regex.Pattern;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/** A PEM block: a type and bytes. */
final class Pem {
  private static final String BEGIN = "-----BEGIN ";

  /** The first line of a block, with nothing else on it. */
  private static final Pattern ALONE = Pattern.compile(BEGIN + "[^-]*-----");

  private final String type;
  private final byte[] content;

  /** Creates a block; {@code content} is not copied, and must not be modified. */
  Pem(String type, byte[] content) {
    this.type = type;
    this.content = content;
  }

  /** The type, as in the line after {@code BEGIN}. */
  String type() {
    return type;
  }

  /** The bytes, not copied; the caller must not modify them. */
  byte[] content() {
    return content;
  }

  /**
   * Parses the first block of a text.
   *
   * @param name the text's name, for messages
   * @param expected the kind of text that was expected, for messages
   */
  static Pem parse(String text, String name, String expected) throws IOException {
    String problem = "reading " + name + ": expected " + expected + ", got ";
    if (lacksLineBreaks(text)) {
      throw new IOException(
          problem
              + "PEM without its line breaks, which an unquoted shell variable or a secret pasted as one line loses; keep the line breaks of the file");
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

  private static boolean lacksLineBreaks(String text) {
    String first = text.strip().lines().findFirst().orElse("");
    return first.startsWith(BEGIN) && !ALONE.matcher(first.strip()).matches();
  }

  @Override
  public String toString() {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(type, content));
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return text.toString().replace(System.lineSeparator(), "\n");
  }
}
