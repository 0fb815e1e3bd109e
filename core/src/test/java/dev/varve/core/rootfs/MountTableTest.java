package dev.varve.core.rootfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.rootfs.MountTable.Mount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MountTableTest {
  private static final String MOUNTINFO =
      """
      22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
      23 22 0:21 / /proc rw - proc proc rw
      24 22 8:1 /home /build/root/home rw shared:1 - ext4 /dev/sda1 rw
      25 22 0:30 / /build/root rw - overlay overlay rw
      26 22 0:31 / /build/root/with\\040blank\\134\\012x rw - tmpfs tmpfs rw
      27 22 0:32 / /build/root2/dev rw - tmpfs tmpfs rw
      28 22 0:33 / /build/root/ü rw - tmpfs tmpfs rw
      """;

  private static Set<String> namesBelow(String directory, String mountinfo) throws IOException {
    return MountTable.parse(mountinfo).namesBelow(directory.getBytes(UTF_8));
  }

  @Test
  void mountPointsBelowADirectoryAreFound() throws IOException {
    assertThat(namesBelow("/build/root", MOUNTINFO))
        .containsExactlyInAnyOrder("home", "with blank\\\nx", "ü");
  }

  @Test
  void allMountPointsButTheRootAreBelowTheRoot() throws IOException {
    assertThat(namesBelow("/", MOUNTINFO)).contains("proc", "build/root").hasSize(6);
  }

  @Test
  void namesThatAreNotUtf8AreKept() throws IOException {
    assertThat(namesBelow("/a", "1 0 0:1 / /a/\uDCFF rw - tmpfs none rw"))
        .containsExactly("\uDCFF");
  }

  @Test
  void aTruncatedEscapeIsKept() throws IOException {
    assertThat(namesBelow("/a", "\n1 0 0:1 / /a/b\\0 rw - tmpfs none rw\n\n"))
        .containsExactly("b\\0");
  }

  @Test
  void mountsWithOddNamesAreRead() throws IOException {
    MountTable mounts =
        MountTable.parse(
            """
            24 1 8:1 / / rw - ext4 /dev/vda rw
            43 24 0:39 / /a\\040b rw,relatime shared:1 - btrfs /dev/loop0 rw
            44 43 0:39 /x /a\\040b/x rw - btrfs /dev/loop0 rw
            45 44 0:41 / /a\\040b/x/y rw - overlay overlay rw,lowerdir=/l
            46 24 0:42 / /a\\040bc rw - tmpfs none rw
            """);

    assertThat(mounts.at(Path.of("/a b"))).contains(new Mount("/a b", "btrfs", "/dev/loop0"));
    assertThat(mounts.below(Path.of("/a b")))
        .containsExactly(Path.of("/a b/x/y"), Path.of("/a b/x"));
    assertThat(mounts.at(Path.of("/nothing"))).isEmpty();
    assertThat(mounts.elsewhere(List.of("/dev/loop0"), Path.of("/a b")))
        .contains(Path.of("/a b/x"));
  }

  @Test
  void theUppermostOfSeveralMountsCounts() throws IOException {
    MountTable mounts =
        MountTable.parse("1 0 0:1 / /m rw - ext4 a rw\n2 1 0:2 / /m rw - tmpfs b rw\n");

    assertThat(mounts.at(Path.of("/m")).orElseThrow().source()).isEqualTo("b");
  }

  @Test
  void aMalformedLineIsNamed() {
    assertThatThrownBy(() -> MountTable.parse("43 24 0:39"))
        .hasMessage("reading /proc/self/mountinfo: unexpected line \"43 24 0:39\"");
  }

  @Test
  void pathsMayHaveAnyBytes() throws IOException {
    MountTable mounts = MountTable.parse("1 0 0:1 / /a/\uDCFF\u00e9 rw - btrfs /dev/loop0 rw");
    List<Path> below = mounts.below(Path.of("/a"));

    assertThat(below).hasSize(1);
    assertThat(RawPath.bytes(below.get(0)))
        .isEqualTo(new byte[] {'/', 'a', '/', (byte) 0xFF, (byte) 0xC3, (byte) 0xA9});
    assertThat(mounts.elsewhere(List.of("/dev/loop0"), Path.of("/b"))).contains(below.get(0));
  }

  @Test
  void aMountPointWithANulIsRefused() {
    assertThatThrownBy(() -> MountTable.parse("1 0 0:1 / /a\\000b rw - tmpfs none rw"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "reading /proc/self/mountinfo: unexpected line"
                + " \"1 0 0:1 / /a\\000b rw - tmpfs none rw\"");
  }
}
