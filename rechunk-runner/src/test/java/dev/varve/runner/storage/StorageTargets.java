package dev.varve.runner.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** The parser of a BTRFS superblock. */
public final class StorageTargets implements FuzzTargets {
  @Override
  public List<FuzzTarget> targets() {
    ByteBuffer block = ByteBuffer.allocate(BtrfsFile.LENGTH);
    block.put(0x40, "_BHRfS_M".getBytes(UTF_8));
    block.put(0x12b, "varve-storage".getBytes(UTF_8));
    return List.of(
        new FuzzTarget("btrfs-superblock", StorageTargets::read, List.of(block.array())));
  }

  private static void read(byte[] block) throws IOException {
    if (block.length != BtrfsFile.LENGTH) {
      throw new IOException("the file ends early");
    }
    BtrfsFile.label(block).ifPresent(label -> assertThat(label).doesNotContain("\0"));
  }
}
