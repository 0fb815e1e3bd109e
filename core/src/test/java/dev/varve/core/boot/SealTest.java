package dev.varve.core.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.filetree.BytesContent;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.tar.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealTest {
  private static final String DIGEST = "0123456789abcdef".repeat(8);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "boot/EFI/Linux/os.efi",
        "boot/EFI/Linux/OS.EFI",
        "usr/lib/modules/6.12.0/vmlinuz.efi",
        "usr/lib/modules/6.12.0/os.efi.extra.d/more.addon.efi"
      })
  void aKernelImageWithADigestIsASealAtAnyBootPath(String path) throws IOException {
    byte[] file = sealed("quiet composefs=" + DIGEST + " rw");

    assertThat(Seal.find(tree(path, file))).contains(new Seal(path, DIGEST));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "composefs=?%s",
        "\"composefs=%s\"",
        "composefs.digest=%s",
        "root=/dev/sda\n composefs=sha512:%s\0\0",
      })
  void theDigestIsReadFromEverySpelling(String argument) throws IOException {
    byte[] file = sealed(argument.formatted(DIGEST));

    assertThat(Seal.find(tree("boot/a.efi", file))).contains(new Seal("boot/a.efi", DIGEST));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quiet rw",
        "composefs=off",
        "ostree.prepare-root.composefs=1",
        "nocomposefs=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "composefs=0123456789abcdef"
      })
  void aCommandLineWithoutADigestSealsNothing(String line) throws IOException {
    assertThat(Seal.find(tree("boot/EFI/Linux/os.efi", sealed(line)))).isEmpty();
  }

  @Test
  void theCommandLineOfEveryProfileIsRead() throws IOException {
    byte[] file =
        new KernelImage()
            .section(".linux", "kernel")
            .section(".cmdline", "quiet")
            .section(".profile", "ID=second")
            .section(".cmdline", "composefs=" + DIGEST.substring(0, 64))
            .bytes();

    assertThat(Seal.find(tree("boot/a.efi", file)))
        .contains(new Seal("boot/a.efi", DIGEST.substring(0, 64)));
  }

  @Test
  void onlyFilesThatFirmwareStartsAreRead() throws IOException {
    byte[] file = sealed("composefs=" + DIGEST);

    assertThat(Seal.find(tree("usr/share/doc/os.efi.txt", file))).isEmpty();
    assertThat(Seal.find(tree("boot/a.efi", ("composefs=" + DIGEST).getBytes(UTF_8)))).isEmpty();
  }

  @Test
  void theSealDoesNotCoverFilesBelowBootAndSysroot() {
    assertThat(List.of("boot/EFI", "sysroot/ostree", "usr", "boot", "bootx/a", "etc/boot/a"))
        .extracting(Seal::covers)
        .containsExactly(false, false, true, true, true, true);
  }

  @Property
  void aTruncatedFileIsReadUpToItsEnd(@ForAll @IntRange(max = 3_072) int length)
      throws IOException {
    byte[] file = sealed("composefs=" + DIGEST);
    byte[] cut = Arrays.copyOf(file, Math.min(length, file.length));

    int digits = Math.min(DIGEST.length(), cut.length - 2_048 - 10);
    assertThat(Seal.find(tree("boot/a.efi", cut)).isPresent())
        .isEqualTo(digits == 64 || digits == 128);
  }

  @Property
  void arbitraryHeadersAreReadWithoutFailure(
      @ForAll int peOffset,
      @ForAll short sections,
      @ForAll short optionalHeader,
      @ForAll int virtualSize,
      @ForAll int rawSize,
      @ForAll int offset)
      throws IOException {
    byte[] file = sealed("composefs=" + DIGEST);
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int third = 0x80 + 24 + 240 + 2 * 40;
    bytes.putInt(third + 8, virtualSize).putInt(third + 16, rawSize).putInt(third + 20, offset);
    assertThat(CommandLines.read(new ByteArrayInputStream(file))).hasSizeLessThanOrEqualTo(1);

    bytes.putShort(0x80 + 6, sections).putShort(0x80 + 20, optionalHeader);
    assertThat(CommandLines.read(new ByteArrayInputStream(file))).hasSizeLessThanOrEqualTo(96);

    bytes.putInt(60, peOffset);
    assertThat(CommandLines.read(new ByteArrayInputStream(file))).isEmpty();
  }

  /**
   * Returns an image whose command line is at offset 2,048: the headers take 1,024 bytes, each
   * section 512.
   */
  private static byte[] sealed(String commandLine) {
    return new KernelImage()
        .section(".osrel", "ID=os")
        .section(".uname", "6.12.0")
        .section(".cmdline", commandLine)
        .section(".linux", "kernel")
        .bytes();
  }

  private static FileTree tree(String path, byte[] content) {
    Inode file = Inode.file(0644, 0, 0, 0, Xattrs.EMPTY, new BytesContent(content));
    return new FileTree.Builder().put(path, file).build();
  }
}
