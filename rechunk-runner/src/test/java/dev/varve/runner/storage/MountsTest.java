package dev.varve.runner.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.runner.storage.Mounts.Mount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MountsTest {
  @Test
  void mountsAreReadWithTheirOddNames() throws IOException {
    Mounts mounts =
        Mounts.parse(
            List.of(
                "24 1 8:1 / / rw - ext4 /dev/vda rw",
                "43 24 0:39 / /a\\040b rw,relatime shared:1 - btrfs /dev/loop0 rw",
                "44 43 0:39 /x /a\\040b/x rw - btrfs /dev/loop0 rw",
                "45 44 0:41 / /a\\040b/x/y rw - overlay overlay rw,lowerdir=/l",
                "46 24 0:42 / /a\\040bc rw - tmpfs none rw"));

    assertThat(mounts.at(Path.of("/a b")))
        .contains(new Mount(Path.of("/a b"), "btrfs", "/dev/loop0"));
    assertThat(mounts.below(Path.of("/a b")))
        .containsExactly(Path.of("/a b/x/y"), Path.of("/a b/x"));
    assertThat(mounts.at(Path.of("/nothing"))).isEmpty();
  }

  @Test
  void theUppermostOfSeveralMountsCounts() throws IOException {
    Mounts mounts =
        Mounts.parse(List.of("1 0 0:1 / /m rw - ext4 a rw", "2 1 0:2 / /m rw - tmpfs b rw"));

    assertThat(mounts.at(Path.of("/m")).orElseThrow().source()).isEqualTo("b");
  }

  @Test
  void aLineThatIsNoneIsNamed() {
    assertThatThrownBy(() -> Mounts.parse(List.of("43 24 0:39")))
        .hasMessage("reading /proc/self/mountinfo: unexpected line \"43 24 0:39\"");
  }
}
