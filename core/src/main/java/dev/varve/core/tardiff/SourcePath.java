package dev.varve.core.tardiff;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Paths by which a tar-diff opens source files: relative to the image's root, in UTF-8, without
 * empty, "." and ".." names.
 */
public final class SourcePath {
  /** The largest length of a path, in bytes of UTF-8. */
  public static final int MAX_LENGTH = 4096;

  private static final List<String> NO_NAMES = List.of("", ".", "..");

  private SourcePath() {}

  /**
   * Returns whether a tar-diff can open a path.
   *
   * @param path also of {@link dev.varve.core.bytes.LosslessUtf8}; one with bytes that are not
   *     UTF-8 can't be opened
   */
  public static boolean isValid(String path) {
    if (path.indexOf('\0') >= 0
        || Arrays.stream(path.split("/", -1)).anyMatch(NO_NAMES::contains)) {
      return false;
    }
    try {
      return encode(path).length <= MAX_LENGTH;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** Encodes a path. */
  static byte[] encode(String path) throws CharacterCodingException {
    ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(path));
    byte[] exact = new byte[bytes.remaining()];
    bytes.get(exact);
    return exact;
  }

  /** Decodes a path, which may be invalid otherwise. */
  static String decode(byte[] path) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(path)).toString();
  }
}
