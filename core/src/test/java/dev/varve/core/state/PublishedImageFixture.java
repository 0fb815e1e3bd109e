package dev.varve.core.state;

import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.MemoryImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;

/** Reads images in memory as published images, and collects the notices. */
abstract class PublishedImageFixture {
  @TempDir Path scratch;
  final List<String> notices = new ArrayList<>();

  final Progress progress =
      new Progress() {
        @Override
        public void notice(String text) {
          notices.add(text);
        }
      };

  static byte[] fixture(String name) throws IOException {
    Path gz = Path.of("src/test/fixtures/rpmdb", name + ".gz");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(gz))) {
      return in.readAllBytes();
    }
  }

  PublishedImage published(MemoryImage image) throws IOException {
    return PublishedImage.of(image, DivisionRules.DEFAULT, scratch, progress);
  }
}
