package dev.varve.core.rootfs;

import dev.varve.core.bytes.LosslessUtf8;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Converts between Java's paths and names as bytes. A Path on Linux keeps the system's bytes in any
 * locale; only its text is decoded. A path's URI contains the bytes, percent-encoded. Thereby Java
 * can walk directories, where JNA would need the layout of {@code struct stat} and {@code struct
 * dirent} on every machine.
 */
final class RawPath {
  private RawPath() {}

  /** Returns the bytes of an absolute path. */
  static byte[] bytes(Path path) {
    String text = path.toString();
    if (isAscii(text)) {
      return LosslessUtf8.encode(text);
    }
    byte[] bytes = decode(path.toUri().getRawPath());
    // A directory's URI has a slash at its end.
    return bytes.length > 1 && bytes[bytes.length - 1] == '/'
        ? Arrays.copyOf(bytes, bytes.length - 1)
        : bytes;
  }

  /** Returns the last name of an absolute path, decoded by {@link LosslessUtf8}. */
  static String name(Path path) {
    Path last = path.getFileName();
    String text = last == null ? "" : last.toString();
    if (isAscii(text)) {
      return text;
    }
    byte[] bytes = bytes(path);
    int slash = bytes.length - 1;
    while (bytes[slash] != '/') {
      slash--;
    }
    return LosslessUtf8.decode(bytes, slash + 1, bytes.length - slash - 1);
  }

  /** Resolves {@code below}, which is {@link LosslessUtf8}, against an absolute directory. */
  static Path resolve(Path directory, String below) {
    if (isAscii(below)) {
      return directory.resolve(below);
    }
    byte[] bytes = LosslessUtf8.encode(below);
    StringBuilder uri = new StringBuilder(directory.toUri().toString());
    if (uri.charAt(uri.length() - 1) != '/') {
      uri.append('/');
    }
    for (byte b : bytes) {
      if (b == '/') {
        uri.append('/');
      } else {
        uri.append('%').append(Character.forDigit((b >> 4) & 0xF, 16));
        uri.append(Character.forDigit(b & 0xF, 16));
      }
    }
    return Path.of(URI.create(uri.toString()));
  }

  /** Returns whether a text is ASCII; replacements for undecodable characters are not. */
  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private static byte[] decode(String percentEncoded) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(percentEncoded.length());
    for (int i = 0; i < percentEncoded.length(); i++) {
      char c = percentEncoded.charAt(i);
      if (c == '%') {
        bytes.write(Integer.parseInt(percentEncoded, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    return bytes.toByteArray();
  }
}
