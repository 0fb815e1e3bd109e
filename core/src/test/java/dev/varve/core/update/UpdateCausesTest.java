package dev.varve.core.update;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.filetree.BytesContent;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.packages.PackageFormat;
import dev.varve.core.plan.Component;
import dev.varve.core.plan.ComponentHash;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.ComponentState;
import dev.varve.core.plan.PlanState.LayerState;
import dev.varve.core.state.Division;
import dev.varve.core.state.ImageFiles;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.tar.Xattrs;
import dev.varve.core.update.FileChange.Kind;
import dev.varve.core.update.UpdateCauses.LayerCause;
import dev.varve.core.update.UpdateCauses.Rider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class UpdateCausesTest {
  /** An image of packages and directories in one layer, which is uncompressed. */
  private static final class Image {
    private final FileTree.Builder tree = new FileTree.Builder();
    private final Map<String, List<String>> components = new TreeMap<>();
    private final Map<String, String> packages = new TreeMap<>();
    private final String compression;

    Image(String compression) {
      this.compression = compression;
    }

    Image file(String component, String path, String content) {
      return put(
          component,
          path,
          Inode.file(0644, 0, 0, 0, Xattrs.EMPTY, new BytesContent(content.getBytes(UTF_8))));
    }

    Image put(String component, String path, Inode inode) {
      tree.put(path, inode);
      components.computeIfAbsent(component, name -> new ArrayList<>()).add(path);
      return this;
    }

    Image directory(String path, int mode) {
      tree.put(path, Inode.directory(mode, 0, 0, 0, Xattrs.EMPTY));
      return this;
    }

    Image installed(String name, String version) {
      packages.put(name, version);
      return this;
    }

    Division division() {
      FileTree files = tree.build();
      List<Component> divided = new ArrayList<>();
      components.forEach(
          (name, paths) -> {
            List<FileTree.Entry> entries =
                paths.stream()
                    .map(path -> new FileTree.Entry(path, files.find(path).orElseThrow()))
                    .toList();
            long size = entries.stream().mapToLong(entry -> entry.inode().size()).sum();
            divided.add(
                new Component(
                    name,
                    entries,
                    size,
                    ComponentHash.of(entries),
                    List.of(),
                    OptionalDouble.empty(),
                    false));
          });
      return new Division(files, 0, divided, List.of());
    }

    PublishedImage publish() {
      Map<String, ComponentState> states = new TreeMap<>();
      for (Component component : division().components()) {
        states.put(
            component.name(), new ComponentState(component.hash(), component.size(), 0, List.of()));
      }
      Digest digest = Digest.of(states.toString().getBytes(UTF_8));
      LayerState layer = new LayerState(digest, 10_000, List.copyOf(components.keySet()));
      Descriptor config = Descriptor.of(MediaTypes.OCI_CONFIG, new byte[3]);
      Manifest manifest =
          new Manifest(
              config, List.of(new Descriptor(MediaTypes.OCI_LAYER, digest, 5000)), Map.of());
      return PublishedImage.of(
          "memory:image",
          Descriptor.of(MediaTypes.OCI_MANIFEST, manifest.toBytes()),
          manifest,
          List.of(digest),
          new PlanState(0, compression, "", List.of(0L), List.of(layer), states, packages));
    }
  }

  private static UpdateCauses causes(Image before, Image after) throws IOException {
    return UpdateCauses.between(
        UpdateCost.between(before.publish(), after.publish()),
        ImageFiles.of(before.division()),
        ImageFiles.of(after.division()));
  }

  private static Image image(String compression) {
    return new Image(compression).file("rpm:big", "usr/big", "b".repeat(3000));
  }

  @Test
  void packagesAreToldApartByWhetherTheirVersionChanged() throws IOException {
    UpdateCauses causes =
        causes(
            image("none")
                .file("rpm:new", "usr/new", "1")
                .file("deb:built", "usr/built", "1")
                .file("dir:/etc", "etc/a", "1")
                .installed("new", "1")
                .installed("built", "1"),
            image("none")
                .file("rpm:new", "usr/new", "22")
                .file("deb:built", "usr/built", "333")
                .file("dir:/etc", "etc/a", "4444")
                .installed("new", "2")
                .installed("built", "1"));
    assertThat(causes.components().values())
        .containsExactly(
            cause("deb:built", ComponentCause.Reason.SAME_VERSION, "usr/built", 3),
            cause("dir:/etc", ComponentCause.Reason.BUILD, "etc/a", 4),
            cause("rpm:new", ComponentCause.Reason.VERSION, "usr/new", 2));
    assertThat(PackageFormat.packageOf("apk:musl")).contains("musl");
    assertThat(PackageFormat.packageOf("file:/rpm:x")).isEmpty();
  }

  private static ComponentCause cause(
      String name, ComponentCause.Reason reason, String path, long bytes) {
    return new ComponentCause(
        name, reason, List.of(new FileChange(path, Kind.CONTENT, bytes, List.of())), 0);
  }

  @Test
  void whatIsUnchangedInALayerAndTheLayerWithoutItAreTold() throws IOException {
    LayerCause layer =
        causes(
                image("none").file("dir:/etc", "etc/a", "1"),
                image("none").file("dir:/etc", "etc/a", "2"))
            .layers()
            .get(0);
    assertThat(layer.unchanged()).containsExactly(new Rider("rpm:big", 3000));
    // The root, etc, the file and its content, and two blocks at the end.
    assertThat(layer.alone()).hasValue(6 * 512);
  }

  @Test
  void aLayerOfWhichAllChangedHasNothingBesides() throws IOException {
    LayerCause layer =
        causes(
                new Image("none").file("dir:/etc", "etc/a", "1"),
                new Image("none").file("dir:/etc", "etc/a", "2"))
            .layers()
            .get(0);
    assertThat(layer.unchanged()).isEmpty();
    assertThat(layer.alone()).isEmpty();
  }

  @Test
  void withoutAKnownCompressionTheLayerWithoutTheUnchangedIsUnknown() throws IOException {
    LayerCause layer =
        causes(
                image("unknown").file("dir:/etc", "etc/a", "1"),
                image("unknown").file("dir:/etc", "etc/a", "2"))
            .layers()
            .get(0);
    assertThat(layer.unchanged()).hasSize(1);
    assertThat(layer.alone()).isEmpty();
  }

  @Test
  void directoriesAboveFilesAreTheirOwnCause() throws IOException {
    UpdateCauses causes =
        causes(image("none").directory("usr", 0755), image("none").directory("usr", 0700));
    assertThat(causes.directories())
        .containsExactly(new FileChange("usr", Kind.ATTRIBUTES, 0, List.of("mode 755 → 700")));
    assertThat(causes.components()).isEmpty();
  }

  @Test
  void largerFilesComeFirst() throws IOException {
    Image before = new Image("none").file("dir:/etc", "etc/a", "1").file("dir:/etc", "etc/b", "1");
    Image after =
        new Image("none")
            .file("dir:/etc", "etc/a", "2")
            .file("dir:/etc", "etc/b", "222")
            .file("dir:/etc", "etc/c", "22");
    assertThat(causes(before, after).components().values())
        .flatExtracting(ComponentCause::files)
        .extracting(FileChange::path)
        .containsExactly("etc/b", "etc/c", "etc/a");
  }
}
