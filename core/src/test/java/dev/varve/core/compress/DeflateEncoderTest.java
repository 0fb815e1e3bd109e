package dev.varve.core.compress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.compress.Shapes.Kind;
import dev.varve.core.compress.Shapes.Piece;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DeflateEncoderTest {
  private static final int STORED = 0;
  private static final int FIXED = 1;
  private static final int DYNAMIC = 2;

  /** Other bytes make every client download every new gzip layer: they need a new producer. */
  @ParameterizedTest
  @CsvSource({
    "1, 243838aaf1a10017b9e5d28ac05bd7d2416b8a2628c94012af19b44d114ae067",
    "2, 7a829a106ef1ead99687a265599f11bb2ea4d30eef08111a59f519e5a8903241",
    "3, e8aee5252eb6235b81237bd8a54d914df2e760da8cd30c2fd3fdd3cb48b12939",
    "4, 797212b34ce6aee99219bd806de36c70905d3251a603915afc8263a14340eb91",
    "5, ca20ab47032e79bee194c8e7120dc7df62b399a2f367b0888d94915c56a24508",
    "6, 6cb4bee573b07a7e2bb4348e7aef3383b074d47ee0fdea2ca70c074d6aecc53f",
    "7, 01dce44e955ac4ead7c633663f114934c861070b6d4f53d0fe37b8f5b8234a74",
    "8, fb2eef9e98b6ce13972b9234d316d61d60e98ab0fd90e01e07b9911228a2f5f4",
    "9, 46dba05f16c5103014ad633fb92e47432f4d7ac5c9ce47bcc92b7a8333cf5bab",
  })
  void bytesAreThoseOfTheProducersVersion(int level, String sha256) throws Exception {
    byte[] stream = Deflated.deflate(Shapes.mixture(), level);
    assertThat(Deflated.inflate(stream)).isEqualTo(Shapes.mixture());
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(stream);
    assertThat(HexFormat.of().formatHex(digest)).isEqualTo(sha256);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9})
  void nothingIsOneFixedBlock(int level) throws IOException {
    assertThat(Deflated.deflate(new byte[0], level)).containsExactly(3, 0);
  }

  @Test
  void aByteIsOneFixedBlock() throws IOException {
    assertThat(Deflated.deflate(new byte[] {'a'}, 6)).containsExactly(0x4b, 4, 0);
  }

  @Test
  void blocksHaveTheFormInWhichTheyAreSmallest() throws IOException {
    assertThat(form(new Piece(Kind.TEXT, 20, 0, 1))).isEqualTo(FIXED);
    assertThat(form(new Piece(Kind.TEXT, 20_000, 0, 1))).isEqualTo(DYNAMIC);
    assertThat(form(new Piece(Kind.NOISE, 20_000, 0, 1))).isEqualTo(STORED);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 9})
  void incompressibleBytesAreStored(int level) throws IOException {
    int length = 10 << 20;
    byte[] stream = Deflated.deflate(piece(new Piece(Kind.NOISE, length, 0, 1)), level);
    assertThat(stream.length - length).isBetween(5 * 320, 5 * 330);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 9})
  void aRunCostsTwoBitsForEveryLongestMatch(int level) throws IOException {
    byte[] stream = Deflated.deflate(new byte[258 * 40_000], level);
    assertThat(stream.length).isBetween(40_000 / 4, 40_000 / 4 + 50);
  }

  /** Also where text is behind compressed data, which is searched in steps. */
  @Test
  void textBehindNoiseIsCompressed() throws IOException {
    Piece noise = new Piece(Kind.NOISE, 500_000, 0, 1);
    Piece text = new Piece(Kind.RUN, 500_000, 0, 2);
    int both = Deflated.deflate(Shapes.assemble(List.of(noise, text)), 6).length;
    int alone = Deflated.deflate(piece(noise), 6).length;
    assertThat(both - alone).isLessThan(1000);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9})
  void matchesReachAsFarAsTheFormatAllows(int level) throws IOException {
    assertThat(sizeWithRepetition(32_768, level)).isLessThan(32_768 + 100);
    assertThat(sizeWithRepetition(32_769, level)).isGreaterThan(32_769 + 250);
  }

  private static int sizeWithRepetition(int distance, int level) throws IOException {
    Piece noise = new Piece(Kind.NOISE, distance, 0, 3);
    byte[] content = Shapes.assemble(List.of(noise, new Piece(Kind.REPEATED, 258, distance, 0)));
    byte[] stream = Deflated.deflate(content, level);
    assertThat(Deflated.inflate(stream)).isEqualTo(content);
    return stream.length;
  }

  /** Each size is written at once and byte by byte. */
  @ParameterizedTest
  @ValueSource(
      ints = {65_535, 65_536, 66_560, 131_071, 131_072, 132_095, 132_096, 132_097, 197_632})
  void anyLengthAroundTheBuffersIsRestored(int length) throws IOException {
    byte[] content =
        Shapes.assemble(
            List.of(
                new Piece(Kind.TEXT, length - 40_000, 0, 4),
                new Piece(Kind.REPEATED, 40_000, 32_768, 0)));
    byte[] stream = Deflated.deflate(content, 6, List.of(length));
    assertThat(Deflated.inflate(stream)).isEqualTo(content);
    assertThat(Deflated.deflate(content, 6, List.of(1))).isEqualTo(stream);
  }

  /** Positions are ints that begin anew after 4 GiB, and tables may then contain old ones. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1L << 31, 1L << 32})
  void dataBehindTheEndOfPositionsIsRestored(long limit) throws IOException {
    byte[] content = Shapes.mixture();
    for (int before : new int[] {0, 1, 32_768, 100_000, 1_000_000}) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      DeflateWindow window = new DeflateWindow(limit - before);
      Deflated.encode(new DeflateEncoder(out, 6, window), content, List.of(1 << 16));
      assertThat(Deflated.inflate(out.toByteArray())).isEqualTo(content);
    }
  }

  private static int form(Piece piece) throws IOException {
    return Deflated.deflate(piece(piece), 6)[0] >> 1 & 3;
  }

  private static byte[] piece(Piece piece) {
    return Shapes.assemble(List.of(piece));
  }
}
