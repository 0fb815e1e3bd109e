package dev.varve.core.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PositionedReadsTest {
  @TempDir Path temp;

  @Test
  void aReadReturnsASmallPiece() throws IOException {
    byte[] content = DeltaFixture.noise(1 << 20, 1);
    Path file = Files.write(temp.resolve("file"), content);
    byte[] buffer = new byte[1 << 20];
    try (FileChannel channel = FileChannel.open(file)) {
      assertThat(PositionedReads.read(channel, file, 1000, buffer, 0, buffer.length))
          .isEqualTo(1 << 17);
      assertThat(Arrays.copyOf(buffer, 1 << 17))
          .isEqualTo(Arrays.copyOfRange(content, 1000, 1000 + (1 << 17)));
      assertThat(PositionedReads.read(channel, file, content.length, buffer, 0, 10)).isEqualTo(-1);
    }
  }
}
