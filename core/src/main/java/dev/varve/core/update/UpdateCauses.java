package dev.varve.core.update;

import dev.varve.core.bytes.CountedOutput;
import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.compress.Compression;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.LayerTar;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.core.plan.Component;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.ComponentState;
import dev.varve.core.state.DivisionRules;
import dev.varve.core.state.ImageFiles;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.state.PublishedImage.PublishedLayer;
import dev.varve.core.update.UpdateCost.ComponentChange;
import dev.varve.core.update.UpdateCost.LayerDownload;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What made an update's layers change, down to files.
 *
 * @param cost the update
 * @param layers one for each of the update's downloads, in their order
 * @param components the changed components and those with removed files, by name
 * @param directories the directories above files whose attributes changed: they are in each layer
 *     that has a file below them
 */
public record UpdateCauses(
    UpdateCost cost,
    List<LayerCause> layers,
    Map<String, ComponentCause> components,
    List<FileChange> directories) {

  /** Copies the collections. */
  public UpdateCauses {
    layers = List.copyOf(layers);
    components = Collections.unmodifiableMap(new TreeMap<>(components));
    directories = List.copyOf(directories);
  }

  /**
   * What a downloaded layer holds beside the components that changed.
   *
   * @param alone the compressed size in bytes that a layer of only the changed components would
   *     have; empty if nothing else is in the layer, nothing changed in it, or its compression is
   *     unknown
   * @param unchanged the components that did not change, largest first
   */
  public record LayerCause(LayerDownload download, OptionalLong alone, List<Rider> unchanged) {
    /** Copies the list. */
    public LayerCause {
      unchanged = List.copyOf(unchanged);
    }
  }

  /**
   * A component that is downloaded although it did not change.
   *
   * @param name the component
   * @param size its uncompressed size in bytes
   */
  public record Rider(String name, long size) {}

  /**
   * Reads the files that changed and compares them. Of images that Varve planned, only layers are
   * read that the other image does not have, and those with the package databases.
   *
   * @param from the old image
   * @param to the new image
   * @param rules as the images were divided
   * @param scratch for unpacked files, which are deleted with it
   */
  public static UpdateCauses of(
      UpdateCost cost,
      ImageSource from,
      ImageSource to,
      DivisionRules rules,
      Scratch scratch,
      Progress progress,
      LayerLimits limits)
      throws IOException {
    requireSame(to, cost.to());
    Path unpacked = scratch.directory("new");
    try (ImageFiles after =
        ImageFiles.read(to, cost.to(), lacking(cost.from()), rules, unpacked, progress, limits)) {
      return of(cost, from, after, rules, scratch, progress, limits);
    }
  }

  /** Compares the files of an image with one whose files are known; parameters as above. */
  public static UpdateCauses of(
      UpdateCost cost,
      ImageSource from,
      ImageFiles after,
      DivisionRules rules,
      Scratch scratch,
      Progress progress,
      LayerLimits limits)
      throws IOException {
    requireSame(from, cost.from());
    Path unpacked = scratch.directory("old");
    try (ImageFiles before =
        ImageFiles.read(from, cost.from(), lacking(cost.to()), rules, unpacked, progress, limits)) {
      return between(cost, before, after);
    }
  }

  private static void requireSame(ImageSource source, PublishedImage image) throws IOException {
    if (!source.descriptor().digest().equals(image.descriptor().digest())) {
      throw new IOException(
          "reading the files of %s: expected the image %s, got %s; the tag was moved meanwhile"
              .formatted(
                  source.reference(), image.descriptor().digest(), source.descriptor().digest()));
    }
  }

  /** Returns whether an image lacks a layer. */
  private static Predicate<PublishedLayer> lacking(PublishedImage image) {
    Set<Digest> diffIds = image.byDiffId().keySet();
    return layer -> !diffIds.contains(layer.diffId());
  }

  /**
   * Compares the files of two images.
   *
   * @param before at least the files of the layers that only the old image has
   * @param after at least the files of the layers that only the new image has
   * @throws IOException if files can't be read
   */
  static UpdateCauses between(UpdateCost cost, ImageFiles before, ImageFiles after)
      throws IOException {
    Set<String> changed = new HashSet<>();
    cost.downloads().forEach(layer -> layer.changed().forEach(each -> changed.add(each.name())));
    Map<String, Component> now =
        after.components().stream().collect(Collectors.toMap(Component::name, each -> each));
    List<LayerCause> layers = new ArrayList<>();
    for (LayerDownload download : cost.downloads()) {
      layers.add(cause(download, cost.to(), now, after.tree()));
    }
    FileComparison files = new FileComparison(before, after);
    return new UpdateCauses(
        cost,
        layers,
        files.components(changed, cost.from().state().packages(), cost.to().state().packages()),
        files.directories());
  }

  private static LayerCause cause(
      LayerDownload download,
      PublishedImage image,
      Map<String, Component> components,
      FileTree tree)
      throws IOException {
    Set<String> changed =
        download.changed().stream().map(ComponentChange::name).collect(Collectors.toSet());
    List<Rider> unchanged = new ArrayList<>();
    for (String name : componentsOf(download, image)) {
      ComponentState state = image.state().components().get(name);
      if (state != null && !changed.contains(name)) {
        unchanged.add(new Rider(name, state.size()));
      }
    }
    unchanged.sort(
        Comparator.comparingLong((Rider rider) -> -rider.size()).thenComparing(Rider::name));
    List<FileTree.Entry> entries = new ArrayList<>();
    for (String name : changed) {
      Component component = components.get(name);
      entries.addAll(component == null ? List.of() : component.entries());
    }
    return new LayerCause(
        download,
        unchanged.isEmpty() || entries.isEmpty()
            ? OptionalLong.empty()
            : compressed(tree, entries, image.state()),
        unchanged);
  }

  private static List<String> componentsOf(LayerDownload download, PublishedImage image) {
    for (int i = 0; i < image.layers().size(); i++) {
      if (image.layers().get(i).blob().digest().equals(download.blob().digest())) {
        return image.state().layers().get(i).components();
      }
    }
    return List.of();
  }

  /** Returns the size of a layer with these entries, compressed as the image's new layers are. */
  private static OptionalLong compressed(
      FileTree tree, List<FileTree.Entry> entries, PlanState state) throws IOException {
    Compression compression;
    try {
      compression = Compression.parse(state.compression());
    } catch (IllegalArgumentException e) {
      return OptionalLong.empty(); // of an image that was not planned
    }
    CountedOutput counted = new CountedOutput(OutputStream.nullOutputStream());
    try (OutputStream out = compression.compress(counted)) {
      LayerTar.write(tree, entries, out);
    }
    return OptionalLong.of(counted.count());
  }
}
