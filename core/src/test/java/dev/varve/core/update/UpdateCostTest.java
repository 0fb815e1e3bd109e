package dev.varve.core.update;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.ComponentState;
import dev.varve.core.plan.PlanState.LayerState;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.update.UpdateCost.ComponentChange;
import dev.varve.core.update.UpdateCost.LayerDownload;
import dev.varve.core.update.UpdateCost.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class UpdateCostTest {
  /** Builds an image from layers, each with the names of its components, and from components. */
  private static final class Image {
    private final List<Descriptor> blobs = new ArrayList<>();
    private final List<Digest> diffIds = new ArrayList<>();
    private final List<LayerState> layers = new ArrayList<>();
    private final Map<String, ComponentState> components = new TreeMap<>();
    private final Map<String, String> packages = new TreeMap<>();

    /** Adds a layer; the digests of {@code tar} and {@code blob} serve as diffID and digest. */
    Image layer(String tar, String blob, long size, String... names) {
      Digest diffId = digest(tar);
      blobs.add(new Descriptor(MediaTypes.OCI_LAYER, digest(blob), size));
      diffIds.add(diffId);
      layers.add(new LayerState(diffId, 10 * size, List.of(names)));
      return this;
    }

    Image component(String name, String content) {
      components.put(name, new ComponentState(digest(content), 100, 0, List.of()));
      return this;
    }

    Image installed(String name, String version) {
      packages.put(name, version);
      return this;
    }

    PublishedImage publish() {
      Descriptor config = Descriptor.of(MediaTypes.OCI_CONFIG, new byte[3]);
      Manifest manifest = new Manifest(config, blobs, Map.of());
      PlanState state = new PlanState(0, "zstd:3", "", List.of(0L), layers, components, packages);
      return PublishedImage.of(
          "memory:image",
          Descriptor.of(MediaTypes.OCI_MANIFEST, manifest.toBytes()),
          manifest,
          diffIds,
          state);
    }
  }

  private static Digest digest(String text) {
    return Digest.of(text.getBytes(UTF_8));
  }

  private static UpdateCost between(Image from, Image to) {
    return UpdateCost.between(from.publish(), to.publish());
  }

  private static LayerDownload only(Image from, Image to) {
    UpdateCost cost = between(from, to);
    assertThat(cost.downloads()).hasSize(1);
    return cost.downloads().get(0);
  }

  private static Image ab() {
    return new Image()
        .component("a", "a1")
        .component("b", "b1")
        .layer("A1", "A1.zst", 60, "a")
        .layer("B1", "B1.zst", 40, "b");
  }

  @Test
  void anUpdateToTheSameImageCostsNothing() {
    UpdateCost cost = between(ab(), ab());
    assertThat(cost.downloads()).isEmpty();
    assertThat(cost.downloadedBytes()).isZero();
    assertThat(cost.share()).isZero();
    assertThat(cost.packages()).isEmpty();
    assertThat(cost.removedComponents()).isEmpty();
  }

  @Test
  void anUpdateToAnEmptyImageCostsNothing() {
    UpdateCost cost = between(ab(), new Image());
    assertThat(cost.totalBytes()).isZero();
    assertThat(cost.share()).isZero();
    assertThat(cost.removedComponents()).containsExactly("a", "b");
  }

  @Test
  void aLayerWithAChangedComponentIsDownloadedForTheChange() {
    Image to =
        new Image()
            .component("a", "a2")
            .component("b", "b1")
            .layer("A2", "A2.zst", 70, "a")
            .layer("B1", "B1.zst", 40, "b");
    UpdateCost cost = between(ab(), to);
    assertThat(cost.downloads())
        .containsExactly(
            new LayerDownload(
                new Descriptor(MediaTypes.OCI_LAYER, digest("A2.zst"), 70),
                700,
                Reason.CHANGED,
                List.of(new ComponentChange("a", false, 100)),
                0));
    assertThat(cost.downloadedBytes()).isEqualTo(70);
    assertThat(cost.totalBytes()).isEqualTo(110);
    assertThat(cost.share()).isEqualTo(70 / 110.0);
  }

  @Test
  void aNewComponentIsAChangeMarkedAsNew() {
    Image to =
        new Image().component("a", "a1").component("c", "c1").layer("AC", "AC.zst", 1, "a", "c");
    LayerDownload download = only(ab(), to);
    assertThat(download.reason()).isEqualTo(Reason.CHANGED);
    assertThat(download.changed()).containsExactly(new ComponentChange("c", true, 100));
    assertThat(download.unchanged()).isEqualTo(1);
  }

  @Test
  void unchangedComponentsOfTwoLayersAreRearranged() {
    Image to =
        new Image().component("a", "a1").component("b", "b1").layer("AB", "AB.zst", 1, "a", "b");
    LayerDownload download = only(ab(), to);
    assertThat(download.reason()).isEqualTo(Reason.REARRANGED);
    assertThat(download.changed()).isEmpty();
    assertThat(download.unchanged()).isEqualTo(2);
  }

  @Test
  void theSameTarInAnotherBlobIsRecompressed() {
    Image to =
        new Image()
            .component("a", "a1")
            .component("b", "b1")
            .layer("A1", "A1.gz", 80, "a")
            .layer("B1", "B1.zst", 40, "b");
    assertThat(only(ab(), to).reason()).isEqualTo(Reason.RECOMPRESSED);
  }

  @Test
  void aLayerThatLostAComponentIsRearranged() {
    Image from =
        new Image().component("a", "a1").component("b", "b1").layer("AB", "AB", 9, "a", "b");
    Image to = new Image().component("a", "a1").layer("A", "A", 5, "a");
    assertThat(only(from, to).reason()).isEqualTo(Reason.REARRANGED);
    assertThat(between(from, to).removedComponents()).containsExactly("b");
  }

  @Test
  void aLayerOfTheSameComponentsInAnotherTarHasTheReasonOther() {
    Image to =
        new Image()
            .component("a", "a1")
            .component("b", "b1")
            .layer("A1 below another directory", "A1'", 60, "a")
            .layer("B1", "B1.zst", 40, "b");
    assertThat(only(ab(), to).reason()).isEqualTo(Reason.OTHER);
  }

  @Test
  void aLayerOfOnlyDirectoriesHasTheReasonOther() {
    Image from = ab().layer("D1", "D1", 1);
    Image to = ab().layer("D2", "D2", 1);
    assertThat(only(from, to).reason()).isEqualTo(Reason.OTHER);
  }

  @Test
  void downloadsAreSortedBySizeAndListedOnce() {
    Image to =
        ab().layer("C", "C", 5)
            .layer("D", "D", 50)
            .layer("C", "C", 5)
            .layer("A1", "A1.zst", 60, "a");
    UpdateCost cost = between(ab(), to);
    assertThat(cost.downloads())
        .extracting(download -> download.blob().size())
        .containsExactly(50L, 5L);
    assertThat(cost.downloadedBytes()).isEqualTo(55);
  }

  @Test
  void packagesAreAddedRemovedAndUpgraded() {
    Image from =
        new Image()
            .installed("bash", "5.2-1")
            .installed("kernel", "6.1-1 6.2-1")
            .installed("old", "1-1")
            .installed("same", "1-1");
    Image to =
        new Image()
            .installed("bash", "5.3-1")
            .installed("kernel", "6.2-1 6.3-1")
            .installed("new", "2-1")
            .installed("same", "1-1");
    assertThat(between(from, to).packages())
        .containsExactly(
            new PackageChange("bash", "5.2-1", "5.3-1"),
            new PackageChange("kernel", "6.1-1 6.2-1", "6.2-1 6.3-1"),
            new PackageChange("new", "", "2-1"),
            new PackageChange("old", "1-1", ""));
  }

  @Test
  void keysAreNoPackages() {
    UpdateCost cost =
        UpdateCost.between(
            new Image().installed("gpg-pubkey", "18b8e74c-62f2920f").publish(),
            new Image()
                .installed("gpg-pubkey", "18b8e74c-62f2920f f4a80eb5-53a7ff4b")
                .installed("bash", "5.3-1")
                .publish());
    assertThat(cost.packages()).containsExactly(new PackageChange("bash", "", "5.3-1"));
    assertThat(cost.keysChanged()).isTrue();
    assertThat(UpdateCost.between(cost.from(), cost.from()).keysChanged()).isFalse();
  }
}
