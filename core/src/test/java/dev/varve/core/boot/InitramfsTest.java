package dev.varve.core.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.filetree.BytesContent;
import dev.varve.core.image.Digest;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InitramfsTest {
  private static Initramfs read(byte[] bytes) throws IOException {
    return Initramfs.read(new BytesContent(bytes), "initrd");
  }

  private static CpioBytes sample() {
    return new CpioBytes()
        .file("kernel/x86/microcode/GenuineIntel.bin", 0, "microcode")
        .end()
        .file("init", 7, "#!/bin/sh\n")
        .file("etc/empty", 8, "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void archivesAreReadUncompressedAndCompressed(String compression) throws IOException {
    Initramfs initramfs = read(sample().compressed(compression));
    assertThat(initramfs.order())
        .containsExactly("kernel/x86/microcode/GenuineIntel.bin", "init", "etc/empty");
    assertThat(initramfs.early()).isEqualTo(1);
    assertThat(initramfs.compression()).isEqualTo(compression);
    assertThat(initramfs.members())
        .containsEntry(
            "init", new Initramfs.Member(0100644, 7, 10, Digest.of("#!/bin/sh\n".getBytes(UTF_8))));
  }

  @Test
  void anArchiveThatIsNotCompressedIsReadToItsEnd() throws IOException {
    Initramfs initramfs = read(sample().compressed("none"));
    assertThat(initramfs.order()).hasSize(3);
    assertThat(initramfs.compression()).isEqualTo("none");
    assertThat(initramfs.stamp()).isEmpty();
  }

  @Test
  void theTimeInGzipsHeaderIsRead() throws IOException {
    byte[] bytes = new CpioBytes().file("init", 7, "x").compressed("gzip");
    bytes[4] = 1;
    bytes[5] = 2;
    assertThat(read(bytes).stamp()).hasValue(0x0201);
  }

  @Test
  void aMemberThatComesAgainReplacesTheFirst() throws IOException {
    Initramfs initramfs =
        read(
            new CpioBytes()
                .file("a", 1, "first")
                .file("b", 1, "b")
                .file("a", 2, "second")
                .compressed("none"));
    assertThat(initramfs.order()).containsExactly("b", "a");
    assertThat(initramfs.members().values()).extracting(Initramfs.Member::mtime).contains(2L);
  }

  @Test
  void compressionsThatAreNotReadAreNamed() throws IOException {
    byte[] xz = {(byte) 0xFD, '7', 'z', 'X', 'Z', 0, 1, 2};
    assertThat(read(xz).compression()).isEqualTo("xz");
    assertThat(read(xz).members()).isEmpty();
    assertThat(read("whatever".getBytes(UTF_8)).compression()).isEqualTo("unknown");
  }

  @Test
  void anInitramfsCutOffAnywhereIsRefusedOrShorter() throws IOException {
    byte[] whole = sample().compressed("none");
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      try {
        assertThat(read(cut).order().size()).isLessThanOrEqualTo(3);
      } catch (IOException e) {
        assertThat(e).hasMessageStartingWith("reading initrd at byte ");
      }
    }
  }

  @Test
  void aHeaderWithOtherDigitsIsRefusedWithItsOffset() throws IOException {
    byte[] bytes = new CpioBytes().file("init", 7, "x").compressed("none");
    bytes[6 + 8 * 5] = 'z';
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(IOException.class)
        .hasMessage("reading initrd at byte 46: expected eight hexadecimal digits");
  }
}
