package dev.varve.core.boot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.core.compress.Compression;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Makes archives in cpio's new ASCII format, for tests. */
public final class CpioBytes {
  private final ByteArrayOutputStream whole = new ByteArrayOutputStream();
  private ByteArrayOutputStream archive = new ByteArrayOutputStream();

  /** Adds a regular file of mode 0644. */
  public CpioBytes file(String path, long mtime, String content) {
    byte[] name = path.getBytes(UTF_8);
    byte[] body = content.getBytes(UTF_8);
    String header =
        "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x"
            .formatted(1, 0100644, 0, 0, 1, mtime, body.length, 0, 0, 0, 0, name.length + 1, 0);
    archive.writeBytes(header.getBytes(ISO_8859_1));
    archive.writeBytes(name);
    archive.write(0);
    pad();
    archive.writeBytes(body);
    pad();
    return this;
  }

  private void pad() {
    archive.writeBytes(new byte[-archive.size() & 3]);
  }

  /** Ends an archive, which stays uncompressed, and begins another one. */
  public CpioBytes end() {
    file("TRAILER!!!", 0, "");
    archive.writeBytes(new byte[-archive.size() & 511]);
    whole.writeBytes(archive.toByteArray());
    archive = new ByteArrayOutputStream();
    return this;
  }

  /** Ends the last archive, and returns all with this one compressed. */
  public byte[] compressed(String how) throws IOException {
    file("TRAILER!!!", 0, "");
    try (OutputStream out = Compression.parse(how).compress(whole)) {
      archive.writeTo(out);
    }
    return whole.toByteArray();
  }
}
