package dev.varve.runner.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.boot.KernelImage;
import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.filetree.LayeredTree;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.plan.Component;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.LayerState;
import dev.varve.core.tar.TarEntry;
import dev.varve.runner.OtherImage;
import dev.varve.runner.RechunkResult;
import dev.varve.runner.SealedImageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images with a digest of their files in the kernel's command line. */
class SealedImagesTest {
  private static final String DIGEST = "0123456789abcdef".repeat(8);

  @TempDir Path directory;
  private Workbench bench;

  @BeforeEach
  void setUp() {
    bench = new Workbench(directory);
  }

  private static TestImage image() {
    return new TestImage()
        .layer()
        .add("", TarEntry.Type.DIRECTORY, 0755, 1_800_000_000, "", new byte[0])
        .add("usr", TarEntry.Type.DIRECTORY, 0755, 1_800_000_001, "", new byte[0])
        .add("usr/bin", TarEntry.Type.DIRECTORY, 0755, 1_800_000_002, "", new byte[0])
        .add("var/empty", TarEntry.Type.DIRECTORY, 0700, 1_800_000_003, "", new byte[0])
        .file("usr/bin/tool", "tool".getBytes(StandardCharsets.UTF_8), 0755, 1_800_000_004)
        .file("etc/motd", "monday".getBytes(StandardCharsets.UTF_8), 0644, 1_600_000_000)
        .hardLink("etc/issue", "etc/motd")
        .add("bin", TarEntry.Type.SYMLINK, 0777, 1_800_000_005, "usr/bin", new byte[0]);
  }

  private static TestImage sealed(String path) {
    return image().file(path, KernelImage.sealedBy(DIGEST), 0644, 1_800_000_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"boot/EFI/Linux/os.efi", "usr/lib/modules/6.12.0/os.efi"})
  void anImageWhoseSealWouldBreakIsRefused(String path) throws IOException {
    assertThatThrownBy(() -> bench.rechunk(sealed(path), "dest", request -> request))
        .isExactlyInstanceOf(SealedImageException.class)
        .hasMessage(
            "rechunking oci:build: the image is sealed: the kernel command line in /"
                + path
                + " has the composefs digest "
                + DIGEST
                + ", and rechunking gives files stable mtimes, so that the result would not boot."
                + " Rechunk the image first, then compute the digest of the result, and append the"
                + " kernel image to that as one more layer");
    assertThat(bench.list("dest")).isEmpty();
  }

  @Test
  void aSealedImageKeepsEverythingThatTheDigestCovers() throws IOException {
    RechunkResult result =
        bench.rechunk(sealed("boot/EFI/Linux/os.efi"), "dest", SealedImagesTest::preserved);

    assertThat(result.verified()).isTrue();
    assertThat(mtimes("dest")).isEqualTo(mtimes("build")).containsEntry("usr", 1_800_000_001L);
    assertThat(bench.differences("build", "dest")).isEmpty();
    assertThat(bench.manifest("dest").annotations()).containsEntry("dev.varve.mtimes", "preserved");
    assertThat(result.image().state().preservesMtimes()).isTrue();
  }

  @Test
  void withStableTimesTheImageIsNotMarkedAsPreservingMtimes() throws IOException {
    TestImage image = image().annotation("dev.varve.mtimes", "preserved");

    RechunkResult result = bench.rechunk(image, "dest", request -> request.verify(true));

    assertThat(bench.manifest("dest").annotations()).doesNotContainKey("dev.varve.mtimes");
    assertThat(result.image().state().preservesMtimes()).isFalse();
    assertThat(mtimes("dest")).isNotEqualTo(mtimes("build"));
  }

  @Test
  void pathsThatTheDigestCoversAreNotPruned() {
    assertThatThrownBy(
            () ->
                bench.rechunk(
                    sealed("boot/EFI/Linux/os.efi"),
                    "dest",
                    request -> request.preserveMtimes(true).prune("/etc/motd")))
        .isExactlyInstanceOf(SealedImageException.class)
        .hasMessageContaining(", and the digest covers /etc/motd, so that");
  }

  @Test
  void pathsThatTheDigestDoesNotCoverMayBePruned() throws IOException {
    TestImage image = sealed("boot/EFI/Linux/os.efi").file("boot/grub.cfg", "menu");

    bench.rechunk(image, "dest", request -> preserved(request).prune("boot/grub.cfg"));

    assertThat(bench.paths("dest"))
        .doesNotContain("boot/grub.cfg")
        .contains("boot/EFI/Linux/os.efi");
  }

  @Test
  void withoutItsKernelImageAnImageIsNotSealed() throws IOException {
    bench.rechunk(
        sealed("boot/EFI/Linux/os.efi"), "dest", request -> request.prune("boot").verify(true));

    assertThat(bench.paths("dest")).contains("etc/motd").doesNotContain("boot");
  }

  @Test
  void theTimesOfDirectoriesAreInTheTopLayerAndOtherLayersStay() throws IOException {
    bench.rechunk(image(), "first", SealedImagesTest::preserved);
    TestImage next =
        image().add("usr/bin", TarEntry.Type.DIRECTORY, 0755, 1_900_000_000, "", new byte[0]);

    RechunkResult result =
        bench.rechunk(next, "second", bench.open("first"), SealedImagesTest::preserved);

    List<LayerState> layers = result.image().state().layers();
    assertThat(layers.get(layers.size() - 1).components())
        .containsExactly(Component.DIRECTORY_MTIMES);
    assertThat(result.reused()).hasSize(layers.size() - 1);
    assertThat(mtimes("second")).isEqualTo(mtimes("build"));
  }

  @Test
  void aSwitchBetweenStableAndPreservedTimesIsReported() throws IOException {
    bench.rechunk(image(), "stable", request -> request);
    bench.rechunk(image(), "preserved", bench.open("stable"), SealedImagesTest::preserved);
    RechunkResult again =
        bench.rechunk(image(), "again", bench.open("preserved"), request -> request);

    assertThat(bench.notices)
        .contains(
            "the previous image has stable mtimes, and the new one preserves mtimes: clients"
                + " download every layer again whose files get other mtimes",
            "the previous image preserves mtimes, and the new one has stable mtimes: clients"
                + " download every layer again whose files get other mtimes");
    assertThat(again.image().state().components().values())
        .allSatisfy(component -> assertThat(component.changed()).isEmpty());
  }

  @Test
  void aLostStateIsRebuiltWithTheMtimesOfTheImage() throws IOException {
    PlanState state = bench.rechunk(image(), "first", SealedImagesTest::preserved).image().state();

    RechunkResult result;
    try (ImageSource first = bench.open("first")) {
      result =
          bench.rechunk(
              image().config("created", "2024-05-02T00:00:00Z"),
              "second",
              new OtherImage(first) {
                @Override
                public List<Manifest> referrers(
                    Descriptor subject, Predicate<String> artifactType) {
                  return List.of();
                }
              },
              SealedImagesTest::preserved);
    }

    assertThat(result.previous().orElseThrow().state().preservesMtimes()).isTrue();
    assertThat(result.previous().orElseThrow().state().components()).isEqualTo(state.components());
    assertThat(result.reused()).hasSize(state.layers().size());
  }

  private Map<String, Long> mtimes(String layout) throws IOException {
    Path spools = Files.createTempDirectory(directory, "mtimes");
    Map<String, Long> mtimes = new TreeMap<>();
    try (ImageSource image = bench.open(layout);
        LayeredTree tree = LayeredTree.read(image, spools, Progress.SILENT)) {
      for (FileTree.Entry entry : tree.tree().entries()) {
        Inode inode = entry.inode();
        mtimes.put(entry.path(), inode.mtime());
      }
    }
    return mtimes;
  }

  private static Options preserved(Options request) {
    return request.preserveMtimes(true).verify(true);
  }
}
