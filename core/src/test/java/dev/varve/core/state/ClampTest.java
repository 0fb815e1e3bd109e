package dev.varve.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.BytesContent;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.filetree.MemoryImage;
import dev.varve.core.image.Manifest;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The clamp of an image: from its annotation, or for a first image from its newest package. */
final class ClampTest extends PublishedImageFixture {
  @ParameterizedTest
  @CsvSource({"1735689600, 1735689600", "-5, -5", "0, 0"})
  void theClampIsReadFromTheManifest(String text, long clamp) {
    assertThat(PublishedImage.annotatedClamp(annotated(text))).hasValue(clamp);
  }

  @ParameterizedTest
  @CsvSource({"''", "yesterday", "1.5", "99999999999999999999"})
  void aMalformedClampIsIgnored(String text) {
    assertThat(PublishedImage.annotatedClamp(annotated(text))).isEmpty();
    assertThat(PublishedImage.annotatedClamp(new MemoryImage().manifest())).isEmpty();
  }

  private static Manifest annotated(String clamp) {
    return new MemoryImage().annotated(Map.of("dev.varve.clamp", clamp)).manifest();
  }

  @Test
  void aFirstImageTakesTheBuildTimeOfItsNewestPackage() throws IOException {
    FileTree tree = packages();
    long newest = 1_795_404_769; // the build time of the package gpg-pubkey
    assertThat(clamp(tree, Instant.ofEpochSecond(1_800_000_000))).isEqualTo(newest);
    assertThat(clamp(tree, Instant.ofEpochSecond(1_600_000_000))).isEqualTo(1_600_000_000);
    assertThat(clamp(tree, Instant.EPOCH)).isEqualTo(newest);
    assertThat(clamp(new FileTree.Builder().build(), Instant.ofEpochSecond(5))).isEqualTo(5);
  }

  private long clamp(FileTree tree, Instant created) throws IOException {
    return Division.of(
            tree,
            OptionalLong.empty(),
            Map.of(),
            created,
            DivisionRules.DEFAULT,
            scratch,
            Progress.SILENT)
        .clamp();
  }

  private static FileTree packages() throws IOException {
    return new FileTree.Builder()
        .put(
            "var/lib/rpm/rpmdb.sqlite",
            Inode.file(0644, 0, 0, 0, Xattrs.EMPTY, new BytesContent(fixture("rpmdb.sqlite"))))
        .build();
  }

  @Test
  void aClampAfterTheYear9999IsIgnored() {
    assertThat(PublishedImage.annotatedClamp(annotated("253402300800"))).isEmpty();
    assertThat(PublishedImage.annotatedClamp(annotated("253402300799"))).hasValue(253402300799L);
  }
}
