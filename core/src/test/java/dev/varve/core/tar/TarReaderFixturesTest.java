package dev.varve.core.tar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.tar.Archives.Item;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that other tools made, by fixtures/tar/make.sh. */
final class TarReaderFixturesTest {
  private static final Path FIXTURES = Path.of("src/test/fixtures/tar");
  private static final String LONG = "0".repeat(119) + "7";
  private static final String DEEP = "0".repeat(59) + "1/" + "0".repeat(59) + "2";
  private static final long DAY = 1_700_000_000;
  private static final byte[] CAPABILITY = {
    1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  @ParameterizedTest
  @ValueSource(strings = {"gnu.tar", "pax.tar"})
  void longNamesAndLinksOfGnuTarAreRead(String fixture) throws IOException {
    Map<String, Item> items = read(fixture);
    assertThat(items)
        .containsOnlyKeys(
            "",
            LONG,
            DEEP.substring(0, 60),
            DEEP,
            DEEP + "/file",
            "dir",
            "dir/file",
            "dir/hard",
            "dir/soft",
            "h" + LONG,
            "softlong");
    int nanos = fixture.startsWith("pax") ? 250_000_000 : 0;
    assertThat(item(items, "dir/file"))
        .isEqualTo(
            new Item(
                new TarEntry(
                    "dir/file",
                    TarEntry.Type.FILE,
                    04755,
                    1000,
                    1000,
                    6,
                    DAY,
                    nanos,
                    "",
                    Xattrs.EMPTY,
                    0,
                    0),
                "hello\n"));
    assertThat(item(items, "dir/hard").entry().type()).isEqualTo(TarEntry.Type.HARD_LINK);
    assertThat(item(items, "dir/hard").entry().linkTarget()).isEqualTo("dir/file");
    assertThat(item(items, "dir/soft").entry().linkTarget()).isEqualTo("../somewhere");
    assertThat(item(items, "h" + LONG).entry().linkTarget()).isEqualTo(LONG);
    assertThat(item(items, "softlong").entry().linkTarget()).isEqualTo(LONG + LONG);
    assertThat(item(items, DEEP + "/file").content()).isEqualTo("deep\n");
    assertThat(item(items, "").entry().type()).isEqualTo(TarEntry.Type.DIRECTORY);
  }

  @Test
  void directoriesOfV7AreRecognizedByTheirSlash() throws IOException {
    Map<String, Item> items = read("v7.tar");
    assertThat(items).containsOnlyKeys("dir", "dir/file", "dir/hard", "dir/soft");
    assertThat(item(items, "dir").entry().type()).isEqualTo(TarEntry.Type.DIRECTORY);
    assertThat(item(items, "dir/file").content()).isEqualTo("hello\n");
  }

  @Test
  void ustarPrefixesAreJoined() throws IOException {
    assertThat(item(read("ustar.tar"), DEEP + "/file").content()).isEqualTo("deep\n");
  }

  @Test
  void archivesOfBsdtarAreRead() throws IOException {
    Map<String, Item> items = read("bsdtar.tar");
    assertThat(items).containsOnlyKeys("dir", "dir/file", "dir/hard", "dir/soft", LONG);
    assertThat(item(items, LONG).content()).isEqualTo("long\n");
    assertThat(item(items, LONG).entry().uid()).isEqualTo(1000);
    assertThat(item(items, LONG).entry().mtimeNanos()).isEqualTo(250_000_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sparse-gnu.tar", "sparse-0.0.tar", "sparse-0.1.tar", "sparse-1.0.tar"})
  void sparseFilesAreExpanded(String fixture) throws IOException {
    byte[] expected = new byte[100_000];
    for (int i = 0; i < 26; i++) {
      Arrays.fill(expected, i * 2048 + 512, i * 2048 + 1024, (byte) (65 + i));
    }
    Map<String, Item> items = read(fixture);
    assertThat(items).containsOnlyKeys("sparse");
    assertThat(item(items, "sparse").entry().size()).isEqualTo(100_000);
    assertThat(item(items, "sparse").content().getBytes(StandardCharsets.ISO_8859_1))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"huge-gnu.tar", "huge-pax.tar"})
  void aSparseFileOfNineGibibytesIsSkipped(String fixture) throws IOException {
    try (InputStream in = Files.newInputStream(FIXTURES.resolve(fixture))) {
      TarReader reader = new TarReader(in, fixture);
      assertThat(reader.next().orElseThrow().size()).isEqualTo((9L << 30) + 3);
      assertThat(reader.body().readNBytes(100)).isEqualTo(new byte[100]);
      assertThat(reader.next()).isEmpty();
    }
  }

  @Test
  void numbersOfBase256AreRead() throws IOException {
    TarEntry old = item(read("base256.tar"), "old").entry();
    assertThat(old.uid()).isEqualTo(4_000_000_000L);
    assertThat(old.gid()).isEqualTo(3_000_000);
    assertThat(old.mtimeSeconds()).isEqualTo(-100);
  }

  @Test
  void aTimeBeforeTheEpochIsRoundedDownAndHasItsFractionAdded() throws IOException {
    TarEntry old = item(read("negative.tar"), "old").entry();
    assertThat(old.uid()).isEqualTo(4_000_000_000L);
    assertThat(old.mtimeSeconds()).isEqualTo(-2);
    assertThat(old.mtimeNanos()).isEqualTo(750_000_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes-gnu.tar", "bytes-pax.tar", "bytes-bsdtar.tar"})
  void namesThatAreNotUtf8AreKept(String fixture) throws IOException {
    Map<String, Item> items = read(fixture);
    assertThat(items).containsOnlyKeys("", "caf\udce9", "link");
    assertThat(item(items, "link").entry().linkTarget()).isEqualTo("caf\udce9");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes-pax.tar", "bytes-bsdtar.tar"})
  void extendedAttributesAreReadAsBytes(String fixture) throws IOException {
    Xattrs expected =
        Xattrs.of(
            Map.of(
                "security.capability", CAPABILITY,
                "user.bytes", new byte[] {'a', '\n', '=', 0, (byte) 0xff, (byte) 0xfe},
                "user.empty", new byte[0]));
    assertThat(item(read(fixture), "caf\udce9").entry().xattrs()).isEqualTo(expected);
  }

  @Test
  void archivesOfGoAreRead() throws IOException {
    Map<String, Item> items = read("go.tar");
    String file = "grüße/" + "ü".repeat(60);
    assertThat(items).containsOnlyKeys("dev", "dev/null", "dev/sda", "dev/pipe", file, "ünder");
    assertThat(item(items, "dev/null").entry())
        .isEqualTo(
            new TarEntry(
                "dev/null",
                TarEntry.Type.CHARACTER_DEVICE,
                0666,
                0,
                0,
                0,
                DAY,
                0,
                "",
                Xattrs.EMPTY,
                1,
                3));
    assertThat(item(items, "dev/sda").entry().type()).isEqualTo(TarEntry.Type.BLOCK_DEVICE);
    assertThat(item(items, "dev/pipe").entry().type()).isEqualTo(TarEntry.Type.FIFO);
    assertThat(item(items, file).entry().uid()).isEqualTo(1L << 31);
    assertThat(item(items, file).entry().xattrs().get("user.bytes").orElseThrow())
        .containsExactly(0xff, 1, '=', '\n');
    assertThat(item(items, file).content()).isEqualTo("body");
    assertThat(item(items, "ünder").entry().linkTarget()).isEqualTo("grüße");
  }

  @Test
  void severalSpellingsOfANameAreNormalized() throws IOException {
    List<Item> items = list("twice.tar");
    assertThat(items.stream().map(item -> item.entry().path()))
        .containsExactly("", "a/b", "a/b", "a/b", "c", "contiguous");
    assertThat(items.stream().map(Item::content)).containsExactly("", "1", "22", "333", "", "7");
    assertThat(items.get(4).entry().linkTarget()).isEqualTo("a/b");
    assertThat(items.get(5).entry().type()).isEqualTo(TarEntry.Type.FILE);
  }

  @Test
  void globalHeadersHoldUnlessAnEntryOverridesThem() throws IOException {
    Map<String, Item> items = read("global.tar");
    TarEntry first = item(items, "first").entry();
    assertThat(first.uid()).isEqualTo(77);
    assertThat(first.mtimeSeconds()).isEqualTo(5);
    assertThat(first.mtimeNanos()).isEqualTo(500_000_000);
    assertThat(first.xattrs()).isSameAs(Xattrs.EMPTY);
    TarEntry second = item(items, "second").entry();
    assertThat(second.uid()).isEqualTo(78);
    assertThat(second.mtimeSeconds()).isEqualTo(5);
    assertThat(second.xattrs().get("user.component").orElseThrow()).containsExactly('x');
  }

  private static Map<String, Item> read(String fixture) throws IOException {
    return list(fixture).stream()
        .collect(Collectors.toMap(item -> item.entry().path(), Function.identity()));
  }

  private static List<Item> list(String fixture) throws IOException {
    try (InputStream in = Files.newInputStream(FIXTURES.resolve(fixture))) {
      return Archives.read(in);
    }
  }

  private static Item item(Map<String, Item> items, String path) {
    Item item = items.get(path);
    assertThat(item).as(path).isNotNull();
    return Objects.requireNonNull(item);
  }
}
