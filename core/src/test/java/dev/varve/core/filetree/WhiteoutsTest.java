package dev.varve.core.filetree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.tar.TarEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whiteouts, by which a layer deletes files of the layers below. */
final class WhiteoutsTest extends LayeredTreeFixture {
  @Test
  void aWhiteoutDeletesAFile() throws IOException {
    assertThat(
            listing(
                layer().file("a", "1").directory("d").file("d/x", "1").file("d/y", "1"),
                layer().whiteout("a").whiteout("d/x").whiteout("d/nothing")))
        .containsExactly("d/", "d/y = 1");
  }

  @Test
  void aWhiteoutOfADirectoryDeletesAllBelow() throws IOException {
    assertThat(
            listing(
                layer().directory("d/e").file("d/e/x", "1").file("d0", "1"), layer().whiteout("d")))
        .containsExactly("d0 = 1");
  }

  @Test
  void aWhiteoutAppliesToLowerLayersOnly() throws IOException {
    assertThat(
            listing(
                layer().directory("d").file("d/old", "1"),
                layer().directory("d").file("d/new", "2").whiteout("d"),
                layer().file("a", "3").whiteout("a")))
        .containsExactly("a = 3", "d/", "d/new = 2");
  }

  @Test
  void aDeletedFileMayComeBack() throws IOException {
    assertThat(listing(layer().file("a", "1"), layer().whiteout("a"), layer().file("a", "3")))
        .containsExactly("a = 3");
  }

  @Test
  void aWhiteoutMayBeAHardLinkOrADevice() throws IOException {
    assertThat(
            listing(
                layer().file("a", "1").file("b", "1").file("c", "1"),
                layer()
                    .file(".wh..wh.aufs", "")
                    .link(".wh.a", ".wh..wh.aufs")
                    .add(".wh.b", TarEntry.Type.CHARACTER_DEVICE, 0, "")))
        .containsExactly("c = 1");
  }

  @Test
  void aufsBookkeepingIsNoFile() throws IOException {
    assertThat(listing(layer().file(".wh..wh.orph", "").directory(".wh..wh.plnk"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anOpaqueWhiteoutHidesLowerLayersBeforeOrAfterOtherEntries(boolean first) throws IOException {
    LayerBytes upper = layer().directory("d");
    if (first) {
      upper.opaque("d").file("d/new", "2");
    } else {
      upper.file("d/new", "2").opaque("d");
    }
    assertThat(
            listing(
                layer().directory("d/e").file("d/e/x", "1").file("d/y", "1").file("dy", "1"),
                upper))
        .containsExactly("d/", "d/new = 2", "dy = 1");
  }

  @Test
  void anOpaqueRootHidesAllOfTheLayersBelow() throws IOException {
    assertThat(listing(layer().file("a", "1").file("b/c", "1"), layer().opaque("").file("d", "2")))
        .containsExactly("d = 2");
  }

  @Test
  void aWhiteoutWithoutAParentDirectoryMakesTheDirectoryAsOverlayfsDoes() throws IOException {
    assertThat(listing(layer().file("a", "1"), layer().opaque("a").opaque("b").whiteout("c/d/x")))
        .containsExactly("a/", "b/", "c/", "c/d/");
  }

  private static LayerBytes withLink() {
    return layer()
        .directory("usr")
        .directory("usr/bin")
        .file("usr/bin/sh", "s")
        .file("usr/bin/tool", "t")
        .symlink("bin", "usr/bin");
  }

  @Test
  void aWhiteoutBelowALowerLayersSymbolicLinkPutsADirectoryInItsPlace() throws IOException {
    String[] expected = {"bin/", "usr/", "usr/bin/", "usr/bin/sh = s", "usr/bin/tool = t"};
    assertThat(listing(withLink(), layer().whiteout("bin/tool"))).containsExactly(expected);
    read.close();
    assertThat(listing(withLink(), layer().opaque("bin"))).containsExactly(expected);
  }

  @Test
  void aWhiteoutBelowASymbolicLinkOfItsOwnLayerFollowsIt() throws IOException {
    assertThat(
            listing(
                withLink(),
                layer().directory("usr/bin").symlink("s", "/usr").whiteout("s/bin/tool")))
        .containsExactly("bin -> usr/bin", "s -> /usr", "usr/", "usr/bin/", "usr/bin/sh = s");
    read.close();
    assertThat(
            listing(
                withLink(),
                layer()
                    .directory("usr/bin")
                    .symlink("s", "../../usr")
                    .file("s/bin/new", "n")
                    .opaque("s/bin")))
        .containsExactly("bin -> usr/bin", "s -> ../../usr", "usr/", "usr/bin/", "usr/bin/new = n");
  }

  @Test
  void aWhiteoutHasNoEffectInADirectoryThatItsLayerReplaces() throws IOException {
    assertThat(listing(withLink(), layer().whiteout("bin/tool").symlink("bin", "usr/bin")))
        .containsExactly(
            "bin -> usr/bin", "usr/", "usr/bin/", "usr/bin/sh = s", "usr/bin/tool = t");
  }

  @Test
  void aWhiteoutBelowALowerLayersLoopReplacesTheLoop() throws IOException {
    assertThat(
            listing(
                layer().symlink("a", "b").symlink("b", "a"), layer().whiteout("a/x").opaque("b")))
        .containsExactly("a/", "b/");
  }

  @Test
  void anOverlayfsWhiteoutDeletes() throws IOException {
    assertThat(
            listing(
                layer().file("a", "1").directory("d").file("d/x", "1").file("e", "1"),
                layer().add(device("a", 0, 0)).add(device("d", 0, 0)).add(device("new", 0, 0))))
        .containsExactly("e = 1");
  }

  @Test
  void filesBelowAWhiteoutNameAreLeftOutWithANotice() throws IOException {
    List<String> notices = new ArrayList<>();
    MemoryImage image =
        new MemoryImage()
            .layer("none", layer().file("x", "1").file("d/y", "1").toBytes())
            .layer(
                "none",
                layer()
                    .directory(".wh.x")
                    .file(".wh.x/in", "2")
                    .file("d/.wh.z/in", "2")
                    .file(".wh..wh.plnk/1.2", "aufs")
                    .link("linked", ".wh..wh.plnk/1.2")
                    .toBytes());
    read = LayeredTree.read(image, scratch, new Notices(notices));
    assertThat(Listing.of(read.tree())).containsExactly("d/", "d/y = 1", "linked = aufs");
    assertThat(notices)
        .containsExactly(
            "memory:image: left out /.wh.x, /.wh.x/in, /d/.wh.z and 1 more: in a layer, names"
                + " that begin with .wh. are whiteouts");
  }
}
