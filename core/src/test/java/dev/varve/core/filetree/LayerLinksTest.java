package dev.varve.core.filetree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Hard links within and across layers, and paths through symbolic links. */
final class LayerLinksTest extends LayeredTreeFixture {
  @Test
  void hardLinksToOneFileStayTogether() throws IOException {
    assertThat(listing(layer().file("a", "1").link("b", "a").link("c", "b").file("d", "1")))
        .containsExactly("a = 1", "b == a", "c == a", "d = 1");
  }

  @Test
  void aHardLinkWhoseTargetALaterLayerReplacedKeepsTheOldContent() throws IOException {
    assertThat(listing(layer().file("a", "1").link("b", "a"), layer().file("a", "2")))
        .containsExactly("a = 2", "b = 1");
  }

  @Test
  void aHardLinkWhoseTargetALaterLayerDeletedKeepsTheContent() throws IOException {
    assertThat(listing(layer().file("a", "1").link("b", "a").link("c", "a"), layer().whiteout("a")))
        .containsExactly("b = 1", "c == b");
  }

  @Test
  void aHardLinkHasTheContentOfTheLastTargetBeforeIt() throws IOException {
    assertThat(listing(layer().file("a", "1").link("b", "a").file("a", "2").link("c", "a")))
        .containsExactly("a = 2", "b = 1", "c == a");
  }

  @Test
  void aHardLinkMayPointToALowerLayer() throws IOException {
    assertThat(listing(layer().file("a", "1"), layer().link("b", "a")))
        .containsExactly("a = 1", "b == a");
  }

  @Test
  void aHardLinkMayPointToASymbolicLinkOrADevice() throws IOException {
    assertThat(
            listing(
                layer()
                    .symlink("s", "nowhere")
                    .link("t", "s")
                    .add(device("u", 1, 3))
                    .link("v", "u")))
        .containsExactly("s -> nowhere", "t == s", "u CHARACTER_DEVICE 1:3", "v == u");
  }

  @Test
  void aHardLinkToItselfIsTheFileBelow() throws IOException {
    assertThat(listing(layer().file("a", "1"), layer().link("a", "a"))).containsExactly("a = 1");
  }

  @Test
  void aPathThroughASymbolicLinkOfTheSameLayerFollowsTheLink() throws IOException {
    assertThat(
            listing(
                layer()
                    .symlink("lib", "usr/lib")
                    .file("lib/x", "1")
                    .link("lib/y", "lib/x")
                    .symlink("usr/lib64", "/lib")
                    .file("usr/lib64/z", "2")))
        .containsExactly(
            "lib -> usr/lib",
            "usr/",
            "usr/lib/",
            "usr/lib/x = 1",
            "usr/lib/y == usr/lib/x",
            "usr/lib/z = 2",
            "usr/lib64 -> /lib");
    assertThat(read.origins()).containsExactly(-1, 0, -1, -1, 0, 0, 0, 0);
  }

  @Test
  void aPathThroughASymbolicLinkOfALowerLayerHidesTheLinkAsOverlayfsDoes() throws IOException {
    assertThat(
            listing(
                layer().directory("usr/lib").symlink("lib", "usr/lib"), layer().file("lib/x", "1")))
        .containsExactly("lib/", "lib/x = 1", "usr/", "usr/lib/");
  }

  @Test
  void aPathThroughALoopOfSymbolicLinksIsRead() throws IOException {
    assertThat(listing(layer().symlink("a", "b").symlink("b", "a").file("a/x", "1")))
        .contains("a/x = 1");
  }
}
