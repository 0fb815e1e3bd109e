package dev.varve.core.update;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.plan.Component;
import dev.varve.core.plan.PlanState.ComponentState;
import dev.varve.core.plan.PlanState.LayerState;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.state.PublishedImage.PublishedLayer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The download of a client that updates from one image to another: the layers whose compressed
 * digest the client does not have.
 *
 * @param from the image that the client has
 * @param to the image that it updates to
 * @param downloads the layers that the client must download, largest first
 * @param packages the changes of packages, by name
 */
public record UpdateCost(
    PublishedImage from,
    PublishedImage to,
    List<LayerDownload> downloads,
    List<PackageChange> packages) {

  /** Copies the lists. */
  public UpdateCost {
    downloads = List.copyOf(downloads);
    packages = List.copyOf(packages);
  }

  /** The reason why a layer must be downloaded. */
  public enum Reason {
    /** A component in the layer changed or is new. */
    CHANGED,
    /** No component changed, but the plan grouped the components differently. */
    REARRANGED,
    /** The client has the same tar, but its compressed bytes differ. */
    RECOMPRESSED,
    /**
     * The components are the same, but a directory above their files changed, or the form of the
     * tar.
     */
    OTHER
  }

  /**
   * A layer that must be downloaded.
   *
   * @param blob the downloaded blob
   * @param size the length of its uncompressed tar in bytes
   * @param reason the reason of the download
   * @param changed the changed or new components in the layer, by name
   * @param unchanged the number of other components in the layer
   */
  public record LayerDownload(
      Descriptor blob, long size, Reason reason, List<ComponentChange> changed, int unchanged) {
    /** Copies the list. */
    public LayerDownload {
      changed = List.copyOf(changed);
    }
  }

  /**
   * A component that changed or is new.
   *
   * @param name the component
   * @param added whether the component is new
   * @param size the component's uncompressed size in bytes
   */
  public record ComponentChange(String name, boolean added, long size) {}

  /** Compares two images. */
  public static UpdateCost between(PublishedImage from, PublishedImage to) {
    Set<Digest> had = new HashSet<>();
    from.layers().forEach(layer -> had.add(layer.blob().digest()));
    List<LayerDownload> downloads = new ArrayList<>();
    Set<Digest> counted = new HashSet<>();
    for (int i = 0; i < to.layers().size(); i++) {
      PublishedLayer layer = to.layers().get(i);
      if (!had.contains(layer.blob().digest()) && counted.add(layer.blob().digest())) {
        downloads.add(download(layer, to.state().layers().get(i), from, to));
      }
    }
    downloads.sort((a, b) -> Long.compare(b.blob().size(), a.blob().size()));
    return new UpdateCost(
        from, to, downloads, PackageChange.between(from.state().packages(), to.state().packages()));
  }

  /** The compressed size of the layers to download, in bytes. */
  public long downloadedBytes() {
    return downloads.stream().mapToLong(layer -> layer.blob().size()).sum();
  }

  /** The compressed size of all layers of the new image, in bytes. */
  public long totalBytes() {
    return to.layers().stream().mapToLong(layer -> layer.blob().size()).sum();
  }

  /** The download's share of the whole new image, from 0 to 1. */
  public double share() {
    return totalBytes() == 0 ? 0 : (double) downloadedBytes() / totalBytes();
  }

  /** The components of the old image that the new one lacks, by name. */
  public List<String> removedComponents() {
    return from.state().components().keySet().stream()
        .filter(name -> !to.state().components().containsKey(name))
        .toList();
  }

  /** Whether the images' RPM databases differ in their imported keys. */
  public boolean keysChanged() {
    return PackageChange.keysChanged(from.state().packages(), to.state().packages());
  }

  private static LayerDownload download(
      PublishedLayer layer, LayerState state, PublishedImage from, PublishedImage to) {
    List<ComponentChange> changed = new ArrayList<>();
    if (state.components().equals(List.of(Component.APPENDED))) {
      changed.add(new ComponentChange(Component.APPENDED, true, state.size()));
    }
    for (String name : state.components()) {
      ComponentState before = from.state().components().get(name);
      ComponentState now = to.state().components().get(name);
      if (now != null && (before == null || !before.hash().equals(now.hash()))) {
        changed.add(new ComponentChange(name, before == null, now.size()));
      }
    }
    Reason reason;
    if (from.byDiffId().containsKey(layer.diffId())) {
      reason = Reason.RECOMPRESSED;
    } else if (!changed.isEmpty()) {
      reason = Reason.CHANGED;
    } else {
      boolean asBefore =
          from.state().layers().stream()
              .anyMatch(before -> before.components().equals(state.components()));
      reason = asBefore ? Reason.OTHER : Reason.REARRANGED;
    }
    return new LayerDownload(
        layer.blob(), state.size(), reason, changed, state.components().size() - changed.size());
  }
}
