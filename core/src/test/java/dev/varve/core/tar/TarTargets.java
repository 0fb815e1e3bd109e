package dev.varve.core.tar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import dev.varve.core.tar.Archives.Item;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The parsers of tar archives. */
public final class TarTargets implements FuzzTargets {
  private static final int MOST_CONTENT = 1 << 16;

  @Override
  public List<FuzzTarget> targets() throws IOException {
    return List.of(
        new FuzzTarget("tar", TarTargets::readTar, fixtures()),
        FuzzTarget.ofText(
            "pax",
            TarTargets::readPax,
            Archives.record("path", "a/b")
                + Archives.record("linkpath", "c")
                + Archives.record("size", "4")
                + Archives.record("mtime", "1700000000.25")
                + Archives.record("uid", "1000")
                + Archives.record("SCHILY.xattr.user.a", "b")
                + Archives.record("LIBARCHIVE.xattr.user.%3d", "Yg"),
            Archives.record("GNU.sparse.map", "0,1,8,2")
                + Archives.record("GNU.sparse.offset", "0")
                + Archives.record("GNU.sparse.numbytes", "1")));
  }

  private static List<byte[]> fixtures() throws IOException {
    List<byte[]> archives = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("src/test/fixtures/tar"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".tar")).sorted().toList()) {
        byte[] archive = Files.readAllBytes(file);
        if (archive.length <= MOST_CONTENT) {
          archives.add(archive);
        }
      }
    }
    return archives;
  }

  /** Reads an archive, also with the right checksums, without which readers refuse a change. */
  private static void readTar(byte[] archive) throws IOException {
    byte[] corrected = archive.clone();
    for (int block = 0; block + BlockInput.BLOCK <= corrected.length; block += BlockInput.BLOCK) {
      if (!Header.isZero(corrected, block)) {
        byte[] header = Arrays.copyOfRange(corrected, block, block + BlockInput.BLOCK);
        System.arraycopy(Archives.checksummed(header), 0, corrected, block, BlockInput.BLOCK);
      }
    }
    try {
      read(corrected);
    } catch (MalformedTarException e) {
      assertThat(e.offset()).isBetween(0L, (long) corrected.length);
    }
    read(archive);
  }

  /** Reads an archive, and what a new archive of its entries has. */
  private static void read(byte[] archive) throws IOException {
    List<Item> items = new ArrayList<>();
    TarReader reader = new TarReader(new ByteArrayInputStream(archive), "it");
    for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
      if (entry.get().size() <= MOST_CONTENT) {
        byte[] content = reader.body().readAllBytes();
        items.add(new Item(written(entry.get()), new String(content, ISO_8859_1)));
      }
    }
    assertThat(Archives.read(Archives.write(items.toArray(Item[]::new)))).isEqualTo(items);
  }

  /** Returns an entry without its nanoseconds, which layers don't have. */
  private static TarEntry written(TarEntry e) {
    return new TarEntry(
        e.path(),
        e.type(),
        e.mode(),
        e.uid(),
        e.gid(),
        e.size(),
        e.mtimeSeconds(),
        0,
        e.linkTarget(),
        e.xattrs(),
        e.devMajor(),
        e.devMinor());
  }

  private static void readPax(byte[] bytes) throws IOException {
    ErrorLocation location = new ErrorLocation("it");
    PaxRecords records = new PaxRecords(location);
    records.parse(bytes, bytes.length);
    records.name("path");
    records.name("linkpath");
    records.number("size", Header.MAX_SIZE, -1);
    records.number("uid", Header.MAX_OWNER, -1);
    records.time("mtime");
    records.sparseMap();
    Xattrs xattrs = records.xattrs();
    xattrs.names().forEach(name -> assertThat(xattrs.get(name)).isPresent());
    assertThat(xattrs.without(name -> false)).isEqualTo(xattrs);
  }
}
