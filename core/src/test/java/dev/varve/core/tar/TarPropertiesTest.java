package dev.varve.core.tar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.tar.Archives.Item;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;

final class TarPropertiesTest {
  @Property(tries = 500)
  void writtenEntriesAreRead(@ForAll("items") List<Item> items) throws IOException {
    byte[] archive = Archives.write(items.toArray(Item[]::new));
    assertThat(Archives.read(archive)).isEqualTo(items);
    assertThat(Archives.write(items.toArray(Item[]::new))).isEqualTo(archive);
  }

  @Property(tries = 500)
  void randomBytesAreRefusedOrRead(@ForAll @Size(max = 3000) byte[] noise) throws IOException {
    readOrRefuse(noise);
  }

  /** Corrects the checksums as well: otherwise, readers would never get beyond them. */
  @Property(tries = 3000)
  void anArchiveWithWrongBytesIsRefusedOrRead(
      @ForAll("fixtures") byte[] archive, @ForAll("mutations") List<int[]> mutations)
      throws IOException {
    byte[] mutated = archive.clone();
    for (int[] mutation : mutations) {
      mutated[mutation[0] % mutated.length] = (byte) mutation[1];
    }
    readOrRefuse(mutated);
    for (int block = 0; block < mutated.length; block += 512) {
      if (mutated[block + 257] == 'u') {
        byte[] header = Archives.checksummed(Arrays.copyOfRange(mutated, block, block + 512));
        System.arraycopy(header, 0, mutated, block, 512);
      }
    }
    readOrRefuse(mutated);
  }

  @Property(tries = 500)
  void aTruncatedArchiveIsRefusedExceptBetweenEntries(
      @ForAll("items") List<Item> items, @ForAll int at) throws IOException {
    byte[] archive = Archives.write(items.toArray(Item[]::new));
    byte[] cut = Arrays.copyOf(archive, Math.floorMod(at, archive.length));
    List<Item> read;
    try {
      read = Archives.read(cut);
    } catch (MalformedTarException e) {
      return;
    }
    assertThat(read).isEqualTo(items.subList(0, read.size()));
    if (read.size() < items.size()) {
      assertThat(cut.length % 512).isZero();
    }
  }

  /**
   * Reads an archive, of each body only the beginning. Any exception but a MalformedTarException
   * fails the test.
   */
  private static void readOrRefuse(byte[] archive) throws IOException {
    TarReader reader = new TarReader(new ByteArrayInputStream(archive), "noise");
    int entries = 0;
    try {
      for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
        reader.body().readNBytes(100_000);
        entries++;
      }
    } catch (MalformedTarException e) {
      assertThat(e).hasMessageStartingWith("reading noise: entry at offset " + e.offset());
      assertThat(e.offset()).isBetween(0L, (long) archive.length);
    }
    assertThat(entries).isLessThanOrEqualTo(archive.length / 512);
  }

  @Provide
  Arbitrary<List<Item>> items() {
    return Combinators.combine(path(), types(), numbers(), content(), xattrs())
        .as(TarPropertiesTest::item)
        .list()
        .ofMaxSize(8);
  }

  @Provide
  Arbitrary<byte[]> fixtures() throws IOException {
    List<byte[]> archives = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("src/test/fixtures/tar"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".tar")).sorted().toList()) {
        archives.add(Files.readAllBytes(file));
      }
    }
    return Arbitraries.of(archives);
  }

  @Provide
  Arbitrary<List<int[]>> mutations() {
    // Most changes are in the first headers, which every archive has.
    Arbitrary<Integer> place =
        Arbitraries.frequencyOf(
            Tuple.of(3, Arbitraries.integers().between(0, 2047)),
            Tuple.of(1, Arbitraries.integers().between(0, 20_000)));
    Arbitrary<Integer> value =
        Arbitraries.oneOf(
            Arbitraries.integers().between(0, 255),
            Arbitraries.of((int) '0', (int) '7', (int) ' ', (int) '/', (int) '.', 0, 0x80, 0xff),
            Arbitraries.of((int) 'x', (int) 'g', (int) 'L', (int) 'S', (int) '1', (int) '\n'));
    return Combinators.combine(place, value)
        .as((at, to) -> new int[] {at, to})
        .list()
        .ofMinSize(1)
        .ofMaxSize(6);
  }

  private static Item item(
      String path, TarEntry.Type type, long[] numbers, String content, Xattrs xattrs) {
    boolean root = path.isEmpty();
    TarEntry.Type real = root ? TarEntry.Type.DIRECTORY : type;
    String body = real == TarEntry.Type.FILE ? content : "";
    boolean device = real == TarEntry.Type.CHARACTER_DEVICE || real == TarEntry.Type.BLOCK_DEVICE;
    boolean link = real == TarEntry.Type.HARD_LINK || real == TarEntry.Type.SYMLINK;
    TarEntry entry =
        new TarEntry(
            path,
            real,
            (int) numbers[0] & 07777,
            numbers[1],
            numbers[2],
            body.length(),
            numbers[3],
            0,
            link ? path + "/target" : "",
            xattrs,
            device ? (int) numbers[0] : 0,
            device ? 2_097_151 : 0);
    return new Item(entry, body);
  }

  private static Arbitrary<String> path() {
    // Bytes that are not UTF-8, and text.
    Arbitrary<String> odd =
        Arbitraries.bytes()
            .array(byte[].class)
            .ofMinSize(1)
            .ofMaxSize(40)
            .map(bytes -> LosslessUtf8.decode(bytes, 0, bytes.length));
    Arbitrary<String> plain =
        Arbitraries.strings().withChars("ab.-ü ").ofMinLength(1).ofMaxLength(99);
    return Arbitraries.oneOf(odd, plain)
        .map(segment -> segment.replace('/', 'x').replace('\0', 'y'))
        .map(segment -> segment.equals(".") || segment.equals("..") ? "dots" : segment)
        .list()
        .ofMaxSize(5)
        .map(segments -> String.join("/", segments));
  }

  private static Arbitrary<TarEntry.Type> types() {
    return Arbitraries.of(TarEntry.Type.class);
  }

  private static Arbitrary<long[]> numbers() {
    Arbitrary<Long> owner = Arbitraries.longs().between(0, 0xFFFF_FFFFL);
    Arbitrary<Long> time = Arbitraries.longs().between(-(1L << 40), 1L << 40);
    return Combinators.combine(Arbitraries.longs().between(0, 2_097_151), owner, owner, time)
        .as((small, uid, gid, mtime) -> new long[] {small, uid, gid, mtime});
  }

  private static Arbitrary<String> content() {
    return Arbitraries.oneOf(
        Arbitraries.bytes()
            .array(byte[].class)
            .ofMaxSize(1500)
            .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1)),
        Arbitraries.integers().between(0, 200_000).map("c"::repeat));
  }

  private static Arbitrary<Xattrs> xattrs() {
    Arbitrary<String> names =
        Arbitraries.strings().withChars("abü. ").ofMinLength(1).ofMaxLength(9);
    Arbitrary<byte[]> values = Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
    return Arbitraries.maps(names.map(name -> "user." + name), values)
        .ofMaxSize(3)
        .map((Map<String, byte[]> map) -> Xattrs.of(map));
  }
}
