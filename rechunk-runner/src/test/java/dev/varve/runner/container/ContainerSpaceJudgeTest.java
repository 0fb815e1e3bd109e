package dev.varve.runner.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.Owner;
import dev.varve.core.filetree.LayeredSource;
import dev.varve.core.filetree.TreeSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSink;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.process.Programs;
import dev.varve.core.rootfs.PodmanStorage;
import dev.varve.runner.Elevation;
import dev.varve.runner.MachineLacksException;
import dev.varve.runner.OtherImage;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.storage.BtrfsStorage;
import dev.varve.runner.storage.StorageSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The disk space that the container engine takes and frees. */
@Tag("judge")
final class ContainerSpaceJudgeTest extends ContainerFixture {
  @Test
  void anImageThatAnotherStorageLacksIsCopied() throws Exception {
    Podman elsewhere =
        new Podman(
            "podman",
            Elevation.NONE,
            List.of(
                "--root",
                directory.resolve("root").toString(),
                "--runroot",
                directory.resolve("run").toString(),
                "--storage-driver",
                "vfs"));
    Path scratch = Files.createDirectories(directory.resolve("scratch"));
    ContainerEngine engine = new ContainerEngine(elsewhere, settings().build());
    try (TreeSource source = engine.open(SOURCE, scratch, "containers-storage:" + SOURCE)) {
      assertThat(source).isInstanceOf(LayeredSource.class);
      assertThat(source.config().diffIds()).hasSize(1);
    }
  }

  @Test
  void aCopiedImageIsRemovedBeforeTheLastStep() throws Exception {
    Path scratch = Files.createDirectories(directory.resolve("scratch"));
    Path saved = Files.createDirectory(directory.resolve("saved"));
    try (ContainerEngine engine = new ContainerEngine(podman(), settings().build());
        TreeSource source =
            new LayeredSource(new PodmanStorage("podman").openSaved(SOURCE, saved, "oci:x"));
        ImageSink sink = OciLayout.create(directory.resolve("dest"), "", "oci:dest")) {
      engine.rechunk(
          RechunkRequest.builder(source, sink, scratch).progress(new RecordedProgress()).build());
    }
    assertThat(copies).containsExactly(List.of());
    StandIn.run("podman", "image", "exists", SOURCE);
  }

  @Test
  void closingTheEngineDuringACopyRemovesTheCopy() throws Exception {
    Path scratch = Files.createDirectories(directory.resolve("scratch"));
    Path saved = Files.createDirectory(directory.resolve("saved"));
    ContainerEngine engine = new ContainerEngine(podman(), settings().build());
    try (TreeSource source =
            new LayeredSource(
                new OtherImage(new PodmanStorage("podman").openSaved(SOURCE, saved, "oci:x")) {
                  @Override
                  public InputStream open(Descriptor blob) throws IOException {
                    engine.close();
                    return super.open(blob);
                  }
                });
        ImageSink sink = OciLayout.create(directory.resolve("dest"), "", "oci:dest")) {
      RechunkRequest request = RechunkRequest.builder(source, sink, scratch).build();
      assertThatThrownBy(() -> engine.rechunk(request))
          .isInstanceOf(InterruptedIOException.class)
          .hasMessageMatching(
              "copying localhost/varve-\\S+:source into podman's storage: interrupted");
    }
    assertThat(copies()).isEmpty();
  }

  @Test
  void aClosedEngineRunsNothing() throws Exception {
    Path scratch = Files.createDirectories(directory.resolve("scratch"));
    ContainerEngine engine = new ContainerEngine(podman(), settings().build());
    try (TreeSource source = engine.open(SOURCE, scratch, "containers-storage:" + SOURCE);
        ImageSink sink = OciLayout.create(directory.resolve("dest"), "", "oci:dest")) {
      RechunkRequest request =
          RechunkRequest.builder(source, sink, scratch).progress(new RecordedProgress()).build();
      engine.close();
      assertThatThrownBy(() -> engine.rechunk(request))
          .isInstanceOf(InterruptedIOException.class)
          .hasMessage("driving localhost/" + NAME + ":none: interrupted");
    }
    assertThat(progressLines).isEmpty();
  }

  @Test
  void theEngineWorksInABtrfsAndReportsAFullBtrfs() throws Exception {
    StorageSettings place =
        new StorageSettings(
            directory.resolve("btrfs.img"), directory.resolve("btrfs"), 256 << 20, "", 1);
    Programs programs = Programs.of(System.getenv());
    String full = with("commit-fill");
    try (BtrfsStorage storage = new BtrfsStorage(place, Elevation.NONE, programs)) {
      storage.mountFor(Owner.current());
      Podman podman = podman().in(place.mountPoint());

      rechunk(podman, settings(), request -> request);
      assertThat(directory.resolve("dest/index.json")).exists();
      assertThat(place.mountPoint().resolve("storage/overlay")).isDirectory();

      assertThatThrownBy(() -> rechunk(podman, settings().tool(full), request -> request))
          .isInstanceOf(MachineLacksException.class)
          .hasMessageContaining("No space left on device")
          .hasMessageEndingWith("; free some space");
      assertThat(Leftovers.find(podman).isEmpty()).isTrue();
      assertThat(StandIn.run(podman.command("ps", "--all", "--quiet").toArray(String[]::new)))
          .isEmpty();
    }
    assertThat(new BtrfsStorage(place, Elevation.NONE, programs).status().isGone()).isTrue();
  }

  @Test
  void tooLittleFreeSpaceIsReportedBeforeTheFirstStep() throws Exception {
    String big = "localhost/varve-source-judge:big";
    Path tree = Files.createDirectories(directory.resolve("tree/usr"));
    StandIn.run("truncate", "--size=300M", tree.resolve("big").toString());
    Path tar = directory.resolve("big.tar");
    StandIn.run("tar", "-C", directory.resolve("tree").toString(), "-cf", tar.toString(), ".");
    StandIn.run("podman", "import", "--quiet", tar.toString(), big);
    StorageSettings place =
        new StorageSettings(
            directory.resolve("btrfs.img"), directory.resolve("btrfs"), 256 << 20, "", 1);
    try (BtrfsStorage storage =
        new BtrfsStorage(place, Elevation.NONE, Programs.of(System.getenv()))) {
      storage.mountFor(Owner.current());
      Podman podman = podman().in(place.mountPoint());

      ContainerSettings.Builder anyImage = settings().ignoreKnownFailures(true);
      assertThatThrownBy(() -> rechunk(big, podman, anyImage, request -> request))
          .isInstanceOf(MachineLacksException.class)
          .hasMessageMatching(
              "rechunking containers-storage:\\S+: expected 0\\.3 GB free in \\S+, got 0\\.[0-2]"
                  + " GB; free some space");
      assertThat(progressLines).noneMatch(line -> line.startsWith("prune: "));
    } finally {
      StandIn.run("podman", "rmi", big);
    }
  }
}
