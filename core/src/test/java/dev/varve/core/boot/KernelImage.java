package dev.varve.core.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds a PE file section by section, with the header layout of {@code ukify} and {@code objcopy}.
 */
public final class KernelImage {
  private static final int PE_OFFSET = 0x80;
  private static final int OPTIONAL_HEADER = 240;
  private static final int ALIGNMENT = 512;

  private final List<String> names = new ArrayList<>();
  private final List<byte[]> contents = new ArrayList<>();

  /**
   * Returns an image whose command line contains the composefs digest: 1,024 bytes if the digest is
   * short.
   */
  public static byte[] sealedBy(String digest) {
    return new KernelImage().section(".cmdline", "rw composefs=" + digest).bytes();
  }

  /** Adds a section. */
  public KernelImage section(String name, String content) {
    names.add(name);
    contents.add(content.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Returns the bytes of the file. */
  public byte[] bytes() {
    int headers = PE_OFFSET + 24 + OPTIONAL_HEADER + 40 * names.size();
    int offset = aligned(headers);
    int size = offset + contents.stream().mapToInt(each -> aligned(each.length)).sum();
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    file.put(0, (byte) 'M').put(1, (byte) 'Z').putInt(60, PE_OFFSET);
    file.putInt(PE_OFFSET, 0x00004550);
    file.putShort(PE_OFFSET + 4, (short) 0x8664);
    file.putShort(PE_OFFSET + 6, (short) names.size());
    file.putShort(PE_OFFSET + 20, (short) OPTIONAL_HEADER);
    int header = PE_OFFSET + 24 + OPTIONAL_HEADER;
    for (int i = 0; i < names.size(); i++) {
      byte[] content = contents.get(i);
      file.put(header, names.get(i).getBytes(StandardCharsets.US_ASCII));
      file.putInt(header + 8, content.length);
      file.putInt(header + 16, aligned(content.length));
      file.putInt(header + 20, offset);
      file.put(offset, content);
      offset += aligned(content.length);
      header += 40;
    }
    return file.array();
  }

  private static int aligned(int length) {
    return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
