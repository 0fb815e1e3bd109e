package dev.varve.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.cli.Sample;
import dev.varve.core.boot.KernelImage;
import dev.varve.core.image.ImageSource;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of the results and reports of {@code varve rechunk}, with and without a previous image. */
final class RechunkCommandTest extends RechunkTestBase {
  @Test
  void aFirstImageIsAWholeDownload() throws IOException {
    Run run = rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--fresh");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.linesWithoutDigests())
        .containsSubsequence(
            "",
            "oci:DIR/out:a@sha256:…",
            "  layers    3, 10.2 kB (10.2 kB uncompressed)",
            "  previous  none: --fresh",
            "  update    a whole download: 10.2 kB");
    assertThat(cli.scratch()).isEmpty();
  }

  @Test
  void anUpdateDownloadsWhatChanged() {
    rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--fresh");
    Run run =
        rechunk("oci:DIR/src:tuesday", "oci:DIR/out:b", "--prev", "oci:DIR/out:a", "--verify");
    assertThat(run.exitCode()).isZero();
    assertThat(run.linesWithoutDigests())
        .containsSubsequence(
            "",
            "oci:DIR/out:b@sha256:…, verified",
            "  layers    3, 10.2 kB (10.2 kB uncompressed); 2 reused, 7.2 kB",
            "  previous  oci:DIR/out:a@sha256:…",
            "  update    3.1 kB of 10.2 kB (30.0%), in 1 of 3 layers",
            "  packages  none known",
            "  download  layer         why      components",
            "    3.1 kB  digest123456  changed  dir:/etc");
  }

  @Test
  void aPreviousImageOfAnotherPlatformIsReported() throws IOException {
    monday().platform("linux/arm64").writeTo(directory.resolve("src"), "arm");
    Run run = rechunk("oci:DIR/src:tuesday", "oci:DIR/out:b", "--prev", "oci:DIR/src:arm");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.lines())
        .contains(
            "note: the previous image oci:DIR/src:arm is for linux/arm64, and the new one for"
                + " linux/amd64");
    Run same = rechunk("oci:DIR/src:tuesday", "oci:DIR/out:c", "--prev", "oci:DIR/src:monday");
    assertThat(same.err()).doesNotContain("is for linux");
  }

  @Test
  void aMissingPreviousImageIsReportedWithARemedy() {
    for (String missing :
        List.of("oci:DIR/src:nope", "oci:DIR/nothing:a", "oci-archive:DIR/no.tar")) {
      Run run = rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--prev", missing);
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).endsWith("; --fresh plans without a previous image\n");
    }
  }

  @Test
  void aPreviousImageWithoutACommonLayerIsReported() throws IOException {
    new Sample().file("opt/other", "other").writeTo(directory.resolve("src"), "other");
    Run run = rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--prev", "oci:DIR/src:other");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.lines())
        .contains(
            "note: no layer of the previous image oci:DIR/src:other is in the new one: clients"
                + " download the whole image");
    Run next = rechunk("oci:DIR/src:tuesday", "oci:DIR/out:b", "--prev", "oci:DIR/out:a");
    assertThat(next.err()).doesNotContain("no layer of");
  }

  @Test
  void theImageChosenFromAnIndexIsReported() throws IOException {
    new Sample().file("a", "v2").platform("linux/amd64/v2").writeTo(directory.resolve("s"), "v2");
    new Sample().file("a", "v1").platform("linux/amd64").writeTo(directory.resolve("s"), "v1");
    Run index = cli.run("index", "create", "oci:DIR/all:1", "oci:DIR/s:v2", "oci:DIR/s:v1");
    assertThat(index.exitCode()).as(index.err()).isZero();
    for (String platform : List.of("linux/amd64", "linux/amd64/v2", "linux/amd64/v3")) {
      Run run = rechunk("oci:DIR/all:1", "oci:DIR/out:a", "--fresh", "--platform", platform);
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.lines())
          .contains(
              "note: oci:DIR/all:1 has images for several platforms: took "
                  + platform.replace("v3", "v2"));
    }
  }

  @Test
  void theResultIsAvailableAsJson() throws IOException {
    rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--fresh");
    Run run = rechunk("oci:DIR/src:tuesday", "oci:DIR/out:b", "--prev", "oci:DIR/out:a", "--json");
    JsonObject json = run.json();
    assertThat(json.names())
        .containsExactly(
            "reference",
            "digest",
            "layers",
            "chunks",
            "totalBytes",
            "uncompressedBytes",
            "reusedLayers",
            "reusedBytes",
            "verified",
            "changelog",
            "prevRef",
            "updateBytes",
            "updateLayers",
            "share",
            "downloads",
            "removedComponents",
            "packages");
    try (ImageSource before = image("a");
        ImageSource after = image("b")) {
      assertThat(json.string("digest")).isEqualTo(after.descriptor().digest().toString());
      assertThat(json.string("prevRef")).isEqualTo("oci:DIR/out:a@" + before.descriptor().digest());
    }
    assertThat(json.number("layers")).isEqualTo(3);
    assertThat(json.number("totalBytes")).isEqualTo(10240);
    assertThat(json.number("reusedLayers")).isEqualTo(2);
    assertThat(json.number("reusedBytes")).isEqualTo(7168);
    assertThat(json.number("updateBytes")).isEqualTo(3072);
    assertThat(json.objects("downloads").get(0).string("reason")).isEqualTo("changed");
    assertThat(run.err()).contains("  update    3.1 kB of 10.2 kB (30.0%), in 1 of 3 layers");
  }

  @Test
  void aFreshResultHasNoPreviousReference() throws IOException {
    JsonObject json = rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--fresh", "--json").json();
    assertThat(json.has("prevRef")).isFalse();
    assertThat(json.number("updateBytes")).isEqualTo(json.number("totalBytes"));
  }

  @Test
  void theImageAtTheDestinationIsThePreviousImageByDefault() throws IOException {
    assertThat(rechunk("oci:DIR/src:monday", "oci:DIR/out").lines())
        .contains(
            "note: planning without a previous image: --prev names none, and oci:DIR/out has no"
                + " image tagged latest yet");
    Run run = rechunk("oci:DIR/src:tuesday", "oci:DIR/out", "--json");
    assertThat(run.lines())
        .contains(
            "note: the previous image is the one at oci:DIR/out now (--prev names another, --fresh"
                + " plans without one)");
    assertThat(run.json().number("reusedLayers")).isEqualTo(2);
  }

  @Test
  void repeatedRunsWithTheSameSourceGiveTheSameImage() throws IOException {
    String monday = digest(rechunk("oci:DIR/src:monday", "oci:DIR/out", "--json"));
    Run again = rechunk("oci:DIR/src:monday", "oci:DIR/out", "--json");
    assertThat(digest(again)).isEqualTo(monday);
    assertThat(again.err())
        .contains(
            "  previous  none: the existing image was made from the same source, without one\n");
    String tuesday = digest(rechunk("oci:DIR/src:tuesday", "oci:DIR/out", "--json"));
    Run last = rechunk("oci:DIR/src:tuesday", "oci:DIR/out", "--json");
    assertThat(digest(last)).isEqualTo(tuesday).isNotEqualTo(monday);
    assertThat(last.lines())
        .contains(
            "note: oci:DIR/out was made from the same source: planning with the same image as"
                + " before, oci:DIR/out@"
                + monday);
    try (ImageSource image = image("")) {
      assertThat(image.config().labels()).containsEntry("rechunk.prev-ref", monday);
    }
  }

  @Test
  void aSealedImageIsRefusedWithAdvice() throws IOException {
    String digest = "0123456789abcdef".repeat(4);
    monday()
        .file("boot/EFI/Linux/os.efi", KernelImage.sealedBy(digest))
        .writeTo(directory.resolve("src"), "sealed");
    Run run = rechunk("oci:DIR/src:sealed", "oci:DIR/out:a", "--fresh");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.lines())
        .last()
        .asString()
        .startsWith("varve: rechunking oci:DIR/src:sealed: the image is sealed: the kernel command")
        .endsWith(
            " as one more layer, with varve append; or keep the seal with --preserve-mtimes, without"
                + " --prune of paths that it covers");
    assertThat(
            rechunk("oci:DIR/src:sealed", "oci:DIR/out:a", "--fresh", "--preserve-mtimes")
                .exitCode())
        .isZero();
  }

  @Test
  void theSameRunTwiceGivesTheSameBytes() throws IOException {
    rechunk("oci:DIR/src:monday", "oci:DIR/out:a", "--fresh");
    rechunk("oci:DIR/src:monday", "oci:DIR/out:b", "--fresh");
    try (ImageSource a = image("a");
        ImageSource b = image("b")) {
      assertThat(a.descriptor()).isEqualTo(b.descriptor());
    }
  }

  @Test
  void progressAndNoticesArePrinted() {
    Run run =
        cli.run("rechunk", "oci:DIR/src:monday", "oci:DIR/out:a", "--fresh", "--max-layers", "128");
    assertThat(run.lines())
        .contains(
            "note: older clients fail with more than 127 layers",
            "reading 3 layers of oci:DIR/src:monday (6.1 kB)",
            "writing 3 layers to oci:DIR/out:a (1.6 kB)");
  }
}
