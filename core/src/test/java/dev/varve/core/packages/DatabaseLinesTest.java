package dev.varve.core.packages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.LosslessUtf8;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DatabaseLinesTest {
  private static final int MAX_LINE = DatabaseLines.MAX_LINE;

  /** However the bytes arrive, the lines are those of the text. */
  @Property(tries = 200)
  void linesAreThoseOfTheText(
      @ForAll @Size(max = 20) List<@From("line") String> lines,
      @ForAll boolean ended,
      @ForAll @IntRange(min = 1, max = 5_000) int most)
      throws IOException {
    String text = String.join("\n", lines) + (ended ? "\n" : "");
    List<String> expected = new ArrayList<>(List.of(text.split("\n", -1)));
    if (expected.get(expected.size() - 1).isEmpty()) {
      expected.remove(expected.size() - 1);
    }
    byte[] bytes = LosslessUtf8.encode(text);
    DatabaseLines read = new DatabaseLines(inParts(bytes, most), "list", bytes.length);
    List<String> found = new ArrayList<>();
    while (read.next()) {
      found.add(read.text());
      assertThat(read.number()).isEqualTo(found.size());
    }
    assertThat(found).isEqualTo(expected);
    assertThat(read.next()).isFalse();
    assertThat(read.number()).isEqualTo(found.size());
    assertThat(read.bytes()).isEqualTo(bytes.length);
  }

  @Provide
  Arbitrary<String> line() {
    Arbitrary<Integer> lengths =
        Arbitraries.oneOf(
            Arbitraries.integers().between(0, 10), Arbitraries.of(8191, 8192, 20_000));
    return lengths.map(length -> "é\uDCE9".repeat(length / 2) + "x".repeat(length % 2));
  }

  @Test
  void partsOfALineAreReadByTheirBytes() throws IOException {
    DatabaseLines lines = lines("\n -- é: b\n");
    assertThat(lines.next()).isTrue();
    assertThat(lines.isEmpty()).isTrue();
    assertThat(lines.at(0)).isEqualTo(-1);
    assertThat(lines.next()).isTrue();
    assertThat(lines.isEmpty()).isFalse();
    assertThat(lines.length()).isEqualTo(9);
    assertThat(lines.at(4)).isEqualTo(0xC3);
    assertThat(lines.at(9)).isEqualTo(-1);
    assertThat(lines.startsWith(" -- ")).isTrue();
    assertThat(lines.startsWith("--")).isFalse();
    assertThat(lines.startsWith(" -- é: b and more")).isFalse();
    assertThat(lines.indexOf(':')).isEqualTo(6);
    assertThat(lines.indexOf('\n')).isEqualTo(-1);
    assertThat(lines.between(4, 6)).isEqualTo("é");
    assertThat(lines.from(8)).isEqualTo("b");
    assertThat(lines.from(9)).isEmpty();
  }

  @Test
  void aLineMayHaveAMebibyteAndNotMore() throws IOException {
    DatabaseLines lines = lines("a\n" + "b".repeat(MAX_LINE) + "\n" + "c".repeat(MAX_LINE + 1));
    assertThat(lines.next()).isTrue();
    assertThat(lines.next()).isTrue();
    assertThat(lines.length()).isEqualTo(MAX_LINE);
    assertThatThrownBy(lines::next)
        .isInstanceOf(MalformedLineException.class)
        .hasMessage("/var/list, line 3: expected at most 1,048,576 bytes, got more");
  }

  @Test
  void aFileMayHaveItsMostBytesAndNotMore() throws IOException {
    byte[] bytes = "a\n".repeat(10_000).getBytes(UTF_8);
    DatabaseLines whole = new DatabaseLines(new ByteArrayInputStream(bytes), "list", 20_000);
    long count = 0;
    while (whole.next()) {
      count++;
    }
    assertThat(count).isEqualTo(10_000);
    DatabaseLines longer = new DatabaseLines(inParts(bytes, 10), "list", 19_999);
    assertThatThrownBy(
            () -> {
              while (longer.next()) {
                assertThat(longer.text()).isEqualTo("a");
              }
            })
        .isInstanceOf(MalformedLineException.class)
        .hasMessage("/list, line 9996: expected a file of at most 19,999 bytes, got more");
  }

  private static DatabaseLines lines(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return new DatabaseLines(new ByteArrayInputStream(bytes), "var/list", 4 * MAX_LINE);
  }

  /** Returns a stream that gives at most so many bytes at once. */
  private static InputStream inParts(byte[] bytes, int most) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] buffer, int offset, int length) {
        return super.read(buffer, offset, Math.min(most, length));
      }
    };
  }
}
