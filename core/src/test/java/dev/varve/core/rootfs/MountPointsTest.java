package dev.varve.core.rootfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MountPointsTest {
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

  @Test
  void mountPointsBelowADirectoryAreFound() {
    assertThat(MountPoints.below("/build/root", MOUNTINFO))
        .containsExactlyInAnyOrder("home", "with blank\\\nx", "ü");
  }

  @Test
  void belowTheRootIsAllButTheRoot() {
    assertThat(MountPoints.below("/", MOUNTINFO)).contains("proc", "build/root").hasSize(6);
  }

  @Test
  void oddLinesAreNoMountPoints() {
    assertThat(MountPoints.below("/a", "\n1 2 3\n1 2 3 4 /a/b\\0\n\n")).containsExactly("b\\0");
  }
}
