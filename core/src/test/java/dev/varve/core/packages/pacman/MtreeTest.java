package dev.varve.core.packages.pacman;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.packages.DatabaseLines;
import dev.varve.core.packages.FileDigest;
import dev.varve.core.packages.FileDigest.Algorithm;
import dev.varve.core.packages.MalformedLineException;
import dev.varve.core.packages.PackageFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MtreeTest {
  private static final String SHA256 = "ab".repeat(32);
  private static final String MD5 = "cd".repeat(16);

  @Test
  void commonValuesChangeInTheMiddleOfTheFile() throws IOException {
    assertThat(
            read(
                "#mtree",
                "/set type=file uid=0 gid=0 mode=644",
                "./a time=1.0 sha256digest=" + SHA256,
                "/set mode=755 uid=5",
                "./b time=2.0 gid=7 sha256digest=" + SHA256,
                "/unset uid mode",
                "./c time=3.0 sha256digest=" + SHA256))
        .containsExactly(
            file("a", OptionalInt.of(0100644), "0", "0", 1),
            file("b", OptionalInt.of(0100755), "5", "7", 2),
            file("c", OptionalInt.empty(), "", "0", 3));
  }

  private static PackageFile file(
      String path, OptionalInt mode, String user, String group, long mtime) {
    return new PackageFile(
        path,
        mode,
        user,
        group,
        OptionalLong.of(mtime),
        FileDigest.of(Algorithm.SHA256, SHA256),
        "",
        "");
  }

  @ParameterizedTest
  @CsvSource({
    "file, 100644",
    "dir, 40644",
    "link, 120644",
    "char, 20644",
    "block, 60644",
    "fifo, 10644"
  })
  void theTypeIsPartOfTheMode(String type, String mode) throws IOException {
    assertThat(only("./a mode=644 type=" + type).mode()).hasValue(Integer.parseInt(mode, 8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode=8 type=dir",
        "mode=17777 type=dir",
        "mode=-1 type=dir",
        "mode= type=dir",
        "mode=644 type=socket"
      })
  void aModeThatCannotBeReadIsUnknown(String keywords) throws IOException {
    assertThat(only("./a " + keywords).mode()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1609459200.5, 1609459200",
    "1609459200.999999999, 1609459200",
    "1609459200, 1609459200",
    "-1.0, -1"
  })
  void aTimeHasWholeSecondsBeforeThePoint(String time, long seconds) throws IOException {
    assertThat(only("./a type=dir time=" + time).mtime()).hasValue(seconds);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".5", "x", "9223372036854775808.0", "1e3"})
  void aTimeThatCannotBeReadIsUnknown(String time) throws IOException {
    assertThat(only("./a type=dir time=" + time).mtime()).isEmpty();
  }

  @Test
  void aFileWithoutADigestHasNoTime() throws IOException {
    PackageFile file = only("./a type=file time=1.0 sha256digest=abc");
    assertThat(file.digest()).isEmpty();
    assertThat(file.mtime()).isEmpty();
  }

  @Test
  void anOldMtreeHasMd5Alone() throws IOException {
    assertThat(only("./a time=1.0 md5digest=" + MD5).digest())
        .isEqualTo(FileDigest.of(Algorithm.MD5, MD5));
    assertThat(only("./a time=1.0 md5digest=" + MD5 + " sha256digest=" + SHA256).digest())
        .isEqualTo(FileDigest.of(Algorithm.SHA256, SHA256));
  }

  @ParameterizedTest
  @CsvSource({
    "./a\\040b\\075c, a b=c",
    "./caf\\351, caf\uDCE9",
    "./cr\\303\\250me, crème",
    "./a\\134b, a\\b",
    "./a\\400b, a\\400b",
    "./a\\04, a\\04",
    "./a\\089, a\\089",
    "a, a"
  })
  void bytesOfANameAreEscapedAsOctalNumbers(String escaped, String path) throws IOException {
    assertThat(only(escaped + " type=dir").path()).isEqualTo(path);
  }

  @Test
  void theTargetOfALinkIsEscapedToo() throws IOException {
    PackageFile link = only("./a type=link mode=777 link=../b\\040c");
    assertThat(link.linkTarget()).isEqualTo("../b c");
    assertThat(link.digest()).isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "..", ".", "./..", "/a", "./a\\057..\\057b", "# ./a", "/set"})
  void linesWithoutAPathBelowTheRootAreIgnored(String line) throws IOException {
    assertThat(read(line)).isEmpty();
  }

  @Test
  void anEndlessLineIsRefusedByItsNumber() {
    assertThatThrownBy(() -> read("#mtree", "./" + "a".repeat(1 << 20)))
        .isInstanceOf(MalformedLineException.class)
        .hasMessage("/x/mtree, line 2: expected at most 1,048,576 bytes, got more");
  }

  private static PackageFile only(String line) throws IOException {
    List<PackageFile> files = read(line);
    assertThat(files).hasSize(1);
    return files.get(0);
  }

  private static List<PackageFile> read(String... lines) throws IOException {
    byte[] text = (String.join("\n", lines) + "\n").getBytes(UTF_8);
    List<PackageFile> files = new ArrayList<>();
    Mtree.read(
        new DatabaseLines(new ByteArrayInputStream(text), "x/mtree", text.length), files::add);
    return files;
  }
}
