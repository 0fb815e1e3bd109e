package dev.varve.core.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads archives completely, and builds archives block by block, for tests. */
final class Archives {
  /** An entry with its content. */
  record Item(TarEntry entry, String content) {}

  private Archives() {}

  static List<Item> read(byte[] archive) throws IOException {
    return read(new ByteArrayInputStream(archive));
  }

  static List<Item> read(InputStream archive) throws IOException {
    TarReader reader = new TarReader(archive, "test.tar");
    List<Item> items = new ArrayList<>();
    for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
      byte[] content = reader.body().readAllBytes();
      items.add(new Item(entry.get(), new String(content, StandardCharsets.ISO_8859_1)));
    }
    return items;
  }

  static byte[] write(Item... items) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter writer = new TarWriter(out);
    for (Item item : items) {
      byte[] content = item.content().getBytes(StandardCharsets.ISO_8859_1);
      writer.add(item.entry(), new ByteArrayInputStream(content));
    }
    writer.finish();
    return out.toByteArray();
  }

  static Item file(String path, String content) {
    return new Item(entry(path, TarEntry.Type.FILE, content.length(), ""), content);
  }

  static Item link(TarEntry.Type type, String path, String target) {
    return new Item(entry(path, type, 0, target), "");
  }

  static Item directory(String path) {
    return new Item(entry(path, TarEntry.Type.DIRECTORY, 0, ""), "");
  }

  static TarEntry entry(String path, TarEntry.Type type, long size, String target) {
    return new TarEntry(path, type, 0644, 0, 0, size, 0, 0, target, Xattrs.EMPTY, 0, 0);
  }

  static TarEntry withXattrs(TarEntry entry, Map<String, byte[]> xattrs) {
    return new TarEntry(
        entry.path(),
        entry.type(),
        entry.mode(),
        entry.uid(),
        entry.gid(),
        entry.size(),
        entry.mtimeSeconds(),
        entry.mtimeNanos(),
        entry.linkTarget(),
        Xattrs.of(xattrs),
        entry.devMajor(),
        entry.devMinor());
  }

  /** Returns a header block of any type and name with a valid checksum, and the body. */
  static byte[] raw(char flag, String name, String link, byte[] body) {
    byte[] block = new byte[BlockInput.BLOCK];
    put(block, 0, name);
    put(block, 100, "0000644");
    put(block, 108, "0000000");
    put(block, 116, "0000000");
    put(block, 124, "%011o".formatted(body.length));
    put(block, 136, "00000000000");
    block[156] = (byte) flag;
    put(block, 157, link);
    put(block, 257, "ustar\00000");
    return joined(checksummed(block), body, new byte[(int) TarReader.padding(body.length)]);
  }

  static byte[] raw(char flag, String name, String body) {
    return raw(flag, name, "", body.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Writes text into a field of a header block at the start of {@code block}. */
  static byte[] put(byte[] block, int field, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, block, field, bytes.length);
    return block;
  }

  static byte[] checksummed(byte[] block) {
    put(block, 148, "        ");
    int sum = 0;
    for (int i = 0; i < BlockInput.BLOCK; i++) {
      sum += block[i] & 0xFF;
    }
    return put(block, 148, "%06o\0".formatted(sum));
  }

  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      for (byte[] part : parts) {
        out.write(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static byte[] end() {
    return new byte[2 * BlockInput.BLOCK];
  }

  /** Returns the entry of a file without content. */
  static byte[] emptyFile(String path) {
    return raw('0', path, "");
  }

  /** Reads an archive, which must have one entry. */
  static Item one(byte[] archive) throws IOException {
    List<Item> items = read(archive);
    assertThat(items).hasSize(1);
    return items.get(0);
  }

  /** Returns a PAX record. */
  static String record(String key, String value) {
    int length = key.length() + value.length() + 3;
    int digits = 1;
    while (Integer.toString(length + digits).length() > digits) {
      digits++;
    }
    return (length + digits) + " " + key + "=" + value + "\n";
  }

  /** Asserts that reading the archive fails at the entry at {@code offset}. */
  static void assertMalformed(byte[] archive, long offset, String problem) {
    String space = problem.startsWith("(") ? " " : "";
    assertThatThrownBy(() -> read(archive))
        .isInstanceOfSatisfying(
            MalformedTarException.class, e -> assertThat(e.offset()).isEqualTo(offset))
        .hasMessage("reading test.tar: entry at offset " + offset + space + problem);
  }
}
