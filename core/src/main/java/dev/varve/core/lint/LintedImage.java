package dev.varve.core.lint;

import dev.varve.core.bytes.CountedOutput;
import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.compress.Compression;
import dev.varve.core.filetree.Content;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.HiddenFile;
import dev.varve.core.filetree.Inode;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.OstreeRepository;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.image.ImageSource;
import dev.varve.core.packages.Drift;
import dev.varve.core.packages.DriftFinder;
import dev.varve.core.packages.PackageFormat;
import dev.varve.core.plan.Component;
import dev.varve.core.plan.History;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.ComponentState;
import dev.varve.core.state.Division;
import dev.varve.core.state.DivisionRules;
import dev.varve.core.state.ImageFiles;
import dev.varve.core.state.PackageDatabases;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.update.ComponentCause;
import dev.varve.core.update.FileChange;
import dev.varve.core.update.FileComparison;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** An image to check, and what changed since the previous one. */
public final class LintedImage implements Closeable {
  private final FileTree tree;
  private final FileTree stored;
  private final List<HiddenFile> hidden;
  private final ImageConfig config;
  private final List<Drift> drift;
  private final Set<PackageFormat> packageFormats;
  private final List<Changed> changes;
  private final Set<String> changedPaths;
  private final boolean packagesKnown;
  private final boolean packagesChanged;
  private final Optional<ImageFiles> before;

  private LintedImage(
      FileTree tree,
      FileTree stored,
      List<HiddenFile> hidden,
      ImageConfig config,
      List<Drift> drift,
      Set<PackageFormat> packageFormats,
      List<Changed> changes,
      boolean packagesKnown,
      boolean packagesChanged,
      Optional<ImageFiles> before) {
    this.tree = tree;
    this.stored = stored;
    this.hidden = List.copyOf(hidden);
    this.config = config;
    this.drift = List.copyOf(drift);
    this.packageFormats = Set.copyOf(packageFormats);
    this.changes = List.copyOf(changes);
    this.changedPaths =
        changes.stream()
            .map(change -> change.file().path())
            .collect(Collectors.toUnmodifiableSet());
    this.packagesKnown = packagesKnown;
    this.packagesChanged = packagesChanged;
    this.before = before;
  }

  /**
   * The image that clients have.
   *
   * @param source the open image, which the caller closes
   * @param image what is known of it
   */
  public record Previous(ImageSource source, PublishedImage image) {}

  /**
   * A path that changed.
   *
   * @param component its component
   * @param reason why the component changed
   * @param file how it changed
   */
  record Changed(String component, ComponentCause.Reason reason, FileChange file) {}

  /**
   * Reads what rules need to know.
   *
   * @param files the image's files, whose source the caller closes after this
   * @param hidden files of its layers that later layers replace or remove
   * @param previous the image to compare with, if any
   * @param rules how files are divided into components
   * @param scratch for unpacked files
   */
  public static LintedImage of(
      FileTree files,
      List<HiddenFile> hidden,
      ImageConfig config,
      Optional<Previous> previous,
      DivisionRules rules,
      Scratch scratch,
      Progress progress,
      LayerLimits limits)
      throws IOException {
    FileTree plain = OstreeRepository.plain(files);
    Optional<PlanState> state = previous.map(before -> before.image().state());
    Division division =
        Division.of(
            files,
            state.map(known -> OptionalLong.of(known.clamp())).orElse(OptionalLong.empty()),
            state.map(PlanState::components).orElse(Map.of()),
            config.created(),
            rules,
            scratch.directory("packages"),
            progress);
    DriftFinder drift = new DriftFinder(plain);
    Set<PackageFormat> formats = EnumSet.noneOf(PackageFormat.class);
    if (rules.packages()) {
      PackageDatabases.find(plain, scratch.directory("drift"))
          .forEach(
              installed -> {
                formats.add(installed.format());
                drift.add(installed);
              },
              notice -> {});
    }
    Map<String, String> versions = History.versions(division.packages());
    Optional<ImageFiles> before = Optional.empty();
    List<Changed> changes = new ArrayList<>();
    if (previous.isPresent() && state.isPresent()) {
      Set<String> changed = changed(division, state.get());
      before = Optional.of(read(previous.get(), changed, rules, scratch, progress, limits));
      new FileComparison(before.get(), ImageFiles.of(division))
          .components(changed, state.get().packages(), versions)
          .values()
          .forEach(cause -> addAll(cause, changes));
    }
    return new LintedImage(
        plain,
        division.tree(),
        hidden,
        config,
        drift.found(),
        formats,
        changes,
        rules.packages(),
        state.isPresent() && !state.get().packages().equals(versions),
        before);
  }

  private static void addAll(ComponentCause cause, List<Changed> changes) {
    cause.files().forEach(file -> changes.add(new Changed(cause.name(), cause.reason(), file)));
  }

  /** Returns the components that the previous image has otherwise, or not at all. */
  private static Set<String> changed(Division division, PlanState state) {
    Set<String> changed = new HashSet<>();
    for (Component component : division.components()) {
      ComponentState before = state.components().get(component.name());
      if (before == null || !before.hash().equals(component.hash())) {
        changed.add(component.name());
      }
    }
    return changed;
  }

  /** Reads the layers of the previous image that have the components. */
  private static ImageFiles read(
      Previous previous,
      Set<String> components,
      DivisionRules rules,
      Scratch scratch,
      Progress progress,
      LayerLimits limits)
      throws IOException {
    PublishedImage image = previous.image();
    Set<Digest> wanted = new HashSet<>();
    for (PlanState.LayerState layer : image.state().layers()) {
      if (layer.components().stream().anyMatch(components::contains)) {
        wanted.add(layer.diffId());
      }
    }
    return ImageFiles.read(
        previous.source(),
        image,
        layer -> wanted.contains(layer.diffId()),
        rules,
        scratch.directory("previous"),
        progress,
        limits);
  }

  /** The files as built. */
  FileTree tree() {
    return tree;
  }

  /** The files with the times that layers store. */
  FileTree stored() {
    return stored;
  }

  /** The files of layers that later layers replace or remove. */
  List<HiddenFile> hidden() {
    return hidden;
  }

  /** The config. */
  ImageConfig config() {
    return config;
  }

  /** What paths have not as their packages ship it. */
  List<Drift> drift() {
    return drift;
  }

  /** The formats of the installed packages; none if they are unknown. */
  Set<PackageFormat> packageFormats() {
    return packageFormats;
  }

  /** Whether the package databases were read, so that it is known which files packages own. */
  boolean packagesKnown() {
    return packagesKnown;
  }

  /** Whether packages were added, updated or removed since the previous image. */
  boolean packagesChanged() {
    return packagesChanged;
  }

  /** The paths that changed since the previous image; empty without one. */
  List<Changed> changes() {
    return changes;
  }

  /** The file of the previous image at this path, if there is one and it was read. */
  Optional<Inode> before(String path) {
    return before.flatMap(files -> files.tree().find(path));
  }

  /** Whether the image has a kernel, and so is to be booted. */
  boolean isBootable() {
    return !kernels().isEmpty();
  }

  /** The directories of kernels. */
  List<String> kernels() {
    String modules = "usr/lib/modules";
    return tree.below(modules).stream()
        .map(FileTree.Entry::path)
        .filter(path -> path.endsWith("/vmlinuz"))
        .map(FileTree::parent)
        .filter(path -> FileTree.parent(path).equals(modules))
        .toList();
  }

  /**
   * Returns what a file costs updates: its size as layers have it, compressed by zstd, in bytes; 0
   * if it has not changed since the previous image.
   */
  long compressed(String path) throws IOException {
    if (before.isPresent() && !changedPaths.contains(path)) {
      return 0;
    }
    Optional<Content> content = tree.find(path).flatMap(Inode::content);
    if (content.isEmpty()) {
      return 0;
    }
    CountedOutput counted = new CountedOutput(OutputStream.nullOutputStream());
    try (InputStream in = content.get().open();
        OutputStream out = Compression.parse("zstd").compress(counted)) {
      in.transferTo(out);
    }
    return counted.count();
  }

  @Override
  public void close() throws IOException {
    if (before.isPresent()) {
      before.get().close();
    }
  }
}
